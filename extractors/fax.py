"""What a fax machine and the telephone line did to a page: its true resolution, lost lines, streaks."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.limits import Dpi, Gray

Ink = NDArray[np.bool_]

FAX_WIDTHS_PX = (1728, 2048, 2432)
"""ITU-T T.4: pixels per line on A4, B4 and A3."""
FINE_WIDTH_PX = 3456
"""T.4's A4 line of 16 pixels per mm."""
ACROSS_DPI = 204.0
DOWN_DPI = (98.0, 196.0, 391.0)
"""3.85, 7.7 and 15.4 lines per mm: standard, fine, superfine."""
PAGE_INCHES = (10.4, 14.4)
"""How long a faxed page is: A4 a little cut off, to American legal."""

LETTER_PX = ((6, 50), (10, 40))
"""Width and height at 204 dpi of the pieces of ink that are letters, and least ink of one."""
LEAST_LETTER_PX = 40
LETTER_WIDTH = 0.77
"""Middle width of letters as a share of their height: 0.56 to 0.87 on pages of print and forms filled by hand."""
ENOUGH_LETTERS = 40

STREAK_PX = 5
LEAST_STREAK = 0.25
EDGE = 0.012
"""A streak of the scanner's glass is at most so wide, runs over this share of the page at least, and over its edge:
within this share of top or bottom no printer prints, so no ruling is taken for one."""
STREAK_FILL = 0.97

LOST_LINES = 3
LEAST_BROKEN = 10
SHARED = 0.5
LONG_RUN_PX = 40
"""So many lines in a row are mended; so many pixels of strokes must break off at them and go on below, and this share of
what stands there; a run as long is a ruling, not a stroke."""


def is_bilevel(pixels: Gray) -> bool:
    sample = pixels[::7, ::7]
    return bool(np.mean((sample < 8) | (sample > 247)) > 0.995)


def true_dpi(pixels: Gray, declared: Dpi | None) -> Dpi | None:
    """Give a fax page the resolution that its letters have, whatever its file says; any other page keeps its own.

    Fax servers lose the tag, or write 200 × 200 or the fine resolution for pages of half its lines.
    """
    height, width = pixels.shape
    if width not in (*FAX_WIDTHS_PX, FINE_WIDTH_PX) or not is_bilevel(pixels):
        return declared
    if declared is not None and (width != FAX_WIDTHS_PX[0] or _is_fax_page(declared, height)):
        return declared
    across = ACROSS_DPI * (2 if width == FINE_WIDTH_PX else 1)
    down = _down_by_letters(pixels, across) or _down_by_length(height)
    return declared if down is None else (across, down)


def _is_fax_page(dpi: Dpi, height: int) -> bool:
    """Tell whether a resolution is a fax's and makes the page as long as pages are."""
    is_fax = abs(dpi[0] - ACROSS_DPI) < 4 and any(abs(dpi[1] - down) < 0.03 * down for down in DOWN_DPI)
    return is_fax and PAGE_INCHES[0] <= height / dpi[1] <= PAGE_INCHES[1]


def _down_by_length(height: int) -> float | None:
    return next((down for down in DOWN_DPI if PAGE_INCHES[0] <= height / down <= PAGE_INCHES[1]), None)


def _down_by_letters(pixels: Gray, across: float) -> float | None:
    """The resolution down the page at which letters are as wide as letters are; None without enough of them."""
    ink = (pixels < 128).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    to_204 = ACROSS_DPI / across
    width = stats[1:, cv2.CC_STAT_WIDTH] * to_204
    best: tuple[float, float] | None = None
    for down in DOWN_DPI:
        height = stats[1:, cv2.CC_STAT_HEIGHT] * (ACROSS_DPI / down)
        area = stats[1:, cv2.CC_STAT_AREA] * to_204 * (ACROSS_DPI / down)
        letters = (
            (width >= LETTER_PX[0][0]) & (width <= LETTER_PX[0][1]) & (area > LEAST_LETTER_PX)
            & (height >= LETTER_PX[1][0]) & (height <= LETTER_PX[1][1])
        )  # fmt: skip
        if letters.sum() >= ENOUGH_LETTERS:
            off = abs(float(np.log(np.median(width[letters] / height[letters]) / LETTER_WIDTH)))
            best = min(best or (off, down), (off, down))
    return best[1] if best else None


