"""Where the value of a label stands: in its cell, on its line, or beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from extractors.rulings import Rulings
from models.geometry import Box

LEAST_VALUE_PX = 22
"""Least height of a place to write in (2.8 mm); a line nearer below a label is the top of a comb."""

ROW_LIMIT_PX = 95
"""Where no line ends a cell below, a value is looked for this far down (12 mm)."""


@dataclass(frozen=True)
class Region:
    """Where a value is expected, and whether lines bound it or only the next labels do."""

    box: Box
    side: Literal["below", "right"]
    ruled: bool


def value_region(label: Box, rulings: Rulings, labels: Sequence[Box], width: float, height: float) -> Region:
    """Find the place for a label's value: below it within its cell, else to its right.

    `labels` are all other labels, headings and option words found on the page: no value reaches into them.
    """
    framed = _frame_below(label, rulings, labels)
    if framed is not None:
        return Region(framed, "below", True)
    beside = _blank_beside(label, rulings, labels)
    if beside is not None:
        return Region(beside, "right", True)
    below, ruled = _below(label, rulings, labels, width, height)
    if below.height >= LEAST_VALUE_PX:
        return Region(below, "below", ruled)
    return Region(_right(label, rulings, labels, width), "right", True)


FRAME_GAP_PX = 26
FRAME_PX = (26, 110)
"""A frame under a label begins at most so far below it, and is so high (3.3 to 14 mm)."""

BESIDE_PX = 760
"""A blank that belongs to a label at its left begins at most this far from it (97 mm)."""

ROW_FOOT_PX = (5, 30)
"""A heading's band begins so far below the lines of the row above it."""

ABOVE_LINE_PX = 46
"""So high above its line a value beside a label is looked for (5.8 mm)."""


def _frame_below(label: Box, rulings: Rulings, labels: Sequence[Box]) -> Box | None:
    """The inside of a frame or comb that begins right below the label and holds the value; None when there is none.

    The label stands outside it: a wall that runs past the label's own height belongs to a cell around both.
    """
    tops = [
        line for line in rulings.horizontal
        if -4 <= line.y0 - label.y1 <= FRAME_GAP_PX and line.x0 - 30 <= label.x0 <= line.x1
    ]  # fmt: skip
    for top in sorted(tops, key=lambda line: line.y0):
        walls = [
            wall for wall in rulings.vertical
            if abs(wall.y0 - top.y0) < 10 and FRAME_PX[0] <= wall.height <= FRAME_PX[1] and top.x0 - 8 <= wall.x0 <= top.x1 + 8
        ]  # fmt: skip
        left = [wall for wall in walls if abs(wall.x0 - label.x0) < 30]
        if left:
            stops = [box.x0 - 4 for box in labels if box.x0 > label.x1 - 4 and box.y0 < label.y1 and box.y1 > label.y0]
            right = max([wall.x1 for wall in walls if wall.x0 < min(stops, default=1e9)] or [label.x1])
            return Box(
                left[0].x0, top.y0, right if right > label.x0 + 60 else min([top.x1, *stops]), max(wall.y1 for wall in left)
            )
    return None


def _blank_beside(label: Box, rulings: Rulings, labels: Sequence[Box]) -> Box | None:
    """The blank on the label's own line, to its right: an underline at the label's foot, or a comb; else None."""
    if _stands_above(label, rulings):
        return None
    own = label.y1 - min(label.height, 24) / 2
    starts = [
        line for line in rulings.horizontal
        if label.x1 - 10 <= line.x0 <= label.x1 + BESIDE_PX and -12 <= line.y0 - label.y1 <= 20
        and not _is_comb_top(line, rulings)
    ]  # fmt: skip
    combs = [
        line for line in rulings.horizontal
        if label.x1 - 10 <= line.x0 <= label.x1 + BESIDE_PX and 0 <= own - line.y0 <= 40 and _is_comb_top(line, rulings)
    ]  # fmt: skip
    for line in sorted([*starts, *combs], key=lambda line: line.x0):
        between = [box for box in labels if label.x1 < box.center[0] < line.x0 and box.y0 < label.y1 and box.y1 > label.y0]
        if between or _is_walled_off(label, line, rulings):
            return None
        stops = [box.x0 - 8 for box in labels if box.x0 > line.x0 + 20 and box.y0 < label.y1 and box.y1 > label.y0]
        same = [other for other in rulings.horizontal if abs(other.y0 - line.y0) < 7 and other.x0 >= line.x0]
        right = min([*stops, max(other.x1 for other in same) + 14])
        if line in combs:
            return Box(line.x0 - 2, line.y0 - 2, right, line.y0 + 62)
        tops = [box.y1 for box in labels if box.y1 < line.y0 - 18 and _overlap(box.x0, box.x1, line.x0, right) > 0.1]
        top = max([line.y0 - ABOVE_LINE_PX, *tops])
        return Box(line.x0 - 2, top, right, line.y0 + 8)
    return None


def _is_walled_off(label: Box, line: Box, rulings: Rulings) -> bool:
    """A cell's wall stands between a label and a line beside it, which is the next cell's."""
    middle = label.center[1]
    return any(label.x1 < wall.x0 and wall.x1 < line.x0 - 4 and wall.y0 < middle < wall.y1 for wall in rulings.vertical)


def _stands_above(label: Box, rulings: Rulings) -> bool:
    """True when a wall or a line under the label shows that its value stands below it, however broken the ruling is.

    A line under the label's whole row, blank at its right and all, is the edge of what follows: a heading's band.
    """
    walls = [
        wall for wall in rulings.vertical
        if -30 <= wall.x0 - label.x0 <= 8 and -10 <= wall.y0 - label.y1 <= 40 and wall.height >= FRAME_PX[0]
    ]  # fmt: skip
    lines = [
        line for line in rulings.horizontal if -8 <= line.y0 - label.y1 <= 22 and line.x0 < label.x1 - 20 and line.x1 > label.x0
    ]
    return bool(walls) or any(not _is_under_row(line, label, rulings) for line in lines)


