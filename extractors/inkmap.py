"""The ink of a page without its ruling, in connected pieces, so that a value can be lifted out of its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.cleanup import CleanPage
from extractors.rulings import Rulings
from extractors.walls import comb_cells
from models.geometry import Box

Gray = NDArray[np.uint8]
Indices = NDArray[np.int64]

SPECK_PX = 6
"""Pieces with fewer pixels at 200 dpi are dirt, or the dot of an i that can be missed."""

PAD_PX = 4

LETTER_PX = 9
"""Pieces at least so high are letters (1.1 mm); lower ones are dots, dashes, commas, or dirt."""

WALL_REMAINS_PX = 5
FLAT_PX = 6
"""What is left of a wall is at most so wide, of a line at most so high."""

LEAST_LETTERS = 6
USUAL_SHAPE = 0.5
"""Letters as high as the line are usually so wide, as a share of their height."""

LEAST_STRETCH, MOST_STRETCH = 1.25, 1.6

LEAST_FEET = 0.3
"""The share of the writing's width that stands on a line, from which on letters have lost what they are known by."""

LEAST_CELLS = 4
SIGN_GAP = 0.16
"""Signs of a comb are brought together to this share of the line's height."""

EMPTY_CELL = 1.1
"""A gap wider than so many cells is an empty one: a space."""

ROW_SHARE_PX = 22
"""Writing that reaches so far over a line on both sides is that of two rows; a tail reaches less far."""

MOST_ROWS_PX = 160

THIN_LINE_PX = 4
STRETCH_PX = 64
LEAST_ROW = 0.6
LEAST_RUN_PX = 18
"""The fullest row of a stretch of line is drawn for LEAST_ROW of its length, its others for so many pixels on end."""


@dataclass(frozen=True)
class Crop:
    """One line of a value, alone on white. `gray` is as fine as the page allows; `box` in cleaned pixels."""

    gray: Gray
    box: Box
    pieces: Indices
    struck: bool = False
    with_lines: Gray | None = None
    """Where letters stand on a line, and lost their feet with it: the same place as it is."""


