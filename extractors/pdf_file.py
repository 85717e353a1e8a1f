"""Decode PDF files: render pages, take their text layer. Runs in the decoding child only.

pdfium reads a page's text in about 14 ms, pdfplumber in 70 (A4 form, 2,000 characters), and only pdfium's boxes
are sure to belong to the pixels it renders: so the words come from pdfium too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from extractors.image_file import check_jpeg_stream
from extractors.limits import MAX_SIDE_PX, Dpi, Gray, Limits, RawPage, believable_dpi
from extractors.pdf_words import read_words
from models.errors import DamagedFileError, EncryptedFileError, PageTooLargeError, TooManyPagesError

# Typed pages are drawn, and scans capped, at this; more costs time and gives the readers nothing.
BORN_DPI = 300.0
_A3_INCHES = 16.54
MAX_SIDE_POINTS = 14_399
"""PDF 1.7, annex C: a page has at most 14,400 points a side; what is larger was built to do harm."""
_POINTS_PER_INCH = 72.0
# An image over this share of a page makes it a scan: what text layer it has was guessed by someone's OCR.
_SCAN_SHARE = 0.7
_FULL_PAGE = 0.99
# Mean difference in gray levels, an eighth of the size: blur stays below 3, another picture or turn above 10.
_SAME_PICTURE = 5.0
_INVISIBLE_MODES = (pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP)
# A typed page has hundreds of objects, a drawn map tens of thousands.
_MAX_OBJECTS = 20_000
_FORM_DEPTH = 5


class Picture(NamedTuple):
    """An image on a page: its pixels, and its box in points of the page before /Rotate."""

    image: pdfium.PdfImage
    width_px: int
    height_px: int
    x0: float
    y0: float
    x1: float
    y1: float
    is_sideways: bool

    @property
    def dpi(self) -> Dpi:
        """Pixels per inch along the page's x and y axis, before /Rotate."""
        across, down = (self.height_px, self.width_px) if self.is_sideways else (self.width_px, self.height_px)
        return (
            across * _POINTS_PER_INCH / max(self.x1 - self.x0, 1e-3),
            down * _POINTS_PER_INCH / max(self.y1 - self.y0, 1e-3),
        )


class Drawing(NamedTuple):
    """How large a page is to be rendered."""

    width: int
    height: int
    dpi: Dpi


def pdf_pages(data: bytes, name: str, limits: Limits) -> Iterator[RawPage]:
    """Render a PDF page by page, as a viewer shows it, form values and annotations included."""
    document = _opened(data, name)
    check_whole(data, name)
    if len(document) > limits.max_pages:
        raise TooManyPagesError(name, len(document), limits.max_pages)
    try:
        document.init_forms()
    except pdfium.PdfiumError as broken:
        raise DamagedFileError(name, "its form cannot be read") from broken
    for number in range(1, len(document) + 1):
        try:
            yield _page(document, name, number, limits)
        except pdfium.PdfiumError as broken:
            raise DamagedFileError(name, f"page {number}: {broken}") from broken


def page_count(data: bytes, name: str) -> int:
    """Count the pages without decoding one."""
    return len(_opened(data, name))


def _opened(data: bytes, name: str) -> pdfium.PdfDocument:
    """Open a PDF; the caller keeps `data` alive as long as it uses the document."""
    # Not PdfDocument(data): that takes a file without pages for a failure, with the error code of an earlier one.
    opened = pdfium_c.FPDF_LoadMemDocument64(data, len(data), None)
    if not opened:
        if pdfium_c.FPDF_GetLastError() in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
            raise EncryptedFileError(name)
        raise DamagedFileError(name, "it cannot be read as PDF")
    document = pdfium.PdfDocument(opened)
    if len(document) < 1:
        raise DamagedFileError(name, "it has no pages")
    return document


def check_whole(data: bytes, name: str) -> None:
    """Raise for a PDF that was cut: pdfium would mend it in silence and lose pages or what stands on them.

    Objects behind the last end mark are a cut update, or a file for the web that was cut behind its first page.
    """
    end = data.rfind(b"%%EOF")
    if end < 0 or re.search(rb"\d\s+\d+\s+obj\b", data[end:]):
        raise DamagedFileError(name, "its end is missing")


