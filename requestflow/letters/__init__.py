"""Papers made of a case: receipt, letters of every step, application for reconsideration; PDF and
Word, by the words of the system or by a unit's own template."""

from requestflow.letters.casefile import as_one_pdf, as_zip, contents_of
from requestflow.letters.issuing import Letter, foreseen, take_by_letter, write
from requestflow.letters.kinds import (
    LetterKind,
    field_labels,
    kind_of_letter,
    letter_for,
    letter_kinds,
)
from requestflow.letters.letter_fields import Occasion, fields_of
from requestflow.letters.paper import Paper, as_docx, as_pdf
from requestflow.letters.receipts import asked, confirmed, receipt
from requestflow.letters.reconsideration_application import reconsideration
from requestflow.letters.unit_templates import (
    known_kind,
    remove_template,
    replace_template,
    template_for,
    templates_of,
)
from requestflow.letters.word import TemplateRefused, default_template

__all__ = [
    "Letter",
    "LetterKind",
    "Occasion",
    "Paper",
    "TemplateRefused",
    "as_docx",
    "as_one_pdf",
    "as_pdf",
    "as_zip",
    "asked",
    "confirmed",
    "contents_of",
    "default_template",
    "field_labels",
    "fields_of",
    "foreseen",
    "kind_of_letter",
    "known_kind",
    "letter_for",
    "letter_kinds",
    "receipt",
    "reconsideration",
    "remove_template",
    "replace_template",
    "take_by_letter",
    "template_for",
    "templates_of",
    "write",
]
