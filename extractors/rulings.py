"""Find what is ruled on a cleaned page: horizontal and vertical lines, check boxes, combs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.boxes import find_boxes
from extractors.dashes import dashed_lines, dotted_lines, worn_lines
from extractors.ticks import Comb, low_combs
from extractors.walls import WALL_PX, true_walls
from models.geometry import Box

Gray = NDArray[np.uint8]

LINE_MIN_PX = (70, 26)
"""Shortest horizontal and vertical ruling line (9 and 3.3 mm): longer than a letter's strokes, shorter than a table row."""

BAND_PX = (18, 60)
"""A dark band is at least so high and, between the letters on it, so wide (2.3 and 7.6 mm); no mark or letter is."""
EDGE_PX, LEAST_EDGE, MOST_LIKE_BAND = 2, 0.6, 4

PALE_THICK_PX = 5
PALE_BY = 12
PALE_FROM = 140
"""A pale line is at least so much darker than the paper or shade on both its sides, and paler than the feet of small print."""

LINE_GAP_PX = 14
"""A fax loses pieces of a line; pieces at the same height with at most this gap are one line."""

STRIKE_PX = 330
BUSY = 0.22
BUSY_ABOVE = 0.25
MOST_KNOWN = 0.7
THICK_PX = 6
FULL_COLUMN, SOME_COLUMNS, LEAST_ROW = 0.75, 0.12, 0.8
STEP_PX = 48
LEAST_STEP = 0.85
"""A line that letters stand on is followed in steps of so many pixels, each drawn for at least this share."""

MOST_THICK_PX = 9
LEAST_THROUGH, LEAST_LEVEL = 0.7, 0.85
USUAL_THICK_PX, BAR_PX, LEAST_SOLID = 7, 14, 0.9
"""A thicker line than usual, up to a bar of 1.8 mm, is solid: heavy frames of some printings, bolder on a photo."""

RAGGED_PX, END_PX = 1.2, 8
LEAST_OWN = 0.5
LEAST_EVEN = {True: 0.82, False: 0.9}
"""Walls are short, and a photo bends them; across lie lines of print that was smeared."""

MOST_TOOTH_PX, LEAST_TOOTH, LEAST_BAR_TOOTH, MOST_BESIDE = 6, 0.97, 0.9, 0.75

LEAST_TOUCHED = 2.3
"""A line that strokes touch is so many times longer than the shortest one: feet of small print run together over a word."""

SHORT_PX = 420
LEAST_STRAIGHT = 0.9
"""Two rows of a short line that letters stand on are drawn through for this share: the feet of a joined hand are not."""

SHORTEST_FOLD_PX, SHEET_EDGE_PX, FOLD_PLAY, FOLDED_AT = 140, 6, 0.025, (1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4)

LEAST_FILLED = 0.7
LEAST_WALL = 0.7
STREAK_SHARE = 0.88
"""An upright line longer than this share of the page is a fax machine's streak or the shadow of an edge, not a wall."""


@dataclass(frozen=True)
class Rulings:
    """All ruling of a page, in pixels of the cleaned page. Lines are boxes as thick as the line itself."""

    horizontal: tuple[Box, ...]
    vertical: tuple[Box, ...]
    boxes: tuple[Box, ...]
    streaks: tuple[Box, ...] = ()
    """Upright lines that a fax machine's dirty glass drew down the page."""

    combs: tuple[Comb, ...] = ()
    """Combs whose teeth rise only part of the way."""

    bands: tuple[Box, ...] = ()
    """Dark bands behind headings."""

    folds: tuple[Box, ...] = ()
    """Lines from edge to edge of the sheet where it was folded: no ruling, and no writing."""


def find_rulings(ink: Gray, gray: Gray | None = None) -> Rulings:
    """Find lines and check boxes on `ink` (1 = ink); with the page's `gray` those too that are too pale for ink."""
    if gray is not None:
        ink = ink | pale_lines(gray)
    ink, bands = without_bands(ink)
    edges = [Box(band.x0, at - EDGE_PX, band.x1, at + EDGE_PX) for band in bands for at in (band.y0, band.y1)]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    pieces = np.asarray(stats, dtype=np.int32)
    solid, crowded = _lines(ink, LINE_MIN_PX[0])
    horizontal = dashed_lines(pieces, [_extended(ink, line) for line in solid], crowded)
    dotted = dotted_lines(np.asarray(labels, dtype=np.int32), pieces, LINE_MIN_PX[0])
    for found in (dotted, worn_lines(ink), edges):
        horizontal += [line for line in found if _covered(line, horizontal) < MOST_KNOWN]
    folds = [line for line in horizontal if _is_fold(line, ink.shape)]
    horizontal = [line for line in horizontal if line not in folds]
    boxes = find_boxes(ink)
    upright = _upright_lines(ink, horizontal)
    upright = [line for line in upright if sum(line.covered_by(box.grown(4, 4)) for box in boxes) < 0.5]
    streaks = [line for line in upright if line.height > STREAK_SHARE * ink.shape[0]]
    combs = low_combs(ink, horizontal)
    walls = true_walls(ink, [line for line in upright if line not in streaks], horizontal)
    vertical = [wall for wall in walls if wall.height > WALL_PX or not any(comb.holds(wall) for comb in combs)]
    vertical += [side for comb in combs for side in comb.sides]
    return Rulings(tuple(horizontal), tuple(vertical), tuple(boxes), tuple(streaks), tuple(combs), tuple(bands), tuple(folds))


