"""A fax page's true resolution, its streaks and its lost lines."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractors.fax import mended, true_dpi
from extractors.limits import Dpi, Gray

COLUMN = 790
FAX_LINES = {98.0: 1146, 196.0: 2292, 391.0: 4572}


def written(lines: int = 2292) -> Gray:
    """A page of print, drawn with square pixels and then squeezed to so many lines."""
    page = np.full((2385, 1728), 255, np.uint8)
    for y in range(200, 2200, 60):
        cv2.putText(page, "Paatos tyosta poissaolosta 12.3.2019 Satakunnan", (120, y), cv2.FONT_HERSHEY_SIMPLEX, 0.95, 0, 3)
    squeezed = cv2.resize(page, (1728, lines), interpolation=cv2.INTER_AREA)
    return np.where(squeezed < 160, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    "declared", [None, (200.0, 200.0), (96.0, 96.0), (300.0, 300.0), (204.0, 98.0), (204.0, 196.0), (204.0, 391.0)]
)
@pytest.mark.parametrize("down", FAX_LINES)
def test_a_faxs_letters_tell_its_resolution_whatever_the_file_says(down: float, declared: Dpi | None) -> None:
    dpi = true_dpi(written(FAX_LINES[down]), declared)

    assert dpi is not None
    assert dpi[0] == pytest.approx(204, abs=1)
    assert dpi[1] == pytest.approx(down, rel=0.03)


def test_a_page_without_letters_is_told_by_its_length() -> None:
    assert true_dpi(np.full((1146, 1728), 255, np.uint8), None) == (204.0, 98.0)


def test_other_pages_keep_what_their_file_says() -> None:
    scan = np.full((2339, 1654), 255, np.uint8)
    gray = written().astype(np.int16)
    gray[::2] -= 40

    assert true_dpi(scan, (200.0, 200.0)) == (200.0, 200.0)
    assert true_dpi(scan, None) is None
    assert true_dpi(np.clip(gray, 0, 230).astype(np.uint8), (200.0, 200.0)) == (200.0, 200.0)


@pytest.mark.parametrize("rows", [slice(0, None), slice(900, None), slice(0, 1400)])
@pytest.mark.parametrize("broad", [1, 2, 4])
def test_a_streak_is_taken_off_and_the_letters_under_it_stay(rows: slice, broad: int) -> None:
    clean = written()
    streaked = clean.copy()
    streaked[rows, COLUMN : COLUMN + broad] = 0

    repaired = mended(streaked)

    beside = np.r_[COLUMN : COLUMN + broad]
    # Under a broader streak less of a letter shows at its edges: more of its strokes must be guessed.
    assert (repaired[:, beside] != clean[:, beside]).mean() < (0.07 if broad < 4 else 0.1)
    assert np.array_equal(np.delete(repaired, beside, axis=1), np.delete(clean, beside, axis=1))


def test_a_tables_ruling_is_no_streak() -> None:
    page = written()
    cv2.line(page, (1000, 150), (1000, 2150), 0, 3)

    assert np.array_equal(mended(page), page)


@pytest.mark.parametrize("tone", [0, 255])
def test_lost_lines_are_closed(tone: int) -> None:
    clean = written()
    row = int(np.argmax((clean < 128).sum(axis=1)[500:600])) + 500
    broken = clean.copy()
    broken[row : row + 2] = tone

    repaired = mended(broken)

    lost, left = (broken != clean).sum(), (repaired != clean).sum()
    assert left < 0.45 * lost


def test_the_gap_of_a_double_ruling_stays() -> None:
    page = written()
    cv2.line(page, (100, 1190), (1600, 1190), 0, 2)
    cv2.line(page, (100, 1195), (1600, 1195), 0, 2)

    assert np.array_equal(mended(page), page)
