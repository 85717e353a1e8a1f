"""Laws of boxes, and the way from the cleaned page to the arrived one and back."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.geometry import Box, Matrix, Transform, bounding

WIDTH, HEIGHT = 1654, 2339

numbers = st.floats(-500, 3000, allow_nan=False)
xs, ys = st.floats(0, WIDTH), st.floats(0, HEIGHT)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x0, x1 = sorted((draw(numbers), draw(numbers)))
    y0, y1 = sorted((draw(numbers), draw(numbers)))
    return Box(x0, y0, x1, y1)


def product(a: Matrix, b: Matrix) -> Matrix:
    rows = [tuple(sum(a[i][k] * b[k][j] for k in range(3)) for j in range(3)) for i in range(3)]
    return rows[0], rows[1], rows[2]  # type: ignore[return-value]


@st.composite
def transforms(draw: st.DrawFn) -> Transform:
    """What pages go through: any turn, skew, resampling with other steps down than across, and a camera's perspective."""
    turn = math.radians(draw(st.sampled_from((0, 90, 180, 270))) + draw(st.floats(-7, 7)))
    cos, sin = math.cos(turn), math.sin(turn)
    across, down = draw(st.floats(0.5, 3)), draw(st.floats(0.4, 3))
    rotation: Matrix = ((cos, -sin, draw(st.floats(-500, 2500))), (sin, cos, draw(st.floats(-500, 2500))), (0.0, 0.0, 1.0))
    scale: Matrix = ((across, draw(st.floats(-0.1, 0.1)), 0.0), (0.0, down, 0.0), (0.0, 0.0, 1.0))
    lean: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (draw(st.floats(-9e-5, 9e-5)), draw(st.floats(-9e-5, 9e-5)), 1.0))
    return Transform(product(product(rotation, scale), lean), draw(st.integers(500, 5000)), draw(st.integers(500, 7000)))


@given(transforms(), xs, ys)
def test_a_point_comes_back_from_the_arrived_page(transform: Transform, x: float, y: float) -> None:
    there = transform.to_arrived(x, y)

    assert transform.to_clean(*there) == pytest.approx((x, y), abs=1e-3)


@given(transforms(), xs, ys)
def test_a_point_comes_back_from_the_cleaned_page(transform: Transform, x: float, y: float) -> None:
    arrived = transform.to_arrived(x, y)

    again = transform.to_arrived(*transform.to_clean(*arrived))

    assert again == pytest.approx(arrived, abs=1e-2)


@given(transforms(), boxes())
def test_shares_lie_on_the_page_and_in_order(transform: Transform, box: Box) -> None:
    on_page = box.intersection(Box(0, 0, WIDTH, HEIGHT))

    x0, y0, x1, y1 = transform.share_box(on_page if on_page.width >= 0 <= on_page.height else Box(0, 0, WIDTH, HEIGHT))

    assert 0 <= x0 <= x1 <= 1
    assert 0 <= y0 <= y1 <= 1


@given(transforms(), xs, ys, st.floats(1, 300), st.floats(1, 80))
def test_a_box_in_shares_holds_every_point_of_the_box(
    transform: Transform, x: float, y: float, width: float, height: float
) -> None:
    box = Box(x, y, min(x + width, WIDTH), min(y + height, HEIGHT))

    x0, y0, x1, y1 = transform.share_box(box)

    for at in (box.center, (box.x0, box.y0), (box.x1, box.y0), (box.x0, box.y1), (box.x1, box.y1)):
        across, down = transform.to_arrived(*at)
        assert x0 - 1e-4 <= min(max(across / transform.arrived_width, 0), 1) <= x1 + 1e-4
        assert y0 - 1e-4 <= min(max(down / transform.arrived_height, 0), 1) <= y1 + 1e-4


def test_a_page_that_came_as_it_is_keeps_its_shares() -> None:
    same = Transform(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), 1000, 2000)

    assert same.share_box(Box(100, 500, 250, 1500)) == (0.1, 0.25, 0.25, 0.75)


def test_a_page_that_lay_on_its_head_has_its_shares_turned() -> None:
    upside_down = Transform(((-1.0, 0.0, 1000.0), (0.0, -1.0, 2000.0), (0.0, 0.0, 1.0)), 1000, 2000)

    assert upside_down.share_box(Box(0, 0, 100, 200)) == (0.9, 0.9, 1.0, 1.0)


def test_a_transform_that_flattens_the_page_has_no_way_back() -> None:
    flat = Transform(((1.0, 2.0, 0.0), (2.0, 4.0, 0.0), (0.0, 0.0, 1.0)), 1000, 2000)

    with pytest.raises(ValueError, match="inverted"):
        flat.to_clean(1, 1)


@given(boxes(), boxes())
def test_the_union_covers_both_whole(a: Box, b: Box) -> None:
    union = a.union(b)

    assert union == b.union(a)
    assert union.x0 <= a.x0 <= a.x1 <= union.x1
    assert union.y0 <= b.y0 <= b.y1 <= union.y1


@given(boxes(), boxes(), boxes())
def test_unions_may_be_taken_in_any_order(a: Box, b: Box, c: Box) -> None:
    assert a.union(b).union(c) == a.union(b.union(c)) == bounding([c, a, b])


@given(boxes(), boxes())
def test_the_intersection_is_shared_and_no_larger_than_either(a: Box, b: Box) -> None:
    shared = a.intersection(b)

    assert shared == b.intersection(a)
    assert shared.area <= min(a.area, b.area)
    assert a.intersection(a.union(b)) == a == a.union(a.intersection(a))


@given(boxes(), boxes(), numbers, numbers)
def test_the_intersection_holds_what_both_hold(a: Box, b: Box, x: float, y: float) -> None:
    assert a.intersection(b).holds(x, y) == (a.holds(x, y) and b.holds(x, y))


@given(boxes(), boxes())
def test_the_covered_share_is_a_share(a: Box, b: Box) -> None:
    assert 0 <= a.covered_by(b) <= 1 + 1e-9
    assert a.covered_by(a.union(b)) == (pytest.approx(1) if a.area > 0 else 0)
    assert a.covered_by(b) * a.area == pytest.approx(b.covered_by(a) * b.area, rel=1e-6, abs=1e-6)


@given(boxes(), st.floats(1, 50))
def test_a_box_is_covered_no_less_by_a_larger_one(box: Box, more: float) -> None:
    other = Box(100, 100, 900, 700)

    assert box.covered_by(other.grown(more, more)) >= box.covered_by(other)


def test_boxes_that_do_not_meet_cover_nothing_of_each_other() -> None:
    left, right = Box(0, 0, 10, 10), Box(20, 20, 30, 30)

    assert left.covered_by(right) == 0
    assert not left.intersection(right).area > 0


def test_boxes_apart_in_both_directions_share_no_area() -> None:
    # Both sides of the intersection are negative here: their product must not look like an area.
    shared = Box(0, 0, 10, 10).intersection(Box(50, 50, 60, 60))

    assert shared.width < 0
    assert shared.height < 0
    assert shared.area == 0


def test_nothing_has_no_bounding_box() -> None:
    with pytest.raises(ValueError, match="no box"):
        bounding([])