def _is_fold(line: Box, shape: tuple[int, ...]) -> bool:
    """A line that runs to the sheet's edge, at a height where letters are folded; no form is ruled so far."""
    high, wide = shape[:2]
    to_the_edge = line.x0 < SHEET_EDGE_PX or line.x1 > wide - SHEET_EDGE_PX
    folded = any(abs(line.center[1] / high - share) < FOLD_PLAY for share in FOLDED_AT)
    return folded and to_the_edge and line.width > SHORTEST_FOLD_PX


def without_bands(ink: Gray) -> tuple[Gray, list[Box]]:
    """The ink without dark bands behind headings, and these.

    What touches a band would be one piece with it, walls and lines too.
    """
    solid = np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(BAND_PX, np.uint8)), dtype=np.uint8)
    if not solid.any():
        return ink, []
    band = np.asarray(cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((3, 2 * BAND_PX[1]), np.uint8)), dtype=np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(band, connectivity=8)
    bands = []
    for x, y, w, h, _ in stats[1:count].tolist():
        # Its heading stands near its left end: there the band is found by its upper edge.
        left, right = _end(ink[y : y + h], band[y : y + h], x, -1), _end(ink[y : y + h], band[y : y + h], x + w - 1, 1)
        if right - left > MOST_LIKE_BAND * h:
            bands.append(Box(left, y, right, y + h))
    return ink & (1 - np.asarray(cv2.dilate(band, np.ones((5, 5), np.uint8)), dtype=np.uint8)), bands


def _end(ink: Gray, band: Gray, x: int, step: int) -> int:
    """Follow a band's upper edge from column `x` to where it ends, and fill `band`, in place, as high as it is at `x`."""
    rows = np.flatnonzero(band[:, x])
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    while 0 < x < ink.shape[1] - 1 and ink[top + 1 : top + 4, x + step].mean() > LEAST_EDGE:
        x += step
        band[top:bottom, x] = 1
    return x


def pale_lines(gray: Gray) -> Gray:
    """Thin straight lines a little darker than what lies on both their sides, as 1: frames printed in gray."""
    pale = np.zeros_like(gray)
    for across, along in (((PALE_THICK_PX, 1), (1, LINE_MIN_PX[0])), ((1, PALE_THICK_PX), (LINE_MIN_PX[1] + 8, 1))):
        valley = (cv2.morphologyEx(gray, cv2.MORPH_BLACKHAT, np.ones(across, np.uint8)) > PALE_BY) & (gray > PALE_FROM)
        pale |= np.asarray(cv2.morphologyEx(valley.astype(np.uint8), cv2.MORPH_OPEN, np.ones(along, np.uint8)), dtype=np.uint8)
    return pale


def _extended(ink: Gray, line: Box) -> Box:
    """Follow a line to both sides for as long as it is drawn, under letters that stand on it too."""
    if line.width < 2 * STEP_PX:
        return line
    x0, y0, x1, y1 = (round(v) for v in line)
    left, right = x0, x1
    # The ends may lie a pixel or two higher or lower than the middle.
    while right + STEP_PX < ink.shape[1] and _goes_on(ink[max(0, y0 - 1) : y1 + 1, right : right + STEP_PX]):
        right += STEP_PX
    while left > STEP_PX and _goes_on(ink[max(0, y0 - 1) : y1 + 1, left - STEP_PX : left]):
        left -= STEP_PX
    return Box(min(line.x0, left), line.y0, max(line.x1, right), line.y1)


def _goes_on(window: Gray) -> bool:
    """A line fills most of a short stretch in few rows; strokes that cross its height do not."""
    return float(window.max(axis=0).mean()) > LEAST_STEP and float(window.mean(axis=1).max()) > LEAST_STEP / 2


