"""The events of a case: written in one way only, chained, as they stand after corrections."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requestflow.cases import DEFINITIONS, Event, effective, order_of
from requestflow.cases.events import GENESIS, canonical, event_hash

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 2)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
CHAINED: dict[str, Any] = {
    "previous": GENESIS,
    "number": "LZ-S01-2026-0001",
    "sequence": 1,
    "kind": "received",
    "day": DAY,
    "recorded_at": NOW,
    "actor": "clerk",
    "data": '{"subject":"停车收费标准"}',
}


def event(key: str, kind: str, day: date = DAY, actor: str = "clerk", **data: Any) -> Event:
    return Event(key, kind, day, data, actor, NOW)


def corrected(key: str, *changes: dict[str, Any]) -> Event:
    return event(key, "corrected", actor="approver", changes=list(changes), reason="登记有误")


def change(action: str, key: str | None = None, kind: str = "noted", **rest: Any) -> dict[str, Any]:
    day = rest.pop("day", DAY).isoformat()
    return {"action": action, "key": key, "kind": kind, "day": day, "data": rest}


def keys(*events: Event) -> list[str]:
    return [item.key for item in effective(events)]


@given(JSON)
def test_the_canonical_form_says_the_same_and_says_it_in_one_way(value: Any) -> None:
    written = canonical(value)
    assert json.loads(written) == value
    assert canonical(json.loads(written)) == written


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=6))
def test_the_order_in_which_particulars_were_given_does_not_matter(data: dict[str, int]) -> None:
    assert canonical(dict(reversed(data.items()))) == canonical(data)


def test_characters_stand_as_they_are_and_nothing_stands_between() -> None:
    assert canonical({"b": [1, None], "a": "停车"}) == '{"a":"停车","b":[1,null]}'


def test_a_hash_is_what_it_was_when_the_first_case_was_recorded() -> None:
    # Each installation holds hashes that were made like this: another form would break its chains.
    assert event_hash(**CHAINED) == (
        "364a6192677e3b399922ab0c746a817351c49cfeca5f3ba46051a12be7e50c9c"
    )


WORDS = st.text(max_size=12)


@given(number=WORDS, actor=WORDS, data=WORDS, kind=WORDS, sequence=st.integers(1, 10**6))
def test_a_hash_is_that_of_the_canonical_list_of_what_it_covers(**words: Any) -> None:
    event = {**CHAINED, **words}
    names = ("number", "sequence", "kind", "day", "recorded_at", "actor", "data")
    moment = "2026-11-24T02:00:00.000000+00:00"
    shown = {**event, "day": DAY.isoformat(), "recorded_at": moment}
    content = GENESIS + canonical([shown[name] for name in names])
    assert event_hash(**event) == hashlib.sha256(content.encode()).hexdigest()


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("previous", "1" + GENESIS[1:]),
        ("number", "LZ-S01-2026-0002"),
        ("sequence", 2),
        ("kind", "assigned"),
        ("day", DAY + timedelta(days=1)),
        ("recorded_at", NOW + timedelta(microseconds=1)),
        ("actor", "reviewer"),
        ("data", '{"subject":"停车收费标准。"}'),
    ],
)
def test_whatever_is_changed_of_an_event_its_hash_is_another(name: str, other: Any) -> None:
    assert event_hash(**{**CHAINED, name: other}) != event_hash(**CHAINED)


def test_a_moment_has_one_hash_in_whatever_zone_it_is_given() -> None:
    shanghai = NOW.astimezone(timezone(timedelta(hours=8)))
    assert event_hash(**{**CHAINED, "recorded_at": shanghai}) == event_hash(**CHAINED)


def test_without_corrections_a_history_is_as_it_was_recorded() -> None:
    events = [event("1", "received"), event("2", "assigned"), event("3", "noted")]
    assert effective(events) == events


def test_a_voided_event_is_gone_and_so_is_the_correction() -> None:
    events = [event("1", "received"), event("2", "noted"), event("3", "assigned")]
    assert keys(*events, corrected("4", change("void", "2"))) == ["1", "3"]


def test_a_replaced_event_keeps_its_key_and_who_took_it() -> None:
    events = [event("1", "received"), event("2", "assigned", handler="clerk")]
    mended = effective([*events, corrected("3", change("replace", "2", "assigned", handler="x"))])
    assert [item.key for item in mended] == ["1", "2"]
    assert (mended[1].data, mended[1].actor) == ({"handler": "x"}, "clerk")


def test_an_inserted_event_is_named_after_its_correction_and_is_the_correctors() -> None:
    first, second = change("insert", kind="noted", note="a"), change("insert", kind="noted")
    mended = effective([event("1", "received"), corrected("2", first, second)])
    assert [item.key for item in mended] == ["1", "2.1", "2.2"]
    assert mended[1].actor == "approver"


def test_an_event_of_an_earlier_day_comes_before_those_of_later_days() -> None:
    later = event("2", "assigned", DAY + timedelta(days=2))
    inserted = corrected("3", change("insert", kind="noted", day=DAY + timedelta(days=1)))
    assert keys(event("1", "received"), later, inserted) == ["1", "3.1", "2"]


def test_an_event_that_moves_to_another_day_moves_in_the_history() -> None:
    events = [
        event("1", "received"),
        event("2", "assigned", DAY + timedelta(days=1)),
        event("3", "drafted", DAY + timedelta(days=2)),
    ]
    moved = corrected("4", change("replace", "3", "drafted", day=DAY))
    assert keys(*events, moved) == ["1", "3", "2"]


def test_on_one_day_steps_follow_in_the_order_in_which_they_are_taken() -> None:
    events = [event("1", "received"), event("2", "signed")]
    assert keys(*events, corrected("3", change("insert", kind="drafted"))) == ["1", "3.1", "2"]
    assert keys(*events, corrected("3", change("insert", kind="delivered"))) == ["1", "2", "3.1"]


def test_what_is_inserted_can_be_voided_by_a_later_correction() -> None:
    events = [
        event("1", "received"),
        corrected("2", change("insert", kind="noted")),
        corrected("3", change("void", "2.1")),
    ]
    assert keys(*events) == ["1"]


@pytest.mark.parametrize("action", ["void", "replace"])
def test_what_is_not_there_cannot_be_corrected(action: str) -> None:
    with pytest.raises(KeyError, match="9"):
        effective([event("1", "received"), corrected("2", change(action, "9"))])


def test_what_was_recorded_is_not_touched_by_what_is_corrected() -> None:
    first = event("1", "received", subject="a")
    events = [first, corrected("2", change("replace", "1", "received", subject="b"))]
    assert effective(events)[0].data == {"subject": "b"}
    assert first.data == {"subject": "a"}
    assert len(events) == 2


def test_a_day_begins_with_the_receipt() -> None:
    assert all(order_of("received") < order_of(kind) for kind in DEFINITIONS)
