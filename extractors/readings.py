"""Weigh what independent readers made of one line: chances of whole texts, the kind's format and check digit, known words."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.ocr.ctc import likeliest, log_chances, plainly_read
from extractors.ocr.engine import Spelling
from extractors.values.alphabets import alphabet_of
from extractors.values.lexicon import is_icd10_category, known_letters
from extractors.values.parse import Parsed, parse
from extractors.values.text import clean_name
from models.document_type import Kind

SHARES = (1.0, 0.8)
"""How much the log of each reader's chance counts: PP-OCR's first, then our own."""

HINT = 2.0
"""What speaks for a text that the page reader, who gives no chances, has read. In log odds, as all below."""

UNREADABLE = -12.0
NO_CHECK_DIGIT = -8.0
"""A wrong text passes one check in 11 to 97 by chance, and few people write a number that fails it."""

NO_FORMAT = -4.0
REPAIR = -3.0
IMPLAUSIBLE = -1.5
KNOWN_LETTER = 0.35
KEPT = 4

_CHECKED = frozenset({"hetu", "iban", "business_id", "reference"})


@dataclass(frozen=True)
class Weighed:
    """One value that a line may hold: the text that speaks for it most, and its share of the chance, 0…1."""

    raw: str
    parsed: Parsed | None
    share: float


def weigh(kind: Kind, spellings: Sequence[Spelling], hints: Sequence[str]) -> tuple[list[Weighed], bool]:
    """Order the values that a line may hold, best first; and tell whether every reader, left alone, holds the first for best.

    `hints` are what readers without chances have read. Empty when nobody read anything.
    """
    own = [_texts(kind, spelling) for spelling in spellings]
    texts = list(dict.fromkeys([*(text for found in own for text in found), *(hint for hint in hints if hint)]))
    if not texts:
        return [], False
    parsed = [parse(kind, text) for text in texts]
    logs = [log_chances(spelling, texts) for spelling in spellings]
    before = [prior(kind, text, one) for text, one in zip(texts, parsed, strict=True)]
    values = [_value_key(kind, text, one) for text, one in zip(texts, parsed, strict=True)]
    told = {values[texts.index(hint)] for hint in hints if hint}
    total = [
        sum(share * float(log[at]) for share, log in zip(SHARES, logs, strict=False)) + before[at] + HINT * (values[at] in told)
        for at in range(len(texts))
    ]
    alone = set()
    for found, log in zip(own, logs, strict=True):
        best = max(found, key=lambda text: float(log[texts.index(text)]) + before[texts.index(text)], default=None)
        alone.add(values[texts.index(best)] if best is not None else "")
    ordered = _shared(texts, parsed, total, values)
    agreed = len(spellings) > 1 and alone == {_value_key(kind, ordered[0].raw, ordered[0].parsed)} and "" not in alone
    return ordered, agreed


def _texts(kind: Kind, spelling: Spelling) -> list[str]:
    """What one reader may have read: plainly, freely, and under the kind's alphabet."""
    texts = [plainly_read(spelling).text, *likeliest(spelling, count=4)]
    alphabet = alphabet_of(kind)
    if alphabet is not None:
        texts += likeliest(spelling, alphabet, count=8)
    return list(dict.fromkeys(text for text in texts if text))


def _shared(
    texts: Sequence[str], parsed: Sequence[Parsed | None], total: Sequence[float], values: Sequence[str]
) -> list[Weighed]:
    """Add up the chances of texts that mean the same value."""
    highest = max(total)
    sums: dict[str, float] = {}
    best: dict[str, int] = {}
    for at, value in enumerate(values):
        sums[value] = sums.get(value, 0.0) + math.exp(max(-60.0, total[at] - highest))
        if value not in best or total[at] > total[best[value]]:
            best[value] = at
    whole = sum(sums.values())
    ranked = sorted(sums, key=lambda value: -sums[value])[:KEPT]
    return [Weighed(texts[best[value]], parsed[best[value]], round(sums[value] / whole, 4)) for value in ranked]


def prior(kind: Kind, text: str, parsed: Parsed | None) -> float:
    """What speaks for or against a text before anybody has looked at the ink, in log odds."""
    if parsed is None:
        return UNREADABLE
    if kind == "text":
        return KNOWN_LETTER * known_letters(text)
    found = REPAIR * parsed.repairs
    found += NO_FORMAT * ("format" not in parsed.evidence)
    if kind in _CHECKED:
        found += NO_CHECK_DIGIT * ("check_digit" not in parsed.evidence)
    if kind == "date":
        found += IMPLAUSIBLE * ("plausible" not in parsed.evidence)
    if kind == "icd10":
        found += NO_FORMAT * (not is_icd10_category(str(parsed.value)))
    return found


def _value_key(kind: Kind, text: str, parsed: Parsed | None) -> str:
    """Texts with one key mean the same: equal values; for words, equal but for capitals and the marks around them."""
    if parsed is None:
        return f"?{text}"
    return clean_name(text).casefold() if kind == "text" else re.sub(r"[\s.,]", "", repr(parsed.value)).casefold()
