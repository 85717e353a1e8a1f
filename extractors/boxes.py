"""Find check boxes on a page by their four sides, whatever is drawn across them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Box

Gray = NDArray[np.uint8]

LEAST_SIDE = 209
"""Each side of a box is drawn for at least 82 % of its length, in 255ths."""

LEAST_CORNER = 0.5
FULL_HOLE = 0.1

MOST_FRAME_PX = 8
FRAME_INK = 0.7
LEAST_DRAWN, MOST_ON_LINES = 0.9, 0.1
THICK_FRAME_PX, PLAY_PX, LEAST_FRAME = 2, 3, 0.75
MOST_FOUND = 120
LONG_PX, RUN_PX, RUNS_ON = 60, 18, 0.85
LIST_GAP_PX, MOST_BEYOND_PX = (2, 9), 14
"""Boxes of a list stand so far apart at the least, one below the other; the next begins so near at the most."""

BOX_SIDE_PX = (16, 40)
"""Check boxes on forms have sides of 1.8 to 5 mm."""


@dataclass(frozen=True)
class _Drawn:
    """A page's ink; what is drawn straight on it, across and down; and where its long lines are."""

    ink: Gray
    runs: tuple[Gray, Gray]
    long: Gray


def find_boxes(ink: Gray) -> list[Box]:
    """Find check boxes, empty or marked: squares whose four sides are there, whatever is drawn across them.

    Sizes are found from the empty ones (closed contours), since a page prints its boxes in one or two sizes;
    marked ones are then looked for by their sides alone.
    """
    closed = np.asarray(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    drawn = _Drawn(ink, _straight(ink, RUN_PX), np.bitwise_or(*_straight(ink, LONG_PX)))
    hollow = _hollow_squares(ink, drawn.runs) + _hollow_squares(closed, _straight(closed, RUN_PX))
    hollow = _of_common_size(_apart(hollow))
    found = list(hollow)
    overhang = frames_overhang(ink, hollow)
    for side in _sizes([round((b.width + b.height) / 2) for b in hollow]) if hollow else ():
        by_sides = _by_sides(drawn, side)
        if overhang >= THICK_FRAME_PX:
            by_sides = [box for box in by_sides if _is_framed(ink, box, overhang)] + _thickly_framed(drawn, side, overhang)
        elif overhang:
            # Where the inner edge is a mark's, the outer one is the frame's; writing on a line has none.
            by_sides += [box for box in _by_sides(drawn, side + 2 * overhang) if _is_drawn_alone(drawn, box)]
        found += by_sides
    return sorted(_apart(found), key=lambda b: (b.y0, b.x0))


def frames_overhang(ink: Gray, boxes: Sequence[Box]) -> int:
    """How many pixels the frames of a page's boxes reach beyond where they were found: thick frames are no rings."""
    found = [float(np.median(_overhang(ink, box))) for box in boxes]
    return round(float(np.percentile(found, 25, method="lower"))) if found else 0  # a ring around one adds to its own


def _overhang(ink: Gray, box: Box) -> tuple[int, int, int, int]:
    """The inked rows outside each of the four sides of a box that go on from its edge."""
    x0, y0, x1, y1 = (round(v) for v in box)
    above, below = ink[max(0, y0 - MOST_FRAME_PX) : y0, x0:x1][::-1], ink[y1 : y1 + MOST_FRAME_PX, x0:x1]
    left, right = ink[y0:y1, max(0, x0 - MOST_FRAME_PX) : x0].T[::-1], ink[y0:y1, x1 : x1 + MOST_FRAME_PX].T
    return _inked(above), _inked(below), _inked(left), _inked(right)


def _is_drawn_alone(drawn: _Drawn, box: Box) -> bool:
    """Whether all four sides are drawn nearly from corner to corner, and none of them is a stretch of a long line."""
    on_lines = max(float(side.mean()) if side.size else 0.0 for side in sides_of(drawn.long, box.grown(2, 2), 5))
    return _weakest_side(drawn.ink, box, 2) > LEAST_DRAWN and on_lines < MOST_ON_LINES


def _is_framed(ink: Gray, box: Box, overhang: int) -> bool:
    """Whether a box has a frame as thick as the page's empty ones, with four corners; a ring may add to it."""
    above, below, left, right = (min(side, overhang + 2) for side in _overhang(ink, box))
    outer = Box(box.x0 - left, box.y0 - above, box.x1 + right, box.y1 + below)
    least = max(box.width, box.height) + 2 * overhang - PLAY_PX
    return min(outer.width, outer.height) >= least and _has_corners(ink, outer.grown(-1, -1))


def _thickly_framed(drawn: _Drawn, side: int, overhang: int) -> list[Box]:
    """Boxes with thick frames, found by the middle of the frame, or by its outer edge where a mark fills the box.

    The strokes of a bold heading end sooner, or are round.
    """
    thick = overhang + 1
    found: list[Box] = []
    for within, edge in ((overhang / 2, 0.5), (overhang, 0.0)):
        for box in _by_sides(drawn, side + round(2 * within)):
            if _weakest_side(drawn.ink, box.grown(edge, edge), thick) > LEAST_FRAME:
                found.append(box.grown(-within, -within))
    return found


def _inked(rows: Gray) -> int:
    return int(np.argmin([*(rows.mean(axis=1) > FRAME_INK), False])) if rows.size else 0


def _apart(boxes: list[Box]) -> list[Box]:
    """Drop what overlaps a box named before it."""
    kept: list[Box] = []
    for box in boxes:
        if all(box.intersection(other).width <= 2 or box.intersection(other).height <= 2 for other in kept):
            kept.append(box)
    return kept


def _has_corners(ink: Gray, box: Box) -> bool:
    """A box has ink in its four corners; an O or a 6 is round."""
    # A pixel of play: the box was measured on a broken outline, or a pixel off.
    x0, y0, x1, y1 = (round(v) for v in box.grown(1, 1))
    near = cv2.dilate(ink[max(0, y0) : y1, max(0, x0) : x1], np.ones((3, 3), np.uint8))
    size = max(4, round(0.2 * box.width))
    corners = (near[:size, :size], near[:size, -size:], near[-size:, :size], near[-size:, -size:])
    return all(corner.size > 0 and corner.mean() > LEAST_CORNER for corner in corners)


def _hollow_squares(ink: Gray, runs: tuple[Gray, Gray]) -> list[Box]:
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
    return [b for b in found if not _in_comb(b, found) and _stands_alone(runs, b)]


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


def _by_sides(drawn: _Drawn, side: int) -> list[Box]:
    """Places where all four sides of a square of `side` pixels are drawn, best first, none overlapping."""
    ink = drawn.ink
    run = max(5, side - 4)
    across = _share(cv2.dilate(ink, np.ones((3, 1), np.uint8)), (run, 1))
    down = _share(cv2.dilate(ink, np.ones((1, 3), np.uint8)), (1, run))
    half = (side - 3) / 2
    top, bottom = round(-half), round(half)
    shifted = [_shift(across, 0, top), _shift(across, 0, bottom), _shift(down, top, 0), _shift(down, bottom, 0)]
    score = np.minimum.reduce(shifted)
    ys, xs = np.nonzero(score > LEAST_SIDE)
    # Thick frames and their corners have four sides too: what stands clear of long lines comes first.
    by_lines = cv2.boxFilter(drawn.long * np.uint8(255), -1, (side, side)) > 0
    found: list[Box] = []
    for i in np.lexsort((-score[ys, xs].astype(int), by_lines[ys, xs])):
        x, y = float(xs[i]), float(ys[i])
        if all(abs(x - b.center[0]) > side * 0.7 or abs(y - b.center[1]) > side * 0.7 for b in found):
            found.append(Box(x - side / 2, y - side / 2, x + side / 2, y + side / 2))
        if len(found) > MOST_FOUND:
            break
    settled = (_settled_on_corners(ink, box) for box in found)
    return [box for box in settled if box is not None and _stands_alone(drawn.runs, box)]


def _straight(ink: Gray, least: int) -> tuple[Gray, Gray]:
    """What is drawn straight across, and straight down, for `least` pixels; a fax leaves gaps in lines."""
    kernels = (((1, 3), (1, least)), ((3, 1), (least, 1)))
    closed = (cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(gap, np.uint8)) for gap, _ in kernels)
    across, down = (
        cv2.morphologyEx(one, cv2.MORPH_OPEN, np.ones(run, np.uint8)) for one, (_, run) in zip(closed, kernels, strict=True)
    )
    return np.asarray(across, dtype=np.uint8), np.asarray(down, dtype=np.uint8)


