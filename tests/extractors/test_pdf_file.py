from __future__ import annotations

import io
import zlib

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extractors.limits import Limits, RawPage
from extractors.pdf_file import pdf_pages
from models.errors import DamagedFileError, EncryptedFileError, PageTooLargeError, TooManyPagesError


def typed(*lines: str, pages: int = 1) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for _ in range(pages):
        for index, line in enumerate(lines or ("Tartuntatautipäiväraha", "Hakemus 123")):
            canvas.drawString(60, 780 - 20 * index, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def picture(width: int, height: int) -> Image.Image:
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 10, height // 20, width // 2, height // 10), fill=0)
    for y in range(height // 4, height, max(12, height // 40)):
        draw.text((width // 10, y), "Tartuntatautipaivaraha 123", fill=0)
    return image


def scanned(image: Image.Image, layer: str = "", mode: int = 3, page: tuple[float, float] = A4) -> bytes:
    """One page under a full-page image, with a line of text in text render mode `mode` on it."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=page)
    canvas.drawImage(ImageReader(image), 0, 0, page[0], page[1])
    if layer:
        text = canvas.beginText(60, 700)
        text.setTextRenderMode(mode)
        text.textLine(layer)
        canvas.drawText(text)
    canvas.save()
    return buffer.getvalue()


def changed(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def saved(pdf: pikepdf.Pdf, encryption: pikepdf.Encryption | None = None) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer, encryption=encryption or False, compress_streams=False)
    return buffer.getvalue()


def pages(data: bytes, limits: Limits | None = None) -> list[RawPage]:
    return list(pdf_pages(data, "x.pdf", limits or Limits()))


def texts(page: RawPage) -> list[str]:
    return [word.text for word in page.words or ()]


def ink(page: RawPage) -> float:
    return float((page.pixels < 128).mean())


# --- typed pages


def test_a_typed_page_is_drawn_at_300_dpi_with_its_words_where_their_ink_is() -> None:
    (page,) = pages(typed("Tartuntatautipäiväraha", "Hakemus 123"))

    assert (page.pixels.shape, page.dpi) == ((3508, 2480), (300.0, 300.0))
    assert texts(page) == ["Tartuntatautipäiväraha", "Hakemus", "123"]
    outside = page.pixels.copy()
    for word in page.words or ():
        box = outside[int(word.y0) - 1 : int(word.y1) + 2, int(word.x0) - 1 : int(word.x1) + 2]
        assert box.min() < 100
        box[:] = 255
    assert outside.min() > 200


def test_form_values_are_drawn_and_are_among_the_words() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.drawString(60, 780, "Sukunimi")
    canvas.acroForm.textfield(name="name", value="Kuvitteellinen", x=60, y=740, width=200, height=22)
    canvas.acroForm.checkbox(name="box", checked=True, x=60, y=700, size=16)
    canvas.save()

    (page,) = pages(buffer.getvalue())

    assert texts(page)[:2] == ["Sukunimi", "Kuvitteellinen"]
    value = (page.words or ())[1]
    assert page.pixels[int(value.y0) : int(value.y1), int(value.x0) : int(value.x1)].min() < 100


def test_form_values_without_an_appearance_of_their_own_are_drawn_too() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.drawString(60, 780, "Sukunimi")
    canvas.acroForm.textfield(name="name", value="Kuvitteellinen", x=60, y=740, width=200, height=22)
    canvas.save()
    pdf = changed(buffer.getvalue())
    for field in pdf.pages[0].Annots:
        del field.AP
    pdf.Root.AcroForm.NeedAppearances = True

    (page,) = pages(saved(pdf))

    assert texts(page) == ["Sukunimi", "Kuvitteellinen"]


def test_form_values_newer_than_their_appearance_are_the_ones_drawn() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.drawString(60, 780, "Sukunimi")
    canvas.acroForm.textfield(name="name", value="Vanha", x=60, y=740, width=200, height=22)
    canvas.save()
    pdf = changed(buffer.getvalue())
    pdf.pages[0].Annots[0].V = "Uusi"
    pdf.Root.AcroForm.NeedAppearances = True

    (page,) = pages(saved(pdf))

    assert texts(page) == ["Sukunimi", "Uusi"]


def test_a_very_large_page_is_drawn_no_larger_than_a3() -> None:
    pdf = changed(typed())
    pdf.pages[0].MediaBox = Array([0, 0, 14_000, 14_000])

    (page,) = pages(saved(pdf))

    assert page.pixels.shape == (4962, 4962)
    assert page.dpi is None


# --- scans


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
@pytest.mark.parametrize("size", [(1240, 1754), (827, 1169)])
def test_a_scan_is_given_dot_for_dot_at_its_own_resolution(size: tuple[int, int], mode: str) -> None:
    image = picture(*size).convert(mode)

    (page,) = pages(scanned(image))

    assert page.pixels.shape == (size[1], size[0])
    assert page.dpi == pytest.approx((size[0] / A4[0] * 72, size[1] / A4[1] * 72), abs=0.01)
    assert np.abs(page.pixels.astype(int) - np.array(image.convert("L"))).max() <= 1


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_scan_turned_by_rotate_is_given_dot_for_dot_as_displayed(rotate: int) -> None:
    image = picture(827, 1169)
    pdf = changed(scanned(image))
    pdf.pages[0].Rotate = rotate

    (page,) = pages(saved(pdf))

    assert np.array_equal(page.pixels, np.array(image.rotate(-rotate, expand=True)))


@pytest.mark.parametrize("turn", [(-595, 0, 0, 842, 595, 0), (595, 0, 0, -842, 0, 842), (0, 842, -595, 0, 595, 0)])
def test_a_picture_that_its_page_turns_or_mirrors_is_given_as_displayed(turn: tuple[int, ...]) -> None:
    image = picture(595, 842) if turn[0] else picture(842, 595)
    upright = np.array(image)
    pdf = changed(with_image(zlib.compress(upright.tobytes()), *image.size, Name.FlateDecode))
    pdf.pages[0].MediaBox = Array([0, 0, 595, 842])
    pdf.pages[0].Contents = pikepdf.Stream(pdf, f"{' '.join(map(str, turn))} cm /F Do".encode())

    (page,) = pages(saved(pdf))

    displayed = {-595: np.fliplr, 595: np.flipud, 0: np.rot90}[turn[0]](upright)
    assert page.pixels.shape == displayed.shape
    assert np.abs(page.pixels.astype(int) - displayed).mean() < 12


def test_a_fax_in_a_pdf_keeps_its_two_resolutions() -> None:
    (page,) = pages(scanned(picture(1728, 1146).convert("1"), page=(610, 842)))

    assert page.pixels.shape == (1146, 1728)
    assert page.dpi == pytest.approx((204, 98), abs=0.1)


@pytest.mark.parametrize("is_stencil", [False, True])
@pytest.mark.parametrize("is_black_one", [False, True])
def test_g4_pages_and_stencils_in_a_pdf_are_black_on_white_dot_for_dot(is_stencil: bool, is_black_one: bool) -> None:
    # given the strip of a fax TIFF as a PDF image
    fax = picture(1728, 1146).convert("1")
    buffer = io.BytesIO()
    fax.save(buffer, "TIFF", compression="group4", strip_size=1 << 20)
    with Image.open(buffer) as stored:
        (offset,), (count,) = stored.tag_v2[273], stored.tag_v2[279]
        is_min_white = stored.tag_v2[262] == 0
    strip = buffer.getvalue()[offset : offset + count]
    pdf = changed(with_image(strip, 1728, 1146, Name.CCITTFaxDecode, bits=1))
    image = pdf.pages[0].Resources.XObject.F
    image.DecodeParms = Dictionary(K=-1, Columns=1728, Rows=1146, BlackIs1=is_black_one)
    if is_stencil:
        del image.ColorSpace
        image.ImageMask = True
    image.Decode = Array([0, 1] if is_black_one == (not is_min_white) else [1, 0])

    # when
    (page,) = pages(saved(pdf))

    # then
    displayed = np.array(fax.convert("L"))
    assert page.pixels.shape == displayed.shape
    assert ((page.pixels < 128) != (displayed < 128)).mean() < (0.01 if is_stencil else 1e-9)


def test_a_finer_scan_is_capped_at_300_dpi() -> None:
    (page,) = pages(scanned(picture(4960, 7016)))

    assert page.pixels.shape == (3508, 2480)


def test_a_scan_turned_by_rotate_keeps_its_resolutions_with_their_axes() -> None:
    pdf = changed(scanned(picture(1728, 1146).convert("1"), page=(610, 842)))
    pdf.pages[0].Rotate = 90

    (page,) = pages(saved(pdf))

    assert page.pixels.shape == (1728, 1146)
    assert page.dpi == pytest.approx((98, 204), abs=0.1)


@pytest.mark.parametrize("mode", [3, 0])
def test_text_over_a_full_page_image_is_not_trusted(mode: int) -> None:
    (page,) = pages(scanned(picture(1240, 1754), layer="Tartuntatautipäiväraha", mode=mode))

    assert page.words is None


def test_a_photo_whose_points_are_its_pixels_has_no_believable_resolution() -> None:
    (page,) = pages(scanned(picture(3000, 4000), page=(3000, 4000)))

    assert (page.pixels.shape, page.dpi) == ((4000, 3000), None)


# --- bad input


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9, 0.99])
def test_a_cut_pdf_is_damaged(share: float) -> None:
    data = typed(pages=5)

    with pytest.raises(DamagedFileError, match=r"x\.pdf"):
        pages(data[: int(len(data) * share)])


def test_a_pdf_cut_in_its_last_update_is_damaged_although_it_has_an_end_mark() -> None:
    data = typed()
    update = b"\n99 0 obj\n<< /Type /Page /Contents 98 0 R"

    with pytest.raises(DamagedFileError, match="end is missing"):
        pages(data + update)


def test_words_after_the_end_mark_do_no_harm() -> None:
    (page,) = pages(typed() + b"\r\n\0\0\0 Scanned by gateway 12\r\n")

    assert page.words is not None


def test_a_pdf_without_pages_is_damaged() -> None:
    with pytest.raises(DamagedFileError, match="no pages"):
        pages(saved(pikepdf.new()))


def test_an_empty_user_password_opens() -> None:
    (page,) = pages(saved(changed(typed()), pikepdf.Encryption(owner="secret", user="")))

    assert page.words is not None


def test_a_password_is_asked_for_by_its_own_error() -> None:
    with pytest.raises(EncryptedFileError):
        pages(saved(changed(typed()), pikepdf.Encryption(owner="secret", user="secret")))


def test_five_thousand_pages_are_refused_by_count() -> None:
    pdf = pikepdf.new()
    for _ in range(5000):
        pdf.add_blank_page()

    with pytest.raises(TooManyPagesError, match="5000 pages"):
        pages(saved(pdf))


def with_image(packed: bytes, width: int, height: int, coding: Name, bits: int = 8) -> bytes:
    """A page covered by one image stream as given, which may be a lie."""
    pdf = changed(typed())
    image = pikepdf.Stream(pdf, b"")
    image.write(packed, filter=coding)
    image.Type, image.Subtype, image.ColorSpace = Name.XObject, Name.Image, Name.DeviceGray
    image.Width, image.Height, image.BitsPerComponent = width, height, bits
    pdf.pages[0].Contents = pikepdf.Stream(pdf, b"595 0 0 842 0 0 cm /F Do")
    pdf.pages[0].Resources = Dictionary(XObject=Dictionary(F=pdf.make_indirect(image)))
    return saved(pdf)


def test_a_picture_of_35_000_pixels_in_a_pdf_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(PageTooLargeError, match="35000 × 35000"):
        pages(with_image(zlib.compress(bytes(10_000_000)), 35_000, 35_000, Name.FlateDecode, bits=1))


def test_a_scan_whose_jpeg_is_cut_is_damaged() -> None:
    buffer = io.BytesIO()
    picture(800, 1100).save(buffer, "JPEG")
    jpeg = buffer.getvalue()

    assert ink(pages(with_image(jpeg, 800, 1100, Name.DCTDecode))[0]) > 0.01
    with pytest.raises(DamagedFileError, match="page 1"):
        pages(with_image(jpeg[: len(jpeg) // 2], 800, 1100, Name.DCTDecode))


def test_a_scan_whose_deflated_pixels_are_cut_is_damaged() -> None:
    pixels = np.array(picture(800, 1100)).tobytes()

    assert ink(pages(with_image(zlib.compress(pixels), 800, 1100, Name.FlateDecode))[0]) > 0.01
    with pytest.raises(DamagedFileError, match="page 1"):
        pages(with_image(zlib.compress(pixels[: len(pixels) // 2]), 800, 1100, Name.FlateDecode))


def test_a_scan_whose_picture_does_not_decode_is_damaged_not_blank() -> None:
    with pytest.raises(DamagedFileError, match="page 1"):
        pages(with_image(b"no JPEG 2000 at all", 800, 1100, Name.JPXDecode))


@pytest.mark.parametrize("head", [b"%PDF-1.7", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF", b"%PDF-" + bytes(200)])
def test_a_head_without_a_body_is_damaged(head: bytes) -> None:
    with pytest.raises(DamagedFileError):
        pages(head)
