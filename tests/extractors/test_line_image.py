"""The form in which the hand-print recogniser sees a line."""

from __future__ import annotations

import numpy as np

from extractors.ocr.line_image import HEIGHT_PX, normal_line


def line(high: int = 30, wide: int = 200, ink: int = 20) -> np.ndarray:
    gray = np.full((120, 400), 255, np.uint8)
    gray[40 : 40 + high, 60 : 60 + wide : 2] = ink
    gray[40, 60 : 60 + wide] = ink
    return gray


def test_a_line_is_as_high_as_the_network_wants_and_spread_to_black_and_white() -> None:
    normal = normal_line(line(ink=120))

    assert normal.shape[0] == HEIGHT_PX
    assert normal.min() < 10
    assert normal.max() == 255


def test_what_lies_around_the_ink_does_not_matter() -> None:
    gray = line()
    wider = np.pad(gray, ((50, 80), (90, 10)), constant_values=255)

    assert abs(normal_line(gray).shape[1] - normal_line(wider).shape[1]) <= 1


def test_specks_do_not_widen_it() -> None:
    gray = line()
    dirty = gray.copy()
    dirty[5:7, 380:382] = 0

    assert normal_line(dirty).shape == normal_line(gray).shape


def test_a_dash_is_not_blown_up() -> None:
    gray = np.full((60, 100), 255, np.uint8)
    gray[30:33, 40:60] = 0

    inked = np.flatnonzero((normal_line(gray) < 128).any(axis=1))

    assert len(inked) < HEIGHT_PX / 2


def test_white_paper_stays_white() -> None:
    assert normal_line(np.full((40, 90), 255, np.uint8)).min() == 255
