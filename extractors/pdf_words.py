"""Read the words of a PDF page's text layer, with boxes in pixels of its rendering."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from extractors.limits import RawWord

# A page of small print has 10,000 characters; what has more is no paper that we know.
_MAX_CHARS = 40_000
# More characters than this share without a known letter, or invisible: the layer says something else than the eye.
_MAX_STRANGE = 0.03
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_HYPHENS = {0x02: "-", 0xAD: "-", 0xFFFE: "-"}
_INVISIBLE = pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
# Points per inch of the imagined rendering that `_to_pixels` measures with: pdfium answers in whole pixels.
_FINER = 100


class Glyph(NamedTuple):
    """One character and its tight box in points of the page; None for what parts two words."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float


def read_words(page: pdfium.PdfPage, width: int, height: int) -> tuple[RawWord, ...] | None:
    """Give the words in the file's order, boxes in pixels of a rendering of `width` × `height`.

    None when there are none, or when the layer cannot be meant for reading: letters without a meaning, text
    that is not drawn, lines that do not run from left to right.
    """
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        if not 0 < count <= _MAX_CHARS:
            return None
        strange, runs = _runs(text_page, count)
    finally:
        text_page.close()
    if strange > _MAX_STRANGE * count or not runs:
        return None
    to_pixels = _to_pixels(page, width, height)
    words = [_word(run, to_pixels) for run in runs]
    if not _runs_left_to_right(runs, to_pixels):
        return None
    return tuple(word for word in words if word.x1 > 0 and word.y1 > 0 and word.x0 < width and word.y0 < height)


def _runs(text_page: pdfium.PdfTextPage, count: int) -> tuple[int, list[list[Glyph]]]:
    """Part the characters into words; count those that have no meaning or are not drawn."""
    strange = 0
    runs: list[list[Glyph]] = [[]]
    for glyph, is_strange in _glyphs(text_page, count):
        strange += is_strange
        if glyph is None:
            runs.append([])
            continue
        if runs[-1] and _is_apart(runs[-1][-1], glyph):
            runs.append([])
        runs[-1].append(glyph)
    return strange, [run for run in runs if run]


def _glyphs(text_page: pdfium.PdfTextPage, count: int) -> Iterator[tuple[Glyph | None, bool]]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for index in range(count):
        code = int(pdfium_c.FPDFText_GetUnicode(text_page, index))
        text = _letter(code)
        if text.isspace() or (not text and pdfium_c.FPDFText_IsGenerated(text_page, index) == 1):
            yield None, False
            continue
        if not text or _is_invisible(text_page, index):
            yield None, True
            continue
        pdfium_c.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
        yield Glyph(text, left.value, bottom.value, right.value, top.value), False


def _letter(code: int) -> str:
    """Give the text of one character code; empty when no reader could know what it means."""
    if code in _HYPHENS:
        return _HYPHENS[code]
    text = chr(code) if 0 < code < 0x110000 else ""
    if text.isspace() or text in ("\r", "\n"):
        return " "
    if not text or code == 0xFFFD or unicodedata.category(text) in ("Cc", "Cs", "Co", "Cn"):
        return ""
    return _LIGATURES.get(text, text)


def _is_invisible(text_page: pdfium.PdfTextPage, index: int) -> bool:
    drawn = pdfium_c.FPDFText_GetTextObject(text_page, index)
    return bool(drawn) and pdfium_c.FPDFTextObj_GetTextRenderMode(drawn) == _INVISIBLE


def _is_apart(before: Glyph, after: Glyph) -> bool:
    """Tell whether two characters that follow one another in the file stand too far apart for one word."""
    em = max(before.x1 - before.x0, before.y1 - before.y0, after.x1 - after.x0, after.y1 - after.y0)
    dx = max(after.x0 - before.x1, before.x0 - after.x1)
    dy = max(after.y0 - before.y1, before.y0 - after.y1)
    return max(dx, dy) > 1.2 * em


def _word(run: list[Glyph], to_pixels: NDArray[np.float64]) -> RawWord:
    text = unicodedata.normalize("NFC", "".join(glyph.text for glyph in run))
    corners = np.array([[x, y, 1.0] for glyph in run for x in (glyph.x0, glyph.x1) for y in (glyph.y0, glyph.y1)])
    placed = corners @ to_pixels.T
    (x0, y0), (x1, y1) = placed.min(axis=0), placed.max(axis=0)
    return RawWord(text, round(float(x0), 1), round(float(y0), 1), round(float(x1), 1), round(float(y1), 1))


def _to_pixels(page: pdfium.PdfPage, width: int, height: int) -> NDArray[np.float64]:
    """Measure the affine map, shape (2, 3), from points of the page to pixels; it knows crop box and /Rotate."""

    def placed(x: float, y: float) -> NDArray[np.float64]:
        device_x, device_y = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(page, 0, 0, width * _FINER, height * _FINER, 0, x, y, device_x, device_y)
        return np.array([device_x.value, device_y.value]) / _FINER

    left, bottom, right, top = page.get_bbox()
    origin = placed(left, bottom)
    along_x = (placed(right, bottom) - origin) / (right - left)
    along_y = (placed(left, top) - origin) / (top - bottom)
    shift = origin - along_x * left - along_y * bottom
    return np.stack([along_x, along_y, shift], axis=1)


def _runs_left_to_right(runs: list[list[Glyph]], to_pixels: NDArray[np.float64]) -> bool:
    """Tell whether most letters stand in words that run from left to right as displayed."""
    upright = turned = 0
    for run in runs:
        if len(run) < 3:
            continue
        first, last = run[0], run[-1]
        dx, dy = to_pixels[:, :2] @ np.array([last.x0 - first.x0, last.y0 - first.y0])
        if dx > 0 and dx > 2 * abs(dy):
            upright += len(run)
        else:
            turned += len(run)
    return upright >= turned