def _is_under_row(line: Box, label: Box, rulings: Rulings) -> bool:
    """Tell whether a line runs under a label's row: under the label, and under a shorter line at the label's foot beside it."""
    return line.x0 <= label.x0 + 10 and any(
        label.x1 - 10 <= other.x0 <= label.x1 + BESIDE_PX and other.x1 <= line.x1 + 20
        and other.y0 - label.y1 >= -12 and ROW_FOOT_PX[0] <= line.y0 - other.y0 <= ROW_FOOT_PX[1]
        for other in rulings.horizontal
    )  # fmt: skip


def _below(label: Box, rulings: Rulings, labels: Sequence[Box], width: float, height: float) -> tuple[Box, bool]:
    left = _wall_left(label, rulings)
    right, walled = _wall_right(label, rulings, labels, width)
    floor = [
        line.y0 for line in rulings.horizontal
        if line.y0 > label.y1 + LEAST_VALUE_PX - 4
        and (_overlap(line.x0, line.x1, label.x0, right) > 0.4 or _overlap(line.x0, line.x1, label.x0, label.x1) > 0.8)
    ]  # fmt: skip
    direct = [
        line.y0 for line in rulings.horizontal
        if label.y1 - 3 < line.y0 <= label.y1 + LEAST_VALUE_PX - 4 and line.x0 <= label.x0 + 4 and line.x1 >= label.x1 - 4
        and line.width > 1.6 * label.width and not _is_comb_top(line, rulings)
    ]  # fmt: skip
    blocked = [box.y0 - 2 for box in labels if box.y0 > label.y1 + 4 and _is_in_the_way(box, left, right)]
    bottom = min([*floor[:], label.y1 + ROW_LIMIT_PX, height])
    ruled = bottom in floor and bottom <= min([*blocked, height])
    bottom = min([bottom, *blocked, *direct])
    if ruled and not walled:
        left, right = _along_underline(label, bottom, left, right, rulings)
    return Box(left, label.y1, right, bottom), ruled


def _is_in_the_way(box: Box, left: float, right: float) -> bool:
    """Printed words below a label end its value's place when they take much of its width, or lie mostly within it."""
    return _overlap(box.x0, box.x1, left, right) > 0.15 or _overlap(left, right, box.x0, box.x1) > 0.6


def _is_comb_top(line: Box, rulings: Rulings) -> bool:
    teeth = [v for v in rulings.vertical if line.x0 - 3 <= v.x0 <= line.x1 + 3 and abs(v.y0 - line.y0) < 8 and v.height < 70]
    return len(teeth) >= 4


def _overlap(a0: float, a1: float, b0: float, b1: float) -> float:
    """The share of b0…b1 that a0…a1 covers."""
    return max(0.0, min(a1, b1) - max(a0, b0)) / max(1.0, b1 - b0)


def _wall_left(label: Box, rulings: Rulings) -> float:
    middle = label.center[1]
    walls = [line.x1 for line in rulings.vertical if line.y0 - 6 <= middle <= line.y1 + 6 and line.x1 <= label.x0 + 6]
    return max([wall for wall in walls if label.x0 - wall < 40] + [label.x0 - 14])


def _wall_right(label: Box, rulings: Rulings, labels: Sequence[Box], width: float) -> tuple[float, bool]:
    """The cell's right wall at the label's own height (a comb's teeth stand lower), or the next label on its row."""
    middle = label.center[1]
    walls = [line.x0 for line in rulings.vertical if line.y0 - 6 <= middle <= line.y1 + 6 and line.x0 >= label.x1 - 8]
    neighbours = [box.x0 - 8 for box in labels if box.x0 > label.x1 - 4 and box.y0 < label.y1 and box.y1 > label.y0]
    nearest = min([*walls, width])
    if neighbours and min(neighbours) < nearest - 12:
        return min(neighbours), False
    return nearest, bool(walls)


def _along_underline(label: Box, bottom: float, left: float, right: float, rulings: Rulings) -> tuple[float, float]:
    """Where a blank is only underlined, it ends with its line, in however many pieces a fax left it."""
    ends = [line.x1 for line in rulings.horizontal if abs(line.y0 - bottom) < 7 and line.x0 < right and line.x1 > label.x0]
    return left, max(min(right, max(ends, default=right) + 14), min(right, label.x1))


def _right(label: Box, rulings: Rulings, labels: Sequence[Box], width: float) -> Box:
    """The place right of a label: from behind it, over a wall beside it if there is one, to the next wall or label."""
    middle = label.center[1]
    crossing = sorted(line.x0 for line in rulings.vertical if line.y0 - 4 <= middle <= line.y1 + 4 and line.x0 >= label.x1 - 6)
    own_wall = crossing[0] if crossing and crossing[0] - label.x1 < 260 and len(crossing) > 1 else None
    left = (own_wall if own_wall is not None else label.x1) + 4
    walls = [x for x in crossing if x > left + 20]
    neighbours = [box.x0 - 8 for box in labels if box.x0 > left and box.y0 < label.y1 and box.y1 > label.y0]
    right = min([*walls, *neighbours, width])
    top = max([line.y1 for line in rulings.horizontal if line.y1 <= label.y0 + 4 and line.x1 > left and line.x0 < right] or [0.0])
    floor = min(
        [line.y0 for line in rulings.horizontal if line.y0 >= label.y1 - 6 and line.x1 > left and line.x0 < right] or [1e9]
    )
    return Box(left, max(top, label.y0 - 26), right, min(floor, label.y1 + 14))
