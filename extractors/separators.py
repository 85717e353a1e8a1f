"""Find separator sheets: barcode sheets that say so, patch code sheets, and cover pages of answers to our requests."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from extractors.request_reference import reference_in
from models.page import PageText

Gray = NDArray[np.uint8]

MOST_WORDS = 80
"""A page with more words than this is no separator sheet, whatever barcode it bears."""

MOST_WORDS_UNSAID = 30
"""On a sheet with so few words, a printed heading (`EROTINSIVU`) makes up for a barcode that says something else."""

CELL_PX = 16
MIXED = (40, 235)
"""A square of paper that holds a barcode is, on average, neither paper nor ink (0…255)."""

BAR_SCALE = 4
PATCH_KINDS = {"1100": "PATCH1", "1001": "PATCH2", "1010": "PATCH3", "0110": "PATCH4", "0011": "PATCH6", "0101": "PATCHT"}
"""Bars of a patch code from the first to the last, 1 = wide (0.20 inch), 0 = narrow (0.08 inch)."""

NARROW_PX = (2.5, 7.0)
"""Narrow bars and spaces are so thick in a picture of 50 pixels per inch."""

STRIP_PX = 40
"""Width of the strips that are searched across the bars, which are at least 100 long."""

_SAYS_SO = re.compile(
    r"\bPATCH ?(CODE)? ?[1-46T]\b|\bSEP\b|SEPARATOR|VALILEHTI|VALISIVU|EROTIN|EROTUSSIVU|EROTTELU|JAKOSIVU|JAKOLEHTI"
    r"|SKILJEBLAD|SKILJESIDA|AVSKILJARE|MELLANBLAD|TRENNBLATT|\b(DOC|DOCUMENT|BATCH) ?(SEP|BREAK|SPLIT|START)|\bNEW ?DOC"
)
_COVER = re.compile(r"KANSILEHTI VASTAUKSELLE|FORSATTSBLAD FOR SVARET")
_FORMATS = zxingcpp.BarcodeFormats(
    (
        zxingcpp.BarcodeFormat.Code128,
        zxingcpp.BarcodeFormat.Code39,
        zxingcpp.BarcodeFormat.Code93,
        zxingcpp.BarcodeFormat.Codabar,
        zxingcpp.BarcodeFormat.ITF,
        zxingcpp.BarcodeFormat.QRCode,
        zxingcpp.BarcodeFormat.DataMatrix,
        zxingcpp.BarcodeFormat.Aztec,
        zxingcpp.BarcodeFormat.PDF417,
    )
)


@dataclass(frozen=True)
class SeparatorSheet:
    """A sheet that parts two documents. `text` is what its barcode says, or the patch code's name (`PATCHT`).

    `reference` is that of the request whose answer lies behind a cover page.
    """

    text: str
    kind: Literal["patch", "barcode", "cover"]
    reference: str | None = None


class _Bar(NamedTuple):
    """A bar in a strip of the page: its first row, and the first row below it."""

    top: int
    bottom: int

    @property
    def thickness(self) -> int:
        return self.bottom - self.top


def find_separator(pixels: Gray, words: PageText | None) -> SeparatorSheet | None:
    """Tell whether a page is a separator sheet.

    A letter that merely bears a barcode is none: the barcode, or the heading of an otherwise nearly empty
    sheet, must say that it separates. A cover page says so by the reference in its barcode or, where that does not
    survive, by its heading and the reference in its words.

    Args:
        pixels: the cleaned page, shape (height, width), 200 pixels per inch, 0 = ink.
        words: the page's words if they are read already; a page with many is not searched.
    """
    texts = [] if words is None else [w.text for w in words.words if sum(map(str.isalnum, w.text)) >= 2]
    if len(texts) > MOST_WORDS:
        return None
    patch = _find_patch(pixels)
    if patch is not None:
        return SeparatorSheet(patch, "patch")
    line = " ".join(texts)
    barcodes = zxingcpp.read_barcodes(pixels, formats=_FORMATS) if _may_bear_barcode(pixels) else ()
    cover = _find_cover([barcode.text for barcode in barcodes], line)
    if cover is not None:
        return cover
    says_so = len(texts) <= MOST_WORDS_UNSAID and bool(_SAYS_SO.search(_plain(line)))
    for barcode in barcodes:
        if says_so or _SAYS_SO.search(_plain(barcode.text)):
            return SeparatorSheet(barcode.text, "barcode")
    return None


def _find_cover(barcodes: Sequence[str], words: str) -> SeparatorSheet | None:
    reference = reference_in(barcodes)
    if reference is not None:
        return SeparatorSheet(reference, "cover", reference)
    reference = reference_in([words]) if _COVER.search(_plain(words)) else None
    return None if reference is None else SeparatorSheet(reference, "cover", reference)


def _plain(text: str) -> str:
    bare = "".join(char for char in unicodedata.normalize("NFKD", text.upper()) if not unicodedata.combining(char))
    return re.sub(r"[^A-Z0-9]+", " ", bare)


def _may_bear_barcode(pixels: Gray) -> bool:
    """Look, cheaply, for a patch of paper that is finely mixed of ink and paper; lines of text are too low."""
    height, width = pixels.shape
    if height < 4 * CELL_PX or width < 4 * CELL_PX:
        return False
    # Every fourth row suffices: bars and modules are larger, and the page is searched in a fraction of the time.
    rows, columns = height // CELL_PX, width // CELL_PX
    thinned = np.ascontiguousarray(pixels[: rows * CELL_PX : BAR_SCALE, : columns * CELL_PX])
    cells = cv2.resize(thinned, (columns, rows), interpolation=cv2.INTER_AREA)
    mixed = ((cells > MIXED[0]) & (cells < MIXED[1])).astype(np.uint8)
    kernels = (np.ones(shape, np.uint8) for shape in ((3, 6), (6, 3), (4, 4)))
    return any(bool(cv2.erode(mixed, kernel, borderValue=0).any()) for kernel in kernels)


def _find_patch(pixels: Gray) -> str | None:
    """Name the patch code whose bars lie, or stand, somewhere on the page."""
    thinned = np.ascontiguousarray(pixels[::BAR_SCALE, ::BAR_SCALE])
    ink = cv2.medianBlur(thinned, 3) < 128
    for lying in (ink, ink.T):
        names = [_patch_in_strip(lying[:, left : left + STRIP_PX]) for left in range(0, lying.shape[1] - STRIP_PX, STRIP_PX // 2)]
        # Neighbouring strips must agree: bars are long, and a heading or a picture is not.
        agreed = next((one for one, other in pairwise(names) if one and one == other), None)
        if agreed:
            return agreed
    return None


def _patch_in_strip(strip: NDArray[np.bool_]) -> str | None:
    """Read one strip across the bars; in so narrow a strip a page that lies a little askew does not matter."""
    solid = np.concatenate([[False], strip.mean(axis=1) > 0.75, [False]])
    edges = np.flatnonzero(solid[1:] != solid[:-1])
    bars = [_Bar(int(top), int(bottom)) for top, bottom in zip(edges[::2], edges[1::2], strict=True)]
    groups = _parted_groups(bars)
    names = (_patch_name(group) for group in groups if len(group) == 4)
    return next((name for name in names if name), None)


def _parted_groups(bars: Sequence[_Bar]) -> list[list[_Bar]]:
    """Part the bars where the paper between them is wider than a patch code's spaces; a barcode has more than four."""
    groups: list[list[_Bar]] = []
    for bar in bars:
        if groups and bar.top - groups[-1][-1].bottom <= 1.7 * NARROW_PX[1]:
            groups[-1].append(bar)
        else:
            groups.append([bar])
    return groups


def _patch_name(four: Sequence[_Bar]) -> str | None:
    """Name the patch code: two wide bars and two narrow ones, 2.5 : 1, with narrow spaces between."""
    thickness = sorted(bar.thickness for bar in four)
    narrow, wide = sum(thickness[:2]) / 2, sum(thickness[2:]) / 2
    gaps = [below.top - above.bottom for above, below in pairwise(four)]
    even = thickness[1] - thickness[0] <= 2 and thickness[3] - thickness[2] <= 0.3 * wide
    if not (even and NARROW_PX[0] <= narrow <= NARROW_PX[1] and 1.7 <= wide / narrow <= 3.4):
        return None
    if not all(0.5 * narrow <= gap <= 1.7 * narrow for gap in gaps):
        return None
    return PATCH_KINDS.get("".join("1" if bar.thickness > (narrow + wide) / 2 else "0" for bar in four))
