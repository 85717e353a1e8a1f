"""Labels are found by their words in any printing, and by the order of the form where words alone do not tell."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extractors.labels import LabelHit, Wanted, find_labels, wanted_labels
from extractors.phrases import phrases_of
from extractors.wrapped import with_wrapped
from models.document_type import DocumentType
from models.page import Word
from tests.drawing import words_of


def look(wanted: dict[str, str], *pages: Sequence[Word]) -> dict[str, LabelHit]:
    numbered = [(number, with_wrapped(phrases_of(words))) for number, words in enumerate(pages, start=1)]
    return find_labels([Wanted(name, (label,)) for name, label in wanted.items()], numbered)


def at(hit: LabelHit) -> tuple[int, int, int]:
    return hit.page, round(hit.box.x0), round(hit.box.y0)


@pytest.mark.parametrize(
    "printed",
    [
        "Henkilötunnus",
        "HENKILÖTUNNUS",
        "Henkilötunnus:",
        "1. Henkilötunnus",
        "Henkilotunnus",
        "Henkilötunnns",
        "Henkilö tunnus",
        "*Henkilötunnus*",
    ],
)
def test_a_label_is_found_in_any_printing(printed: str) -> None:
    page = [*words_of(printed, 700, 300), *words_of("Sukunimi", 100, 300)]

    hits = look({"name": "Sukunimi", "hetu": "Henkilötunnus"}, page)

    assert at(hits["name"])[1:] == (100, 300)
    assert 690 <= hits["hetu"].box.x0 < 760
    assert hits["hetu"].score > 0.75


@pytest.mark.parametrize("printed", ["Henkilökunta", "Tunnus", "Postitoimipaikka", "Työnantaja"])
def test_another_word_is_not_the_label(printed: str) -> None:
    assert look({"hetu": "Henkilötunnus"}, words_of(printed, 100, 300)) == {}


@pytest.mark.parametrize("printed", ["Nimike", "Nina", "Nim"])
def test_a_short_label_must_stand_there_to_the_letter(printed: str) -> None:
    assert look({"name": "Nimi"}, words_of(printed, 100, 300)) == {}
    assert "name" in look({"name": "Nimi"}, words_of("Nimi:", 100, 300))


def test_the_box_is_of_the_label_alone_when_its_value_follows() -> None:
    page = words_of("Henkilötunnus 131052-308T", 100, 300)

    hit = look({"hetu": "Henkilötunnus"}, page)["hetu"]

    assert hit.box.x1 == pytest.approx(page[0].box.x1, abs=4)


def test_a_label_that_stands_twice_goes_by_the_order_of_the_form() -> None:
    page = [
        *words_of("Työntekijän nimi", 100, 200), *words_of("Puhelinnumero", 700, 200),
        *words_of("Työnantajan nimi", 100, 400), *words_of("Puhelinnumero", 700, 400),
    ]  # fmt: skip
    wanted = {
        "employee": "Työntekijän nimi",
        "phone": "Puhelinnumero",
        "employer": "Työnantajan nimi",
        "employer_phone": "Puhelinnumero",
    }

    hits = look(wanted, page)

    assert {name: at(hit)[2] for name, hit in hits.items()} == {
        "employee": 200, "phone": 200, "employer": 400, "employer_phone": 400,
    }  # fmt: skip


def test_the_second_of_two_is_found_when_the_first_cannot_be_read() -> None:
    page = [*words_of("Alkaen", 100, 200), *words_of("Lapsen nimi", 100, 400), *words_of("Päättyen", 700, 500)]
    wanted = {"start": "Alkaen", "end": "Päättyen", "child": "Lapsen nimi", "child_end": "Päättyen"}

    hits = look(wanted, page)

    assert at(hits["child_end"]) == (1, 700, 500)
    assert "end" not in hits


def test_no_place_is_given_to_two_labels() -> None:
    hits = look({"one": "Päivämäärä", "two": "Päivämäärä"}, words_of("Päivämäärä", 100, 200))

    assert len(hits) == 1


def test_sections_that_a_printing_moved_about_are_still_found() -> None:
    page = [*words_of("Tilinumero", 100, 200), *words_of("Pankin BIC-tunnus", 100, 300), *words_of("Sukunimi", 100, 600)]

    hits = look({"name": "Sukunimi", "iban": "Tilinumero", "bic": "Pankin BIC-tunnus"}, page)

    assert {name: at(hit)[2] for name, hit in hits.items()} == {"name": 600, "iban": 200, "bic": 300}


def test_labels_follow_one_another_over_pages() -> None:
    first = [*words_of("Hakija", 100, 200), *words_of("Päivämäärä", 100, 300)]
    second = [*words_of("Allekirjoitus", 100, 200), *words_of("Päivämäärä", 100, 300)]

    hits = look(
        {"applicant": "Hakija", "day": "Päivämäärä", "signature": "Allekirjoitus", "signature_day": "Päivämäärä"}, first, second
    )

    assert (hits["day"].page, hits["signature_day"].page) == (1, 2)


def test_a_label_wrapped_in_its_cell_is_found() -> None:
    page = [*words_of("Sairausajan palkan", 100, 300), *words_of("saajan yhteyshenkilö", 100, 321)]

    hits = look({"contact": "Sairausajan palkan saajan yhteyshenkilö"}, page)

    assert at(hits["contact"]) == (1, 100, 300)


def test_a_heading_is_not_the_label_of_a_field() -> None:
    page = [*words_of("3. Työnantaja", 100, 200, high=26), *words_of("Työnantaja", 100, 260)]

    hits = look({"employer": "Työnantaja"}, page)

    assert at(hits["employer"]) == (1, 100, 260)


def test_a_heading_is_found_when_a_heading_is_looked_for() -> None:
    hits = look({"#info": "Lisätietoja"}, words_of("7. Lisätietoja", 100, 200, high=26))

    assert "#info" in hits


def test_words_inside_a_sentence_count_less_than_a_label_of_its_own() -> None:
    page = [
        *words_of("Merkitse tähän tilinumero jolle etuus maksetaan ja allekirjoita", 100, 200),
        *words_of("Tilinumero", 100, 300),
    ]

    hits = look({"iban": "Tilinumero"}, page)

    assert at(hits["iban"]) == (1, 100, 300)


def test_an_empty_page_has_no_labels() -> None:
    assert look({"iban": "Tilinumero"}, []) == {}


FORM = DocumentType.model_validate(
    {
        "name": "made_up", "family": "form", "title": {"fi": ["Lomake"]}, "match": {},
        "field": [
            {"name": "iban", "kind": "iban", "labels": {"fi": ["Tilinumero"], "sv": ["Kontonummer"]}},
            {"name": "info", "kind": "text", "heading": {"fi": ["Lisätietoja"], "sv": ["Mer information"]}},
            {"name": "jobs", "kind": "table", "column": [
                {"name": "firm", "kind": "text", "labels": {"fi": ["Yritys"], "sv": ["Företag"]}}]},
            {"name": "e_code", "kind": "text", "labels": {"en": ["Code"]}},
        ],
    }
)  # fmt: skip


def test_labels_are_wanted_in_the_language_of_the_page_and_the_order_of_the_form() -> None:
    wanted = wanted_labels(FORM, "sv")

    assert [(want.name, want.labels) for want in wanted] == [
        ("iban", ("Kontonummer",)), ("#info", ("Mer information",)), ("jobs.firm", ("Företag",)), ("e_code", ("Code",)),
    ]  # fmt: skip


def test_without_a_language_labels_of_all_are_wanted() -> None:
    assert wanted_labels(FORM, None)[0].labels == ("Tilinumero", "Kontonummer")


def test_a_label_of_a_worn_fax_is_known_by_its_shape_between_its_neighbours() -> None:
    sheet = [("Henkilötunnus", 100), ("Sukontmi", 160), ("Lähiosoite", 220)]
    phrases = phrases_of([one for text, y in sheet for one in words_of(text, 100, y)])
    wanted = [Wanted("hetu", ("Henkilötunnus",)), Wanted("surname", ("Sukunimi",)), Wanted("street", ("Lähiosoite",))]

    found = find_labels(wanted, [(1, phrases)])

    assert set(found) == {"hetu", "surname", "street"}


def test_a_word_of_another_shape_is_no_label_for_standing_there() -> None:
    sheet = [("Henkilötunnus", 100), ("Saajatili", 160), ("Lähiosoite", 220)]
    phrases = phrases_of([one for text, y in sheet for one in words_of(text, 100, y)])
    wanted = [Wanted("hetu", ("Henkilötunnus",)), Wanted("surname", ("Sukunimi",)), Wanted("street", ("Lähiosoite",))]

    assert "surname" not in find_labels(wanted, [(1, phrases)])
