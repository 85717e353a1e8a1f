"""Choose a scanner's settings and write what it saves.

PDF or TIFF; grey, colour or two-toned; with or without a hidden text layer.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from . import media
from .raster import paint
from .sheet import Sheet, Text


@dataclass(frozen=True)
class Scanner:
    """One office machine's settings."""

    dpi: int
    colour: bool
    two_toned: bool
    ending: str
    packing: str
    quality: int
    hidden_text: bool


def scanner(rng: Random, harsh: bool) -> Scanner:
    """Draw a machine; most save 300 dpi grey JPEG in a PDF."""
    dpi = rng.choices([300, 200, 240, 400], [82, 11, 5, 2])[0]
    two_toned = not harsh and rng.random() < 0.08
    ending = ".tif" if rng.random() < (0.4 if two_toned else 0.05 if harsh else 0.25) else ".pdf"
    packing = "group4" if two_toned else rng.choices(["jpeg", "tiff_lzw"], [95, 5])[0]
    return Scanner(
        dpi, rng.random() < 0.1, two_toned, ending, packing, rng.randint(56, 82), ending == ".pdf" and rng.random() < 0.07
    )


def scanned(sheets: list[Sheet], rng: Random, machine: Scanner, harsh: bool) -> list[Image.Image]:
    """Draw pages and send them through the machine."""
    flip = harsh and rng.random() < 0.15
    pages = []
    for sheet in sheets:
        page = np.array(paint(sheet, machine.colour and not machine.two_toned, machine.dpi))
        pixels = media.scan_harsh(page, rng, flip) if harsh else media.scan(page, rng)
        image = Image.fromarray(pixels)
        pages.append(
            image.point(lambda v: 255 if v > 150 else 0).convert("1", dither=Image.Dither.NONE) if machine.two_toned else image
        )
    return pages


def save(pages: list[Image.Image], sheets: list[Sheet], rng: Random, machine: Scanner, path: Path) -> None:
    """Write the scanned pages as the machine saves them."""
    if path.suffix == ".pdf":
        _save_pdf(pages, sheets, rng, machine, path)
        return
    quality = {"quality": machine.quality} if machine.packing == "jpeg" else {}
    pages[0].save(
        path,
        "TIFF",
        compression=machine.packing,
        dpi=(machine.dpi, machine.dpi),
        save_all=True,
        append_images=pages[1:],
        **quality,
    )


def _save_pdf(pages: list[Image.Image], sheets: list[Sheet], rng: Random, machine: Scanner, path: Path) -> None:
    canvas = Canvas(str(path), invariant=1)
    for image, sheet in zip(pages, sheets, strict=True):
        wide, tall = image.width * 72 / machine.dpi, image.height * 72 / machine.dpi
        canvas.setPageSize((wide, tall))
        if machine.hidden_text and not sheet.turn:
            _hidden_text(canvas, sheet, rng)
        canvas.drawImage(ImageReader(image if machine.two_toned else _jpeg(image, machine)), 0, 0, wide, tall)
        canvas.showPage()
    canvas.save()


def _jpeg(image: Image.Image, machine: Scanner) -> BytesIO:
    packed = BytesIO()
    image.save(packed, "JPEG", quality=machine.quality, dpi=(machine.dpi, machine.dpi))
    packed.seek(0)
    return packed


def _hidden_text(canvas: Canvas, sheet: Sheet, rng: Random) -> None:
    # What the machine's own reader made of the page: one sign in forty is wrong, so nobody may trust it unseen.
    for op in sheet.ops:
        if not isinstance(op, Text) or len(op.words) < 2:
            continue
        words = "".join(rng.choice("01lIO5S8B") if rng.random() < 0.025 else sign for sign in op.words)
        line = canvas.beginText(op.x, sheet.height - op.y)
        line.setTextRenderMode(3)
        line.setFont("Helvetica", op.size)
        drawn = stringWidth(words, "Helvetica", op.size)
        line.setHorizScale(100.0 if not drawn else max(60.0, min(140.0, 100 * len(words) * op.size * 0.52 / drawn)))
        line.textOut(words)
        canvas.drawText(line)
