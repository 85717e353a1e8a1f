from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from extractors.image_file import image_pages, to_gray
from extractors.limits import Limits, RawPage
from models.errors import DamagedFileError, PageTooLargeError, TooManyPagesError

FAX = ["group3", "group4"]
LOSSLESS = ["tiff_lzw", "tiff_adobe_deflate", "packbits", None]


def sheet(width: int = 430, height: int = 600) -> Image.Image:
    """A page with a black block top left and some lines of text, so that every turn of it is different."""
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 120, 60), fill=0)
    for y in range(100, height - 20, 18):
        draw.text((20, y), "Tartuntatautipäiväraha 123 Hakemus 45", fill=0)
    return image


def coded(image: Image.Image, form: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def pages(data: bytes, limits: Limits | None = None) -> Iterator[RawPage]:
    return image_pages(data, "x.tif", limits or Limits(), lambda: "")


def only_page(data: bytes) -> RawPage:
    (page,) = pages(data)
    return page


def tiff(*images: Image.Image, **options: Any) -> bytes:
    return coded(images[0], "TIFF", save_all=True, append_images=list(images[1:]), **options)


# --- TIFF


@pytest.mark.parametrize("compression", FAX)
@pytest.mark.parametrize("t4_options", [0, 1, 4])
def test_fax_pages_come_out_dot_for_dot(compression: str, t4_options: int) -> None:
    page = sheet().convert("1")

    read = only_page(tiff(page, compression=compression, tiffinfo={292: t4_options} if compression == "group3" else {}))

    assert np.array_equal(read.pixels, np.array(page.convert("L")))


@pytest.mark.parametrize("compression", LOSSLESS)
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "LA"])
def test_every_colour_and_lossless_compression_gives_the_same_gray(compression: str | None, mode: str) -> None:
    page = sheet().convert("1").convert("L").convert(mode)

    read = only_page(tiff(page, compression=compression))

    assert np.abs(read.pixels.astype(int) - np.array(sheet().convert("1").convert("L"))).max() <= 2


@pytest.mark.parametrize(("mode", "bits"), [("1", 1), ("L", 8)])
def test_min_is_white_is_turned_round(mode: str, bits: int) -> None:
    page = sheet().convert("1").convert(mode)
    turned = page.point(lambda level: 255 - level)
    data = bytearray(coded(turned, "TIFF"))
    at = data.index(struct.pack("<HHII", 262, 3, 1, 1))
    data[at + 8] = 0

    read = only_page(bytes(data))

    assert read.pixels[5, 5] == 255 and read.pixels[40, 60] == 0


def test_pages_come_one_by_one_and_each_with_its_own_size() -> None:
    data = tiff(sheet(430, 600).convert("1"), sheet(430, 300).convert("1"), sheet(200, 600).convert("1"), compression="group4")

    sizes = [page.pixels.shape for page in pages(data)]

    assert sizes == [(600, 430), (300, 430), (600, 200)]


def test_fax_resolutions_are_kept_and_not_squared() -> None:
    fax = Image.new("1", (1728, 1146), 1)

    read = only_page(tiff(fax, compression="group4", dpi=(204, 98)))

    assert (read.dpi, read.pixels.shape) == ((204.0, 98.0), (1146, 1728))


def test_a_resolution_in_centimetres_becomes_dots_per_inch() -> None:
    data = tiff(sheet(1240, 1754), tiffinfo={282: 59.055, 283: 59.055, 296: 3})

    assert only_page(data).dpi == pytest.approx((150, 150), abs=0.1)


@pytest.mark.parametrize("tags", [{}, {282: 0.0, 283: 0.0, 296: 2}, {282: 1.0, 283: 1.0, 296: 2}])
def test_a_missing_or_absurd_resolution_is_none(tags: dict[int, Any]) -> None:
    assert only_page(tiff(sheet(), tiffinfo=tags)).dpi is None


def test_a_thumbnail_is_no_page() -> None:
    thumbnail = sheet(40, 60)
    thumbnail.encoderinfo = {"tiffinfo": {254: 1}}
    data = tiff(sheet(), thumbnail)

    assert [page.pixels.shape for page in pages(data)] == [(600, 430)]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "TIFF", "PNG"])
