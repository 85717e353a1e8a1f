"""Compose the letter that asks one party for everything that is missing."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from intake.pipeline.checks.days import is_filing_day
from intake.pipeline.checks.words import as_day
from models.work import Addressee, Finding

ANSWER_DAYS = 14
"""Source: guide 1.5.4; longer abroad, shorter when the customer says so, extended once."""
ANSWER_DAYS_ABROAD = 28
"""Our reading of "longer abroad" (guide 1.5.4): twice as long."""

Language = Literal["fi", "sv"]
LETTERS = Path(__file__).with_name("letters.toml")


class LetterWords(BaseModel):
    """The fixed words of a letter in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    matter: str
    opening: dict[Addressee, str]
    asking: str
    due: str
    how: str
    late: str
    cover_title: str
    cover_text: str
    reference: str
    sections: str
    closing: str
    sender: str
    attachment: str
    by_hand: str


@dataclass(frozen=True)
class RequestLetter:
    """A letter as a caseworker may edit it: plain paragraphs and the things that are asked, in order."""

    language: Language
    addressee: Addressee
    recipient: tuple[str, ...]
    title: str
    matter: str
    opening: str
    asks: tuple[str, ...]
    due: date
    closing: tuple[str, ...]
    letter_codes: tuple[str, ...]
    sections: tuple[str, ...]
    reference: str
    written: date


@cache
def letter_words(language: Language) -> LetterWords:
    return LetterWords.model_validate(tomllib.loads(LETTERS.read_text(encoding="utf-8"))[language])


def due_day(written: date, *, abroad: bool = False) -> date:
    """The last day to answer; moved to the next day on which one can file."""
    day = written + timedelta(days=ANSWER_DAYS_ABROAD if abroad else ANSWER_DAYS)
    while not is_filing_day(day):
        day += timedelta(days=1)
    return day


def addressees(findings: Sequence[Finding]) -> list[Addressee]:
    """Who must be asked: the insured person first (guide 1.3.3.3.3.1)."""
    asked = {finding.asked_of for finding in findings}
    order: tuple[Addressee, ...] = ("insured", "employer", "fund")
    return [addressee for addressee in order if addressee in asked]


def compose(
    findings: Sequence[Finding], addressee: Addressee, *, recipient: Sequence[str], language: Language, reference: str,
    written: date, abroad: bool = False,
) -> RequestLetter:  # fmt: skip
    """Gather all that is asked of one party into one letter. Raises ValueError when nothing is.

    The letter names no identity code and no diagnosis: it may be opened by another.
    """
    asked = [finding for finding in findings if finding.asked_of == addressee]
    if not asked:
        raise ValueError(f"nothing is asked of the {addressee}")
    words, due = letter_words(language), due_day(written, abroad=abroad)
    texts = (finding.asks if language == "fi" else finding.asks_sv for finding in asked)
    return RequestLetter(
        language=language,
        addressee=addressee,
        recipient=tuple(recipient),
        title=words.title,
        matter=words.matter,
        opening=f"{words.opening[addressee]} {words.asking}",
        asks=tuple(dict.fromkeys(texts)),
        due=due,
        closing=(
            words.due.format(due=as_day(due)),
            words.how.format(reference=reference),
            words.late,
            words.closing,
            words.sender,
        ),
        letter_codes=tuple(dict.fromkeys(finding.letter for finding in asked if finding.letter)),
        sections=tuple(dict.fromkeys(finding.section for finding in asked)),
        reference=reference,
        written=written,
    )


def body_of(letter: RequestLetter) -> str:
    """What stands below the heading, as a caseworker may edit it: paragraphs apart by an empty line, numbered asks."""
    asks = "\n".join(f"{number}. {ask}" for number, ask in enumerate(letter.asks, start=1))
    return "\n\n".join((letter.opening, asks, *letter.closing[:-2], "\n".join(letter.closing[-2:])))


def as_text(letter: RequestLetter) -> str:
    """The letter as plain text, for the message service."""
    head = "\n".join((*letter.recipient, "", as_day(letter.written), "", letter.title.upper(), letter.matter))
    return f"{head}\n\n{body_of(letter)}\n"


@dataclass(frozen=True)
class PrintedLetter:
    """A letter as it is printed. `body` is edited text; `recipient` is drawn where an envelope's window shows it."""

    language: Language
    recipient: tuple[str, ...]
    title: str
    matter: str
    body: str
    written: date
    reference: str
    letter_codes: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


def printed(letter: RequestLetter) -> PrintedLetter:
    """A letter as it was composed, ready to print."""
    return PrintedLetter(
        letter.language, letter.recipient, letter.title, letter.matter, body_of(letter), letter.written, letter.reference,
        letter.letter_codes, letter.sections,
    )  # fmt: skip
