"""Draw a request letter and its cover page as a PDF: text that can be searched, tagged with its language."""

from __future__ import annotations

import io
from collections.abc import Sequence
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, ListFlowable, ListItem, PageBreak, Paragraph, SimpleDocTemplate, Spacer

from intake.pipeline.checks.words import as_day
from intake.pipeline.requests.letter import RequestLetter, letter_words

BAR_HEIGHT = 18 * mm
BAR_WIDTH = 0.5 * mm
"""Wide enough to be read after a standard fax (98 lines an inch across the page it is 204 dots)."""


def as_pdf(letter: RequestLetter) -> bytes:
    """The letter, and behind it the cover page for the answer, as one PDF."""
    drawn = io.BytesIO()
    document = SimpleDocTemplate(
        drawn, pagesize=A4, leftMargin=25 * mm, rightMargin=20 * mm, topMargin=20 * mm, bottomMargin=20 * mm,
        title=f"{letter.title}: {letter.matter}", author=letter.closing[-1], lang=letter.language, invariant=True,
    )  # fmt: skip
    document.build([*_letter(letter), PageBreak(), *_cover(letter)])
    return drawn.getvalue()


def _letter(letter: RequestLetter) -> Sequence[Flowable]:
    text, head, small = _styles()
    words = letter_words(letter.language)
    story: list[Flowable] = [Paragraph(escape(line), text) for line in letter.recipient]
    story += [
        Spacer(1, 8 * mm),
        Paragraph(f"{as_day(letter.written)} · {words.reference} {letter.reference}", small),
        Spacer(1, 8 * mm),
    ]
    story += [Paragraph(escape(letter.title), head), Paragraph(escape(letter.matter), text), Spacer(1, 6 * mm)]
    story += [Paragraph(escape(letter.opening), text)]
    story += [ListFlowable([ListItem(Paragraph(escape(ask), text)) for ask in letter.asks], bulletType="1", leftIndent=18)]
    story += [Paragraph(escape(line), text) for line in letter.closing]
    notes = " · ".join((*letter.letter_codes, f"{words.sections} {', '.join(letter.sections)}"))
    return [*story, Spacer(1, 6 * mm), Paragraph(escape(notes), small)]


def _cover(letter: RequestLetter) -> Sequence[Flowable]:
    text, head, small = _styles()
    words = letter_words(letter.language)
    bars = Code128(letter.reference, barHeight=BAR_HEIGHT, barWidth=BAR_WIDTH, humanReadable=False)
    return [
        Paragraph(escape(words.cover_title), head), Paragraph(escape(words.cover_text), text), Spacer(1, 15 * mm), bars,
        Spacer(1, 4 * mm),
        Paragraph(f"{words.reference} {letter.reference}", head), Spacer(1, 10 * mm), Paragraph(escape(words.sender), small),
    ]  # fmt: skip


def _styles() -> tuple[ParagraphStyle, ParagraphStyle, ParagraphStyle]:
    # PDF's own Helvetica holds every letter of Finnish and Swedish.
    text = ParagraphStyle("text", fontName="Helvetica", fontSize=10.5, leading=15, spaceAfter=6, alignment=TA_LEFT)
    head = ParagraphStyle("head", parent=text, fontName="Helvetica-Bold", fontSize=14, leading=19)
    return text, head, ParagraphStyle("small", parent=text, fontSize=9, leading=12)
