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
from requestflow.citizens.answer_index import index_answers, index_earlier_answers
from requestflow.citizens.codes import case_of_code, code_from, code_made_at, give_code, plain_code
from requestflow.citizens.models import CitizenAccount, TrackingCode
from requestflow.citizens.plain_language import (
    NOT_SHOWN,
    SHOWN,
    NextStep,
    amount_of,
    delivered_documents,
    describe_event,
    next_step,
    shared_text,
)
from requestflow.citizens.remedies import OpenRemedy, open_remedies

__all__ = [
    "NOT_SHOWN",
    "SHOWN",
    "CitizenAccount",
    "NextStep",
    "OpenRemedy",
    "TrackingCode",
    "account_by_id",
    "amount_of",
    "case_of_code",
    "cases_of",
    "clear_links",
    "code_from",
    "code_made_at",
    "delivered_documents",
    "describe_event",
    "give_code",
    "index_answers",
    "index_earlier_answers",
    "make_link",
    "next_step",
    "open_remedies",
    "owns",
    "plain_code",
    "set_password",
    "shared_text",
    "sign_in_with_password",
    "use_link",
]
