"""Parts of orders that are written in many ways: numbers, names in cases, offices, workplaces, answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from extractors.letters.subject import nominative

Values = Callable[..., dict[str, Any]]
TITLE = ["Raahen kaupunki", "", "Päätös työstä poissaolosta", ""]
SUBJECT = "Nimi: Niemi Ville, henkilötunnus 120380-917C"
PERIOD = "Poissaolo 3.5.2019–17.5.2019"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Asianro PHHYKY/77/2019", "PHHYKY/77/2019"),
        ("Dnro: HEL 2019-004512", "HEL 2019-004512"),
        ("Asia: TRE:2331/2020", "TRE:2331/2020"),
        ("ROIDno-2018-3321", "ROIDno-2018-3321"),
        ("Karanteenipäätös 12/2019", "12/2019"),
        ("Päätös nro 2/2019", "2/2019"),
        ("§ 14/2019", "14/2019"),
    ],
)
def test_a_register_number_keeps_its_signs(line: str, number: str, values: Values) -> None:
    assert values("absence_order", ["Raahen kaupunki", line, "", SUBJECT, PERIOD])["diary_number"] == number


def test_a_law_or_a_day_is_no_register_number(values: Values) -> None:
    read = values("absence_order", ["Raahen kaupunki", "Tartuntatautilaki 1227/2016", "Raahe 4.5.2019", "", SUBJECT, PERIOD])

    assert "diary_number" not in read


@pytest.mark.parametrize(
    ("genitive", "name"),
    [
        ("Marja Helena Ojalan", "Marja Helena Ojala"),
        ("Leena Heinosen", "Leena Heinonen"),
        ("Tyyne Laineen", "Tyyne Laine"),
        ("Anders Johansson", "Anders Johansson"),
        ("Kaj Lindgren", "Kaj Lindgren"),
        ("Aino Virtanen", "Aino Virtanen"),
    ],
)
def test_a_name_in_the_genitive_gets_its_basic_form(genitive: str, name: str) -> None:
    assert nominative(genitive) == name


@pytest.mark.parametrize("verb", ["Määrään", "olen määrännyt", "päättää määrätä", "Eristän henkilön"])
def test_what_an_order_acts_on_stands_in_the_genitive(verb: str, values: Values) -> None:
    read = values("absence_order", [*TITLE, f"Täten {verb} Marja Helena Ojalan (250969-908F) olemaan poissa työstä", PERIOD])

    assert read["subject_name"] == "Marja Helena Ojala"


def test_a_word_behind_a_colon_is_a_value_though_it_is_a_label_elsewhere(values: Values) -> None:
    read = values(
        "absence_order", [*TITLE, SUBJECT, PERIOD, "Allekirjoitus: Aino Halme", "Asema: virkalääkäri, vastaa tartuntataudeista"]
    )

    assert (read["physician_name"], read["physician_is_responsible"]) == ("Aino Halme", True)


def test_who_decides_as_physician_in_charge_says_so_in_the_text(values: Values) -> None:
    rows = [
        *TITLE,
        "Seudun tartuntataudeista vastaavana lääkärinä määrään, että Ville Niemi (120380-917C) on poissa työstä",
        "3.5.2019–17.5.2019.",
        "",
        "Pirkko Halme",
        "apulaisylilääkäri",
    ]

    assert values("absence_order", rows)["physician_is_responsible"] is True


@pytest.mark.parametrize(("answer", "hazardous"), [("ei", False), ("kyllä", True), ("Ei", False)])
def test_a_class_may_be_a_question_with_its_answer(answer: str, hazardous: bool, values: Values) -> None:
    read = values("absence_order", [*TITLE, SUBJECT, PERIOD, f"Yleisvaarallinen tartuntatauti: {answer}"])

    assert read["hazardous"] is hazardous


def test_an_unknown_employer_is_none_and_the_only_firm_named_is_one(values: Values) -> None:
    unknown = values("absence_order", [*TITLE, SUBJECT, PERIOD, "Työnantaja: ei tiedossa"])
    only = values(
        "absence_order", [*TITLE, "Määrätään Ville Niemi, 120380-917C, kokki, Ravintola Rinne Oy, olemaan poissa työstä", PERIOD]
    )

    assert "workplace" not in unknown
    assert only["workplace"] == "Ravintola Rinne Oy"


def test_a_head_in_two_languages_gives_the_name_in_the_letters_own(values: Values) -> None:
    rows = [
        "Raaseporin kaupunki – Raseborgs stad",
        "",
        "Beslut om karantän",
        "",
        "Jag förordnar Anders Nilsson (120380-917C) i karantän under tiden 3.5.2019–17.5.2019 för att",
        "förhindra att sjukdomen sprids.",
    ]

    assert values("absence_order", rows)["authority"] == "Raseborgs stad"


def test_in_widely_set_lines_a_sentence_goes_on(values: Values) -> None:
    rows = [
        "Raahen kaupunki",
        "Päätös työstä poissaolosta",
        "Ville Niemi (120380-917C) on poissa työstä 3.5.2019–17.5.2019 tartuntataudin vuoksi.",
        "Perusteena on kampylobakteerienteriitti (A04.5), joka on muu tartuntatauti. Työpaikka: Koskinen",
        "Kotipalvelut Oy. Hän saa palata työhön, kun näyte on puhdas ja tartuntavaaraa ei enää ole.",
        "Päätöksestä saa valittaa hallinto-oikeuteen.",
    ]

    assert values("absence_order", rows, pitch=56)["workplace"] == "Koskinen Kotipalvelut Oy"
