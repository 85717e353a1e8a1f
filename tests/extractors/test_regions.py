"""Where the value of a label is looked for, in the ways forms are ruled."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extractors.regions import Region, value_region
from extractors.rulings import find_rulings
from models.geometry import Box
from tests.drawing import Sheet

WIDE, HIGH = 1654, 900


def region_of(sheet: Sheet, label: Box, others: Sequence[Box] = ()) -> Region:
    return value_region(label, find_rulings(sheet.ink), others, sheet.image.width, sheet.image.height)


def holds(region: Region, written: Box) -> bool:
    """A value is found by the middle of its pieces: these must lie within, first and last letter too."""
    first, last = (written.x0 + 8, written.center[1]), (written.x1 - 8, written.center[1])
    return region.box.holds(*first) and region.box.holds(*last)


def test_below_the_label_within_its_cell() -> None:
    sheet = Sheet(WIDE, HIGH)
    cell = sheet.frame(Box(100, 200, 800, 280))
    sheet.frame(Box(800, 200, 1500, 280))
    label = sheet.text(112, 208, "Sukunimi")
    written = sheet.text(112, 238, "Virtanen-Lahtinen", size=32)
    next_cell = sheet.text(812, 238, "Matti", size=32)

    region = region_of(sheet, label, [Box(812, 208, 920, 226)])

    assert (region.side, region.ruled) == ("below", True)
    assert holds(region, written)
    assert not region.box.holds(*next_cell.center)
    assert region.box.y1 <= cell.y1 + 3


def test_below_the_label_on_an_underline() -> None:
    sheet = Sheet(WIDE, HIGH)
    label = sheet.text(112, 200, "Sukunimi")
    written = sheet.text(114, 234, "Virtanen", size=32)
    sheet.line(108, 268, 700, 268)
    next_label = sheet.text(112, 290, "Etunimet")

    region = region_of(sheet, label, [next_label])

    assert region.side == "below"
    assert holds(region, written)
    assert region.box.y1 <= next_label.y0


@pytest.mark.parametrize("ruling", ["solid", "broken", "dotted"])
def test_right_of_the_label_on_an_underline(ruling: str) -> None:
    sheet = Sheet(WIDE, HIGH)
    label = sheet.text(112, 240, "Sukunimi")
    if ruling == "solid":
        sheet.line(260, 264, 900, 264)
    elif ruling == "broken":
        sheet.broken(260, 900, 264)
    else:
        sheet.dotted(260, 900, 264)
    written = sheet.text(280, 228, "Virtanen", size=32)
    above, below = sheet.text(112, 180, "Osoite"), sheet.text(112, 300, "Etunimet")

    region = region_of(sheet, label, [above, below])

    assert region.side == "right"
    assert holds(region, written)
    assert not region.box.holds(*above.center)
    assert not region.box.holds(*below.center)


def test_the_band_of_the_next_heading_is_no_line_to_write_on() -> None:
    sheet = Sheet(WIDE, HIGH)
    label, other = sheet.text(112, 242, "Sukunimi"), sheet.text(820, 242, "Puhelin")
    sheet.line(300, 262, 780, 262, thick=5)
    sheet.line(1000, 262, 1500, 262, thick=5)
    for row in range(272, 318):
        sheet.line(90, row, 1540, row, thick=1)
    written = sheet.text(310, 232, "Virtanen", size=28)

    region = region_of(sheet, label, [other])

    assert region.side == "right"
    assert holds(region, written)


def test_two_labels_with_underlines_in_one_row_keep_their_own() -> None:
    sheet = Sheet(WIDE, HIGH)
    first, second = sheet.text(112, 240, "Sukunimi"), sheet.text(820, 240, "Puhelin")
    sheet.line(230, 264, 780, 264)
    sheet.line(920, 264, 1400, 264)
    name, phone = sheet.text(250, 228, "Virtanen", size=32), sheet.text(940, 228, "040 123", size=32)

    left, right = region_of(sheet, first, [second]), region_of(sheet, second, [first])

    assert holds(left, name)
    assert holds(right, phone)
    assert not left.box.holds(*phone.center)
    assert not right.box.holds(*name.center)


def test_in_a_frame_below_the_label() -> None:
    sheet = Sheet(WIDE, HIGH)
    label = sheet.text(112, 200, "Henkilötunnus")
    frame = sheet.frame(Box(108, 228, 620, 286))
    written = sheet.text(130, 244, "131052-308T", size=32)
    sheet.text(112, 300, "Osoite")

    region = region_of(sheet, label)

    assert (region.side, region.ruled) == ("below", True)
    assert holds(region, written)
    assert region.box.covered_by(frame.grown(6, 6)) > 0.98


def test_in_a_comb_below_the_label() -> None:
    sheet = Sheet(WIDE, HIGH)
    label = sheet.text(112, 200, "Henkilötunnus")
    comb = sheet.comb(108, 230, 11)
    for i, letter in enumerate("131052-308T"):
        sheet.text(118 + 40 * i, 240, letter, size=30)

    region = region_of(sheet, label)

    assert region.side == "below"
    assert region.box.holds(comb.x0 + 15, comb.center[1])
    assert region.box.holds(comb.x1 - 15, comb.center[1])


def test_in_a_comb_right_of_the_label() -> None:
    sheet = Sheet(WIDE, HIGH)
    label = sheet.text(112, 244, "Henkilötunnus")
    comb = sheet.comb(330, 230, 11)

    region = region_of(sheet, label)

    assert region.side == "right"
    assert region.box.holds(comb.x0 + 15, comb.center[1])
    assert region.box.holds(comb.x1 - 15, comb.center[1])


def test_in_a_comb_within_the_cell_of_the_label() -> None:
    sheet = Sheet(WIDE, HIGH)
    cell = sheet.frame(Box(100, 200, 800, 300))
    label = sheet.text(112, 208, "Henkilötunnus")
    comb = sheet.comb(112, 240, 11)

    region = region_of(sheet, label)

    assert region.side == "below"
    assert region.box.holds(comb.x0 + 15, comb.center[1])
    assert region.box.holds(comb.x1 - 15, comb.center[1])
    assert region.box.y1 <= cell.y1 + 3


def test_in_the_cell_right_of_the_label_cell() -> None:
    sheet = Sheet(WIDE, HIGH)
    for y in (200, 250, 300):
        sheet.line(100, y, 1200, y)
    for x in (100, 420, 1200):
        sheet.line(x, 200, x, 300)
    label, below = sheet.text(112, 214, "Sukunimi"), sheet.text(112, 264, "Etunimet")
    written = sheet.text(440, 210, "Virtanen", size=32)

    region = region_of(sheet, label, [below])

    assert region.side == "right"
    assert holds(region, written)
    assert not region.box.holds(500, 280)


@pytest.mark.parametrize("y", [200, 500, 860])
def test_a_region_stays_on_the_page_and_off_its_label(y: int) -> None:
    sheet = Sheet(WIDE, HIGH)
    label = sheet.text(1400, y, "Sukunimi")

    box = region_of(sheet, label).box

    assert box.covered_by(Box(0, 0, WIDE, HIGH + 14)) == pytest.approx(1) or box.area == 0
    assert not box.holds(*label.center)


def test_no_value_reaches_into_the_next_label() -> None:
    sheet = Sheet(WIDE, HIGH)
    label, lower = sheet.text(112, 200, "Lähiosoite"), sheet.text(112, 268, "Postinumero")

    region = region_of(sheet, label, [lower])

    assert region.box.y1 <= lower.y0
    assert not region.ruled


def test_the_frame_of_the_next_cell_is_no_blank_beside_a_label() -> None:
    sheet = Sheet(WIDE, HIGH)
    sheet.frame(Box(100, 200, 700, 290))
    sheet.frame(Box(700, 200, 1500, 290))
    label = sheet.text(112, 210, "Osoite")
    other = sheet.text(712, 210, "Postinumero")
    sheet.frame(Box(714, 238, 900, 282))
    written = sheet.text(116, 246, "Ylä-Fooli 70", size=30)

    region = region_of(sheet, label, [other])

    assert region.side == "below"
    assert holds(region, written)
