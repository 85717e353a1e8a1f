"""Letters of which only the person and the letter's own day are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

CASES = {
    "a withdrawal with place and date": (
        "application_withdrawal",
        [
            "Kela",
            "PL 10, 00056 KELA",
            "",
            "Peruutan tartuntatautipäivärahahakemukseni, jonka lähetin 2.1.2020.",
            "",
            "Turussa 9. tammikuuta 2020",
            "",
            "Sanna Lehto (290292-9944)",
        ],
        {"person_hetu": "290292-9944", "date": "2020-01-09"},
    ),
    "a fund's claim with its date at the top": (
        "unemployment_fund_claim",
        [
            "Rakennusalan työttömyyskassa\t\t15.8.2019",
            "",
            "Maksuvaatimus",
            "",
            "Jäsenen nimi:\tKivelä Antti",
            "Henkilötunnus:\t230869-914K",
            "Vaatimus koskee aikaa 1.7.2019–31.7.2019. Etuus on maksettu 6.8.2019.",
            "",
            "Kassanjohtaja Raili Heikkilä",
        ],
        {"person_hetu": "230869-914K", "date": "2019-08-15"},
    ),
    "a guardian's code is not the principal's": (
        "guardianship_order",
        [
            "Digi- ja väestötietovirasto",
            "Päätös edunvalvojan määräämisestä",
            "",
            "Edunvalvoja: Tiina Kallio, henkilötunnus 120286-9838",
            "Päämies: Eino Kallio, henkilötunnus 190957-999E",
            "Edunvalvojan tehtävä alkaa 1.5.2019 ja on voimassa toistaiseksi.",
            "",
            "Päivätty 24.4.2019",
        ],
        {"person_hetu": "190957-999E", "date": "2019-04-24"},
    ),
    "a Swedish proxy": (
        "proxy",
        [
            "Fullmakt",
            "",
            "Jag befullmäktigar Stig Öberg, personbeteckning 230869-914K, att sköta mina ärenden hos FPA.",
            "Fullmakten gäller 1.1.2020–31.12.2020.",
            "",
            "Ort och datum\tJakobstad 28.12.2019",
            "Fullmaktsgivare\tBritta Öberg",
            "Personbeteckning\t010171-9060",
        ],
        {"person_hetu": "010171-9060", "date": "2019-12-28"},
    ),
    "a municipality's claim under its stamp": (
        "municipality_claim",
        [
            "Salon kaupunki, sosiaalipalvelut\t\t\tSAAPUNUT",
            "\t\t\t05.03.2019",
            "",
            "Toimeentulotuen ennakkoa koskeva maksuvaatimus",
            "Asiakas Reijo Sundström 080865W945V",
            "Ajalta 1.1.–31.1.2019 on maksettu ennakkona 485,50 euroa. Päätös tehty 4.1.2019.",
            "Salossa 26.2.2019",
        ],
        {"person_hetu": "080865W945V", "date": "2019-02-26"},
    ),
    "a code misread beyond repair is held open": (
        "late_explanation",
        ["Selvitys", "", "Henkilötunnus: 2109?1-9", "", "7.8.2019"],
        {"person_hetu": None, "date": "2019-08-07"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_letter_yields_its_person_and_its_own_day(case: str, values: Callable[..., dict[str, Any]]) -> None:
    type_name, rows, says = CASES[case]

    read = values(type_name, rows)

    assert read == says
