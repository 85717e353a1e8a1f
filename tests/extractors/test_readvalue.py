"""One value out of its place: nothing where nothing is written, two readers weighed against each other."""

from __future__ import annotations

import pytest

from extractors.ocr.engine import LineText
from extractors.readvalue import read_value
from models.geometry import Box
from models.page import Word
from tests.drawing import Sheet, word
from tests.extractors.played import PlayedLines, PlayedPages, Readers, played

HETU = "131052-308T"
REGION = Box(90, 80, 800, 180)


def written(text: str = HETU, size: int = 32) -> Sheet:
    sheet = Sheet(1000, 300)
    sheet.text(110, 110, text, size=size)
    return sheet


def test_an_empty_place_is_not_read_at_all() -> None:
    readers = played("8")

    found = read_value(Sheet(1000, 300).read_page(), REGION, "hetu", readers, [])

    assert found is None
    assert isinstance(readers.line, PlayedLines)
    assert readers.line.crops == []


def test_specks_and_the_rest_of_a_line_are_no_writing() -> None:
    sheet = Sheet(1000, 300)
    for x in range(120, 400, 60):
        sheet.blot(x, 130, 2)
    sheet.stroke((200, 150), (240, 150), thick=3)

    assert read_value(sheet.read_page(), REGION, "text", played("..."), []) is None


def test_two_readers_that_agree_are_evidence() -> None:
    found = read_value(written().read_page(), REGION, "hetu", played(HETU, HETU), [])

    assert found is not None
    assert (found.value, found.raw, found.reading) == (HETU, HETU, "ocr")
    assert {"label", "check_digit", "two_readers"} <= set(found.evidence)


def test_readers_that_differ_are_no_evidence_of_agreement() -> None:
    found = read_value(written("12.3.2019").read_page(), REGION, "date", played("12.3.2019", "17.3.2019"), [])

    assert found is not None
    assert found.value == "2019-03-12"
    assert "two_readers" not in found.evidence


def test_a_check_digit_decides_between_two_readings() -> None:
    found = read_value(written().read_page(), REGION, "hetu", played("131052-908T", HETU), [])

    assert found is not None
    assert found.value == HETU


def test_what_fits_the_kind_is_taken_where_the_other_does_not() -> None:
    found = read_value(written("12.3.2019").read_page(), REGION, "date", played("kz.?.", "12.3.2019"), [])

    assert found is not None
    assert (found.value, found.raw) == ("2019-03-12", "12.3.2019")


def test_writing_that_is_no_value_of_its_kind_is_for_a_person() -> None:
    found = read_value(written("kz").read_page(), REGION, "date", played("kz.?.", "xx"), [])

    assert found is not None
    assert found.value is None
    assert found.raw == "kz.?."
    assert found.span is not None


def test_the_span_lies_on_the_ink() -> None:
    sheet = Sheet(1000, 300)
    ink = sheet.text(110, 110, HETU, size=32)

    found = read_value(sheet.read_page(number=2), REGION, "hetu", played(HETU), [])

    assert found is not None
    assert found.span is not None
    assert found.span.page == 2
    assert tuple(found.span.box) == pytest.approx(tuple(ink), abs=6)


def test_the_least_sure_line_speaks_for_all() -> None:
    sheet = Sheet(1000, 300)
    sheet.text(110, 90, "Hämeentie 3", size=30)
    sheet.text(110, 140, "Helsinki", size=30)
    lines = PlayedLines([LineText("Hämeentie 3", 0.95, 0.8), LineText("Helsinki", 0.7, 0.4)])

    found = read_value(sheet.read_page(), REGION, "text", Readers(page=PlayedPages([""]), line=lines), [])

    assert found is not None
    assert found.value == "Hämeentie 3 Helsinki"
    assert (found.engine_score, found.weakest) == pytest.approx((0.7, 0.4))


def test_printed_words_are_not_part_of_the_value() -> None:
    sheet = written()
    label = sheet.text(110, 84, "Henkilötunnus")
    lines = PlayedLines([HETU])

    read_value(sheet.read_page(), REGION, "hetu", Readers(page=PlayedPages([""]), line=lines), [label.grown(4, 2)])

    assert [crop.shape[0] < 50 for crop in lines.crops] == [True]


def test_words_of_a_text_layer_need_no_reader() -> None:
    sheet = written()
    words = [word("131052", 110, 112, high=26), word("-308T", 230, 112, high=26), word("Muu", 120, 250)]
    readers = played("wrong", "wrong")

    found = read_value(sheet.read_page(*words, layer=True), REGION, "hetu", readers, [])

    assert found is not None
    assert (found.value, found.raw, found.reading) == (HETU, "131052 -308T", "text_layer")
    assert isinstance(readers.line, PlayedLines)
    assert readers.line.crops == []


