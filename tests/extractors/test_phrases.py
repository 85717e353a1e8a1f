"""Words of a page become lines, and lines become phrases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.phrases import folded, phrases_of, rows_of
from extractors.wrapped import with_wrapped
from models.geometry import Box
from models.page import Word
from tests.drawing import word, words_of


def test_words_of_one_line_are_one_phrase() -> None:
    phrases = phrases_of(words_of("Päättyen viimeinen päivä", 100, 200))

    assert [phrase.text for phrase in phrases] == ["Päättyen viimeinen päivä"]


def test_a_wide_gap_parts_two_labels_on_one_line() -> None:
    phrases = phrases_of([*words_of("Sukunimi", 100, 200), *words_of("Henkilötunnus", 700, 201)])

    assert [(phrase.text, phrase.row) for phrase in phrases] == [("Sukunimi", 0), ("Henkilötunnus", 0)]


def test_a_line_that_slopes_is_still_one_line() -> None:
    words = [word(f"sana{i}", 100 + 90 * i, 200 + 2.5 * i) for i in range(12)]

    assert [len(row) for row in rows_of(words)] == [12]


def test_lines_close_below_one_another_are_two() -> None:
    words = [*words_of("ylempi rivi", 100, 200), *words_of("alempi rivi", 100, 222)]

    assert [" ".join(w.text for w in row) for row in rows_of(words)] == ["ylempi rivi", "alempi rivi"]


@given(st.lists(st.tuples(st.floats(0, 1500), st.floats(0, 2200), st.floats(5, 60)), max_size=25))
def test_every_word_is_in_exactly_one_phrase(places: list[tuple[float, float, float]]) -> None:
    words = [word(f"w{i}", x, y, high=high) for i, (x, y, high) in enumerate(places)]

    phrases = phrases_of(words)

    assert sorted(w.text for phrase in phrases for w in phrase.words) == sorted(w.text for w in words)
    assert [phrase.row for phrase in phrases] == sorted(phrase.row for phrase in phrases)
    assert all(a.box.x0 <= b.box.x0 for phrase in phrases for a, b in zip(phrase.words, phrase.words[1:], strict=False))


def test_specks_are_no_words() -> None:
    assert phrases_of([word(".", 100, 200, high=3)]) == []


def test_a_part_of_a_phrase_has_the_box_of_its_words() -> None:
    (phrase,) = phrases_of(words_of("Henkilötunnus 131052-308T", 100, 200))

    label = phrase.part(0, len("Henkilötunnus"))

    assert tuple(label) == pytest.approx(tuple(phrase.words[0].box))


def test_a_part_of_a_word_has_its_share_of_the_width() -> None:
    (phrase,) = phrases_of([Word(text="Kyllä", box=word("Kyllä", 100, 200).box, engine_score=0.9)])

    half = phrase.part(0, 2)

    assert half.width == pytest.approx(0.4 * phrase.box.width)


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize("text", ["Henkilö-tunnus:", "HENKILÖ TUNNUS", "  henkilö/tunnus. "])
def test_printings_of_one_label_fold_to_the_same(text: str) -> None:
    assert folded(text) == "henkilö tunnus"


def test_a_label_broken_over_two_lines_is_also_given_whole() -> None:
    phrases = phrases_of([*words_of("Työnantajan", 100, 200), *words_of("yhteyshenkilö", 100, 221)])

    assert "Työnantajan yhteyshenkilö" in [phrase.text for phrase in with_wrapped(phrases)]
    assert set(phrases) <= set(with_wrapped(phrases))


@pytest.mark.parametrize(("last", "whole"), [("työtä?", True), ("13.2.2019", False)])
def test_a_question_may_be_broken_over_three_lines(last: str, whole: bool) -> None:
    lines = ("Onko työnantaja", "järjestänyt muuta", last)
    phrases = phrases_of([word for number, line in enumerate(lines) for word in words_of(line, 100, 200 + 21 * number)])

    assert (" ".join(lines) in [phrase.text for phrase in with_wrapped(phrases)]) is whole


@pytest.mark.parametrize(("x", "y", "high"), [(160, 221, 18), (100, 260, 18), (100, 224, 32)])
def test_what_stands_elsewhere_or_is_written_large_continues_no_label(x: float, y: float, high: float) -> None:
    phrases = phrases_of([*words_of("Työnantajan", 100, 200), *words_of("Virtanen", x, y, high=high)])

    assert len(with_wrapped(phrases)) == 2


def test_a_dash_alone_in_a_cell_stands_between_its_figures() -> None:
    cells = [Word(text=sign, box=Box(100 + 20 * i, 200, 112 + 20 * i, 220), engine_score=1.0) for i, sign in enumerate("3009")]
    dash = Word(text="-", box=Box(133, 209, 138, 211), engine_score=1.0)

    (row,) = rows_of([*cells[:2], *cells[2:], dash])

    assert [word.text for word in row] == ["3", "0", "-", "0", "9"]
