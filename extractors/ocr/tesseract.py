"""Tesseract inside the process: the page reader.

Settings are those that read forms and faxes best (200 dpi, psm 11 sparse text, fin+swe); one thread, because
Tesseract's own threads slow each other down (grimoire #481: 155 s against 4.3 s).
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from extractors.ocr.engine import LineText
from models.errors import EngineError
from models.geometry import Box
from models.page import PageText, Word

Gray = NDArray[np.uint8]

LANGUAGES = "fin+swe"
DPI = 200
TESSDATA_PLACES = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)
WHITE_FROM = 215
INSTALL = "Install the packages tesseract-ocr, tesseract-ocr-fin and tesseract-ocr-swe."


def tessdata_folder() -> str:
    """Find where the Finnish and Swedish weights lie. Raises EngineError when they are not installed."""
    for place in TESSDATA_PLACES:
        if all((Path(place) / f"{language}.traineddata").is_file() for language in LANGUAGES.split("+")):
            return place
    raise EngineError("Tesseract", "its Finnish and Swedish weights are not on this machine.", INSTALL)


class TesseractReader:
    """Reads through tesserocr (11 ms a call; pytesseract's new process takes 133 ms)."""

    name = "tesseract"

    def __init__(self) -> None:
        import tesserocr

        tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
        self.version = str(tesserocr.tesseract_version()).split()[1]
        self._segmentation = tesserocr.PSM
        self._api = tesserocr.PyTessBaseAPI(path=tessdata_folder(), lang=LANGUAGES, psm=tesserocr.PSM.SPARSE_TEXT)

    def read_page(self, gray: Gray, number: int) -> PageText:
        self._api.SetPageSegMode(self._segmentation.SPARSE_TEXT)
        self._set(gray)
        self._api.Recognize()
        words = _words_of_tsv(str(self._api.GetTSVText(0)))
        return PageText(number=number, width_px=gray.shape[1], height_px=gray.shape[0], reading="ocr", words=words)

    def read_line(self, gray: Gray) -> LineText:
        if _is_white(gray):
            return LineText("", 0.0, 0.0)
        self._api.SetPageSegMode(self._segmentation.SINGLE_LINE)
        self._set(gray)
        text = re.sub(r"\s+", " ", str(self._api.GetUTF8Text())).strip()
        scores = [score / 100 for score in self._api.AllWordConfidences()]
        if not scores:
            return LineText(text, 0.0, 0.0)
        return LineText(text, float(np.mean(scores)), min(scores))

    def _set(self, gray: Gray) -> None:
        self._api.SetImage(Image.fromarray(gray))
        self._api.SetSourceResolution(DPI)


class TesseractCommandReader:
    """The plain fallback through pytesseract, for machines where tesserocr has no wheel."""

    name = "tesseract-command"

    def __init__(self) -> None:
        import pytesseract

        self._pytesseract = pytesseract
        self.version = str(pytesseract.get_tesseract_version())
        self._config = f'--tessdata-dir "{tessdata_folder()}" --dpi {DPI}'

    def read_page(self, gray: Gray, number: int) -> PageText:
        table = self._pytesseract.image_to_data(Image.fromarray(gray), lang=LANGUAGES, config=f"{self._config} --psm 11")
        words = _words_of_tsv(table.partition("\n")[2])
        return PageText(number=number, width_px=gray.shape[1], height_px=gray.shape[0], reading="ocr", words=words)

    def read_line(self, gray: Gray) -> LineText:
        if _is_white(gray):
            return LineText("", 0.0, 0.0)
        table = self._pytesseract.image_to_data(Image.fromarray(gray), lang=LANGUAGES, config=f"{self._config} --psm 7")
        words = _words_of_tsv(table.partition("\n")[2])
        scores = [word.engine_score for word in words] or [0.0]
        return LineText(" ".join(word.text for word in words), float(np.mean(scores)), min(scores))


def _is_white(gray: Gray) -> bool:
    """Tesseract told to see one line sees a letter on bare paper too."""
    return gray.size == 0 or int(gray.min()) > WHITE_FROM


def get_page_reader() -> TesseractReader | TesseractCommandReader:
    """Load Tesseract in the process, or as a command where the binding is missing. Raises EngineError."""
    try:
        return TesseractReader()
    except ImportError:
        return TesseractCommandReader()


def _words_of_tsv(table: str) -> tuple[Word, ...]:
    """Take the words (level 5) out of Tesseract's table of twelve columns."""
    words = []
    for row in csv.reader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(row) < 12 or row[0] != "5" or not row[11].strip():
            continue
        left, top, width, height = (float(v) for v in row[6:10])
        score = min(max(float(row[10]) / 100, 0.0), 1.0)
        words.append(Word(text=row[11].strip(), box=Box(left, top, left + width, top + height), engine_score=score))
    return tuple(words)