def _upright_lines(ink: Gray, horizontal: Sequence[Box]) -> list[Box]:
    """Vertical lines; what bridges two letters of neighbouring rows is the line between the rows, and does not count."""
    flipped = [Box(b.y0, b.x0, b.y1, b.x1) for b in _lines(np.ascontiguousarray(ink.T), LINE_MIN_PX[1], upright=True)[0]]
    return [line for line in flipped if line.height <= WALL_PX or _is_drawn(ink, line, horizontal)]


def _is_drawn(ink: Gray, wall: Box, horizontal: Sequence[Box]) -> bool:
    x0, y0, x1, y1 = (round(v) for v in wall)
    drawn = ink[y0:y1, max(0, x0 - 1) : x1 + 1].max(axis=1).astype(float)
    own = np.ones(len(drawn), dtype=bool)
    for line in horizontal:
        if line.x0 < wall.x1 and line.x1 > wall.x0 and line.y1 > wall.y0 and line.y0 < wall.y1:
            own[max(0, round(line.y0 - wall.y0) - 2) : max(0, round(line.y1 - wall.y0) + 2)] = False
    return not own.any() or float(drawn[own].mean()) > LEAST_WALL


def _covered(line: Box, known: Sequence[Box]) -> float:
    """The share of a line's length along which another is known at its height."""
    level = [other for other in known if other.y0 - 6 < line.center[1] < other.y1 + 6]
    return sum(max(0.0, min(line.x1, other.x1) - max(line.x0, other.x0)) for other in level) / max(1.0, line.width)


