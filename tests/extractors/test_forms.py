"""A made-up form, drawn and read by the real engines: labels, cells, marks, tables, signatures; what is missing says so."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractors.cleanup import clean
from extractors.confidence import judge
from extractors.forms import read_form
from extractors.readpage import ReadPage
from extractors.readvalue import Readers
from models.document_type import DocumentType
from models.extraction import Extraction, Fields
from models.geometry import Box
from tests.drawing import VALUE_PX, Sheet, faxed

HETU, FIRM, DAY = "131052-308T", "Leipomo Kaura Oy", "12.3.2019"

TYPE = DocumentType.model_validate(
    {
        "name": "made_up", "family": "form", "title": {"fi": ["Ilmoitus lainasta"]},
        "match": {"wording": ["Vakuutan antamani tiedot oikeiksi"]},
        "field": [
            {"name": "surname", "kind": "text", "labels": {"fi": ["Sukunimi"], "sv": ["Efternamn"]}},
            {"name": "hetu", "kind": "hetu", "labels": {"fi": ["Henkilötunnus"], "sv": ["Personbeteckning"]}},
            {"name": "phone", "kind": "phone", "labels": {"fi": ["Puhelinnumero"]}},
            {"name": "start", "kind": "date", "labels": {"fi": ["Laina alkaa"]}},
            {"name": "amount", "kind": "money", "labels": {"fi": ["Lainan määrä"]}},
            {"name": "abroad", "kind": "yes_no", "labels": {"fi": ["Asutko ulkomailla"]}},
            {
                "name": "libraries", "kind": "table",
                "column": [
                    {"name": "name", "kind": "text", "labels": {"fi": ["Kirjasto"]}},
                    {"name": "day", "kind": "date", "labels": {"fi": ["Lainauspäivä"]}},
                ],
            },
            {"name": "signature", "kind": "signature", "labels": {"fi": ["Allekirjoitus"]}},
        ],
    }
)  # fmt: skip


def ruled(sheet: Sheet, box: Box, label: str, value: str = "", size: int = VALUE_PX) -> Box:
    """A cell with its label above and a value below."""
    sheet.frame(box)
    sheet.text(box.x0 + 12, box.y0 + 9, label)
    return sheet.text(box.x0 + 16, box.y0 + 42, value, size=size) if value else box


def drawn(*, filled: bool = True, without: str = "", signed: bool = True) -> tuple[Sheet, dict[str, Box]]:
    """Draw the form; `without` is a label that this printing lacks."""
    sheet = Sheet()
    sheet.text(120, 110, "Ilmoitus lainasta", size=40)
    values = {"surname": "Virtanen", "hetu": HETU, "phone": "040 123 4567", "start": DAY, "amount": "1 234,50"} if filled else {}
    labels = {
        "surname": "Sukunimi",
        "hetu": "Henkilötunnus",
        "phone": "Puhelinnumero",
        "start": "Laina alkaa",
        "amount": "Lainan määrä",
    }
    places = {
        "surname": Box(120, 240, 860, 330), "hetu": Box(860, 240, 1530, 330), "phone": Box(120, 330, 860, 420),
        "start": Box(120, 420, 860, 510), "amount": Box(860, 420, 1530, 510),
    }  # fmt: skip
    inks = {
        name: ruled(sheet, place, "" if labels[name] == without else labels[name], values.get(name, ""))
        for name, place in places.items()
    }  # fmt: skip
    sheet.text(132, 580, "Asutko ulkomailla")
    for x, answer, mark in ((520, "Kyllä", "empty"), (720, "Ei", "cross" if filled else "empty")):
        inks[answer] = sheet.square(x, 576, mark=mark)  # type: ignore[arg-type]
        sheet.text(x + 40, 580, answer, size=24)
    sheet.text(132, 669, "Kirjasto")
    sheet.text(872, 669, "Lainauspäivä")
    for y in (660, 700, 760, 820):
        sheet.line(120, y, 1530, y)
    for x in (120, 860, 1530):
        sheet.line(x, 660, x, 820)
    if filled:
        inks["row"] = sheet.text(136, 716, FIRM, size=VALUE_PX)
        sheet.text(876, 716, "1.2.2019", size=VALUE_PX)
    place = Box(120, 900, 860, 1010)
    ruled(sheet, place, "Allekirjoitus")
    if signed and filled:
        sheet.scrawl(160, 945)
    return sheet, inks


def read(sheet: Sheet, engines: Readers, language: str | None = "fi") -> Fields:
    page = sheet.clean_page()
    text = engines.page.read_page(page.gray, 1)
    return judge(read_form([ReadPage(page, text)], TYPE, language, engines), TYPE, {1: 0.9})


def one(fields: Fields, name: str) -> Extraction:
    found = fields[name]
    assert isinstance(found, Extraction)
    return found


@pytest.fixture(scope="module")
def filled(engines: Readers) -> tuple[Fields, dict[str, Box]]:
    sheet, inks = drawn()
    return read(sheet, engines), inks


VALUES = {
    "surname": "Virtanen", "hetu": HETU, "phone": "0401234567", "start": "2019-03-12", "amount": "1234.50", "abroad": False,
    "signature": True,
}  # fmt: skip


@pytest.mark.ocr
@pytest.mark.parametrize("name", VALUES)
def test_a_typed_value_is_read_in_its_normal_form(name: str, filled: tuple[Fields, dict[str, Box]]) -> None:
    assert one(filled[0], name).value == VALUES[name]


@pytest.mark.ocr
@pytest.mark.parametrize("name", ["surname", "hetu", "phone", "start", "amount"])
def test_a_value_says_where_it_stands(name: str, filled: tuple[Fields, dict[str, Box]]) -> None:
    span = one(filled[0], name).span

    assert span is not None
    assert tuple(span.box) == pytest.approx(tuple(filled[1][name]), abs=8)


@pytest.mark.ocr
def test_a_checked_value_is_accepted_and_says_why(filled: tuple[Fields, dict[str, Box]]) -> None:
    hetu = one(filled[0], "hetu")

    assert hetu.accepted
    assert {"label", "check_digit"} <= set(hetu.evidence)


@pytest.mark.ocr
def test_the_rows_of_a_table_that_hold_something_are_read(filled: tuple[Fields, dict[str, Box]]) -> None:
    rows = filled[0]["libraries"]

    assert isinstance(rows, list)
    assert [{name: cell.value for name, cell in row.items()} for row in rows] == [{"name": FIRM, "day": "2019-02-01"}]


@pytest.mark.ocr
def test_an_empty_form_leaves_its_fields_out(engines: Readers) -> None:
    sheet, _ = drawn(filled=False)

    fields = read(sheet, engines)

    assert set(fields) == {"abroad", "signature"}
    assert (one(fields, "abroad").value, one(fields, "abroad").accepted) == (None, False)
    assert one(fields, "signature").value is False


@pytest.mark.ocr
def test_a_label_that_is_not_there_leaves_its_field_to_a_person(engines: Readers) -> None:
    sheet, _ = drawn(without="Puhelinnumero")

    phone = one(read(sheet, engines), "phone")

    assert (phone.value, phone.accepted, phone.evidence) == (None, False, ("label_missing",))


@pytest.mark.ocr
def test_a_form_without_signature_says_so(engines: Readers) -> None:
    sheet, _ = drawn(signed=False)

    assert one(read(sheet, engines), "signature").value is False


@pytest.mark.ocr
@pytest.mark.parametrize("lines", [98, 196])
def test_a_faxed_form_yields_the_same(lines: int, engines: Readers) -> None:
    sheet, _ = drawn()
    arrived, _ = faxed(sheet.gray, lines)
    page = clean(1, arrived, (204, lines))

    fields = judge(read_form([ReadPage(page, engines.page.read_page(page.gray, 1))], TYPE, "fi", engines), TYPE, {1: 0.8})

    wrong = {name: one(fields, name).value for name in VALUES if one(fields, name).value != VALUES[name]}
    assert len(wrong) <= 1
    assert not any(one(fields, name).accepted for name in wrong)


@pytest.mark.ocr
def test_in_another_language_the_labels_are_others(engines: Readers) -> None:
    sheet = Sheet()
    ruled(sheet, Box(120, 240, 860, 330), "Efternamn", "Virtanen")
    ruled(sheet, Box(860, 240, 1530, 330), "Personbeteckning", HETU)

    fields = read(sheet, engines, "sv")

    assert (one(fields, "surname").value, one(fields, "hetu").value) == ("Virtanen", HETU)


@pytest.mark.ocr
def test_labels_left_of_underlined_blanks_are_served_too(engines: Readers) -> None:
    sheet = Sheet()
    for y, label, value in (
        (300, "Sukunimi", "Virtanen"),
        (380, "Henkilötunnus", HETU),
        (460, "Laina alkaa", DAY),
        (540, "Lainan määrä", ""),
    ):
        sheet.text(120, y, label)
        sheet.line(340, y + 24, 1200, y + 24)
        if value:
            sheet.text(360, y - 12, value, size=VALUE_PX)

    fields = read(sheet, engines)

    assert (one(fields, "surname").value, one(fields, "hetu").value, one(fields, "start").value) == (
        "Virtanen",
        HETU,
        "2019-03-12",
    )
    assert "amount" not in fields


@pytest.mark.ocr
def test_a_comb_is_read_letter_by_letter(engines: Readers) -> None:
    sheet = Sheet()
    sheet.text(120, 300, "Henkilötunnus")
    comb = sheet.comb(120, 330, len(HETU))
    for i, letter in enumerate(HETU):
        sheet.text(comb.x0 + 12 + 40 * i, 341 if letter != "-" else 354, letter, size=30)

    fields = read(sheet, engines)

    assert one(fields, "hetu").value == HETU


@pytest.mark.ocr
def test_a_faint_blurred_page_is_never_silently_wrong(engines: Readers) -> None:
    sheet, _ = drawn()
    faint = 230 - 0.45 * (255 - cv2.GaussianBlur(sheet.gray, (0, 0), 2.0).astype(np.float64))
    noisy = np.clip(faint + np.random.default_rng(11).normal(0, 6, faint.shape), 0, 255).astype(np.uint8)
    page = clean(1, noisy, (200, 200))

    fields = judge(read_form([ReadPage(page, engines.page.read_page(page.gray, 1))], TYPE, "fi", engines), TYPE, {1: 0.3})

    assert not [
        name for name in VALUES if name not in fields or (one(fields, name).accepted and one(fields, name).value != VALUES[name])
    ]


PLACED = DocumentType.model_validate(
    {
        "name": "placed", "family": "form", "title": {"fi": ["Ilmoitus laitoksesta"]}, "match": {"wording": ["Vakuutan"]},
        "field": [
            {"name": "place", "kind": "text", "labels": {"fi": ["Laitoksen nimi"]}},
            {"name": "address", "kind": "text", "area": True, "labels": {"fi": ["Laitoksen osoite"]}},
        ],
    }
)  # fmt: skip


@pytest.mark.ocr
def test_free_text_beside_another_label_keeps_to_its_own_column(engines: Readers) -> None:
    sheet = Sheet()
    for x, label, value in ((120, "Laitoksen nimi", "Kela"), (860, "Laitoksen osoite", "Koivukatu 12, 00250 Helsinki")):
        sheet.text(x, 300, label)
        sheet.text(x + 12, 334, value, size=VALUE_PX)
        sheet.line(x, 374, x + 680, 374)
    page = clean(1, sheet.gray, (200, 200))

    fields = read_form([ReadPage(page, engines.page.read_page(page.gray, 1))], PLACED, "fi", engines)

    assert one(fields, "place").value == "Kela"
    assert one(fields, "address").value == "Koivukatu 12, 00250 Helsinki"


@pytest.mark.ocr
def test_free_text_may_stand_beside_its_label(engines: Readers) -> None:
    sheet = Sheet()
    for y, label, value in ((300, "Laitoksen nimi", "Kela"), (400, "Laitoksen osoite", "Koivukatu 12, 00250 Helsinki")):
        sheet.text(120, y, label)
        sheet.text(420, y - 12, value, size=VALUE_PX)
        sheet.line(400, y + 24, 1200, y + 24)
    page = clean(1, sheet.gray, (200, 200))

    fields = read_form([ReadPage(page, engines.page.read_page(page.gray, 1))], PLACED, "fi", engines)

    assert one(fields, "address").value == "Koivukatu 12, 00250 Helsinki"
