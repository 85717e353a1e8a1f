"""A label's print is followed to where it ends, not to where the page reader's words end."""

from __future__ import annotations

import pytest

from extractors.inkmap import map_ink
from extractors.printed import whole_print
from extractors.rulings import find_rulings
from models.geometry import Box
from tests.drawing import Sheet

WIDE, HIGH = 1100, 400


def whole(sheet: Sheet, label: Box, *others: Box) -> Box:
    rulings = find_rulings(sheet.ink)
    return whole_print(label, map_ink(sheet.clean_page(), rulings), rulings, others)


def test_words_that_were_not_read_belong_to_the_label_beside_them() -> None:
    sheet = Sheet(WIDE, HIGH)
    first, second, third = (word.box for word in sheet.words(120, 100, "Tilinumero (IBAN) numero"))

    found = whole(sheet, second)

    assert (found.x0, found.x1) == pytest.approx((first.x0, third.x1), abs=2)


def test_print_behind_a_wall_belongs_to_another_cell() -> None:
    sheet = Sheet(WIDE, HIGH)
    label = sheet.text(120, 100, "Etunimet")
    sheet.line(label.x1 + 8, 60, label.x1 + 8, 200)
    sheet.text(label.x1 + 14, 100, "Osoite")

    assert whole(sheet, label).x1 == pytest.approx(label.x1, abs=1)


def test_another_label_close_by_is_not_taken_in() -> None:
    sheet = Sheet(WIDE, HIGH)
    label, other = (word.box for word in sheet.words(120, 100, "Alkaen Päättyen"))

    assert whole(sheet, label, other).x1 == pytest.approx(label.x1, abs=1)


def test_a_value_on_a_line_of_its_own_is_no_part_of_the_next_label() -> None:
    sheet = Sheet(WIDE, HIGH)
    value = sheet.text(240, 100, "Kokkola", size=24)
    sheet.line(220, 128, value.x1 + 4, 128)
    label = sheet.text(value.x1 + 14, 102, "Allekirjoitus")

    assert whole(sheet, label).x0 == pytest.approx(label.x0, abs=1)
