"""Bars stand on their axis, add up, and stay inside the picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.web.charts import Series, columns, round_top, rows


@pytest.mark.parametrize(("most", "top"), [(0, 4), (4, 4), (5, 8), (9, 10), (31, 40), (81, 100), (1001, 2000)])
def test_an_axis_ends_at_a_round_number(most: int, top: int) -> None:
    assert round_top(most) == top


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=30), st.booleans())
def test_every_bar_stays_inside_its_picture(values: list[tuple[int, int]], stacked: bool) -> None:
    series = [Series(name, "tone-1", [pair[at] for pair in values]) for at, name in enumerate(("a", "b"))]
    labels = [str(at) for at in range(len(values))]

    for chart in (columns(labels, series, stacked=stacked), rows(labels, series)):
        for bar in chart.bars:
            assert bar.x >= 0
            assert bar.y >= 0
            assert bar.x + bar.width <= chart.width + 0.2
            assert bar.y + bar.height <= chart.height + 0.2


def test_bars_that_are_stacked_end_where_the_next_begins() -> None:
    chart = columns(["x"], [Series("a", "t", [1]), Series("b", "t", [3])], stacked=True)

    lower, upper = chart.bars
    assert lower.y == pytest.approx(upper.y + upper.height)
    assert upper.height == pytest.approx(3 * lower.height, abs=0.2)


def test_what_is_nothing_has_no_bar_and_a_chart_of_nothing_says_so() -> None:
    assert columns(["x"], [Series("a", "t", [0])]).is_empty
    assert rows([], []).is_empty


def test_a_bar_says_what_it_is() -> None:
    [bar] = columns(["1.12."], [Series("read", "t", [7])]).bars

    assert bar.says == "1.12.: read 7"
