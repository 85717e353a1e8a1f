"""The contract that every engine keeps: boxes on the page, scores within 0…1, nothing out of nothing, errors that help."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from extractors.ocr import ppocr, tesseract
from extractors.ocr.engine import LineReader, LineText, PageReader
from extractors.readvalue import Readers
from models.errors import EngineError
from models.geometry import Box
from tests.drawing import Sheet

PRINTED = "Henkilötunnus 131052-308T"

page_readers = pytest.mark.parametrize("name", ["tesseract", "tesseract-command"])
line_readers = pytest.mark.parametrize("name", ["tesseract", "tesseract-command", "pp-ocr-v6-small", "handprint"])


@pytest.fixture(scope="session")
def readers(engines: Readers) -> Callable[[str], Any]:
    """An engine by its name."""
    command = tesseract.TesseractCommandReader()
    known = {reader.name: reader for reader in (engines.page, engines.line, engines.hand, command) if reader}
    return lambda name: known[name]


def crop(text: str = PRINTED, size: int = 34) -> np.ndarray[Any, np.dtype[np.uint8]]:
    sheet = Sheet(1200, 60)
    box = sheet.text(8, 10, text, size=size)
    return sheet.gray[: round(box.y1) + 10, : round(box.x1) + 8]


@pytest.mark.ocr
@page_readers
def test_words_of_a_page_lie_on_it_and_bear_their_number(name: str, readers: Callable[[str], PageReader]) -> None:
    sheet = Sheet(1000, 500)
    label = sheet.text(100, 100, "Henkilötunnus", size=30)
    sheet.text(3, 460, "Sivu 1 (2)", size=26)

    text = readers(name).read_page(sheet.gray, 7)

    assert (text.number, text.width_px, text.height_px, text.reading) == (7, 1000, 500, "ocr")
    assert all(
        word.box.covered_by(Box(0, 0, 1000, 500)) == 1 and 0 <= word.engine_score <= 1 and word.text.strip()
        for word in text.words
    )
    (found,) = [word for word in text.words if Levenshtein.distance(word.text.casefold(), "henkilötunnus") <= 1]
    assert tuple(found.box) == pytest.approx(tuple(label), abs=6)


@pytest.mark.ocr
@page_readers
def test_an_empty_page_has_no_words(name: str, readers: Callable[[str], PageReader]) -> None:
    assert readers(name).read_page(Sheet(800, 600).gray, 1).words == ()


@pytest.mark.ocr
@line_readers
def test_a_printed_line_is_read_nearly(name: str, readers: Callable[[str], LineReader]) -> None:
    line = readers(name).read_line(crop())

    assert Levenshtein.distance(line.text.replace(" ", ""), PRINTED.replace(" ", "")) <= 2
    assert 0 <= line.weakest <= line.engine_score <= 1
    assert line.engine_score > 0.5


@pytest.mark.ocr
@line_readers
def test_the_same_line_is_read_the_same_twice(name: str, readers: Callable[[str], LineReader]) -> None:
    assert readers(name).read_line(crop()) == readers(name).read_line(crop())


@pytest.mark.ocr
@line_readers
def test_white_paper_has_no_text(name: str, readers: Callable[[str], LineReader]) -> None:
    assert readers(name).read_line(np.full((48, 300), 255, np.uint8)).text == ""


@pytest.mark.ocr
@pytest.mark.parametrize("shape", [(0, 0), (0, 40), (40, 0), (1, 1), (2, 300), (300, 2)])
def test_a_crop_without_pixels_has_no_text(shape: tuple[int, int], engines: Readers) -> None:
    for reader in (engines.line, engines.hand):
        assert reader is not None
        assert reader.read_line(np.full(shape, 255, np.uint8)) == LineText("", 0.0, 0.0)


@pytest.mark.ocr
@pytest.mark.parametrize("shape", [(8, 3000), (400, 30), (5, 5)])
def test_crops_of_any_shape_are_read_without_complaint(shape: tuple[int, int], engines: Readers) -> None:
    rng = np.random.default_rng(2)

    gray = rng.integers(0, 255, shape, dtype=np.uint8)

    for reader in (engines.line, engines.hand):
        assert reader is not None
        line = reader.read_line(gray)
        assert 0 <= line.weakest <= line.engine_score <= 1


@pytest.mark.ocr
def test_only_letters_of_our_papers_are_read(engines: Readers) -> None:
    sheet = Sheet(400, 60)
    sheet.square(10, 12, 30)
    sheet.square(60, 12, 30)

    line = engines.line.read_line(sheet.gray)

    assert set(line.text) <= ppocr.ALPHABET


@pytest.mark.ocr
def test_finnish_letters_are_in_the_alphabet(engines: Readers) -> None:
    line = engines.line.read_line(crop("Äyräpää Öljymäki Åström"))

    assert line.text.replace(" ", "") == "ÄyräpääÖljymäkiÅström"


def test_missing_weights_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    with pytest.raises(EngineError) as caught:
        ppocr.weights_file()

    assert ppocr.WEIGHTS in caught.value.problem
    assert caught.value.remedy


def test_a_wheel_without_its_weights_is_an_engine_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ppocr, "WEIGHTS", "other.onnx")

    with pytest.raises(EngineError, match=r"other\.onnx"):
        ppocr.PaddleReader()


def test_missing_languages_say_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "fin.traineddata").write_bytes(b"")
    monkeypatch.setattr(tesseract, "TESSDATA_PLACES", (str(tmp_path), str(tmp_path / "nowhere")))

    with pytest.raises(EngineError, match="tesseract-ocr-swe"):
        tesseract.tessdata_folder()


def test_weights_are_looked_for_in_each_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for language in ("fin", "swe"):
        (tmp_path / f"{language}.traineddata").write_bytes(b"")
    monkeypatch.setattr(tesseract, "TESSDATA_PLACES", (str(tmp_path / "nowhere"), str(tmp_path)))

    assert tesseract.tessdata_folder() == str(tmp_path)


@pytest.mark.ocr
def test_without_the_binding_tesseract_runs_as_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "tesserocr", None)

    assert tesseract.get_page_reader().name == "tesseract-command"


@pytest.mark.end_to_end
def test_the_line_reader_leaves_nothing_in_the_home_folder_and_asks_nobody(tmp_path: Path) -> None:
    """Its library would keep a device's id there and send what was done to its maker."""
    program = (
        "import numpy as np\nfrom extractors.ocr.ppocr import PaddleReader\n"
        "PaddleReader().read_line(np.full((40, 200), 255, np.uint8))"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))}

    subprocess.run([sys.executable, "-c", program], env={**environment, "HOME": str(tmp_path)}, check=True, timeout=120)

    assert [str(path) for path in tmp_path.rglob("*")] == []
