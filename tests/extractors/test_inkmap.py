"""Values are lifted out of their cells: without ruling and dirt, with the strokes that cross a line, line by line."""

from __future__ import annotations

import numpy as np
import pytest

from extractors.inkmap import InkMap, map_ink
from extractors.rulings import find_rulings
from models.geometry import Box
from tests.drawing import Sheet

WIDE, HIGH = 1000, 500


def inks_of(sheet: Sheet) -> InkMap:
    return map_ink(sheet.clean_page(), find_rulings(sheet.ink))


def test_ruling_is_not_ink_of_the_value() -> None:
    sheet = Sheet(WIDE, HIGH)
    cell = sheet.frame(Box(100, 100, 700, 190))
    written = sheet.text(130, 130, "Leipomo Kaura Oy", size=36)

    inks = inks_of(sheet)

    assert inks.bounding(inks.inside(cell)) == pytest.approx(tuple(written), abs=3)


def test_an_empty_cell_has_no_ink() -> None:
    sheet = Sheet(WIDE, HIGH)
    cell = sheet.frame(Box(100, 100, 700, 190))

    assert len(inks_of(sheet).inside(cell)) == 0


def test_letters_that_hang_over_their_line_stay_whole() -> None:
    sheet = Sheet(WIDE, HIGH)
    sheet.line(100, 160, 700, 160, thick=3)
    written = sheet.text(130, 128, "gypjy", size=44)

    inks = inks_of(sheet)

    found = inks.bounding(inks.inside(Box(100, 100, 700, 200)))
    assert found.y1 == pytest.approx(written.y1, abs=3)


def test_the_dots_of_a_capital_stand_above_the_cell_and_belong_to_it() -> None:
    sheet = Sheet(WIDE, HIGH)
    written = sheet.text(130, 120, "ÄÖ", size=44)

    inks = inks_of(sheet)

    found = inks.bounding(inks.inside(Box(100, written.y0 + 10, 700, 200)))
    assert found.y0 == pytest.approx(written.y0, abs=2)


def test_specks_and_what_is_excluded_are_left_out() -> None:
    sheet = Sheet(WIDE, HIGH)
    label = sheet.text(130, 110, "Nimi")
    written = sheet.text(130, 150, "Matti", size=40)
    sheet.blot(500, 150, 1)

    inks = inks_of(sheet)

    found = inks.inside(Box(100, 90, 700, 220), exclude=[label.grown(3, 3)])
    assert inks.bounding(found) == pytest.approx(tuple(written), abs=2)


def test_a_streak_through_the_cell_is_not_of_it() -> None:
    sheet = Sheet(WIDE, HIGH)
    written = sheet.text(130, 130, "Matti", size=40)
    sheet.line(500, 0, 500, HIGH - 1, thick=2)

    inks = inks_of(sheet)

    assert inks.bounding(inks.inside(Box(100, 100, 700, 200))) == pytest.approx(tuple(written), abs=2)


def test_lines_of_writing_are_told_apart_with_their_dots_and_commas() -> None:
    sheet = Sheet(WIDE, HIGH)
    rows = [sheet.text(130, 100 + 60 * i, text, size=36) for i, text in enumerate(("Hälsingegatan 3,", "00240 Böle", "Finland"))]

    inks = inks_of(sheet)
    found = inks.rows(inks.inside(Box(100, 80, 900, 320)))

    assert [inks.bounding(row) for row in found] == [pytest.approx(tuple(row), abs=3) for row in rows]


def test_nothing_has_no_rows() -> None:
    inks = inks_of(Sheet(WIDE, HIGH))

    assert inks.rows(inks.inside(Box(0, 0, WIDE, HIGH))) == []


def test_a_crop_shows_its_pieces_alone() -> None:
    sheet = Sheet(WIDE, HIGH)
    sheet.line(100, 175, 700, 175)
    written = sheet.text(130, 130, "Matti", size=40)
    sheet.text(132, 80, "Nimi")

    inks = inks_of(sheet)
    crop = inks.crop(inks.inside(Box(100, 120, 700, 174)))

    assert crop.box == pytest.approx(tuple(written.grown(4, 4)), abs=2)
    assert crop.gray.shape == (round(crop.box.height), round(crop.box.width))
    edge = np.concatenate([crop.gray[:2].ravel(), crop.gray[-2:].ravel(), crop.gray[:, :2].ravel(), crop.gray[:, -2:].ravel()])
    assert edge.min() > 150
    assert crop.gray.min() < 60


def test_a_crop_at_the_edge_of_the_page_stays_on_it() -> None:
    sheet = Sheet(200, 100)
    sheet.text(0, 0, "Matti", size=40)

    inks = inks_of(sheet)
    crop = inks.crop(inks.inside(Box(0, 0, 200, 100)))

    assert crop.box.x0 >= 0 <= crop.box.y0
    assert crop.gray.shape == (round(crop.box.height), round(crop.box.width))


