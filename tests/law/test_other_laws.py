"""Laws that nobody built the product for, each in a folder of the installation: a case from receipt
to figure, without a change in code."""

import csv
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from requestflow.accounts import Actor, Unit, load_units
from requestflow.application import Application
from requestflow.calendars import CalendarFile, calendar_for, change_calendar
from requestflow.cases import Opening, Step, StepRefused, view_case
from requestflow.foundation import db
from requestflow.law import PackInvalid, explain, law_in_force, refusing_outcomes, use_folder
from requestflow.law.loading import load_pack
from requestflow.notices import sweep
from requestflow.notices.models import ReminderSchedule
from requestflow.statistics import build_report
from tests.cli.test_commands import run
from tests.conftest import NOW

LAWS = Path(__file__).parents[1] / "data" / "laws"
OPERATOR = Actor.operator()
RECEIVED = date(2026, 9, 1)
UNITS = (
    ("CITY", "", ""),
    ("DAY", "CITY", "daystate"),
    ("FEE", "CITY", "feeland"),
    ("ELSE", "CITY", "elsewhere"),
    ("ELSE-1", "ELSE", ""),
)


@pytest.fixture
def abroad(empty: Application, tmp_path: Path) -> Iterator[Application]:
    """An installation whose units live under four laws."""
    use_folder(LAWS)
    path = tmp_path / "units.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["code", "name", "parent", "kind", "jurisdiction"])
        rows.writerows(
            [code, f"{code} office", parent, "department", j] for code, parent, j in UNITS
        )
    with empty.context(), db.transaction() as session:
        load_units(session, path)
    yield empty
    use_folder(None)


def worked(app: Application, unit: str, outcome: str, *steps: tuple[str, date, dict[str, Any]]):
    """A case from receipt to its end; what is known of it then."""
    with app.context(), db.transaction() as session:
        opening = Opening(unit, RECEIVED, "person", "post", "Budget", {"name": "A. Person"})
        number = app.cases.open(session, OPERATOR, opening, NOW)
    end = max((day for _, day, _ in steps), default=RECEIVED)
    way = (
        ("drafted", end, {"outcome": outcome}),
        ("legality_reviewed", end, {}),
        ("secrecy_reviewed", end, {}),
        ("signed", end, {}),
        ("delivered", end, {"way": "post", "received_on": end.isoformat()}),
        ("closed", end, {}),
    )
    for place, (kind, day, data) in enumerate((*steps, *way)):
        who = OPERATOR if kind != "signed" else Actor("head", "approver", app_path(app, unit))
        with app.context(), db.transaction() as session:
            app.cases.take_step(session, who, number, [Step(kind, day, data)], NOW)
        if place + 1 == len(steps) or not steps:
            with app.context() as session:
                before = view_case(session, OPERATOR, number)
            if not steps:
                break
    with app.context() as session:
        return before, view_case(session, OPERATOR, number)


def app_path(app: Application, code: str) -> str:
    with app.context() as session:
        return session.scalars(select(Unit.path).where(Unit.code == code)).one()


def reply(view) -> Any:
    return next(item for item in view.deadlines if item.kind == "reply")


def figures(app: Application, unit: str) -> dict[str, Any]:
    with app.context() as session:
        report = build_report(session, 2026, unit)
        assert report.form.jurisdiction == report.unit.jurisdiction
        return {figure.id: figure.value for figure in report.figures}


def test_a_law_that_counts_in_calendar_days(abroad: Application) -> None:
    extended = {"days": 10, "reason": "x", "approver": "x"}
    before, after = worked(abroad, "DAY", "disclosed", ("extended", date(2026, 9, 20), extended))
    # Forty days end on Sunday 11 October; Monday is Foundation Day.
    assert reply(before).due == date(2026, 10, 13)
    assert reply(before).steps[-1].article == "Interpretation Act 3"
    assert "calendar days" in explain(reply(before).steps[0], "en")
    assert after.state.law == "days-1"
    window = next(d for d in after.deadlines if d.kind == "reconsideration.apply")
    assert window.due == date(2026, 10, 20)
    counted = figures(abroad, "DAY")
    assert [counted[f"requests.{name}"] for name in ("received", "given", "on_time")] == [1, 1, 1]


def test_a_law_whose_clock_a_fee_alone_stops(abroad: Application) -> None:
    notified = {"rule": "by_item", "number": 1, "earlier": 0}
    before, _ = worked(
        abroad,
        "FEE",
        "disclosed",
        ("fee_notified", date(2026, 9, 8), notified),
        ("fee_paid", date(2026, 9, 22), {"paid_on": "2026-09-22"}),
    )
    # Five days were used when it stopped, and fifteen are left.
    assert [step.working_days for step in reply(before).steps] == [5, 0, 15]
    assert reply(before).due == date(2026, 10, 13), "its own calendar, not that of others"
    assert figures(abroad, "FEE")["requests.fees"] == 25


