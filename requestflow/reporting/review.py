"""A report looked at as a whole: its figures, its words, its checks, the units below."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from requestflow.accounts import Unit
from requestflow.foundation import Text
from requestflow.law import CarriedForward, Label, ReportForm, Source, report_forms
from requestflow.reporting.document import ReportDocument, read_document
from requestflow.reporting.models import AnnualReport, ReportSnapshot, ReportText
from requestflow.reporting.queries import (
    HANDED_IN,
    not_reported_again,
    texts_of,
    with_snapshots,
)
from requestflow.reporting.subordinate_units import SubordinateReport, subordinate_reports
from requestflow.statistics import (
    COUNTED_SOURCES,
    CheckResult,
    Number,
    Report,
    build_report,
    find_contradictions,
    find_retyped_figures,
    said,
    same_form,
    text_problems,
)

REPORT_LOCALES = ("zh_CN", "en")
MOST_NAMED = 10
"""How many units a check names; who are more is said as a number."""


@dataclass(frozen=True)
class ReportReview:
    """Everything of a unit's report for a year. `row` is None before it is begun; `snapshots` are
    what was handed in and published, the newest first."""

    report: Report
    row: AnnualReport | None
    texts: Mapping[tuple[str, str], ReportText]
    wrong: Mapping[tuple[str, str], Sequence[Text]]
    children: Sequence[SubordinateReport]
    snapshots: Sequence[ReportSnapshot]

    @property
    def state(self) -> str:
        """How far it is."""
        return self.row.state if self.row else "not_begun"

    @property
    def failing(self) -> Sequence[CheckResult]:
        """The checks that do not hold."""
        return [check for check in self.report.checks if not check.holds]

    @property
    def failures(self) -> str:
        """What does not hold, and because of what or by how much, a line each: that for which a
        reason is given. Where less is wrong there are fewer lines."""
        return "\n".join(
            f"{check.id} {cause}"
            for check in self.failing
            for cause in check.causes or (f"{check.left} {check.right}",)
        )

    @property
    def locked(self) -> bool:
        """Whether it is handed in, so that words and figures stand."""
        return self.state in HANDED_IN

    @property
    def said(self) -> ReportDocument | None:
        """What was last handed in or published, to which today's figures are compared."""
        under_way = self.state in ("submitted", "accepted")
        kinds = ("submitted", "published") if under_way else ("published",)
        match = next((item for item in self.snapshots if item.kind in kinds), None)
        return read_document(match.content) if match else None


def review_report(
    session: Session, unit: Unit, year: int, known_on: datetime | None = None
) -> ReportReview:
    """A unit's report for a year, as it stands; or its figures as they were known at a moment,
    without words and units below, which are what they are now. Raises UnknownForm."""
    report = build_report(session, year, unit, known_on=known_on)
    row, snapshots, before = with_snapshots(session, unit.id, year)
    if known_on is not None:
        return ReportReview(report, row, {}, {}, (), snapshots)
    texts = texts_of(session, row.id) if row else {}
    wrong = {key: list(text_problems(item.content, report)) for key, item in texts.items()}
    children = subordinate_reports(session, unit, year)
    more = [
        *_as_published(report, read_document(before.content) if before else None),
        *_below(children),
        *_reported_again(session, report),
        *(_words(report, texts, wrong) if row else ()),
    ]
    report = replace(report, checks=[*report.checks, *more])
    return ReportReview(report, row, texts, wrong, children, snapshots)


