"""Turn described pages into a PDF with a text layer, as a program prints it."""

from pathlib import Path

from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from .sheet import Area, Ink, Op, Rule, Sheet, Text
from .stamping import Press


def write_pdf(sheets: list[Sheet], path: Path) -> None:
    """Write the pages as vectors and text; the same pages give the same bytes."""
    canvas = Canvas(str(path), pageCompression=1, invariant=1)
    for sheet in sheets:
        canvas.setPageSize((sheet.width, sheet.height))
        for op in sheet.ops:
            _put(canvas, op, sheet.height)
        if sheet.turn:
            canvas.setPageRotation(sheet.turn)
        canvas.showPage()
        canvas.setPageRotation(0)
    canvas.save()


def _colour(ink: Ink) -> Color:
    return Color(ink[0] / 255, ink[1] / 255, ink[2] / 255)


def _font(path: Path) -> str:
    if path.stem not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(path.stem, str(path)))
    return path.stem


def _put(canvas: Canvas, op: Op, height: float) -> None:
    # Nobody presses a stamp on a PDF.
    assert not isinstance(op, Press)
    if isinstance(op, Text):
        _text(canvas, op, height)
    elif isinstance(op, Rule):
        canvas.setStrokeColor(_colour(op.ink))
        canvas.setLineWidth(op.width)
        canvas.setDash(*((0.6, 1.8) if op.dotted else ()))
        canvas.line(op.x0, height - op.y0, op.x1, height - op.y1)
        canvas.setDash()
    elif isinstance(op, Area):
        _area(canvas, op, height)
    else:
        canvas.setStrokeColor(_colour(op.ink))
        canvas.setLineWidth(op.width)
        canvas.setLineCap(1)
        path = canvas.beginPath()
        path.moveTo(op.points[0][0], height - op.points[0][1])
        for x, y in op.points[1:]:
            path.lineTo(x, height - y)
        canvas.drawPath(path)
        canvas.setLineCap(0)


def _text(canvas: Canvas, op: Text, height: float) -> None:
    canvas.saveState()
    canvas.setFillColor(_colour(op.ink))
    canvas.translate(op.x, height - op.y)
    if op.angle:
        canvas.rotate(op.angle)
    canvas.setFont(_font(op.font), op.size)
    canvas.drawString(0, 0, op.words)
    canvas.restoreState()


def _area(canvas: Canvas, op: Area, height: float) -> None:
    if op.fill is not None:
        canvas.setFillColor(_colour(op.fill))
    if op.edge is not None:
        canvas.setStrokeColor(_colour(op.edge))
        canvas.setLineWidth(op.width)
    canvas.rect(
        op.x0, height - op.y1, op.x1 - op.x0, op.y1 - op.y0, stroke=int(op.edge is not None), fill=int(op.fill is not None)
    )
