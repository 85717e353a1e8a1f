"""Lay one small picture of a page over another: shifted, scaled, turned, and bent where the paper or the lens was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.geometry import Box

Ink = NDArray[np.uint8]
Floats = NDArray[np.float32]
Affine = NDArray[np.float64]

_LINE_PX = 20  # at 75 dpi: 7 mm; straighter and longer than any stroke of a letter
_BLOB_PX = 9  # thicker than any stroke: punch holes, dark edges, filled bands
_MOST_SHIFT = 20  # at a quarter of the size: 27 mm
_ECC = cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT
_BELIEVED = 0.4  # correlation of a patch from which its shift counts
_IS_THERE = 0.25


class _Bend(NamedTuple):
    """How patches are looked for: their side and distance in pixels, how far, how much ink, and how much better than unmoved."""

    step: int
    side: int
    reach: int
    least_ink: float
    gain: float


# First wide, at half the size, then to the pixel.
_WIDE = _Bend(31, 60, 6, 15.0, 0.04)
_FINE = _Bend(46, 68, 3, 40.0, 0.03)


class Overlay(NamedTuple):
    """The second page as the first lies: its ink (0…1), where its rulings and blotches are, and the way from first to second."""

    ink: Floats
    ruling: NDArray[np.bool_]
    matrix: Affine


def ruling_of(ink: Ink) -> Ink:
    """Long straight lines (ruling, streaks of a fax) and blotches (punch holes, dark edges), a little grown."""
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, _LINE_PX), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((_LINE_PX, 1), np.uint8))
    blobs = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((_BLOB_PX, _BLOB_PX), np.uint8))
    lines = cv2.dilate(cv2.bitwise_or(across, down), np.ones((3, 3), np.uint8))
    return np.asarray(cv2.bitwise_or(lines, cv2.dilate(blobs, np.ones((5, 5), np.uint8))), dtype=np.uint8)


def overlay(first: Ink, second: Ink, first_ruling: Ink, second_ruling: Ink) -> Overlay | None:
    """Lay `second` over `first` by their writing. None when the two have too little in common to find a way."""
    writing, other = first & (1 - first_ruling), second & (1 - second_ruling)
    matrix = _way(writing, other)
    if matrix is None:
        return None
    height, width = first.shape
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    ink, lines, moved = (
        cv2.warpPerspective(image * np.uint8(255), matrix, (width, height), flags=flags)
        for image in (second, second_ruling, other)
    )
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    shift = _bend(writing, np.asarray(moved, dtype=np.uint8))
    across, down = across + shift[:, :, 0], down + shift[:, :, 1]
    return Overlay(
        np.asarray(cv2.remap(ink, across, down, cv2.INTER_LINEAR), dtype=np.float32) / np.float32(255),
        np.asarray(cv2.remap(lines, across, down, cv2.INTER_LINEAR) > 255 * _IS_THERE),
        matrix,
    )


def _way(first: Ink, second: Ink) -> Affine | None:
    """Find the projective map from pixels of `first` to pixels of `second`, coarse to fine."""
    height, width = (-(-max(first.shape[axis], second.shape[axis]) // 4) * 4 for axis in (0, 1))
    a, b = (_shrunk(image, 4, (height, width)) for image in (first, second))
    if not a.any() or not b.any():
        return None
    window = cv2.createHanningWindow((a.shape[1], a.shape[0]), cv2.CV_32F)
    (dx, dy), _ = cv2.phaseCorrelate(a, b, window)
    near = abs(dx) < _MOST_SHIFT and abs(dy) < _MOST_SHIFT
    start = np.array([[1, 0, dx if near else 0], [0, 1, dy if near else 0]], dtype=np.float32)
    try:
        _, coarse = cv2.findTransformECC(a, b, start, cv2.MOTION_AFFINE, (_ECC, 60, 1e-4))
        whole = _enlarged(np.vstack([coarse, [0, 0, 1]]), 2).astype(np.float32)
        a, b = (_shrunk(image, 2, (height, width)) for image in (first, second))
        _, fine = cv2.findTransformECC(a, b, whole, cv2.MOTION_HOMOGRAPHY, (_ECC, 15, 1e-4))
    except cv2.error:  # "the images may be uncorrelated": the way to tell that two pages have nothing in common
        return None
    return _enlarged(np.asarray(fine, dtype=np.float64), 2)


def _shrunk(ink: Ink, factor: int, shape: tuple[int, int]) -> Floats:
    padded = np.zeros(shape, np.float32)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    small = cv2.resize(padded, (shape[1] // factor, shape[0] // factor), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 1.5), dtype=np.float32)


def _enlarged(matrix: NDArray[np.floating], factor: float) -> Affine:
    """The same map between pictures `factor` times larger."""
    scale = np.diag([factor, factor, 1.0])
    return np.asarray(scale @ matrix @ np.linalg.inv(scale), dtype=np.float64)


def _bend(first: Ink, second: Ink) -> Floats:
    """How far each pixel of `first` must still go in `second`: paper bends, and fax lines get lost. Shape (height, width, 2)."""
    height, width = first.shape
    a, b = first.astype(np.float32), second.astype(np.float32) / 255
    size = (width // 2, height // 2)
    halves = [cv2.GaussianBlur(cv2.resize(image, size, interpolation=cv2.INTER_AREA), (0, 0), 1) for image in (a, b)]
    wide = _shifts(halves[0], halves[1], _WIDE)
    shift = cv2.resize(wide, (width, height), interpolation=cv2.INTER_LINEAR) * 2
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    moved = cv2.remap(b, across + shift[:, :, 0], down + shift[:, :, 1], cv2.INTER_LINEAR)
    fine = _shifts(cv2.GaussianBlur(a, (0, 0), 1), cv2.GaussianBlur(moved, (0, 0), 1), _FINE)
    return np.asarray(shift + fine, dtype=np.float32)


def _shifts(first: NDArray[np.generic], second: NDArray[np.generic], bend: _Bend) -> Floats:
    """Look for each patch of `first` around its place in `second`; between patches the shift is blended."""
    height, width = first.shape
    half, reach = bend.side // 2, bend.reach
    margin = half + reach
    rows, columns = (np.arange(margin, side - margin + 1, bend.step) for side in (height, width))
    if not len(rows) or not len(columns):
        return np.zeros((height, width, 2), np.float32)
    found, known = np.zeros((len(rows), len(columns), 2), np.float32), np.zeros((len(rows), len(columns)), np.float32)
    for i, y in enumerate(rows):
        for j, x in enumerate(columns):
            patch = np.asarray(first[y - half : y + half, x - half : x + half], dtype=np.float32)
            if patch.sum() < bend.least_ink:
                continue
            around = np.asarray(second[y - margin : y + margin, x - margin : x + margin], dtype=np.float32)
            match = cv2.matchTemplate(around, patch, cv2.TM_CCOEFF_NORMED)
            _, best, _, (across, down) = cv2.minMaxLoc(match)
            if best > _BELIEVED:
                known[i, j] = 1
                if best > match[reach, reach] + bend.gain:
                    found[i, j] = (across - reach, down - reach)
    weight = np.maximum(cv2.GaussianBlur(known, (0, 0), 0.7), 1e-3)[:, :, None]
    blended = cv2.GaussianBlur(found * known[:, :, None], (0, 0), 0.7) / weight
    smooth = np.where(known[:, :, None] > 0, 0.7 * found + 0.3 * blended, blended).astype(np.float32)
    x_at, y_at = (
        np.clip((np.arange(side) - places[0]) / bend.step, 0, len(places) - 1).astype(np.float32)
        for side, places in ((width, columns), (height, rows))
    )
    across, down = np.meshgrid(x_at, y_at)
    return np.asarray(cv2.remap(smooth, across, down, cv2.INTER_LINEAR), dtype=np.float32)


def cleared(mask: NDArray[np.bool_], boxes: Sequence[Box], matrix: Affine | None = None) -> None:
    """Take boxes out of a mask in place; with `matrix` (from the mask's pixels to the boxes'), boxes of the other page."""
    for box in boxes:
        corners = np.array([[[box.x0, box.y0], [box.x1, box.y0], [box.x1, box.y1], [box.x0, box.y1]]])
        if matrix is not None:
            corners = cv2.perspectiveTransform(corners, np.linalg.inv(matrix))
        (x0, y0), (x1, y1) = (np.maximum(edge, 0).astype(int) for edge in (corners[0].min(axis=0), corners[0].max(axis=0)))
        mask[y0:y1, x0:x1] = False