def test_a_turned_picture_stands_as_a_viewer_shows_it(form: str, orientation: int) -> None:
    # given a page stored turned, with the tag that says how
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the way from what is shown to what is stored
    upright = sheet()
    stored = upright.transpose(Image.Transpose(undo[orientation])) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = coded(stored, form, tiffinfo={0x0112: orientation}) if form == "TIFF" else coded(stored, form, exif=exif)

    # when
    read = only_page(data)

    # then
    assert read.pixels.shape == (600, 430)
    assert np.abs(read.pixels.astype(int) - np.array(upright)).mean() < 3


def test_a_turned_fax_swaps_its_two_resolutions() -> None:
    data = tiff(Image.new("1", (1728, 1146), 1), compression="group4", dpi=(204, 98), tiffinfo={0x0112: 6})

    read = only_page(data)

    assert (read.pixels.shape, read.dpi) == ((1728, 1146), (98.0, 204.0))


# --- other formats


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpegs_of_all_colours_are_read(mode: str, options: dict[str, Any]) -> None:
    read = only_page(coded(sheet().convert(mode), "JPEG", dpi=(72, 72), **options))

    assert np.abs(read.pixels.astype(int) - np.array(sheet())).mean() < 4
    assert read.pixels[5, 5] > 250 > 5 > read.pixels[40, 60]


def test_what_is_transparent_shows_white_paper() -> None:
    layered = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    layered.paste((0, 0, 0, 255), (10, 10, 30, 30))

    read = only_page(coded(layered, "PNG"))

    assert (read.pixels[0, 0], read.pixels[20, 20]) == (255, 0)


def test_a_palette_with_a_transparent_colour_shows_white_paper() -> None:
    palette = Image.new("P", (60, 60), 0)
    palette.putpalette([0, 0, 0, 10, 10, 10])
    palette.paste(1, (10, 10, 30, 30))

    read = only_page(coded(palette, "PNG", transparency=0))

    assert (read.pixels[0, 0], read.pixels[20, 20]) == (255, 10)


def test_sixteen_bits_are_scaled_not_cut() -> None:
    deep = Image.fromarray(np.array([[0, 32_896], [65_535, 257]], dtype=np.uint16))

    assert only_page(coded(deep, "PNG")).pixels.tolist() == [[0, 128], [255, 1]]


@pytest.mark.parametrize(("level", "gray"), [(0.5, 127), (1.0, 255)])
def test_floats_up_to_one_are_scaled(level: float, gray: int) -> None:
    image = Image.fromarray(np.array([[0.0, level], [1.0, float("nan")]], dtype=np.float32))

    assert to_gray(image)[0, 1] == gray


@pytest.mark.parametrize("form", ["GIF", "BMP", "WEBP", "PNG"])
def test_other_picture_files_are_read(form: str) -> None:
    read = only_page(coded(sheet(), form))

    assert read.pixels.shape == (600, 430) and read.pixels[40, 60] < 20


def test_the_second_picture_in_a_phones_jpeg_is_no_page() -> None:
    data = coded(sheet(), "MPO", save_all=True, append_images=[sheet(100, 100)])

    assert [page.pixels.shape for page in pages(data)] == [(600, 430)]


# --- bad input


def cut(data: bytes, share: float) -> bytes:
    return data[: int(len(data) * share)]


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("compression", [*FAX, *LOSSLESS, "jpeg"])
def test_a_cut_tiff_is_damaged_and_never_gives_a_half_page(compression: str | None, share: float) -> None:
    page = sheet().convert("1") if compression in FAX else sheet()
    data = tiff(page, page, page, compression=compression)
    whole = [read.pixels for read in pages(data)]

    got = []
    with pytest.raises(DamagedFileError, match=r"x\.tif"):
        for read in pages(cut(data, share)):
            got.append(read.pixels)

    assert all(np.array_equal(one, other) for one, other in zip(got, whole, strict=False))


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
@pytest.mark.parametrize("share", [0.2, 0.6, 0.99])
def test_a_cut_jpeg_is_damaged(share: float, options: dict[str, Any]) -> None:
    with pytest.raises(DamagedFileError):
        only_page(cut(coded(sheet(), "JPEG", **options), share))


def test_a_cut_jpeg_is_damaged_even_when_the_thumbnail_in_its_head_has_an_end() -> None:
    data = coded(sheet(), "JPEG")
    thumbnail = b"\xff\xe1\x00\x0a" + b"thumb\0\xff\xd9"
    data = data[:2] + thumbnail + data[2:]

    assert only_page(data).pixels.shape == (600, 430)
    with pytest.raises(DamagedFileError):
        only_page(cut(data, 0.6))


