"""What several readers' chances make of a line, by kind."""

from __future__ import annotations

import numpy as np
import pytest

from extractors.ocr.engine import LineText, Spelling
from extractors.readings import weigh
from tests.extractors.played import spelt

HETU = "131052-308T"


def doubting(text: str, place: int, other: str, sure: float = 0.5) -> Spelling:
    """Says `text`, but at one place gives `other` the rest of the chance."""
    said = spelt(LineText(text, 0.97, 0.97))
    odds = said.odds.copy()
    step = odds[2 * place + 1]
    step[:] = 1e-5
    step[said.characters.index(text[place]) + 1] = sure
    step[said.characters.index(other) + 1] = 1 - sure
    return Spelling(odds, said.characters)


def test_a_check_digit_turns_a_doubted_character() -> None:
    ways = weigh("hetu", [doubting("131052-908T", 7, "3", 0.8)], [])

    assert ways[0].raw == HETU
    assert ways[0].parsed is not None
    assert "check_digit" in ways[0].parsed.evidence


def test_two_readers_who_doubt_different_places_settle_it_together() -> None:
    first, second = doubting("17.3.2019", 1, "2", 0.6), doubting("12.8.2019", 3, "3", 0.6)

    ways = weigh("date", [first, second], [])

    assert ways[0].parsed is not None
    assert ways[0].parsed.value == "2019-03-12"


def test_a_value_that_both_hold_for_best_has_nearly_all_the_chance() -> None:
    first, second = doubting("12.3.2019", 1, "7", 0.9), spelt(LineText("12.3.2019", 0.97, 0.9))

    assert weigh("date", [first, second], [])[0].share > 0.9


def test_readers_who_differ_leave_both_values_open() -> None:
    first, second = spelt(LineText("12.3.2019", 0.9, 0.5)), spelt(LineText("17.3.2019", 0.9, 0.5))

    ways = weigh("date", [first, second], [])

    assert {way.parsed.value for way in ways[:2] if way.parsed} == {"2019-03-12", "2019-03-17"}


def test_letters_in_a_number_are_read_as_digits_where_the_ink_allows() -> None:
    ways = weigh("postal_code", [doubting("0O100", 1, "0", 0.7)], [])

    assert ways[0].raw == "00100"


def test_a_known_name_wins_over_a_near_one() -> None:
    ways = weigh("text", [doubting("Virtanem", 7, "n", 0.6)], [])

    assert ways[0].raw == "Virtanen"


def test_a_list_does_not_bend_what_is_surely_read() -> None:
    ways = weigh("text", [doubting("Virtamen", 5, "n", 0.999)], [])

    assert ways[0].raw == "Virtamen"


def test_scribble_is_no_date() -> None:
    ways = weigh("date", [spelt(LineText("kz qwrx", 0.97, 0.9))], [])

    assert ways[0].parsed is None


def test_nothing_read_gives_nothing() -> None:
    empty = Spelling(np.array([[1.0, 0.0]], dtype=np.float32), ("a",))

    assert weigh("text", [empty], [""]) == []


@pytest.mark.parametrize("hint", ["12.3.2019", "12.03.2019"])
def test_the_page_reader_tips_the_balance(hint: str) -> None:
    ways = weigh("date", [doubting("17.3.2019", 1, "2", 0.55)], [hint])

    assert ways[0].parsed is not None
    assert ways[0].parsed.value == "2019-03-12"


def test_a_gap_within_a_long_known_word_is_none() -> None:
    apart = spelt(LineText("HEL SINKI", 0.97, 0.97))

    assert weigh("text", [apart, doubting("HELSINKI", 3, "I", 0.6)], [])[0].raw == "HELSINKI"


def test_a_gap_between_two_known_words_stays() -> None:
    assert weigh("text", [spelt(LineText("Liisa Virtanen", 0.97, 0.97))], [])[0].raw == "Liisa Virtanen"
