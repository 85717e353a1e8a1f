"""Notices of invented enforcement offices, worded and laid out in ways of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest


class Case(NamedTuple):
    name: str
    rows: list[str]
    says: dict[str, Any]
    layout: dict[str, Any] | None = None


SENTENCES = Case(
    "a ban in sentences",
    [
        "Keski-Suomen ulosottovirasto\t\tMAKSUKIELTO",
        "Cygnaeuksenkatu 1, 40100 Jyväskylä\t\t14.2.2020",
        "\t\tDnro 4412/9001/2020",
        "",
        "Kansaneläkelaitos",
        "",
        "Velallinen: Mäkelä Jouni Tapani, 300183-967S",
        "",
        "Velallisen päivärahasta ulosmitataan kaksi kolmasosaa suojaosuuden ylittävästä määrästä 1.3.2020 alkaen",
        "toistaiseksi. Velallisen suojaosuus on 1 154,70 euroa kuukaudessa (38,49 euroa päivässä). Velallisen elatuksen",
        "varassa on kaksi henkilöä. Muut tulot ovat 812,40 euroa kuukaudessa.",
        "",
        "Määrä maksetaan ulosottoviraston tilille FI35 5736 8193 0364 26 viitteellä 12345 67897.",
        "",
        "Seppo Niemelä",
        "Johtava kihlakunnanvouti",
        "Puh. 029 56 11111",
    ],
    {
        "notice_kind": "ban",
        "enforcement_office": "Keski-Suomen ulosottovirasto",
        "case_number": "4412/9001/2020",
        "debtor_name": "Mäkelä Jouni Tapani",
        "debtor_hetu": "300183-967S",
        "issued_date": "2020-02-14",
        "valid_from": "2020-03-01",
        "withholding_method": "income_limit",
        "protected_portion_month": "1154.70",
        "dependants": 2,
        "other_income_month": "812.40",
        "payment_iban": "FI3557368193036426",
        "payment_reference": "1234567897",
        "bailiff_name": "Seppo Niemelä",
    },
)

SWEDISH = Case(
    "a Swedish ban as pairs",
    [
        "UTSÖKNINGSVERKET I EGENTLIGA FINLAND",
        "BETALNINGSFÖRBUD",
        "Utmätning av periodisk inkomst",
        "",
        "Ärendenummer:\t771/2210/2019",
        "Datum:\t4.6.2019",
        "Mottagare:\tFolkpensionsanstalten",
        "Gäldenär:\tEkholm, Rolf Anders",
        "Personbeteckning:\t210679-988M",
        "I kraft:\t10.6.2019–31.12.2019",
        "Innehållning:\ten tredjedel av nettoinkomsten",
        "Skyddat belopp:\t678,90 euro/mån",
        "Personer som gäldenären försörjer:\t\t0",
        "Till konto:\tFI23 2129 9722 0033 22",
        "Referens:\t77004 123",
        "",
        "Marianne Backman",
        "häradsutmätningsman",
    ],
    {
        "notice_kind": "ban",
        "enforcement_office": "UTSÖKNINGSVERKET I EGENTLIGA FINLAND",
        "case_number": "771/2210/2019",
        "debtor_name": "Ekholm Rolf Anders",
        "debtor_hetu": "210679-988M",
        "issued_date": "2019-06-04",
        "valid_from": "2019-06-10",
        "valid_to": "2019-12-31",
        "withholding_method": "one_third",
        "protected_portion_month": "678.90",
        "dependants": 0,
        "payment_iban": "FI2321299722003322",
        "payment_reference": "77004123",
        "bailiff_name": "Marianne Backman",
    },
)

FIXED = Case(
    "a fixed amount, labels above their values",
    [
        "Lapin ulosottovirasto",
        "MAKSUKIELTO TOISTUVAISTULOON",
        "",
        "Velallisen nimi\tHenkilötunnus\tAsianumero\tAnnettu",
        "Outi Marjaana Kauppi\t120286-9838\t19/330/2019\t2.9.2019",
        "",
        "Voimassa alkaen\tSaakka\tPidätettävä määrä\tSuojaosuus",
        "16.9.2019\t31.3.2020\tVakiomäärä 95,00 €/kk\t2 013,30 €/kk",
        "",
        "Elätettäviä\tTilinumero\t\tViite",
        "puoliso ja 2 lasta\tFI4445383236405622\t\t880123453",
        "",
        "Kihlakunnanulosottomies Pasi Ollila, puh. 029 56 22222",
    ],
    {
        "notice_kind": "ban",
        "enforcement_office": "Lapin ulosottovirasto",
        "case_number": "19/330/2019",
        "debtor_name": "Outi Marjaana Kauppi",
        "debtor_hetu": "120286-9838",
        "issued_date": "2019-09-02",
        "valid_from": "2019-09-16",
        "valid_to": "2020-03-31",
        "withholding_method": "fixed",
        "fixed_amount": "95.00",
        "protected_portion_month": "2013.30",
        "dependants": 3,
        "payment_iban": "FI4445383236405622",
        "payment_reference": "880123453",
        "bailiff_name": "Pasi Ollila",
    },
)

AMENDMENT = Case(
    "an amendment that says what it replaces in a sentence",
    [
        "ULOSOTTOLAITOS\t\tMuutettu maksukielto",
        "Pohjois-Suomen ulosottovirasto\t\t21.1.2019",
        "\t\tAsianro 5/1187/2018",
        "",
        "Velallinen\tRuuska Timo",
        "Henkilötunnus\t171188-932L",
        "",
        "Tämä maksukielto korvaa 3.12.2018 annetun maksukiellon.",
        "",
        "Voimassaoloaika\t1.2.2019 - toistaiseksi",
        "Ulosmittauksen määrä\tTulorajaulosmittaus",
        "Suojaosuus\t22,63 euroa/pv, 678,90 euroa/kk",
        "Huollettavia\tei ole",
        "Tilille\tFI75 4154 9909 5145 47",
        "Viitenumero\t5 55012 34980",
        "",
        "Annika Lehto",
        "kihlakunnanulosottomies",
    ],
    {
        "notice_kind": "amendment",
        "enforcement_office": "Pohjois-Suomen ulosottovirasto",
        "case_number": "5/1187/2018",
        "debtor_name": "Ruuska Timo",
        "debtor_hetu": "171188-932L",
        "issued_date": "2019-01-21",
        "replaces_ban_dated": "2018-12-03",
        "valid_from": "2019-02-01",
        "withholding_method": "income_limit",
        "protected_portion_month": "678.90",
        "dependants": 0,
        "payment_iban": "FI7541549909514547",
        "payment_reference": "55501234980",
        "bailiff_name": "Annika Lehto",
    },
)

FREE_MONTHS = Case(
    "free months told in a sentence",
    [
        "Itä-Suomen ulosottovirasto",
        "VAPAAKUUKAUSI-ILMOITUS",
        "",
        "Asianumero\t33/4101/2019",
        "Päivämäärä\t3.6.2019",
        "Velallinen\tSeppälä Niko",
        "Henkilötunnus\t060701A959P",
        "",
        "Velalliselle on myönnetty vapaakuukausiksi heinä- ja elokuu 2019. Ilmoitus koskee 5.2.2019 annettua maksukieltoa.",
        "",
        "Liisa Vainikka, kihlakunnanulosottomies",
    ],
    {
        "notice_kind": "suspension",
        "enforcement_office": "Itä-Suomen ulosottovirasto",
        "case_number": "33/4101/2019",
        "debtor_name": "Seppälä Niko",
        "debtor_hetu": "060701A959P",
        "issued_date": "2019-06-03",
        "free_months": ["2019-07", "2019-08"],
        "replaces_ban_dated": "2019-02-05",
        "bailiff_name": "Liisa Vainikka",
    },
)

TERMINATION = Case(
    "a ban withdrawn",
    [
        "Hämeen ulosottovirasto\t\t\t11.10.2019",
        "",
        "MAKSUKIELLON PERUUTTAMINEN",
        "",
        "Asianumero\t900/2771/2018",
        "Velallinen\tHuttunen-Aro, Kirsi",
        "Hetu\t010171-9060",
        "",
        "Peruutan 14.11.2018 annetun maksukiellon. Etuus maksetaan velalliselle 1.11.2019 alkaen.",
        "",
        "Ulosottomies:\tTeemu Alanko",
    ],
    {
        "notice_kind": "termination",
        "enforcement_office": "Hämeen ulosottovirasto",
        "case_number": "900/2771/2018",
        "debtor_name": "Huttunen-Aro Kirsi",
        "debtor_hetu": "010171-9060",
        "issued_date": "2019-10-11",
        "replaces_ban_dated": "2018-11-14",
        "bailiff_name": "Teemu Alanko",
    },
)

SWEDISH_FREE_MONTHS = Case(
    "Swedish free months",
    [
        "Österbottens utsökningsverk\t\tMeddelande om fria månader",
        "\t\t2.11.2020",
        "\t\tÄrendenr 12/345/2020",
        "",
        "Gäldenärens namn\tBerg Monica",
        "Personbeteckning\t250390Y931T",
        "Fria månader\tnovember och december 2020",
        "Gäller betalningsförbudet\t1.9.2020",
        "",
        "Efter de fria månaderna följs betalningsförbudet.",
        "",
        "Kjell Strand",
        "Häradsutmätningsman",
        "Tfn 029 56 33333",
    ],
    {
        "notice_kind": "suspension",
        "enforcement_office": "Österbottens utsökningsverk",
        "case_number": "12/345/2020",
        "debtor_name": "Berg Monica",
        "debtor_hetu": "250390Y931T",
        "issued_date": "2020-11-02",
        "free_months": ["2020-11", "2020-12"],
        "replaces_ban_dated": "2020-09-01",
        "bailiff_name": "Kjell Strand",
    },
    {"slope": -0.01},
)

CASES = [SENTENCES, SWEDISH, FIXED, AMENDMENT, FREE_MONTHS, TERMINATION, SWEDISH_FREE_MONTHS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_notice_yields_all_that_it_says_and_nothing_else(case: Case, values: Callable[..., dict[str, Any]]) -> None:
    read = values("payment_ban", case.rows, **(case.layout or {}))

    assert read == case.says
