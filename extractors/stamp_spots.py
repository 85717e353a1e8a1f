"""Find where received stamps may be on a page: slanted frames, words like a stamp's, heaps of ink that no word explains."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.arrival import STAMP_BAND, is_like_stamp
from extractors.cleanup import CleanPage, sharpest
from extractors.ocr.engine import Gray
from models.geometry import Box
from models.page import PageText

INK_BELOW = 150
MOST_SPOTS = 3
_LEAST_SIDE_PX = 70  # at 200 dpi: 9 mm, shorter than the frame of any received stamp
_SLANT_DEG = (1.8, 22.0)  # flatter, and it may be a ruling of a page not quite straight; steeper is a pen stroke
_LEAST_DRAWN = 0.85
_MOST_BESIDE = 0.3
_FRAME_PX = (240, 45, 95)  # least width of a stamp's frame, least height, and how far to look from a single side
_WORD_SLANT_DEG = 14.0  # a page reader still knows a stamp's word at this slant
_READ_SCORE = 0.55  # what a page reader is so sure of is explained
_HEAP_PX = ((110, 560), (24, 300))  # width and height of a stamp without a frame
_HEAP_LETTERS = 7
_HEAP_LETTER_PX = (11, 44)
_HEAP_EVEN = 0.3  # printed letters are of one height; so much may they differ (mean deviation over mean)


class Spot(NamedTuple):
    """Where a stamp may be: an upright rectangle at 200 dpi, turned by `slant_deg` about its middle."""

    center: tuple[float, float]
    width: float
    height: float
    slant_deg: float
    is_frame: bool = False
    is_named: bool = False

    def holds(self, point: tuple[float, float]) -> bool:
        x, y = _turned(point, self.center, -self.slant_deg)
        return abs(x - self.center[0]) <= self.width / 2 and abs(y - self.center[1]) <= self.height / 2


class _Side(NamedTuple):
    """A straight slanted stroke, from left to right; a positive slant falls to the right."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def slant_deg(self) -> float:
        return math.degrees(math.atan2(self.y1 - self.y0, self.x1 - self.x0))

    @property
    def center(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2


def spots(page: CleanPage, first: PageText) -> list[Spot]:
    """Give the places worth a second look, the likeliest first."""
    band = page.gray[: round(page.gray.shape[0] * STAMP_BAND)]
    found: list[Spot] = []
    sides = _slanted_sides(band)
    # A frame tells slant and size better than a word does.
    candidates = [*(_frame_of(side, sides) for side in sides), *_by_word(page.gray, first)]
    for spot in [*candidates, *islice(_heaps(page.ink[: band.shape[0]], first), 1)]:
        at = next((at for at, other in enumerate(found) if other.holds(spot.center)), None)
        if at is None:
            found.append(spot)
        elif spot.is_named:
            found[at] = found[at]._replace(is_named=True)
    return sorted(found, key=lambda spot: not spot.is_named)[:MOST_SPOTS]


def straightened(page: CleanPage, spot: Spot) -> Gray:
    """Cut a spot out of the finer image, turned upright about its middle."""
    scale = page.fine_scale
    center = (spot.center[0] * scale, spot.center[1] * scale)
    width, height = round(spot.width * scale), round(spot.height * scale)
    turn = cv2.getRotationMatrix2D(center, spot.slant_deg, 1.0)
    turn[:, 2] += np.array([width / 2 - center[0], height / 2 - center[1]])
    return np.asarray(
        cv2.warpAffine(page.fine, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255,)), dtype=np.uint8
    )


def _by_word(gray: Gray, first: PageText) -> Iterator[Spot]:
    """Around each word that resembles a stamp's, at the slant at which the ink there stands in rows."""
    for word in first.words:
        box = word.box
        if box.center[1] > first.height_px * STAMP_BAND or not is_like_stamp(word.text):
            continue
        high = min(box.height, 44.0)
        reach = 0.8 * box.width + 3 * high
        x, y = box.center
        around = Box(x - reach, y - 4.5 * high, x + reach, y + 4.5 * high)
        # The level print around the stamp must not outvote it.
        x0, y0, x1, y1 = (round(max(0.0, v)) for v in box.grown(0.4 * high, 0.7 * high))
        yield Spot(around.center, around.width, around.height, _slant(gray[y0:y1, x0:x1]), is_named=True)


def _slant(gray: Gray) -> float:
    ink = (gray < INK_BELOW).astype(np.uint8)
    if ink.size == 0 or not ink.any():
        return 0.0
    return sharpest(ink, np.arange(-_WORD_SLANT_DEG, _WORD_SLANT_DEG + 0.1, 1.0))[0]


def _turned(point: tuple[float, float], about: tuple[float, float], degrees: float) -> tuple[float, float]:
    turn = math.radians(degrees)
    x, y = point[0] - about[0], point[1] - about[1]
    return about[0] + x * math.cos(turn) - y * math.sin(turn), about[1] + x * math.sin(turn) + y * math.cos(turn)


# --- slanted frames ---------------------------------------------------------------------------------------


