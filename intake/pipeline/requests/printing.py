"""Print a request letter and the cover page for its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer

from intake.pipeline.checks.words import as_day
from intake.pipeline.requests.letter import PrintedLetter, letter_words
from intake.pipeline.requests.paper import ATTACHED, HEADING, NUMBERED, SMALL, TEXT, Sheet, draw, drawable

BAR_HEIGHT = 25 * mm
BAR_WIDTH = 0.5 * mm
"""Four dots of a fax, whose lines have 204 to the inch; so it is read after a standard fax too."""

QUIET = 8 * mm
_NUMBERED = re.compile(r"(\d{1,2}\.|[-–•*])\s+(.*)")


def as_pdf(letter: PrintedLetter) -> bytes:
    """The letter, and behind it the cover page for the answer, as one PDF: text that can be searched, with title and language."""
    words = letter_words(letter.language)
    facts = (as_day(letter.written), f"{words.reference} {letter.reference}")
    sheet = Sheet(letter.language, words.sender, letter.title, facts, letter.matter, letter.recipient, words.attachment)
    return draw(sheet, lambda: _text(letter), lambda: _cover(letter))


def _text(letter: PrintedLetter) -> Iterator[Flowable]:
    yield _paragraph(letter.matter, HEADING)
    for paragraph in re.split(r"\n\s*\n", letter.body.strip()):
        yield from _lines(paragraph)
    words = letter_words(letter.language)
    sections = f"{words.sections} {', '.join(letter.sections)}" if letter.sections else ""
    notes = " · ".join(filter(None, (*letter.letter_codes, sections)))
    yield Spacer(1, 4 * mm)
    yield Paragraph(_marked(words.cover_title), ATTACHED, bulletText=words.attachment)
    if notes:
        yield _paragraph(notes, SMALL)


def _lines(paragraph: str) -> Iterator[Flowable]:
    """A paragraph with its numbered lines; lines without a number run on under the one before."""
    gathered: list[str] = []
    for line in paragraph.splitlines():
        if gathered and _NUMBERED.fullmatch(line.strip()):
            yield _line(gathered)
            gathered = []
        gathered.append(line.strip())
    yield _line(gathered)


def _line(lines: Sequence[str]) -> Flowable:
    found = _NUMBERED.fullmatch(lines[0])
    if found is None:
        return _paragraph("\n".join(lines), TEXT)
    return Paragraph(_marked("\n".join((found[2], *lines[1:]))), NUMBERED, bulletText=drawable(found[1]))


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(_marked(text), style)


def _marked(text: str) -> str:
    return escape(drawable(text)).replace("\n", "<br/>")


def _cover(letter: PrintedLetter) -> Sequence[Flowable]:
    """Few words, so that nothing on it is taken for a paper of its own."""
    words = letter_words(letter.language)
    big = ParagraphStyle("big", parent=HEADING, fontSize=16, leading=22)
    bars = Code128(letter.reference, barHeight=BAR_HEIGHT, barWidth=BAR_WIDTH, humanReadable=False, quiet=True, lquiet=QUIET)
    return [
        _paragraph(words.cover_title, big),
        _paragraph(words.cover_text, ParagraphStyle("plain", parent=TEXT, leftIndent=0)),
        Spacer(1, 12 * mm), bars, Spacer(1, 5 * mm),
        _paragraph(f"{words.reference} {letter.reference}", big),
    ]  # fmt: skip
