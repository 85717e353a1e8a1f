"""A second look at stamps and fax headers, where the page reader fails: slanted print and squashed lines."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.arrival import DOUBTFUL_SCORE, EDGE_BAND, STAMP_BAND, is_like_stamp
from extractors.ocr.engine import Gray, LineReader
from extractors.values.day import find_dates
from models.geometry import Box, bounding
from models.page import PageText, Word

_INK_BELOW = 150
_LEAST_SIDE_PX = 70  # at 200 dpi: 9 mm, shorter than the frame of any received stamp
_SLANT_DEG = (1.8, 22.0)  # flatter, and it may be a ruling of a page not quite straight; steeper is a pen stroke
_LEAST_DRAWN = 0.85
_MOST_BESIDE = 0.3
_MOST_SPOTS = 3
_FRAME_PX = (240, 45, 95)  # least width of a stamp's frame, least height, and how far to look from a single side
_ROW_PX = (13, 48)  # heights of a stamp's line of text: 4–17 points
_STAMP_STROKES_PX = (7, 8, 9)  # at 400 dpi
_LETTER_PX = (4, 46)  # from a point to letters that touch
_COLUMN_GAP_PX = 22

_LOST_GAP = re.compile(r"((?:19|20)\d\d)[.,]?(?=\d{1,2}[:.;]\d\d)")


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


class _Spot(NamedTuple):
    """Where a stamp may be: an upright rectangle, turned by `slant_deg` about its middle."""

    center: tuple[float, float]
    width: float
    height: float
    slant_deg: float

    def holds(self, point: tuple[float, float]) -> bool:
        x, y = _turned(point, self.center, -self.slant_deg)
        return abs(x - self.center[0]) <= self.width / 2 and abs(y - self.center[1]) <= self.height / 2


def second_looks(gray: Gray, first: PageText, reader: LineReader) -> list[PageText]:
    """Read a page's fax header and stamps again, line by line; each look is a page of its own words.

    Give the result to `arrival.find_arrival` beside the first look. `gray` is the cleaned page of 200 dpi.
    """
    looks = [_page(first, words) for words in _header_looks(gray, first, reader)]
    return looks + [_page(first, words) for spot in _spots(gray, first) for words in _spot_looks(gray, spot, reader)]


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
    """Find where stamps may be: inside slanted frames, and around words like a stamp's."""
    spots: list[_Spot] = []
    sides = _slanted_sides(gray[: round(gray.shape[0] * STAMP_BAND)])
    for side in sides:
        if not any(spot.holds(side.center) for spot in spots):
            spots.append(_frame_of(side, sides))
    for word in first.words:
        box = word.box
        seen = any(spot.holds(box.center) for spot in spots)
        if not seen and box.center[1] <= first.height_px * STAMP_BAND and is_like_stamp(word.text):
            around = Box(box.x0 - 0.8 * box.width, box.y0 - 1.3 * box.height, box.x1 + 0.8 * box.width, box.y1 + 3 * box.height)
            spots.append(_Spot(around.center, around.width, around.height, 0.0))
    return spots[:_MOST_SPOTS]


def _turned(point: tuple[float, float], about: tuple[float, float], degrees: float) -> tuple[float, float]:
    turn = math.radians(degrees)
    x, y = point[0] - about[0], point[1] - about[1]
    return about[0] + x * math.cos(turn) - y * math.sin(turn), about[1] + x * math.sin(turn) + y * math.cos(turn)


def _slanted_sides(gray: Gray) -> list[_Side]:
    """Find straight slanted strokes, longest first."""
    ink = np.where(gray < _INK_BELOW, 255, 0).astype(np.uint8)
    lines = cv2.HoughLinesP(ink, 1, math.pi / 720, threshold=45, minLineLength=_LEAST_SIDE_PX, maxLineGap=6)
    if lines is None:
        return []
    sides = [_Side(*line) for line in np.asarray(lines, dtype=np.float64).reshape(-1, 4)]
    slanted = [side for side in sides if _SLANT_DEG[0] <= abs(side.slant_deg) <= _SLANT_DEG[1] and _is_stroke(ink, side)]
    return sorted(slanted, key=lambda side: side.x0 - side.x1)


def _frame_of(side: _Side, sides: Sequence[_Side]) -> _Spot:
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
    return _Spot(middle, max(right - left, _FRAME_PX[0]) + 60, bottom - top + 12, slant)


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


