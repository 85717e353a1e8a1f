"""Weigh what independent readers made of one line: chances of whole texts, the kind's format and check digit, known words."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractors.ocr.ctc import likeliest, log_chances, narrowed, plainly_read
from extractors.ocr.engine import Spelling
from extractors.values.alphabets import stands_for
from extractors.values.lexicon import bare_letters, is_icd10_category, is_known, known_words, near_words, with_its_marks
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
LONG_WORD = 5
LETTER_BEYOND = 0.65
"""Each letter of a known word beyond its fifth speaks for it once more: the longer, the less a chance reading hits a word."""

GAP = 0.05
"""How often a gap between two letters is none between two words: hands and faxes leave gaps anywhere."""

KEPT = 4

CHECKED = frozenset({"hetu", "iban", "business_id", "reference"})


@dataclass(frozen=True)
class Weighed:
    """One value that a line may hold: the text that speaks for it most, and its share of the chance, 0…1."""

    raw: str
    parsed: Parsed | None
    share: float


def weigh(kind: Kind, spellings: Sequence[Spelling], hints: Sequence[str]) -> list[Weighed]:
    """Order the values that a line may hold, best first. Empty when nobody read anything.

    `hints` are what readers without chances have read.
    """
    found = [text for spelling in spellings for text in _texts(kind, spelling)]
    texts = list(dict.fromkeys([*found, *(hint for hint in hints if hint)]))
    if not texts:
        return []
    parsed = [parse(kind, text) for text in texts]
    values = [_value_key(kind, text, one) for text, one in zip(texts, parsed, strict=True)]
    told = {values[texts.index(hint)] for hint in hints if hint}
    total = np.array([prior(kind, text, one) for text, one in zip(texts, parsed, strict=True)])
    total += [HINT * (value in told) for value in values]
    for share, spelling in zip(SHARES, spellings, strict=False):
        total += share * _logs(kind, spelling, texts)
    return _shared(texts, parsed, total.tolist(), values)


def _texts(kind: Kind, spelling: Spelling) -> list[str]:
    """What one reader may have read: plainly, freely, and under the kind's alphabet. Who reads nothing is not urged to."""
    plain = plainly_read(spelling).text
    if not plain:
        return []
    texts = [plain, *likeliest(spelling, count=4)]
    if kind == "text":
        texts += _with_near_words(plain)
    meant = stands_for(kind, spelling.characters)
    if meant is not None:
        texts += likeliest(narrowed(spelling, meant), count=8)
    return list(dict.fromkeys(text for text in texts if text))


def _with_near_words(text: str) -> list[str]:
    """The text with one unknown word at a time put right by what is known, or two put together, and with all of that done."""
    words = text.split(" ")
    mends = [(place, place + 1, near) for place, word in enumerate(words) if (near := near_words(word))]
    mends += [(place, place + 2, joined) for place in range(len(words) - 1) if (joined := _joined(*words[place : place + 2]))]
    mends.sort(key=lambda mend: (mend[0] - mend[1], mend[0]))
    singly = [" ".join([*words[:start], other, *words[end:]]) for start, end, found in mends for other in found]
    every: list[str] = []
    place = 0
    while place < len(words):
        mend = next((one for one in mends if one[0] == place), (place, place + 1, (words[place],)))
        every.append(mend[2][0])
        place = mend[1]
    return [*singly, " ".join(every)] if mends else []


def _joined(one: str, other: str) -> tuple[str, ...]:
    """What two words are together, when one of them is unknown and both without a gap are a known word or lie near one."""
    if not (one.isalpha() and other[0:1].isalpha()) or (is_known(one) and is_known(other.strip(".,"))):
        return ()
    whole = one + other
    return (whole,) if is_known(whole) else near_words(whole)


def _logs(kind: Kind, spelling: Spelling, texts: Sequence[str]) -> NDArray[np.float64]:
    """The log of each text's chance, its kind's characters taken for what they mean there where that speaks for it more."""
    logs = log_chances(with_loose_gaps(spelling) if kind == "text" else spelling, texts)
    meant = stands_for(kind, spelling.characters)
    return logs if meant is None else np.maximum(logs, log_chances(narrowed(spelling, meant), texts))


def with_loose_gaps(spelling: Spelling) -> Spelling:
    """Let a gap count as nothing, now and then."""
    if " " not in spelling.characters:
        return spelling
    odds = spelling.odds.copy()
    odds[:, 0] += GAP * odds[:, 1 + spelling.characters.index(" ")]
    return Spelling(odds, spelling.characters)


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
        lengths = [len(word) for word in known_words(text)]
        return KNOWN_LETTER * sum(lengths) + LETTER_BEYOND * sum(max(0, length - LONG_WORD) for length in lengths)
    found = REPAIR * parsed.repairs
    found += NO_FORMAT * ("format" not in parsed.evidence)
    if kind in CHECKED:
        found += NO_CHECK_DIGIT * ("check_digit" not in parsed.evidence)
    if kind == "date":
        found += IMPLAUSIBLE * ("plausible" not in parsed.evidence)
    if kind == "icd10":
        found += NO_FORMAT * (not is_icd10_category(str(parsed.value)))
    return found


def with_marks(text: str, hints: Sequence[str]) -> str:
    """Give letters back the dots and rings that a bare crop may have lost: as another reader, who saw the whole place, has seen
    them, else as our lists have the word.

    Only in words that are else the same, and never from a known word to an unknown one.
    """
    words = text.split(" ")
    seen = {bare_letters(word): word for hint in hints for word in hint.split() if bare_letters(word) != word.casefold()}
    return " ".join(with_its_marks(_marked(word, seen.get(bare_letters(word), ""))) for word in words)


def _marked(word: str, other: str) -> str:
    if len(other) != len(word) or (is_known(word) and not is_known(other)):
        return word
    pairs = zip(word, other, strict=True)
    return "".join((b.upper() if a.isupper() else b.lower()) if a.casefold() == bare_letters(b) else a for a, b in pairs)


def _value_key(kind: Kind, text: str, parsed: Parsed | None) -> str:
    """Texts with one key mean the same: equal values; for words, equal but for capitals and the marks around them."""
    if parsed is None:
        return f"?{text}"
    return clean_name(text).casefold() if kind == "text" else re.sub(r"[\s.,]", "", repr(parsed.value)).casefold()
