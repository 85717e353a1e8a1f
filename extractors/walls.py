"""Tell the walls of cells and the teeth of combs from upright strokes of print and handwriting."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.geometry import Box

Gray = NDArray[np.uint8]

WALL_PX = 66
"""An upright line longer than this is a wall wherever it stands; hand-written strokes are shorter."""

OVERHANG_PX = 40
"""A wall that runs on past a line by less than this, and ends at no line, has a letter of the next row sitting on it."""

END_PX = 7
MEET_PX = 4
WHOLE_MEET_PX = 3
LEAST_WHOLE = 0.88
"""A comb of days has steps of two kinds; a tooth that is out of step is none the less one where it is drawn from line to line."""

TALL_PX = 110
"""A wall higher than this may have lost the lines at both its ends; a lower one still meets one of them."""

INSIDE = 0.12
"""As a share of a cell: nearer to a tooth, a sign is one with it."""

PITCH_PX = (16, 64)
GROUP_GAP = (0.2, 0.8)
"""A gap between the groups of a comb, as a share of a cell: a full stop stands in it."""

LEAST_FURTHER, MOST_FURTHER = 0.93, 24
MOST_HALF_PX, LEAST_DRAWN = 8, 0.85
LEAST_TOOTH = 0.55
"""A tooth that nobody found stands where the comb's even steps want it, with ink along this share of its height."""


def true_walls(ink: Gray, upright: Sequence[Box], horizontal: Sequence[Box]) -> list[Box]:
    """Choose the walls among upright lines, cut them to the lines they end at, and complete the combs."""
    cut = [trimmed(line, horizontal) for line in upright]
    short = _in_combs_or_cells([line for line in cut if line.height <= WALL_PX and _spans(line, horizontal, END_PX)], horizontal)
    long = [line for line in cut if line.height > TALL_PX or (line.height > WALL_PX and _ends_at(line, horizontal))]
    whole = [line for line in short if _spans(line, horizontal, WHOLE_MEET_PX) and _is_whole(ink, line)]
    letters = set(short) - set(without_letters(short)) - set(_between_groups(whole))
    return long + with_all_teeth(ink, [line for line in short if line not in letters])


def _between_groups(whole: Sequence[Box]) -> list[Box]:
    """The teeth that stand in no cell of another two: a comb of days has a gap after its day and its month."""
    kept: list[Box] = []
    for level in side_by_side(whole):
        xs = np.array([line.center[0] for line in level])
        pitch = _pitch(xs)
        if pitch is not None:
            gaps = np.subtract.outer(xs, xs) / pitch
            kept += [line for i, line in enumerate(level) if not _in_a_cell(gaps[i], xs / pitch)]
    return kept


def _in_a_cell(gaps: NDArray[np.float64], places: NDArray[np.float64]) -> bool:
    """Whether a sign `gaps` cells right of each tooth (negative: left) stands between two teeth that are a cell apart."""
    left = places[(gaps > INSIDE) & (gaps < 1 - INSIDE)]
    right = places[(gaps < -INSIDE) & (gaps > INSIDE - 1)]
    return bool((np.abs(right[:, None] - left[None, :] - 1) < INSIDE).any())


def _is_whole(ink: Gray, line: Box) -> bool:
    """Drawn from end to end, in two columns side by side, as no pen draws."""
    x0, y0, x1, y1 = (round(v) for v in line)
    band = ink[y0 + 1 : y1 - 1, max(0, x0 - 1) : x1 + 1]
    pairs = band[:, :-1] | band[:, 1:]
    return bool(pairs.size) and float(pairs.mean(axis=0).max()) > LEAST_WHOLE


def _ends_at(line: Box, horizontal: Sequence[Box]) -> bool:
    return any(_line_at(line.center[0], y, horizontal, END_PX) for y in (line.y0, line.y1))


def _in_combs_or_cells(short: Sequence[Box], horizontal: Sequence[Box]) -> list[Box]:
    """Teeth in step need only come near to their comb's lines; what stands alone must meet them: an 11 may fill its row."""
    kept: list[Box] = []
    for level in side_by_side(short):
        in_step = _pitch(np.array([line.center[0] for line in level])) is not None
        kept += level if in_step else [line for line in level if _spans(line, horizontal, MEET_PX)]
    return kept


