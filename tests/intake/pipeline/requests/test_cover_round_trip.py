"""A cover page goes out as a PDF and comes back by fax with the answer behind it: the real reader finds the matter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image

from intake.pipeline.read import read_file
from intake.pipeline.requests.letter import PrintedLetter
from intake.pipeline.requests.printing import as_pdf
from intake.pipeline.requests.reference import reference_of
from tests.drawing import Sheet, faxed

Gray = NDArray[np.uint8]
REFERENCE = reference_of(4711)

pytestmark = pytest.mark.ocr


def cover(language: Any) -> Gray:
    """The printed cover page as a scanner of 200 dpi sees it."""
    letter = PrintedLetter(
        language, ("Olli Malli",), "Lisäselvityspyyntö", "Tartuntatautipäiväraha", "Hei!", date(2019, 1, 16), REFERENCE
    )
    document = pypdfium2.PdfDocument(as_pdf(letter))
    drawn = document[1].render(scale=200 / 72).to_pil().convert("L").resize((1654, 2339))
    document.close()
    return np.asarray(drawn)


def letter(*more: str) -> Gray:
    """An answer in a person's own words."""
    sheet = Sheet()
    lines = (
        "Hei!",
        "Lähetän pyytämänne selvityksen.",
        *more,
        "Olin työssä kaupan kassalla joulukuussa.",
        "Terveisin",
        "Olli Malli",
    )
    for row, line in enumerate(lines):
        sheet.text(150, 250 + 70 * row, line, size=34)
    return sheet.gray


def read(path: Path, pages: Sequence[Gray], lines: int | None = None) -> dict[str, Any]:
    """Read pages as one TIFF; `lines` to the inch of a fax, None for a scan."""
    bare = [page if lines is None else faxed(page, lines)[0] for page in pages]
    first, *others = [Image.fromarray(page).convert("1") for page in bare]
    dpi = (200, 200) if lines is None else (204, lines)
    first.save(path, save_all=True, append_images=others, compression="group4", dpi=dpi)
    return read_file(path).to_json()


@pytest.mark.parametrize(("language", "lines"), [("fi", 98), ("sv", 196)])
def test_an_answer_faxed_behind_its_cover_bears_the_reference(language: str, lines: int, tmp_path: Path) -> None:
    result = read(tmp_path / "a.tif", [cover(language), letter()], lines)

    first, second = result["pages"]
    assert (first["separator"], first["reference"]) == (True, REFERENCE)
    assert "reference" not in second
    assert [(document["pages"], document["reference"]) for document in result["documents"]] == [([2], REFERENCE)]


def test_a_cover_that_lay_upside_down_is_read_and_a_separator_ends_its_reach(tmp_path: Path) -> None:
    result = read(tmp_path / "a.tif", [cover("fi")[::-1, ::-1], letter(), _with_patch(), letter("Toinen asia.")])

    assert [document.get("reference") for document in result["documents"]] == [REFERENCE, None]
    assert [page["separator"] for page in result["pages"]] == [True, False, True, False]


def test_a_letter_that_names_the_reference_needs_no_cover(tmp_path: Path) -> None:
    result = read(tmp_path / "a.tif", [letter(f"Viite {REFERENCE}")])

    assert [page.get("reference") for page in result["pages"]] == [REFERENCE]
    assert [document["reference"] for document in result["documents"]] == [REFERENCE]


def test_a_paper_of_its_own_bears_none(tmp_path: Path) -> None:
    result = read(tmp_path / "a.tif", [letter()])

    assert all("reference" not in each for each in (*result["pages"], *result["documents"]))


def _with_patch() -> Gray:
    """A separator sheet: PATCHT is narrow, wide, narrow, wide."""
    drawn = np.full((2339, 1654), 255, np.uint8)
    top = 200
    for thickness in (16, 40, 16, 40):
        drawn[top : top + thickness, 200:900] = 0
        top += thickness + 16
    return drawn
