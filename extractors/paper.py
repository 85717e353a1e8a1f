"""Find the sheet of paper in a photo, and take dark edges and punch holes off a scan."""

from __future__ import annotations

from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]

SHEET_AREA = (0.2, 0.93)
"""A sheet on a table fills between these shares of a photo; more is a scan whose edge is dark."""

WELL_EDGED = 0.7
LEAST_EDGED = 0.55
LEAST_STEP = 7.0
SAMPLES = 80
"""A side of a sheet is sampled so often; a sheet's tone differs from the ground's by at least LEAST_STEP there."""

MOST_TILT_DEG = 40
MOST_LINES = 14
LEAST_SHAPE = 0.5
"""Width to height of an A4 sheet is 0.71; a camera held aslant sees it narrower."""

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
        bright = _bright(small)
        # A scan with dark edges on three sides: the paper is nearly all there is, and no frame on it is a sheet.
        return None if _outline_share(bright) >= SHEET_AREA[1] else _best_sheet(small, _largest_sheet(bright))
    if np.mean(np.abs(border.astype(float) - float(middle)) > 0.1 * float(middle)) >= 0.6:
        return _best_sheet(small, _largest_sheet(_within_edges(small)))
    return None


def _best_sheet(small: Gray, found: NDArray[np.float32] | None) -> NDArray[np.float32] | None:
    """The sheet that was found where its sides are edges; else what four straight edges of the picture enclose best.

    A shadow, or a ground as bright as the paper, hides a sheet from thresholds; its edges stay straight.
    """
    smooth = np.asarray(cv2.GaussianBlur(small, (0, 0), 1.5), dtype=np.uint8)
    if found is not None and _edged(smooth, found) >= WELL_EDGED:
        return found
    other = best_by_sides(smooth)
    return found if other is None else other


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


def _outline_share(mask: Gray) -> float:
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return max((cv2.contourArea(cv2.convexHull(contour)) for contour in contours), default=0.0) / mask.size


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


def _edged(smooth: Gray, corners: NDArray[np.float32]) -> float:
    """The share of its worst side along which a four-sided sheet differs from the ground beyond it, in one sense."""
    return min(_side_share(smooth, a, b) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True))


def _side_share(smooth: Gray, start: NDArray[np.float32], end: NDArray[np.float32]) -> float:
    """How much of a side, which runs clockwise, has another tone outside than inside. What lies beyond the picture is unknown."""
    way = end - start
    length = float(np.hypot(*way))
    if length < 1:
        return 0.0
    outward = np.array([way[1], -way[0]]) / length
    points = np.asarray(start + np.linspace(0.03, 0.97, SAMPLES)[:, None] * way, dtype=np.float64)
    bands = [_tones(smooth, points, outward * sign) for sign in (-1, 1)]
    differs = bands[0] - bands[1]
    known = ~np.isnan(differs)
    if known.mean() < 0.3:
        return 0.5
    return float(max((differs[known] > LEAST_STEP).mean(), (differs[known] < -LEAST_STEP).mean()))


def _tones(smooth: Gray, points: NDArray[np.float64], outward: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean tone beside each point, 3 to 9 pixels off; nan beyond the picture."""
    seen = []
    for step in (3, 5, 7, 9):
        at = np.round(points + step * outward).astype(int)
        inside = (at[:, 0] >= 0) & (at[:, 1] >= 0) & (at[:, 0] < smooth.shape[1]) & (at[:, 1] < smooth.shape[0])
        tone = smooth[at[:, 1].clip(0, smooth.shape[0] - 1), at[:, 0].clip(0, smooth.shape[1] - 1)].astype(float)
        seen.append(np.where(inside, tone, np.nan))
    return np.asarray(np.mean(seen, axis=0))


def best_by_sides(smooth: Gray) -> NDArray[np.float32] | None:
    """The largest sheet whose four sides all are edges, among those that the picture's straight lines enclose."""
    lines = _straight_lines(smooth)
    across, down = (
        [line for line in lines if (abs(line[1] - 90) < MOST_TILT_DEG) == lies] for lies in (True, False)
    )  # fmt: skip
    best, best_score = None, 0.0
    for top, bottom in combinations(across[:MOST_LINES], 2):
        for left, right in combinations(down[:MOST_LINES], 2):
            corners = _crossings(top, bottom, left, right)
            if corners is None or not _may_be_sheet(corners, smooth.shape):
                continue
            edged = _edged(smooth, corners)
            score = edged * (cv2.contourArea(corners) / smooth.size) ** 0.25
            if edged >= LEAST_EDGED and score > best_score:
                best, best_score = corners, score
    return best


Line = tuple[float, float]
"""Distance from the origin in pixels and direction of the normal in degrees, 0…180."""


def _straight_lines(smooth: Gray) -> list[Line]:
    """The strongest straight lines, no two nearly alike."""
    edges = cv2.Canny(smooth, 12, 36)
    found = cv2.HoughLines(edges, 1, np.pi / 360, round(0.18 * max(smooth.shape)))
    lines: list[Line] = []
    for rho, theta in [] if found is None else found[:400, 0].tolist():
        degrees = float(np.degrees(theta))
        if not any(_alike((rho, degrees), other) for other in lines):
            lines.append((rho, degrees))
    return lines


def _alike(one: Line, other: Line) -> bool:
    turn = abs(one[1] - other[1])
    if turn > 170:
        return 180 - turn < 2.5 and abs(one[0] + other[0]) < 12
    return turn < 2.5 and abs(one[0] - other[0]) < 12


def _crossings(top: Line, bottom: Line, left: Line, right: Line) -> NDArray[np.float32] | None:
    corners = [_crossing(a, b) for a, b in ((top, left), (top, right), (bottom, right), (bottom, left))]
    known = [corner for corner in corners if corner is not None]
    return _clockwise(np.array(known, dtype=np.float32)) if len(known) == 4 else None


def _crossing(one: Line, other: Line) -> tuple[float, float] | None:
    normals = np.array([[np.cos(np.radians(line[1])), np.sin(np.radians(line[1]))] for line in (one, other)])
    if abs(np.linalg.det(normals)) < 0.3:
        return None
    x, y = np.linalg.solve(normals, np.array([one[0], other[0]]))
    return float(x), float(y)


def _may_be_sheet(corners: NDArray[np.float32], shape: tuple[int, ...]) -> bool:
    """Of a likely size and shape, and not far beyond the picture."""
    height, width = shape
    share = cv2.contourArea(corners) / (height * width)
    if not SHEET_AREA[0] < share < SHEET_AREA[1] or not cv2.isContourConvex(corners.astype(np.int32)):
        return False
    if (corners < -0.04 * max(shape)).any() or (corners > np.array([width, height]) + 0.04 * max(shape)).any():
        return False
    sides = [float(np.hypot(*(b - a))) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)]
    shape_ratio = (sides[0] + sides[2]) / max(1.0, sides[1] + sides[3])
    return min(shape_ratio, 1 / shape_ratio) > LEAST_SHAPE and min(sides) > 0.2 * min(shape)


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
