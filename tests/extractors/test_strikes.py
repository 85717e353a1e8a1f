"""A word with a line through it was taken back; dashes, crossbars and underlines take nothing back."""

from __future__ import annotations

import pytest

from extractors.inkmap import Crop, InkMap, map_ink
from extractors.rulings import find_rulings
from extractors.strikes import without_struck_words
from models.geometry import Box
from tests.drawing import Sheet

WIDE, HIGH = 1000, 260


def cropped(sheet: Sheet) -> tuple[InkMap, Crop]:
    inks = map_ink(sheet.clean_page(), find_rulings(sheet.ink))
    return inks, inks.crop(inks.inside(Box(0, 60, WIDE, 200)))


@pytest.mark.parametrize("slope", [-3, 0, 4])
@pytest.mark.parametrize("struck", ["Matti", "Virtanen", "12.3.2019"])
def test_a_struck_word_goes_and_the_next_one_stays(struck: str, slope: int) -> None:
    sheet = Sheet(WIDE, HIGH)
    gone = sheet.text(120, 110, struck, size=44)
    stays = sheet.text(gone.x1 + 50, 110, "Kaisa", size=44)
    middle = (gone.y0 + gone.y1) / 2
    sheet.stroke((gone.x0 - 8, middle), (gone.x1 + 8, middle + slope), thick=4)

    inks, crop = cropped(sheet)
    left = without_struck_words(inks, crop)

    assert left.struck
    assert left.box == pytest.approx(tuple(stays.grown(4, 4)), abs=4)


def test_when_all_is_struck_nothing_remains() -> None:
    sheet = Sheet(WIDE, HIGH)
    gone = sheet.text(120, 110, "Virtanen", size=44)
    sheet.stroke((gone.x0 - 8, gone.center[1]), (gone.x1 + 8, gone.center[1]), thick=4)

    inks, crop = cropped(sheet)
    left = without_struck_words(inks, crop)

    assert left.struck
    assert len(left.pieces) == 0


@pytest.mark.parametrize(
    "written",
    ["131052-308T", "E", "EEE HETEKA", "1.2.2019 - 8.2.2019", "Oy Ab - Kaura", "FI21 1234 5600 0007 85",
     "Äiti-Lahtinen", "AAMEN", "tt ff", "+358 40", "HE 44 A4", "Eero"],
)  # fmt: skip
@pytest.mark.parametrize("size", [28, 44, 60])
def test_what_is_only_written_stays(written: str, size: int) -> None:
    sheet = Sheet(WIDE, HIGH)
    sheet.text(120, 100, written, size=size)

    inks, crop = cropped(sheet)

    assert without_struck_words(inks, crop) is crop


def test_a_long_dash_alone_stays() -> None:
    sheet = Sheet(WIDE, HIGH)
    sheet.stroke((120, 130), (180, 130), thick=5)
    sheet.text(240, 110, "ei ole", size=44)

    inks, crop = cropped(sheet)

    assert without_struck_words(inks, crop) is crop


def test_an_underlined_word_stays() -> None:
    sheet = Sheet(WIDE, HIGH)
    word = sheet.text(120, 110, "Kaisa", size=44)
    sheet.stroke((word.x0, word.y1 + 5), (word.x1, word.y1 + 5), thick=4)

    inks, crop = cropped(sheet)

    assert without_struck_words(inks, crop) is crop


def test_a_struck_beginning_goes_though_the_new_value_follows_closely() -> None:
    sheet = Sheet(WIDE, HIGH)
    gone = sheet.text(120, 110, "36", size=44)
    stays = sheet.text(gone.x1 + 14, 110, "36200", size=44)
    sheet.stroke((gone.x0 - 8, gone.center[1]), (gone.x1 + 7, gone.center[1]), thick=4)

    inks, crop = cropped(sheet)
    left = without_struck_words(inks, crop)

    assert left.struck
    assert left.box == pytest.approx(tuple(stays.grown(4, 4)), abs=4)
