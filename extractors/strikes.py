"""Take out words that the writer has struck out."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.inkmap import Crop, Indices, InkMap


def without_struck_words(inks: InkMap, crop: Crop) -> Crop:
    """Give the crop without words that bear a line through their middle; the same crop when there is none.

    A stroke counts as a strike when it runs through a group of letters from end to end, thin and level, in the
    middle of the line's height, with ink above and below it. When all is struck, no pieces remain.
    """
    groups = _words(inks, crop.pieces)
    kept = [group for group in groups if not _is_struck(inks, group)]
    if len(kept) == len(groups):
        return crop
    if not kept:
        return replace(crop, pieces=np.array([], dtype=np.int64), struck=True)
    return replace(inks.crop(np.concatenate(kept)), struck=True)


LEAST_STRIKE_PX = 56


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


def _is_struck(inks: InkMap, group: Indices) -> bool:
    box = inks.bounding(group)
    if box.width < LEAST_STRIKE_PX or box.height < 14:
        return False
    x0, y0, x1, y1 = (round(v) for v in box)
    ink = np.isin(inks.labels[y0:y1, x0:x1], group + 1).astype(np.uint8)
    # Only a strike fills the gaps between letters: one run over most of the word, even if it slopes a little.
    sloping = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    run = cv2.erode(sloping, np.ones((1, round(0.85 * (x1 - x0))), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    height = y1 - y0
    return bool(run[round(0.3 * height) : round(0.72 * height)].any()) and _inks_both_sides(ink)


def _inks_both_sides(ink: NDArray[np.uint8]) -> bool:
    """A dash or a line of underscores has no letters above and below it."""
    top, bottom = ink[: ink.shape[0] // 3], ink[-(ink.shape[0] // 3) :]
    return bool(top.any(axis=0).mean() > 0.3 and bottom.any(axis=0).mean() > 0.3)
