"""What stands of a history after its corrections, worked out apart from the product."""

from collections.abc import Sequence
from datetime import date

from tests.properties.counter import Event


def mended(recorded: Sequence[Event]) -> list[Event]:
    """What stands after all corrections. A step of which only what it says was mended stays where
    it was; one whose day was mended comes after the steps of its own course (that of the case, or
    of a remedy) up to that day; what belongs to no course comes after all up to that day."""
    stands: list[tuple[str, Event]] = []
    for place, event in enumerate(recorded, 1):
        if event[0] != "corrected":
            stands.append((str(place), event))
            continue
        for change in event[2]["changes"]:
            number = next(i for i, (key, _) in enumerate(stands) if key == change["key"])
            _, before = stands.pop(number)
            if change["action"] == "void":
                continue
            day = date.fromisoformat(change["day"])
            after = (change["kind"], day, change["data"])
            if day != before[1]:
                own = _course(after)
                course = [i for i, (_, e) in enumerate(stands) if not own or own & _course(e)]
                earlier = [i for i in course if stands[i][1][1] <= day]
                later = [i for i in course if stands[i][1][1] > day]
                number = max(earlier, default=-1) + 1
                if not earlier:
                    main = [i for i, (_, e) in enumerate(stands) if "" in _course(e)]
                    number = max(i for i in main if stands[i][1][1] <= day) + 1
                number = min([number, *later])
            stands.insert(number, (change["key"], after))
    return [event for _, event in stands]


def _course(event: Event) -> set[str]:
    kind, _, data = event
    courses = {data["remedy"]} if "remedy" in data else set()
    ordered = kind == "remedy_concluded" and data.get("redecision")
    aside = {"delivery_confirmed", "payment_reported"}
    if ordered or ("remedy" not in data and kind not in aside):
        courses.add("")
    return courses
