"""Orders of invented offices, worded and laid out in ways of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from models.extraction import Extraction
from models.geometry import Box
from models.page import Word


class Case(NamedTuple):
    name: str
    rows: list[str]
    says: dict[str, Any]
    layout: dict[str, Any] | None = None


LABELS_ABOVE = Case(
    "labels above their values",
    [
        "Keski-Pohjanmaan hyvinvointialue\t\tPÄÄTÖS\t1 (2)",
        "Infektioyksikkö",
        "",
        "Päätös ansiotyöstä poissaolosta",
        "",
        "Sukunimi ja etunimet\tHenkilötunnus\tPäätöspäivä\tDiaarinumero",
        "Rautiainen Eero Olavi\t030574-979M\t12.3.2023\tKPHVA/118/2023",
        "",
        "Alkaa\tPäättyy\tDiagnoosi",
        "10.3.2023\t24.3.2023\tA04.5",
        "",
        "Työnantaja\tTaudin luokka",
        "Kokkolan Pakkaamo Oy\tValvottava tartuntatauti",
        "",
        "Tartuntatautilaki 57 §",
        "",
        "Sirkka Ylinen",
        "ylilääkäri, tartuntataudeista vastaava",
    ],
    {
        "authority": "Keski-Pohjanmaan hyvinvointialue",
        "decision_kind": "work_absence",
        "subject_name": "Rautiainen Eero Olavi",
        "subject_hetu": "030574-979M",
        "start": "2023-03-10",
        "end": "2023-03-24",
        "disease_code": "A04.5",
        "hazardous": False,
        "workplace": "Kokkolan Pakkaamo Oy",
        "decision_date": "2023-03-12",
        "physician_name": "Sirkka Ylinen",
        "physician_is_responsible": True,
        "diary_number": "KPHVA/118/2023",
    },
)

RUNNING_TEXT = Case(
    "nothing but sentences",
    [
        "Kainuun sosiaali- ja terveydenhuollon kuntayhtymä",
        "",
        "Karanteenimääräys",
        "",
        "Määrään Aino Helena Virtasen (171188-932L) karanteeniin 28.–30.1.2019 väliseksi ajaksi, koska hänellä on",
        "todettu altistuminen tuhkarokolle (B05.9). Kyseessä on yleisvaarallinen tartuntatauti. Virtanen työskentelee",
        "työnantajalla Kajaanin Kirjapaino Oy.",
        "Päätös on tehty tartuntatautilain 60 §:n nojalla.",
        "",
        "Kajaanissa 29.1.2019",
        "",
        "Olli Tervonen",
        "infektiolääkäri",
    ],
    {
        "authority": "Kainuun sosiaali- ja terveydenhuollon kuntayhtymä",
        "decision_kind": "quarantine",
        "subject_name": "Aino Helena Virtanen",
        "subject_hetu": "171188-932L",
        "start": "2019-01-28",
        "end": "2019-01-30",
        "disease_code": "B05.9",
        "hazardous": True,
        "workplace": "Kajaanin Kirjapaino Oy",
        "decision_date": "2019-01-29",
        "physician_name": "Olli Tervonen",
        "physician_is_responsible": False,
    },
)

SWEDISH_SENTENCES = Case(
    "Swedish sentences",
    [
        "Österbottens välfärdsområde\t\tTJÄNSTEINNEHAVARBESLUT",
        "Smittskyddsenheten\t\tÄrendenummer ÖVPH/771/2023",
        "\t\t6.2.2023",
        "",
        "Beslut om isolering",
        "",
        "Holmström, Karl-Erik (080865W945V) förordnas att isoleras från och med den 3 februari 2023",
        "till och med den 17 februari 2023 för att förhindra spridning av en allmänfarlig smittsam sjukdom.",
        "Diagnos: tuberkulos A15.0. Arbetsgivare: Vasa Båtvarv Ab.",
        "Tillämpade lagrum: lagen om smittsamma sjukdomar (1227/2016) 63 §",
        "",
        "Vasa den 6 februari 2023",
        "",
        "Gunilla Sandelin, smittskyddsansvarig läkare",
    ],
    {
        "authority": "Österbottens välfärdsområde",
        "decision_kind": "isolation",
        "subject_name": "Holmström Karl-Erik",
        "subject_hetu": "080865W945V",
        "start": "2023-02-03",
        "end": "2023-02-17",
        "disease_code": "A15.0",
        "hazardous": True,
        "workplace": "Vasa Båtvarv Ab",
        "decision_date": "2023-02-06",
        "physician_name": "Gunilla Sandelin",
        "physician_is_responsible": True,
        "diary_number": "ÖVPH/771/2023",
    },
)

CHILD_SEPARATE_CODES = Case(
    "a child whose guardian has lines of his own",
    [
        "ESPOON KAUPUNKI",
        "PÄÄTÖS LAPSEN POISSAOLOSTA VARHAISKASVATUKSESTA",
        "",
        "Lapsen nimi:\tLaaksonen Veeti",
        "Henkilötunnus:\t140414A983K",
        "Huoltaja:\tLaaksonen Petra Maria",
        "Henkilötunnus:\t120286-9838",
        "Osoite:\tKuusitie 4 B 12, 02100 Espoo",
        "Aika:\t4.11.2019 alkaen toistaiseksi",
        "Tauti:\tShigelloosi A03.1, yleisvaarallinen",
        "Pvm:\t5.11.2019",
        "Dnro:\t2231/2019",
        "Päätöksen tekijä:",
        "",
        "Jaana Rinne",
        "vs. apulaisylilääkäri",
    ],
    {
        "authority": "ESPOON KAUPUNKI",
        "decision_kind": "child_home",
        "subject_name": "Laaksonen Veeti",
        "subject_hetu": "140414A983K",
        "guardian_hetu": "120286-9838",
        "start": "2019-11-04",
        "disease_code": "A03.1",
        "hazardous": True,
        "decision_date": "2019-11-05",
        "physician_name": "Jaana Rinne",
        "physician_is_responsible": False,
        "diary_number": "2231/2019",
    },
)

CHILD_IN_SENTENCE = Case(
    "a Swedish child order in sentences",
    [
        "Borgå stad",
        "Hälsovårdscentralen",
        "",
        "Beslut om att hålla barnet hemma",
        "",
        "Barnet Elin Maria Lindqvist, personbeteckning 270515B9200, ska hållas hemma från småbarnspedagogiken",
        "1.10.2019–14.10.2019. Vårdnadshavare: Johan Lindqvist, personbeteckning 230869-914K.",
        "Orsak: kikhosta, ICD-10 A37.9.",
        "",
        "2.10.2019",
        "",
        "Camilla Ek",
        "läkare som ansvarar för smittsamma sjukdomar",
    ],
    {
        "authority": "Borgå stad",
        "decision_kind": "child_home",
        "subject_name": "Elin Maria Lindqvist",
        "subject_hetu": "270515B9200",
        "guardian_hetu": "230869-914K",
        "start": "2019-10-01",
        "end": "2019-10-14",
        "disease_code": "A37.9",
        "decision_date": "2019-10-02",
        "physician_name": "Camilla Ek",
        "physician_is_responsible": True,
    },
)

ONE_COLUMN_NO_COLON = Case(
    "labels and values with a blank between",
    [
        "HUS Helsingin yliopistollinen sairaala",
        "Epidemiologinen yksikkö",
        "",
        "TYÖSTÄPOISSAOLOPÄÄTÖS",
        "Diaarinumero HUS/5521/2019",
        "Päivämäärä 8.5.2019",
        "",
        "Potilas Korhonen Mirja Anneli",
        "Henkilötunnus 190957-999E",
        "Työnantaja Helsingin Tukkutori Ky",
        "Poissaoloaika 6.5.2019 - 20.5.2019",
        "Diagnoosi A02.0 Salmonella",
        "",
        "Potilas määrätään olemaan poissa ansiotyöstään.",
        "",
        "Asko Järvi",
        "tartuntataudeista vastaava ylilääkäri",
        "p. 050 123 4567",
    ],
    {
        "authority": "HUS Helsingin yliopistollinen sairaala",
        "decision_kind": "work_absence",
        "subject_name": "Korhonen Mirja Anneli",
        "subject_hetu": "190957-999E",
        "start": "2019-05-06",
        "end": "2019-05-20",
        "disease_code": "A02.0",
        "workplace": "Helsingin Tukkutori Ky",
        "decision_date": "2019-05-08",
        "physician_name": "Asko Järvi",
        "physician_is_responsible": True,
        "diary_number": "HUS/5521/2019",
    },
)

TWO_PAIRS_A_ROW = Case(
    "two pairs a row, signer by label, date above the signature",
    [
        "Eksote Etelä-Karjalan sosiaali- ja terveyspiirin kuntayhtymä",
        "MÄÄRÄYS TYÖSTÄ POISSAOLOON",
        "",
        "Nimi:\tSalo, Ville Petteri\tHetu:\t290292-9944",
        "Alkaen:\t1.2.2020\tSaakka:\t15.2.2020",
        "Työpaikka:\tLappeenrannan Leipä Oy\tAsianro:\t88/05.07/2020",
        "Diagnoosi:\tB15.9\tPuhelin:\t044 555 1234",
        "",
        "Perustelut: hepatiitti A, muu kuin yleisvaarallinen tartuntatauti. Lain kohta TTL 57 §.",
        "",
        "Lappeenranta 31.1.2020",
        "",
        "Lääkäri: Tuula Hirvonen, tartuntataudeista vastaavan lääkärin sijainen",
    ],
    {
        "authority": "Eksote Etelä-Karjalan sosiaali- ja terveyspiirin kuntayhtymä",
        "decision_kind": "work_absence",
        "subject_name": "Salo Ville Petteri",
        "subject_hetu": "290292-9944",
        "start": "2020-02-01",
        "end": "2020-02-15",
        "disease_code": "B15.9",
        "hazardous": False,
        "workplace": "Lappeenrannan Leipä Oy",
        "decision_date": "2020-01-31",
        "physician_name": "Tuula Hirvonen",
        "physician_is_responsible": None,
        "diary_number": "88/05.07/2020",
    },
)

FAXED_AND_STAMPED = Case(
    "a fax line, a received stamp and words out of order",
    [
        "Satakunnan sairaanhoitopiiri\tViranhaltijapäätös\t\tKELA SAAPUNUT",
        "Tartuntatautipoliklinikka\tDnro 61/2019\t\t02.07.2019",
        "\t27.6.2019",
        "",
        "Päätös eristämisestä",
        "",
        "Henkilö\tAnttila Leo Juhani",
        "Hetu\t111299-903E",
        "Aika\t26.6.2019 alkaen 10.7.2019 saakka",
        "Sairaus\tLavantauti (A01.0), yleisvaarallinen tartuntatauti",
        "Työpaikka\tPorin Satama Oy",
        "",
        "Päätökseen voi hakea muutosta hallinto-oikeudelta 30 päivän kuluessa.",
        "",
        "Merja Aalto",
        "sairaanhoitopiirin tartuntataudeista vastaava lääkäri",
    ],
    {
        "authority": "Satakunnan sairaanhoitopiiri",
        "decision_kind": "isolation",
        "subject_name": "Anttila Leo Juhani",
        "subject_hetu": "111299-903E",
        "start": "2019-06-26",
        "end": "2019-07-10",
        "disease_code": "A01.0",
        "hazardous": True,
        "workplace": "Porin Satama Oy",
        "decision_date": "2019-06-27",
        "physician_name": "Merja Aalto",
        "physician_is_responsible": True,
        "diary_number": "61/2019",
    },
    {"slope": 0.012, "disorder": True},
)

SWEDISH_TABLE = Case(
    "a Swedish table with a wrapped cell",
    [
        "VASA SJUKVÅRDSDISTRIKT",
        "MEDDELANDE OCH BESLUT OM FRÅNVARO FRÅN ARBETET",
        "",
        "Patientens namn:\tNyman, Barbro",
        "Personbeteckning:\t250390Y931T",
        "Fr.o.m.:\t2.9.2019",
        "T.o.m.:\ttills vidare",
        "Diagnoskod:\tA04.3",
        "Klassificering:\tannan smittsam sjukdom",
        "Arbetsplats:\tMalax Mejeri Ab",
        "Beslutsdatum:\t3.9.2019",
        "Läkare:\tHenrik Wikström (SV 123456), läkare med ansvar för",
        "\tsmittsamma sjukdomar",
        "Diarienr:\t17/2019",
    ],
    {
        "authority": "VASA SJUKVÅRDSDISTRIKT",
        "decision_kind": "work_absence",
        "subject_name": "Nyman Barbro",
        "subject_hetu": "250390Y931T",
        "start": "2019-09-02",
        "disease_code": "A04.3",
        "hazardous": False,
        "workplace": "Malax Mejeri Ab",
        "decision_date": "2019-09-03",
        "physician_name": "Henrik Wikström",
        "physician_is_responsible": True,
        "diary_number": "17/2019",
    },
    {"pitch": 32},
)

OFFICE_BELOW = Case(
    "the office only below the signature",
    [
        "PÄÄTÖS KARANTEENISTA",
        "23.4.2020",
        "",
        "Asianosainen: Heino Tarja Susanna, s. 300183-967S",
        "",
        "Teidät määrätään karanteeniin 20.4.2020 lukien 4.5.2020 asti. Peruste: COVID-19, U07.1, yleisvaarallinen",
        "tartuntatauti.",
        "Työnantajanne on Forssan Metalli Oy.",
        "",
        "Kari Suominen, tartuntataudeista vastaava lääkäri",
        "Forssan seudun hyvinvointikuntayhtymä",
    ],
    {
        "authority": "Forssan seudun hyvinvointikuntayhtymä",
        "decision_kind": "quarantine",
        "subject_name": "Heino Tarja Susanna",
        "subject_hetu": "300183-967S",
        "start": "2020-04-20",
        "end": "2020-05-04",
        "disease_code": "U07.1",
        "hazardous": True,
        "workplace": "Forssan Metalli Oy",
        "decision_date": "2020-04-23",
        "physician_name": "Kari Suominen",
        "physician_is_responsible": True,
    },
)

CASES = [
    LABELS_ABOVE, RUNNING_TEXT, SWEDISH_SENTENCES, CHILD_SEPARATE_CODES, CHILD_IN_SENTENCE, ONE_COLUMN_NO_COLON, TWO_PAIRS_A_ROW,
    FAXED_AND_STAMPED, SWEDISH_TABLE, OFFICE_BELOW,
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_order_yields_all_that_it_says_and_nothing_else(case: Case, values: Callable[..., dict[str, Any]]) -> None:
    read = values("absence_order", case.rows, **(case.layout or {}))

    assert read == case.says


def test_a_second_day_beyond_a_lost_dash_is_the_end(read: Callable[..., dict[str, Extraction]]) -> None:
    """The gap that the dash leaves ends the cell; the row shows both days."""
    rows = ["PÄÄTÖS TYÖSTÄ POISSAOLOSTA", "", "Nimi\tVirtanen Matti", "Henkilötunnus\t131052-308T", "Ajalle\t3.3.2019"]
    beyond = Word(text="27.4.2019", box=Box(720, 170 + 33.6 + 3 * 42, 828, 196 + 33.6 + 3 * 42), engine_score=0.9)

    fields = read("absence_order", rows, noise=[beyond])

    assert (fields["start"].value, fields["end"].value) == ("2019-03-03", "2019-04-27")
