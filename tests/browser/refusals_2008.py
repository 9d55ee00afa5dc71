"""What the desk refuses under Order 492: where, and with which words."""

from datetime import date

from tests.browser.refusals import DRAFT, Before, Refusal

OLD = date(2018, 5, 7)
OLD_ASKED: Before = [
    ("clarification_requested", "2018-05-08", {"items": "x", "answer_by": "2018-05-21"})
]

UNDER_ORDER_492: list[Refusal] = [
    (
        OLD,
        [],
        "clerk",
        "drafted",
        "2018-05-08",
        {"outcome": "refused", "facts": "x"},
        "ground",
        "requires a ground (art. 21(2))",
    ),
    (
        OLD,
        [],
        "clerk",
        "drafted",
        "2018-05-08",
        {**DRAFT, "ground": "state_secret"},
        "ground",
        "cannot be used with 'Granted' (art. 21(1))",
    ),
    (
        OLD,
        [],
        "clerk",
        "drafted",
        "2018-05-08",
        {"outcome": "partial", "facts": "x"},
        "granted",
        "(art. 22)",
    ),
    (OLD, [], "clerk", "clarified", "2018-05-08", {}, "day", "received (art. 21(4))"),
    (OLD, OLD_ASKED, "clerk", "clarification_lapsed", "2018-05-21", {}, "day", "until 2018-05-21"),
    (
        OLD,
        [*OLD_ASKED, ("clarified", "2018-05-09", {})],
        "clerk",
        "clarification_requested",
        "2018-05-10",
        {"items": "x", "answer_by": "2018-05-20"},
        "day",
        "has already been taken (art. 21(4))",
    ),
    (
        OLD,
        [],
        "approver",
        "extended",
        "2018-05-08",
        {"days": "16", "reason": "x"},
        "days",
        "no more than 15 working days. (art. 24)",
    ),
    (
        OLD,
        [],
        "approver",
        "extended",
        "2018-05-29",
        {"reason": "x"},
        "day",
        "ended on 2018-05-28 (art. 24)",
    ),
    (
        OLD,
        [],
        "clerk",
        "remedy_filed",
        "2018-05-28",
        {"kind": "suit", "authority": "x"},
        "day",
        "has not passed",
    ),
    (
        OLD,
        [("withdrawn", "2018-05-08", {})],
        "clerk",
        "drafted",
        "2018-05-09",
        {"outcome": "refused", "ground": "not_this_body", "facts": "x"},
        "day",
        "withdrawn (art. 21)",
    ),
]
