from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from extractors.pages import FileKind, Limits, examine, open_pages, sniff
from models.errors import (
    DamagedFileError,
    EmptyFileError,
    InputError,
    NotADocumentError,
    PageTooLargeError,
    TooManyPagesError,
)


def sheet() -> Image.Image:
    image = Image.new("L", (430, 600), 255)
    ImageDraw.Draw(image).rectangle((20, 20, 120, 60), fill=0)
    return image


def coded(form: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    if form == "HEIF":
        pillow_heif.from_pillow(sheet().convert("RGB")).save(buffer, quality=90)
    else:
        sheet().save(buffer, form, **options)
    return buffer.getvalue()


def typed(pages: int = 1) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for number in range(pages):
        canvas.drawString(60, 780, f"Tartuntatautipäiväraha sivu {number + 1}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def docx() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return buffer.getvalue()


KINDS = [
    ("TIFF", "image/tiff"),
    ("JPEG", "image/jpeg"),
    ("PNG", "image/png"),
    ("HEIF", "image/heic"),
    ("WEBP", "image/webp"),
    ("GIF", "image/gif"),
    ("BMP", "image/bmp"),
]

NO_DOCUMENTS = {
    "text": "Hei, liitteenä hakemus.".encode(),
    "text that begins like a bitmap": b"BMW on ajettu, liitteena hakemus ja todistus.",
    "zip": docx(),
    "exe": b"MZ\x90\0" + bytes(200),
    "html": b"<!doctype html><html></html>",
    "zeros": bytes(5000),
    "one byte": b"%",
}


@pytest.mark.parametrize(("form", "media_type"), KINDS)
def test_every_kind_is_known_by_its_bytes_and_opens_whatever_its_name(form: str, media_type: str) -> None:
    data = coded(form)

    (page,) = open_pages(data, "wrong.docx")

    assert sniff(data, "wrong.docx") == media_type
    assert examine(data, "wrong.docx") == FileKind(media_type, 1)
    assert (page.number, page.pixels.shape, page.words) == (1, (600, 430), None)
    assert page.pixels[5, 5] > 240 and page.pixels[40, 60] < 15


def test_a_pdf_opens_page_by_page_with_numbers_from_one_and_trusted_words() -> None:
    data = typed(pages=3)

    pages = list(open_pages(data, "x.pdf"))

    assert examine(data, "x.pdf") == FileKind("application/pdf", 3)
    assert [page.number for page in pages] == [1, 2, 3]
    assert [[word.text for word in page.words or ()] for page in pages] == [
        ["Tartuntatautipäiväraha", "sivu", str(number)] for number in (1, 2, 3)
    ]


def test_a_pdf_behind_a_printers_preamble_is_a_pdf() -> None:
    assert sniff(b"\x1b%-12345X@PJL\r\n" + typed(), "x.prn") == "application/pdf"


def test_pixels_may_be_written_to() -> None:
    (page,) = open_pages(coded("PNG"), "x.png")

    page.pixels[0, 0] = 7

    assert page.pixels.dtype == np.uint8 and page.pixels.flags.c_contiguous


def test_a_file_of_no_bytes_is_empty() -> None:
    with pytest.raises(EmptyFileError, match=r"scan\.pdf"):
        open_pages(b"", "scan.pdf")


@pytest.mark.parametrize("data", NO_DOCUMENTS.values(), ids=NO_DOCUMENTS.keys())
def test_what_is_no_document_is_refused_at_once_by_name(data: bytes) -> None:
    with pytest.raises(NotADocumentError, match=r"letter\.pdf"):
        open_pages(data, "letter.pdf")


@pytest.mark.parametrize("form", ["TIFF", "JPEG", "PNG", "HEIF", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.97])
def test_a_cut_file_raises_and_gives_no_page(form: str, share: float) -> None:
    data = coded(form)

    with pytest.raises(DamagedFileError, match=r"x\.bin"):
        list(open_pages(data[: int(len(data) * share)], "x.bin"))


@pytest.mark.parametrize("broken", ["tall", "short", "cut with an end mark"])
def test_a_jpeg_whose_head_and_body_differ_raises(broken: str) -> None:
    # given real libjpeg, which only complains on stderr
    data = bytearray(coded("JPEG", quality=95))
    at = data.index(b"\xff\xc0") + 5
    if broken == "cut with an end mark":
        data = data[: len(data) * 2 // 3] + b"\xff\xd9"
    else:
        data[at : at + 2] = (3000 if broken == "tall" else 16).to_bytes(2, "big")

    with pytest.raises(DamagedFileError, match="do not fit"):
        list(open_pages(bytes(data), "x.jpg"))


def test_a_g4_page_with_a_bad_code_raises() -> None:
    # given real libtiff, which only complains on stderr and leaves the rest white
    image = sheet()
    for y in range(100, 580, 14):
        ImageDraw.Draw(image).text((20, y), "Tartuntatautipaivaraha", fill=0)
    buffer = io.BytesIO()
    image.convert("1").save(buffer, "TIFF", compression="group4")
    data = bytearray(buffer.getvalue())
    data[600:604] = b"\x01\x02\x00\x01"

    with pytest.raises(DamagedFileError, match="fax lines"):
        list(open_pages(bytes(data), "x.tif"))


def test_limits_on_pages_and_pixels_are_the_callers() -> None:
    with pytest.raises(TooManyPagesError):
        list(open_pages(typed(pages=3), "x.pdf", Limits(max_pages=2)))
    with pytest.raises(PageTooLargeError):
        list(open_pages(coded("PNG"), "x.png", Limits(max_page_px=100_000)))


@pytest.mark.parametrize("whole", [True, False])
def test_a_file_of_too_many_pages_is_refused_before_one_is_decoded(whole: bool) -> None:
    with pytest.raises(TooManyPagesError):
        examine(typed(pages=3), "x.pdf", Limits(max_pages=2), whole=whole)


@pytest.mark.parametrize("data", [b"", b"hello", typed()[:400], coded("PNG")[:300]])
def test_examine_refuses_what_open_pages_refuses(data: bytes) -> None:
    with pytest.raises(InputError) as opened:
        list(open_pages(data, "x.bin"))
    if data.startswith(b"\x89PNG"):
        assert examine(data, "x.bin").page_count == 1  # the head is whole; the damage shows with the pixels
    else:
        with pytest.raises(type(opened.value)):
            examine(data, "x.bin")