def _settled_on_corners(ink: Gray, box: Box) -> Box | None:
    """Where its four corners are inked too; a page's boxes may differ by two pixels in size. None for what has none."""
    places = (_settled(ink, box, smaller) for smaller in (0, 1, 2))
    return next((place for place in places if _has_corners(ink, place)), None)


def _settled(ink: Gray, box: Box, smaller: int = 0) -> Box:
    """Move a box by a pixel or two, and make it `smaller`, to where its sides hold most ink."""
    moves = [(dx, dy) for dy in (-2, -1, 0, 1, 2) for dx in (-2, -1, 0, 1, 2)]
    moved = [Box(box.x0 + dx, box.y0 + dy, box.x1 + dx - smaller, box.y1 + dy - smaller) for dx, dy in moves]
    return max(moved, key=lambda place: (_weakest_side(ink, place), place))


def _weakest_side(ink: Gray, box: Box, thick: int = 3) -> float:
    return min(float(side.mean()) if side.size else 0.0 for side in sides_of(ink, box, thick))


def sides_of(ink: Gray, box: Box, thick: int = 3) -> tuple[Gray, Gray, Gray, Gray]:
    """The strips along a box's four sides (above, below, left, right), `thick` rows each, all with the side across."""
    x0, y0, x1, y1 = (round(v) for v in box)
    above, below = ink[y0 : y0 + thick, x0:x1], ink[y1 - thick : y1, x0:x1]
    return above, below, ink[y0:y1, x0 : x0 + thick].T, ink[y0:y1, x1 - thick : x1].T