@pytest.mark.parametrize("compression", ["group3", "group4", "jpeg"])
def test_a_hole_of_zeros_in_a_page_is_damage(compression: str) -> None:
    page = sheet(1200, 1600)
    data = bytearray(tiff(page.convert("1") if compression in FAX else page, compression=compression))
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)

    with pytest.raises(DamagedFileError, match="page 1"):
        only_page(bytes(data))


@pytest.mark.parametrize("share", [0.2, 0.6, 0.98])
def test_a_cut_png_is_damaged(share: float) -> None:
    with pytest.raises(DamagedFileError):
        only_page(cut(coded(sheet(), "PNG"), share))


def test_a_tiff_whose_pages_run_in_a_circle_is_damaged() -> None:
    data = bytearray(coded(sheet().convert("1"), "TIFF", compression="group4"))
    (first,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, first)
    struct.pack_into("<I", data, first + 2 + 12 * entries, first)

    with pytest.raises(DamagedFileError, match="circle"):
        list(pages(bytes(data)))


def test_one_broken_page_of_many_ends_the_file_after_the_good_ones() -> None:
    page = sheet()
    data = bytearray(tiff(page, page, page, compression="tiff_adobe_deflate"))
    middle = len(data) // 2
    data[middle : middle + 200] = bytes(200)

    reading = pages(bytes(data))
    first = next(reading)

    assert np.array_equal(first.pixels, np.array(page))
    with pytest.raises(DamagedFileError, match="page 2"):
        list(reading)


def chained_tiff(count: int) -> bytes:
    """A TIFF of `count` empty directories, each of which points to the next."""
    body = b"".join(struct.pack("<HHHIII", 1, 256, 3, 1, 8, 8 + 18 * (n + 1) if n + 1 < count else 0) for n in range(count))
    return b"II*\0" + struct.pack("<I", 8) + body


def test_five_thousand_pages_are_refused_by_count() -> None:
    with pytest.raises(TooManyPagesError, match="5000 pages"):
        list(pages(chained_tiff(5000)))


def png(width: int, height: int, packed: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(35_000, 35_000), (35_000, 100), (12_000, 12_000)])
def test_a_huge_picture_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    with pytest.raises(PageTooLargeError, match=f"{width} × {height}"):
        only_page(png(width, height, zlib.compress(bytes(1000))))


@pytest.mark.parametrize(("height", "error"), [(65_000, PageTooLargeError), (20, None), (3000, None)])
def test_a_jpeg_whose_head_lies_never_passes_as_whole(height: int, error: type[Exception] | None) -> None:
    data = bytearray(coded(sheet(), "JPEG"))
    at = data.index(b"\xff\xc0")
    struct.pack_into(">H", data, at + 5, height)
    libjpeg_says = iter(["", "Corrupt JPEG data: premature end of data segment", ""])
    if height == 20:
        libjpeg_says = iter(["", "Corrupt JPEG data: 9000 extraneous bytes before marker 0xd9", ""])

    with pytest.raises(error or DamagedFileError):
        list(image_pages(bytes(data), "x.jpg", Limits(), lambda: next(libjpeg_says)))


@pytest.mark.parametrize("said", ["Fax4Decode: Bad code word at line 225 of strip 3 (x 931)."])
def test_a_bad_code_in_a_g4_page_is_damage_but_one_line_of_g3_is_telephone_noise(said: str) -> None:
    page = sheet().convert("1")

    with pytest.raises(DamagedFileError, match="fax lines"):
        list(image_pages(tiff(page, compression="group4"), "x.tif", Limits(), lambda: said))
    (read,) = image_pages(tiff(page, compression="group3"), "x.tif", Limits(), lambda: said)

    assert read.pixels.shape == (600, 430)


@pytest.mark.parametrize("magic", [b"II*\0", b"MM\0*", b"II+\0" + bytes(4), b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
@pytest.mark.parametrize("rest", [b"", b"\xff" * 40, bytes(40)])
def test_a_head_without_a_body_is_damaged(magic: bytes, rest: bytes) -> None:
    with pytest.raises(DamagedFileError):
        list(pages(magic + rest))
