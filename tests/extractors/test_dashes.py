"""Lines of which a fax has left dashes or dots are found; dither, dirt and small print are not taken for any."""

from __future__ import annotations

import numpy as np

from extractors.dashes import worn_lines
from extractors.rulings import find_rulings
from tests.drawing import Sheet

WIDE, HIGH = 1100, 500


def test_a_line_that_lost_more_than_half_of_itself_is_one_line() -> None:
    sheet = Sheet(WIDE, HIGH)
    for x in range(100, 900, 130):
        sheet.line(x, 300, x + 50, 300, thick=2)

    (line,) = find_rulings(sheet.ink).horizontal

    assert line.x0 <= 104
    assert line.x1 >= 925


def test_a_line_of_which_only_dots_are_left_is_found() -> None:
    sheet = Sheet(WIDE, HIGH)
    rng = np.random.default_rng(5)
    for x in sorted(rng.integers(100, 1000, 90).tolist()):
        sheet.line(x, 300, x + int(rng.integers(1, 4)), 300, thick=2)

    (line,) = worn_lines(sheet.ink)

    assert abs(line.center[1] - 300) < 3
    assert line.width > 750


def test_the_feet_of_print_are_no_worn_line() -> None:
    sheet = Sheet(WIDE, HIGH)
    for row in range(6):
        sheet.text(60, 60 + 60 * row, "Vakuutan antamani tiedot oikeiksi ja ilmoitan muutoksista", size=30)

    assert worn_lines(sheet.ink) == []


def test_dither_of_a_gray_band_is_no_line() -> None:
    sheet = Sheet(WIDE, HIGH)
    rng = np.random.default_rng(3)
    for x, y in zip(rng.integers(100, 1000, 500), rng.integers(280, 312, 500), strict=True):
        sheet.line(int(x), int(y), int(x) + 1, int(y), thick=2)

    rulings = find_rulings(sheet.ink)

    assert rulings.horizontal == ()


def test_a_line_between_two_full_rows_is_found_under_the_letters() -> None:
    sheet = Sheet(WIDE, HIGH)
    for y in (200, 252, 304):
        sheet.line(100, y, 900, y, thick=2)
    sheet.text(120, 208, "RAVINTOLA ESKOLA OY", size=56)
    sheet.text(120, 260, "SALONEN KAUPUNKI OY", size=56)

    levels = [round(line.center[1]) for line in find_rulings(sheet.ink).horizontal]

    assert any(abs(level - 252) < 4 for level in levels)


def test_the_feet_of_few_letters_in_a_row_are_no_worn_line() -> None:
    sheet = Sheet(WIDE, HIGH)
    for x in (100, 450, 800):
        sheet.text(x, 300, "01.11.2020", size=24, name="courier-prime-400")

    assert worn_lines(sheet.ink) == []