def _slanted_sides(gray: Gray) -> list[_Side]:
    """Find straight slanted strokes, longest first."""
    ink = np.where(gray < INK_BELOW, 255, 0).astype(np.uint8)
    lines = cv2.HoughLinesP(ink, 1, math.pi / 720, threshold=45, minLineLength=_LEAST_SIDE_PX, maxLineGap=6)
    if lines is None:
        return []
    sides = [_Side(*line) for line in np.asarray(lines, dtype=np.float64).reshape(-1, 4)]
    slanted = [side for side in sides if _SLANT_DEG[0] <= abs(side.slant_deg) <= _SLANT_DEG[1] and _is_stroke(ink, side)]
    return sorted(slanted, key=lambda side: side.x0 - side.x1)


def _frame_of(side: _Side, sides: Sequence[_Side]) -> Spot:
    """Join the sides that lean alike and lie close into a frame; a frame's missing half is guessed at."""
    alike = [
        other
        for other in sides
        if abs(other.slant_deg - side.slant_deg) < 2.5 and math.dist(other.center, side.center) < _FRAME_PX[0]
    ]
    slant = float(np.median([other.slant_deg for other in alike]))
    ends = [_turned(end, side.center, -slant) for other in alike for end in ((other.x0, other.y0), (other.x1, other.y1))]
    left, right = min(x for x, _ in ends), max(x for x, _ in ends)
    top, bottom = min(y for _, y in ends), max(y for _, y in ends)
    if bottom - top < _FRAME_PX[1]:
        top, bottom = top - _FRAME_PX[2], bottom + _FRAME_PX[2]
    middle = _turned(((left + right) / 2, (top + bottom) / 2), side.center, slant)
    return Spot(middle, max(right - left, _FRAME_PX[0]) + 60, bottom - top + 12, slant, is_frame=True)


def _is_stroke(ink: NDArray[np.uint8], side: _Side) -> bool:
    """Tell a drawn side from a chance row of letters: ink nearly all along it, and paper close by on both sides."""
    along = np.linspace(0.0, 1.0, 60)
    xs, ys = side.x0 + along * (side.x1 - side.x0), side.y0 + along * (side.y1 - side.y0)
    shares = [float((_sampled(ink, xs, ys + offset) > 0).mean()) for offset in (-11, -9, 0, 9, 11)]
    return shares[2] >= _LEAST_DRAWN and max(min(shares[:2]), min(shares[3:])) <= _MOST_BESIDE


def _sampled(ink: NDArray[np.uint8], xs: NDArray[np.float64], ys: NDArray[np.float64]) -> NDArray[np.uint8]:
    rows = np.clip(ys.round().astype(int), 0, ink.shape[0] - 1)
    columns = np.clip(xs.round().astype(int), 0, ink.shape[1] - 1)
    return np.asarray(ink[rows, columns], dtype=np.uint8)


# --- heaps of letters -------------------------------------------------------------------------------------


def _heaps(ink: NDArray[np.uint8], first: PageText) -> Iterator[Spot]:
    """Close heaps of letters of one height that no word explains: a leaning stamp without a frame, or a round one."""
    _, _, stats, centers = cv2.connectedComponentsWithStats(ink, connectivity=8)
    high, wide = stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_WIDTH]
    letters = (high >= _HEAP_LETTER_PX[0]) & (high <= _HEAP_LETTER_PX[1]) & (wide >= 3) & (wide <= 3 * high)
    for word in first.words:
        if word.engine_score >= _READ_SCORE and len(word.text) > 1:
            x, y = centers[1:, 0], centers[1:, 1]
            letters &= ~((x >= word.box.x0) & (x <= word.box.x1) & (y >= word.box.y0) & (y <= word.box.y1))
    boxes = stats[1:][letters]
    if len(boxes) < _HEAP_LETTERS:
        return
    joined = np.zeros(ink.shape, np.uint8)
    for x, y, w, h, _ in boxes.tolist():
        joined[max(0, y - 10) : y + h + 10, max(0, x - 14) : x + w + 14] = 1
    _, _, heaps, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for x, y, w, h, _ in sorted(heaps[1:].tolist(), key=lambda heap: -heap[4]):
        inside = boxes[(boxes[:, 0] >= x) & (boxes[:, 0] < x + w) & (boxes[:, 1] >= y) & (boxes[:, 1] < y + h)]
        fits = _HEAP_PX[0][0] <= w <= _HEAP_PX[0][1] and _HEAP_PX[1][0] <= h <= _HEAP_PX[1][1]
        if fits and len(inside) >= _HEAP_LETTERS and _is_even(inside[:, 3]):
            slant = _slant(np.where(ink[y : y + h, x : x + w] > 0, 0, 255).astype(np.uint8))
            yield Spot((x + w / 2, y + h / 2), w + 24.0, h + 24.0, slant)


def _is_even(heights: NDArray[np.int32]) -> bool:
    middle = float(np.median(heights))
    return float(np.mean(np.abs(heights - middle))) <= _HEAP_EVEN * middle
