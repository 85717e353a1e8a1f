"""Letters laid out as words with boxes, the way a page reader would give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from extractors.catalog import load_types
from extractors.letters.read import read_letter
from models.document_type import DocumentType
from models.extraction import Extraction
from models.geometry import Box
from models.page import PageText, Word

WIDTH, HEIGHT = 1654, 2339
CHAR_PX, LINE_PX, SPACE_PX = 12, 26, 9
COLUMNS = (150, 560, 980, 1290)

Layout = Callable[..., PageText]
Reader = Callable[..., dict[str, Extraction]]


def words_of(text: str, x: float, y: float, slope: float, score: float) -> list[Word]:
    words = []
    for part in text.split():
        width = CHAR_PX * len(part)
        # A dash and a comma are low; everything else has the line's height.
        top, bottom = (y + 11, y + 15) if part in "-–—" else (y, y + LINE_PX)
        shift = slope * x
        words.append(Word(text=part, box=Box(x, top + shift, x + width, bottom + shift), engine_score=score))
        x += width + SPACE_PX
    return words


def page_from(
    rows: Sequence[str],
    *,
    pitch: int = 42,
    top: int = 170,
    slope: float = 0.0,
    noise: Sequence[Word] = (),
    disorder: bool = False,
) -> PageText:
    """Lay rows out from the top: a tab goes on in the next column, an empty row leaves a paragraph's space."""
    words: list[Word] = list(noise)
    y = float(top)
    for row in rows:
        for column, text in enumerate(row.split("\t")):
            words += words_of(text, COLUMNS[column], y, slope, 0.9)
        y += pitch if row else 0.8 * pitch
    if disorder:
        words = words[::-2] + words[-2::-2]
    return PageText(number=1, width_px=WIDTH, height_px=HEIGHT, reading="ocr", words=tuple(words))


@pytest.fixture(scope="session")
def types() -> Mapping[str, DocumentType]:
    return load_types()


@pytest.fixture(scope="session")
def lay_out() -> Layout:
    return page_from


@pytest.fixture
def read(types: Mapping[str, DocumentType]) -> Reader:
    def read_rows(type_name: str, rows: Sequence[str], **layout: Any) -> dict[str, Extraction]:
        return read_letter([page_from(rows, **layout)], types[type_name])

    return read_rows


@pytest.fixture
def values(read: Reader) -> Callable[..., dict[str, Any]]:
    """What a letter says, field by field; fields held open are None."""

    def read_values(type_name: str, rows: Sequence[str], **layout: Any) -> dict[str, Any]:
        return {name: found.value for name, found in read(type_name, rows, **layout).items()}

    return read_values