def test_a_country_with_a_weekend_and_remedies_of_its_own(abroad: Application) -> None:
    file = CalendarFile({date(2026, 9, 7): ("holiday", "Harvest")}, jurisdiction="elsewhere")
    with abroad.context(), db.transaction() as session:
        change_calendar(session, file, None)
    before, after = worked(
        abroad, "ELSE-1", "access", ("assigned", date(2026, 9, 3), {"handler": "x"})
    )
    # From Tuesday 1 September: 2, 3, then Sunday 6, 8, 9.
    assert reply(before).due == date(2026, 9, 9)
    assert reply(before).provisional, "nobody has announced the year there"
    with abroad.context() as session:
        at_home = calendar_for(session, app_path(abroad, "CITY"))
        assert at_home.is_working(date(2026, 9, 7)), "what is a holiday there is none at home"
    number = after.number
    filed = {"kind": "reconsideration", "authority": "Ombudsman"}
    for step in (
        Step("remedy_filed", date(2026, 9, 10), filed),
        Step("remedy_concluded", date(2026, 10, 8), {"remedy": "R1", "result": "founded"}),
    ):
        with abroad.context(), db.transaction() as session:
            abroad.cases.take_step(session, OPERATOR, number, [step], NOW)
    pack = law_in_force(RECEIVED, "elsewhere")
    assert pack.remedy("reconsideration").label.en == "Complaint to the Ombudsman"
    counted = figures(abroad, "ELSE-1")
    assert (counted["requests.given"], counted["remedies.filed"]) == (1, 1)


def test_each_unit_has_the_law_of_its_own_jurisdiction(abroad: Application) -> None:
    with abroad.context() as session:
        named = dict(session.execute(select(Unit.code, Unit.jurisdiction)).all())
    assert named == {
        "CITY": "cn", "DAY": "daystate", "FEE": "feeland", "ELSE": "elsewhere",
        "ELSE-1": "elsewhere",
    }  # fmt: skip
    assert law_in_force(RECEIVED).code == "cn-2019", "what is dropped in leaves the others alone"
    assert refusing_outcomes() == {"refused", "withheld", "denied"}


def test_each_unit_has_the_day_of_its_own_zone(abroad: Application) -> None:
    # Two in the morning in UTC: in Los Angeles it is still the day before.
    def received(unit: str, day: date, now: datetime) -> str:
        opening = Opening(unit, day, "person", "post", "Budget", {"name": "A. Person"})
        with abroad.context(), db.transaction() as session:
            return abroad.cases.open(session, OPERATOR, opening, now)

    assert received("CITY", date(2026, 11, 24), NOW)
    assert received("ELSE", date(2026, 11, 23), NOW)
    with pytest.raises(StepRefused):
        received("ELSE", date(2026, 11, 24), NOW)
    noon = NOW + timedelta(hours=10)
    assert received("DAY", date(2026, 11, 25), noon), "it is tomorrow already"
    assert abroad.today("elsewhere") < abroad.today()


def test_a_reminder_goes_out_on_the_day_of_its_unit(abroad: Application) -> None:
    zones = abroad.zones
    with abroad.context(), db.transaction() as session:
        for code in ("CITY", "ELSE"):
            unit = session.scalars(select(Unit).where(Unit.code == code)).one()
            session.add(
                ReminderSchedule(
                    subject=f"unit:{code}", unit_id=unit.id, kind="report.x", key="",
                    occasion="report", due=date(2026, 11, 24), next_on=date(2026, 11, 24),
                )
            )  # fmt: skip
    assert waiting(abroad) == {"unit:CITY", "unit:ELSE"}
    with abroad.context():
        sweep(zones, NOW)
    assert waiting(abroad) == {"unit:ELSE"}
    with abroad.context():
        sweep(zones, NOW + timedelta(hours=8))
    assert waiting(abroad) == set()


def waiting(app: Application) -> set[str]:
    """What is still on the schedule for 24 November."""
    query = select(ReminderSchedule.subject).where(ReminderSchedule.next_on == date(2026, 11, 24))
    with app.context() as session:
        return set(session.scalars(query.where(ReminderSchedule.occasion == "report")))


