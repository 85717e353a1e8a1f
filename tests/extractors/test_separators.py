"""Separator sheets: patch codes, and barcodes that say so."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

from extractors.separators import PATCH_KINDS, SeparatorSheet, find_separator
from models.geometry import Box
from models.page import PageText, Word

Gray = NDArray[np.uint8]
WIDE_PX, NARROW_PX = 40, 16


def empty_page() -> Gray:
    return np.full((2339, 1654), 255, np.uint8)


def patch_page(bars: str, length: int = 500, tilt_deg: float = 0.0) -> Gray:
    page = empty_page()
    top = 80
    for bar in bars:
        thickness = WIDE_PX if bar == "1" else NARROW_PX
        page[top : top + thickness, 90 : 90 + length] = 0
        top += thickness + NARROW_PX
    return tilted(page, tilt_deg)


def tilted(page: Gray, degrees: float) -> Gray:
    turn = cv2.getRotationMatrix2D((827, 1170), degrees, 1)
    return cv2.warpAffine(page, turn, (page.shape[1], page.shape[0]), borderValue=255).astype(np.uint8)


def barcode_page(text: str, code_format: zxingcpp.BarcodeFormat) -> Gray:
    page = empty_page()
    barcode = np.array(zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, code_format), scale=5))
    page[300 : 300 + barcode.shape[0], 200 : 200 + barcode.shape[1]] = barcode
    return page


def text_of(line: str) -> PageText:
    words = [Word(text=w, box=Box(100, 50 + 20 * i, 200, 65 + 20 * i), engine_score=0.9) for i, w in enumerate(line.split())]
    return PageText(number=1, width_px=1654, height_px=2339, reading="ocr", words=tuple(words))


@pytest.mark.parametrize("bars", PATCH_KINDS)
def test_each_patch_code_is_named(bars: str) -> None:
    assert find_separator(patch_page(bars), None) == SeparatorSheet(PATCH_KINDS[bars], "patch")


@pytest.mark.parametrize("bars", PATCH_KINDS)
def test_a_patch_code_that_stands_on_its_side_is_found(bars: str) -> None:
    page = np.ascontiguousarray(patch_page(bars).T)

    assert find_separator(page, None) == SeparatorSheet(PATCH_KINDS[bars], "patch")


def test_bars_over_the_whole_width_may_lie_askew() -> None:
    page = patch_page("0101", length=1450, tilt_deg=0.8)

    assert find_separator(page, None) == SeparatorSheet("PATCHT", "patch")


def test_a_dirty_patch_sheet_is_found() -> None:
    page = patch_page("0101")
    rng = np.random.default_rng(7)
    page[rng.random(page.shape) < 0.02] = 0
    page[rng.random(page.shape) < 0.02] = 255

    assert find_separator(page, None) == SeparatorSheet("PATCHT", "patch")


@pytest.mark.parametrize("bars", ["0000", "1111", "111", "0111"])
def test_other_bars_are_no_patch_code(bars: str) -> None:
    assert find_separator(patch_page(bars), None) is None


def test_a_ruled_table_is_no_patch_code() -> None:
    page = empty_page()
    for top in range(200, 1400, 60):
        page[top : top + 5, 100:1500] = 0
    page[200:1400, 100:104] = 0

    assert find_separator(page, None) is None


@pytest.mark.parametrize(
    ("text", "code_format"),
    [
        ("SAAPUVA-SEP", zxingcpp.BarcodeFormat.Code128),
        ("SAAPUVA-SEP", zxingcpp.BarcodeFormat.Code39),
        ("PATCHT", zxingcpp.BarcodeFormat.Code39),
        ("SEPARATOR", zxingcpp.BarcodeFormat.QRCode),
        ("VÄLILEHTI", zxingcpp.BarcodeFormat.QRCode),
        ("EROTINSIVU", zxingcpp.BarcodeFormat.DataMatrix),
    ],
)
def test_a_barcode_that_says_so_makes_a_separator(text: str, code_format: zxingcpp.BarcodeFormat) -> None:
    assert find_separator(barcode_page(text, code_format), text_of("x")) == SeparatorSheet(text, "barcode")


def test_a_letter_that_merely_bears_a_barcode_is_no_separator() -> None:
    page = barcode_page("LASKU-000123", zxingcpp.BarcodeFormat.Code128)

    assert find_separator(page, text_of("Lasku Eräpäivä 12.3.2019")) is None


def test_a_nearly_empty_sheet_headed_separator_needs_only_some_barcode() -> None:
    page = barcode_page("000123", zxingcpp.BarcodeFormat.Code128)

    assert find_separator(page, text_of("EROTINSIVU älä poista")) == SeparatorSheet("000123", "barcode")


def test_a_page_full_of_words_is_never_a_separator() -> None:
    page = barcode_page("SAAPUVA-SEP", zxingcpp.BarcodeFormat.Code128)

    assert find_separator(page, text_of("sana " * 100)) is None


def test_an_empty_or_tiny_page_is_no_separator() -> None:
    assert find_separator(empty_page(), None) is None
    assert find_separator(np.full((3, 3), 255, np.uint8), None) is None
