"""A drawn page goes through what machines do to it: it comes out straight, and its marks are found again where they arrived."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extractors.cleanup import CLEAN_DPI, CleanPage, clean, flatten, ink_of, turned
from models.geometry import Box
from tests.drawing import (
    A4,
    Sheet,
    dark_edged,
    faxed,
    in_a_negative,
    moved,
    photographed,
    quarter_turned,
    skewed,
)

Gray = NDArray[np.uint8]
Matrix = NDArray[np.float64]
Way = Callable[[Gray], tuple[Gray, Matrix]]

MARK_PX = 40
WORDS = [
    "Tartuntatautipäivärahaa",
    "maksetaan",
    "siltä",
    "ajalta",
    "jonka",
    "lääkäri",
    "on",
    "määrännyt",
    "pois",
    "työstä",
    "eikä",
    "palkkaa",
    "saa",
    "samalta",
    "ajalta",
    "Päätös",
    "lapsen",
    "karanteenista",
    "annetaan",
    "huoltajalle",
    "joka",
    "jää",
    "kotiin",
    "hoitamaan",
    "häntä",
    "ja",
    "menettää",
    "siksi",
    "ansionsa",
]
PLACES = ((260, 420), (1340, 420), (260, 1800), (1340, 1800), (700, 1110))


@pytest.fixture(scope="module")
def drawn() -> tuple[Gray, tuple[Box, ...]]:
    """A page of print with five black squares; the first two stand at the same height."""
    sheet = Sheet()
    sheet.text(180, 150, "Hakemus", size=44)
    for row in range(34):
        if not any(abs(y - (250 + 54 * row)) < 60 for _, y in PLACES):
            # Rows of other words each: the same letters below one another would make columns of them.
            start = row * 7 % len(WORDS)
            sheet.text(180, 250 + 54 * row, " ".join((WORDS * 2)[start : start + 9 + row % 3]), size=30)
    marks = tuple(Box(x, y, x + MARK_PX, y + MARK_PX) for x, y in PLACES)
    for mark in marks:
        sheet.image.paste(0, tuple(round(v) for v in mark))
    return sheet.gray, marks


def squares_on(page: CleanPage) -> list[Box]:
    """The black squares of a cleaned page, from the top, then from the left."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(page.ink, connectivity=8)
    found = [
        Box(x, y, x + w, y + h) for x, y, w, h, area in stats[1:count].tolist()
        if 0.7 * MARK_PX < min(w, h) <= max(w, h) < 1.4 * MARK_PX and area > 0.85 * w * h
    ]  # fmt: skip
    return sorted(found, key=lambda b: (round(b.y0 / 60), b.x0))


def shares(box: Box, width: int, height: int) -> Box:
    return Box(box.x0 / width, box.y0 / height, box.x1 / width, box.y1 / height)


def overlap(a: Box, b: Box) -> float:
    shared = a.intersection(b)
    if shared.width <= 0 or shared.height <= 0:
        return 0.0
    return shared.area / (a.area + b.area - shared.area)


WAYS: dict[str, tuple[Way, tuple[float, float] | None]] = {
    "as it is": (lambda gray: (gray, np.eye(3)), (200, 200)),
    "without its resolution": (lambda gray: (gray, np.eye(3)), None),
    "turned by 90": (lambda gray: quarter_turned(gray, 90), (200, 200)),
    "on its head": (lambda gray: quarter_turned(gray, 180), (200, 200)),
    "turned by 270": (lambda gray: quarter_turned(gray, 270), (200, 200)),
    "skewed by -10": (lambda gray: skewed(gray, -10), (200, 200)),
    "skewed by -5": (lambda gray: skewed(gray, -5), (200, 200)),
    "skewed by -1.3": (lambda gray: skewed(gray, -1.3), (200, 200)),
    "skewed by 0.6": (lambda gray: skewed(gray, 0.6), (200, 200)),
    "skewed by 3": (lambda gray: skewed(gray, 3), (200, 200)),
    "skewed by 5": (lambda gray: skewed(gray, 5), (200, 200)),
    "skewed by 8.4": (lambda gray: skewed(gray, 8.4), (200, 200)),
    "faxed at 204 x 98": (lambda gray: faxed(gray, 98), (204, 98)),
    "faxed at 204 x 196": (lambda gray: faxed(gray, 196), (204, 196)),
    "photographed": (photographed, None),
    "leaning photo": (lambda gray: photographed(gray, 0.07), (72, 72)),
    "a negative": (in_a_negative, (200, 200)),
    "dark edges and holes": (dark_edged, (200, 200)),
}