def test_calendars_are_entered_and_shown_by_jurisdiction(tmp_path: Path) -> None:
    shutil.copytree(LAWS, tmp_path / "law")
    run(tmp_path, "db", "upgrade")
    path = tmp_path / "days.csv"
    rows = "day,kind,name\n2026-03-03,holiday,Spring Feast\n2026-03-06,working,made up\n"
    path.write_text(rows)
    refused = run(tmp_path, "calendar", "import", str(path), "--yes", LANG="en")
    assert "Spring" not in run(tmp_path, "calendar", "show", "2026", LANG="en").stdout
    assert refused.returncode == 2, "6 March is a Friday, which is worked in China"
    done = run(
        tmp_path, "calendar", "import", str(path), "--yes", "--jurisdiction", "elsewhere", LANG="en"
    )
    assert done.returncode == 0, done.stderr
    shown = run(tmp_path, "calendar", "show", "2026", "--jurisdiction", "elsewhere", LANG="en")
    assert "2026: announced" in shown.stdout
    assert "2026-03-03" in shown.stdout
    assert run(tmp_path, "calendar", "show", "2026", "--jurisdiction", "x").returncode == 2


MISTAKEN_COUNTRIES = [
    ('time_zone = "America/Los_Angeles"', 'time_zone = "Mars"', "time_zone", '"Mars"'),
    ('code = "USD"', 'code = "dollar"', "currency.code", "currency ="),
    ('weekend = ["friday", "saturday"]', 'weekend = ["freeday"]', "weekend[1]", "freeday"),
    ("month = 11, day = 30", "month = 11, day = 31", "announced_by", "announced_by ="),
    ('windows = [["03-01", "03-31"]]', 'windows = [["03-01", "03-32"]]', "windows", "windows ="),
    ('code = "elsewhere"', 'code = "cn"', "'cn' stands twice", "code ="),
    ("[[feasts]]", '[[rolling]]\narticle = "1"\n[[rolling]]\narticle = "2"\n[[feasts]]',
     "rolling[2].in_force_from: overlaps", "[[rolling]]"),
    ('code = "elsewhere"', 'code = "nowhere"', "no file in jurisdictions/ has the code", None),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "reason", "at"), MISTAKEN_COUNTRIES)
def test_a_mistaken_country_is_refused_by_file_line_key_and_reason(
    tmp_path: Path, before: str, after: str, reason: str, at: str | None
) -> None:
    folder = shutil.copytree(LAWS, tmp_path / "law")
    path = folder / "jurisdictions" / "elsewhere.toml"
    content = path.read_text(encoding="utf-8")
    assert before in content
    changed = content.replace(before, after, 1)
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        use_folder(folder)
    (line,) = [item for item in str(caught.value).splitlines() if reason in item][:1]
    name, number, _ = line.split(":", 2)
    if at:
        assert name == "elsewhere.toml"
        assert at in changed.splitlines()[int(number) - 1], (line, number)
    assert law_in_force(RECEIVED).code == "cn-2019", "what is refused changes nothing"


def test_a_folder_is_checked_at_the_terminal(tmp_path: Path) -> None:
    good = run(tmp_path, "law", "check", str(LAWS), LANG="en")
    assert (good.returncode, good.stderr) == (0, "")
    assert "5 law packs and 7 report forms" in good.stdout
    folder = shutil.copytree(LAWS, tmp_path / "law")
    path = folder / "packs" / "fee-stop.toml"
    path.write_text(path.read_text().replace('rule = "fee"', 'rule = "tolling"'))
    bad = run(tmp_path, "law", "check", str(folder), LANG="en")
    assert bad.returncode == 2
    assert "fee-stop.toml:" in bad.stderr
    assert "no words for 'stop.tolling'" in bad.stderr


