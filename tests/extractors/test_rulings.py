"""Lines, walls, combs and check boxes are found as faxes and pens leave them; letters are taken for none of these."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extractors.boxes import find_boxes
from extractors.cleanup import INK_BELOW_GRAY
from extractors.rulings import Rulings, find_rulings
from models.geometry import Box
from tests.drawing import Mark, Sheet

Gray = NDArray[np.uint8]

WIDE, HIGH = 1100, 700
MARKS: tuple[Mark, ...] = ("empty", "cross", "tick", "filled")


def near(found: Box, drawn: Box, tolerance: float = 5) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(found, drawn, strict=True))


def line_at(rulings: Rulings, drawn: Box) -> Box:
    """The one horizontal line at the height of `drawn`."""
    (line,) = [line for line in rulings.horizontal if abs(line.center[1] - drawn.center[1]) < 6]
    return line


@pytest.mark.parametrize("thick", [1, 2, 4, 6])
def test_a_solid_line_is_found_whole(thick: int) -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = sheet.line(100, 300, 900, 300, thick=thick)

    line = line_at(find_rulings(sheet.ink), drawn)

    assert near(line, drawn)


def test_a_line_in_pieces_is_one_line() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = sheet.broken(100, 900, 300)

    assert near(line_at(find_rulings(sheet.ink), drawn), drawn, 12)


@pytest.mark.parametrize(("step", "dot"), [(7, 3), (9, 3), (12, 4), (12, 8)])
def test_a_dotted_line_is_a_line_to_write_on(step: int, dot: int) -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = sheet.dotted(100, 700, 300, step, dot if dot < 6 else 4)

    assert near(line_at(find_rulings(sheet.ink), drawn), drawn, 14)


def test_strewn_dirt_is_no_dotted_line() -> None:
    sheet = Sheet(WIDE, HIGH)
    rng = np.random.default_rng(3)
    for x, y in zip(rng.integers(20, WIDE - 20, 150), rng.integers(20, HIGH - 20, 150), strict=True):
        sheet.blot(int(x), int(y), 1)

    assert find_rulings(sheet.ink).horizontal == ()


def test_a_line_that_slopes_a_little_is_found() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = sheet.stroke((100, 300), (900, 304), thick=3)

    (line,) = find_rulings(sheet.ink).horizontal

    assert line.width > 0.95 * drawn.width


def test_rows_of_print_are_no_lines() -> None:
    sheet = Sheet(WIDE, HIGH)
    for row in range(12):
        sheet.text(60, 40 + 50 * row, "Vakuutan antamani tiedot oikeiksi ja ilmoitan muutoksista HETI", size=30)

    rulings = find_rulings(sheet.ink)

    assert (rulings.horizontal, rulings.vertical, rulings.boxes) == ((), (), ())


def test_the_walls_of_a_cell_are_found_and_its_letters_are_not_walls() -> None:
    sheet = Sheet(WIDE, HIGH)
    cell = sheet.frame(Box(100, 200, 700, 290))
    sheet.line(400, 200, 400, 290)
    sheet.text(120, 236, "ILLILIN TILI", size=40)

    walls = find_rulings(sheet.ink).vertical

    assert sorted(round(wall.center[0] / 10) * 10 for wall in walls) == [100, 400, 700]
    assert all(wall.height > 0.9 * cell.height for wall in walls)


@pytest.mark.parametrize("printed", ["131052-308T", "00240 HELSINKI"])
def test_a_comb_has_teeth_and_no_check_boxes(printed: str) -> None:
    sheet = Sheet(WIDE, HIGH)
    comb = sheet.comb(100, 300, len(printed))
    for i, letter in enumerate(printed):
        sheet.text(112 + 40 * i, 312, letter, size=30)

    rulings = find_rulings(sheet.ink)

    teeth = {round((wall.center[0] - comb.x0) / 40) for wall in rulings.vertical}
    assert rulings.boxes == ()
    assert len(teeth) > 0.7 * (len(printed) + 1)
    assert max(abs((wall.center[0] - comb.x0) / 40 - round((wall.center[0] - comb.x0) / 40)) for wall in rulings.vertical) < 0.2


def test_a_fax_streak_down_the_page_is_no_wall() -> None:
    sheet = Sheet()
    sheet.line(611, 0, 611, 2338, thick=2)
    cell = sheet.frame(Box(300, 500, 900, 590))

    rulings = find_rulings(sheet.ink)

    assert [round(streak.center[0]) for streak in rulings.streaks] == [pytest.approx(611, abs=2)]
    assert all(min(abs(wall.center[0] - x) for x in (cell.x0, cell.x1)) < 6 for wall in rulings.vertical)


@pytest.mark.parametrize("thick", [2, 3])
@pytest.mark.parametrize("side", [20, 26, 34])
def test_boxes_are_found_however_they_are_marked(side: int, thick: int) -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = []
    for i, mark in enumerate(("empty", "empty", *MARKS)):
        drawn.append(sheet.square(100 + 150 * i, 300, side, mark, thick))  # type: ignore[arg-type]
        sheet.text(140 + 150 * i, 302, "Kyllä", size=22)

    found = sorted(find_boxes(sheet.ink), key=lambda box: box.x0)

    assert len(found) == len(drawn)
    assert all(near(box, there, 4) for box, there in zip(found, drawn, strict=True))


def test_one_box_alone_on_a_page_is_found() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = sheet.square(200, 300)
    sheet.text(240, 302, "Haen tartuntatautipäivärahaa")

    (box,) = find_boxes(sheet.ink)

    assert near(box, drawn, 4)


def test_boxes_of_a_fax_with_a_gap_in_their_frame_are_found() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = [sheet.square(100 + 150 * i, 300) for i in range(4)]
    sheet.image.paste(255, (108, 298, 111, 304))
    sheet.image.paste(255, (248, 308, 254, 310))

    found = find_boxes(sheet.ink)

    assert len(found) == len(drawn)


@pytest.mark.parametrize("size", [18, 20, 22, 24, 26, 30])
def test_an_e_closed_by_the_next_letter_is_no_box(size: int) -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = []
    for i in range(4):
        for x, answer in ((100, "Kyllä"), (260, "Ei")):
            drawn.append(sheet.square(x, 100 + 60 * i))
            sheet.text(x + 36, 104 + 60 * i, answer, size=size)

    assert len(find_boxes(sheet.ink)) == len(drawn)


def test_round_letters_are_no_boxes() -> None:
    sheet = Sheet(WIDE, HIGH)
    for size, y in ((26, 60), (34, 160), (44, 280)):
        sheet.text(80, y, "O D 0 Q o 8 6 9 OD00 DOO B U", size=size)

    assert find_boxes(sheet.ink) == []


def test_round_letters_beside_boxes_are_no_boxes() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = [sheet.square(100, 100 + 70 * i) for i in range(5)]
    for i in range(5):
        sheet.text(160, 100 + 70 * i, "D0O Oulu DOD 0060", size=34)

    found = find_boxes(sheet.ink)

    assert len(found) == len(drawn)
    assert all(near(box, there, 4) for box, there in zip(found, drawn, strict=True))


def test_square_cells_of_a_table_are_no_check_boxes() -> None:
    sheet = Sheet(WIDE, HIGH)
    for i in range(6):
        sheet.line(100, 100 + 34 * i, 100 + 34 * 5, 100 + 34 * i, thick=2)
        sheet.line(100 + 34 * i, 100, 100 + 34 * i, 100 + 34 * 5, thick=2)

    assert find_boxes(sheet.ink) == []


def test_an_empty_page_has_no_ruling() -> None:
    assert find_rulings(Sheet(WIDE, HIGH).ink) == Rulings((), (), ())


def test_a_frame_printed_in_pale_gray_is_ruling() -> None:
    sheet = Sheet(WIDE, HIGH)
    gray = sheet.gray
    gray[:] = 236
    gray[100:160, 100:600] = 255
    for at in (np.s_[98:100, 100:600], np.s_[160:162, 100:600], np.s_[98:162, 98:100], np.s_[98:162, 600:602]):
        gray[at] = 200

    found = find_rulings((gray < INK_BELOW_GRAY).astype(np.uint8), gray)

    assert sorted(round(line.center[1]) for line in found.horizontal) == pytest.approx([99, 161], abs=2)
    assert sorted(round(wall.center[0]) for wall in found.vertical) == pytest.approx([99, 601], abs=2)
    assert find_rulings((gray < INK_BELOW_GRAY).astype(np.uint8)).horizontal == ()


def test_the_edge_of_a_shade_is_no_line() -> None:
    gray = Sheet(WIDE, HIGH).gray
    gray[100:200] = 225

    assert find_rulings(np.zeros_like(gray), gray).horizontal == ()


def test_the_feet_of_a_joined_hand_are_no_line() -> None:
    sheet = Sheet(WIDE, HIGH)
    for x in range(100, 196, 12):
        sheet.line(x, 180, x, 200, thick=3)
        sheet.line(x, 198 + (x // 12) % 5, x + 8, 198 + (x // 12) % 5, thick=2)

    assert find_rulings(sheet.ink).horizontal == ()


def test_a_marked_box_a_pixel_smaller_than_the_others_is_found() -> None:
    sheet = Sheet(WIDE, HIGH)
    for i in range(4):
        sheet.square(100 + 150 * i, 100, side=23)
    small = sheet.square(700, 100, side=21, mark="cross")

    assert any(near(box, small, 4) for box in find_boxes(sheet.ink))


def test_walls_that_touch_a_dark_band_are_walls() -> None:
    sheet = Sheet(WIDE, HIGH)
    for y in range(100, 130):
        sheet.line(100, y, 900, y, thick=1)
    for x in (100, 400, 900):
        sheet.line(x, 128, x, 230)
    sheet.line(100, 230, 900, 230)

    rulings = find_rulings(sheet.ink)

    assert [round(wall.center[0] / 100) for wall in sorted(rulings.vertical, key=lambda w: w.x0)] == [1, 4, 9]
    (band,) = rulings.bands
    assert near(band, Box(100, 100, 901, 130))


def test_the_edges_of_a_dark_band_are_lines() -> None:
    sheet = Sheet(WIDE, HIGH)
    for y in range(100, 130):
        sheet.line(100, y, 900, y, thick=1)

    levels = sorted(line.center[1] for line in find_rulings(sheet.ink).horizontal)

    assert levels == pytest.approx([100, 130], abs=2)


def test_print_that_was_smeared_is_no_line() -> None:
    sheet = Sheet(WIDE, HIGH)
    sheet.text(100, 300, "Palkka, jonka työntekijä olisi saanut, euroa kuukaudessa", size=18)
    smeared = np.asarray(cv2.dilate(sheet.ink, np.ones((3, 9), np.uint8)), dtype=np.uint8)

    assert find_rulings(smeared).horizontal == ()


def test_a_line_under_touching_letters_is_the_line_alone() -> None:
    sheet = Sheet(WIDE, HIGH)
    written = sheet.text(120, 280, "nummunmunnum", size=44)
    drawn = sheet.line(100, written.y1 + 1, 950, written.y1 + 1, thick=4)

    line = line_at(find_rulings(sheet.ink), drawn)

    assert line.height <= 8


def test_thick_frames_are_found_whatever_is_drawn_in_them() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = [sheet.square(100 + 90 * i, 200, 24, MARKS[i % 3], thick=5) for i in range(8)]

    found = find_boxes(sheet.ink)

    assert len(found) == len(drawn)
    assert all(min(abs(box.center[0] - one.center[0]) for one in found) < 3 for box in drawn)


def test_boxes_below_one_another_and_under_letters_are_boxes() -> None:
    sheet = Sheet(WIDE, HIGH)
    sheet.text(100, 176, "Illi", size=22)
    drawn = [sheet.square(100, 200 + 35 * i, mark="cross" if i == 1 else "empty") for i in range(4)]
    sheet.square(300, 200)

    assert len(find_boxes(sheet.ink)) == len(drawn) + 1


def test_boxes_of_a_list_that_nearly_touch_are_boxes() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = [sheet.square(100, 200 + 33 * i, 27, mark="cross" if i == 2 else "empty") for i in range(4)]

    found = find_boxes(sheet.ink)

    assert len(found) == len(drawn)


def test_a_marked_box_with_a_thick_frame_is_found_by_its_outer_edge() -> None:
    sheet = Sheet(WIDE, HIGH)
    for x in (100, 300, 500):
        sheet.square(x, 200, 19, thick=4)
    marked = sheet.square(700, 200, 19, thick=4)
    for a, b in (((704, 204), (715, 215)), ((704, 215), (715, 204))):
        sheet.stroke(a, b, thick=4)

    assert any(abs(box.center[0] - marked.center[0]) < 3 for box in find_boxes(sheet.ink))


@pytest.mark.parametrize("thick", [5, 6, 8])
def test_heavy_teeth_between_signs_that_fill_their_cells_are_walls(thick: int) -> None:
    sheet = Sheet(WIDE, HIGH)
    sheet.line(60, 243, 900, 243, thick=6)
    for at in range(12):
        sheet.line(100 + 28 * at, 200, 100 + 28 * at, 240, thick=thick)
    for y in (200, 239):
        sheet.line(100, y, 100 + 28 * 11, y, thick=4)
    for at, sign in enumerate("290577Y905T"):
        sheet.text(108 + 28 * at, 211, sign, size=22)

    found = find_rulings(sheet.ink).vertical

    assert len(found) == 12


def test_cells_at_the_gaps_of_a_comb_of_days_are_no_boxes() -> None:
    sheet = Sheet(WIDE, HIGH)
    boxes = [sheet.square(100 + 200 * i, 400, 34) for i in range(3)]
    for x, cells in ((100, 2), (188, 2), (276, 4)):
        sheet.comb(x, 200, cells, cell=36, high=36)
    for x, sign in zip((100, 136, 188, 224, 276, 312, 348, 384), "01122019", strict=True):
        sheet.text(x + 11, 206, sign, size=26)

    assert len(find_boxes(sheet.ink)) == len(boxes)


def test_a_fold_across_the_sheet_is_no_ruling() -> None:
    sheet = Sheet(1654, 2339)
    folded = [sheet.line(0, y, 1653, y, thick=3) for y in (780, 1560)]
    written = sheet.line(120, 790, 900, 790)

    found = find_rulings(sheet.ink)

    assert sum(near(line, drawn) for line in found.folds for drawn in folded) == len(folded)
    assert [line for line in found.horizontal if near(line, written)] == list(found.horizontal)
