"""Open files as they arrive: bytes in, gray pages out, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from extractors import decoding, text_layer
from extractors.fax import true_dpi
from extractors.limits import Dpi, Gray, Limits, RawPage
from models.errors import EmptyFileError, NotADocumentError
from models.page import Word

__all__ = ["ArrivedPage", "FileKind", "Limits", "examine", "open_pages", "sniff"]

# Where a PDF may begin: mail gateways and printers put a few lines before it (PDF 32000-1, H.3 note 13).
_PDF_HEAD = 1024
_MAGIC = (
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_BMP_HEADER_SIZES = (12, 40, 52, 56, 64, 108, 124)


@dataclass(frozen=True)
class ArrivedPage:
    """One page as it arrived.

    `pixels` are gray, shape (height, width), 0 = ink, 255 = paper, turned as a viewer shows them (EXIF, PDF
    /Rotate), but neither squared nor cleaned. `dpi` is horizontal and vertical; None when the file does not
    say or says what no paper has; a fax page's follows its letters. `words` is a text layer that passed the test
    against the pixels, boxes in pixels of `pixels`; None means: read the pixels.
    """

    number: int
    pixels: Gray
    dpi: Dpi | None
    words: tuple[Word, ...] | None


@dataclass(frozen=True)
class FileKind:
    """What a file is; `page_count` None when it cannot be told without decoding."""

    media_type: str
    page_count: int | None


_CONTAINERS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
"""ZIP, old Office, RAR, 7z, gzip: a PDF stored within one of them is not the file that came."""


def sniff(data: bytes, name: str) -> str:
    """Tell the media type from the first bytes, never from the file's ending.

    Raises EmptyFileError for 0 bytes, NotADocumentError for what is no paper.
    """
    if not data:
        raise EmptyFileError(name)
    for magic, media_type in _MAGIC:
        if data.startswith(magic):
            return media_type
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "image/heic"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADER_SIZES:
        return "image/bmp"
    if b"%PDF-" in data[:_PDF_HEAD] and not data.startswith(_CONTAINERS):
        return "application/pdf"
    raise NotADocumentError(name)


def examine(data: bytes, name: str, limits: Limits | None = None, *, whole: bool = False) -> FileKind:
    """Tell kind and number of pages without decoding one. Raises an InputError as `open_pages` does.

    With `whole`, a file that ends before its own structure says so is a DamagedFileError, and one of too many
    pages or pixels is refused; what only shows in the pixels is not.
    """
    media_type = sniff(data, name)
    return FileKind(media_type, decoding.count_pages(data, name, media_type, limits or Limits(), whole=whole))


def open_pages(data: bytes, name: str, limits: Limits | None = None) -> Iterator[ArrivedPage]:
    """Decode a file page by page, in a child process with limits.

    What cannot be opened raises an InputError that names the file: at once when the first bytes tell, else
    at the page where it shows. Then the pages given before are not the whole file, and nothing may be made
    of them. A caller that stops early ends the child by closing or dropping the iterator.
    """
    limits = limits or Limits()
    media_type = sniff(data, name)
    return _arrived(decoding.decode_pages(data, name, media_type, limits))


def _arrived(raw_pages: Iterator[RawPage]) -> Iterator[ArrivedPage]:
    for number, raw in enumerate(raw_pages, start=1):
        words = None
        if raw.words is not None:
            # Typed pages are drawn with square pixels; without a believable resolution it is an A4 page's.
            dpi = raw.dpi[0] if raw.dpi else max(raw.pixels.shape) / 11.69
            words = text_layer.trusted_words(raw.words, raw.pixels, dpi)
        yield ArrivedPage(number, raw.pixels, true_dpi(raw.pixels, raw.dpi), words)