def test_nearly_the_same_text_is_near_agreement() -> None:
    words = [
        Word(text=part, box=Box(110 + 160 * i, 110, 250 + 160 * i, 140), engine_score=0.9)
        for i, part in enumerate(("Leipomo", "Kaurn", "0y"))
    ]

    found = read_value(written("Leipomo Kaura Oy").read_page(*words), REGION, "text", played("Leipomo Kaura Oy"), [])

    assert found is not None
    assert found.value == "Leipomo Kaura Oy"
    assert "near_agreement" in found.evidence


def test_a_struck_word_is_left_out_and_told() -> None:
    sheet = Sheet(1000, 300)
    gone = sheet.text(110, 110, "Virtanen", size=40)
    sheet.stroke((gone.x0 - 6, gone.center[1]), (gone.x1 + 6, gone.center[1] + 3), thick=4)
    stays = sheet.text(gone.x1 + 60, 110, "Kaisa", size=40)
    lines = PlayedLines(["Kaisa"])

    found = read_value(sheet.read_page(), REGION, "text", Readers(page=PlayedPages([""]), line=lines), [])

    assert found is not None
    assert "struck_out" in found.evidence
    assert [abs(crop.shape[1] - stays.width) < 20 for crop in lines.crops] == [True]


def test_a_second_witness_of_hand_print_is_evidence_where_the_page_reader_read_nothing() -> None:
    found = read_value(written("12.3.2019").read_page(), REGION, "date", played("12.3.2019", "", hand="12.3.2019"), [])

    assert found is not None
    assert "two_readers" in found.evidence


def test_agreement_on_a_number_that_fails_its_check_is_looked_into() -> None:
    wrong = "131052-309T"
    found = read_value(written().read_page(), REGION, "hetu", played(LineText(wrong, 0.9, 0.5), HETU, hand=wrong), [])

    assert found is not None
    assert found.candidates


def test_readers_who_differ_leave_their_values_as_candidates() -> None:
    found = read_value(written("12.3.2019").read_page(), REGION, "date", played("12.3.2019", "", hand="17.3.2019"), [])

    assert found is not None
    assert "two_readers" not in found.evidence
    assert {candidate.value for candidate in found.candidates} >= {"2019-03-12", "2019-03-17"}


def test_dots_that_the_bare_crop_lost_come_from_the_reader_who_saw_the_page() -> None:
    words = [Word(text="JYVÄSKYLÄ", box=Box(110, 110, 300, 140), engine_score=0.9)]

    found = read_value(written("JYVASKYLA").read_page(*words), REGION, "text", played("JYVASKYLA", hand="JYVASKYLA"), [])

    assert found is not None
    assert found.value == "JYVÄSKYLÄ"


def test_words_that_no_line_reader_sees_come_from_the_page_reader() -> None:
    words = [Word(text="Helsinki", box=Box(110, 110, 300, 140), engine_score=0.9)]

    found = read_value(written("Helsinki").read_page(*words), REGION, "text", played("", hand="a"), [])

    assert found is not None
    assert found.value == "Helsinki"
    assert "two_readers" not in found.evidence


def test_a_reader_who_lost_most_of_a_line_does_not_count() -> None:
    said = "potilas on pois"
    words = [Word(text=said, box=Box(110, 110, 300, 140), engine_score=0.9)]

    found = read_value(written(said).read_page(*words), REGION, "text", played("TT", hand=said), [])

    assert found is not None
    assert found.value == said
    assert "two_readers" in found.evidence


def test_a_line_that_the_first_reader_takes_for_nothing_adds_nothing() -> None:
    sheet = Sheet(1000, 300)
    sheet.text(110, 90, "Hämeentie 3", size=30)
    sheet.text(110, 140, "mmmmm", size=30)
    readers = Readers(page=PlayedPages([""]), line=PlayedLines(["Hämeentie 3", ""]), hand=PlayedLines(["Hämeentie 3", "55TT"]))

    found = read_value(sheet.read_page(), REGION, "text", readers, [])

    assert found is not None
    assert found.value == "Hämeentie 3"


def test_letters_on_a_line_are_read_as_the_reader_is_surer_of() -> None:
    sheet = Sheet(1000, 300)
    text = sheet.text(110, 110, "Leipomo", size=36)
    sheet.line(90, text.y1 - 9, 700, text.y1 - 9)
    lines = PlayedLines([LineText("I eipomo", 0.7, 0.4), LineText("Leipomo", 0.95, 0.9)])

    found = read_value(sheet.read_page(), Box(90, 90, 700, 160), "text", Readers(PlayedPages(["Leipomo"]), lines), [])

    assert found is not None
    assert found.value == "Leipomo"
    assert len(lines.crops) == 2