def _spans(line: Box, horizontal: Sequence[Box], reach: float) -> bool:
    """A short upright stroke is a cell's wall only where it meets a line above and below; else it may be an I."""
    return all(_line_at(line.center[0], y, horizontal, reach) for y in (line.y0, line.y1))


def _line_at(x: float, y: float, horizontal: Sequence[Box], reach: float) -> bool:
    return any(h.x0 - 6 < x < h.x1 + 6 and h.y0 - reach < y < h.y1 + reach for h in horizontal)


def trimmed(wall: Box, horizontal: Sequence[Box]) -> Box:
    """Cut off what sticks out over the outermost line that a wall crosses, where that is no longer than a letter is high."""
    x = wall.center[0]
    levels = sorted(h.center[1] for h in horizontal if h.x0 - 4 < x < h.x1 + 4 and wall.y0 < h.center[1] < wall.y1)
    if not levels:
        return wall
    top, bottom = wall.y0, wall.y1
    if END_PX < levels[0] - top < OVERHANG_PX and levels[0] < bottom - OVERHANG_PX / 2:
        top = levels[0]
    if END_PX < bottom - levels[-1] < OVERHANG_PX and levels[-1] > top + OVERHANG_PX / 2:
        bottom = levels[-1]
    return Box(wall.x0, top, wall.x1, bottom)


def without_letters(short: Sequence[Box]) -> list[Box]:
    """Drop the 1s and Ls among a comb's teeth: they stand between two teeth, and have fewer companions in step."""
    kept: list[Box] = []
    for level in side_by_side(short):
        xs = np.array([line.center[0] for line in level])
        pitch = _pitch(xs)
        if len(level) < 5 or pitch is None:
            kept += level
            continue
        steps = (xs[:, None] - xs[None, :]) / pitch
        company = ((np.abs(steps - np.round(steps)) < 0.12) & (np.abs(steps) > 0.5) & (np.abs(steps) < 8)).sum(axis=1)
        for i, line in enumerate(level):
            left, right = (np.nonzero((side > INSIDE) & (side < 1 - INSIDE))[0] for side in (steps[i], -steps[i]))
            rivals = [*left.tolist(), *right.tolist()]
            if not rivals or company[i] >= max(company[j] for j in rivals):
                kept.append(line)
    return kept


def side_by_side(short: Sequence[Box], play: float = 10, reach: float = 200) -> list[list[Box]]:
    """Uprights that begin and end at one height, but for `play`, left to right, the next within `reach`. In pixels."""
    levels: list[list[Box]] = []
    for line in sorted(short, key=lambda b: b.x0):
        for level in levels:
            last = level[-1]
            if abs(last.y0 - line.y0) < play and abs(last.y1 - line.y1) < play and line.x0 - last.x1 < reach:
                level.append(line)
                break
        else:
            levels.append([line])
    return levels


def _pitch(xs: NDArray[np.float64]) -> float | None:
    """The commonest step from one upright to one of the next: a comb's cell is that wide."""
    if len(xs) < 4:
        return None
    steps = np.array([b - a for i, a in enumerate(xs) for b in xs[i + 1 : i + 4] if PITCH_PX[0] <= b - a <= PITCH_PX[1]])
    return commonest_step(steps, 0.06, 3)


def commonest_step(steps: NDArray[np.float64], play: float, least: int) -> float | None:
    """The middle of the steps that most come near to, by the share `play` and a pixel; None where fewer than `least` do."""
    if len(steps) < least:
        return None
    votes = [(np.abs(steps - step) < play * step + 1).sum() for step in steps]
    best = float(steps[int(np.argmax(votes))])
    return float(np.median(steps[np.abs(steps - best) < play * best + 1])) if max(votes) >= least else None


