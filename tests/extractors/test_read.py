"""From arrived pages to records: every page is accounted for, and packing pages away changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from extractors import read as reading
from extractors.catalog import load_types
from extractors.ocr.engine import Gray, LineText
from extractors.pages import ArrivedPage
from extractors.read import ReadFile, page_quality, read_page, read_pages
from extractors.readvalue import Readers
from models.document_type import DocumentType
from models.extraction import Extraction, Fields
from models.geometry import Box
from models.page import PageText, Word
from tests.drawing import A4, Sheet, clean_page, text_of
from tests.extractors.played import PlayedLines

HETU = "131052-308T"
TYPES = load_types()


class Remembered:
    """A page reader that knows the words drawn on each page, and reads a white page as it should."""

    name, version = "remembered", "1"

    def __init__(self, words: Mapping[int, Sequence[Word]]) -> None:
        self.words = words

    def read_page(self, gray: Gray, number: int) -> PageText:
        return text_of(tuple(self.words.get(number, ())), gray.shape[1], gray.shape[0], number=number)

    def read_line(self, gray: Gray) -> LineText:  # noqa: ARG002
        return LineText("", 0.0, 0.0)


def account_change(name: str = "Virtanen Matti", first: bool = True) -> tuple[Sheet, list[Word]]:
    """A Y 121 as some printing draws it, filled in by machine."""
    sheet = Sheet()
    words = sheet.words(120, 120, "Tilinumeron muutos" if first else "Liite", size=44)
    words += sheet.words(1300, 120, "Y 121", size=26)
    for y, label, value in ((400, "Nimi", name), (520, "Henkilötunnus", HETU), (640, "Tilinumero", "FI21 1234 5600 0007 85")):
        sheet.frame(Box(120, y, 1500, y + 100))
        words += sheet.words(134, y + 10, label)
        words += sheet.words(140, y + 52, value, size=32)
    return sheet, words


def pile(*sheets: tuple[Sheet, list[Word]]) -> tuple[list[ArrivedPage], Readers]:
    """Sheets scanned one after another, with readers that know what stands on them."""
    pages = [ArrivedPage(number=i, pixels=sheet.gray, dpi=(200, 200), words=None) for i, (sheet, _) in enumerate(sheets, start=1)]
    # One line suffices: lines that read alike both ways turn no page.
    return pages, Readers(
        page=Remembered({i: words for i, (_, words) in enumerate(sheets, start=1)}), line=PlayedLines(["Virtanen"])
    )


def read(*sheets: tuple[Sheet, list[Word]]) -> ReadFile:
    pages, readers = pile(*sheets)
    return read_pages(pages, TYPES, readers)


def test_every_page_is_in_one_document_or_blank_or_a_separator() -> None:
    found = read(account_change(), (Sheet(), []), account_change("Lahtinen Kaisa"), (Sheet(), []))

    in_documents = [number for record in found.records for number in record.pages]
    beside = [page.label.number for page in found.pages if page.label.is_blank or page.label.is_separator]
    assert sorted(in_documents + beside) == [1, 2, 3, 4]
    assert beside == [2, 4]


def test_records_are_numbered_in_the_order_of_the_file() -> None:
    found = read(account_change(), (Sheet(), []))

    assert [record.id for record in found.records] == [f"d{i}" for i in range(1, len(found.records) + 1)]
    assert [page.text.number for page in found.pages] == [1, 2]


def test_a_known_paper_is_told_and_its_fields_are_judged() -> None:
    (record,) = read(account_change()).records

    assert record.document_type == "y121_account_change"
    assert all(0 <= cell.confidence <= 1 for cell in record.fields.values() if not isinstance(cell, list))
    assert set(record.fields) <= {spec.name for spec in TYPES[record.document_type].fields}


def test_a_paper_nobody_knows_is_unknown_and_not_accepted() -> None:
    sheet = Sheet()
    words = [
        word for i in range(12) for word in sheet.words(200, 300 + 70 * i, "Hyvää syntymäpäivää toivottaa koko suku", size=32)
    ]

    (record,) = read((sheet, words)).records

    assert (record.document_type, record.accepted) == ("unknown", False)


def test_packing_pages_away_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = (account_change(), account_change("Lahtinen Kaisa"))
    plain = read(*sheets)
    monkeypatch.setattr(reading, "KEPT_PAGES", 1)

    packed = read(*sheets)

    assert packed.records == plain.records


def test_a_file_of_white_pages_has_no_documents() -> None:
    found = read((Sheet(), []), (Sheet(), []))

    assert found.records == ()
    assert [page.label.is_blank for page in found.pages] == [True, True]
    assert found.arrival is None


class Turning(Remembered):
    """A page reader that says what it says of the first look, then what it says of the second."""

    def __init__(self, *looks: str) -> None:
        super().__init__({})
        self.looks = list(looks)

    def read_page(self, gray: Gray, number: int) -> PageText:
        words = self.looks.pop(0).split()
        placed = [
            Word(text=text, box=Box(100, 300 + 40 * i, 300, 330 + 40 * i), engine_score=0.9) for i, text in enumerate(words)
        ]
        return text_of(tuple(placed), gray.shape[1], gray.shape[0], number=number)


SENSE = "Määräys työstä poissaolosta tartunnan leviämisen estämiseksi"


@pytest.mark.parametrize(
    ("looks", "lines", "rotation"),
    [
        ([SENSE], ["tartunnan"], 0),
        ([SENSE], ["eoJne", "tartunnan"], 180),
        (["dmoesdf", SENSE], ["tartunnan", "?", *["rtnan", "päätös karanteenista annettu"] * 6], 180),
        (["dmoesdf"], ["tartunnan", *["päätös karanteenista annettu", "?"] * 6], 0),
    ],
)
def test_a_page_is_turned_at_a_glance_and_looked_at_again_where_it_then_makes_no_sense(
    looks: list[str], lines: list[str], rotation: int
) -> None:
    pages, _ = pile(account_change())
    reader = Turning(*looks)

    cleaned, text, _ = read_page(pages[0], TYPES, Readers(page=reader, line=PlayedLines(lines)))

    assert cleaned.rotation == rotation
    assert [word.text for word in text.words] == looks[-1].split()
    assert reader.looks == []


def test_words_of_dirt_are_dropped() -> None:
    sheet, words = account_change()
    dirt = [
        Word(text="|", box=Box(300, 900, 304, 930), engine_score=0.3),
        Word(text=".", box=Box(500, 900, 503, 903), engine_score=0.9),
    ]
    pages, readers = pile((sheet, [*words, *dirt]))

    _, text, _ = read_page(pages[0], TYPES, readers)

    assert [word.text for word in text.words] == [word.text for word in words]


def test_words_of_a_text_layer_come_to_the_cleaned_page() -> None:
    sheet, words = account_change()
    twice = np.kron(sheet.gray, np.ones((2, 2), np.uint8)).astype(np.uint8)
    layer = tuple(word.model_copy(update={"box": Box(*(2 * v for v in word.box))}) for word in words)
    page = ArrivedPage(number=1, pixels=twice, dpi=(400, 400), words=layer)
    readers = Readers(page=Remembered({}), line=_Knows(twice, layer))

    cleaned, text, label = read_page(page, TYPES, readers)

    assert text.reading == "text_layer"
    assert cleaned.gray.shape == pytest.approx(A4[::-1], abs=2)
    for moved, drawn in zip(text.words, words, strict=True):
        assert tuple(moved.box) == pytest.approx(tuple(drawn.box), abs=1.5)
    assert label.document_type == "y121_account_change"


class _Knows:
    """A line reader that reads any crop of the page as the word of the layer whose ink it holds."""

    name, version = "knows", "1"

    def __init__(self, page: Gray, layer: Sequence[Word]) -> None:
        self._page, self._layer = page, layer

    def read_line(self, gray: Gray) -> LineText:
        for word in self._layer:
            x0, y0, x1, y1 = (round(v) for v in word.box)
            ink = int((self._page[y0:y1, x0:x1] < 128).sum())
            if abs(int((gray < 128).sum()) - ink) <= 0.02 * ink:
                return LineText(word.text, 0.99, 0.95)
        return LineText("", 0.0, 0.0)


def test_a_clear_page_has_a_higher_quality_than_a_faint_one() -> None:
    sheet, words = account_change()
    unsure = [word.model_copy(update={"engine_score": 0.4}) for word in words]
    page = clean_page(sheet.gray)

    good, bad = (page_quality(page, text_of(tuple(some))) for some in (words, unsure))

    assert 0 <= bad < good <= 1
    assert page_quality(page, text_of(tuple(words), layer=True)) == 1.0


@pytest.mark.parametrize(("quality", "is_left"), [(0.95, False), (0.55, True)])
def test_a_page_too_poor_to_read_is_left_to_people(quality: float, is_left: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "page_quality", lambda *_: quality)
    monkeypatch.setattr(reading, "judge", lambda fields, *_: _all_accepted(fields))

    [record] = read(account_change()).records

    cells = [cell for cell in record.fields.values() if isinstance(cell, Extraction)]
    assert cells
    assert {cell.accepted for cell in cells} == {not is_left}
    assert not (record.accepted and is_left)


def _all_accepted(fields: Fields) -> Fields:
    return {
        name: found if isinstance(found, list) else found.model_copy(update={"accepted": True}) for name, found in fields.items()
    }


def test_types_decide_what_is_read() -> None:
    other: dict[str, DocumentType] = {name: TYPES[name] for name in ("unknown", "tax_card")}
    pages, readers = pile(account_change())

    (record,) = read_pages(pages, other, readers).records

    assert record.document_type == "unknown"


def test_whoever_looks_on_is_told_of_every_page_in_order_and_changes_nothing() -> None:
    pages, readers = pile(account_change(), (Sheet(), []))
    told: list[tuple[int, int, bool]] = []

    found = read_pages(
        pages, TYPES, readers, lambda page, cleaned, _, label: told.append((page.number, cleaned.number, label.is_blank))
    )

    assert told == [(1, 1, False), (2, 2, True)]
    assert found.records == read_pages(pages, TYPES, readers).records
