"""What is kept of a page to know it again when it is faxed or scanned once more, and how two pages are held together."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from extractors.arrival import is_like_stamp
from extractors.cleanup import CLEAN_DPI, CleanPage
from extractors.overlay import cleared, overlay, ruling_of
from models.geometry import Box
from models.page import PageText

Gray = NDArray[np.uint8]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

INK_DPI = 75
"""Resolution of the kept picture: a letter of 10 points is 7 pixels high in it, and a page 5 to 10 KB."""

SAME_SCORE, SAME_TILE, ALIKE_TILE = 0.92, 0.78, 0.45

_INK_BELOW = 190  # gray, after averaging: a stroke of half a pixel is still ink
_SPECK_PX = 3  # pieces with fewer pixels are dirt
_LEAST_INK_PX = 60  # fewer, and there is nothing to know a page by
_WINDOW = (21, 13)  # pixels: two or three letters of one line
_WINDOW_INK = 0.06
_FLAT = 1e-5
_WORD_PX = 600  # so many windows of least likeness: the places around one word
_LEAST_WRITING_PX = 2000
_HEADER_MM = 9.0  # where a fax machine writes its line
_EDGE_MM = 4.5
_HASHED_PX = 32  # side of the image whose lowest 8 × 8 frequencies are the hash (Zauner 2010, pHash)


@dataclass(frozen=True)
class PageFingerprint:
    """`phash` is of 64 bits, signed; near for pages that look alike from afar. `ink` is a PNG for `compare`."""

    phash: int
    ink: bytes


class Likeness(NamedTuple):
    """How much of the ink of two pages has a partner, 0…1: over the whole page, and where it is least."""

    score: float
    worst_tile: float

    @property
    def is_same(self) -> bool:
        """Whether it looks the same, but for single digits, which nobody can see here: hold the values together too.

        samples.duplicates_benchmark: 73 % of sheets sent twice; of 98 forms filled by somebody else none; of 90 with
        other signs at every place, by the same hand, 3.
        """
        return self.score >= SAME_SCORE and self.worst_tile >= SAME_TILE

    @property
    def is_alike(self) -> bool:
        """Whether it may be the same sheet: a person should look."""
        return self.worst_tile >= ALIKE_TILE


NOTHING_ALIKE = Likeness(0.0, 0.0)


def fingerprint(page: CleanPage, text: PageText | None = None) -> PageFingerprint | None:
    """Take what a page is known by, from its cleaned, upright view. None for a page without ink.

    With `text`, received stamps are left out: the same sheet comes stamped and unstamped.
    """
    ink = _small_ink(page.gray)
    if int(ink.sum()) < _LEAST_INK_PX:
        return None
    stamps = [_scaled(box, INK_DPI / CLEAN_DPI) for box in _stamp_boxes(text)] if text is not None else []
    return PageFingerprint(_phash(ink), _packed(ink, stamps))


def _small_ink(gray: Gray) -> Mask:
    """Shrink to INK_DPI, two tones, without dirt."""
    size = (max(1, round(gray.shape[1] * INK_DPI / CLEAN_DPI)), max(1, round(gray.shape[0] * INK_DPI / CLEAN_DPI)))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    ink = (small < _INK_BELOW).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    keep = np.ones(count, dtype=np.bool_)
    keep[stats[:, cv2.CC_STAT_AREA] < _SPECK_PX] = False
    keep[0] = False
    return np.asarray(keep[labels])


def _phash(ink: Mask) -> int:
    """The signs of a page's lowest frequencies against their median, as a signed number of 64 bits."""
    soft = cv2.GaussianBlur(np.where(ink, 0.0, 255.0).astype(np.float32), (0, 0), 4)
    waves = cv2.dct(cv2.resize(soft, (_HASHED_PX, _HASHED_PX), interpolation=cv2.INTER_AREA))[:8, :8]
    bits = (waves > np.median(waves)).ravel()
    return int.from_bytes(np.packbits(bits).tobytes(), "big", signed=True)


def _stamp_boxes(text: PageText) -> list[Box]:
    """Areas of received stamps, by their word: frame and date stand around it."""
    found = []
    for word in text.words:
        if is_like_stamp(word.text):
            box = word.box
            found.append(box.grown(0.9 * box.width, 2.8 * box.height + 0.1 * box.width))
    return found


def _scaled(box: Box, scale: float) -> Box:
    return Box(*(round(v * scale, 1) for v in box))


def _packed(ink: Mask, left_out: list[Box]) -> bytes:
    notes = PngInfo()
    notes.add_text("left-out", json.dumps([list(box) for box in left_out]))
    packed = BytesIO()
    Image.fromarray(~ink).save(packed, "PNG", optimize=False, pnginfo=notes)
    return packed.getvalue()


def _unpacked(packed: bytes) -> tuple[Mask, list[Box]]:
    with Image.open(BytesIO(packed)) as image:
        ink = ~np.array(image.convert("1"), dtype=np.bool_)
        return ink, [Box(*box) for box in json.loads(image.info.get("left-out", "[]"))]


def compare(ink_a: bytes, ink_b: bytes) -> Likeness:
    """Hold two pages against each other, in about a tenth of a second.

    Their ruling, what a fax or a punch adds, received stamps and the strip that no printer reaches are left out. The
    worst place is as large as a word: there another value shows, though not a single other digit, which at this
    resolution looks like the noise of a fax. (0, 0) for pages that have nothing in common, or hardly any writing.
    """
    (a, stamps_a), (b, stamps_b) = _unpacked(ink_a), _unpacked(ink_b)
    first, second = a.astype(np.uint8), b.astype(np.uint8)
    ruling = ruling_of(first)
    laid = overlay(first, second, ruling, ruling_of(second))
    if laid is None:
        return NOTHING_ALIKE
    heard = (ruling == 0) & ~laid.ruling
    heard[: _mm(_HEADER_MM)] = heard[-_mm(_EDGE_MM) :] = False
    heard[:, : _mm(_EDGE_MM)] = heard[:, -_mm(_EDGE_MM) :] = False
    cleared(heard, stamps_a)
    cleared(heard, stamps_b, laid.matrix)
    return _likeness(first.astype(np.float32), laid.ink, heard)


def _mm(length: float) -> int:
    return round(length / 25.4 * INK_DPI)


def _likeness(a: Floats, b: Floats, heard: Mask) -> Likeness:
    """Correlate soft ink: over all, and in windows of a few letters wherever either page has ink."""
    x, y = (np.asarray(cv2.GaussianBlur(ink, (0, 0), 1) * heard, dtype=np.float32) for ink in (a, b))
    mean_x, mean_y = _boxed(x), _boxed(y)
    spread = np.maximum(_boxed(x * x) - mean_x**2, _FLAT) * np.maximum(_boxed(y * y) - mean_y**2, _FLAT)
    alike = ((_boxed(x * y) - mean_x * mean_y) / np.sqrt(spread))[np.maximum(mean_x, mean_y) > _WINDOW_INK]
    if alike.size < _LEAST_WRITING_PX:
        return NOTHING_ALIKE
    score = float(np.corrcoef(x.ravel(), y.ravel())[0, 1])
    return Likeness(max(0.0, score), max(0.0, float(np.partition(alike, _WORD_PX)[_WORD_PX])))


def _boxed(image: Floats) -> Floats:
    return np.asarray(cv2.boxFilter(image, -1, _WINDOW), dtype=np.float32)
