"""Keep every page of a file as a viewer shows it, and what it is known by when it comes again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.cleanup import CleanPage, line_stretch
from extractors.fingerprint import PageFingerprint, fingerprint
from extractors.pages import ArrivedPage, open_pages
from extractors.phrases import rows_of
from models.errors import InputError
from models.page import LabelledPage, PageText

Gray = NDArray[np.uint8]

SHOWN_DPI = 204
"""Finest a viewer needs: a fax line keeps each of its pixels, a scan of 300 to the inch is shrunk."""

A4_INCHES = 11.69
JPEG_QUALITY = 80
_SHRUNK_INK_BELOW = 170  # after averaging two-toned pixels: a thin stroke stays, at the price of a little weight


@dataclass(frozen=True)
class KeptPage:
    """One page as it arrived, in a file of its own; `fingerprint` None for a page without ink, or one nobody has read.

    `text` is what the page reader saw, line by line.
    """

    number: int
    image: Path
    width_px: int
    height_px: int
    fingerprint: PageFingerprint | None
    text: str = ""


class PageKeeper:
    """Told of each page by `read_file`, it draws the page into `folder` and takes its fingerprint."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages: list[KeptPage] = []

    def __call__(self, page: ArrivedPage, cleaned: CleanPage, text: PageText, label: LabelledPage) -> None:
        known_by = None if label.is_blank or label.is_separator else fingerprint(cleaned, text)
        lines = (" ".join(word.text for word in row) for row in rows_of(text.words))
        self.pages.append(replace(_drawn(page, self.folder, known_by), text="\n".join(lines)))


def draw_only(path: Path, folder: Path, name: str | None = None) -> list[KeptPage]:
    """Draw a file's pages without reading them: for files whose reading failed, so that a person sees what there is.

    Gives the pages up to the first that cannot be opened, which may be none.
    """
    pages: list[KeptPage] = []
    try:
        for page in open_pages(path.read_bytes(), name or path.name):
            pages.append(_drawn(page, folder, None))
    except InputError:
        return pages
    return pages


def _drawn(page: ArrivedPage, folder: Path, known_by: PageFingerprint | None) -> KeptPage:
    shown = as_shown(page)
    if _is_two_toned(shown):
        image = folder / f"{page.number}.png"
        ending, settings = ".png", [cv2.IMWRITE_PNG_BILEVEL, 1, cv2.IMWRITE_PNG_COMPRESSION, 3]
    else:
        image = folder / f"{page.number}.jpg"
        ending, settings = ".jpg", [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    done, packed = cv2.imencode(ending, shown, settings)
    assert done
    image.write_bytes(packed.tobytes())
    return KeptPage(page.number, image, shown.shape[1], shown.shape[0], known_by)


def as_shown(page: ArrivedPage) -> Gray:
    """The page with square pixels, no finer than SHOWN_DPI; two-toned pages stay two-toned."""
    height, width = page.pixels.shape
    stretch = line_stretch(page.dpi)
    across = page.dpi[0] if page.dpi else max(width, height * stretch) / A4_INCHES
    scale = min(1.0, SHOWN_DPI / across)
    size = (max(1, round(width * scale)), max(1, round(height * stretch * scale)))
    if size == (width, height):
        return page.pixels
    two_toned = _is_two_toned(page.pixels)
    if two_toned and scale == 1.0 and stretch > 1:
        return np.asarray(cv2.resize(page.pixels, size, interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
    resized = np.asarray(cv2.resize(page.pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return np.where(resized < _SHRUNK_INK_BELOW, 0, 255).astype(np.uint8) if two_toned else resized


def _is_two_toned(pixels: Gray) -> bool:
    """Whether there is nothing but black and white."""
    counts = np.bincount(pixels[::3, ::3].ravel(), minlength=256)
    return int(counts[0] + counts[255]) == int(counts.sum())