def _page(document: pdfium.PdfDocument, name: str, number: int, limits: Limits) -> RawPage:
    page = _flattened(document, number - 1)
    try:
        if max(page.get_size()) > MAX_SIDE_POINTS:
            width, height = (round(side) for side in page.get_size())
            raise PageTooLargeError(name, number, width, height, limits.max_page_px)
        if min(page.get_size()) <= 0:
            raise DamagedFileError(name, f"page {number} has no size")
        pictures = _pictures(page)
        for picture in pictures:
            _check_size(name, number, picture.width_px, picture.height_px, limits)
        is_typed = _has_visible_text(page)
        drawing = _drawing(page, pictures, is_typed)
        _check_size(name, number, drawing.width, drawing.height, limits)
        pixels = _rendered(page, drawing)
        is_scan = _covered_share(page, pictures) >= _SCAN_SHARE
        if is_scan:
            _check_pictures(pictures, pixels, name, number)
            pixels = _scanner_dots(page, pictures[0], pixels)
        words = read_words(page, drawing.width, drawing.height) if is_typed and not is_scan else None
        return RawPage(pixels, believable_dpi(drawing.dpi, drawing.width, drawing.height), words)
    finally:
        page.close()


def _flattened(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """Load a page with its form values and annotations made part of it, so that the text layer has them."""
    page = document[index]
    if pdfium_c.FPDFPage_GetAnnotCount(page) <= 0:
        return page
    pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY)
    page.close()
    return document[index]


def _check_size(name: str, number: int, width: int, height: int, limits: Limits) -> None:
    if width * height > limits.max_page_px or max(width, height) > MAX_SIDE_PX:
        raise PageTooLargeError(name, number, width, height, limits.max_page_px)


# --- what is on the page ----------------------------------------------------------------------------------


def _has_visible_text(page: pdfium.PdfPage) -> bool:
    texts = page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT], max_depth=_FORM_DEPTH)
    return any(pdfium_c.FPDFTextObj_GetTextRenderMode(text) not in _INVISIBLE_MODES for text in islice(texts, _MAX_OBJECTS))


def _pictures(page: pdfium.PdfPage) -> list[Picture]:
    images = page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=_FORM_DEPTH)
    return [_picture(image) for image in islice(images, _MAX_OBJECTS)]


def _picture(image: pdfium.PdfImage) -> Picture:
    width, height = image.get_px_size()
    matrix = image.get_matrix()
    container = image.container
    while container is not None:
        matrix = matrix.multiply(container.get_matrix())
        container = container.container
    corners = [matrix.on_point(x, y) for x in (0, 1) for y in (0, 1)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    is_sideways = abs(matrix.b) > abs(matrix.a)
    return Picture(image, width, height, min(xs), min(ys), max(xs), max(ys), is_sideways)


def _inside(page: pdfium.PdfPage, picture: Picture) -> float:
    """The share of the page that the picture covers."""
    left, bottom, right, top = page.get_bbox()
    width = min(right, picture.x1) - max(left, picture.x0)
    height = min(top, picture.y1) - max(bottom, picture.y0)
    return float(max(0.0, width) * max(0.0, height) / max((right - left) * (top - bottom), 1e-6))


def _covered_share(page: pdfium.PdfPage, pictures: list[Picture]) -> float:
    """The share of the page under pictures; strips side by side add up."""
    return min(1.0, sum(_inside(page, picture) for picture in pictures))


# --- rendering --------------------------------------------------------------------------------------------


def _drawing(page: pdfium.PdfPage, pictures: list[Picture], is_typed: bool) -> Drawing:
    """Choose the size in pixels: a scan as its scanner gave it, up to 300 dpi; anything typed at 300 dpi."""
    width, height = page.get_size()
    if pictures and not is_typed:
        largest = max(pictures, key=lambda picture: _inside(page, picture))
        across, down = _displayed(largest.dpi, page.get_rotation())
        if len(pictures) > 1:  # strips, or layers of different resolution: square pixels at the finest
            across = down = max(max(picture.dpi) for picture in pictures if _inside(page, picture) > 0.02 or picture is largest)
        elif _fills_page(page, largest):  # its own pixels: a page is often a fraction of a point larger
            dots = _displayed((largest.width_px, largest.height_px), page.get_rotation())
            across, down = dots[0] * _POINTS_PER_INCH / width, dots[1] * _POINTS_PER_INCH / height
        if _inside(page, largest) < _FULL_PAGE:
            across, down = max(across, 150.0), max(down, 150.0)
    else:
        across = down = BORN_DPI * min(1.0, _A3_INCHES * _POINTS_PER_INCH / max(width, height))
    across, down = min(across, BORN_DPI), min(down, BORN_DPI)
    pixels = [max(1, round(points * dpi / _POINTS_PER_INCH)) for points, dpi in ((width, across), (height, down))]
    return Drawing(pixels[0], pixels[1], (across, down))


def _displayed(pair: tuple[float, float], rotation: int) -> tuple[float, float]:
    """Swap what belongs to the x and y axis where /Rotate does."""
    return (pair[1], pair[0]) if rotation in (90, 270) else pair


def _rendered(page: pdfium.PdfPage, drawing: Drawing) -> Gray:
    """Draw a page into gray pixels; the two axes may have different scales, as a fax has."""
    width, height = drawing.width, drawing.height
    bitmap = pdfium.PdfBitmap.new_native(width, height, pdfium_c.FPDFBitmap_Gray)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    # A gray bitmap suffices; the flag FPDF_GRAYSCALE gives the same pixels and takes four times as long for a scan.
    pdfium_c.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium_c.FPDF_ANNOT)
    if page.formenv:
        pdfium_c.FPDF_FFLDraw(page.formenv, bitmap, page, 0, 0, width, height, 0, 0)
    pixels = np.array(bitmap.to_numpy()).reshape(height, width)
    bitmap.close()
    return pixels


