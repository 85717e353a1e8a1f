"""Find lines of which only dots or dashes are on the page: printed so, or left so by a fax."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Box

Gray = NDArray[np.uint8]
Stats = NDArray[np.int32]

DOT_PX = 6
DOT_GAP_PX = 15
LEAST_DOTS = 8
UNEVEN = 0.4
"""Dots of a printed line stand at even steps: most steps differ by less than this share from the median."""

DASH_PX = 7
DASH_HIGH_PX = 6
DASH_GAP_PX = 120
LEAST_SPAN_PX = 110
LONG_PX = 150
WIDE_PX = 28
"""Letters that fell apart leave no flat piece so wide; two of them at one height are pieces of a line."""

WORN_WINDOW_PX = 300
WORN_SHRINK = 4
"""Windows are counted on a picture so many times narrower."""

WORN_DENSITY = 0.07
WORN_BUSY = 0.16
WORN_CONTRAST = 4
WORN_APART_PX, WORN_GAP_PX = 6, 110

LEAST_DRAWN = 0.3
"""Of a line that a fax has lost in part, at least this share of its length is left."""


def dotted_lines(labels: NDArray[np.int32], stats: Stats, least: int) -> list[Box]:
    """Rows of dots or short dashes to write on. `labels` and `stats` are the page's connected pieces."""
    small = (stats[:, 3] <= DOT_PX) & (stats[:, 2] <= 14) & (stats[:, 4] >= 2)
    small[0] = False
    if int(small.sum()) < 12:
        return []
    dots = small[labels].astype(np.uint8)
    # Dirt is strewn about; dots of a line share their height within a pixel or two.
    joined = cv2.morphologyEx(cv2.dilate(dots, np.ones((3, 1), np.uint8)), cv2.MORPH_CLOSE, np.ones((1, DOT_GAP_PX), np.uint8))
    runs = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    found, _, boxes, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    pieces = stats[small]
    lines = [Box(x, y, x + w, y + h) for x, y, w, h, _ in boxes[1:found].tolist() if h <= DOT_PX + 6]
    return [line for line in lines if _is_even(pieces, line)]


def _is_even(pieces: Stats, line: Box) -> bool:
    """True for dots at even steps and at one height; dither and letters that fell apart are strewn."""
    x, y = pieces[:, 0] + pieces[:, 2] / 2, pieces[:, 1] + pieces[:, 3] / 2
    inside = (x >= line.x0 - 2) & (x <= line.x1 + 2) & (y >= line.y0 - 1) & (y <= line.y1 + 1)
    order = np.argsort(x[inside])
    across, down = x[inside][order], y[inside][order]
    if len(across) < LEAST_DOTS:
        return False
    steps = np.diff(across)
    middle = float(np.median(steps))
    even = float((np.abs(steps - middle) <= UNEVEN * middle).mean())
    return even > 0.7 and float(np.abs(np.diff(down)).mean()) < 1.3


