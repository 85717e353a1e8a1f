"""What a reading became, and what speaks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from extractors.values.lookalikes import Fitted
from models.extraction import Value


class Parsed(NamedTuple):
    """A value in normal form.

    `evidence` is out of "format" (it has the form of its kind), "check_digit" (its check digit confirms it
    as it was read, or after the only repair that could be meant), "repaired" and "plausible". `repairs`
    counts the characters that had to be changed; without a check digit nothing else tells a good repair
    from a bad one.
    """

    value: Value
    evidence: tuple[str, ...]
    repairs: int


class Found(NamedTuple):
    """A value that stands in running text, from `start` to before `end`."""

    value: str
    start: int
    end: int
    evidence: tuple[str, ...] = ()
    repairs: int = 0


def evidence_of(*marks: str, repairs: int) -> tuple[str, ...]:
    """Put evidence together; "repaired" is added when anything was changed."""
    return (*marks, "repaired") if repairs else marks


def ranked(parsed: Iterable[Parsed]) -> list[Parsed]:
    """Drop double values and put the best first: confirmed by a check digit, well formed, least changed."""
    best: dict[str, Parsed] = {}
    for one in sorted(parsed, key=_rank):
        best.setdefault(repr(one.value), one)
    return list(best.values())


def _rank(one: Parsed) -> tuple[bool, bool, int, bool]:
    return "check_digit" not in one.evidence, "format" not in one.evidence, one.repairs, "plausible" not in one.evidence


def graded(readings: Sequence[Fitted], is_valid: Callable[[str], bool]) -> list[Parsed]:
    """Let a check digit judge every way in which a reading fits its format.

    Only a single passing way earns "check_digit": where two pass, chance may have passed one of them.
    """
    passing = {reading.text for reading in readings if is_valid(reading.text)}
    parsed = []
    for text, repairs in readings:
        confirmed = text in passing and len(passing) == 1
        marks = ("format", "check_digit") if confirmed else ("format",)
        parsed.append(Parsed(text, evidence_of(*marks, repairs=repairs), repairs))
    preferred = [one for one in parsed if one.value in passing]
    return ranked(preferred) + ranked(one for one in parsed if one.value not in passing)
