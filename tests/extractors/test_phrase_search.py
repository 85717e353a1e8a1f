"""Finding known phrases in misread text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.phrase_search import Phrase, SearchText, fold
from extractors.rows import Segment
from models.geometry import Box


def search(*segments: str) -> SearchText:
    return SearchText([Segment(text, Box(0, 30 * i, 500, 30 * i + 20), 20.0, i) for i, text in enumerate(segments)])


@pytest.mark.parametrize(
    "text",
    [
        "Selvitys hakemuksen myöhästymisestä",
        "SELVITYS HAKEMUKSEN MYÖHÄSTYMISESTÄ",
        "Selvitys hakemuk sen myöhästymisestä",
        "Selvityshakemuksen myöhästymisestä",
        "Se1vitys hakemuksen myohastymisesta",
        "Selvltys hakenuksen myöhästyrnisestä",
        "Asia: selvitys hakemuksen myöhästymisestä",
    ],
)
def test_a_phrase_is_found_however_it_was_read(text: str) -> None:
    assert search("Helsingissä", text).find(Phrase.of("Selvitys hakemuksen myöhästymisestä")) is not None


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("Lääkärintodistus A", "Lääkärintodistus C"),
        ("peruutan tartuntatautipäivärahahakemukseni", "haen tartuntatautipäivärahahakemukseni"),
        ("Maa", "Maalaiskunta"),
        ("Tili", "Päätili"),
        ("eläkkeeni", "sairauseläkkeeni"),
        ("EESSI", "E ES SI"),
        ("Valitus", "Valaistus"),
    ],
)
def test_a_lookalike_is_not_the_phrase(phrase: str, text: str) -> None:
    assert search(text).find(Phrase.of(phrase)) is None


def test_the_place_tells_segment_and_beginning() -> None:
    text = search("Kela", "Asia: Valtakirja", "Valtakirja")

    found = text.find(Phrase.of("Asia Valtakirja"))

    assert found is not None
    assert (found.segment, found.at_start, found.likeness) == (1, True, 100.0)


def test_a_phrase_may_run_over_two_lines() -> None:
    found = search("odotettavissa olevaa tartuntatautipäivärahaa", "vastaan ajalta").find(
        Phrase.of("tartuntatautipäivärahaa vastaan")
    )

    assert found is not None and not found.at_start


def test_holding_a_phrase_takes_no_mistakes() -> None:
    text = search("Toimeentulotukea ennakkoma")

    assert text.find(Phrase.of("toimeentulotukea ennakkona")) is not None
    assert not text.holds(Phrase.of("toimeentulotukea ennakkona"))


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.sampled_from(["hakemus", "päätös", "Kela", "kunta", "12.3.2019", "å"]), min_size=1, max_size=8), st.data())
def test_what_stands_there_is_found(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))

    assert search(" ".join(words)).find(Phrase.of(" ".join(words[first:last]))) is not None
