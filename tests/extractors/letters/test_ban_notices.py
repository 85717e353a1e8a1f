"""What a notice of the enforcement authority is, and which days it gives to bans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Values = Callable[..., dict[str, Any]]
OFFICE = ["Oulun ulosottovirasto\t\t14.5.2019", "", "Kansaneläkelaitos", ""]
DEBTOR = "Velallinen: Virtala Esa, 240461-977Y"
TERMS = "Suojaosuus on 678,00 euroa kuukaudessa. Tilille FI35 5736 8193 0364 26, viite 12345 67897."


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (["Maksukielto", "", DEBTOR, TERMS], "ban"),
        (["Maksukielto", "", DEBTOR, TERMS, "", "Tämä maksukielto korvaa 3.3.2018 päivätyn maksukiellon."], "amendment"),
        (["Maksukielto", "", DEBTOR, TERMS, "", "Maksukielto on voimassa, kunnes se peruutetaan."], "ban"),
        ([DEBTOR, "", "Ilmoitamme, että 5.2.2018 antamamme maksukielto on päättynyt 30.4.2019."], "termination"),
        (["Maksukiellon lykkääminen", "", DEBTOR, "", "Vapaakuukausia ovat kesäkuu ja heinäkuu 2019."], "suspension"),
    ],
)
def test_the_kind_is_told_by_the_title_or_by_what_the_sentences_do(rows: list[str], kind: str, values: Values) -> None:
    assert values("payment_ban", [*OFFICE, *rows])["notice_kind"] == kind


def test_of_two_days_in_a_sentence_the_earlier_is_the_bans_and_the_later_its_end(values: Values) -> None:
    read = values(
        "payment_ban",
        [*OFFICE, DEBTOR, "", "Ilmoitamme, että 5.2.2018 antamamme maksukielto, joka koskee velallista, on päättynyt 30.4.2019."],
    )

    assert (read["replaces_ban_dated"], read["valid_to"]) == ("2018-02-05", "2019-04-30")


def test_a_day_from_which_a_ban_is_withdrawn_is_no_end(values: Values) -> None:
    read = values(
        "payment_ban",
        [*OFFICE, "Maksukiellon peruutus", "", DEBTOR, "", "Maksukielto 5.2.2018 raukeaa 1.6.2019 lukien."],
    )

    assert "valid_to" not in read


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("Velallisella ei ole elätettäviä. Tilille FI35 5736 8193 0364 26 maksetaan.", 0),
        ("Elätettävinä ovat puoliso ja kaksi lasta.", 3),
        ("Gäldenären försörjer inga personer.", 0),
        ("Velallisen elatuksen varassa on kaksi henkilöä.", 2),
    ],
)
def test_dependants_are_counted_within_their_sentence(sentence: str, count: int, values: Values) -> None:
    read = values("payment_ban", [*OFFICE, "Maksukielto", "", DEBTOR, "", "Velan perimiseksi annetaan maksukielto. " + sentence])

    assert read["dependants"] == count
