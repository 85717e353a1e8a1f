"""The sheet on the table, and what an open lid leaves along a scan's edge."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractors.paper import fill_dark_edges, find_sheet
from models.geometry import Box
from tests.drawing import Sheet, photographed


def page_of_print() -> Sheet:
    sheet = Sheet(827, 1170)
    for row in range(20):
        sheet.text(90, 120 + 48 * row, "Päätös koskee määräystä olla poissa työstä", size=28)
    return sheet


@pytest.mark.parametrize("lean", [0.0, 0.03, 0.08])
def test_the_corners_of_a_photographed_sheet_are_found(lean: float) -> None:
    gray = page_of_print().gray
    picture, matrix = photographed(gray, lean)

    corners = find_sheet(picture)

    assert corners is not None
    height, width = gray.shape
    drawn = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], dtype=np.float64)
    assert np.abs(corners - cv2.perspectiveTransform(drawn, matrix)[0]).max() < 0.02 * height


def test_a_scan_is_no_photo() -> None:
    assert find_sheet(page_of_print().gray) is None


def test_a_scan_with_one_dark_edge_is_no_photo() -> None:
    gray = page_of_print().gray
    gray[:, -30:] = 20

    assert find_sheet(gray) is None


def test_a_dark_picture_without_a_sheet_has_no_corners() -> None:
    assert find_sheet(np.full((1000, 800), 40, np.uint8)) is None


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_a_dark_strip_along_an_edge_is_painted_over(side: str) -> None:
    sheet = Sheet()
    printed = sheet.text(300, 900, "Henkilötunnus", size=30)
    gray = sheet.gray
    strip = {"left": np.s_[:, :25], "right": np.s_[:, -25:], "top": np.s_[:25, :], "bottom": np.s_[-25:, :]}[side]
    gray[strip] = 10

    filled = fill_dark_edges(gray)

    assert filled[strip].min() == 255
    x0, y0, x1, y1 = (round(v) for v in printed)
    assert np.array_equal(filled[y0:y1, x0:x1], gray[y0:y1, x0:x1])


def test_punch_holes_are_painted_over_and_a_dot_in_the_text_is_not() -> None:
    sheet = Sheet()
    holes = [sheet.blot(95, y, 24) for y in (850, 1480)]
    dot = sheet.blot(800, 1200, 24)

    filled = fill_dark_edges(sheet.gray)

    def inside(box: Box) -> int:
        return int(filled[round(box.y0) : round(box.y1), round(box.x0) : round(box.x1)].min())

    assert [inside(hole) for hole in holes] == [255, 255]
    assert inside(dot) == 0


def test_a_frame_that_runs_out_of_the_page_stays() -> None:
    sheet = Sheet()
    sheet.line(0, 600, 1653, 600, thick=3)
    sheet.line(30, 0, 30, 2338, thick=3)

    assert np.array_equal(fill_dark_edges(sheet.gray), sheet.gray)


def on_table(
    shadow: float,
) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.uint8]], np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    """A sheet on a grained table, as bright as the paper is where a shadow falls on it."""
    height, width = 1000, 800
    table = np.tile(110 + 14 * np.sin(np.arange(height) / 3.0)[:, None], (1, width))
    corners = np.array([[110, 90], [680, 120], [650, 900], [70, 860]], dtype=np.float64)
    sheet = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(sheet, corners.astype(np.int32), 1)
    light = 210 - shadow * np.linspace(1, 0, width)[None, :]
    picture = np.where(sheet > 0, light, table)
    for row in range(24):
        cv2.line(picture, (200, 200 + 24 * row), (560, 208 + 24 * row), 60.0, 2)
    return np.asarray(picture.clip(0, 255), np.uint8), corners


@pytest.mark.parametrize("shadow", [0.0, 60.0, 90.0])
def test_a_sheet_in_shadow_is_found_by_its_edges(shadow: float) -> None:
    picture, drawn = on_table(shadow)

    corners = find_sheet(picture)

    assert corners is not None
    assert np.abs(corners - drawn).max() < 12


def test_a_scan_with_three_dark_edges_is_no_photo_of_one_of_its_frames() -> None:
    sheet = page_of_print()
    sheet.frame(Box(90, 300, 760, 900), 4)
    gray = sheet.gray
    gray[:12] = 20
    gray[:, :20] = 20
    gray[:, -16:] = 20

    assert find_sheet(gray) is None
