"""Words into rows and segments."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractors.rows import segments_of
from models.geometry import Box
from models.page import PageText, Word


def page(*words: tuple[str, float, float, float]) -> PageText:
    placed = [Word(text=text, box=Box(x0, top, x1, top + 20), engine_score=0.9) for text, x0, x1, top in words]
    return PageText(number=1, width_px=1654, height_px=2339, reading="ocr", words=tuple(placed))


def test_words_close_together_make_a_segment_and_a_wide_gap_parts_two() -> None:
    segments = segments_of(page(("Kela", 100, 140, 50), ("SV", 1400, 1430, 52), ("8", 1438, 1450, 51)))

    assert [(segment.text, segment.row) for segment in segments] == [("Kela", 0), ("SV 8", 0)]


def test_rows_come_from_top_to_bottom_whatever_the_order_of_words() -> None:
    segments = segments_of(page(("toinen", 100, 180, 90), ("rivi", 190, 230, 90), ("ensimmäinen", 100, 240, 50)))

    assert [segment.text for segment in segments] == ["ensimmäinen", "toinen rivi"]


def test_a_row_that_drifts_over_the_page_stays_one_row() -> None:
    words = [(f"sana{i}", 100 + 90 * i, 180 + 90 * i, 50 + 2.5 * i) for i in range(15)]

    assert len({segment.row for segment in segments_of(page(*words))}) == 1


def test_marks_without_letters_are_left_out() -> None:
    assert segments_of(page(("|", 100, 104, 50), ("—", 120, 140, 50))) == []


@given(st.lists(st.tuples(st.just("sana"), st.floats(0, 1500), st.just(1600.0), st.floats(0, 2300)), max_size=40))
def test_no_word_is_lost_or_doubled(words: list[tuple[str, float, float, float]]) -> None:
    segments = segments_of(page(*words))

    assert sum(len(segment.text.split()) for segment in segments) == len(words)
