"""Find the low teeth of combs: short uprights on a line, or in a frame, that rise only part of the way between two signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.walls import cells_between, commonest_step, side_by_side
from models.geometry import Box

Gray = NDArray[np.uint8]

TICK_PX = (8, 34)
"""Least and greatest height of a low tooth (1 to 4.3 mm), its line included."""

MOST_THICK_PX, LEAST_SOLID = 6, 0.7
MOST_POST_PX = 80
LEVEL_PX = 3
"""Teeth of one comb end at heights that differ by no more, above and below."""

SIDE_PX = (2, 7)
FREE_SIDE, FREE_TOP, LEAST_FOOT = 0.25, 0.3, 0.45
"""Beside a tooth and over it there is hardly any ink; its foot stands on a line, drawn or dotted."""

MOST_RISE = 0.8
"""A low tooth is lower than its cell is wide; letters are higher than their step."""

PITCH_PX = (18, 64)
OUT_OF_STEP = 0.07
LEAST_TICKS = 4
"""So many in step are a comb: 1s and Is rarely stand so."""

LINE_PX = 6
REACH_PX = 320
CELL_REACH = 1.15
CELL_HEIGHT = 1.15
"""A cell's height as a share of its width."""


@dataclass(frozen=True)
class Comb:
    """Low teeth in step, left to right; the sides of the frames they stand in; the cells between all of them."""

    teeth: tuple[Box, ...]
    sides: tuple[Box, ...]
    cells: tuple[Box, ...]

    def holds(self, upright: Box) -> bool:
        """Whether an upright stands among the teeth, or a cell beside one."""
        reach = max((cell.width for cell in self.cells), default=0.0) * CELL_REACH
        level = upright.y0 < self.teeth[0].y1 and upright.y1 > self.teeth[0].y0
        return level and any(abs(tooth.center[0] - upright.center[0]) < reach for tooth in self.teeth)


def low_combs(ink: Gray, lines: Sequence[Box]) -> list[Comb]:
    """Find the combs of a page (1 = ink) whose teeth rise only part of the way, from one of its horizontal lines."""
    combs = []
    ticks, posts = _uprights(ink)
    ticks = [tick for tick in ticks if any(_stands_on(tick, line) for line in lines)]
    for level in side_by_side(ticks, LEVEL_PX + 1, REACH_PX):
        bottom = float(np.median([tick.y1 for tick in level]))
        sides = [post for post in posts if abs(post.y1 - bottom) < 2 * LEVEL_PX and post.height > 1.3 * level[0].height]
        pitch = _pitch(level, sides)
        if pitch is None or level[0].height > MOST_RISE * pitch:
            continue
        teeth = _in_step(level, sides, pitch)
        if teeth:
            near = [side for side in sides if any(abs(side.center[0] - t.center[0]) < CELL_REACH * pitch for t in teeth)]
            combs.append(Comb(tuple(teeth), tuple(near), tuple(_cells(teeth, near, pitch))))
    return combs


def _uprights(ink: Gray) -> tuple[list[Box], list[Box]]:
    """Thin uprights that stand on a line: low ones with a free top and free sides, and higher ones, the sides of frames."""
    tall = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((TICK_PX[0], 1), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(tall, connectivity=4)
    ticks, posts = [], []
    for x, y, w, h, area in stats[1:count].tolist():
        if w > MOST_THICK_PX or not TICK_PX[0] <= h <= MOST_POST_PX or area < LEAST_SOLID * w * h:
            continue
        feet = _feet(ink, Box(x, y, x + w, y + h))
        if h <= TICK_PX[1] and min(feet) > LEAST_FOOT and _is_free(ink, x, y, w, h):
            ticks.append(Box(x, y, x + w, y + h))
        elif max(feet) > LEAST_FOOT:
            posts.append(Box(x, y, x + w, y + h))
    return ticks, posts


def _stands_on(tick: Box, line: Box) -> bool:
    return line.x0 - LINE_PX < tick.center[0] < line.x1 + LINE_PX and line.y0 - 2 <= tick.y1 <= line.y1 + 3


def _feet(ink: Gray, tick: Box) -> tuple[float, float]:
    """How far the line that an upright stands on is drawn, left and right of it (shares)."""
    near, far = SIDE_PX
    x0, _, x1, y1 = (round(v) for v in tick)
    foot = ink[y1 - 4 : y1 + 1]
    left, right = foot[:, max(0, x0 - far - 8) : max(0, x0 - near)], foot[:, x1 + near : x1 + far + 8]
    shares = [float(side.max(axis=0).mean()) if side.size else 0.0 for side in (left, right)]
    return shares[0], shares[1]


def _is_free(ink: Gray, x: int, y: int, w: int, h: int) -> bool:
    near, far = SIDE_PX
    if x < far or y < 4 or x + w + far > ink.shape[1]:
        return False
    body = slice(y, y + max(4, round(0.6 * h)))
    sides = (ink[body, x - far : x - near], ink[body, x + w + near : x + w + far])
    return all(float(side.mean()) < FREE_SIDE for side in sides) and float(ink[y - 4 : y - 1, x : x + w].mean()) < FREE_TOP


def _pitch(level: Sequence[Box], sides: Sequence[Box]) -> float | None:
    """The step from tooth to tooth, or from a frame's side to a tooth, that most of them share; None where too few do."""
    xs = np.array(sorted([tick.center[0] for tick in level] + [side.center[0] for side in sides]))
    steps = np.subtract.outer(xs, xs).ravel()
    steps = steps[(steps >= PITCH_PX[0]) & (steps <= PITCH_PX[1])]
    return commonest_step(steps, OUT_OF_STEP, 2 if sides else LEAST_TICKS - 1)


def _in_step(level: Sequence[Box], sides: Sequence[Box], pitch: float) -> list[Box]:
    """The ticks that stand a step from others or from a side: of two rows of them in step, the one with more company."""
    others = [tick.center[0] for tick in level] + [side.center[0] for side in sides]
    company = []
    for tick in level:
        steps = (np.array(others) - tick.center[0]) / pitch
        near = (np.abs(steps) > 0.5) & (np.abs(steps) < 12)
        company.append(int((near & (np.abs(steps - np.round(steps)) < 2 * OUT_OF_STEP)).sum()))
    kept = []
    for tick, own in zip(level, company, strict=True):
        rivals = [
            its for other, its in zip(level, company, strict=True)
            if 0.2 * pitch < abs(other.center[0] - tick.center[0]) < 0.8 * pitch
        ]  # fmt: skip
        apart = np.array(others) - tick.center[0]
        beside = [bool((np.abs(apart - step) < 2 * OUT_OF_STEP * pitch).any()) for step in (-pitch, pitch)]
        if own >= max(rivals, default=0) and ((own >= 2 and all(beside)) or (own >= LEAST_TICKS and any(beside))):
            kept.append(tick)
    return kept if len(kept) >= LEAST_TICKS else []


def _cells(teeth: Sequence[Box], sides: Sequence[Box], pitch: float) -> list[Box]:
    bottom = float(np.median([tooth.y1 for tooth in teeth]))
    xs = sorted([tooth.center[0] for tooth in teeth] + [side.center[0] for side in sides])
    return cells_between(xs, pitch, bottom - CELL_HEIGHT * pitch, bottom)