MISTAKES = [
    ('code = "fees-1"', 'code = ', "TOML", "code ="),
    ('code = "fees-1"', 'kode = "fees-1"', "code: Field required", None),
    ('jurisdiction = "feeland"', "jurisdiction = 7", "jurisdiction", "jurisdiction = 7"),
    ("received_from = 2020-01-01", 'received_from = "soon"', "received_from", '"soon"'),
    ("received_from = 2020-01-01", "received_from = 2020-01-01\nreceived_until = 2019-01-01",
     "is before received_from", "received_until"),
    ('en = "Information Fees Act" }', 'en = "" }', "title.en", "title ="),
    ("number = 20", "number = 0", "limits[1].number", "number = 0"),
    ("number = 20", "", "neither a number nor a stated day", "[[limits]]"),
    ('nature = "duty"', 'nature = "chore"', "limits[1].nature", '"chore"'),
    ('kind = "reply"', 'kindd = "reply"', "limits[1].kindd", "kindd"),
    ('unit = "months"', 'unit = "weeks"', "limits[2].unit", '"weeks"'),
    ('starts_on = [{ event = "received" }]', "", "needs either starts_on or after_missed",
     "[[limits]]"),
    ('starts_on = [{ event = "received" }]', 'starts_on = [{ event = "recieved" }]',
     "no step 'recieved'", "[[limits]]"),
    ('starts = "fee_notified"', 'starts = "fee_asked"', "no step 'fee_asked'", "[[limits]]"),
    ('rule = "fee"', 'rule = "tolling"', "no words for 'stop.tolling'", "[[limits]]"),
    ('rule = "fee", article = "9" }', 'rule = "fee", article = "9", at_most = "never" }',
     "stops: no limit 'never'", "stops ="),
    ('ends = ["fee_paid", "fee_waived"]', 'ends = "fee_paid"', "stops[1].ends", "stops ="),
    ('number = 20\n', 'number = 20\nin_force_from = 2021-01-01\nin_force_until = 2020-06-01\n',
     "in_force_until: is before in_force_from", "in_force_until ="),
    ('number = 20\n', 'number = 20\nextension = { event = "delay", number = 5, article = "1" }\n',
     "no step 'delay'", "[[limits]]"),
    ('number = 20\n', 'number = 20\nnot_for_outcomes = ["maybe"]\n',
     "not_for_outcomes: no outcome 'maybe'", "not_for_outcomes"),
    ('code = "withheld"', 'code = "disclosed"', "'disclosed' stands twice", "[[outcomes]]"),
    ('outcomes = ["withheld"]', 'outcomes = ["hidden"]', "no outcome 'hidden'",
     'outcomes = ["hidden"]'),
    ('outcomes = ["withheld"]', 'outcomes = ["disclosed"]', "is 'none', but a ground names",
     'ground = "none"'),
    ('outcome = "closed"', 'outcome = "ended"', "no outcome 'ended'", 'outcome = "ended"'),
    ('[[endings]]\nevent = "withdrawn"', '[[endings]]\nevent = "gone"', "no step 'gone'",
     'event = "gone"'),
    ('[[steps]]\nevent = "received"\n', '[[steps]]\nevent = "received"\nwithin = ["always"]\n',
     "within: no limit 'always'", "within ="),
    ('[[steps]]\nevent = "received"\n', '[[steps]]\nevent = "received"\narticle_by = "kind"\n',
     "articles: goes with article_by", "[[steps]]"),
    ('[[steps]]\nevent = "clarified"', '[[steps]]\nevent = "received"', "'received' stands twice",
     "[[steps]]"),
    ("tiers = [{ first = 1, fen = 2500 }]", "tiers = [{ first = 2, fen = 2500 }]",
     "must begin with 1", "tiers ="),
    ('kind = "suit"', 'kind = "tribunal"', "remedies[2].kind", '"tribunal"'),
    ("[[fees]]", '[[reporting_days]]\ncode = "x"\nmonth = 2\nday = 30\narticle = "1"\n'
     'label = { zh = "x", en = "x" }\n[[fees]]', "there is no 2-30", "day = 30"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "reason", "at"), MISTAKES)
def test_each_mistake_is_refused_by_file_line_key_and_reason(
    tmp_path: Path, before: str, after: str, reason: str, at: str | None
) -> None:
    content = (LAWS / "packs" / "fee-stop.toml").read_text(encoding="utf-8")
    assert before in content
    path = tmp_path / "fee-stop.toml"
    changed = content.replace(before, after, 1)
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        load_pack(path)
    (line,) = [item for item in str(caught.value).splitlines() if reason in item][:1]
    name, number, _ = line.split(":", 2)
    assert name == "fee-stop.toml"
    if at:
        assert at in changed.splitlines()[int(number) - 1], (line, number)


@pytest.mark.parametrize(
    ("field", "said", "reason"),
    [
        ("received_from = 2020-01-01", "received_from = 2026-01-01", "overlaps 'cn-2019'"),
        ('code = "fees-1"', 'code = "cn-2019"', "'cn-2019' stands twice"),
        ('event = "closed"', 'event = "shut"', "there is no step 'shut'"),
        (
            'starts_on = [{ event = "received" }]',
            'starts_on = [{ event = "received", day = "x" }]',
            "'received' does not say 'x'",
        ),
    ],
)
def test_what_does_not_fit_the_others_is_refused(
    tmp_path: Path, field: str, said: str, reason: str
) -> None:
    content = (LAWS / "packs" / "fee-stop.toml").read_text(encoding="utf-8")
    if "overlaps" in reason:
        content = content.replace('jurisdiction = "feeland"\n', "")
    (tmp_path / "packs").mkdir()
    shutil.copytree(LAWS / "jurisdictions", tmp_path / "jurisdictions")
    path = tmp_path / "packs" / "fee-stop.toml"
    path.write_text(content.replace(field, said, 1), encoding="utf-8")
    refused = run(tmp_path, "law", "check", str(tmp_path), LANG="en")
    assert refused.returncode == 2
    assert reason in refused.stderr
    (line,) = [item for item in refused.stderr.splitlines() if reason in item][:1]
    name, number, _ = line.removeprefix("requestflow: ").split(":", 2)
    assert name == "fee-stop.toml"
    assert int(number) > 1 or "code" in reason or "twice" in reason