def test_remains_of_lines_and_walls_are_no_writing() -> None:
    sheet = Sheet(WIDE, HIGH)
    written = sheet.text(130, 130, "Matti", size=40)
    for y in range(100, 200, 24):
        sheet.line(690, y, 690, y + 14, thick=2)
    sheet.line(300, 184, 322, 184, thick=2)
    sheet.line(400, 185, 418, 185, thick=2)

    inks = inks_of(sheet)

    assert inks.bounding(inks.inside(Box(100, 100, 700, 200))) == pytest.approx(tuple(written), abs=2)


def test_a_dash_between_figures_stays() -> None:
    sheet = Sheet(WIDE, HIGH)
    written = [sheet.text(130 + 40 * i, 130, sign, size=40) for i, sign in enumerate("131052")]
    dash = sheet.line(372, 146, 384, 146, thick=3)
    written += [sheet.text(410 + 40 * i, 130, sign, size=40) for i, sign in enumerate("308T")]

    inks = inks_of(sheet)
    found = inks.inside(Box(100, 100, 700, 200))

    assert any(inks.box(int(piece)).covered_by(dash.grown(2, 2)) > 0.9 for piece in found)
    assert len(found) >= len(written) + 1


def test_two_rows_grown_together_over_their_line_are_parted() -> None:
    sheet = Sheet(WIDE, HIGH)
    sheet.line(100, 175, 700, 175)
    sheet.stroke((300, 130), (300, 220), thick=5)

    inks = inks_of(sheet)
    upper, lower = inks.inside(Box(100, 120, 700, 174)), inks.inside(Box(100, 177, 700, 230))

    assert len(upper) == len(lower) == 1
    assert upper[0] != lower[0]


def test_a_slanting_stroke_over_a_line_stays_whole() -> None:
    sheet = Sheet(WIDE, HIGH)
    sheet.line(100, 175, 700, 175)
    sheet.stroke((306, 130), (290, 190), thick=5)

    inks = inks_of(sheet)

    assert len(inks.inside(Box(100, 120, 700, 174))) == 1


def test_the_signs_of_a_comb_are_brought_together() -> None:
    sheet = Sheet(WIDE, HIGH)
    comb = sheet.comb(100, 120, 8, cell=48, high=50)
    for i, sign in enumerate("13105230"):
        sheet.text(116 + 48 * i, 130, sign, size=36)

    inks = inks_of(sheet)
    crop = inks.crop(inks.inside(comb))

    assert crop.gray.shape[1] < 0.75 * crop.box.width


def test_a_combs_foot_is_no_comma_and_a_short_dash_in_a_cell_is_a_dash() -> None:
    sheet = Sheet(WIDE, HIGH)
    comb = sheet.comb(100, 120, 11, cell=40, high=50)
    for at, sign in enumerate("231162 9733"):
        sheet.text(112 + 40 * at, 128, sign, size=30)
    dash = sheet.line(357, 139, 363, 139, thick=3)
    foot = sheet.line(155, 165, 163, 165, thick=2)

    inks = inks_of(sheet)
    found = [inks.box(int(piece)) for piece in inks.inside(comb)]

    assert any(box.covered_by(dash.grown(2, 2)) > 0.9 for box in found)
    assert not any(box.covered_by(foot.grown(2, 2)) > 0.9 for box in found)


def test_letters_that_stand_on_a_line_keep_their_feet() -> None:
    sheet = Sheet()
    frame = Box(100, 200, 900, 270)
    sheet.frame(frame)
    feet = [sheet.line(x, 262, x + 12, 262, thick=2) for x in range(140, 380, 22)]
    for x in range(140, 380, 22):
        sheet.line(x, 235, x, 262, thick=3)

    page = sheet.clean_page()
    inks = map_ink(page, find_rulings(page.ink))

    lowest = [inks.y1[piece] for piece in inks.inside(frame)]
    assert len(lowest) == len(feet)
    assert min(lowest) >= 262


@pytest.mark.parametrize("thick", [3, 6])
def test_letters_that_stand_on_a_line_are_shown_with_it_too(thick: int) -> None:
    sheet = Sheet(WIDE, HIGH)
    written = sheet.text(120, 200, "Björkqvist Leipomo", size=36)
    on_the_line = written.y1 - 10
    sheet.line(100, on_the_line, 800, on_the_line, thick=thick)

    page = sheet.clean_page()
    inks = map_ink(page, find_rulings(page.ink))
    crop = inks.crop(inks.inside(Box(100, 180, 800, on_the_line + 12)))

    assert crop.with_lines is not None
    assert (crop.with_lines < 128).sum() > (crop.gray < 128).sum()


def test_letters_above_a_line_are_shown_without_it() -> None:
    sheet = Sheet(WIDE, HIGH)
    written = sheet.text(120, 200, "Leipomo", size=36)
    sheet.line(100, written.y1 + 8, 800, written.y1 + 8)

    page = sheet.clean_page()
    inks = map_ink(page, find_rulings(page.ink))

    assert inks.crop(inks.inside(Box(100, 180, 800, written.y1 + 12))).with_lines is None
