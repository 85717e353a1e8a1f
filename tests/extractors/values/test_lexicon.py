"""Lists of words: what is in them, and what being in them means."""

from __future__ import annotations

import pytest

from extractors.values.lexicon import FOLDER, is_icd10_category, is_known, known_words, near_words, with_capital_i, with_its_marks


@pytest.mark.parametrize(
    "word", ["Virtanen", "MATTI", "Åke", "Espoo", "Espoon", "Lindströms", "Oy", "sairaanhoitaja", "Kauppakatu"]
)
def test_words_of_these_papers_are_known(word: str) -> None:
    assert is_known(word)


@pytest.mark.parametrize("word", ["Virtamen", "xkzq", "12", ""])
def test_other_words_are_not(word: str) -> None:
    assert not is_known(word)


def test_known_words_of_a_text_are_told() -> None:
    assert known_words("Virtanen Matti, xkzq 12 JYVASKYLA") == ["Virtanen", "Matti", "JYVASKYLA"]


def test_codes_of_icd10_begin_with_a_category() -> None:
    assert is_icd10_category("B15.9")
    assert not is_icd10_category("U99.9")


def test_every_list_names_its_source() -> None:
    for path in FOLDER.glob("*.txt"):
        assert path.read_text().startswith("# "), path.name


def test_a_word_one_letter_off_has_its_neighbours_written_alike() -> None:
    assert "HELSINKI" in near_words("HELSNKI")
    assert "Ravintola" in near_words("Rayintola")


@pytest.mark.parametrize("word", ["Helsinki", "Okr", "xkzqwv"])
def test_known_short_and_strange_words_have_no_neighbours(word: str) -> None:
    assert near_words(word) == ()


@pytest.mark.parametrize(
    ("word", "whole"), [("JYVASKYLÄ", "JYVÄSKYLÄ"), ("Hamalainen", "Hämäläinen"), ("Lehtonen", "Lehtonen"), ("Ahti", "Ahti")]
)
def test_lost_dots_come_back_in_words_that_are_nothing_else(word: str, whole: str) -> None:
    assert with_its_marks(word) == whole


def test_marks_that_are_there_are_never_taken_off() -> None:
    assert with_its_marks("Strandén") == "Strandén"


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("sjukvärdsdistrikt", "sjukvårdsdistrikt"), ("hälsovärdsverket", "hälsovårdsverket"), ("Älands", "Ålands"),
        ("Asa", "Åsa"), ("Abo", "Åbo"), ("Lansikatu", "Länsikatu"), ("Vasa", "Vasa"), ("Mars", "Mars"), ("far", "far"),
    ],
)  # fmt: skip
def test_rings_and_dots_are_put_right_where_one_word_is_meant(read: str, meant: str) -> None:
    assert with_its_marks(read) == meant


@pytest.mark.parametrize(
    ("read", "meant"),
    [("lisalmi", "Iisalmi"), ("lkonen,", "Ikonen,"), ("lida", "lida"), ("lauri", "lauri"), ("Iisalmi", "Iisalmi"), ("li", "li")],
)
def test_a_capital_i_that_was_read_as_an_l_is_put_back(read: str, meant: str) -> None:
    assert with_capital_i(read) == meant


def test_what_is_a_word_with_an_l_is_a_name_among_names_only() -> None:
    assert with_capital_i("lida", among_names=True) == "Iida"
    assert with_capital_i("lasse", among_names=True) == "lasse"


@pytest.mark.parametrize(("read", "meant"), [("Lindgvist", "Lindqvist"), ("KRONOVIST", "KRONQVIST"), ("Sigvard", "Sigvard")])
def test_a_q_that_was_read_as_a_g_or_an_o_is_put_back(read: str, meant: str) -> None:
    assert with_its_marks(read) == meant