def with_all_teeth(ink: Gray, short: Sequence[Box]) -> list[Box]:
    """Add the teeth of a comb that were not found: in step with its others, and drawn for the most part."""
    added: list[Box] = []
    for level in side_by_side(short):
        xs = np.array([line.center[0] for line in level])
        pitch = _pitch(xs)
        if pitch is None:
            continue
        top, bottom = float(np.median([b.y0 for b in level])), float(np.median([b.y1 for b in level]))
        ends = [(level[0].center[0] - pitch, level[0]), (level[-1].center[0] + pitch, level[-1])]
        wanted = [x for x, _ in ends]
        for left, right in pairwise(level):
            count = round((right.center[0] - left.center[0]) / pitch)
            if 2 <= count <= 5 and abs((right.center[0] - left.center[0]) / count - pitch) < 0.1 * pitch:
                wanted += [left.center[0] + (right.center[0] - left.center[0]) * k / count for k in range(1, count)]
        added += [tooth for x in wanted if (tooth := _tooth(ink, x, top, bottom)) is not None]
        added += _further_teeth(ink, [*level, *added], pitch, top, bottom)
    return [*short, *added]


def _further_teeth(ink: Gray, known: Sequence[Box], pitch: float, top: float, bottom: float) -> list[Box]:
    """Teeth beyond a comb's ends and gaps, a cell or a group's gap away from known ones, drawn nearly from end to end."""
    xs = sorted(tooth.center[0] for tooth in known if abs(tooth.y0 - top) < 10)
    gaps = [b - a for a, b in pairwise(xs) if GROUP_GAP[0] * pitch < b - a < GROUP_GAP[1] * pitch]
    steps = [pitch, *([float(np.median(gaps))] if gaps else [])]
    found: list[Box] = []
    open_ends = list(xs)
    while open_ends and len(found) < MOST_FURTHER:
        x = open_ends.pop()
        for at in (x + sign * step for step in steps for sign in (-1, 1)):
            if min(abs(at - other) for other in xs) < INSIDE * pitch + 2:
                continue
            tooth = _tooth(ink, at, top, bottom, LEAST_FURTHER)
            if tooth is not None and min(abs(tooth.center[0] - other) for other in xs) > INSIDE * pitch:
                found.append(tooth)
                xs.append(tooth.center[0])
                open_ends.append(tooth.center[0])
    return found


def _tooth(ink: Gray, x: float, top: float, bottom: float, least: float = LEAST_TOOTH) -> Box | None:
    """The upright line closest to `x`, within two pixels; None where too little is drawn."""
    y0, y1 = max(0, round(top) + 3), round(bottom) - 3
    x0 = max(0, round(x) - 3)
    window = ink[y0:y1, x0 : x0 + 7]
    if window.size == 0 or window.shape[1] < 7:
        return None
    shares = [float(window[:, k : k + 2].max(axis=1).mean()) for k in range(6)]
    best = int(np.argmax(shares))
    if shares[best] < least:
        return None
    left, right = x0 + best - 1, x0 + best + 3
    while x0 + best - left < MOST_HALF_PX and left > 0 and float(ink[y0:y1, left - 1].mean()) > LEAST_DRAWN:
        left -= 1
    while right - x0 - best < MOST_HALF_PX and right < ink.shape[1] and float(ink[y0:y1, right].mean()) > LEAST_DRAWN:
        right += 1
    return Box(left, top, right, bottom)


def comb_cells(vertical: Sequence[Box]) -> list[Box]:
    """The cells of all combs, from tooth to tooth, left to right in each comb."""
    cells: list[Box] = []
    for level in side_by_side([line for line in vertical if line.height <= WALL_PX]):
        xs = np.array(sorted(line.center[0] for line in level))
        pitch = _pitch(xs)
        if pitch is None:
            continue
        top, bottom = float(np.median([b.y0 for b in level])), float(np.median([b.y1 for b in level]))
        cells += cells_between(xs.tolist(), pitch, top, bottom)
    return cells


def cells_between(xs: Sequence[float], pitch: float, top: float, bottom: float) -> list[Box]:
    """The cells between teeth at `xs`, in order: where two stand a step apart."""
    return [Box(a, top, b, bottom) for a, b in pairwise(xs) if abs(b - a - pitch) < 0.15 * pitch]
