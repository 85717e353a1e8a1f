"""Check boxes: how they are marked, and which words are theirs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.inkmap import map_ink
from extractors.marks import CheckBox, likeness, read_boxes, with_unseen_words, with_words_on_the_left
from extractors.rulings import find_rulings
from models.geometry import Box
from models.page import Word
from tests.drawing import Sheet, words_of
from tests.extractors.played import PlayedLines

WIDE, HIGH = 1100, 500


def measured(sheet: Sheet, boxes: list[Box], words: list[Word] | None = None, number: int = 1) -> list[CheckBox]:
    page = sheet.clean_page(number)
    return read_boxes(page, map_ink(page, find_rulings(page.ink)), boxes, words or [])


def boxes_on(sheet: Sheet, *boxes: tuple[int, int], words: list[Word] | None = None) -> list[CheckBox]:
    drawn = [sheet.square(x, y) for x, y in boxes]
    return measured(sheet, drawn, words or [], 3)


@pytest.mark.parametrize("side", [20, 26, 34])
@pytest.mark.parametrize(("mark", "told"), [("empty", "empty"), ("cross", "marked"), ("tick", "marked"), ("filled", "marked")])
def test_marks_are_told_from_empty_boxes(mark: str, told: str, side: int) -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = sheet.square(200, 200, side, mark)  # type: ignore[arg-type]

    (box,) = measured(sheet, [drawn])

    assert box.mark == told


def test_a_speck_in_a_box_marks_nothing_for_sure() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = sheet.square(200, 200)
    sheet.blot(213, 213, 2)

    (box,) = measured(sheet, [drawn])

    assert box.mark != "marked"


def test_ink_beside_a_box_does_not_mark_it() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = sheet.square(200, 200)
    sheet.stroke((232, 195), (245, 230), thick=4)

    (box,) = measured(sheet, [drawn])

    assert box.mark == "empty"


def ring(sheet: Sheet, middle: tuple[float, float], half: tuple[float, float]) -> None:
    angles = np.linspace(0, 2 * np.pi, 40)
    points = [(middle[0] + half[0] * np.cos(a), middle[1] + half[1] * np.sin(a)) for a in angles]
    for a, b in pairwise(points):
        sheet.stroke(a, b)


def test_a_ring_around_a_box_marks_it() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = [sheet.square(200, 200), sheet.square(400, 200)]
    ring(sheet, (213, 213), (24, 21))

    ringed, other = measured(sheet, drawn)

    assert (ringed.mark, other.mark) == ("marked", "empty")


def test_a_tight_ring_that_covers_the_edges_of_its_box_marks_it() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = [sheet.square(200, 200, side=23), sheet.square(400, 200, side=23)]
    corners = [(184, 211), (198, 198), (225, 198), (239, 211), (225, 226), (198, 226)]
    for start, end in pairwise([*corners, corners[0]]):
        sheet.stroke(start, end, thick=5)

    ringed, other = measured(sheet, drawn)

    assert (ringed.mark, other.mark) == ("marked", "empty")


def test_words_that_only_the_line_reader_sees_stand_beside_a_marked_box() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = [sheet.square(200, 200, mark="cross"), sheet.square(400, 200)]
    sheet.words(236, 202, "Kyllä")
    sheet.words(436, 202, "Ei")
    page, reader = sheet.clean_page(1), PlayedLines(["Kyllä"])

    marked, empty = with_unseen_words(page, measured(sheet, drawn), reader)

    assert (marked.text, empty.text, len(reader.crops)) == ("Kyllä", "", 1)
    assert marked.text_box.x1 < 400


def test_a_ring_around_a_box_and_its_words_marks_it() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = [sheet.square(200, 200), sheet.square(400, 200)]
    words = [*sheet.words(236, 202, "Kyllä"), *sheet.words(436, 202, "Ei")]
    ring(sheet, ((200 + words[0].box.x1) / 2, 213), ((words[0].box.x1 - 200) / 2 + 14, 27))

    yes, no = measured(sheet, drawn, words)

    assert (yes.mark, no.mark) == ("marked", "empty")


def test_the_lines_of_a_cell_close_around_a_box_are_no_ring() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = sheet.square(200, 200)
    sheet.frame(Box(188, 190, 700, 240))

    (box,) = measured(sheet, [drawn])

    assert box.mark == "empty"


def test_a_cross_before_its_box_is_doubtful() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = [sheet.square(200, 200), sheet.square(400, 200)]
    sheet.stroke((170, 202), (192, 224))
    sheet.stroke((192, 202), (170, 224))

    missed, other = measured(sheet, drawn)

    assert (missed.mark, other.mark) == ("doubtful", "empty")


def test_a_printed_word_before_a_box_is_no_mark() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = sheet.square(200, 200)
    words = sheet.words(150, 204, "Ei")

    (box,) = measured(sheet, [drawn], words)

    assert box.mark == "empty"


def test_a_mark_scribbled_over_is_taken_back() -> None:
    sheet = Sheet(WIDE, HIGH)
    blotted, filled = sheet.square(200, 200), sheet.square(400, 200, mark="filled")
    for i in range(12):
        sheet.stroke((192, 192 + 3.6 * i), (234, 194 + 3.6 * i))

    first, second = measured(sheet, [blotted, filled])

    assert (first.shape, second.shape) == ("taken_back", None)


def test_words_right_of_a_box_are_its_own_up_to_the_next_box() -> None:
    words = [*words_of("Kyllä", 136, 104), *words_of("Ei", 336, 104), *words_of("Muu selvitys", 136, 204)]

    yes, no, other = boxes_on(Sheet(WIDE, HIGH), (100, 100), (300, 100), (100, 200), words=words)

    assert [box.text for box in (yes, no, other)] == ["Kyllä", "Ei", "Muu selvitys"]
    assert yes.page == 3
    assert yes.text_box.x1 == pytest.approx(words[0].box.x1)


def test_words_behind_a_wide_gap_belong_to_something_else() -> None:
    words = [*words_of("Kyllä", 136, 104), *words_of("Alkaen", 400, 104)]

    (box,) = boxes_on(Sheet(WIDE, HIGH), (100, 100), words=words)

    assert box.text == "Kyllä"


def test_a_box_without_words_has_none() -> None:
    (box,) = boxes_on(Sheet(WIDE, HIGH), (100, 100), words=words_of("Sukunimi", 100, 300))

    assert box.text == ""


@pytest.mark.parametrize("read", ["Kyllä", "KYLLÄ", "Kylla", "OKyllä", "[Kyllä", "Kyllä.", "Kyllä "])
def test_an_option_is_known_however_the_reader_saw_it(read: str) -> None:
    assert likeness(read, ("Kyllä", "Ja")) > 0.75
    assert likeness(read, ("Ei", "Nej")) < 0.5


@given(st.text(max_size=20), st.lists(st.text(max_size=15), max_size=4))
def test_likeness_is_a_share_and_grows_with_more_labels(text: str, labels: list[str]) -> None:
    assert 0 <= likeness(text, labels) <= 1
    assert likeness(text, [*labels, "Kyllä"]) >= likeness(text, labels)


@given(st.text("abcdefghijklmnopqrstuvwxyzåäö ", min_size=1, max_size=20).filter(str.strip))
def test_the_printed_words_are_alike_to_themselves(label: str) -> None:
    assert likeness(label, [label]) == 1


def test_thick_frames_are_no_rings() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = [sheet.square(200 + 100 * i, 200, thick=6).grown(-5, -5) for i in range(4)]

    assert [box.mark for box in measured(sheet, drawn)] == ["empty"] * 4


def test_a_mark_that_touches_its_box_may_mark_it() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = [sheet.square(200, 200), sheet.square(400, 200)]
    for y in range(204, 222, 4):
        sheet.stroke((180, y), (200, y + 2))

    touched, other = measured(sheet, drawn)

    assert (touched.mark, other.mark) == ("doubtful", "empty")


def test_a_mark_read_as_one_word_with_its_box_may_mark_it() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = sheet.square(200, 200)
    sheet.stroke((176, 204), (190, 222), thick=4)
    sheet.stroke((190, 204), (176, 222), thick=4)
    word = Word(text="X[]", box=Box(174, 198, 226, 228), engine_score=0.5)

    (box,) = measured(sheet, [drawn], [word])

    assert box.mark == "doubtful"


def test_words_above_a_box_do_not_mark_it() -> None:
    sheet = Sheet(WIDE, HIGH)
    words = sheet.words(130, 178, "työnantajalle?", size=20)
    drawn = sheet.square(200, 202)

    (box,) = measured(sheet, [drawn], words)

    assert box.mark == "empty"


def test_a_square_that_letters_of_a_word_make_is_no_box() -> None:
    sheet = Sheet(WIDE, HIGH)
    words = sheet.words(100, 100, "Eläkkeellä", size=30)
    letters = Box(words[0].box.x0, words[0].box.y0, words[0].box.x0 + 24, words[0].box.y1)

    assert measured(sheet, [letters], words) == []


def test_a_marked_box_before_a_word_read_with_it_is_one() -> None:
    sheet = Sheet(WIDE, HIGH)
    drawn = sheet.square(100, 100, mark="cross")
    sheet.text(136, 102, "Kyllä", size=24)
    word = Word(text="XlKyllä", box=Box(98, 98, 200, 130), engine_score=0.8)

    (box,) = measured(sheet, [drawn], [word])

    assert box.mark == "marked"


@pytest.mark.parametrize(("from_box", "on_the_left"), [(-100, True), (40, False)])
def test_words_nearer_to_the_box_behind_them_are_its_own(from_box: int, on_the_left: bool) -> None:
    texts = ("sickness", "maternity", "accident")
    words = [word for at, text in enumerate(texts) for word in words_of(text, 200 + 200 * at + from_box, 104)]
    boxes = boxes_on(Sheet(WIDE, HIGH), (200, 100), (400, 100), (600, 100), words=words)

    found = with_words_on_the_left(boxes, texts)

    assert [box.text for box in found] == list(texts)
    assert (found != boxes) is on_the_left


def test_one_letter_is_no_option_of_more() -> None:
    assert likeness("N", ["En", "Ei"]) == 0.0
    assert likeness("X", ["X"]) == 1.0
    assert likeness("EMIN", ["Ei", "En"]) == 0.0
    assert likeness("BdEn", ["Ei", "En"]) > 0.66
