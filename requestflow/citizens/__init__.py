"""The citizen's side: what applicants prove themselves with, how a case is told to them, which
remedies are open."""

from requestflow.citizens.accounts import (
    account_by_id,
    cases_of,
    clear_links,
    make_link,
    owns,
    set_password,
    sign_in_with_password,
    use_link,
)
from requestflow.citizens.answer_index import publish_answers, publish_earlier_answers
from requestflow.citizens.codes import case_of_code, code_from, code_made_at, give_code, plain
from requestflow.citizens.models import CitizenAccount, TrackingCode
from requestflow.citizens.plain_language import SHOWN, Next, next_step, papers, said, told, yuan
from requestflow.citizens.remedies import OpenRemedy, open_remedies

__all__ = [
    "SHOWN",
    "CitizenAccount",
    "Next",
    "OpenRemedy",
    "TrackingCode",
    "account_by_id",
    "case_of_code",
    "cases_of",
    "clear_links",
    "code_from",
    "code_made_at",
    "give_code",
    "make_link",
    "next_step",
    "open_remedies",
    "owns",
    "papers",
    "plain",
    "publish_answers",
    "publish_earlier_answers",
    "said",
    "set_password",
    "sign_in_with_password",
    "told",
    "use_link",
    "yuan",
]
