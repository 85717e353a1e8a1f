"""Combs whose teeth rise only part of the way, from a line or in a frame, are found; digits and letters are no teeth."""

from __future__ import annotations

import pytest

from extractors.inkmap import map_ink
from extractors.rulings import find_rulings
from extractors.ticks import Comb
from models.geometry import Box
from tests.drawing import Sheet

WIDE, HIGH, CELL = 1100, 300, 34


def combs_of(sheet: Sheet) -> list[Comb]:
    return list(find_rulings(sheet.ink).combs)


def low_comb(sheet: Sheet, x: int, y: int, cells: int, high: int = 44, tooth: int = 20, *, framed: bool = True) -> Box:
    box = Box(x, y, x + cells * CELL, y + high)
    if framed:
        sheet.frame(box, 3)
    else:
        sheet.line(x, y + high, x + cells * CELL, y + high, thick=3)
    for i in range(1, cells):
        sheet.line(x + i * CELL, y + high - tooth, x + i * CELL, y + high, thick=3)
    return box


@pytest.mark.parametrize("framed", [True, False])
@pytest.mark.parametrize("tooth", [12, 18, 24])
def test_low_teeth_are_found_and_their_cells(tooth: int, framed: bool) -> None:
    sheet = Sheet(WIDE, HIGH)
    box = low_comb(sheet, 100, 120, 11, tooth=tooth, framed=framed)

    (comb,) = combs_of(sheet)

    assert [round((t.center[0] - box.x0) / CELL) for t in comb.teeth] == list(range(1, 11))
    assert len(comb.cells) == (11 if framed else 9)


def test_signs_between_low_teeth_stay_and_the_teeth_go() -> None:
    sheet = Sheet(WIDE, HIGH)
    box = low_comb(sheet, 100, 120, 8)
    signs = [sheet.text(100 + CELL * i + 9, 128, sign, size=30) for i, sign in enumerate("11041910")]

    page = sheet.clean_page()
    inks = map_ink(page, find_rulings(page.ink))

    found = sorted(inks.box(piece).x0 for piece in inks.inside(box.grown(-6, -6)).tolist())
    assert found == pytest.approx([sign.x0 for sign in signs], abs=3)


def test_groups_of_days_months_and_years_are_one_comb() -> None:
    sheet = Sheet(WIDE, HIGH)
    for x, cells in ((100, 2), (188, 2), (276, 4)):
        low_comb(sheet, x, 120, cells)

    (comb,) = combs_of(sheet)

    assert len(comb.teeth) == 5
    assert len(comb.cells) == 8


@pytest.mark.parametrize("written", ["11.11.2011", "1 1 1 1 1 1", "ILLI LILL", "FI11 1111 1111"])
def test_writing_on_a_line_is_no_comb(written: str) -> None:
    sheet = Sheet(WIDE, HIGH)
    text = sheet.text(120, 120, written, size=32)
    sheet.line(100, text.y1 + 1, 900, text.y1 + 1, thick=3)

    assert combs_of(sheet) == []