def _scanner_dots(page: pdfium.PdfPage, picture: Picture, rendered: Gray) -> Gray:
    """Give a scan's own dots where they are all that the page shows; pdfium's rendering blurs them a little.

    `rendered` judges: it knows masks, flips and whatever else a page may do to its picture.
    """
    if pdfium_c.FPDFPage_CountObjects(page) != 1 or not _fills_page(page, picture):
        return rendered
    bitmap = picture.image.get_bitmap()
    if bitmap.format not in (pdfium_c.FPDFBitmap_Gray, pdfium_c.FPDFBitmap_BGR, pdfium_c.FPDFBitmap_BGRx):
        return rendered
    stored = np.array(bitmap.to_numpy()).squeeze()
    gray = stored if stored.ndim == 2 else cv2.cvtColor(stored[..., :3], cv2.COLOR_BGR2GRAY)
    dots = np.ascontiguousarray(np.rot90(gray, -page.get_rotation() // 90))
    if dots.shape != rendered.shape:
        dots = cv2.resize(dots, rendered.shape[::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(dots, np.uint8) if _mean_difference(dots, rendered) < _SAME_PICTURE else rendered


def _mean_difference(one: NDArray[Any], other: Gray) -> float:
    """The mean difference in gray levels of two pictures of one size, looked at an eighth of it."""
    height, width = (max(8, side // 8 * 8) for side in other.shape)
    small = [
        cv2.resize(image[:height, :width], (width // 8, height // 8), interpolation=cv2.INTER_AREA).astype(np.int16)
        for image in (one, other)
    ]
    return float(np.abs(small[0] - small[1]).mean())


def _fills_page(page: pdfium.PdfPage, picture: Picture) -> bool:
    left, bottom, right, top = page.get_bbox()
    slack = 0.002 * max(right - left, top - bottom)
    edges = zip((picture.x0, picture.y0, picture.x1, picture.y1), (left, bottom, right, top), strict=True)
    return not picture.is_sideways and all(abs(edge - page_edge) <= slack for edge, page_edge in edges)


# --- is it whole? -----------------------------------------------------------------------------------------


def _check_pictures(pictures: list[Picture], pixels: Gray, name: str, number: int) -> None:
    """Raise when a scan's picture is cut or does not decode: pdfium would leave gray or white in its place."""
    for picture in pictures:
        filters = picture.image.get_filters()
        if filters and filters[-1] == "DCTDecode":
            # the filters before it are undone by `decode_simple`
            stream = bytes(picture.image.get_data(decode_simple=len(filters) > 1))
            check_jpeg_stream(stream, name, f"page {number}")
        if filters == ["FlateDecode"]:
            _check_deflated(picture, name, number)
    if int(pixels.min()) == int(pixels.max()):
        for picture in pictures:
            picture.image.get_bitmap()  # raises when it does not decode


def _check_deflated(picture: Picture, name: str, number: int) -> None:
    """Raise when a deflated picture holds fewer bytes than its size asks for."""
    bits = picture.image.get_metadata().bits_per_pixel
    needed = (picture.width_px * bits + 7) // 8 * picture.height_px
    if len(picture.image.get_data(decode_simple=True)) < 0.99 * needed:
        raise DamagedFileError(name, f"page {number}: a part of the picture is missing")
