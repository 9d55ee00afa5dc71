"""Each way in which a pack or a report form can lead nowhere is named where it stands."""

from pathlib import Path

import pytest

from requestflow.law import PackInvalid
from requestflow.law.loading import FORMS, load_pack, load_report_form
from tests.law.test_packs import broken


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("received_from = 2019-05-15", "received_from = 2019-05-15\nreceived_until = 2019-05-14",
         "received_until: is before received_from"),
        ('code = "partial"', 'code = "granted"', "'granted' stands twice"),
        ('outcome = "other"\nground = "not_clarified"',
         'outcome = "nonsense"\nground = "not_clarified"', "endings[1].outcome: no outcome"),
        ('ground = "not_clarified"\n[[endings]]', 'ground = "state_secret"\n[[endings]]',
         "endings[1].ground: 'state_secret' may not stand"),
        ('{ event = "clarified", article = "30" }', '{ event = "nonsense", article = "30" }',
         "limits[1] (reply): no step 'nonsense'"),
        ('starts_on = [{ event = "received" }]\nrestarts_on', "restarts_on",
         "limits[1] (reply): needs either starts_on or after_missed"),
        ('number = 7\n', "", "has neither a number nor a stated day"),
        ('at_most = "consultation_reply"', 'at_most = "nonsense"',
         "limits[1].stops: no limit 'nonsense'"),
        ('include = ["cn-remedies.toml"]', 'include = "cn-remedies.toml"',
         "include: must be a list"),
        ('include = ["cn-remedies.toml"]', 'include = ["nowhere.toml"]',
         "nowhere.toml: cannot be read"),
    ],
)  # fmt: skip
def test_a_pack_that_leads_nowhere_is_refused(
    tmp_path: Path, before: str, after: str, named: str
) -> None:
    with pytest.raises(PackInvalid) as caught:
        load_pack(broken(tmp_path, before, after))
    assert named in str(caught.value)


def test_an_included_file_holds_lists_only(tmp_path: Path) -> None:
    path = broken(tmp_path, 'include = ["cn-remedies.toml"]', 'include = ["more.toml"]')
    (tmp_path / "more.toml").write_text('code = "other"\n')
    with pytest.raises(PackInvalid, match=r"more\.toml: code: .* lists only"):
        load_pack(path)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('table = "applications"\nlabel', 'table = "nonsense"\nlabel',
         "checks.applications.balance.table: no table 'nonsense'"),
        ('left = ["received", "carried_in"]', 'left = ["received", "nonsense"]',
         "checks.applications.balance: no row 'nonsense'"),
        ('share_of = "total"', 'share_of = "nonsense"', "share_of: no row 'nonsense'"),
        ('when = { category = ["概况"] }', 'when = { colour = ["概况"] }',
         "'colour' is not known of publications (known: category)"),
        ('when = { category = ["概况"] }', 'heading = "nonsense", when = { category = ["概况"] }',
         "publications.overview.heading: no heading 'nonsense'"),
        ('section = "publications"', 'section = "nonsense"', "section: no section 'nonsense'"),
        ("year_from = 2008", 'year_from = "long ago"', "year_from"),
        ("year_from = 2008", "year_from = ", "TOML"),
    ],
)  # fmt: skip
def test_a_form_that_leads_nowhere_is_refused(
    tmp_path: Path, before: str, after: str, named: str
) -> None:
    content = (FORMS / "cn-2014.toml").read_text(encoding="utf-8")
    assert before in content
    path = tmp_path / "cn-2014.toml"
    path.write_text(content.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        load_report_form(path)
    assert named in str(caught.value)


def test_a_heading_stands_under_one_that_there_is(tmp_path: Path) -> None:
    content = (FORMS / "cn-2021.toml").read_text(encoding="utf-8")
    path = tmp_path / "cn-2021.toml"
    path.write_text(content.replace('heading = "applicants"', 'heading = "nobody"', 1), "utf-8")
    with pytest.raises(PackInvalid, match=r"headings\.organisations: no heading 'nobody'"):
        load_report_form(path)
