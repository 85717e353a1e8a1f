"""From what speaks for a value to one calibrated chance that it is right, and whether that suffices."""

from __future__ import annotations

from collections.abc import Mapping

from models.document_type import DocumentType, Kind
from models.extraction import Extraction, Fields

STRICT_KINDS = frozenset({"hetu", "iban", "bic", "business_id", "date", "money", "reference", "months"})
"""Kinds where at most 0.05 % of accepted values may be wrong (contract); 0.5 % for the others."""

ACCEPT_FROM = {True: 0.985, False: 0.97}


def judge(fields: Fields, doc_type: DocumentType, quality_by_page: Mapping[int, float]) -> Fields:
    """Give every extraction its confidence, and accept those that nobody needs to look at."""
    judged: Fields = {}
    for spec in doc_type.fields:
        found = fields.get(spec.name)
        if isinstance(found, list):
            kinds = {column.name: column.kind for column in spec.columns}
            judged[spec.name] = [{name: _judged(cell, kinds[name], quality_by_page) for name, cell in row.items()} for row in found]
        elif found is not None:
            judged[spec.name] = _judged(found, spec.kind, quality_by_page)
    return judged


def _judged(found: Extraction, kind: Kind, quality_by_page: Mapping[int, float]) -> Extraction:
    quality = quality_by_page.get(found.span.page, 0.0) if found.span else 0.0
    chance = confidence(found, kind, quality)
    accepted = found.value is not None and chance >= ACCEPT_FROM[kind in STRICT_KINDS]
    return found.model_copy(update={"confidence": round(chance, 4), "accepted": accepted})


def confidence(found: Extraction, kind: Kind, quality: float) -> float:
    """The chance, 0…1, that `found.value` is right."""
    if found.value is None:
        return 0.0
    evidence = set(found.evidence)
    if found.reading == "text_layer":
        return 0.995
    if found.reading in ("mark", "ink"):
        return 0.99 if {"all_boxes", "clear_ink", "no_ink"} & evidence and "doubtful_mark" not in evidence else 0.8
    if "check_digit" in evidence and "repaired" not in evidence:
        return 0.995
    if "two_readers" in evidence:
        return 0.99 if found.engine_score > 0.9 else 0.95
    base = 0.9 * found.engine_score if "near_agreement" in evidence else 0.8 * found.engine_score
    return base * (0.5 + 0.5 * quality)