def _lines(ink: Gray, least: int, *, upright: bool = False) -> tuple[list[Box], list[Box]]:
    """Horizontal lines at least `least` long, pieces joined, each as a thin box; and flat pieces too crowded to tell.

    `upright`: the page lies on its side, and its lines are walls.
    """
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    # A line may slope by a pixel or two over its length: thicken it before asking for long runs.
    thick = cv2.dilate(closed, np.ones((3, 1), np.uint8))
    opened = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, max(18, least // 2)), np.uint8))
    long = np.asarray(cv2.bitwise_and(opened, closed), dtype=np.uint8)
    runs: Gray = np.asarray(cv2.morphologyEx(long, cv2.MORPH_CLOSE, np.ones((1, LINE_GAP_PX), np.uint8)), dtype=np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    # A comb's edge runs close along its cell's: another line, drawn without a gap, is no writing.
    whole = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    lines = np.asarray(cv2.dilate(whole, np.ones((3, 1), np.uint8)), dtype=np.uint8)
    writing = ink & (1 - lines)
    found, crowded = [], []
    for x, y, width, height, area in stats[1:count].tolist():
        piece = Box(x, y, x + width, y + height)
        if height > max(MOST_THICK_PX, width // 25) and not _is_bar(ink, piece, upright=upright):
            # Strokes that touch the line make its piece higher: the line itself is what is drawn through.
            through = _drawn_through(runs, piece, LEAST_THROUGH) if width >= LEAST_TOUCHED * least else None
            if through is None or _straightness(_cut(ink, through)) < LEAST_STRAIGHT:
                continue
            piece, height, area = through, through.height, int(_cut(runs, through).sum())
        elif height > MOST_THICK_PX and (level := _drawn_through(runs, piece, LEAST_LEVEL)) is not None:
            # A long one may slope; where rows of it are drawn through, the rest is writing that stands on it.
            piece, height, area = level, level.height, int(_cut(runs, level).sum())
        if width < max(least // 2, 24) or (area / width > USUAL_THICK_PX and not _is_bar(ink, piece, upright=upright)):
            continue
        if _stands_free(ink, writing, piece) or (upright and _is_tooth(ink, writing, piece)):
            found.append(piece)
        elif height < THICK_PX:
            crowded.append(piece)
    return [line for line in _joined(found) if line.width >= least and _filled(runs, line) > LEAST_FILLED], crowded


def _drawn_through(runs: Gray, piece: Box, least: float) -> Box | None:
    """The rows of a piece that are drawn for more than the share `least`; None where there are none, or too many for a line."""
    rows = np.flatnonzero(_cut(runs, piece).mean(axis=1) > least)
    if len(rows) == 0 or rows[-1] - rows[0] >= MOST_THICK_PX:
        return None
    return Box(piece.x0, piece.y0 + int(rows[0]), piece.x1, piece.y0 + int(rows[-1]) + 1)


def _cut(ink: Gray, place: Box) -> Gray:
    x0, y0, x1, y1 = (round(v) for v in place)
    return ink[y0:y1, x0:x1]


def _filled(runs: Gray, line: Box) -> float:
    """The share of a line's length that is drawn: letters that happen to stand in one column leave gaps."""
    return float(_cut(runs, line).max(axis=0).mean())


def _stands_free(ink: Gray, writing: Gray, piece: Box) -> bool:
    """`writing` is the ink without lines.

    Above and below a ruling line there is mostly paper; above and below a row of letters' feet there is not.
    """
    x0, y0, x1, y1 = (round(v) for v in piece)
    above = writing[max(0, y0 - 7) : max(0, y0 - 2), x0:x1]
    below = writing[y1 + 2 : y1 + 7, x0:x1]
    busy = [band.max(axis=0).mean() for band in (above, below) if band.size]
    # Ink on both sides of a short one: somebody struck a word out.
    if (x1 - x0) < STRIKE_PX and busy and min(busy) > BUSY:
        return False
    if (
        x1 - x0 < SHORT_PX
        and busy
        and max(busy) > BUSY_ABOVE
        and _straightness(ink[max(0, y0 - 1) : y1 + 1, x0:x1]) < LEAST_STRAIGHT
    ):
        return False
    # A thick one is small print that ran together: some columns are full, others are not, and no row of it is drawn through.
    if y1 - y0 >= THICK_PX and ink[y0:y1, x0:x1].mean(axis=1).max() < LEAST_ROW:
        full = float((ink[y0:y1, x0:x1].mean(axis=0) > FULL_COLUMN).mean())
        if SOME_COLUMNS < full < 1 - SOME_COLUMNS:
            return False
    # A long one may have writing on both sides: rows of a table filled by a large hand.
    return all(share < 0.6 for share in busy) and sum(busy) < (0.8 if x1 - x0 < STRIKE_PX else 1.1)


def _is_tooth(ink: Gray, writing: Gray, piece: Box) -> bool:
    """A comb's wall between two signs that fill their cells: drawn through as no pen draws, and thin."""
    x0, y0, x1, y1 = (round(v) for v in piece)
    bar = _is_bar(ink, piece, upright=True)
    thick = y1 - y0 > MOST_TOOTH_PX and not bar
    least = LEAST_BAR_TOOTH if bar else LEAST_TOOTH
    if thick or x1 - x0 > WALL_PX or _straightness(ink[max(0, y0 - 1) : y1 + 1, x0:x1]) < least:
        return False
    beside = (writing[max(0, y0 - 7) : max(0, y0 - 2), x0:x1], writing[y1 + 2 : y1 + 7, x0:x1])
    return all(float(band.max(axis=0).mean()) < MOST_BESIDE for band in beside if band.size)


def _is_bar(ink: Gray, piece: Box, *, upright: bool) -> bool:
    """Solid all over, but for the two rows at either edge, and with straight edges: it may slope a little.

    Small print that a shaky hand or a bad focus has smeared is solid too, and ragged.
    """
    x0, y0, x1, y1 = (round(v) for v in piece)
    if not 4 < y1 - y0 <= BAR_PX or float(ink[y0 + 2 : y1 - 2, x0:x1].mean()) <= LEAST_SOLID:
        return False
    band = ink[max(0, y0 - 2) : y1 + 2, x0:x1]
    own = band[:, ~band.all(axis=0)]  # without the lines that cross it, or that it ends at
    if own.shape[1] < LEAST_OWN * band.shape[1]:
        return False
    return all(_evenness(edge.argmax(axis=0)) > LEAST_EVEN[upright] for edge in (own, own[::-1]))


def _evenness(edge: NDArray[np.int_]) -> float:
    """The share of an edge, given by its height in each column, that runs along one line, but for its rounded ends."""
    end = min(END_PX, len(edge) // 5)
    edge = edge[end : len(edge) - end]
    across = np.arange(len(edge))
    slope, start = np.polyfit(across, edge, 1)
    return float((np.abs(edge - slope * across - start) <= RAGGED_PX).mean())


def _straightness(band: Gray) -> float:
    """The share of the columns that the fullest two neighbouring rows of a band fill between them."""
    pairs = band[:-1] | band[1:]
    return float(pairs.mean(axis=1).max()) if len(pairs) else 0.0


def _joined(pieces: list[Box]) -> list[Box]:
    """Join pieces that continue each other at the same height."""
    joined: list[Box] = []
    for piece in sorted(pieces, key=lambda b: (b.x0, b.y0)):
        for i, line in enumerate(joined):
            level = abs(line.center[1] - piece.center[1]) <= 5
            if level and line.x0 - 1 <= piece.x0 <= line.x1 + 2 * LINE_GAP_PX:
                joined[i] = line.union(piece)
                break
        else:
            joined.append(piece)
    return joined
