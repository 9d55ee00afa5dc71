"""The search box: two-character words, any order, other units, what was answered."""

from pathlib import Path

import flask_migrate
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from requestflow.accounts import Actor
from requestflow.application import Application
from requestflow.cases import Case, Party, email_digest, parse_party
from requestflow.foundation import RequestflowError, bigrams, db
from requestflow.publications import Findable, find
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


def test_an_older_database_gets_its_digests_and_nothing_public_by_itself(demo: Application) -> None:
    with demo.context() as session:
        assert any(session.scalars(select(Party.email_digest)))
        taken = session.execute(TAKEN).all()
    within(demo, flask_migrate.downgrade, None, "0002")
    demo.upgrade()
    with demo.context() as session:
        assert not session.scalars(select(Findable.id).where(Findable.kind == "answered")).all()
        parties = session.execute(select(Party.details, Party.email_digest)).all()
        assert session.execute(TAKEN).all() == taken
        emails = [parse_party(details).get("email") for details, _ in parties]
        expected = [email_digest(email) if email else None for email in emails]
    assert [digest for _, digest in parties] == expected
