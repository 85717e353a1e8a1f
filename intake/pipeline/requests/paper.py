"""The sheet that letters and receipts are printed on: where the sender, the address, the title and the page number stand.

Source: SFS 2487 as Finnish offices use it: margin 20 mm, indents of 23 mm, document's name at the fourth indent, page number at
the right as `1 (2)`, text at the second indent; the address in the window of C5 and E65 envelopes.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, NextPageTemplate, PageBreak, PageTemplate

WIDTH, HEIGHT = A4
LEFT, INDENT = 20 * mm, 23 * mm
RIGHT = WIDTH - 20 * mm
TOP, BOTTOM = 12 * mm, 20 * mm
ADDRESS_TOP = 47 * mm
"""Of the first of at most six lines: a window shows 42 to 72 mm below the sheet's upper edge, from 18 mm on."""

FIRST_TEXT_TOP, LATER_TEXT_TOP = 88 * mm, 35 * mm
LINE = 5 * mm

# PDF's own Helvetica holds every letter of Finnish and Swedish.
FONT, BOLD = "Helvetica", "Helvetica-Bold"
TEXT = ParagraphStyle("text", fontName=FONT, fontSize=10.5, leading=14.5, spaceAfter=8, alignment=TA_LEFT, leftIndent=2 * INDENT)
NUMBERED = ParagraphStyle("numbered", parent=TEXT, leftIndent=2 * INDENT + 7 * mm, bulletIndent=2 * INDENT, spaceAfter=5)
ATTACHED = ParagraphStyle("attached", parent=TEXT, bulletIndent=0)
"""Names what lies behind the letter; its word stands in the margin."""

HEADING = ParagraphStyle("heading", parent=TEXT, fontName=BOLD, fontSize=12, leading=16, spaceAfter=10, leftIndent=0)
SMALL = ParagraphStyle("small", parent=TEXT, fontSize=8.5, leading=11)


@dataclass(frozen=True)
class Sheet:
    """What every page of a document bears. `facts` stand below its name: its day, its reference."""

    language: Literal["fi", "sv"]
    sender: str
    name: str
    facts: Sequence[str]
    subject: str
    address: Sequence[str] = ()
    attachment: str = ""


Story = Callable[[], Iterable[Flowable]]
"""Makes what is drawn, anew each time: a flowable that was drawn once is spent."""


def draw(sheet: Sheet, text: Story, attachment: Story = tuple) -> bytes:
    """Draw a document as a PDF with its title and language; `attachment` begins on a page of its own, which is not counted."""
    pages, _ = _drawn(sheet, text, attachment, 0)
    return _drawn(sheet, text, attachment, pages)[1]


def drawable(text: str) -> str:
    """Write a letter that the font lacks without its marks, and what then is none as `?`; marks of text direction are dropped."""
    return "".join(_drawable(char) for char in unicodedata.normalize("NFC", text))


def _drawable(char: str) -> str:
    if unicodedata.category(char) in ("Cf", "Cc") and char not in "\n\t":
        return ""
    for tried in (char, unicodedata.normalize("NFKD", char)[:1], _BARRED.get(char, "?")):
        if _has(tried):
            return tried
    return "?"


_BARRED = {"Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ħ": "H", "ħ": "h", "ı": "i", "Ŧ": "T", "ŧ": "t", "−": "-", "‐": "-", "‑": "-"}
"""Letters with a bar, which Unicode does not take apart, and hyphens."""


def _has(char: str) -> bool:
    try:
        return bool(char.encode("cp1252"))
    except UnicodeEncodeError:
        return False


def _drawn(sheet: Sheet, text: Story, attachment: Story, pages: int) -> tuple[int, bytes]:
    """Draw once; how many pages the text takes is known only then."""
    drawn = io.BytesIO()
    document = _document(drawn, sheet, pages)
    attached = list(attachment())
    behind = [NextPageTemplate("attachment"), PageBreak(), *attached] if attached else []
    counted = _Count()
    document.build([NextPageTemplate("later"), *text(), counted, *behind])
    return counted.page, drawn.getvalue()


class _Count(Flowable):  # type: ignore[misc]
    """Stands behind the text and notes the page it comes to stand on."""

    page = 1

    def wrap(self, *_: float) -> tuple[float, float]:
        return 0.0, 0.0

    def draw(self) -> None:
        self.page = self.canv.getPageNumber()


def _document(drawn: io.BytesIO, sheet: Sheet, pages: int) -> BaseDocTemplate:
    document = BaseDocTemplate(
        drawn, pagesize=A4, title=drawable(f"{sheet.name}: {sheet.subject}"), author=sheet.sender, lang=sheet.language,
        invariant=True,
    )  # fmt: skip

    def numbered(canvas: Canvas, _: BaseDocTemplate) -> None:
        _draw_head(canvas, sheet, f"{canvas.getPageNumber()} ({pages})")

    def first(canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.setViewerPreference("DisplayDocTitle", "true")
        numbered(canvas, _)
        _draw_address(canvas, sheet.address)

    def attached(canvas: Canvas, _: BaseDocTemplate) -> None:
        _draw_head(canvas, sheet, sheet.attachment)

    document.addPageTemplates(
        [_page("first", FIRST_TEXT_TOP, first), _page("later", LATER_TEXT_TOP, numbered), _page("attachment", 60 * mm, attached)]
    )
    return document


def _page(name: str, top: float, on_page: Callable[[Canvas, BaseDocTemplate], None]) -> PageTemplate:
    frame = Frame(LEFT, BOTTOM, RIGHT - LEFT, HEIGHT - BOTTOM - top, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    return PageTemplate(name, [frame], onPage=on_page)


def _draw_head(canvas: Canvas, sheet: Sheet, number: str) -> None:
    """Sender at the left, name of the document at the fourth indent, page number at the right."""
    line = HEIGHT - TOP - LINE
    canvas.setFont(BOLD, 10.5)
    canvas.drawString(LEFT, line, sheet.sender)
    canvas.drawString(LEFT + 4 * INDENT, line, drawable(sheet.name))
    canvas.setFont(FONT, 10.5)
    canvas.drawRightString(RIGHT, line, number)
    for row, fact in enumerate(sheet.facts, start=2):
        canvas.drawString(LEFT + 4 * INDENT, line - (row - 0.5) * LINE, drawable(fact))


def _draw_address(canvas: Canvas, address: Sequence[str]) -> None:
    canvas.setFont(FONT, 10.5)
    for row, line in enumerate(address):
        canvas.drawString(LEFT, HEIGHT - ADDRESS_TOP - row * LINE, drawable(line))
