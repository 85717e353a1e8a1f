"""Papers that no reading may survive as if they were whole, built small, and one good paper to lie beside them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

LETTER = (
    "Kansaneläkelaitos", "Tartuntatautipäiväraha", "Peruutan hakemukseni, joka koskee tartuntatautipäivärahaa.",
    "Matti Meikäläinen, 010180-998V", "Helsingissä 12.3.2019",
)  # fmt: skip
IDENTITY_CODE = "010180-998V"


def pdf(*lines: str, pages: int = 1) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for _ in range(pages):
        for index, line in enumerate(lines or LETTER):
            canvas.drawString(60, 780 - 20 * index, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def sheet(number: int = 1, width: int = 1654, height: int = 2339) -> Image.Image:
    """A page of lines that is neither blank nor any form."""
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    for row, y in enumerate(range(200, height - 200, 60)):
        draw.text((150, y), f"Sivu {number}, rivi {row}: tartuntatautipaivaraha ja poissaolo", fill=0, font_size=28)
    return image


def tiff(pages: int = 1, compression: str = "group4", dpi: int = 200) -> bytes:
    first, *rest = [sheet(number).convert("1") for number in range(1, pages + 1)]
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", save_all=True, append_images=rest, compression=compression, dpi=(dpi, dpi))
    return buffer.getvalue()


def tiff_of_many_pages(count: int) -> bytes:
    """All directories, none with a strip of its own: `count` pages in a few hundred kilobytes."""
    buffer = io.BytesIO()
    Image.new("1", (64, 64), 1).save(buffer, "TIFF", compression="group4")
    one = bytearray(buffer.getvalue())
    first = struct.unpack_from("<I", one, 4)[0]
    length = 2 + 12 * struct.unpack_from("<H", one, first)[0]
    directory = bytes(one[first : first + length])
    made = one
    link = first + length
    for _ in range(count - 1):
        made += b"\0" * (len(made) % 2)
        struct.pack_into("<I", made, link, len(made))
        made += directory + b"\0\0\0\0"
        link = len(made) - 4
    return bytes(made)


def tiff_in_a_circle() -> bytes:
    data = bytearray(tiff(2))
    first = struct.unpack_from("<I", data, 4)[0]
    after = first + 2 + 12 * struct.unpack_from("<H", data, first)[0]
    second = struct.unpack_from("<I", data, after)[0]
    last = second + 2 + 12 * struct.unpack_from("<H", data, second)[0]
    struct.pack_into("<I", data, last, first)
    return bytes(data)


def locked() -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as whole:
        whole.save(buffer, encryption=pikepdf.Encryption(owner="owner", user="secret"))
    return buffer.getvalue()


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("paper.pdf", pdf())
    return buffer.getvalue()


def png_of_35_000_pixels() -> bytes:
    """A picture of 1.2 thousand million pixels in a few kilobytes."""
    side = 35_000
    rows = zlib.compressobj(9)
    packed = rows.compress(b"\0" * (side // 8 + 1) * 4) + rows.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", packed), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def pdf_of_many_pages(count: int) -> bytes:
    with pikepdf.new() as many:
        for _ in range(count):
            many.add_blank_page(page_size=A4)
        buffer = io.BytesIO()
        many.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return buffer.getvalue()


def pdf_with_forms_in_forms(depth: int = 40, fan: int = 10) -> bytes:
    """Each form draws the next `fan` times: a page that would be drawn for ever."""
    with pikepdf.open(io.BytesIO(pdf())) as whole:
        inner = whole.make_stream(b"0 0 1 1 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 600, 900]))
        for _ in range(depth):
            inner = whole.make_stream(
                b"/X Do " * fan, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 600, 900]),
                Resources=Dictionary(XObject=Dictionary(X=inner)),
            )  # fmt: skip
        page = whole.pages[0]
        page.Resources.XObject = Dictionary(X=inner)
        page.contents_add(b"/X Do")
        buffer = io.BytesIO()
        whole.save(buffer)
        return buffer.getvalue()


def pdf_that_holds_itself() -> bytes:
    """A page tree whose node is its own child."""
    with pikepdf.open(io.BytesIO(pdf())) as whole:
        whole.Root.Pages.Kids.append(whole.Root.Pages)
        buffer = io.BytesIO()
        whole.save(buffer)
        return buffer.getvalue()


def pdf_with_box(*box: float) -> bytes:
    with pikepdf.open(io.BytesIO(pdf())) as whole:
        whole.pages[0].MediaBox = Array(list(box))
        buffer = io.BytesIO()
        whole.save(buffer)
        return buffer.getvalue()


def pdf_with_a_bomb(megabytes: int = 3_000) -> bytes:
    """A content stream that unpacks to gigabytes."""
    packer = zlib.compressobj(9)
    block = b" " * 1_000_000
    head = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = head + again * (megabytes - 1)  # without an end: who unpacks it has met the limit long before
    with pikepdf.open(io.BytesIO(pdf())) as whole:
        whole.pages[0].Contents = pikepdf.Stream(whole, packed, Filter=Name.FlateDecode)
        buffer = io.BytesIO()
        whole.save(buffer, compress_streams=False)
        return buffer.getvalue()
