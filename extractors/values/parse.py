"""The one door from a raw reading to a typed value."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from extractors.values.contact import phone_candidates, postal_code_candidates
from extractors.values.date import day_candidates, month_candidates
from extractors.values.diagnosis import icd10_candidates
from extractors.values.identity import (
    bic_candidates,
    business_id_candidates,
    hetu_candidates,
    iban_candidates,
    institution_candidates,
    reference_candidates,
)
from extractors.values.money import money_candidates
from extractors.values.parsed import Parsed as Parsed
from extractors.values.text import integer_candidates, text_candidates, yes_no_candidates
from models.document_type import Kind

_READERS: Mapping[str, Callable[[str], list[Parsed]]] = {
    "text": text_candidates,
    "hetu": hetu_candidates,
    "phone": phone_candidates,
    "postal_code": postal_code_candidates,
    "iban": iban_candidates,
    "bic": bic_candidates,
    "business_id": business_id_candidates,
    "icd10": icd10_candidates,
    "reference": reference_candidates,
    "institution": institution_candidates,
    "integer": integer_candidates,
    "date": day_candidates,
    "months": month_candidates,
    "money": money_candidates,
    "yes_no": yes_no_candidates,
}


def candidates(kind: Kind, raw: str) -> list[Parsed]:
    """Read `raw` in every way its kind allows, best first, misread characters repaired.

    Kinds that are marked and not written (choice, choices, signature, table) have no readings.
    """
    reader = _READERS.get(kind)
    return reader(raw) if reader and raw.strip() else []


def parse(kind: Kind, raw: str) -> Parsed | None:
    """Read `raw` as a value in normal form; None when it cannot be one, or may as well be another."""
    found = candidates(kind, raw)
    if not found:
        return None
    best = found[0]
    rivals = [one for one in found[1:] if "format" not in best.evidence and "format" not in one.evidence]
    return None if rivals else best
