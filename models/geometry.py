"""Boxes on a page, and the one transform between the cleaned page and the page as it arrived."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle: left, top, right, bottom; origin top left, y grows downwards.

    Inside `extractors` the unit is pixels of the cleaned page (200 per inch). In a printed record it is
    shares of the page as it arrived; `Transform.share_box` turns the one into the other.
    """

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    @property
    def center(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def union(self, other: Box) -> Box:
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def intersection(self, other: Box) -> Box:
        """The shared part; its area is 0 when the boxes do not meet."""
        return Box(max(self.x0, other.x0), max(self.y0, other.y0), min(self.x1, other.x1), min(self.y1, other.y1))

    def covered_by(self, other: Box) -> float:
        """The share of this box that lies inside `other`, 0…1."""
        shared = self.intersection(other)
        if shared.width <= 0 or shared.height <= 0 or self.area == 0:
            return 0.0
        return shared.area / self.area

    def grown(self, dx: float, dy: float) -> Box:
        return Box(self.x0 - dx, self.y0 - dy, self.x1 + dx, self.y1 + dy)

    def holds(self, x: float, y: float) -> bool:
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


def bounding(boxes: Iterable[Box]) -> Box:
    """The smallest box around all `boxes`. Raises ValueError when there is none."""
    found = list(boxes)
    if not found:
        raise ValueError("no box to bound")
    result = found[0]
    for box in found[1:]:
        result = result.union(box)
    return result


Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]


class Transform(NamedTuple):
    """Projective map from pixels of the cleaned page to pixels of the page as it arrived.

    `arrived_width` and `arrived_height` are the arrived page's size in pixels, so that a mapped box can be
    given as shares of it.
    """

    matrix: Matrix
    arrived_width: int
    arrived_height: int

    def to_arrived(self, x: float, y: float) -> tuple[float, float]:
        """Map one point of the cleaned page to the arrived page, both in pixels."""
        return _project(self.matrix, x, y)

    def to_clean(self, x: float, y: float) -> tuple[float, float]:
        """Map one point of the arrived page to the cleaned page, both in pixels."""
        return _project(_inverse(self.matrix), x, y)

    def share_box(self, box: Box) -> tuple[float, float, float, float]:
        """Give a box of the cleaned page as shares (0…1) of the arrived page, for a viewer to draw."""
        corners = [self.to_arrived(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
        xs = [x / self.arrived_width for x, _ in corners]
        ys = [y / self.arrived_height for _, y in corners]
        clipped = (min(max(v, 0.0), 1.0) for v in (min(xs), min(ys), max(xs), max(ys)))
        x0, y0, x1, y1 = (round(v, 5) for v in clipped)
        return x0, y0, x1, y1


def _project(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    u, v, w = (row[0] * x + row[1] * y + row[2] for row in matrix)
    return u / w, v / w


def _inverse(m: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = m
    det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    if math.isclose(det, 0.0, abs_tol=1e-12):
        raise ValueError("the page transform cannot be inverted")
    return (
        ((e * i - f * h) / det, (c * h - b * i) / det, (b * f - c * e) / det),
        ((f * g - d * i) / det, (a * i - c * g) / det, (c * d - a * f) / det),
        ((d * h - e * g) / det, (b * g - a * h) / det, (a * e - b * d) / det),
    )
