"""Find what is ruled on a cleaned page: horizontal and vertical lines, check boxes, combs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Box

Gray = NDArray[np.uint8]

LINE_MIN_PX = (70, 26)
"""Shortest horizontal and vertical ruling line (9 and 3.3 mm): longer than a letter's strokes, shorter than a table row."""

WALL_PX = 66
"""An upright line longer than this is a wall wherever it stands; hand-written strokes are shorter."""

LINE_GAP_PX = 14
"""A fax loses pieces of a line; pieces at the same height with at most this gap are one line."""

STRIKE_PX = 330
LEAST_CORNER = 0.5
FULL_HOLE = 0.1
LEAST_FILLED = 0.7
STREAK_SHARE = 0.88
"""An upright line longer than this share of the page is a fax machine's streak or the shadow of an edge, not a wall."""


BOX_SIDE_PX = (16, 40)
"""Check boxes on forms have sides of 1.8 to 5 mm."""


@dataclass(frozen=True)
class Rulings:
    """All ruling of a page, in pixels of the cleaned page. Lines are boxes as thick as the line itself."""

    horizontal: tuple[Box, ...]
    vertical: tuple[Box, ...]
    boxes: tuple[Box, ...]
    streaks: tuple[Box, ...] = ()
    """Upright lines that a fax machine's dirty glass drew down the page."""


def find_rulings(ink: Gray) -> Rulings:
    """Find lines and check boxes on `ink` (1 = ink)."""
    horizontal = _lines(ink, LINE_MIN_PX[0])
    horizontal += [line for line in _dotted_lines(ink) if not any(_meet(line.grown(0, 6), solid) for solid in horizontal)]
    vertical = [Box(b.y0, b.x0, b.y1, b.x1) for b in _lines(np.ascontiguousarray(ink.T), LINE_MIN_PX[1])]
    boxes = find_boxes(ink)
    vertical = [line for line in vertical if sum(line.covered_by(box.grown(4, 4)) for box in boxes) < 0.5]
    short = [line for line in vertical if line.height <= WALL_PX and _spans(line, horizontal)]
    vertical = [line for line in vertical if line.height > WALL_PX] + _on_a_grid(short)
    streaks = [line for line in vertical if line.height > STREAK_SHARE * ink.shape[0]]
    vertical = [line for line in vertical if line not in streaks]
    return Rulings(tuple(horizontal), tuple(vertical), tuple(boxes), tuple(streaks))


def _spans(line: Box, horizontal: list[Box]) -> bool:
    """A short upright stroke is a cell's wall only where it meets a line above and below; else it may be an I."""
    top, bottom = (Box(line.x0 - 6, y - 7, line.x1 + 6, y + 7) for y in (line.y0, line.y1))
    return all(any(_meet(end, h) for h in horizontal) for end in (top, bottom))


def _on_a_grid(short: list[Box]) -> list[Box]:
    """Drop the 1s and Ls among a comb's teeth: teeth of one comb stand at even distances."""
    kept: list[Box] = []
    for line in sorted(short, key=lambda b: b.x0):
        level = [
            other
            for other in short
            if abs(other.y0 - line.y0) < 12 and abs(other.y1 - line.y1) < 14 and abs(other.x0 - line.x0) < 260
        ]
        if len(level) < 5:
            kept.append(line)
            continue
        xs = sorted(other.center[0] for other in level)
        pitch = float(np.median([gap for gap in np.diff(xs).tolist() if gap > 16] or [1.0]))
        steps = [(line.center[0] - x) / pitch for x in xs]
        fits = sum(abs(step - round(step)) < 0.17 for step in steps)
        if fits > 0.6 * len(steps):
            kept.append(line)
    return kept


def _meet(a: Box, b: Box) -> bool:
    shared = a.intersection(b)
    return shared.width > 0 and shared.height > 0


