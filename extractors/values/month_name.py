"""Names of months in Finnish, Swedish and English, in any case ending and misread."""

from __future__ import annotations

import functools
import re

from rapidfuzz import fuzz

_FINNISH = ("tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu")
_SWEDISH = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
_ENGLISH = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_SHORT = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_SHORT_MORE = {"sept": 9, "oct": 10, "febr": 2}

_ENDING = re.compile(r"(?:kuuta|kuun|kuussa|kuusta|kuulla|kuulta|kuuhun|kuulle|kuut|kuu|kuut[aä]|k)$")
_LEAST_LIKENESS = 78.0
_LEAST_LEAD = 12.0  # juni and juli, marras and maalis must never be a coin toss

WORD = r"[A-Za-zÅÄÖåäö][A-Za-zÅÄÖåäö01|]{2,12}"


def _names() -> dict[str, int]:
    names = {name: at for group in (_SWEDISH, _ENGLISH, _SHORT) for at, name in enumerate(group, 1)}
    finnish = {stem + ending: at for at, stem in enumerate(_FINNISH, 1) for ending in ("", "kuu")}
    return names | finnish | _SHORT_MORE


_MONTH_BY_NAME = _names()


@functools.lru_cache(maxsize=4096)
def month_of(word: str) -> int | None:
    """Tell which month (1–12) a word names; None when it names none, or cannot be told from another."""
    plain = word.casefold().strip(".,:;").replace("0", "o").replace("1", "l").replace("|", "l")
    exact = _MONTH_BY_NAME.get(plain) or _MONTH_BY_NAME.get(_ENDING.sub("", plain))
    if exact or len(plain) < 5:
        return exact
    finnish = _like(_ENDING.sub("kuu", plain), tuple(stem + "kuu" for stem in _FINNISH)) if _looks_finnish(plain) else None
    return finnish or _like(plain, _SWEDISH) or _like(plain, _ENGLISH)


def _looks_finnish(word: str) -> bool:
    return "ku" in word or "uu" in word


def _like(word: str, names: tuple[str, ...]) -> int | None:
    scored = sorted(((fuzz.ratio(word, name), at) for at, name in enumerate(names, 1)), reverse=True)
    (best, month), (second, _) = scored[0], scored[1]
    return month if best >= _LEAST_LIKENESS and best - second >= _LEAST_LEAD else None
