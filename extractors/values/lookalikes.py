"""Characters that readers take for one another, and how to fit a reading into a format."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# What may stand behind a character as it was read, likeliest first. Digit for digit (1 and 7, 3 and 8) is
# left out on purpose: with it almost every wrong number could be "repaired" until its check digit passes.
_BEHIND: dict[str, str] = {
    "O": "0", "o": "0", "Q": "0", "D": "0O", "U": "0", "°": "0", "Ö": "0", "ö": "0", "C": "0", "c": "0",
    "I": "1L", "L": "1", "i": "1", "!": "1", "]": "1", "[": "1", "J": "1", "/": "1", "\\": "1", "í": "1",
    "Z": "2", "z": "2", "S": "5", "s": "5", "$": "5S", "§": "5S",
    "G": "6", "b": "6", "B": "8", "&": "8", "A": "4", "Y": "4", "T": "7", "g": "9", "q": "9",
    "0": "ODQ", "1": "IL", "2": "Z", "4": "A", "5": "S", "6": "G", "7": "TY", "8": "B", "9": "G",
    "V": "U", "Å": "A", "Ä": "A",
}  # fmt: skip

# A bare stroke says nothing about itself: it may be any of these, by what its place allows.
_STROKES = {"l": "1IL", "|": "1IL"}

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-"))
DIGIT_LIKE = r"[0-9OoQDUIl|!iZzSs$§GbB&A?gqT°]"
MAX_WAYS = 48


class Fitted(NamedTuple):
    """A reading made to fit, and how many of its characters were changed for that."""

    text: str
    repairs: int


def plain_dashes(text: str) -> str:
    """Write every dash as a hyphen: how long it is printed means nothing here."""
    return text.translate(_DASHES)


def compact(raw: str) -> str:
    """Drop all spaces and unify dashes."""
    return re.sub(r"\s+", "", plain_dashes(raw))


def bare(raw: str) -> str:
    """Compact, and drop what hangs on the edges (box lines, commas, brackets)."""
    return compact(raw).strip("|[](){}<>_.,:;'\"`´‘’“”*=~-/\\•·")


def options(char: str, slot: str) -> tuple[str, ...]:
    """The characters of `slot` that `char` may stand for: itself alone, if it belongs there."""
    if char in _STROKES:
        return tuple(real for real in _STROKES[char] if real in slot)
    upper = char.upper()
    if len(upper) == 1 and upper in slot:
        return (upper,)
    behind = _BEHIND.get(char, "") or _BEHIND.get(upper, "")
    return tuple(real for real in behind if real in slot)


def fit(reading: str, slots: Sequence[str]) -> list[Fitted]:
    """Find every way in which `reading` fits `slots`, one alphabet per character; fewest repairs first.

    A character that belongs in its slot is never changed. Empty when the lengths differ or a character
    resembles nothing that may stand there.
    """
    if len(reading) != len(slots):
        return []
    choices = [options(char, slot) for char, slot in zip(reading, slots, strict=True)]
    if not all(choices):
        return []
    ways = itertools.islice(itertools.product(*choices), MAX_WAYS)
    fitted = [Fitted("".join(way), sum(a.upper() != b for a, b in zip(reading, way, strict=True))) for way in ways]
    return sorted(fitted, key=lambda way: way.repairs)


def swaps(text: str, slots: Sequence[str]) -> list[str]:
    """Change one letter to the digit it resembles or back, where the format allows both."""
    found = []
    for at, (char, slot) in enumerate(zip(text, slots, strict=True)):
        for other in _BEHIND.get(char, ""):
            if other in slot and other != char:
                found.append(text[:at] + other + text[at + 1 :])
    return found


def digits(reading: str) -> Fitted | None:
    """Read every character as a digit, taking the likeliest; None when one resembles no digit."""
    choices = [options(char, DIGITS) for char in reading]
    if not reading or not all(choices):
        return None
    return Fitted("".join(choice[0] for choice in choices), sum(char not in DIGITS for char in reading))