@dataclass(frozen=True)
class InkMap:
    """Pieces of ink: `labels` gives each pixel's piece; the arrays give each piece's box and pixel count."""

    labels: NDArray[np.int32]
    x0: NDArray[np.int32]
    y0: NDArray[np.int32]
    x1: NDArray[np.int32]
    y1: NDArray[np.int32]
    size: NDArray[np.int32]
    page: CleanPage
    comb: tuple[Box, ...]
    """Cells of combs: a sign each."""

    erased: Gray
    """1 where ruling was taken off."""

    def inside(self, region: Box, exclude: Sequence[Box] = ()) -> Indices:
        """The writing whose middle lies in `region`: no specks, no remains of ruling, nothing that lies within `exclude`.

        A piece that sticks out far beyond the region (a streak, a stamp's frame) is not of it.
        """
        cx, cy = (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2
        chosen = (cx >= region.x0) & (cx <= region.x1) & (cy >= region.y0) & (cy <= region.y1) & (self.size >= SPECK_PX)
        chosen &= (self.y1 - self.y0) < max(2.2 * region.height, 70)
        chosen &= (self.x1 - self.x0) < 1.15 * region.width + 10
        found = np.array([i for i in np.nonzero(chosen)[0].tolist() if not self._excluded(i, exclude)], dtype=np.int64)
        return self._tidied(self._with_dots(found, region, exclude))

    def _with_dots(self, found: Indices, region: Box, exclude: Sequence[Box]) -> Indices:
        """Add the dots and rings of Ä, Ö and Å close over a letter: those above the region, and those as small as dirt."""
        if len(found) == 0:
            return found
        above = (self.y1 <= region.y0 + 8) & (self.y1 > region.y0 - 14)
        tiny = (self.size < SPECK_PX) & (self.y1 > region.y0) & (self.y1 < region.y1)
        high = (above | tiny) & (self.size >= 3) & (self.y1 - self.y0 < 14) & (self.x0 > region.x0) & (self.x1 < region.x1)
        near = []
        for dot in np.setdiff1d(np.nonzero(high)[0], found):
            over = (self.x0[found] - 3 <= self.x0[dot]) & (self.x1[found] + 3 >= self.x1[dot])
            gap = self.y0[found] - self.y1[dot]
            deepest = -10 if self.y1[dot] <= region.y0 + 8 else 0
            if np.any(over & (gap < 9) & (gap > deepest)) and not self._excluded(int(dot), exclude):
                near.append(dot)
        return np.concatenate([found, np.array(near, dtype=np.int64)])

    def _tidied(self, found: Indices) -> Indices:
        """Leave out what a page has beside writing: dirt away from the letters, and what was left of lines and walls."""
        high, wide = self.y1[found] - self.y0[found], self.x1[found] - self.x0[found]
        tall = found[high >= LETTER_PX]
        if len(tall) == 0:
            return found
        line = float(np.median(self.y1[tall] - self.y0[tall]))
        thin = self.x1[tall] - self.x0[tall] <= WALL_REMAINS_PX
        solid = tall[~thin]
        letters = tall if len(solid) == 0 else tall[~thin | self._near(tall, solid, (2 * line, 0.2 * line))]
        kept = np.isin(found, letters) | ((high < LETTER_PX) & self._near(found, letters, (0.6 * line, 0.6 * line)))
        in_comb = self._in_comb(found)
        flat = (high <= FLAT_PX) & (wide >= np.where(in_comb, 1.6, 2.5) * high)
        # A comb's foot that was not taken off whole lies under its signs, where no comma begins.
        foot = in_comb & (high < LETTER_PX) & (self.y0[found] > np.median(self.y1[letters]) + 1)
        return found[np.where(flat, self._beside(found, letters, line), kept) & ~foot]

    def _in_comb(self, pieces: Indices) -> NDArray[np.bool_]:
        if len(self.comb) == 0:
            return np.zeros(len(pieces), dtype=bool)
        cells = np.array(self.comb)
        cx, cy = (self.x0[pieces] + self.x1[pieces])[:, None] / 2, (self.y0[pieces] + self.y1[pieces])[:, None] / 2
        return np.asarray(
            ((cells[:, 0] <= cx) & (cx <= cells[:, 2]) & (cells[:, 1] <= cy) & (cy <= cells[:, 3] + FLAT_PX)).any(axis=1)
        )

    def _near(self, pieces: Indices, others: Indices, reach: tuple[float, float]) -> NDArray[np.bool_]:
        """Which pieces come closer to one of `others` than `reach` (across, down)."""
        across = np.maximum(self.x0[pieces][:, None] - self.x1[others][None], self.x0[others][None] - self.x1[pieces][:, None])
        down = np.maximum(self.y0[pieces][:, None] - self.y1[others][None], self.y0[others][None] - self.y1[pieces][:, None])
        return np.asarray(((across <= reach[0]) & (down <= reach[1])).any(axis=1))

    def _beside(self, pieces: Indices, letters: Indices, line: float) -> NDArray[np.bool_]:
        """Which flat pieces stand where a dash does, at the height of a letter close by, or right over one as dots do."""
        middle = (self.y0[pieces] + self.y1[pieces]) / 2
        edge = 0.15 * (self.y1[letters] - self.y0[letters])
        level = (middle[:, None] > (self.y0[letters] + edge)[None]) & (middle[:, None] < (self.y1[letters] - edge)[None])
        gap = np.maximum(self.x0[pieces][:, None] - self.x1[letters][None], self.x0[letters][None] - self.x1[pieces][:, None])
        over = (self.y1[pieces][:, None] <= self.y0[letters][None] + edge[None]) & (gap < 0)
        small = (self.x1[pieces] - self.x0[pieces] < line)[:, None]
        return np.asarray(((level & (gap < 2.5 * line)) | (over & small)).any(axis=1))

    def _excluded(self, piece: int, exclude: Sequence[Box]) -> bool:
        own = self.box(piece)
        return any(own.covered_by(box) > 0.6 for box in exclude)

    def box(self, piece: int) -> Box:
        return Box(float(self.x0[piece]), float(self.y0[piece]), float(self.x1[piece]), float(self.y1[piece]))

    def bounding(self, pieces: Indices) -> Box:
        return Box(
            float(self.x0[pieces].min()), float(self.y0[pieces].min()), float(self.x1[pieces].max()), float(self.y1[pieces].max())
        )

    def rows(self, pieces: Indices) -> list[Indices]:
        """Cut pieces into lines of writing, top to bottom; dots, accents and commas join the nearest line."""
        if len(pieces) == 0:
            return []
        box = self.bounding(pieces)
        profile = np.zeros(round(box.height) + 1, dtype=bool)
        for piece in pieces:
            if self.y1[piece] - self.y0[piece] >= LETTER_PX:
                profile[round(self.y0[piece] - box.y0) : round(self.y1[piece] - box.y0)] = True
        bands = _runs(profile)
        if len(bands) < 2:
            return [pieces]
        middles = np.array([(a + b) / 2 + box.y0 for a, b in bands])
        centers = (self.y0[pieces] + self.y1[pieces]) / 2
        nearest = np.abs(centers[:, None] - middles[None, :]).argmin(axis=1)
        return [pieces[nearest == i] for i in range(len(bands))]

    def crop(self, pieces: Indices) -> Crop:
        """Cut out `pieces` alone, from the fine image, with a narrow white edge."""
        box = self.bounding(pieces).grown(PAD_PX, PAD_PX)
        height, width = self.labels.shape
        x0, y0 = max(0, round(box.x0)), max(0, round(box.y0))
        x1, y1 = min(width, round(box.x1)), min(height, round(box.y1))
        window = self.labels[y0:y1, x0:x1]
        kept = np.isin(window, pieces + 1)
        near = cv2.dilate(kept.astype(np.uint8), np.ones((5, 5), np.uint8))
        scale = self.page.fine_scale
        fx0, fy0 = round(x0 * scale), round(y0 * scale)
        fine = self.page.fine[fy0 : fy0 + round((y1 - y0) * scale), fx0 : fx0 + round((x1 - x0) * scale)]
        mask = cv2.resize(near, (fine.shape[1], fine.shape[0]), interpolation=cv2.INTER_NEAREST)
        gray = np.where(mask > 0, fine, 255).astype(np.uint8)
        place = Box(x0, y0, x1, y1)
        closed = self._closed_up(gray, place)
        whole = fine if closed is gray and self._stands_on_a_line(kept, place) else None
        return Crop(self._widened(closed, pieces), place, pieces, with_lines=whole)

    def _stands_on_a_line(self, kept: NDArray[np.bool_], place: Box) -> bool:
        """Whether right below much of the writing a line was taken off."""
        x0, y0, x1, y1 = (round(v) for v in place)
        below = self.erased[y0 : y1 + 2, x0:x1] > 0
        feet = kept & (below[1 : len(kept) + 1] | below[2 : len(kept) + 2])
        return float(feet.any(axis=0).sum()) > LEAST_FEET * max(1.0, float(kept.any(axis=0).sum()))

    def _widened(self, gray: Gray, pieces: Indices) -> Gray:
        """A narrow hand drawn out sideways: readers look at a line in steps of a fixed share of its height."""
        high, wide = self.y1[pieces] - self.y0[pieces], self.x1[pieces] - self.x0[pieces]
        letters = high >= max(LETTER_PX, 0.6 * float(high.max()))
        if int(letters.sum()) < LEAST_LETTERS:
            return gray
        shape = float(np.median(wide[letters] / high[letters]))
        stretch = min(MOST_STRETCH, USUAL_SHAPE / max(shape, 0.1))
        if stretch < LEAST_STRETCH:
            return gray
        width = round(gray.shape[1] * stretch)
        return np.asarray(cv2.resize(gray, (width, gray.shape[0]), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)

    def _closed_up(self, gray: Gray, place: Box) -> Gray:
        """The signs of a comb at the distances of ordinary writing; what stands in no comb stays as it is.

        Readers take wide gaps for spaces, and a lone sign for another alphabet's.
        """
        cells = [cell for cell in self.comb if place.holds(*cell.center)]
        scale = gray.shape[1] / place.width
        if len(cells) < LEAST_CELLS or sum(cell.width for cell in cells) < 0.5 * place.width:
            return gray
        inked = np.asarray((gray < 255).any(axis=0))
        gap = max(3, round(SIGN_GAP * gray.shape[0]))
        columns: list[int] = []
        blank = 0
        for column in range(gray.shape[1]):
            blank = 0 if inked[column] else blank + 1
            if blank <= gap or (blank > EMPTY_CELL * cells[0].width * scale and blank % 2 == 0):
                columns.append(column)
        return np.ascontiguousarray(gray[:, columns])


def _runs(profile: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and end of each run of True that is at least 9 long."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], profile.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= 9]


def map_ink(page: CleanPage, rulings: Rulings) -> InkMap:
    """Take the ruling off a page's ink, leaving strokes that cross it, and find the pieces that remain."""
    ink = page.ink.copy()
    for line in (*rulings.horizontal, *rulings.folds):
        _erase(ink, line)
    flipped = np.ascontiguousarray(ink.T)
    for line in (*rulings.vertical, *rulings.streaks, *(tooth for comb in rulings.combs for tooth in comb.teeth)):
        _erase(flipped, Box(line.y0, line.x0, line.y1, line.x1))
    ink = np.ascontiguousarray(flipped.T)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if _parted_at_lines(ink, np.asarray(labels, dtype=np.int32), np.asarray(stats, dtype=np.int32), rulings.horizontal):
        _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    body = np.asarray(stats[1:], dtype=np.int32)
    return InkMap(
        np.asarray(labels, dtype=np.int32),
        body[:, 0],
        body[:, 1],
        body[:, 0] + body[:, 2],
        body[:, 1] + body[:, 3],
        body[:, 4],
        page,
        (*comb_cells(rulings.vertical), *(cell for comb in rulings.combs for cell in comb.cells)),
        page.ink & (1 - ink),
    )


def _parted_at_lines(ink: Gray, labels: NDArray[np.int32], stats: NDArray[np.int32], lines: Sequence[Box]) -> bool:
    """Part, in place, the writing of two rows that grew together over the line between them; False when there is none."""
    parted = False
    x0, y0, x1, y1 = stats[:, 0], stats[:, 1], stats[:, 0] + stats[:, 2], stats[:, 1] + stats[:, 3]
    for line in lines:
        both = (y0 < line.y0 - ROW_SHARE_PX) & (y1 > line.y1 + ROW_SHARE_PX) & (x0 < line.x1) & (x1 > line.x0)
        both[0] = False
        top, bottom = max(0, round(line.y0) - 1), round(line.y1) + 1
        for piece in np.nonzero(both & (stats[:, 3] < MOST_ROWS_PX))[0].tolist():
            band = np.s_[top:bottom, x0[piece] : x1[piece]]
            ink[band][labels[band] == piece] = 0
            parted = True
    return parted


def _erase(ink: Gray, line: Box) -> None:
    """Erase a horizontal line in place; a thick one stretch by stretch, as far as it is drawn there: letters may stand on it."""
    if line.height <= THIN_LINE_PX:
        _erase_stretch(ink, line)
        return
    for x0 in np.arange(line.x0, line.x1, STRETCH_PX):
        stretch = Box(float(x0), line.y0, float(min(line.x1, x0 + STRETCH_PX)), line.y1)
        _erase_stretch(ink, _drawn(ink, stretch))


def _drawn(ink: Gray, stretch: Box) -> Box:
    """The rows of a stretch of line around its fullest that are drawn, if only in part; all of them where none is."""
    x0, y0, x1, y1 = max(0, round(stretch.x0)), max(0, round(stretch.y0)), round(stretch.x1), round(stretch.y1)
    rows = ink[y0:y1, x0:x1]
    filled = rows.mean(axis=1)
    first = last = int(filled.argmax()) if filled.size else 0
    if filled.size == 0 or filled[first] < LEAST_ROW:
        return stretch
    # Of two lines that are one box, one may be thinner; feet of letters are shorter than LEAST_RUN_PX.
    drawn = np.asarray(cv2.morphologyEx(rows, cv2.MORPH_OPEN, np.ones((1, LEAST_RUN_PX), np.uint8))).max(axis=1) > 0
    while first > 0 and drawn[first - 1]:
        first -= 1
    while last < len(filled) - 1 and drawn[last + 1]:
        last += 1
    return Box(stretch.x0, y0 + first, stretch.x1, y0 + last + 1)


def _erase_stretch(ink: Gray, line: Box) -> None:
    """Erase a line, but not where a stroke runs into it from above and below, straight or slanting."""
    x0, x1 = max(0, round(line.x0) - 1), round(line.x1) + 1
    y0, y1 = max(4, round(line.y0) - 1), min(ink.shape[0] - 4, round(line.y1) + 1)
    if y1 <= y0:
        return
    above = ink[y0 - 3 : y0, x0:x1].min(axis=0)
    below = ink[y1 : y1 + 3, x0:x1].min(axis=0)
    wide = np.ones((1, 2 * min(4, y1 - y0) + 1), np.uint8)
    slanting = cv2.dilate(above[None], wide)[0] & cv2.dilate(below[None], wide)[0]
    stays = (slanting & (cv2.dilate(above[None] | below[None], np.ones((1, 5), np.uint8))[0])) > 0
    ink[y0:y1, x0:x1] *= stays.astype(np.uint8)