def _as_published(report: Report, before: ReportDocument | None) -> Iterator[CheckResult]:
    """What is carried in must be what the year before said, when it was published, it carried
    over; where that was said on another form, their totals are held against each other."""
    if before is None:
        return
    then = next((form for form in report_forms() if form.code == before.form), None)
    message = before.index
    for rule in report.form.carried_forward:
        table = report.form.table(rule.table)
        columns: list[str | None] = [column.id for column in table.columns] or [None]
        earlier = _rule_of(then, table.source) if then else None
        if then is None or earlier is None:
            continue
        if then is not report.form:
            columns = columns[-1:]
        for column in columns:
            now = f"{rule.table}.{rule.carried_in}" + (f".{column}" if column else "")
            theirs = column if then is report.form else _last_column(then, earlier)
            out = f"{earlier.table}.{earlier.carried_out}" + (f".{theirs}" if theirs else "")
            was = message[out].value if out in message else None
            yield _carried(report, before, rule, column, report.index[now].value, was)


def _rule_of(form: ReportForm, source: Source) -> CarriedForward | None:
    """What a form says of what records of a source are carried over."""
    rules = form.carried_forward
    return next((rule for rule in rules if form.table(rule.table).source == source), None)


def _last_column(form: ReportForm, rule: CarriedForward) -> str | None:
    columns = form.table(rule.table).columns
    return columns[-1].id if columns else None


def _carried(
    report: Report,
    before: ReportDocument,
    rule: CarriedForward,
    column: str | None,
    now: Number | None,
    was: float | None,
) -> CheckResult:
    link = None
    if was is not None and now != was:
        query = {
            "figure": f"since:{before.counted_at.isoformat()}",
            "year": report.year - 1,
            "unit": report.unit.code,
        }
        link = f"/cases?{urlencode(query)}"
    of = report.form.table(rule.table)
    what = next((item.label for item in of.columns if item.id == column), None)
    label = Label(
        zh=f"{rule.label.zh}（与已公布的上年报告比{f'，{what.zh}' if what else ''}）",
        en=f"{rule.label.en} (as published{f', {what.en}' if what else ''})",
    )
    name = f"published.{rule.id}" + (f".{column}" if column else "")
    return CheckResult(name, label, now, int(was) if was is not None else None, link)


def _below(children: Sequence[SubordinateReport]) -> Iterator[CheckResult]:
    """Units below that handed in must still count what they handed in, and stand by it: who sums up
    a correction that is still being made signs for figures that nobody has signed."""
    given = [child for child in children if child.handed_in_at]
    if not given:
        return
    yield _all_given(children)
    changed = [child for child in given if child.recorded_since or child.correcting]
    about = None
    if changed:
        about = Label(
            zh="、".join(_named(child, "正在更正", "（{}）", "，") for child in changed),
            en=", ".join(_named(child, "being corrected", " ({})", ", ") for child in changed),
        )
    label = Label(
        zh="下级单位上报后没有再补录或更正",
        en="Units below made no entries or corrections after submission",
    )
    causes = tuple(_named(child, "正在更正", "（{}）", "，") for child in changed)
    left, right = len(given) - len(changed), len(given)
    yield CheckResult("children", label, left, right, None, about, causes)


def _all_given(children: Sequence[SubordinateReport]) -> CheckResult:
    """Where units below hand in reports of their own, a sum over those that have looks as whole as
    one over all of them."""
    missing = [child.unit.name for child in children if not child.handed_in_at]
    about = None
    if missing:
        named, rest = missing[:MOST_NAMED], len(missing) - MOST_NAMED
        about = Label(
            zh="、".join(named) + (f"；另有{rest}个单位" if rest > 0 else ""),
            en=", ".join(named) + (f"; and {rest} more" if rest > 0 else ""),
        )
    label = Label(zh="下级单位均已上报", en="All units below have submitted their reports")
    given = len(children) - len(missing)
    causes = tuple(missing)
    return CheckResult("children.given", label, given, len(children), None, about, causes)


def _named(child: SubordinateReport, correcting: str, brackets: str, comma: str) -> str:
    message = [correcting] if child.correcting else []
    message += [str(child.recorded_since)] if child.recorded_since else []
    return child.unit.name + brackets.format(comma.join(message))


