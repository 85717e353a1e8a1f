"""A second look at stamps and fax headers, where the page reader fails: slanted print and squashed lines."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.arrival import EDGE_BAND, STAMP_BAND, is_like_stamp
from extractors.ocr.engine import Gray, LineReader
from models.geometry import Box, bounding
from models.page import PageText, Word

_INK_BELOW = 150
_LEAST_SIDE_PX = 90  # at 200 dpi: 11 mm, shorter than the frame of any received stamp
_SLANT_DEG = (1.8, 22.0)  # flatter, and it may be a ruling of a page not quite straight; steeper is a pen stroke
_MOST_SPOTS = 3
_SPOT_WIDTH_PX, _SPOT_HEIGHT_PX = 520, 230
_ROW_PX = (13, 64)  # heights of a stamp's line of text: 4–23 points

_LOST_GAP = re.compile(r"((?:19|20)\d\d)[.,]?(?=\d{1,2}[:.;]\d\d)")


class _Spot(NamedTuple):
    """Where a stamp may be, and by how much it leans (counter-clockwise is negative, as y grows downwards)."""

    box: Box
    slant_deg: float


def second_looks(gray: Gray, first: PageText, reader: LineReader) -> list[PageText]:
    """Read a page's fax header and stamps again, line by line; each look is a page of its own words.

    Give the result to `arrival.find_arrival` beside the first look. `gray` is the cleaned page of 200 dpi.
    """
    looks = [_page(first, words) for words in _header_looks(gray, first, reader)]
    return looks + [_page(first, words) for spot in _spots(gray, first) if (words := _read_spot(gray, spot, reader))]


def _page(first: PageText, words: Sequence[Word]) -> PageText:
    return first.model_copy(update={"words": tuple(words)})


def _header_looks(gray: Gray, first: PageText, reader: LineReader) -> Iterator[list[Word]]:
    """Read the strip that no printer reaches, cut at two heights: one of them seldom clips the letters."""
    edge = [word.box for word in first.words if word.box.y1 <= first.height_px * 1.5 * EDGE_BAND]
    if len(edge) < 3:
        return
    row = bounding(edge)
    for margin in (8, 14):
        box = Box(max(0.0, row.x0 - 30), 0.0, min(float(first.width_px), row.x1 + 30), row.y1 + margin)
        line = reader.read_line(_crop(gray, box))
        if line.text.strip():
            text = _LOST_GAP.sub(r"\1 ", line.text)
            yield _spread(text, box, line.engine_score)


def _crop(gray: Gray, box: Box) -> Gray:
    x0, y0, x1, y1 = (round(v) for v in box)
    return gray[max(0, y0) : y1, max(0, x0) : x1]


def _spread(text: str, box: Box, score: float) -> list[Word]:
    """Lay a line's words out over its box, by their letters."""
    step = box.width / max(1, len(text))
    return [
        Word(
            text=match.group(),
            box=Box(box.x0 + match.start() * step, box.y0, box.x0 + match.end() * step, box.y1),
            engine_score=min(1.0, max(0.0, score)),
        )
        for match in re.finditer(r"\S+", text)
    ]


def _spots(gray: Gray, first: PageText) -> list[_Spot]:
    """Find where stamps may be: around words like a stamp's, and where slanted lines make a frame."""
    sides = _slanted_sides(gray[: round(gray.shape[0] * STAMP_BAND)])
    spots: list[_Spot] = []
    for word in first.words:
        if word.box.center[1] <= first.height_px * STAMP_BAND and is_like_stamp(word.text):
            around = word.box.grown(0.6 * word.box.width + 20, 0).union(word.box.grown(0, 3.2 * word.box.height))
            spots.append(_Spot(around, _slant_within(sides, around)))
    for side in sides:
        if not any(spot.box.covered_by(side.box) > 0.3 or side.box.covered_by(spot.box) > 0.5 for spot in spots):
            spots.append(_grown_to_frame(sides, side))
    return spots[:_MOST_SPOTS]


def _slanted_sides(gray: Gray) -> list[_Spot]:
    """Find straight slanted strokes, longest first."""
    ink = np.where(gray < _INK_BELOW, 255, 0).astype(np.uint8)
    lines = cv2.HoughLinesP(ink, 1, math.pi / 720, threshold=60, minLineLength=_LEAST_SIDE_PX, maxLineGap=6)
    if lines is None:
        return []
    sides = []
    for x0, y0, x1, y1 in np.asarray(lines, dtype=np.float64).reshape(-1, 4):
        slant = math.degrees(math.atan2(y1 - y0, x1 - x0))
        if _SLANT_DEG[0] <= abs(slant) <= _SLANT_DEG[1]:
            sides.append(_Spot(Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), slant))
    return sorted(sides, key=lambda side: -side.box.width)


def _slant_within(sides: Sequence[_Spot], around: Box) -> float:
    near = [side.slant_deg for side in sides if around.holds(*side.box.center)]
    return float(np.median(near)) if near else 0.0


def _grown_to_frame(sides: Sequence[_Spot], side: _Spot) -> _Spot:
    """Take in the other sides of the same frame: close by, and leaning alike."""
    reach = side.box.grown(_SPOT_WIDTH_PX / 3, _SPOT_HEIGHT_PX / 2)
    alike = [other.box for other in sides if abs(other.slant_deg - side.slant_deg) < 2.5 and reach.holds(*other.box.center)]
    return _Spot(bounding([side.box, *alike]).grown(30, 45 if len(alike) > 2 else 110), side.slant_deg)


def _read_spot(gray: Gray, spot: _Spot, reader: LineReader) -> list[Word]:
    """Set a stamp upright and read it row by row."""
    upright = _straightened(gray, spot)
    words: list[Word] = []
    for top, bottom, left, right in _text_rows(upright):
        line = reader.read_line(upright[top:bottom, left:right])
        box = Box(spot.box.x0 + left, spot.box.y0 + top, spot.box.x0 + right, spot.box.y0 + bottom)
        words += _spread(line.text, box, line.engine_score)
    return words


def _straightened(gray: Gray, spot: _Spot) -> Gray:
    """Cut a spot out, turned upright about its middle."""
    width, height = round(spot.box.width), round(spot.box.height)
    center = spot.box.center
    turn = cv2.getRotationMatrix2D(center, spot.slant_deg, 1.0)
    turn[:, 2] += np.array([width / 2 - center[0], height / 2 - center[1]])
    return np.asarray(cv2.warpAffine(gray, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=255), dtype=np.uint8)


def _text_rows(upright: Gray) -> Iterator[tuple[int, int, int, int]]:
    """Cut an upright stamp into its rows of text, frame lines taken off; top, bottom, left, right."""
    ink: NDArray[np.uint8] = np.where(upright < _INK_BELOW, 255, 0).astype(np.uint8)
    for kernel in (np.ones((1, 60), np.uint8), np.ones((55, 1), np.uint8)):
        ink = cv2.subtract(ink, cv2.dilate(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel), np.ones((3, 3), np.uint8)))  # type: ignore[assignment]
    filled = (ink > 0).sum(axis=1) >= 4
    edges = np.flatnonzero(np.diff(np.concatenate(([0], filled.astype(np.int8), [0]))))
    for top, bottom in edges.reshape(-1, 2):
        if _ROW_PX[0] <= bottom - top <= _ROW_PX[1]:
            columns = np.flatnonzero((ink[top:bottom] > 0).any(axis=0))
            yield max(0, top - 4), bottom + 4, max(0, int(columns[0]) - 6), int(columns[-1]) + 7
