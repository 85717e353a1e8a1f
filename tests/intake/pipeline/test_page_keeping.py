"""Every page is kept as a viewer shows it: square pixels, upright as the camera meant it, no larger than needed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from extractors.pages import ArrivedPage, open_pages
from intake.pipeline.page_keeping import PageKeeper, as_shown, draw_only
from models.page import LabelledPage
from tests.drawing import Gray, Sheet, clean_page, text_of


def page_of(path: Path) -> ArrivedPage:
    (page,) = list(open_pages(path.read_bytes(), path.name))
    return page


def fax(path: Path, lines: int, dpi: tuple[int, int]) -> Path:
    sheet = Sheet()
    sheet.text(200, 300, "Hakemus", size=80)
    image = sheet.image.resize((1728, lines)).point(lambda v: 255 if v > 128 else 0).convert("1")
    image.save(path, "TIFF", compression="group4", dpi=dpi)
    return path


@pytest.mark.parametrize(("lines", "dpi"), [(1146, (204, 98)), (2292, (204, 196))])
def test_a_fax_is_shown_with_square_pixels_and_two_tones(tmp_path: Path, lines: int, dpi: tuple[int, int]) -> None:
    (kept,) = draw_only(fax(tmp_path / "a.tif", lines, dpi), tmp_path)

    with Image.open(kept.image) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "1", (kept.width_px, kept.height_px))
    assert kept.width_px == 1728
    assert kept.height_px == pytest.approx(lines * dpi[0] / dpi[1], abs=1)
    assert kept.image.stat().st_size < 60_000


def test_a_photo_turned_by_its_camera_is_shown_upright(tmp_path: Path) -> None:
    wide = Image.fromarray(np.full((300, 400), 180, np.uint8))
    wide.paste(20, (0, 0, 40, 300))  # dark on the left: turned by a quarter clockwise, it is at the top
    exif = Image.Exif()
    exif[0x0112] = 6
    wide.save(tmp_path / "a.jpg", exif=exif)

    (kept,) = draw_only(tmp_path / "a.jpg", tmp_path)

    with Image.open(kept.image) as image:
        shown = np.array(image.convert("L"))
        assert image.format == "JPEG"
        assert image.getexif().get(0x0112) is None
    assert shown.shape[0] > shown.shape[1]
    assert shown[:10].mean() < 60
    assert shown[-10:].mean() > 150


def test_a_fine_scan_is_shrunk_and_a_thin_line_of_ink_stays(tmp_path: Path) -> None:
    pixels = np.full((3508, 2480), 255, np.uint8)
    pixels[1000:1003, 200:2000] = 0  # a ruling of a quarter of a millimetre
    page = ArrivedPage(1, pixels, (300, 300), None)

    shown = as_shown(page)

    assert shown.shape == (2385, 1686)
    assert set(np.unique(shown)) == {0, 255}
    assert (shown[:, 700] == 0).any()


def test_an_a4_page_without_a_resolution_is_no_finer_than_a_screen_needs() -> None:
    assert max(as_shown(ArrivedPage(1, np.full((4000, 3000), 200, np.uint8), None, None)).shape) == pytest.approx(2385, abs=2)


def test_a_coarse_page_is_not_blown_up() -> None:
    pixels = np.full((1100, 850), 200, np.uint8)

    assert as_shown(ArrivedPage(1, pixels, (100, 100), None)) is pixels


def test_a_reader_that_tells_of_pages_leaves_images_and_fingerprints(tmp_path: Path) -> None:
    sheet, white = Sheet(), Sheet()
    for line in range(8):
        sheet.text(200, 300 + 100 * line, "Tilinumeron muutos Virtanen", size=60)
    keeper = PageKeeper(tmp_path)

    for number, (drawn, is_blank) in enumerate(((sheet, False), (white, True)), start=1):
        keeper(_arrived(drawn.gray, number), clean_page(drawn.gray, number), text_of((), number=number), _label(number, is_blank))

    assert [page.number for page in keeper.pages] == [1, 2]
    assert [page.fingerprint is not None for page in keeper.pages] == [True, False]
    assert all(page.image.is_file() for page in keeper.pages)


def test_drawing_ends_quietly_at_the_page_that_cannot_be_opened(tmp_path: Path) -> None:
    whole = fax(tmp_path / "a.tif", 1146, (204, 98)).read_bytes()
    (tmp_path / "b.tif").write_bytes(whole[: len(whole) // 2])

    assert draw_only(tmp_path / "b.tif", tmp_path) == []


def _arrived(gray: Gray, number: int) -> ArrivedPage:
    return ArrivedPage(number, gray, (200, 200), None)


def _label(number: int, is_blank: bool) -> LabelledPage:
    return LabelledPage(number=number, is_blank=is_blank)
