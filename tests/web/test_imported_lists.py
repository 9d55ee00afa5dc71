"""Lists taken in by the browser: what is not known is named, and what was stored is taken back."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from requestflow.application import Application
from requestflow.imports import Import
from requestflow.publications import Findable, find
from tests.web.desk import post
from tests.web.importing import page, state, taken_in, upload, work

ITEMS = "单位,索引号,标题,发布日期,备注甲\nLZ-S01,A-1,供水价格公告,2026-03-01,x\n"


def titles(app: Application) -> dict[str, str]:
    with app.context() as session:
        query = select(Findable.reference, Findable.title).where(Findable.kind == "published")
        return dict(session.execute(query).all())


def test_a_list_of_published_items_is_taken_back(
    administrator: FlaskClient, demo: Application
) -> None:
    before = titles(demo)
    first = taken_in(administrator, demo, "figures", ITEMS.encode(), name="items.csv")
    assert "备注甲" in page(administrator, first), "a column that nobody knows is named"
    changed = ITEMS.replace("供水价格", "供水水质") + "LZ-S01,A-2,预算公开,2026-03-02,\n"
    second = taken_in(administrator, demo, "figures", changed.encode(), name="items.csv")
    assert titles(demo) == {**before, "A-1": "供水水质公告", "A-2": "预算公开"}
    post(administrator, f"{first}/undo", at="/imports")
    work(demo)
    assert "A-1" in page(administrator, first), "it was changed since"
    assert titles(demo)["A-1"] == "供水水质公告"
    for address in (second, first):
        post(administrator, f"{address}/undo", at="/imports")
        work(demo)
        assert state_of(demo, address) == "undone"
    assert titles(demo) == before
    with demo.context() as session:
        assert "A-1" not in {item.reference for item in find(session, "供水水质公告")}


def state_of(app: Application, address: str) -> str:
    with app.context() as session:
        key = address.rpartition("/")[2]
        return session.scalars(select(Import.state).where(Import.key == key)).one()


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("units", "代码,名称,上级,类型,备注甲\nLZ-X1,市数据局,LZ,department,x\n"),
        ("calendar", "日期,类型,名称,备注甲\n2026-12-31,放假,元旦,x\n"),
        ("figures", "unit,month,category,count,备注甲\nLZ-S01,2026-01,新类,37,x\n"),
    ],
)
def test_columns_that_nobody_knows_are_named(
    administrator: FlaskClient, demo: Application, kind: str, content: str
) -> None:
    address = upload(administrator, kind, content.encode(), name="in.csv")
    work(demo)
    shown = page(administrator, address)
    assert state(demo) == "checked"
    assert "Columns not recognised and not used: 备注甲" in shown


def test_two_columns_of_one_meaning_are_a_fault(
    administrator: FlaskClient, demo: Application
) -> None:
    content = "代码,单位名称(全称),名称（规范）,上级,类型,管辖法院(一),管辖法院(二)\n"
    content += "LZ-X1,市数据局,市数据局,LZ,department,甲,乙\n"
    address = upload(administrator, "units", content.encode(), name="u.csv")
    work(demo)
    assert state(demo) == "faulty"
    assert "mean the same" in page(administrator, address)
