"""Finnish words in all their forms and compounds, by Voikko: whether a word is one, and what an unknown one may have been.

Voikko (libvoikko and the dictionary voikko-fi) is installed with Tesseract. Where it is missing no word counts as Finnish by
its grammar, and the lists alone speak.
"""

from __future__ import annotations

from functools import cache, lru_cache
from threading import Lock

from libvoikko import Voikko, VoikkoException

LEAST_LETTERS = 4
"""Nearly any three letters are a form of some word."""

_ASKING = Lock()
"""One handle serves one thread at a time."""


@cache
def _voikko() -> Voikko | None:
    try:
        return Voikko("fi")
    except (VoikkoException, OSError):
        return None


def is_there() -> bool:
    """Tell whether Voikko and its Finnish dictionary are installed."""
    return _voikko() is not None


@lru_cache(maxsize=20_000)
def is_finnish(word: str) -> bool:
    """Tell whether a word in small letters is a form of a Finnish word, or of a name that Voikko has."""
    voikko = _voikko()
    if voikko is None or len(word) < LEAST_LETTERS:
        return False
    with _ASKING:
        return bool(voikko.spell(word) or voikko.spell(word.capitalize()))


@lru_cache(maxsize=5_000)
def finnish_near(word: str) -> tuple[str, ...]:
    """Words that an unknown one in small letters may have been meant as, likeliest first; single words only."""
    voikko = _voikko()
    if voikko is None or len(word) <= LEAST_LETTERS:
        return ()
    with _ASKING:
        found = voikko.suggest(word)
    return tuple(one.casefold() for one in found if " " not in one)
