"""See what was drawn at a check box beyond its inside: rings, marks beside it, and marks that were taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from extractors.inkmap import InkMap
from models.geometry import Box
from models.page import Word

Shape = Literal["ring", "beside", "taken_back"]

RING_REACH = 0.8
"""A ring runs at most so many sides of the box outside it."""

RING_HITS = 0.72
RING_INK = 0.3
EDGE_PX, MOST_EDGE_PX = 8, 4
"""Rows around a box's edge, of which its own line takes up to four."""

BESIDE_REACH = 1.7
BESIDE_SIZE = (0.45, 1.9)
FEW_LETTERS = 2
BLOT_INK = 0.4
BLOT_BANDS = 0.3


def shape_at(inks: InkMap, box: Box, text_box: Box, words: Sequence[Word], inner: float) -> Shape | None:
    """Name what is drawn around or beside a box; None when that is nothing. `inner` is the share of ink inside it."""
    if inner >= BLOT_INK:
        return "taken_back" if _is_scribbled_over(inks, box) else None
    if _is_ringed(inks, box) or _is_ringed_with_words(inks, box, text_box):
        return "ring"
    return "beside" if _is_marked_beside(inks, box, words) else None


def _is_scribbled_over(inks: InkMap, box: Box) -> bool:
    """A blot reaches over the frame on all sides; a mark that fills its box, or a cross, does not."""
    reach = max(3, round(0.22 * box.width))
    x0, y0, x1, y1 = (round(v) for v in box)
    drawn = inks.labels[max(0, y0 - reach) : y1 + reach, max(0, x0 - reach) : x1 + reach] > 0
    if drawn.shape[0] < 2 * reach or drawn.shape[1] < 2 * reach:
        return False
    bands = (drawn[: reach - 2], drawn[-(reach - 2) :], drawn[:, : reach - 2].T, drawn[:, -(reach - 2) :].T)
    return sum(float(band.any(axis=0).mean()) > BLOT_BANDS for band in bands if band.size) >= 3


def _is_ringed(inks: InkMap, box: Box) -> bool:
    """Rays from the box to the left, up and down meet ink close outside it, and that ink is one thin stroke around it."""
    reach = round(RING_REACH * box.width)
    x0, y0, x1, y1 = (round(v) for v in box.grown(3, 3))
    labels = inks.labels[max(0, y0 - reach) : y1 + reach, max(0, x0 - reach) : x1 + reach]
    pieces = [piece for piece in np.unique(labels).tolist() if piece > 0 and _surrounds(inks.box(piece - 1), box)]
    if not pieces:
        return False
    drawn = np.isin(labels, pieces)
    left, top = x0 - max(0, x0 - reach), y0 - max(0, y0 - reach)
    right, bottom = left + x1 - x0, top + y1 - y0
    # A tight ring covers the box's own edge: there is no paper between, but the edge is as thick as a pen.
    rays = (
        drawn[:top, left:right].any(axis=0) | _is_thick(drawn[top : top + EDGE_PX, left:right]),
        drawn[bottom:, left:right].any(axis=0) | _is_thick(drawn[bottom - EDGE_PX : bottom, left:right]),
        drawn[top:bottom, :left].any(axis=1) | _is_thick(drawn[top:bottom, left : left + EDGE_PX].T),
    )
    outside = drawn.copy()
    outside[top:bottom, left:right] = False
    free = outside.size - (right - left) * (bottom - top)
    return all(ray.size and float(ray.mean()) >= RING_HITS for ray in rays) and outside.sum() < RING_INK * max(1, free)


def _is_thick(edge: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(edge.sum(axis=0) > MOST_EDGE_PX)


def _surrounds(piece: Box, box: Box) -> bool:
    margin = 0.12 * box.width
    around = piece.x0 < box.x0 - margin and piece.y0 < box.y0 - margin and piece.y1 > box.y1 + margin and piece.x1 > box.x1
    return around and piece.height < 3.2 * box.height


def _is_ringed_with_words(inks: InkMap, box: Box, text_box: Box) -> bool:
    """One thin piece of ink runs around the box and its words together."""
    if text_box.width < 4:
        return False
    # The words' own box may hold the ring, read as part of them: its height says nothing.
    whole = Box(box.x0, box.y0, max(box.x1, text_box.x1), box.y1)
    around = (
        (inks.x0 < whole.x0 - 1) & (inks.x1 > whole.x1 - 0.1 * whole.width) & (inks.y0 < whole.y0 - 1) & (inks.y1 > whole.y1 + 1)
    )
    around &= (inks.y1 - inks.y0 < 3.2 * box.height) & (inks.x1 - inks.x0 < whole.width + 6 * box.width)
    return any(inks.size[i] < 0.3 * inks.box(i).width * inks.box(i).height for i in np.nonzero(around)[0].tolist())


def _is_print(word: Word, box: Box) -> bool:
    """More than a letter; what reaches into the box with few letters was read from it and the mark together (`E[]`)."""
    letters = sum(map(str.isalpha, word.text))
    return len(word.text) > 1 if word.box.x1 < box.x0 + 0.4 * box.width else letters > FEW_LETTERS


def _is_marked_beside(inks: InkMap, box: Box, words: Sequence[Word]) -> bool:
    """A stroke of a mark's size stands right before the box, where nothing is printed."""
    side = box.width
    zone = Box(box.x0 - BESIDE_REACH * side, box.y0 - 0.4 * side, box.x0 - 1, box.y1 + 0.4 * side)
    cx, cy = (inks.x0 + inks.x1) / 2, (inks.y0 + inks.y1) / 2
    near = (cx > zone.x0) & (cx < zone.x1) & (cy > zone.y0) & (cy < zone.y1) & (inks.x1 <= box.x0 + 0.4 * side)
    low, high = BESIDE_SIZE[0] * side, BESIDE_SIZE[1] * side
    wide, tall = inks.x1 - inks.x0, inks.y1 - inks.y0
    near &= (wide > low) & (tall > low) & (wide < high) & (tall < high)
    # A mark that touches the frame is one piece of ink with it.
    near |= (
        (inks.x0 < box.x0 - low) & (inks.x0 > zone.x0) & (abs(inks.x1 - box.x1) < 4)
        & (inks.y0 > box.y0 - 0.6 * side) & (inks.y0 < box.y0 + 4) & (inks.y1 < box.y1 + 0.6 * side) & (inks.y1 > box.y1 - 4)
    )  # fmt: skip
    printed = [
        word.box
        for word in words
        if _is_print(word, box) and word.box.x0 < box.x0 and word.box.y0 < zone.y1 and word.box.y1 > zone.y0
    ]
    return any(not any(inks.box(i).covered_by(word) > 0.4 for word in printed) for i in np.nonzero(near)[0].tolist())
