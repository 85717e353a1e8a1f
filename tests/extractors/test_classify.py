"""Telling what a page is: forms by code, title and labels; letters by title and wording."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.catalog import load_types
from extractors.classify import classify
from models.geometry import Box
from models.page import LabelledPage, PageText, Word

TYPES = load_types()
WIDTH, HEIGHT = 1654, 2339
MAIJA, VILLE = "131052-9030", "010594Y9032"

SV8_PAGE_1 = """Kela      SV 8
Hakemus
Sairauspäivärahat
1. Hakijan tiedot
Henkilötunnus      Puhelinnumero
131052-9030      040 123 4567
Sukunimi      Etunimet
Lähiosoite      Postinumero      Postitoimipaikka
Tilinumero (IBAN)      BIC-koodi, jos tili on ulkomailla
2. Mitä etuutta haet?
Haen päivärahaa alkaen (pp.kk.vvvv)      Päättyen (pp.kk.vvvv)      Onko kyseessä jatkohakemus?
Kuka on määrätty olemaan poissa työstä, eristettäväksi tai karanteeniin?
Lapsen nimi      Lapsen henkilötunnus
010594Y9032
Viimeinen työpäivä ennen poissaoloa      Oletko vuosilomalla hakuaikana?"""
SV8_PAGE_2 = """8. Liitteet
Päätös työstä poissaolosta, karanteenista tai eristämisestä      Lääkärintodistus      Työnantajan ilmoitus (Y 17)
Valtakirja      Muu liite
9. Allekirjoitus
Vakuutan antamani tiedot oikeiksi ja ilmoitan muutoksista Kelaan.
Päiväys      Hakijan tai edustajan allekirjoitus"""
SV8_SWEDISH = """FPA      SV 8r
Ansökan
Sjukdagpenningar
1. Sökandens uppgifter
Personbeteckning      Telefonnummer
Efternamn      Förnamn
Näradress      Postnummer      Postanstalt
Jag söker dagpenning fr.o.m. (dd.mm.åååå)      Är det fråga om en fortsatt ansökan?"""
Y17 = """Kela      Y 17
Ilmoitus
Työnantajan maksamasta palkasta
1. Työnantaja
Työnantajan nimi      Y-tunnus
Työnantajan tilinumero (IBAN)      Viite      Haetaanko päivärahaa työnantajalle?
2. Työntekijä
Sukunimi ja etunimet      Henkilötunnus
Palkka, jonka työntekijä olisi saanut, euroa kuukaudessa      Ansionmenetys yhteensä, euroa"""
A_CERTIFICATE = """Kela      SV 6
Lääkärintodistus A
Todistuksen tarkoitus      Muu tarkoitus
Sukunimi ja etunimet      Henkilötunnus
Merkittävin työkykyä alentava sairaus, vamma tai elimen luovutus      ICD-10-koodi
Pidän tutkittavaa työkyvyttömänä alkaen      Päättyen
Edellä olevan vakuutan kunniani ja omantuntoni kautta"""
E115 = """E 115
CLAIM FOR CASH BENEFITS FOR INCAPACITY FOR WORK
1 Competent institution
1.1 Name      1.2 Address
2.1 Surname(s)      2.2 Forename(s)
2.5 Address in the country of stay or residence
5 Institution of the place of stay or residence"""
FORMS = [
    ("sv8_application", "fi", SV8_PAGE_1),
    ("sv8_application", "fi", SV8_PAGE_2),
    ("sv8_application", "sv", SV8_SWEDISH),
    ("y17_wage_notice", "fi", Y17),
    ("a_certificate", "fi", A_CERTIFICATE),
    ("e115", "en", E115),
    (
        "y121_account_change",
        "sv",
        "FPA      Y 121r\nAnmälan\nÄndring av kontonummer\nEfternamn och förnamn      Personbeteckning",
    ),
    ("b_statement", "fi", "SV 7\nLääkärinlausunto B\nHenkilötunnus\nSukunimi ja etunimet\n3 SAIRAUDET\n4 ESITIEDOT"),
    (
        "e_form_other",
        "en",
        "E 116\nMEDICAL REPORT RELATING TO INCAPACITY FOR WORK\n1 Institution to which the report is addressed",
    ),
]

LETTERS = [
    ("absence_order", "fi", "LAPIN SAIRAANHOITOPIIRI\nTARTUNTATAUTILAIN MUKAINEN PÄÄTÖS\n"
                            "Henkilö määrätään eristettäväksi 3.4.2019-10.4.2019."),
    ("absence_order", "fi", "Todistus\nTodistan, että Maija Meri on asetettu karanteeniin tartuntatautilain 60 §:n nojalla.\n"
                            "Tartuntataudeista vastaava lääkäri Ville Virta"),
    ("absence_order", "sv", "Vasa stad\nBESLUT OM KARANTÄN\n"
                            "Med stöd av lagen om smittsamma sjukdomar försätts Anna By i karantän."),
    ("payment_ban", "sv", "Österbottens utsökningsverk\nBETALNINGSFÖRBUD\nGäldenär Anna By\nSkyddat belopp 672,30 euro/mån"),
    ("payment_ban", "fi", "Ulosottolaitos\nMaksukiellon peruutus\nVelallinen Maija Meri\nMaksukielto 3.4.2019 peruutetaan."),
    ("application_withdrawal", "fi", "Peruutusilmoitus\nEn enää tarvitse päivärahaa, joten haluan perua lähettämäni hakemuksen."),
    ("application_withdrawal", "sv", "Återkallande\nHärmed återkallar jag min ansökan om dagpenning vid smittsam sjukdom."),
    ("late_explanation", "fi", "Selvitys\nTartuntatautipäivärahahakemukseni myöhästyi, koska olin eristettynä sairaalassa."),
    ("late_explanation", "sv", "Redogörelse för förseningen\nMin ansökan blev försenad eftersom jag var isolerad på sjukhus."),
    ("municipality_claim", "fi", "Espoon kaupunki\nMaksuvaatimus\n"
                                 "Asiakkaalle on myönnetty toimeentulotukea odotettavissa olevan etuuden ennakkona"
                                 " (TOTUL 23 §)."),
    ("municipality_claim", "sv", "Betalningskrav\n"
                                 "Kommunen har beviljat utkomststöd som förskott på dagpenning vid smittsam sjukdom."),
    ("unemployment_fund_claim", "fi", "Maksuvaatimus\n"
                                      "Työttömyyskassa on maksanut jäsenelleen ansiopäivärahaa ajalta 1.2.2019 - 28.2.2019."),
    ("unemployment_fund_claim", "sv", "Arbetslöshetskassans betalningskrav\nKassan yrkar att dagpenningen betalas till kassan."),
    ("guardianship_order", "fi", "KÄRÄJÄOIKEUS\nPÄÄTÖS\nAsia: Edunvalvojan määrääminen\nPäämies Maija Meri"),
    ("guardianship_order", "sv", "Förordnande av intressebevakare\nTill intressebevakare förordnas Karl By. Huvudman Anna By."),
    ("tax_card", "fi", "VEROHALLINTO\nMUUTOSVEROKORTTI 2019\nsosiaalietuutta varten\nPerusprosentti 12,5 %"),
    ("tax_card", "sv", "Källskattekort\nSkatteförvaltningen\nBegränsat skattskyldig för år 2019"),
    ("pay_security_decision", "fi", "PALKKATURVAPÄÄTÖS\nUudenmaan ELY-keskus\nPalkkaturvana maksetaan 1 234,50 euroa."),
    ("proxy", "fi", "VALTAKIRJA\nValtuutan Ville Virran hakemaan puolestani tartuntatautipäivärahaa."),
    ("proxy", "sv", "Fullmakt\nJag befullmäktigar Karl By att sköta mina ärenden hos FPA."),
    ("appeal", "fi", "VALITUS\nHaen muutosta Kelan päätökseen, jolla tartuntatautipäivärahahakemukseni hylättiin."),
    ("appeal", "sv", "Besvär\nJag söker ändring i FPA:s beslut av den 3.4.2019."),
    ("change_notice", "fi", "Ilmoitus muutoksesta\nPalasin töihin jo 12.3.2019, vaikka päätös oli 20.3.2019 asti."),
    ("change_notice", "sv", "Anmälan om ändring\nJag har återgått till arbetet 12.3.2019."),
    ("wage_certificate", "fi", "Leipomo Oy\nPalkkalaskelma\n"
                               "Palkkakausi 1.1.-31.1.2019\nBruttopalkka 2 345,60\nNettopalkka 1 600,00"),
    ("wage_certificate", "sv", "Löneintyg\nHärmed intygas att Anna By har fått lön.\nBruttolön 2 345,60 euro"),
    ("clarification", "fi", "Vastaus lisäselvityspyyntöön\nIlmoitan, että työnantajani maksoi palkkaa ajalta 1.2.-14.2.2019."),
    ("clarification", "sv", "Svar på er begäran om tilläggsutredning\nArbetsgivaren har inte betalat lön under karantänen."),
    ("misdirected_maintenance", "fi", "Maksusuunnitelma\nEhdotan, että maksan elatusapuvelkaani 50 euroa kuukaudessa."),
    ("misdirected_maintenance", "sv", "Betalningsplan\nJag betalar min underhållsbidragsskuld med 50 euro per månad."),
    ("misdirected_pension", "fi", "Eläkehakemus\nHaen vanhuuseläkettä 1.8.2019 alkaen."),
    ("misdirected_pension", "sv", "Komplettering av ansökan om ålderspension\nJag sänder den begärda utredningen."),
    ("misdirected_other", "fi", "Asumistuen tarkistus\nPyydän tarkistamaan asumistukeni. Liitteenä vuokrasopimus."),
    ("misdirected_other", "sv", "Ansökan om bostadsbidrag\nJag ansöker om allmänt bostadsbidrag från 1.3.2019."),
]  # fmt: skip

NO_TYPE = [
    "Pekan Autohuolto Oy\nTarjous talvirenkaista\nTarjoamme talvirenkaat hintaan 499 euroa.",
    "Kutsu\nVarsinainen yhtiökokous pidetään 12.4.2019 kello 18 kerhohuoneessa.",
    "EPIKRIISI\nPotilas: Maija Meri\nDiagnoosi: J18.9 Keuhkokuume\nHoito ja kulku: Tuli päivystykseen.\nLääkäri Ville Virta",
    "Hei\nolen ollut kipeänä ja haluaisin tietää, milloin tartuntatautipäiväraha tulee. Soittakaa minulle.",
    "KARANTEENI\nTämä esite kertoo, mitä karanteeni tarkoittaa. Pese kädet usein.\nTerveyden ja hyvinvoinnin laitos",
    "Kela\nPäätös tartuntatautipäivärahasta\nKela on myöntänyt sinulle tartuntatautipäivärahaa ajalta 3.4.2019 - 10.4.2019.",
    "Muutoksenhakuohje\nJos olet tyytymätön päätökseen, voit hakea siihen muutosta muutoksenhakulautakunnalta.",
    "Kela      SV 28\nHakemus\nVuosilomakustannuskorvaus\nTyönantajan nimi\nY-tunnus\nTilinumero (IBAN)\nLisätietoja",
    "Kela      Y 122\nTyönantajan tilinumeron ilmoitus\nTyönantajan nimi\nY-tunnus\nTilinumero (IBAN)\nBIC\nPäiväys",
    "Lääkärintodistus\nTodistan, että Maija Meri on ollut kipeänä 3.4.2019 - 5.4.2019. Flunssa J06.9.",
    "Vaccinationsintyg\nAnna By har fått vaccin mot hepatit A den 3.4.2019.",
    "Dear Sir or Madam\nPlease find enclosed the documents that you requested.",
    "",
]


def page_of(text: str, foot: str = "", head: str = "") -> PageText:
    """Set a text as a page: the first line larger, columns where the text has wide gaps."""
    words: list[Word] = []
    top = 90.0
    for number, line in enumerate(text.split("\n")):
        height = 32.0 if number == 0 else 24.0
        words += _line(line, top, height)
        top += 60
    words += _line(foot, HEIGHT - 90, 20.0) + _line(head, 8, 20.0)
    return PageText(number=1, width_px=WIDTH, height_px=HEIGHT, reading="ocr", words=tuple(words))


def _line(line: str, top: float, height: float) -> list[Word]:
    words = []
    left = 140.0
    step = min(0.5 * height, (WIDTH - 200) / max(1, len(line)))
    for column in line.split("      "):
        for text in column.split():
            right = left + len(text) * step
            words.append(Word(text=text, box=Box(left, top, right, top + height), engine_score=0.9))
            left = right + step
        left += 2.5 * height
    return words


def misread(page: PageText, share: float, seed: int) -> PageText:
    """Replace a share of all signs, as a bad fax would."""
    chance = random.Random(seed)
    words = [
        word.model_copy(
            update={"text": "".join(chance.choice("aeinltsoc1i") if chance.random() < share else c for c in word.text)}
        )
        for word in page.words
    ]
    return page.model_copy(update={"words": tuple(words)})


def labelled(text: str, foot: str = "", head: str = "") -> LabelledPage:
    return classify(page_of(text, foot, head), TYPES)


@pytest.mark.parametrize(("document_type", "language", "text"), FORMS + LETTERS, ids=lambda value: str(value)[:24].strip())
def test_a_page_is_told_with_its_language(document_type: str, language: str, text: str) -> None:
    page = labelled(text)

    assert (page.document_type, page.language) == (document_type, language)


@pytest.mark.parametrize(
    ("document_type", "text"), [(t, text) for t, _, text in FORMS + LETTERS], ids=lambda v: str(v)[:24].strip()
)
def test_upper_case_and_lost_spaces_change_nothing(document_type: str, text: str) -> None:
    shouted = labelled(text.upper())
    run_together = labelled(text.replace(" ja ", "ja ").replace(" on ", " on").replace("että ", "että"))

    assert shouted.document_type == document_type
    assert run_together.document_type == document_type


def test_a_badly_read_page_is_hardly_ever_another_type() -> None:
    wrong = missed = 0
    for document_type, _, text in FORMS + LETTERS:
        for seed in range(3):
            found = classify(misread(page_of(text), 0.06, seed), TYPES).document_type
            missed += found == "unknown"
            wrong += found not in (document_type, "unknown")

    assert wrong == 0
    assert missed <= 0.06 * 3 * len(FORMS + LETTERS)


@pytest.mark.parametrize("text", NO_TYPE, ids=lambda text: text[:24])
def test_what_nothing_fits_is_unknown(text: str) -> None:
    assert labelled(text).document_type == "unknown"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="abcdefghijklmnoprstuvyäöå0123456789.- ", min_size=1, max_size=40), max_size=25))
def test_noise_is_unknown(lines: list[str]) -> None:
    page = labelled("\n".join(lines))

    assert page.document_type == "unknown"
    assert 0 <= page.type_confidence <= 1


@pytest.mark.parametrize("code", ["SV 8", "SV8", "5V 8", "Sv 8", "SV B", "SV 8 01.19"])
def test_a_form_code_is_read_in_its_many_looks(code: str) -> None:
    assert labelled(f"Kela      {code}\n{SV8_PAGE_2}").document_type == "sv8_application"


@pytest.mark.parametrize(
    ("foot", "revision", "language"),
    [
        ("SV 8 01.19      Sivu 2 (2)", "01.19", "fi"),
        ("SV 8r 05.16      Sida 2 (2)", "05.16", "sv"),
        ("Sv 801.19      Sivu 2 (2)", "01.19", "fi"),
        ("SV 8e 01.19      Page 2 (2)", "01.19", "en"),
    ],
)
def test_the_foot_gives_edition_and_language(foot: str, revision: str, language: str) -> None:
    page = labelled(SV8_PAGE_2, foot=foot)

    assert (page.form_revision, page.language) == (revision, language)


def test_a_code_that_is_only_mentioned_does_not_make_a_form() -> None:
    page = labelled("Kirje\nLähetämme lomakkeen Y 17 teille postissa. Palauttakaa SV 8 ja E 115 Kelaan.", foot="(Y 17)")

    assert page.document_type == "unknown"


def test_a_form_without_its_code_is_told_by_its_labels() -> None:
    without_head = "\n".join(SV8_PAGE_1.split("\n")[3:])

    assert labelled(without_head).document_type == "sv8_application"


@pytest.mark.parametrize(
    ("foot", "head", "numbering", "is_first"),
    [
        ("Sivu 1 (2)", "", (1, 2), True),
        ("Sivu 2(2)", "", (2, 2), False),
        ("Sida 2/3", "", (2, 3), False),
        ("Page 1 of 3", "", (1, 3), True),
        ("2 (3)", "", (2, 3), False),
        ("1/2", "", (1, 2), True),
        ("2", "", None, False),
        ("1", "", None, True),
        ("- 2 -", "", None, False),
        ("", "05-08-2019 10:20 +358 9 827541 S. 02/03", None, None),
        ("", "", None, None),
    ],
)
def test_the_paper_numbers_its_pages_and_the_fax_machine_does_not_count(
    foot: str, head: str, numbering: tuple[int, int] | None, is_first: bool | None
) -> None:
    page = labelled("ja siksi asia jäi kesken.\nkeskellä sivua on tekstiä.\nja vielä tekstiä.", foot=foot, head=head)

    assert (page.numbering and (page.numbering.page, page.numbering.of)) == numbering
    assert page.is_first is is_first


@pytest.mark.parametrize(
    ("text", "is_first"),
    [(SV8_PAGE_1, True), (SV8_PAGE_2, False), (E115, True), ("BESLUT OM KARANTÄN\nAnna By försätts i karantän.", True)],
)
def test_without_a_number_title_and_labels_tell_the_first_page(text: str, is_first: bool) -> None:
    assert labelled(text).is_first is is_first


def test_an_unknown_letter_to_kela_bears_a_head() -> None:
    page = labelled("Maija Meri\nKansaneläkelaitos\nPL 10, 00056 KELA\nSoittakaa minulle.\nTerveisin Maija")

    assert (page.document_type, page.is_first) == ("unknown", True)


@pytest.mark.parametrize(
    ("text", "person"),
    [
        (f"Valtakirja\n{MAIJA}", MAIJA),
        ("Valtakirja\n131052 -9O30", MAIJA),
        ("Valtakirja\n131052–9030, kotoisin Turusta", MAIJA),
        ("Valtakirja\n131052-903K", None),
        (f"Valtakirja\n{MAIJA}\n{VILLE}", None),
        (SV8_PAGE_1, MAIJA),
        ("Valtakirja", None),
    ],
)
def test_the_person_is_the_one_whose_identity_code_can_be_read(text: str, person: str | None) -> None:
    assert labelled(text).person_hetu == person


def test_a_page_without_a_catalogue_is_unknown() -> None:
    assert classify(page_of("Valtakirja"), {}).document_type == "unknown"


def test_more_evidence_gives_more_confidence() -> None:
    title_only = labelled("VALTAKIRJA\nHelsingissä 3.4.2019")
    with_wording = labelled("VALTAKIRJA\nTäten valtuutan Ville Virran hoitamaan asioitani puolestani.")

    assert 0.5 < title_only.type_confidence < with_wording.type_confidence
