"""Words as written, numbers, and words that say yes or no."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from extractors.values.lookalikes import bare, digits
from extractors.values.parsed import Parsed, evidence_of

_EDGES_BEFORE = r"|_[]{}<>~*•·:;,.=—–-'`´‘’\\/ "
_EDGES_AFTER = r"|_[]{}<>~*•·:;,=—–'`´‘\\/ "
_YES = ("kyllä", "on", "yes", "ja", "k", "kylla", "y", "joo")
_NO = ("ei", "en", "nej", "no", "e", "n", "ei ole", "icke")
_LEAST_LIKENESS = 75.0
_LETTERS_BEHIND = str.maketrans({"1": "l", "0": "o", "|": "l", "!": "l"})


def text_candidates(raw: str) -> list[Parsed]:
    """Collapse spaces, and drop the marks that box lines leave at the edges."""
    words = [word for word in raw.split() if not re.fullmatch(r"[|_\[\]{}<>~=\\•·`´]+", word)]
    text = " ".join(words).lstrip(_EDGES_BEFORE).rstrip(_EDGES_AFTER)
    return [Parsed(text, ("format",), 0)] if any(char.isalnum() for char in text) else []


def clean_name(raw: str) -> str:
    """Write a person's name as the contract wants it: spaces collapsed, no commas, order as on the paper."""
    found = text_candidates(re.sub(r"[,;]", " ", raw))
    return str(found[0].value).strip(" .") if found else ""


def integer_candidates(raw: str) -> list[Parsed]:
    """Read one whole number; words around it are dropped, a second number makes it unreadable."""
    read = digits(bare(raw))
    if read is None or len(raw.split()) > 1 or read.repairs * 2 > max(2, len(read.text)):
        numbers = re.findall(r"(?<![\w.,])\d+(?![\w.,]*\d)", raw)
        return [Parsed(int(numbers[0]), ("format",), 0)] if len(numbers) == 1 else []
    if len(read.text) > 9:
        return []
    return [Parsed(int(read.text), evidence_of("format", repairs=read.repairs), read.repairs)]


def yes_no_candidates(raw: str) -> list[Parsed]:
    """Read a written answer in Finnish, Swedish or English; both or neither gives nothing."""
    text = " ".join(re.findall(r"[^\W_]+", raw.casefold().translate(_LETTERS_BEHIND)))
    if not text:
        return []
    yes, no = _likeness(text, _YES), _likeness(text, _NO)
    if max(yes, no) < _LEAST_LIKENESS or yes == no:
        return []
    repairs = int(max(yes, no) < 100)
    return [Parsed(yes > no, evidence_of("format", repairs=repairs), repairs)]


def _likeness(text: str, words: tuple[str, ...]) -> float:
    if text in words:
        return 100.0
    first = text.split()[0]
    if first in words and len(first) > 1:
        return 99.0
    return max((fuzz.ratio(text, word) for word in words if len(word) > 2), default=0.0)