def _spot_looks(gray: Gray, spot: _Spot, reader: LineReader) -> Iterator[list[Word]]:
    """Set a stamp upright and read it; where print runs across it, read it again with all thin strokes taken off.

    Stamps are heavier than print. How much heavier differs, so three widths are tried, each a look of its own.
    """
    upright = _straightened(gray, spot)
    plain = _read_upright(upright, spot, reader)
    if plain:
        yield plain
    if _tells_a_day(plain):
        return
    large = np.asarray(cv2.resize(upright, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    for stroke_px in _STAMP_STROKES_PX:
        heavy = np.asarray(
            cv2.resize(_heavy_strokes(large, stroke_px), upright.shape[::-1], interpolation=cv2.INTER_AREA), dtype=np.uint8
        )
        words = _read_upright(heavy, spot, reader)
        if words:
            yield [word.model_copy(update={"engine_score": min(word.engine_score, DOUBTFUL_SCORE)}) for word in words]


def _tells_a_day(words: Sequence[Word]) -> bool:
    return any(is_like_stamp(word.text) for word in words) and bool(find_dates(" ".join(word.text for word in words), loose=True))


def _heavy_strokes(large: Gray, stroke_px: int) -> Gray:
    """Keep ink that is at least `stroke_px` thick, with its rims."""
    ink = np.where(large < _INK_BELOW, 255, 0).astype(np.uint8)
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (stroke_px, stroke_px))
    core = cv2.dilate(cv2.morphologyEx(ink, cv2.MORPH_OPEN, brush), np.ones((3, 3), np.uint8))
    return np.where((core > 0) & (ink > 0), large, 255).astype(np.uint8)


def _read_upright(upright: Gray, spot: _Spot, reader: LineReader) -> list[Word]:
    """Read an upright stamp block by block, or by halves where its lines run together."""
    words = [word for block in _blocks(_letters(upright)) for word in _read_block(upright, block, spot, reader)]
    if _tells_a_day(words):
        return words
    half, bottom = upright.shape[0] // 2, upright.shape[0]
    halves = [Box(0, 4, upright.shape[1], half + 4), Box(0, half - 4, upright.shape[1], bottom - 4)]
    return [word for block in halves for word in _read_block(upright, block, spot, reader)]


def _read_block(upright: Gray, block: Box, spot: _Spot, reader: LineReader) -> list[Word]:
    """Read one line of an upright stamp; its words lie where they would if the stamp stood straight."""
    line = reader.read_line(_crop(upright, block))
    left, top = spot.center[0] - spot.width / 2, spot.center[1] - spot.height / 2
    box = Box(left + block.x0, top + block.y0, left + block.x1, top + block.y1)
    return _spread(line.text, box, line.engine_score)


def _straightened(gray: Gray, spot: _Spot) -> Gray:
    """Cut a spot out, turned upright about its middle."""
    width, height = round(spot.width), round(spot.height)
    turn = cv2.getRotationMatrix2D(spot.center, spot.slant_deg, 1.0)
    turn[:, 2] += np.array([width / 2 - spot.center[0], height / 2 - spot.center[1]])
    return np.asarray(cv2.warpAffine(gray, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255,)), dtype=np.uint8)


def _letters(upright: Gray) -> NDArray[np.bool_]:
    """Keep the ink that may be a stamp's letters: no frame, no specks, no print that runs together with it."""
    ink = np.where(upright < _INK_BELOW, 255, 0).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    kept = np.zeros(len(stats), dtype=bool)
    for label, (_, _, width, height, _) in enumerate(stats[1:], start=1):
        kept[label] = _LETTER_PX[0] <= height <= _LETTER_PX[1] and 2 <= width <= 6 * height
    return np.asarray(kept[labels])


def _blocks(ink: NDArray[np.bool_], depth: int = 3, left: int = 0, top: int = 0) -> Iterator[Box]:
    """Cut a stamp into lines of text: by empty rows, and where that leaves blocks too tall, by empty columns first."""
    for start, end in _runs(np.asarray(ink.sum(axis=1) >= 4), 2):
        band = ink[start:end]
        for first, last in _runs(np.asarray(band.any(axis=0)), _COLUMN_GAP_PX):
            height = end - start
            if height <= _ROW_PX[1]:
                if height >= _ROW_PX[0] and last - first >= 2 * height:
                    yield Box(max(0, left + first - 6), max(0, top + start - 4), left + last + 7, top + end + 4)
            elif depth:
                yield from _blocks(band[:, first:last], depth - 1, left + first, top + start)


def _runs(filled: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Find stretches of True, joined over gaps shorter than `gap`."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], filled.astype(np.int8), [0])))).reshape(-1, 2)
    runs: list[tuple[int, int]] = []
    for start, end in edges:
        if runs and start - runs[-1][1] < gap:
            runs[-1] = (runs[-1][0], int(end))
        else:
            runs.append((int(start), int(end)))
    return runs
