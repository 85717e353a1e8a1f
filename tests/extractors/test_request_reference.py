"""References of our requests on papers that come back: found by check digits, carried to what lies behind them."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from extractors.request_reference import carried, numbers_in, reference_in, reference_of, reference_of_document
from extractors.separators import SeparatorSheet, find_separator
from extractors.split import split
from models.geometry import Box
from models.page import LabelledPage, PageText, Word

ONE, OTHER = reference_of(4711), reference_of(12)
LOOKALIKES = {"0": "O", "1": "l", "5": "S", "8": "B"}


def page(number: int, *, reference: str | None = None, is_separator: bool = False) -> LabelledPage:
    return LabelledPage(
        number=number, is_first=not is_separator, is_separator=is_separator, reference=reference, document_type="clarification"
    )


def sheet(barcode: str | None, *lines: str) -> tuple[np.ndarray, PageText]:
    """A page with a barcode, and the words that a page reader finds on it."""
    pixels = np.full((2339, 1654), 255, np.uint8)
    if barcode is not None:
        drawn = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(barcode, zxingcpp.BarcodeFormat.Code128), scale=4)
        bars = np.repeat(np.array(drawn)[:1], 150, axis=0)
        pixels[400 : 400 + bars.shape[0], 200 : 200 + bars.shape[1]] = bars
    words = [
        Word(text=word, box=Box(100 + 90 * x, 100 + 30 * y, 180 + 90 * x, 120 + 30 * y), engine_score=0.9)
        for y, line in enumerate(lines)
        for x, word in enumerate(line.split())
    ]
    return pixels, PageText(number=1, width_px=1654, height_px=2339, reading="ocr", words=tuple(words))


@given(st.integers(0, 99_999_999))
def test_a_reference_whose_digits_were_taken_for_letters_is_the_same(number: int) -> None:
    written = reference_of(number)
    misread = "SVP" + "".join(LOOKALIKES.get(char, char) for char in written[3:])

    assert list(numbers_in(f"Viite: {misread}.")) == [number]


@pytest.mark.parametrize(
    "text",
    ["", "SVP-00004711-31", "ASVP-00004711-30", "SVP-4711-30", "SVP-00004711-300", "FI21 1234 5600 0007 85", "131052-308T"],
)
def test_what_is_no_reference_is_none(text: str) -> None:
    assert reference_in([text]) is None


def test_two_references_on_one_page_tell_nothing() -> None:
    assert reference_in([f"{ONE} {OTHER}"]) is None
    assert reference_in([f"{ONE} ... {ONE}"]) == ONE


def test_a_cover_page_reaches_up_to_the_next_one_or_a_separator() -> None:
    cover, next_cover = page(1, reference=ONE, is_separator=True), page(4, reference=OTHER, is_separator=True)
    pages = [cover, page(2), page(3), next_cover, page(5), page(6, is_separator=True), page(7)]

    assert carried(pages) == {1: ONE, 2: ONE, 3: ONE, 4: OTHER, 5: OTHER}


def test_a_letter_that_names_the_reference_reaches_what_lies_behind_it_and_nothing_before() -> None:
    pages = [page(1), page(2, reference=ONE), page(3)]
    own = {2: ONE}

    found = [reference_of_document(document, own, carried(pages)) for document in split(pages)]

    assert found == [None, ONE, ONE]


def test_a_paper_that_names_another_reference_than_its_cover_goes_by_its_own_words() -> None:
    pages = [page(1, reference=ONE, is_separator=True), page(2, reference=OTHER)]
    (document,) = split(pages)

    assert reference_of_document(document, {2: OTHER}, carried(pages)) == OTHER


def test_a_cover_page_is_a_separator_by_its_barcode() -> None:
    assert find_separator(*sheet(ONE, "Kansilehti")) == SeparatorSheet(ONE, "cover", ONE)


@pytest.mark.parametrize("title", ["Kansilehti vastaukselle", "Försättsblad för svaret"])
def test_a_cover_page_whose_bars_are_smeared_is_known_by_its_words(title: str) -> None:
    assert find_separator(*sheet(None, title, f"Viite {ONE}")) == SeparatorSheet(ONE, "cover", ONE)


@pytest.mark.parametrize(
    ("barcode", "lines"),
    [("SVP-00004711-31", ["Kansilehti"]), (None, ["Kansilehti vastaukselle"]), (None, [f"Hei! Viite {ONE}. Liitteenä päätös."])],
)
def test_a_page_without_a_valid_reference_or_a_letter_that_names_one_is_no_cover(barcode: str | None, lines: list[str]) -> None:
    assert find_separator(*sheet(barcode, *lines)) is None
