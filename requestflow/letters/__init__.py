"""Papers made of a case: receipt, letters of every step, application for reconsideration; PDF and
Word, by the words of the system or by a unit's own template."""

from requestflow.letters.casefile import as_one_pdf, as_zip, contents_of
from requestflow.letters.glyphs import incomplete_extensions, missing_characters, use_fonts
from requestflow.letters.issuing import (
    Letter,
    NumberTaken,
    compose_letter,
    issue_letter,
    letter_of,
    preview_letter,
)
from requestflow.letters.kinds import (
    LetterKind,
    field_labels,
    kind_of_letter,
    letter_for,
    letter_kinds,
)
from requestflow.letters.letter_fields import LetterContext, field_values
from requestflow.letters.paper import Paper, as_docx, as_pdf, typeset, use_font
from requestflow.letters.receipts import receipt, receipt_basis, requested_information
from requestflow.letters.reconsideration_application import reconsideration_application
from requestflow.letters.unit_templates import (
    CheckedTemplate,
    checked_template,
    known_kind,
    remove_template,
    replace_template,
    template_for,
    templates_of,
)
from requestflow.letters.word import TemplateRefused, default_template

__all__ = [
    "CheckedTemplate",
    "Letter",
    "LetterContext",
    "LetterKind",
    "NumberTaken",
    "Paper",
    "TemplateRefused",
    "as_docx",
    "as_one_pdf",
    "as_pdf",
    "as_zip",
    "checked_template",
    "compose_letter",
    "contents_of",
    "default_template",
    "field_labels",
    "field_values",
    "incomplete_extensions",
    "issue_letter",
    "kind_of_letter",
    "known_kind",
    "letter_for",
    "letter_kinds",
    "letter_of",
    "missing_characters",
    "preview_letter",
    "receipt",
    "receipt_basis",
    "reconsideration_application",
    "remove_template",
    "replace_template",
    "requested_information",
    "template_for",
    "templates_of",
    "typeset",
    "use_font",
    "use_fonts",
]
