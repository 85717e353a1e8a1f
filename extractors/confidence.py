"""From what speaks for a value to one calibrated chance that it is right, and whether that suffices.

The weights are fitted by `samples/calibrate.py` on generated papers (see `weights/manifest.toml`). Learned confidence
only sends work to people: what may never be accepted is written here, not learned.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractors.values.lexicon import known_words
from models.document_type import DocumentType, Kind
from models.extraction import Extraction, Fields

WEIGHTS_FILE = Path(__file__).parent / "weights" / "confidence.json"

STRICT_KINDS = frozenset({"hetu", "iban", "bic", "business_id", "date", "money", "reference", "months"})
"""Kinds where at most 0.05 % of accepted values may be wrong (contract); 0.5 % for the others."""

EVIDENCE = (
    "label", "sentence", "position", "lexicon", "cross_field", "format", "check_digit", "plausible", "repaired",
    "two_readers", "near_agreement", "struck_out", "all_boxes", "doubtful_mark", "clear_ink", "no_ink",
)  # fmt: skip

FEATURES = (
    "always", "text_layer", "mark", "ink", "score", "weakest", "quality", "poor_page",
    "strict", "text", "short_text", "long_text", "agreement_on_text", "agreement_on_strict",
    "weighed", "share", "known", *EVIDENCE,
)  # fmt: skip

SAME_PLACE = 0.5
"""Of the smaller of two values' places, this share at most lies in the other's."""

SURE_SIGN = 0.9
"""Where a letter is an identity code's century sign, its least sure character is read at least so surely."""

NEVER_WITH = frozenset({"struck_out", "doubtful_mark"})
"""Evidence with which a value always goes to a person."""


@dataclass(frozen=True)
class Weights:
    """One weight a feature, and the chance from which strict and other kinds are accepted."""

    by_feature: Mapping[str, float]
    accept_strict: float
    accept_other: float


@cache
def weights() -> Weights:
    content = json.loads(WEIGHTS_FILE.read_text())
    return Weights(content["weights"], content["accept_from"]["strict"], content["accept_from"]["other"])


def judge(fields: Fields, doc_type: DocumentType, quality_by_page: Mapping[int, float]) -> Fields:
    """Give every extraction its confidence, and accept those that nobody needs to look at."""
    judged: Fields = {}
    shared = _of_shared_ink(fields)
    for spec in doc_type.fields:
        found = fields.get(spec.name)
        if isinstance(found, list):
            kinds = {column.name: column.kind for column in spec.columns}
            judged[spec.name] = [
                {name: _judged(cell, kinds[name], quality_by_page) for name, cell in row.items()} for row in found
            ]
        elif found is not None:
            one = _judged(found, spec.kind, quality_by_page)
            judged[spec.name] = one.model_copy(update={"accepted": False}) if spec.name in shared else one
    return judged


def _of_shared_ink(fields: Fields) -> frozenset[str]:
    """Fields beside labels of which two were read from one place: one label took the other's value, nobody knows which."""
    places = [
        (name, found.span) for name, found in fields.items()
        if isinstance(found, Extraction) and found.span is not None and found.value is not None
        and found.reading in ("ocr", "text_layer") and "label" in found.evidence
    ]  # fmt: skip
    return frozenset(
        name
        for one, (first, place) in enumerate(places)
        for second, its in places[one + 1 :]
        if place.page == its.page and max(place.box.covered_by(its.box), its.box.covered_by(place.box)) > SAME_PLACE
        for name in (first, second)
    )


def _judged(found: Extraction, kind: Kind, quality_by_page: Mapping[int, float]) -> Extraction:
    quality = quality_by_page.get(found.span.page, 0.5) if found.span else 0.5
    chance = confidence(found, kind, quality)
    return found.model_copy(update={"confidence": round(chance, 4), "accepted": _is_accepted(found, kind, chance)})


def _is_accepted(found: Extraction, kind: Kind, chance: float) -> bool:
    if found.value is None or NEVER_WITH & set(found.evidence):
        return False
    if "repaired" in found.evidence and "check_digit" not in found.evidence:
        return False  # nothing but a guess stands behind the changed characters
    if kind in ("hetu", "iban", "business_id", "reference") and "check_digit" not in found.evidence:
        return False
    if kind == "hetu" and found.reading == "ocr" and _has_letter_sign(found.value) and found.weakest < SURE_SIGN:
        return False  # U and V look alike, and the check character does not cover the century sign
    limit = weights().accept_strict if kind in STRICT_KINDS else weights().accept_other
    return chance >= limit


def _has_letter_sign(value: object) -> bool:
    return isinstance(value, str) and len(value) > 6 and value[6].isalpha() and value[6] != "A"


def confidence(found: Extraction, kind: Kind, quality: float) -> float:
    """The chance, 0…1, that `found.value` is right; 0 where there is no value. `quality` is that of its page, 0…1."""
    if found.value is None:
        return 0.0
    by_feature = weights().by_feature
    total = sum(by_feature[name] * value for name, value in zip(FEATURES, features(found, kind, quality), strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def features(found: Extraction, kind: Kind, quality: float) -> list[float]:
    """What speaks for and against a value, as numbers in the order of FEATURES."""
    read = found.reading == "ocr"
    length = len(found.value) if isinstance(found.value, str) else 0
    strict, text = kind in STRICT_KINDS, kind == "text"
    agreed = "two_readers" in found.evidence
    share = next((way.share for way in found.candidates if way.share > 0 and way.value == found.value), None)
    return [
        1.0,
        float(found.reading == "text_layer"),
        float(found.reading == "mark"),
        float(found.reading == "ink"),
        _log_odds(found.engine_score) if read else 0.0,
        _log_odds(found.weakest) if read else 0.0,
        quality if read else 0.0,
        float(quality < 0.8),
        float(strict),
        float(text),
        float(text and length < 4),
        float(text and length > 30),
        float(agreed and text),
        float(agreed and strict),
        float(share is not None),
        share if share is not None else 0.0,
        _known_share(found.value) if text and read and isinstance(found.value, str) else 0.0,
        *(float(word in found.evidence) for word in EVIDENCE),
    ]


def _known_share(text: str) -> float:
    """The share of a text's letters that stand in known words, 0…1."""
    letters = sum(len(word) for word in re.findall(r"[^\W\d_]{2,}", text))
    return sum(len(word) for word in known_words(text)) / letters if letters else 1.0


def _log_odds(score: float) -> float:
    """A score near 1 tells by how near it is; 0.999 and above count alike."""
    bounded = min(max(score, 0.05), 0.999)
    return math.log(bounded / (1 - bounded)) / 4