def _share(ink: NDArray[Any], window: tuple[int, int]) -> Gray:
    """The share of ink (0…255) in a window (width, height) around each pixel."""
    return np.asarray(cv2.boxFilter(np.asarray(ink * 255, dtype=np.uint8), -1, window), dtype=np.uint8)


def _shift(image: Gray, dx: int, dy: int) -> Gray:
    """`image` as seen from a point (dx, dy) away; outside is 0."""
    matrix = np.array([[1.0, 0, -dx], [0, 1.0, -dy]])
    return np.asarray(cv2.warpAffine(image, matrix, image.shape[::-1], flags=cv2.INTER_NEAREST), dtype=np.uint8)


def _stands_alone(runs: tuple[Gray, Gray], box: Box) -> bool:
    """True unless sides run on past corners, as the walls of cells and tables do; arcs of rings and letters are no `runs`.

    Where two sides that face each other break off at one height, the next box of a list begins, and no wall goes on.
    """
    x0, y0, x1, y1 = (round(v) for v in box)
    reach = round(box.width)
    across, down = runs
    height, width = across.shape
    if x0 < reach or y0 < reach or x1 + reach > width or y1 + reach > height:
        return False
    level = [across[max(0, y - 1) : y + 2].max(axis=0)[x0 - reach : x1 + reach] for y in (y0 + 1, y1 - 2)]
    upright = [down[:, max(0, x - 1) : x + 2].max(axis=1)[y0 - reach : y1 + reach] for x in (x0 + 1, x1 - 2)]
    # Each pair of ends from the corners outwards.
    (left, right), (above, below) = (
        [(one[: reach - 2][::-1], other[: reach - 2][::-1]), (one[-(reach - 2) :], other[-(reach - 2) :])]
        for one, other in (level, upright)
    )
    going_on = [left, right, *(pair for pair in (above, below) if not _next_begins(*pair))]
    return sum(float(end.mean()) > RUNS_ON for pair in going_on for end in pair) < 2


def _next_begins(one: Gray, other: Gray) -> bool:
    """Whether both sides break off, and go on, soon after their corners."""
    white = np.concatenate([(one == 0) & (other == 0), [False]])
    first = int(white.argmax())
    gap = int((~white[first:]).argmax())
    return LIST_GAP_PX[0] <= gap <= LIST_GAP_PX[1] and first + gap < min(len(one), MOST_BEYOND_PX)
