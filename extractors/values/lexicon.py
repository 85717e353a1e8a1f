"""Words that papers of this benefit are full of: names, municipalities, trades, and the categories of ICD-10.

The lists lie in `extractors/lexicons`; each file's first line names its source. A word that is not in them is not wrong.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "lexicons"
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


def is_icd10_category(code: str) -> bool:
    """Tell whether a code begins with a category of ICD-10."""
    return code[:3].casefold() in _list("icd10_categories")
