"""Small print that the page reader missed is read by the line reader; large writing and known words are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from extractors.missed import with_missed_words, with_words_beside_boxes
from extractors.ocr.engine import LineText
from extractors.readpage import ReadPage
from models.geometry import Box
from models.page import Word
from tests.drawing import Sheet, clean_page, text_of
from tests.extractors.played import PlayedLines


def texts(words: tuple[Word, ...]) -> list[str]:
    return sorted(word.text for word in words)


def test_print_without_words_is_read_and_stands_where_it_is() -> None:
    sheet = Sheet(900, 400)
    printed = sheet.text(100, 100, "Postitoimipaikka", size=22)

    page = with_missed_words(sheet.read_page(), PlayedLines(["Postitoimipaikka"]), [])

    (word,) = page.text.words
    assert word.text == "Postitoimipaikka"
    assert word.box.covered_by(printed.grown(4, 4)) == 1


def test_words_of_a_line_share_its_box_in_order() -> None:
    sheet = Sheet(900, 400)
    sheet.text(100, 100, "Oma tilinumero", size=22)

    page = with_missed_words(sheet.read_page(), PlayedLines(["Oma tilinumero"]), [])

    first, second = sorted(page.text.words, key=lambda word: word.box.x0)
    assert (first.text, second.text) == ("Oma", "tilinumero")
    assert first.box.x1 < second.box.x0


def test_words_read_well_are_not_read_again() -> None:
    sheet = Sheet(900, 400)
    words = sheet.words(100, 100, "Postitoimipaikka")
    reader = PlayedLines(["Other"])

    page = with_missed_words(sheet.read_page(*words), reader, [])

    assert texts(page.text.words) == ["Postitoimipaikka"]
    assert reader.crops == []


def test_a_word_the_reader_was_unsure_of_is_replaced() -> None:
    sheet = Sheet(900, 400)
    words = sheet.words(100, 100, "Postitoimipaikka", score=0.3)
    words[0] = words[0].model_copy(update={"text": "Rostiloimi"})

    page = with_missed_words(sheet.read_page(*words), PlayedLines(["Postitoimipaikka"]), [])

    assert texts(page.text.words) == ["Postitoimipaikka"]


def test_labels_already_known_are_left_alone() -> None:
    sheet = Sheet(900, 400)
    words = sheet.words(100, 100, "Nimi", score=0.4)
    reader = PlayedLines(["Other"])

    with_missed_words(sheet.read_page(*words), reader, [words[0].box.grown(4, 2)])

    assert reader.crops == []


def test_what_the_line_reader_is_not_sure_of_adds_no_words() -> None:
    sheet = Sheet(900, 400)
    sheet.text(100, 100, "Postitoimipaikka", size=22)

    page = with_missed_words(sheet.read_page(), PlayedLines([LineText("Rstlo", 0.4, 0.1)]), [])

    assert page.text.words == ()


def test_large_writing_is_not_taken_for_print() -> None:
    sheet = Sheet(900, 400)
    sheet.text(100, 100, "VIRTANEN", size=60)
    reader = PlayedLines(["Virtanen"])

    with_missed_words(sheet.read_page(), reader, [])

    assert reader.crops == []


def test_a_page_of_dirt_costs_a_bounded_number_of_lines() -> None:
    sheet = Sheet()
    for row in range(70):
        for column in range(3):
            sheet.text(100 + 500 * column, 60 + 32 * row, "kaikki lukematta", size=20)
    reader = PlayedLines([LineText("", 0.0, 0.0)])

    with_missed_words(sheet.read_page(), reader, [])

    assert len(reader.crops) <= 40


def test_a_question_that_its_box_touches_is_read_again_however_sure_its_words() -> None:
    sheet = Sheet(900, 400)
    words = sheet.words(100, 100, "Onko palkka täysi palkka?")
    sheet.square(110, 122)
    spoiled = [word.model_copy(update={"text": word.text[:3]}) for word in words]

    page = with_missed_words(sheet.read_page(*spoiled), PlayedLines(["Onko palkka täysi palkka?"]), [])

    assert sorted(texts(page.text.words)) == ["Onko", "palkka", "palkka?", "täysi"]


@pytest.mark.parametrize(("ground", "letters"), [(40, 255), (200, 20)])
def test_a_heading_on_a_band_is_read_dark_on_light(ground: int, letters: int) -> None:
    printed = Sheet(1100, 400)
    printed.text(110, 106, "6. Lisätietoja", size=26)
    gray = np.full((400, 1100), 255, dtype=np.uint8)
    gray[100:140, 100:1000] = ground
    gray[printed.gray < 128] = letters
    page = ReadPage(clean_page(gray), text_of((), 1100, 400))
    reader = PlayedLines(["6. Lisätietoja"])

    found = with_missed_words(page, reader, [])

    assert "Lisätietoja" in texts(found.text.words)
    assert np.median(reader.crops[-1]) > 200


def test_a_word_torn_off_a_label_is_read_again_however_sure_the_reader_was() -> None:
    sheet = Sheet(900, 400)
    words = [word.model_copy(update={"text": "ostitoimipa"}) for word in sheet.words(100, 100, "Postitoimipaikka")]
    reader = PlayedLines(["Postitoimipaikka"])

    left = with_missed_words(sheet.read_page(*words), reader, [])
    again = with_missed_words(sheet.read_page(*words), reader, [], ["Postinumero ja postitoimipaikka"])

    assert texts(left.text.words) == ["ostitoimipa"]
    assert texts(again.text.words) == ["Postitoimipaikka"]


def boxed(*beside: str) -> tuple[Sheet, list[Word]]:
    """Boxes with print beside them, of which a reader has made what is given."""
    sheet = Sheet(900, 400)
    words: list[Word] = []
    for number, text in enumerate(beside):
        sheet.square(100, 100 + 80 * number)
        (word,) = sheet.words(140, 100 + 80 * number, "Kyllä")
        words += [word.model_copy(update={"text": text})] if text else []
    return sheet, words


def test_words_beside_a_box_that_begin_no_option_are_read_again() -> None:
    sheet, words = boxed("Kyllä", "kyttä", "")
    reader = PlayedLines(["Kyllä"])

    page = with_words_beside_boxes(sheet.read_page(*words), reader, ["Kyllä", "Ei"])

    assert texts(page.text.words) == ["Kyllä", "Kyllä", "Kyllä"]
    assert len(reader.crops) == 2


def test_what_is_read_beside_a_box_counts_only_as_an_option() -> None:
    sheet, words = boxed("xy")

    page = with_words_beside_boxes(sheet.read_page(*words), PlayedLines(["Virtanen"]), ["Kyllä", "Ei"])

    assert texts(page.text.words) == ["xy"]


def test_a_box_with_a_letter_before_it_is_a_letter() -> None:
    sheet, _ = boxed("")
    sheet.text(78, 98, "A", size=30)
    reader = PlayedLines(["Kyllä"])

    with_words_beside_boxes(sheet.read_page(), reader, ["Kyllä"])

    assert reader.crops == []


def test_a_word_that_was_read_with_its_box_is_read_alone_also_close_to_a_wall() -> None:
    sheet = Sheet(900, 400)
    sheet.frame(Box(88, 60, 800, 340))
    box, *_ = (sheet.square(100, y, mark=mark) for y, mark in ((100, "cross"), (200, "empty"), (260, "empty")))
    (yel,) = sheet.words(140, 100, "YEL")
    fused = yel.model_copy(update={"text": "MYEL", "box": Box(box.x0 - 2, yel.box.y0, yel.box.x1, yel.box.y1)})

    page = with_words_beside_boxes(sheet.read_page(fused), PlayedLines(["YEL"]), ["YEL", "MYEL"])

    assert texts(page.text.words) == ["YEL"]
