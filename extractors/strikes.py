"""Take out words that the writer has struck out."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.inkmap import Crop, Indices, InkMap


def without_struck_words(inks: InkMap, crop: Crop) -> Crop:
    """Give the crop without words that bear a line through their middle; the same crop when there is none.

    A stroke counts as a strike when it runs straight through a group of letters from end to end, level or sloping a
    little, in the middle of the line's height, with ink above and below it. When all is struck, no pieces remain.
    """
    first, *others = _words(inks, crop.pieces) or [crop.pieces]
    groups = [*_parted_at_strike(inks, first), *others] if len(first) else [first, *others]
    kept = [group for group in groups if not _is_struck(inks, group)]
    if len(kept) == len(groups):
        return crop
    if not kept:
        return replace(crop, pieces=np.array([], dtype=np.int64), struck=True)
    return replace(inks.crop(np.concatenate(kept)), struck=True, with_lines=None)


def _parted_at_strike(inks: InkMap, group: Indices) -> list[Indices]:
    """A line's first word, with its beginning apart where that is one struck piece: the new value may follow close behind."""
    first = int(group[inks.x0[group].argmin()])
    wide = inks.x1[first] - inks.x0[first] > LEAST_JOINED * (inks.y1[first] - inks.y0[first])
    if len(group) < 2 or not wide or _is_struck(inks, group):
        return [group]
    rest = group[inks.x1[group] > inks.x1[first] + 2]
    follows = len(rest) > 0 and inks.bounding(rest).width > inks.x1[first] - inks.x0[first]
    if not follows or not _is_struck(inks, np.array([first], dtype=np.int64), both_ends=True):
        return [group]
    return [np.setdiff1d(group, rest), rest]


LEAST_JOINED = 1.2
TIP_PX, LONG_TIP_PX, THIN_STRIKE = 3, 5, 0.2
"""A strike sticks out by so much; where nothing but it parts the old value from the new one, by more."""

LEAST_STRIKE_PX = 56
SHORT_STRIKE_PX = 22
SHORT_SHARE, JOINED_SHARE = 1.6, 1.35
STRIKE_THICK_PX = 9
MIDDLE = (0.28, 0.68)
"""Shares of a line's height between which a strike runs; deeper, the feet of L and I do."""

LEAST_RUN = 0.9
"""A strike fills so much of a word's columns."""

PAPER_GRAY = 250

LEAST_GAPS, LEAST_FILLED_GAPS, MOST_EMPTY = 0.06, 0.9, 0.01
LEAST_LETTERS = 0.35
SLOPES = tuple(float(step) for step in np.arange(-0.15, 0.151, 0.025))


def _words(inks: InkMap, pieces: Indices) -> list[Indices]:
    """Pieces by word: a gap wider than a third of the line's height parts words."""
    order = pieces[np.argsort(inks.x0[pieces])]
    gap = max(9.0, 0.33 * float(np.median(inks.y1[order] - inks.y0[order])))
    groups: list[list[int]] = []
    end = -1e9
    for piece in order.tolist():
        if inks.x0[piece] - end > gap or not groups:
            groups.append([])
        groups[-1].append(piece)
        end = max(end, float(inks.x1[piece]))
    return [np.array(group, dtype=np.int64) for group in groups]


def _is_struck(inks: InkMap, group: Indices, *, both_ends: bool = False) -> bool:
    """Whether a line runs through a group of letters. `both_ends`: it must stick out on both sides, and clearly."""
    box = inks.bounding(group)
    if box.width < SHORT_STRIKE_PX or box.height < 14:
        return False
    x0, y0, x1, y1 = (round(v) for v in box)
    ink = _core(np.isin(inks.labels[y0:y1, x0:x1], group + 1), inks.page.gray[y0:y1, x0:x1])
    if both_ends:
        ink = _trimmed(ink)
    run = _straight_run(ink)
    if run is None or not _inks_both_sides(ink, run):
        return False
    # The bars of an H and an E fill the letters' own gaps: a strike sticks out, over a short word at both ends.
    tip, thick = (LONG_TIP_PX, max(3.0, THIN_STRIKE * ink.shape[0])) if both_ends else (TIP_PX, STRIKE_THICK_PX - 2)
    ends = [_sticks_out(ink[:, :tip], run[:tip], thick), _sticks_out(ink[:, -tip:], run[-tip:], thick)]
    if box.width >= LEAST_STRIKE_PX and not both_ends:
        return any(ends)
    return all(ends) and box.width > (JOINED_SHARE if both_ends else SHORT_SHARE) * box.height


def _core(ink: NDArray[np.bool_], gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The strokes without their soft edges, in which the gaps of a bold hand are closed."""
    limit = (float(np.percentile(gray[ink], 25)) + PAPER_GRAY) / 2
    return (ink & (gray < limit)).astype(np.uint8)


def _trimmed(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Without empty columns at either end."""
    drawn = np.flatnonzero(ink.any(axis=0))
    return ink[:, drawn[0] : drawn[-1] + 1] if len(drawn) else ink


def _straight_run(ink: NDArray[np.uint8]) -> NDArray[np.int_] | None:
    """The height, by column, of a level or sloping straight run through nearly all its columns; None without one.

    Only a strike fills the gaps between letters too; the bars of an H and a 4 may stand at one height.
    """
    height, width = ink.shape
    thick = cv2.dilate(ink, np.ones((5, 1), np.uint8))
    across = np.arange(width)[None]
    heights = np.arange(round(MIDDLE[0] * height), round(MIDDLE[1] * height) + 1)
    best: tuple[float, NDArray[np.int_]] | None = None
    for slope in SLOPES:
        rows = np.clip(np.round(heights[:, None] + slope * (across - width / 2)).astype(int), 0, height - 1)
        drawn = thick[rows, across].mean(axis=1)
        i = int(drawn.argmax())
        if best is None or drawn[i] > best[0]:
            best = float(drawn[i]), np.asarray(rows[i])
    return best[1] if best is not None and best[0] >= LEAST_RUN and _fills_gaps(ink, best[1]) else None


def _fills_gaps(ink: NDArray[np.uint8], run: NDArray[np.int_]) -> bool:
    """True when columns that hold nothing else are drawn on along the run."""
    if (~ink.any(axis=0)).mean() > MOST_EMPTY:
        return False
    apart = np.abs(np.arange(ink.shape[0])[:, None] - run[None])
    gaps = ~((ink > 0) & (apart > max(STRIKE_THICK_PX, 0.3 * ink.shape[0]))).any(axis=0)
    drawn = ((ink > 0) & (apart <= STRIKE_THICK_PX // 2)).any(axis=0)
    return bool(gaps.mean() >= LEAST_GAPS and drawn[gaps].mean() > LEAST_FILLED_GAPS)


def _inks_both_sides(ink: NDArray[np.uint8], run: NDArray[np.int_]) -> bool:
    """A dash or a line of underscores has no letters above and below it."""
    apart = np.arange(ink.shape[0])[:, None] - run[None]
    reach = max(3, round(0.12 * ink.shape[0]))
    return all(float(((ink > 0) & side).any(axis=0).mean()) > LEAST_LETTERS for side in (apart < -reach, apart > reach))


def _sticks_out(edge: NDArray[np.uint8], run: NDArray[np.int_], thick: float) -> bool:
    """Nothing but the strike, so many pixels thick to either side, stands in the first, or the last, columns."""
    apart = np.abs(np.arange(edge.shape[0])[:, None] - run[None])
    return not bool(((edge > 0) & (apart > thick)).any())
