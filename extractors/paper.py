"""Find the sheet of paper in a photo, and take dark edges and punch holes off a scan."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]

SHEET_AREA = (0.2, 0.93)
"""A sheet on a table fills between these shares of a photo; more is a scan whose edge is dark."""

HOLE_MM = (4.0, 8.5)
"""Diameter of punch holes: 6 mm (ISO 838: 6 ± 0.5), with room for shade around them."""


def find_sheet(small: Gray) -> NDArray[np.float32] | None:
    """Find the four corners of a sheet that lies on a ground of another tone, from top left, clockwise.

    Returns None for a scan: when the picture's border is mostly as bright as its middle.
    """
    height, width = small.shape
    border = np.concatenate([small[:4].ravel(), small[-4:].ravel(), small[:, :4].ravel(), small[:, -4:].ravel()])
    middle = np.median(small[height // 4 : -height // 4, width // 4 : -width // 4])
    if np.mean(border < 0.8 * middle) >= 0.6:
        return _largest_sheet(_bright(small))
    if np.mean(np.abs(border.astype(float) - float(middle)) > 0.1 * float(middle)) >= 0.6:
        return _largest_sheet(_within_edges(small))
    return None


def _bright(small: Gray) -> Gray:
    smooth = cv2.GaussianBlur(small, (0, 0), 3)
    _, bright = cv2.threshold(smooth, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return np.asarray(cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8)))


def _within_edges(small: Gray) -> Gray:
    """What the sheet's own edges enclose, where it is hardly brighter than the ground it lies on."""
    smooth = cv2.bilateralFilter(small, 9, 40, 7)
    edges = cv2.dilate(cv2.Canny(smooth, 18, 50), np.ones((5, 5), np.uint8))
    outside = np.zeros((small.shape[0] + 2, small.shape[1] + 2), np.uint8)
    ground = (edges == 0).astype(np.uint8)
    for x, y in ((2, 2), (small.shape[1] - 3, 2), (2, small.shape[0] - 3), (small.shape[1] - 3, small.shape[0] - 3)):
        if ground[y, x] == 1:
            cv2.floodFill(ground, outside, (x, y), 2)
    sheet = (ground != 2).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(sheet, cv2.MORPH_OPEN, np.ones((25, 25), np.uint8)))


def _largest_sheet(mask: Gray) -> NDArray[np.float32] | None:
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    outline = np.asarray(cv2.convexHull(max(contours, key=cv2.contourArea)), dtype=np.int32)
    share = cv2.contourArea(outline) / mask.size
    if not SHEET_AREA[0] < share < SHEET_AREA[1]:
        return None
    return _four_corners(outline)


def _four_corners(outline: NDArray[np.int32]) -> NDArray[np.float32] | None:
    """Straighten a hull to four sides; None when it is not four-sided."""
    length = cv2.arcLength(outline, True)
    for tolerance in (0.01, 0.02, 0.03, 0.05):
        corners = cv2.approxPolyDP(outline, tolerance * length, True)
        if len(corners) == 4:
            return _clockwise(corners.reshape(4, 2).astype(np.float32))
    return None


def _clockwise(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    total = corners.sum(axis=1)
    difference = corners[:, 1] - corners[:, 0]
    order = [int(total.argmin()), int(difference.argmin()), int(total.argmax()), int(difference.argmax())]
    return corners[order]


def fill_dark_edges(gray: Gray) -> Gray:
    """Paint dark strips along the page's edge, and punch holes near it, as paper.

    Only what touches the edge and is thick, or is a round hole near the left or right edge, goes; a ruling
    line that runs out of the page is thin and stays.
    """
    factor = max(1, round(max(gray.shape) / 600))
    small = cv2.resize(gray, (gray.shape[1] // factor, gray.shape[0] // factor), interpolation=cv2.INTER_AREA)
    dark = (small < 120).astype(np.uint8)
    thick = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(thick, connectivity=8)
    height, width = small.shape
    goes = [i for i in range(1, count) if _is_edge(stats[i], width, height) or _is_hole(stats[i], width, height)]
    if not goes:
        return gray
    mask = cv2.dilate(np.isin(labels, goes).astype(np.uint8), np.ones((5, 5), np.uint8))
    mask = cv2.resize(mask, (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_NEAREST)
    cleaned = gray.copy()
    cleaned[mask > 0] = 255
    return cleaned


def _is_edge(stat: NDArray[np.int32], width: int, height: int) -> bool:
    x, y, w, h, area = (int(v) for v in stat)
    touches = x <= 1 or y <= 1 or x + w >= width - 1 or y + h >= height - 1
    return touches and area > 60 and max(w / width, h / height) > 0.12


def _is_hole(stat: NDArray[np.int32], width: int, height: int) -> bool:
    x, _, w, h, area = (int(v) for v in stat)
    mm = 297 / max(width, height)
    near = x * mm < 22 or (width - x - w) * mm < 22
    round_enough = 0.75 < w / h < 1.33 and area > 0.62 * w * h
    return near and round_enough and HOLE_MM[0] < w * mm < HOLE_MM[1]