def mended(pixels: Gray) -> Gray:
    """Take streaks of the scanner's glass off a page of two tones, and close the lines that the telephone lost.

    Gives `pixels` itself when there is nothing to mend.
    """
    ink = pixels < 128
    changed = _without_streaks(ink)
    closed = _without_lost_lines(ink if changed is None else changed)
    result = changed if closed is None else closed
    return pixels if result is None else np.where(result, 0, 255).astype(np.uint8)


def _without_streaks(ink: Ink) -> Ink | None:
    height, width = ink.shape
    edge = max(3, round(EDGE * height))
    at_edge = (ink[-edge:].mean(axis=0) > STREAK_FILL) | (ink[:edge].mean(axis=0) > STREAK_FILL)
    mended: Ink | None = None
    for start, end in _runs(at_edge):
        if end - start > STREAK_PX or start < 2 or end > width - 2:
            continue
        rows = _streak_rows(np.asarray(ink[:, start:end].any(axis=1)), edge)
        if rows is None:
            continue
        mended = ink.copy() if mended is None else mended
        beside = [_thick(ink[:, column]) for column in (start - 1, end)]
        mended[rows, start:end] = (beside[0] & beside[1])[rows, None]
    return mended


def _thick(column: Ink) -> Ink:
    """A column with each of its pixels spread to the rows above and below: strokes cross a streak aslant."""
    spread = column.copy()
    spread[1:] |= column[:-1]
    spread[:-1] |= column[1:]
    return spread


def _streak_rows(filled: Ink, edge: int) -> slice | None:
    """The rows of a streak that runs to the bottom, or from the top; None when it is too short for one."""
    gaps = np.flatnonzero(~filled)
    for from_top in (False, True):
        beyond = gaps[gaps >= edge] if from_top else gaps[gaps < len(filled) - edge]
        if not len(beyond):
            return slice(0, len(filled))
        rows = slice(0, int(beyond[0])) if from_top else slice(int(beyond[-1]) + 1, len(filled))
        if rows.stop - rows.start >= LEAST_STREAK * len(filled):
            return rows
    return None


def _without_lost_lines(ink: Ink) -> Ink | None:
    """Close bands of a few white lines through which strokes ran, and open black ones that run from edge to edge."""
    mended: Ink | None = None
    count = ink.sum(axis=1)
    width = ink.shape[1]
    margin = max(4, width // 100)
    black = (count > width // 2) & ink[:, :margin].all(axis=1) & ink[:, -margin:].all(axis=1)
    for lost in (black, _sudden_white(count)):
        for start, end in _runs(lost):
            if end - start > LOST_LINES or start < 2 or end > len(ink) - 2:
                continue
            above, below = _strokes(ink[start - 1]), _strokes(ink[end])
            strokes = above & below
            if not black[start] and strokes.sum() < max(LEAST_BROKEN, SHARED * max(above.sum(), below.sum())):
                continue
            mended = ink.copy() if mended is None else mended
            mended[start:end] = (ink[start - 1] & ink[end]) if black[start] else strokes
    return mended


def _sudden_white(count: NDArray[np.int64]) -> Ink:
    """Lines with hardly any ink, near to lines with much."""
    busy = np.zeros(len(count), np.int64)
    for step in range(1, LOST_LINES + 1):
        busy[step:] = np.maximum(busy[step:], count[:-step])
    return np.asarray((count * 20 <= busy) & (busy >= LEAST_BROKEN), dtype=np.bool_)


def _strokes(row: Ink) -> Ink:
    """A line's ink without its long runs: rulings stand alone and break off nowhere."""
    kept = row.copy()
    for start, end in _runs(row):
        if end - start > LONG_RUN_PX:
            kept[start:end] = False
    return kept


def _runs(filled: Ink) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], filled.astype(np.int8), [0]))))
    return [(int(start), int(end)) for start, end in pairwise(edges.tolist())][::2]
