"""Print a receipt for papers left with us."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer, Table, TableStyle

from intake.pipeline.checks.words import as_day
from intake.pipeline.requests.letter import Language
from intake.pipeline.requests.paper import FONT, HEADING, INDENT, LEFT, RIGHT, SMALL, TEXT, Sheet, draw, drawable
from intake.pipeline.requests.receipt import LETTER, Receipt, receipt_words, rows

_GRID = TableStyle(
    [
        ("FONT", (0, 0), (-1, -1), FONT, 10),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, black), ("LINEABOVE", (0, -1), (-1, -1), 0.5, black),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"), ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
)  # fmt: skip


def as_pdf(receipt: Receipt, language: Language) -> bytes:
    """One page, or more where many sorts of papers came."""
    words = receipt_words(language)
    facts = (as_day(receipt.written), LETTER)
    sheet = Sheet(language, words.sender, words.title, facts, words.matter)
    return draw(sheet, lambda: _story(receipt, language))


def _story(receipt: Receipt, language: Language) -> Iterator[Flowable]:
    words = receipt_words(language)
    opening = words.opening.format(channel=words.channel.get(receipt.channel or "", "")).strip()
    yield Paragraph(escape(words.matter), HEADING)
    yield Paragraph(escape(opening), TEXT)
    yield Spacer(1, 2 * mm)
    yield _table(receipt, language)
    yield Spacer(1, 6 * mm)
    yield Paragraph(escape(words.closing), TEXT)
    yield Paragraph(escape(f"{words.batch} {receipt.batch_id}"), SMALL)


def _table(receipt: Receipt, language: Language) -> Table:
    words = receipt_words(language)
    plain = TEXT.clone("cell", leftIndent=0, spaceAfter=0, fontSize=10, leading=13)
    head = (words.papers, words.paper, words.pages, words.arrived)
    told = [(Paragraph(escape(drawable(name)), plain), *figures) for name, *figures in rows(receipt, language)]
    widths = [RIGHT - LEFT - 3 * INDENT, 0.8 * INDENT, 0.9 * INDENT, 1.3 * INDENT]
    return Table([head, *told], colWidths=widths, style=_GRID, repeatRows=1)
