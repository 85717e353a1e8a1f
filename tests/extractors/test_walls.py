"""Walls and teeth are told from upright strokes that stand on the lines of the next row, or in a comb's cells."""

from __future__ import annotations

import pytest

from extractors.rulings import find_rulings
from extractors.walls import comb_cells, trimmed
from models.geometry import Box
from tests.drawing import Sheet

WIDE, HIGH = 1100, 500


def test_a_wall_ends_at_its_line_though_a_letter_stands_on_it() -> None:
    # given: a cell's wall whose box runs on into the 9 of the row above
    line = Box(100, 300, 900, 304)
    wall = Box(500, 272, 504, 380)

    # when, then
    assert trimmed(wall, [line]) == Box(500, 302, 504, 380)


def test_a_wall_that_goes_on_for_a_whole_row_is_not_cut() -> None:
    wall = Box(500, 230, 504, 380)

    assert trimmed(wall, [Box(100, 300, 900, 304)]) == wall


def test_ones_in_a_comb_are_no_teeth() -> None:
    sheet = Sheet(WIDE, HIGH)
    comb = sheet.comb(100, 300, 11)
    for cell in (1, 2, 5):
        sheet.line(comb.x0 + 40 * cell + 20, 301, comb.x0 + 40 * cell + 20, 345, thick=3)

    walls = find_rulings(sheet.ink).vertical

    assert {round((wall.center[0] - comb.x0) / 20) % 2 for wall in walls} == {0}


def test_the_cells_of_a_comb_stand_from_tooth_to_tooth() -> None:
    sheet = Sheet(WIDE, HIGH)
    comb = sheet.comb(100, 300, 8)

    cells = comb_cells(find_rulings(sheet.ink).vertical)

    assert [cell.x0 for cell in cells] == pytest.approx([comb.x0 + 40 * i for i in range(8)], abs=3)


def test_letters_of_two_rows_above_each_other_are_no_wall() -> None:
    sheet = Sheet(WIDE, HIGH)
    for y in (200, 254, 308):
        sheet.line(100, y, 900, y)
    sheet.line(500, 218, 500, 240, thick=3)
    sheet.line(500, 272, 500, 294, thick=3)

    assert find_rulings(sheet.ink).vertical == ()


def test_the_groups_of_a_comb_of_days_keep_all_their_teeth() -> None:
    sheet = Sheet(WIDE, HIGH)
    edges: list[int] = []
    for start, cells in ((100, 2), (195, 2), (290, 4)):
        edges += [start + 40 * i for i in range(cells + 1)]
        for y in (300, 345):
            sheet.line(start, y, start + 40 * cells, y)
    for x in edges:
        sheet.line(x, 300, x, 345, thick=3)

    assert sorted(round(wall.center[0]) for wall in find_rulings(sheet.ink).vertical) == pytest.approx(edges, abs=3)
