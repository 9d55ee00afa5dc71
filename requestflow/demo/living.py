"""Some sixty living cases under the law in force, in every state, dated from today."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from requestflow.cases import Opening, Step
from requestflow.law import WorkingCalendar

Ago = Callable[[int], date]
Story = Callable[[Ago], list[Step]]

CLERK, REVIEWER, APPROVER = "clerk", "reviewer", "approver"
SUBJECTS = (
    "2025年市级重点项目投资完成情况",
    "轨道交通一期工程可行性研究报告批复",
    "某地块征地补偿安置方案",
    "农村饮水安全工程验收报告",
    "学校食堂食品安全检查结果",
    "城市更新项目专家评审意见",
    "公共自行车运营补贴拨付明细",
    "污水处理厂出水水质监测数据",
    "老旧小区加装电梯补助名单",
    "招商引资优惠政策文件",
    "公务用车运行维护费用",
    "建设工程规划许可证及附图",
    "行政处罚决定书",
    "社会救助资金使用情况",
    "机动车检验机构检查记录",
)


@dataclass(frozen=True)
class Living:
    """A living case: what opens it and what happened since."""

    opening: Opening
    steps: tuple[Step, ...]


def _step(step: str, day: date, who: str = CLERK, /, **data: Any) -> Step:
    return Step(step, day, {**data, "_actor": who})


def _assigned(ago: Ago, n: int) -> list[Step]:
    return [_step("assigned", ago(n), handler="clerk")]


def _new(_ago: Ago) -> list[Step]:
    return []


def _working(since: int) -> Story:
    return lambda ago: _assigned(ago, since)


def _clarifying(requested: int, days_to_answer: int) -> Story:
    def story(ago: Ago) -> list[Step]:
        answer_by = ago(requested) + timedelta(days=days_to_answer)
        return [
            *_assigned(ago, requested),
            _step(
                "clarification_requested",
                ago(requested),
                items="请说明所需信息的年度和文号。",
                answer_by=answer_by.isoformat(),
            ),
        ]

    return story


def _clarified(requested: int, answered: int) -> Story:
    return lambda ago: [*_clarifying(requested, 15)(ago), _step("clarified", ago(answered))]


def _lapsed(requested: int, lapsed: int) -> Story:
    def story(ago: Ago) -> list[Step]:
        return [*_clarifying(requested, 7)(ago), _step("clarification_lapsed", ago(lapsed))]

    return story


def _consulting(since: int) -> Story:
    return lambda ago: [
        *_assigned(ago, since),
        _step(
            "consultation_started",
            ago(since),
            consultation="1",
            consulted="third_party",
            name="示例公司",
            letter_received_on=ago(since).isoformat(),
        ),
    ]


def _consulted(since: int, answered: int) -> Story:
    return lambda ago: [
        *_consulting(since)(ago),
        _step("consultation_ended", ago(answered), consultation="1", answer="objects"),
    ]


def _extended(day: int) -> Story:
    return lambda ago: [
        *_assigned(ago, day + 5),
        _step(
            "extended",
            ago(day),
            APPROVER,
            days=20,
            reason="涉及多个科室，需要会商。",
            approver="陈签发",
        ),
    ]


def _reasons(day: int) -> Story:
    return lambda ago: [*_assigned(ago, day), _step("reasons_requested", ago(day))]


def _fee(day: int) -> Story:
    return lambda ago: [
        *_assigned(ago, day),
        _step(
            "fee_notified",
            ago(day),
            fen=210000,
            rule="by_item",
            notice_received_on=ago(day).isoformat(),
        ),
    ]


def _fee_default(day: int, over: int) -> Story:
    return lambda ago: [*_fee(day)(ago), _step("fee_defaulted", ago(over))]


def _review(upto: int, day: int, outcome: str, ground: str | None) -> Story:
    """Drafted, and taken `upto` further steps along the way to the applicant."""

    def story(ago: Ago) -> list[Step]:
        decision = {"outcome": outcome, **({"ground": ground} if ground else {})}
        way = [
            _step("drafted", ago(day), **decision, facts="经检索，查明如下。"),
            _step("legality_reviewed", ago(day), REVIEWER),
            _step("secrecy_reviewed", ago(day), REVIEWER),
            _step("signed", ago(day), APPROVER),
            _step("delivered", ago(day), way="post", received_on=ago(day).isoformat(), **decision),
            _step("closed", ago(day)),
        ]
        return [*_assigned(ago, day), *way[: upto + 1]]

    return story


def _released(answered: int, day: int) -> Story:
    """Answered, and made public in words of the office."""
    return lambda ago: [
        *_review(5, answered, "granted", None)(ago),
        _step(
            "answer_released",
            ago(day),
            APPROVER,
            title="主城区公共停车场收费标准及依据",
            summary="列明主城区公共停车场的名称、泊位数、收费标准和定价文件。",
            reference="sample-answer",
        ),
    ]


def _reconsideration(answered: int, filed: int, concluded: int | None, result: str) -> Story:
    def story(ago: Ago) -> list[Step]:
        steps = [
            *_review(5, answered, "refused", "process_information")(ago),
            _step(
                "remedy_filed",
                ago(filed),
                remedy="R1",
                kind="reconsideration",
                authority="泸州市人民政府",
            ),
            _step(
                "remedy_accepted",
                ago(filed - 3),
                remedy="R1",
                kind="reconsideration",
                copy_received_on=ago(filed - 5).isoformat(),
            ),
        ]
        if concluded is not None:
            steps += [
                _step("remedy_answered", ago(filed - 8), remedy="R1"),
                _step(
                    "remedy_concluded",
                    ago(concluded),
                    remedy="R1",
                    kind="reconsideration",
                    result=result,
                    received_on=ago(concluded).isoformat(),
                    within=15,
                    redecision=result == "corrected",
                ),
            ]
        return steps

    return story


def _suit(answered: int, filed: int) -> Story:
    def story(ago: Ago) -> list[Step]:
        return [
            *_reconsideration(answered, filed + 30, filed + 5, "upheld")(ago),
            _step(
                "remedy_filed",
                ago(filed),
                remedy="S1",
                kind="suit",
                authority="示例人民法院",
                after_reconsideration=True,
            ),
            _step(
                "remedy_accepted",
                ago(filed - 2),
                remedy="S1",
                kind="suit",
                copy_received_on=ago(filed - 4).isoformat(),
            ),
        ]

    return story


def _withdrawn(day: int) -> Story:
    return lambda ago: [*_assigned(ago, day), _step("withdrawn", ago(day))]


def _redirected(day: int) -> Story:
    return _review(5, day, "unable", "not_this_body")


def _plain() -> Iterator[tuple[int, Story]]:
    """Received so many working days ago, and being worked on: 20 ago is due today."""
    for days in (0, 0, 1, 1, 2):
        yield days, _new
    for days in (3, 5, 7, 9, 11, 13, 14, 15, 15, 16, 17, 17, 18, 19, 19, 20, 20, 21, 23, 26):
        yield days, _working(max(days - 1, 0))


def _stories() -> Iterator[tuple[int, Story]]:
    yield from _plain()
    yield from ((8, _clarifying(3, 15)), (14, _clarifying(9, 10)), (12, _clarifying(6, 20)))
    yield from ((20, _clarified(15, 8)), (26, _clarified(22, 19)), (30, _lapsed(26, 18)))
    yield from ((12, _consulting(8)), (24, _consulting(20)), (30, _consulting(12)))
    yield from ((28, _consulted(22, 12)), (34, _consulted(30, 16)))
    yield from ((22, _extended(4)), (30, _extended(12)), (39, _extended(20)), (41, _extended(21)))
    yield from ((10, _reasons(4)), (9, _fee(5)), (28, _fee(22)), (50, _fee_default(44, 20)))
    yield from (
        (15, _review(0, 1, "granted", None)),
        (17, _review(0, 2, "partial", None)),
        (16, _review(1, 1, "refused", "third_party_rights")),
        (18, _review(2, 1, "granted", None)),
        (19, _review(3, 0, "unable", "not_held")),
        (20, _review(3, 1, "granted", None)),
    )
    yield from (
        (25, _review(4, 6, "granted", None)),
        (30, _review(4, 12, "partial", None)),
        (40, _released(22, 15)),
        (44, _review(5, 25, "not_processed", "repeated")),
        (52, _review(5, 33, "refused", "internal_affairs")),
        (60, _review(5, 38, "unable", "needs_making")),
    )
    yield from ((14, _withdrawn(9)), (11, _redirected(8)))
    yield from (
        (70, _reconsideration(52, 12, None, "")),
        (90, _reconsideration(72, 50, 6, "corrected")),
        (95, _reconsideration(78, 55, 10, "upheld")),
        (130, _suit(112, 9)),
    )


UNITS = ("LZ-S01", "LZ-S01", "LZ-S01", "LZ-S00", "LZ-S02", "LZ-X00", "LZ-X03")
KINDS = ("person", "person", "person", "enterprise", "legal", "research", "welfare", "other")
CHANNELS = ("internet", "internet", "post", "in_person", "fax")


def living_cases(today: date, calendar: WorkingCalendar) -> Iterator[Living]:
    """The living cases as of `today`; `calendar` counts the working days back."""

    def ago(number: int) -> date:
        return calendar.before(today + timedelta(days=1), number + 1)

    for place, (received, story) in enumerate(_stories()):
        kind = KINDS[place % len(KINDS)]
        opening = Opening(
            unit=UNITS[place % len(UNITS)],
            received_on=ago(received),
            applicant_kind=kind,
            channel=CHANNELS[place % len(CHANNELS)],
            delivery_form="email",
            subject=f"申请公开{SUBJECTS[place % len(SUBJECTS)]}",
            party={
                "name": f"示例申请人{place + 1:02d}",
                "identity_number": f"00000019900101{place:04d}",
                "phone": f"000{place:08d}",
                "email": f"applicant{place + 1:02d}@example.org",
            },
        )
        yield Living(opening, tuple(story(ago)))