@pytest.fixture(scope="module")
def cleaned(drawn: tuple[Gray, tuple[Box, ...]]) -> dict[str, tuple[CleanPage, Matrix]]:
    pages = {}
    for name, (way, dpi) in WAYS.items():
        arrived, matrix = way(drawn[0])
        pages[name] = clean(1, arrived, dpi), matrix
    return pages


@pytest.mark.parametrize("way", WAYS)
def test_marks_are_found_again_on_the_page_as_it_arrived(
    way: str, cleaned: dict[str, tuple[CleanPage, Matrix]], drawn: tuple[Gray, tuple[Box, ...]]
) -> None:
    page, matrix = cleaned[way]
    width, height = page.transform.arrived_width, page.transform.arrived_height

    back = [Box(*page.transform.share_box(mark)) for mark in squares_on(page)]

    assert len(back) == len(PLACES)
    for mark in drawn[1]:
        there = shares(moved(matrix, mark), width, height)
        assert max(overlap(there, box) for box in back) > 0.6


@pytest.mark.parametrize("way", WAYS)
def test_rows_lie_level(way: str, cleaned: dict[str, tuple[CleanPage, Matrix]]) -> None:
    squares = squares_on(cleaned[way][0])

    pairs = (squares[:2], squares[-2:])

    assert all(abs(a.center[1] - b.center[1]) < 0.007 * abs(a.center[0] - b.center[0]) for a, b in pairs)


@pytest.mark.parametrize("way", WAYS)
def test_the_cleaned_page_is_square_and_of_200_dpi(way: str, cleaned: dict[str, tuple[CleanPage, Matrix]]) -> None:
    page = cleaned[way][0]

    sides = [side for mark in squares_on(page) for side in (mark.width, mark.height)]

    assert np.median(sides) == pytest.approx(MARK_PX, abs=4)
    assert page.gray.shape == pytest.approx(A4[::-1], rel=0.03)
    assert page.fine.shape == pytest.approx(np.array(page.gray.shape) * page.fine_scale, abs=1)


@pytest.mark.parametrize("degrees", [-10.0, -5.0, -1.3, 0.6, 3.0, 5.0, 8.4])
def test_the_skew_is_told(degrees: float, cleaned: dict[str, tuple[CleanPage, Matrix]]) -> None:
    page = cleaned[f"skewed by {degrees:g}"][0]

    assert page.skew_deg == pytest.approx(degrees, abs=0.25)


def test_a_page_on_its_side_is_turned(cleaned: dict[str, tuple[CleanPage, Matrix]]) -> None:
    # Whether such a page also stands on its head is told by reading, later.
    assert {name: page.rotation % 180 for name, (page, _) in cleaned.items() if page.rotation % 180} == {
        "turned by 90": 90,
        "turned by 270": 90,
    }


def test_only_photos_are_taken_for_photos_and_only_faxes_for_faxes(cleaned: dict[str, tuple[CleanPage, Matrix]]) -> None:
    assert {name for name, (page, _) in cleaned.items() if page.is_photo} == {"photographed", "leaning photo"}
    assert {"faxed at 204 x 98", "faxed at 204 x 196"} <= {name for name, (page, _) in cleaned.items() if page.is_fax}
    assert not cleaned["photographed"][0].is_fax


@pytest.mark.parametrize("way", WAYS)
def test_paper_comes_out_white(way: str, cleaned: dict[str, tuple[CleanPage, Matrix]]) -> None:
    page = cleaned[way][0]

    assert np.median(page.gray) > 240
    assert 0.01 < page.ink.mean() < 0.12


def test_dark_edges_and_punch_holes_leave_no_ink(cleaned: dict[str, tuple[CleanPage, Matrix]]) -> None:
    ink = cleaned["dark edges and holes"][0].ink

    assert ink[:, -15:].mean() < 0.05
    assert ink[-12:, :].mean() < 0.05
    assert ink[:, :140].sum() < 60


