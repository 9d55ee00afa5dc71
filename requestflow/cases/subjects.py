"""The subject of a case in a query: encrypted under the case's key, which stands beside it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.engine import Row
from sqlalchemy.orm import Bundle

from requestflow.cases.models import Case
from requestflow.cases.written import CaseCipher


class _Subject(Bundle[Any]):
    """A column of a query that opens what it reads."""

    def create_row_processor(
        self, query: Any, procs: Sequence[Callable[[Row[Any]], Any]], labels: Sequence[str]
    ) -> Callable[[Row[Any]], Any]:
        """How a row's columns become the subject."""

        def process(row: Row[Any]) -> str:
            kept, number, record_key, forgotten_on = (proc(row) for proc in procs)
            return CaseCipher.of(number, record_key, forgotten_on).decrypt(kept)

        return process


def subject_column() -> Bundle[Any]:
    """The column `subject` of a query for cases, as it was written."""
    return _Subject("subject", Case.subject, Case.number, Case.record_key, Case.forgotten_on)
