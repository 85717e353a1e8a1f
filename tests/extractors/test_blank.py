"""Blank backs are told from written pages, whatever dirt, fax line or page number stands on them."""

from __future__ import annotations

import numpy as np
import pytest

from extractors.blank import is_blank, letters_on
from extractors.fax_header import fax_header_words
from models.page import Word
from tests.drawing import Sheet, text_of

HEADER = "12/03/2019 10:22 FAX 0401234567 LEIPOMO KAURA OY P. 002/004"


def blank(sheet: Sheet, *words: Word) -> bool:
    page = sheet.clean_page()
    text = text_of(words, sheet.image.width, sheet.image.height)
    return is_blank(letters_on(page), text, fax_header_words(text), float(page.ink.mean()))


def test_white_paper_is_blank() -> None:
    assert letters_on(Sheet().clean_page()) == 0
    assert blank(Sheet())


def test_dirt_is_no_writing() -> None:
    sheet = Sheet()
    rng = np.random.default_rng(1)
    for x, y in zip(rng.integers(10, 1640, 300), rng.integers(10, 2320, 300), strict=True):
        sheet.blot(int(x), int(y), 1)

    assert blank(sheet)


def test_a_fax_line_at_the_top_is_no_writing() -> None:
    sheet = Sheet()
    words = sheet.words(60, 22, HEADER, size=22)

    assert blank(sheet, *words)


def test_a_page_number_is_no_writing() -> None:
    sheet = Sheet()
    words = sheet.words(820, 2250, "2", size=24)

    assert blank(sheet, *words)


def test_what_the_reader_hardly_believes_is_no_writing() -> None:
    sheet = Sheet()
    words = sheet.words(300, 700, "iii", size=18, score=0.2)

    assert blank(sheet, *words)


@pytest.mark.parametrize("written", ["Kiitos!", "Liite 2 puuttuu", "131052-308T"])
def test_a_few_words_are_writing(written: str) -> None:
    sheet = Sheet()
    words = sheet.words(300, 700, written, size=32)

    assert not blank(sheet, *words)


def test_a_fax_line_does_not_hide_the_writing_below_it() -> None:
    sheet = Sheet()
    words = sheet.words(60, 22, HEADER, size=22) + sheet.words(300, 700, "Perun hakemukseni", size=32)

    assert not blank(sheet, *words)


def test_a_page_full_of_letters_is_written_even_if_no_word_was_read() -> None:
    sheet = Sheet()
    for row in range(10):
        sheet.text(100, 100 + 60 * row, "Vakuutan antamani tiedot oikeiksi", size=30)

    assert not blank(sheet)


def test_a_picture_is_not_blank() -> None:
    sheet = Sheet()
    sheet.image.paste(0, (400, 400, 1000, 1000))

    assert not blank(sheet)
