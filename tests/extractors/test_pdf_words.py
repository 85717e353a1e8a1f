from __future__ import annotations

import io
import unicodedata

import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Name
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from extractors.limits import RawWord
from extractors.pdf_words import read_words

WIDTH, HEIGHT = 2480, 3508


def typed(*lines: str) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for index, line in enumerate(lines or ("Tartuntatautipäiväraha", "Hakemus 123")):
        canvas.drawString(60, 780 - 20 * index, line)
    canvas.save()
    return buffer.getvalue()


def changed(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def saved(pdf: pikepdf.Pdf) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def words(data: bytes, width: int = WIDTH, height: int = HEIGHT) -> tuple[RawWord, ...] | None:
    document = pdfium.PdfDocument(data)
    page = document[0]
    try:
        return read_words(page, width, height)
    finally:
        page.close()
        document.close()


def texts(data: bytes) -> list[str]:
    return [word.text for word in words(data) or ()]


def test_words_are_parted_at_spaces_and_lines_with_boxes_in_pixels() -> None:
    found = words(typed("Etunimi Matti", "Sukunimi"))

    assert found is not None
    assert [word.text for word in found] == ["Etunimi", "Matti", "Sukunimi"]
    assert found[0].x0 == pytest.approx(60 * WIDTH / A4[0], abs=6)
    assert found[0].y1 == pytest.approx((A4[1] - 780) * HEIGHT / A4[1], abs=3)
    assert found[0].x1 < found[1].x0 and found[0].y1 < found[2].y0


def test_letters_far_apart_are_words_of_their_own() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.drawString(60, 780, "Henkilötunnus")
    canvas.drawString(60, 740, "131052", charSpace=24)  # a comb
    canvas.save()

    assert texts(buffer.getvalue()) == ["Henkilötunnus", *"131052"]


def test_text_is_composed_and_its_ligatures_are_letters() -> None:
    found = texts(typed("päätös åäö ÅÄÖ é"))

    assert found == ["päätös", "åäö", "ÅÄÖ", "é"]
    assert all(unicodedata.is_normalized("NFC", text) for text in found)


def test_a_layer_of_characters_without_meaning_is_left_to_the_pixels() -> None:
    # given a font whose letters are mapped to the private use area
    pdf = changed(typed("Tartuntatautipäiväraha"))
    pairs = b"".join(b"<%02x> <e0%02x>\n" % (code, code) for code in range(32, 127))
    ranges = b"1 begincodespacerange <00> <ff> endcodespacerange\n95 beginbfchar\n" + pairs + b"endbfchar"
    program = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n" + ranges + b"\nendcmap end end"
    for font in pdf.pages[0].Resources.Font.values():
        font[Name.ToUnicode] = pikepdf.Stream(pdf, program)

    assert words(saved(pdf)) is None


def test_an_empty_page_has_no_layer() -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=A4)

    assert words(saved(pdf)) is None


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_page_that_is_turned_by_rotate_has_upright_words(rotate: int) -> None:
    # given text drawn turned, and a /Rotate that turns it back
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.translate(300, 400)
    canvas.rotate(rotate)
    canvas.drawString(0, 0, "Tartuntatautipäiväraha")
    canvas.drawString(0, -30, "Hakemus")
    canvas.save()
    pdf = changed(buffer.getvalue())
    pdf.pages[0].Rotate = rotate

    # when
    found = words(saved(pdf), *((WIDTH, HEIGHT) if rotate == 180 else (HEIGHT, WIDTH)))

    # then
    assert found is not None
    first, second = found
    assert (first.text, second.text) == ("Tartuntatautipäiväraha", "Hakemus")
    assert first.x1 - first.x0 > 5 * (first.y1 - first.y0)
    assert first.y1 < second.y0 and abs(first.x0 - second.x0) < 15


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_words_that_do_not_run_from_left_to_right_are_left_to_the_pixels(rotate: int) -> None:
    pdf = changed(typed())
    pdf.pages[0].Rotate = rotate

    assert words(saved(pdf)) is None


def test_boxes_follow_the_crop_box_and_what_lies_outside_is_dropped() -> None:
    pdf = changed(typed("Etunimi", "Sukunimi"))
    pdf.pages[0].CropBox = Array([50, 775, 250, 800])

    found = words(saved(pdf), 833, 104)

    assert found is not None and [word.text for word in found] == ["Etunimi"]
    assert found[0].x0 == pytest.approx(10 * 300 / 72, abs=6)


def test_invisible_text_beside_visible_text_is_not_trusted() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.drawString(60, 780, "Hakemus")
    text = canvas.beginText(60, 700)
    text.setTextRenderMode(3)
    text.textLine("Tartuntatautipäiväraha")
    canvas.drawText(text)
    canvas.save()

    assert words(buffer.getvalue()) is None