def test_turning_twice_gives_the_same_page(cleaned: dict[str, tuple[CleanPage, Matrix]]) -> None:
    page = cleaned["skewed by 3"][0]

    twice = turned(turned(page))

    assert np.array_equal(twice.gray, page.gray)
    assert twice.rotation == page.rotation
    assert twice.transform.to_arrived(300, 700) == pytest.approx(page.transform.to_arrived(300, 700), abs=1e-6)


def test_a_turned_page_leads_back_to_the_same_place(cleaned: dict[str, tuple[CleanPage, Matrix]]) -> None:
    page = cleaned["on its head"][0]

    other = turned(page)

    before = sorted(page.transform.share_box(mark) for mark in squares_on(page))
    after = sorted(other.transform.share_box(mark) for mark in squares_on(other))
    assert np.allclose(before, after, atol=0.002)
    assert other.rotation == 180
    assert np.array_equal(other.ink, page.ink[::-1, ::-1])


@pytest.mark.parametrize("shape", [(2339, 1654), (1143, 1728), (40, 60)])
def test_an_empty_page_stays_empty_and_straight(shape: tuple[int, int]) -> None:
    page = clean(1, np.full(shape, 255, np.uint8), (204, 98) if shape[0] == 1143 else None)

    assert page.ink.sum() == 0
    assert (page.rotation, page.skew_deg) == (0, 0.0)


def test_paper_without_ink_is_not_stretched_into_dirt() -> None:
    rng = np.random.default_rng(5)
    paper = np.clip(rng.normal(225, 5, (1200, 900)), 0, 255).astype(np.uint8)

    assert (flatten(paper) < 150).mean() < 0.001


def test_faint_print_on_yellowed_paper_becomes_dark() -> None:
    sheet = Sheet(900, 400)
    place = sheet.text(60, 150, "Vakuutan antamani tiedot oikeiksi", size=34)
    faint = (200 - 0.35 * (255 - sheet.gray.astype(np.float64))).astype(np.uint8)

    level = flatten(faint)

    x0, y0, x1, y1 = (round(v) for v in place)
    assert (level[y0:y1, x0:x1] < 150).mean() > 0.1
    assert level[300:, :].min() > 200


def test_a_text_layer_keeps_its_page_where_it_is(drawn: tuple[Gray, tuple[Box, ...]]) -> None:
    arrived, _ = skewed(drawn[0], 2)

    page = clean(3, arrived, (200, 200), trusted_upright=True)

    assert (page.number, page.rotation, page.skew_deg) == (3, 0, 0.0)
    assert page.transform.to_arrived(100, 200) == pytest.approx((100, 200), abs=1)


def test_a_fine_scan_keeps_finer_pixels_for_crops(drawn: tuple[Gray, tuple[Box, ...]]) -> None:
    fine = cv2.resize(drawn[0], None, fx=1.5, fy=1.5, interpolation=cv2.INTER_LINEAR)

    page = clean(1, np.asarray(fine, dtype=np.uint8), (1.5 * CLEAN_DPI, 1.5 * CLEAN_DPI))

    assert page.fine_scale == pytest.approx(1.5, abs=0.02)
    assert page.gray.shape == pytest.approx(A4[::-1], abs=2)


def test_a_pale_stroke_is_ink_where_it_goes_on_from_ink() -> None:
    gray = np.full((100, 300), 250, np.uint8)
    gray[50:53, 20:60] = 90
    gray[50:53, 60:72] = (106, 124, 144, 164, 180, 190, 190, 180, 164, 144, 124, 106)  # the pen fails for a moment
    gray[50:53, 72:120] = 90
    gray[50:53, 200:206] = 195  # dirt
    ink = ink_of(gray, is_fax=False)

    assert ink[51, 20:120].all()
    assert not ink[:, 195:210].any()


def test_the_soft_edge_of_a_stroke_makes_it_no_thicker() -> None:
    gray = np.full((100, 300), 250, np.uint8)
    gray[50:53, 20:120] = 60
    gray[48:50, 20:120] = gray[53:55, 20:120] = 205

    assert ink_of(gray, is_fax=False).sum() == 3 * 100


def test_a_shaded_cell_is_no_ink() -> None:
    gray = np.full((100, 300), 250, np.uint8)
    gray[20:80, 20:200] = 190
    gray[48:52, 60:90] = 60

    assert ink_of(gray, is_fax=False).sum() == 4 * 30
