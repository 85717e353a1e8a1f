"""See how far a label's print reaches: words that the page reader lost belong to it too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from extractors.inkmap import InkMap
from extractors.rulings import Rulings
from models.geometry import Box

WORD_GAP = 0.9
"""A gap between words of one label is at most this share of its height."""

MOST_PRINT_PX = 34
ROW_SHARE = 0.3
FOOT_PX = (-12, 20)
"""The line that a value beside a label stands on lies so near to the label's foot."""


def whole_print(label: Box, inks: InkMap, rulings: Rulings, others: Sequence[Box]) -> Box:
    """Grow a label's box over print close beside it in its row, up to a wall or to what is known as something else."""
    reach = min(label.height, MOST_PRINT_PX)
    middle = (inks.y0 + inks.y1) / 2
    row = (abs(middle - label.center[1]) < ROW_SHARE * reach) & (inks.y1 - inks.y0 < 1.5 * reach) & (inks.size > 3)
    row &= inks.y1 - inks.y0 > 0.3 * reach
    level = [box for box in others if box.y0 < label.center[1] < box.y1]
    walls = [wall.center[0] for wall in rulings.vertical if wall.y0 - 6 <= label.center[1] <= wall.y1 + 6]
    # What stands on a line of its own beside the label is a value.
    blanks = [line for line in rulings.horizontal if FOOT_PX[0] <= line.y0 - label.y1 <= FOOT_PX[1]]
    left_of = [*walls, *(box.x1 for box in level), *(line.x1 for line in blanks if line.x0 < label.x0)]
    right_of = [*walls, *(box.x0 for box in level), *(line.x0 for line in blanks if line.x1 > label.x1)]
    floor = max([x for x in left_of if x <= label.x0 + 4], default=0.0)
    ceiling = min([x for x in right_of if x >= label.x1 - 4], default=1e9)
    pieces = np.nonzero(row & (inks.x0 >= floor - 1) & (inks.x1 <= ceiling + 1))[0]
    left, right = label.x0, label.x1
    for piece in sorted(pieces[inks.x0[pieces] < left].tolist(), key=lambda i: -int(inks.x1[i])):
        if left - inks.x1[piece] > WORD_GAP * reach:
            break
        left = min(left, float(inks.x0[piece]))
    for piece in sorted(pieces[inks.x1[pieces] > right].tolist(), key=lambda i: int(inks.x0[i])):
        if inks.x0[piece] - right > WORD_GAP * reach:
            break
        right = max(right, float(inks.x1[piece]))
    return Box(left, label.y0, right, label.y1)