def dashed_lines(stats: Stats, solid: Sequence[Box], crowded: Sequence[Box] = ()) -> list[Box]:
    """Join flat pieces of ink, and whole lines, that continue each other at one height, over what is lost between them.

    `crowded` pieces have writing above and below them: strikes, or a line between two full rows. They count only where
    they continue a long line.
    """
    high, wide = stats[:, 3], stats[:, 2]
    flat = (high <= np.maximum(DASH_HIGH_PX, wide // 25)) & (wide >= DASH_PX) & (stats[:, 4] >= 0.5 * wide)
    flat[0] = False
    dashes = [Box(x, y, x + w, y + h) for x, y, w, h, _ in stats[flat].tolist()]
    loose = [dash for dash in dashes if not any(dash.covered_by(line.grown(2, 3)) > 0.5 for line in solid)]
    chains: list[_Chain] = []
    done: list[_Chain] = []
    for piece in sorted([*loose, *solid, *crowded], key=lambda b: b.x0):
        reachable: list[_Chain] = []
        for chain in chains:
            (done if piece.x0 - chain.box.x1 > DASH_GAP_PX else reachable).append(chain)
        chains = reachable
        home = min((chain for chain in chains if chain.continued_by(piece)), key=lambda c: c.apart(piece), default=None)
        if home is None:
            chains.append(_Chain(piece))
        else:
            home.add(piece)
    return [chain.box for chain in (*done, *chains) if chain.is_line(solid, crowded)]


def worn_lines(ink: Gray) -> list[Box]:
    """Lines of which a fax has left but dots: levels where thin ink is far denser than above and below, over a long stretch."""
    tall = np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((DASH_HIGH_PX, 1), np.uint8)), dtype=np.uint8)
    flat = ink & (1 - np.asarray(cv2.dilate(tall, np.ones((7, 9), np.uint8)), dtype=np.uint8))  # less the feet of letters
    size = (max(1, ink.shape[1] // WORN_SHRINK), ink.shape[0])
    narrow = cv2.resize(flat * np.uint8(255), size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    dense = cv2.boxFilter(narrow, -1, (WORN_WINDOW_PX // WORN_SHRINK, 3))
    around = np.maximum(np.roll(dense, WORN_APART_PX, axis=0), np.roll(dense, -WORN_APART_PX, axis=0))
    level = ((dense > WORN_DENSITY) & (dense > WORN_CONTRAST * around)).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(level, connectivity=8)
    lines = []
    for x, y, w, h, _ in stats[1:count].tolist():
        if w * WORN_SHRINK >= WORN_WINDOW_PX and h <= 2 * DASH_HIGH_PX:
            # A window at the line's end is half empty: the line goes on as far as it is drawn.
            left = max(0, x * WORN_SHRINK - WORN_WINDOW_PX // 4)
            band = flat[y : y + h, left : (x + w) * WORN_SHRINK + WORN_WINDOW_PX // 4]
            drawn = _longest(np.nonzero(band.any(axis=0))[0] + left)
            if len(drawn):
                lines.append(Box(float(drawn[0]), y + h / 2 - 2, float(drawn[-1] + 1), y + h / 2 + 2))
    return [line for line in lines if _stands_free(ink, line)]


def _longest(drawn: NDArray[np.int_]) -> NDArray[np.int_]:
    """The longest stretch of inked columns without a wide gap: behind one, a letter at the line's height is none of it."""
    parts = np.split(drawn, np.flatnonzero(np.diff(drawn) > WORN_GAP_PX) + 1)
    return max(parts, key=lambda part: int(part[-1] - part[0]) if len(part) else -1)


def _stands_free(ink: Gray, line: Box) -> bool:
    """Hardly anything stands close above or below; over the feet of letters much does."""
    x0, y0, x1, y1 = (round(v) for v in line)
    bands = (ink[max(0, y0 - 7) : max(0, y0 - 2), x0:x1], ink[y1 + 2 : y1 + 7, x0:x1])
    return all(float(band.any(axis=0).mean()) < WORN_BUSY for band in bands if band.size)


class _Chain:
    """Pieces of one line so far, left to right."""

    def __init__(self, piece: Box) -> None:
        self.box, self.level, self.drawn, self.pieces = piece, piece.center[1], piece.width, [piece]

    def apart(self, piece: Box) -> float:
        return abs(piece.center[1] - self.level)

    def continued_by(self, piece: Box) -> bool:
        gap = max(0.0, piece.x0 - self.box.x1)
        return piece.x0 > self.box.x0 and self.apart(piece) <= 3 + 0.015 * gap and self.box.union(piece).height < 14

    def add(self, piece: Box) -> None:
        self.drawn += max(0.0, piece.x1 - max(self.box.x1, piece.x0))
        self.box, self.level = self.box.union(piece), piece.center[1]
        self.pieces.append(piece)

    def is_line(self, solid: Sequence[Box], crowded: Sequence[Box]) -> bool:
        if len(self.pieces) == 1:
            return self.pieces[0] in solid
        if any(piece in crowded for piece in self.pieces) and not any(
            piece in solid for piece in self.pieces if piece.width > LONG_PX
        ):
            return False
        if sum(piece.width >= WIDE_PX for piece in self.pieces) < 2 and not any(piece in solid for piece in self.pieces):
            return False
        return self.box.width >= LEAST_SPAN_PX and self.drawn >= LEAST_DRAWN * self.box.width
