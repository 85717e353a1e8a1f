"""The real engines, loaded once: tests that use them bear the marker ocr."""

from __future__ import annotations

import pytest

from extractors.ocr.handprint import HandprintReader
from extractors.ocr.ppocr import PaddleReader
from extractors.ocr.tesseract import get_page_reader
from extractors.readvalue import Readers


@pytest.fixture(scope="session")
def engines() -> Readers:
    return Readers(page=get_page_reader(), line=PaddleReader(), hand=HandprintReader())
