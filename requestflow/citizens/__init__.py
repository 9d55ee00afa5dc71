"""The citizen's side: what applicants prove themselves with, how a case is told to them, which
remedies are open."""

from requestflow.citizens.accounts import (
    cases_of,
    clear_links,
    make_link,
    owns,
    prove_address,
    set_password,
    sign_in_with_password,
    use_link,
)
from requestflow.citizens.answer_index import keep_releases, personal_parts
from requestflow.citizens.codes import case_of_code, code_from, code_made_at, give_code, plain_code
from requestflow.citizens.models import CitizenAccount, CitizenSession, TrackingCode
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
from requestflow.citizens.sessions import (
    account_signed_in,
    begin_account_session,
    begin_case_session,
    clear_citizen_sessions,
    end_citizen_sessions,
    end_other_account_sessions,
    opens_case,
)

__all__ = [
    "NOT_SHOWN",
    "SHOWN",
    "CitizenAccount",
    "CitizenSession",
    "NextStep",
    "OpenRemedy",
    "TrackingCode",
    "account_signed_in",
    "amount_of",
    "begin_account_session",
    "begin_case_session",
    "case_of_code",
    "cases_of",
    "clear_citizen_sessions",
    "clear_links",
    "code_from",
    "code_made_at",
    "delivered_documents",
    "describe_event",
    "end_citizen_sessions",
    "end_other_account_sessions",
    "give_code",
    "keep_releases",
    "make_link",
    "next_step",
    "open_remedies",
    "opens_case",
    "owns",
    "personal_parts",
    "plain_code",
    "prove_address",
    "set_password",
    "shared_text",
    "sign_in_with_password",
    "use_link",
]