def _reported_again(session: Session, report: Report) -> Iterator[CheckResult]:
    """Who reported a figure the year before must say it again: a sum over the units that did looks
    as whole as one over all of them."""
    if not same_form(report.form, report.year - 1):
        return
    tables = {table.source: table.label for table in report.form.tables}
    # A total of the year before is compared with; who put in counts need not report it again.
    left_out = {table.reported_total for table in report.form.tables}
    left_out |= {"publications", "channels"} - tables.keys()
    silent = {
        name: [figure for figure in figures if figure not in left_out]
        for name, figures in not_reported_again(session, report.unit, report.year).items()
    }
    silent = {name: figures for name, figures in silent.items() if figures}
    requested = report.reported or any(figure.reported for figure in report.figures)
    if not silent and not requested:
        return
    about = None
    if silent:
        named = list(silent.items())[:MOST_NAMED]
        rest = len(silent) - len(named)

        def said(figures: Sequence[str], language: str) -> list[str]:
            known = {str(source): label for source, label in tables.items()}
            return [known[f].text(language) if f in COUNTED_SOURCES else f for f in figures]

        chinese = [f"{name}（{'、'.join(said(figures, 'zh'))}）" for name, figures in named]
        english = [f"{name} ({', '.join(said(figures, 'en'))})" for name, figures in named]
        about = Label(
            zh="；".join(chinese) + (f"；另有{rest}个单位" if rest else ""),
            en="; ".join(english) + (f"; and {rest} more" if rest else ""),
        )
    label = Label(
        zh="上年报送过的数字，各单位今年均已报送",
        en="Every unit has reported the same figures as in the previous year",
    )
    number = sum(map(len, silent.values()))
    causes = tuple(f"{name} {figure}" for name, figures in silent.items() for figure in figures)
    yield CheckResult("reported.again", label, number, 0, None, about, causes)


def _words(
    report: Report,
    texts: Mapping[tuple[str, str], ReportText],
    wrong: Mapping[tuple[str, str], Sequence[Text]],
) -> Iterator[CheckResult]:
    needed = [section for section in report.form.sections if section.needed]
    missing = [
        section
        for section in needed
        if not (text := texts.get((section.id, "zh_CN"))) or not text.content.strip()
    ]
    faulty = [
        section
        for section in report.form.sections
        if any(wrong.get((section.id, locale)) for locale in REPORT_LOCALES)
    ]
    both = list(dict.fromkeys(section.id for section in (*missing, *faulty)))
    named = [section.label for section in report.form.sections if section.id in both]
    about = None
    if named:
        about = Label(zh="、".join(n.zh for n in named), en="; ".join(n.en for n in named))
    label = Label(
        zh="各部分文字已写好，所引数字均可计算",
        en="Every chapter is written and all its figures can be calculated",
    )
    count = len(report.form.sections)
    yield CheckResult("texts", label, count - len(both), count, None, about, tuple(both))
    typed = sorted(
        {number for text in texts.values() for number in find_retyped_figures(text.content, report)}
    )
    about = Label(zh="、".join(typed), en=", ".join(typed)) if typed else None
    label = Label(
        zh="文字中未发现重新键入的统计数字", en="No figures are typed by hand in the text"
    )
    yield CheckResult("retyped", label, len(typed), 0, None, about, tuple(typed))
    yield _words_against_tables(report, texts)


def _words_against_tables(
    report: Report, texts: Mapping[tuple[str, str], ReportText]
) -> CheckResult:
    """A check that the words say nothing of a figure that the tables do not."""
    wrong = [item for text in texts.values() for item in find_contradictions(text.content, report)]
    about = None
    if wrong:
        about = Label(
            zh="；".join(f"“{item.said}”（表中为{said(item.value, 'zh_CN')}）" for item in wrong),
            en="; ".join(f"“{item.said}” (table: {said(item.value, 'en')})" for item in wrong),
        )
    label = Label(zh="文字中的数字与表格一致", en="The numbers in the text agree with the tables")
    causes = tuple(f"{item.said}/{item.value}" for item in wrong)
    return CheckResult("words", label, len(wrong), 0, None, about, causes)
