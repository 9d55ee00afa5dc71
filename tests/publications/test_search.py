"""The search box: two-character words, any order, other units, what was answered."""

from pathlib import Path

import flask_migrate
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import Case, Party
from requestflow.citizens.answer_index import without_persons
from requestflow.foundation import RequestflowError, db
from requestflow.publications import Findable, bigrams, find
from requestflow.reported_figures import import_figures
from tests.conftest import NOW, within

TITLE = "污水处理厂出水水质监测数据（第三季度）"


def titles(demo: Application, requested: str, unit: str = "") -> list[str]:
    with demo.context() as session:
        return [item.title for item in find(session, requested, unit)]


@pytest.mark.parametrize(
    "requested",
    ["污水", "水质 监测", "监测数据 污水处理厂", "污水处理厂出水水质监测数据（第三季度）"],
)
def test_what_is_published_is_found(demo: Application, requested: str) -> None:
    assert TITLE in titles(demo, requested)


def test_units_narrow_it_and_nonsense_finds_nothing(demo: Application) -> None:
    assert TITLE in titles(demo, "污水", "LZ/LZ-S04/")
    assert TITLE not in titles(demo, "污水", "LZ/LZ-S07/")
    for requested in (
        "",
        "“”；--",
        "xyzzy",
        "' OR x=x --",
        "NEAR(x",
        '"',
        "\x00",
        "\U0002ebe1",
        "𠮷 & 𠮷!",
    ):
        assert titles(demo, requested) == []


@given(st.text(max_size=60))
def test_any_text_has_words_that_a_search_understands(requested: str) -> None:
    assert not set("".join(bigrams(requested))) & set(" \t\n\"'&|!()*:<>-\\")


def test_only_what_was_given_is_found_and_without_persons(demo: Application) -> None:
    with demo.context() as session:
        given_cases = session.scalar(
            select(func.count()).select_from(Case).where(Case.outcome.in_(("granted", "partial")))
        )
        shown = session.scalars(select(Findable.title).where(Findable.kind == "answered")).all()
    assert len(shown) == given_cases > 400


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("张三丰 510502199001011234 的低保", "某 ****** 的低保"),
        ("张 三 丰的低保，电话138.0013.8000", "某的低保,电话******"),
        ("请寄zhang@example.org，住幸福路12号", "请寄******,住某"),
        ("2023-2024年度预算和2025年决算", "2023-2024年度预算和2025年决算"),
        ("010—62345678的来电", "******的来电"),
    ],
)
def test_answers_are_shown_without_persons(subject: str, shown: str) -> None:
    assert without_persons(subject, ["张三丰", "幸福路12号"]) == shown


def test_a_list_of_items_is_taken_in_and_faults_are_named(
    demo: Application, tmp_path: Path
) -> None:
    path = tmp_path / "items.csv"
    head = "unit,number,title,category,published_on,summary,link\n"
    path.write_text(head + "LZ-S07,甲1,债券发行公告,财政,2026-11-01,,https://example.org/1\n")
    for expected in ((1, 0, 0), (0, 0, 1)):
        with demo.context(), db.transaction() as session:
            done = import_figures(session, Actor.operator(), path, NOW)
        assert (done.added, done.changed, done.unchanged) == expected
    assert titles(demo, "债券") == ["债券发行公告"]
    path.write_text(head + "LZ-S07,甲1,公债发行公告,财政,2026-11-01,,\n")
    with demo.context(), db.transaction() as session:
        assert import_figures(session, Actor.operator(), path, NOW).changed == 1
    assert titles(demo, "债券") == []
    path.write_text(
        head + "X,1,t,c,2026-11-01,,\nLZ,2,t,c,soon,,\nLZ,3,t,c,2026-11-01,,javascript:x\n"
    )
    with demo.context(), db.transaction() as session, pytest.raises(RequestflowError) as fault:
        import_figures(session, Actor.operator(), path, NOW)
    assert [str(line) for line in (2, 3, 4)] == [
        line.split(", line ")[1].split(":")[0] for line in str(fault.value).splitlines()
    ]


def test_every_faulty_line_of_counts_is_named_in_the_readers_language(
    demo: Application, tmp_path: Path
) -> None:
    path = tmp_path / "counts.csv"
    head = "unit,month,category,count\n"
    path.write_text(head + "LZ,2014-13,财政,1\nX,2014-03,财政,1\nLZ,2014-03,财政,-1\n")
    with demo.context(), db.transaction() as session, pytest.raises(RequestflowError) as fault:
        import_figures(session, Actor.operator(), path, NOW)
    assert fault.value.in_locale("zh_CN").splitlines() == [
        "counts.csv 第2行：“2014-13”不是月份，请写成 2014-03",
        "counts.csv 第3行：没有单位“X”",
        "counts.csv 第4行：“-1”不是件数",
    ]


TAKEN = select(Case.number, Case.days_taken, Case.late, Case.extended).order_by(Case.id)


def test_an_older_database_gets_its_search_and_its_digests(demo: Application) -> None:
    with demo.context() as session:
        before = session.scalars(
            select(Findable.title).where(Findable.kind == "answered").order_by(Findable.reference)
        ).all()
        digests = session.scalars(select(Party.email_digest).order_by(Party.case_id)).all()
        taken = session.execute(TAKEN).all()
    within(demo, flask_migrate.downgrade, None, "0002")
    demo.upgrade()
    with demo.context() as session:
        after = session.scalars(
            select(Findable.title).where(Findable.kind == "answered").order_by(Findable.reference)
        ).all()
        assert after == before
        assert session.scalars(select(Party.email_digest).order_by(Party.case_id)).all() == digests
        assert session.execute(TAKEN).all() == taken
    assert any(digests)
