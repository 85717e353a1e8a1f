"""Words that papers of this benefit are full of: names, municipalities, trades, and the categories of ICD-10.

The lists lie in `extractors/lexicons`; each file's first line names its source. A word that is not in them is not wrong.
"""

from __future__ import annotations

import re
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


@cache
def _sorted_words() -> tuple[str, ...]:
    return tuple(sorted(_words()))


def is_icd10_category(code: str) -> bool:
    """Tell whether a code begins with a category of ICD-10."""
    return code[:3].casefold() in _list("icd10_categories")
