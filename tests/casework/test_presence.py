"""Who has a case open, on a real Redis."""

from datetime import timedelta
from pathlib import Path

from requestflow.casework import Presence
from requestflow.casework.presence import STILL_THERE
from tests.conftest import NOW

CLERK, APPROVER, REVIEWER = (1, "李经办"), (2, "陈签发"), (3, "王审核")
CASE, OTHER = 7, 8


def test_who_opens_a_case_sees_who_else_has_it_open_the_latest_first(redis_url: str) -> None:
    presence = Presence(redis_url)
    for place, person in enumerate((CLERK, APPROVER, REVIEWER)):
        others = presence.note(CASE, *person, NOW + timedelta(minutes=place))
    assert [name for name, _ in others] == ["陈签发", "李经办"]
    again = presence.note(CASE, *CLERK, NOW + timedelta(minutes=4))
    assert [name for name, _ in again] == ["王审核", "陈签发"]
    assert presence.note(OTHER, *CLERK, NOW) == []


def test_who_left_a_while_ago_is_no_longer_there(redis_url: str) -> None:
    presence = Presence(redis_url)
    case = CASE + 100
    presence.note(case, *CLERK, NOW)
    almost = NOW + STILL_THERE - timedelta(seconds=1)
    assert len(presence.note(case, *APPROVER, almost)) == 1
    assert presence.note(case, *APPROVER, NOW + STILL_THERE) == []


def test_without_redis_nobody_is_shown_and_the_page_still_comes(tmp_path: Path) -> None:
    assert Presence(None).note(CASE, *CLERK, NOW) == ()
    assert Presence(f"unix://{tmp_path}/none.sock").note(CASE, *CLERK, NOW) == ()
