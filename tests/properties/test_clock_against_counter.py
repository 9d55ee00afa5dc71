"""The clock against a counter that was written apart from it: no due day may differ."""

from collections import Counter as Tally

from requestflow.law import after_silence, clock, count_days_taken, law_pack
from tests.properties.counter import Counted, Counter
from tests.properties.histories import Walk, plain, walks
from tests.properties.mending import mended

NUMBER = 2_000
SEED = 11


def differences(walk: Walk, working) -> list[tuple[object, object, object]]:
    """What clock and counter do not agree on, of one history."""
    history, pack = walk.history, law_pack(walk.law)
    counter = Counter(mended(plain(walk.recorded)), walk.law, working)
    theirs = counter.all()
    deadlines = clock(history, pack, walk.calendar)
    ours = {(d.kind, d.key): Counted(d.started_on, d.due, d.ended_on) for d in deadlines}
    found = [
        (key, ours.get(key), theirs.get(key))
        for key in sorted(ours.keys() | theirs.keys())
        if ours.get(key) != theirs.get(key)
    ]
    reply = next(d for d in deadlines if d.kind == "reply")
    if reply.due:
        open_now = {d.kind: d.due for d in after_silence(reply, (), pack, walk.calendar)}
        counted = counter.after_silence(reply.due)
        found += [("silence", open_now, counted)] if open_now != counted else []
    concluded = walk.state.concluded_on
    if concluded:
        taken = count_days_taken(history, pack, walk.calendar, concluded)
        days = counter.taken(concluded)
        if taken is None or taken.days != days:
            found.append(("taken", taken, days))
    return found


def test_no_due_day_differs_from_the_counters() -> None:
    seen: Tally[str] = Tally()
    for walk, kept in walks(SEED, NUMBER):
        found = differences(walk, kept.working)
        assert not found, (found, walk.law, plain(walk.recorded))
        seen.update(walk.law for _ in [0])
        seen.update(event.kind for event in walk.recorded)
    # It says little of steps that never came.
    assert min(seen["cn-2008"], seen["cn-2019"]) > NUMBER / 5
    rare = {kind for kind in seen if seen[kind] < 10}
    assert not rare, rare
