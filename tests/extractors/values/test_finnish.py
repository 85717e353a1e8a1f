"""Finnish words by their grammar, and what is left where Voikko is not installed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from extractors.values import finnish, lexicon
from extractors.values.finnish import finnish_near, is_finnish, is_there
from extractors.values.lexicon import is_known, near_words, with_its_marks

needs_voikko = pytest.mark.skipif(not is_there(), reason="Voikko is not installed (libvoikko1, voikko-fi)")


@needs_voikko
@pytest.mark.parametrize(
    "word", ["keuhkotuberkuloosi", "maidonkäsittelijä", "tartuntataudeista", "varhaiskasvatuksen", "helsinki"]
)
def test_forms_and_compounds_are_words(word: str) -> None:
    assert is_finnish(word)


@needs_voikko
@pytest.mark.parametrize("word", ["keuhkotubfrkuloosi", "tuntatautipavaraha", "hel", "xkzq"])
def test_pieces_and_misreadings_are_none(word: str) -> None:
    assert not is_finnish(word)


@needs_voikko
def test_a_misread_compound_is_near_what_it_was() -> None:
    assert "keuhkotuberkuloosi" in finnish_near("keuhkotubfrkuloosi")
    assert "KEUHKOTUBERKULOOSI" in near_words("KEUHKOTUBFRKULOOSI")


@needs_voikko
def test_lost_dots_of_a_compound_come_back() -> None:
    assert with_its_marks("MAIDONKASITTELIJA") == "MAIDONKÄSITTELIJÄ"


@pytest.fixture
def without_voikko(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    caches = (is_finnish, finnish_near, near_words)
    monkeypatch.setattr(finnish, "_voikko", lambda: None)
    for kept in caches:
        kept.cache_clear()
    yield
    for kept in caches:
        kept.cache_clear()


@pytest.mark.usefixtures("without_voikko")
def test_without_voikko_the_lists_speak_alone() -> None:
    assert not is_finnish("maidonkäsittelijä")
    assert not is_known("maidonkäsittelijä")
    assert is_known("sairaanhoitaja")
    assert near_words("MAIDONKÄSITTFLIJÄ") == ()
    assert lexicon.with_its_marks("Hamalainen") == "Hämäläinen"