def _lines(ink: Gray, least: int) -> list[Box]:
    """Horizontal lines at least `least` long, pieces joined, each as a thin box."""
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    # A line may slope by a pixel or two over its length: thicken it before asking for long runs.
    thick = cv2.dilate(closed, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, max(18, least // 2)), np.uint8))
    runs = cv2.bitwise_and(runs, closed)
    runs = np.asarray(cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((1, LINE_GAP_PX), np.uint8)), dtype=np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    found = []
    for x, y, width, height, area in stats[1:count].tolist():
        piece = Box(x, y, x + width, y + height)
        if width >= max(least // 2, 24) and height <= max(9, width // 25) and area / width <= 7 and _stands_free(ink, piece):
            found.append(piece)
    closed_runs = np.asarray(runs, dtype=np.uint8)
    return [line for line in _joined(found) if line.width >= least and _filled(closed_runs, line) > LEAST_FILLED]


DOT_PX = 6
DOT_GAP_PX = 15


def _dotted_lines(ink: Gray) -> list[Box]:
    """Rows of dots or short dashes to write on."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    small = (stats[:, 3] <= DOT_PX) & (stats[:, 2] <= 14) & (stats[:, 4] >= 2)
    small[0] = False
    if int(small.sum()) < 12:
        return []
    dots = small[labels].astype(np.uint8)
    # Dirt is strewn about; dots of a line share their height within a pixel or two.
    joined = cv2.morphologyEx(cv2.dilate(dots, np.ones((3, 1), np.uint8)), cv2.MORPH_CLOSE, np.ones((1, DOT_GAP_PX), np.uint8))
    runs = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, LINE_MIN_PX[0]), np.uint8))
    found, _, boxes, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    return [Box(x, y, x + w, y + h) for x, y, w, h, _ in boxes[1:found].tolist() if h <= DOT_PX + 6]


def _filled(runs: Gray, line: Box) -> float:
    """The share of a line's length that is drawn: letters that happen to stand in one column leave gaps."""
    x0, y0, x1, y1 = (round(v) for v in line)
    return float(runs[y0:y1, x0:x1].max(axis=0).mean())


def _stands_free(ink: Gray, piece: Box) -> bool:
    """Above and below a ruling line there is mostly paper; above and below a row of letters' feet there is not."""
    x0, y0, x1, y1 = (round(v) for v in piece)
    above = ink[max(0, y0 - 7) : max(0, y0 - 2), x0:x1]
    below = ink[y1 + 2 : y1 + 7, x0:x1]
    busy = [band.max(axis=0).mean() for band in (above, below) if band.size]
    # Ink on both sides of a short one: somebody struck a word out.
    if (x1 - x0) < STRIKE_PX and busy and min(busy) > 0.22:
        return False
    return all(share < 0.6 for share in busy) and sum(busy) < 0.8


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


def find_boxes(ink: Gray) -> list[Box]:
    """Find check boxes, empty or marked: squares whose four sides are there, whatever is drawn across them.

    Sizes are found from the empty ones (closed contours), since a page prints its boxes in one or two sizes;
    marked ones are then looked for by their sides alone.
    """
    closed = np.asarray(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    hollow = _of_common_size(_apart([*_hollow_squares(ink), *_hollow_squares(closed)]))
    found = list(hollow)
    for side in _sizes([round((b.width + b.height) / 2) for b in hollow]) if hollow else ():
        found += _by_sides(ink, side)
    return sorted(_apart(found), key=lambda b: (b.y0, b.x0))


def _apart(boxes: list[Box]) -> list[Box]:
    """Drop what overlaps a box named before it."""
    kept: list[Box] = []
    for box in boxes:
        if all(box.intersection(other).width <= 2 or box.intersection(other).height <= 2 for other in kept):
            kept.append(box)
    return kept


def _has_corners(ink: Gray, box: Box) -> bool:
    """A box has ink in its four corners; an O or a 6 is round."""
    x0, y0, x1, y1 = (round(v) for v in box.grown(1, 1))
    # A pixel of play: the box was measured on a broken outline, or a pixel off.
    near = cv2.dilate(ink[max(0, y0) : y1, max(0, x0) : x1], np.ones((3, 3), np.uint8))
    size = max(4, round(0.2 * box.width))
    corners = (near[:size, :size], near[:size, -size:], near[-size:, :size], near[-size:, -size:])
    return all(corner.size > 0 and corner.mean() > LEAST_CORNER for corner in corners)


def _hollow_squares(ink: Gray) -> list[Box]:
    contours, hierarchy = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour, (_, _, _, parent) in zip(contours, hierarchy[0] if hierarchy is not None else [], strict=True):
        if parent < 0:
            continue  # an outer edge; the inside of a box is a hole
        x, y, width, height = cv2.boundingRect(contour)
        if not (BOX_SIDE_PX[0] - 4 <= width <= BOX_SIDE_PX[1] and BOX_SIDE_PX[0] - 4 <= height <= BOX_SIDE_PX[1]):
            continue
        box = Box(max(0, x - 1), max(0, y - 1), x + width + 1, y + height + 1)
        square = 0.85 < width / height < 1.18 and cv2.contourArea(contour) > 0.9 * (width - 1) * (height - 1)
        # Closing gaps joins letters, E and i: the hole of a box is empty, theirs is not.
        if square and ink[y + 3 : y + height - 3, x + 3 : x + width - 3].mean() < FULL_HOLE and _has_corners(ink, box):
            found.append(box)
    return [b for b in found if not _in_comb(b, found) and _stands_alone(ink, b)]


def _of_common_size(found: list[Box]) -> list[Box]:
    """Keep the boxes of the page's one or two sizes; the eye of an o or an 8 is rarely of the same."""
    if len(found) < 3:
        return found
    sides = _sizes([round((b.width + b.height) / 2) for b in found])
    return [b for b in found if any(abs((b.width + b.height) / 2 - side) <= 2.5 for side in sides)]


def _in_comb(box: Box, all_boxes: list[Box]) -> bool:
    """Squares that share a wall with a neighbour are the teeth of a comb, or cells, not check boxes."""
    for other in all_boxes:
        level = abs(other.y0 - box.y0) < 4 and abs(other.height - box.height) < 5
        if level and other is not box and min(abs(other.x0 - box.x1), abs(box.x0 - other.x1)) < 4:
            return True
    return False


def _sizes(sides: list[int]) -> list[int]:
    """The one or two commonest sizes."""
    counts = np.bincount(sides, minlength=60).astype(float)
    smooth = np.convolve(counts, [0.5, 1, 0.5], "same")
    first = int(smooth.argmax())
    smooth[max(0, first - 3) : first + 4] = 0
    return [first] + ([int(smooth.argmax())] if smooth.max() >= 2 else [])


def _by_sides(ink: Gray, side: int) -> list[Box]:
    """Places where all four sides of a square of `side` pixels are drawn, best first, none overlapping."""
    run = max(5, side - 4)
    across = _share(cv2.dilate(ink, np.ones((3, 1), np.uint8)), (run, 1))
    down = _share(cv2.dilate(ink, np.ones((1, 3), np.uint8)), (1, run))
    half = (side - 3) / 2
    top, bottom = round(-half), round(half)
    shifted = [_shift(across, 0, top), _shift(across, 0, bottom), _shift(down, top, 0), _shift(down, bottom, 0)]
    score = np.minimum.reduce(shifted)
    ys, xs = np.nonzero(score > 0.82)
    found: list[Box] = []
    for i in np.argsort(-score[ys, xs]):
        x, y = float(xs[i]), float(ys[i])
        if all(abs(x - b.center[0]) > side * 0.7 or abs(y - b.center[1]) > side * 0.7 for b in found):
            found.append(Box(x - side / 2, y - side / 2, x + side / 2, y + side / 2))
        if len(found) > 120:
            break
    settled = [_settled(ink, box) for box in found]
    return [box for box in settled if _stands_alone(ink, box) and _has_corners(ink, box)]


def _settled(ink: Gray, box: Box) -> Box:
    """Move a box by a pixel or two to where its sides hold most ink."""
    best = (-1.0, box)
    for dy in (-2, -1, 0, 1, 2):
        for dx in (-2, -1, 0, 1, 2):
            moved = Box(box.x0 + dx, box.y0 + dy, box.x1 + dx, box.y1 + dy)
            x0, y0, x1, y1 = (round(v) for v in moved)
            sides = (ink[y0 : y0 + 3, x0:x1], ink[y1 - 3 : y1, x0:x1], ink[y0:y1, x0 : x0 + 3], ink[y0:y1, x1 - 3 : x1])
            share = min(float(side.mean()) if side.size else 0.0 for side in sides)
            best = max(best, (share, moved))
    return best[1]


def _share(ink: NDArray[Any], window: tuple[int, int]) -> NDArray[np.float32]:
    """The share of ink in a window (width, height) around each pixel."""
    return np.asarray(cv2.boxFilter(ink.astype(np.float32), -1, window), dtype=np.float32)


def _shift(image: NDArray[np.float32], dx: int, dy: int) -> NDArray[np.float32]:
    """`image` as seen from a point (dx, dy) away; outside is 0."""
    matrix = np.array([[1.0, 0, -dx], [0, 1.0, -dy]])
    return np.asarray(cv2.warpAffine(image, matrix, image.shape[::-1], flags=cv2.INTER_NEAREST))


def _stands_alone(ink: Gray, box: Box) -> bool:
    """True unless a side runs on past both corners, as the walls of cells and tables do."""
    x0, y0, x1, y1 = (round(v) for v in box)
    reach = round(box.width)
    height, width = ink.shape
    if x0 < reach or y0 < reach or x1 + reach > width or y1 + reach > height:
        return False
    runs_on = 0
    for y in (y0 + 1, y1 - 2):
        band = ink[max(0, y - 1) : y + 2].max(axis=0)
        runs_on += band[x0 - reach : x0 - 2].mean() > 0.85 or band[x1 + 2 : x1 + reach].mean() > 0.85
    for x in (x0 + 1, x1 - 2):
        band = ink[:, max(0, x - 1) : x + 2].max(axis=1)
        runs_on += band[y0 - reach : y0 - 2].mean() > 0.85 or band[y1 + 2 : y1 + reach].mean() > 0.85
    return runs_on == 0
