"""Read a letter of any type into fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from extractors.letters.absence_order import read_absence_order
from extractors.letters.letter import Letter
from extractors.letters.payment_ban import read_payment_ban
from extractors.letters.simple import read_simple
from extractors.letters.typed import Fields
from extractors.values.lexicon import with_its_marks
from models.document_type import DocumentType, Kind
from models.extraction import Extraction
from models.page import PageText

# By a field that only such letters have, so that a type file decides how it is read and not its name.
_READERS: Mapping[str, Callable[[Letter], Fields]] = {
    "decision_kind": read_absence_order,
    "notice_kind": read_payment_ban,
}
# What no such letter lacks: where it cannot be found, a person must look.
_NEVER_LACKING = frozenset({
    "authority", "decision_kind", "subject_name", "subject_hetu", "start", "decision_date", "physician_name",
    "notice_kind", "enforcement_office", "case_number", "debtor_name", "debtor_hetu", "issued_date", "bailiff_name",
})  # fmt: skip


def read_letter(pages: Sequence[PageText], doc_type: DocumentType) -> dict[str, Extraction]:
    """Read the fields of a letter; `pages` are its pages in order.

    A field that the letter does not state is left out; one that it states and that cannot be read has the
    value None. Boxes are pixels of the cleaned pages. Confidence is not judged here.
    """
    letter = Letter(pages, doc_type)
    if not letter.segments:
        return {}
    names = {spec.name for spec in doc_type.fields}
    read = next((reader for field, reader in _READERS.items() if field in names), read_simple)
    fields = {name: Extraction(value=None) for name in names & _NEVER_LACKING} | read(letter)
    return {spec.name: _with_marks(fields[spec.name], spec.kind) for spec in doc_type.fields if spec.name in fields}


def _with_marks(found: Extraction, kind: Kind) -> Extraction:
    """Words that are known but for their dots and rings, as readers confuse å and ä; nobody accepts such a value unseen."""
    if kind != "text" or found.reading != "ocr" or not isinstance(found.value, str):
        return found
    value = re.sub(r"[^\W\d_]+", lambda word: with_its_marks(word[0]), found.value)
    return found if value == found.value else found.model_copy(update={"value": value, "evidence": (*found.evidence, "repaired")})
