"""What people type, and what goes into the files that they open."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from requestflow.accounts import load_units
from requestflow.application import Application
from requestflow.foundation import RequestflowError, csv_cell, db, parse_moment

ZONE = ZoneInfo("Asia/Shanghai")


def test_a_day_means_its_end_in_the_bodys_own_zone() -> None:
    end = datetime(2026, 11, 20, 15, 59, 59, 999_999, tzinfo=UTC)
    assert parse_moment("2026-11-20", ZONE) == end
    assert parse_moment("2026-11-20T00:00:00", ZONE) == datetime(2026, 11, 19, 16, tzinfo=UTC)
    assert parse_moment("2026-11-20T00:00:00+00:00", ZONE) == datetime(2026, 11, 20, tzinfo=UTC)
    with pytest.raises(ValueError, match="Invalid isoformat"):
        parse_moment("yesterday", ZONE)


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_cell_is_no_formula(value: str) -> None:
    assert csv_cell(value) == f"'{value}"
    assert (csv_cell("1+1"), csv_cell(None), csv_cell(0)) == ("1+1", "", 0)


def test_one_unit_stands_above_all_others(demo: Application, tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("code,name,parent,kind\nZZ,另一城市,,city\n", "utf-8")
    with (
        demo.context(),
        db.transaction() as session,
        pytest.raises(RequestflowError, match="'LZ' is already the top-level"),
    ):
        load_units(session, path)
