"""The index of the search: what is remembered is found, what is forgotten is not; best first."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from requestflow.accounts import unit_by_code
from requestflow.application import Application
from requestflow.foundation import bigrams, db
from requestflow.publications import Findable, find, forget, remember

DAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("污水处理", ["污水", "水处", "处理"]),
        ("水", ["水"]),
        ("PM2.5 监测", ["pm2", "5", "监测"]),
        ("ＰＭ２５", ["pm25"]),
        ("污水，处理", ["污水", "处理"]),
        ("a-b_c", ["a", "b", "c"]),
        ("𠮷野家", ["𠮷野", "野家"]),
        ("", []),
        ("！？", []),
    ],
)
def test_a_text_is_taken_apart_into_pairs_and_words(text: str, words: list[str]) -> None:
    assert bigrams(text) == words


def item(session: Session, title: str, reference: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "kind": "published",
        "reference": reference or title,
        "unit_id": unit_by_code(session, more.pop("unit", "LZ-S14")).id,
        "title": title,
        "day": DAY,
        **more,
    }


def found(session: Session, requested: str, unit_path: str = "") -> list[str]:
    return [result.title for result in find(session, requested, unit_path)]


def test_what_holds_all_words_comes_before_what_holds_some(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        titles = ("鲸鱼养殖", "鲸鱼养殖补贴", "鲸鱼")
        remember(session, [item(session, title) for title in titles])
        assert found(session, "鲸鱼养殖补贴")[0] == "鲸鱼养殖补贴"
        (first, *_) = find(session, "鲸鱼养殖补贴")
        assert first.share == 1
        assert (first.unit_code, first.day, first.kind) == ("LZ-S14", DAY, "published")


def test_words_of_the_summary_are_found_too(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        remember(session, [item(session, "年度报告", summary="内有鲸鱼养殖")])
        assert found(session, "鲸鱼养殖") == ["年度报告"]


def test_words_that_stand_in_nearly_every_application_tell_nothing_apart(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        remember(session, [item(session, "鲸鱼养殖")])
        assert found(session, "申请公开关于鲸鱼养殖的政府信息")[0] == "鲸鱼养殖"


def test_what_is_remembered_anew_replaces_what_was_there(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        remember(session, [item(session, "鲸鱼养殖", "1")])
        remember(session, [item(session, "海豚驯养", "1")])
        assert found(session, "鲸鱼养殖") == []
        assert found(session, "海豚驯养") == ["海豚驯养"]
        query = select(Findable.title).where(Findable.reference == "1")
        assert list(session.scalars(query)) == ["海豚驯养"]


def test_what_stands_twice_in_one_go_is_remembered_as_it_stood_last(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        remember(session, [item(session, "鲸鱼养殖", "1"), item(session, "海豚驯养", "1")])
        assert found(session, "海豚驯养") == ["海豚驯养"]
        assert found(session, "鲸鱼养殖") == []


def test_things_of_two_kinds_may_have_one_reference(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        for kind in ("published", "answered"):
            remember(session, [{**item(session, "鲸鱼养殖", "1"), "kind": kind}])
        forget(session, [("answered", "1")])
        assert [result.kind for result in find(session, "鲸鱼养殖")] == ["published"]


def test_what_is_forgotten_is_not_found_and_forgetting_it_again_is_nothing(
    demo: Application,
) -> None:
    with demo.context(), db.transaction() as session:
        references = [str(number) for number in range(450)]
        remember(session, [item(session, "鲸鱼养殖", number) for number in references])
        for _ in range(2):
            forget(session, [("published", number) for number in references])
            assert found(session, "鲸鱼养殖") == []
        forget(session, [])


def test_a_unit_narrows_it_to_itself_and_all_below(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        remember(
            session, [item(session, "鲸鱼养殖", "1"), item(session, "鲸鱼保护", "2", unit="LZ")]
        )
        assert set(found(session, "鲸鱼", "LZ/")) == {"鲸鱼养殖", "鲸鱼保护"}
        assert found(session, "鲸鱼", "LZ/LZ-S14/") == ["鲸鱼养殖"]


def test_no_more_is_found_than_was_asked_for(demo: Application) -> None:
    with demo.context(), db.transaction() as session:
        remember(session, [item(session, f"鲸鱼养殖{number}") for number in range(8)])
        assert len(find(session, "鲸鱼", most=3)) == 3
