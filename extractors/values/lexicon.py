"""Words that papers of this benefit are full of: names, municipalities, trades, and the categories of ICD-10.

The lists lie in `extractors/lexicons`; each file's first line names its source. A word that is not in them is not wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

FOLDER = Path(__file__).parents[1] / "lexicons"
LEAST_BENT = 5
"""Shorter words lie near too many others."""

_WORD_LISTS = ("given_names", "surnames", "municipalities", "places", "common")
_STREETS = re.compile(r"\w{3,}(?:katu|tie|polku|kuja|kaari|raitti|rinne|vägen|gatan|stigen|gränden|kadun|tien)")
_CASES = re.compile(r"(?:n|in|en|s)$")  # `Espoon`, `Ahosen`, `Lindströms`


_BARE = str.maketrans("åäöéü", "aaoeu")


@cache
def _list(name: str) -> frozenset[str]:
    lines = (FOLDER / f"{name}.txt").read_text().splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))


@cache
def _words() -> frozenset[str]:
    return frozenset().union(*(_list(name) for name in _WORD_LISTS))


def is_known(word: str) -> bool:
    """Tell whether a word stands in a list, in the genitive too, or is a street's name by its end."""
    plain = word.casefold().strip(".,:;()")
    if plain in _words() or _STREETS.fullmatch(plain):
        return True
    return len(plain) > 4 and _CASES.sub("", plain) in _words()


def known_letters(text: str) -> int:
    """How many letters of a text stand in known words."""
    return sum(len(word) for word in re.findall(r"[^\W\d_]{2,}", text) if is_known(word))


@cache
def near_words(word: str) -> tuple[str, ...]:
    """Listed words that differ from an unknown one in one letter, written as it is; none for a short or a known word."""
    plain = word.casefold()
    if len(plain) < LEAST_BENT or is_known(word):
        return ()
    near = process.extract(plain, _sorted_words(), scorer=Levenshtein.distance, score_cutoff=1, limit=3)
    return tuple(found.upper() if word.isupper() else found.capitalize() if word[0].isupper() else found for found, _, _ in near)


def bare_letters(word: str) -> str:
    """A word in small letters without dots, rings and accents."""
    return word.casefold().translate(_BARE)


@cache
def _marked_words() -> Mapping[str, str]:
    return {bare_letters(word): word for word in _sorted_words() if bare_letters(word) != word}


def with_its_marks(word: str) -> str:
    """The listed word of which an unknown one is the same without dots and rings; else the word itself."""
    if len(word) < LEAST_BENT or is_known(word) or bare_letters(word) not in _marked_words():
        return word
    listed = _marked_words()[bare_letters(word)]
    only_adds = all(a == b or a == bare_letters(b) for a, b in zip(word.casefold(), listed, strict=True))
    return "".join(b.upper() if a.isupper() else b for a, b in zip(word, listed, strict=True)) if only_adds else word


@cache
def _sorted_words() -> tuple[str, ...]:
    return tuple(sorted(_words()))


def is_icd10_category(code: str) -> bool:
    """Tell whether a code begins with a category of ICD-10."""
    return code[:3].casefold() in _list("icd10_categories")
