"""Read a file's pages into records: opened, cleaned, read, labelled, cut into documents, field by field."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from extractors.arranged import clean_as_turned, cut_as_said
from extractors.arrival import Arrival, find_arrival
from extractors.blank import FEW_LETTERS, is_blank, letters_on
from extractors.classify import classify
from extractors.cleanup import CleanPage, clean, ink_of
from extractors.confidence import judge
from extractors.fax_header import fax_header_words
from extractors.forms import read_form
from extractors.letters.read import read_letter
from extractors.orient import reads_as_it_lies, sample_lines, turned_at_a_glance, upright
from extractors.pages import ArrivedPage
from extractors.readpage import ReadPage
from extractors.readvalue import Readers
from extractors.request_reference import carried, reference_in, reference_of_document
from extractors.separators import find_separator
from extractors.split import split
from extractors.stamps import header_looks, stamp_looks
from extractors.text_layer import agrees_with_reader
from models.arrangement import Arrangement, PageSaid
from models.document_type import DocumentType
from models.extraction import Extraction, Fields, Record
from models.geometry import Box, Transform
from models.page import Document, LabelledPage, PageText, Word

READS_WELL = 0.6
"""Mean sense of a page's sample lines from which its direction is believed."""

READABLE_FROM = 0.6
"""A page of less quality is left to people: a typed page blurred down to 0.66 kept 38 % of its words, one to 0.52 kept 10 %."""

SURE_ARRIVAL = 0.9

Seen = Callable[[ArrivedPage, CleanPage, PageText, LabelledPage], None]
"""Told of every page as soon as it is read, in order; what it raises ends the reading."""

KEPT_PAGES = 8
"""So many cleaned pages stay as they are in memory; further ones are packed until their document is read."""


@dataclass(frozen=True)
class SeenPage:
    """What is kept of every page of a file: its words, its label, and how it lies."""

    text: PageText
    label: LabelledPage
    transform: Transform
    rotation: int
    skew_deg: float
    dpi: tuple[float, float] | None
    quality: float


@dataclass(frozen=True)
class ReadFile:
    """All pages and records of one file, in order."""

    pages: tuple[SeenPage, ...]
    records: tuple[Record, ...]
    arrival: Arrival | None


def read_pages(
    arrived: Iterable[ArrivedPage], types: Mapping[str, DocumentType], readers: Readers, seen: Seen | None = None,
    arrangement: Arrangement | None = None,
) -> ReadFile:  # fmt: skip
    """Read every page, then every document. Raises what opening the file raises: no part of a file counts as the whole.

    Where a person has arranged the pages, their word counts for how they lie, what is blank, where documents begin and end,
    and of what type those are that they have named.
    """
    pages: list[SeenPage] = []
    shelf = _Shelf()
    arrival: Arrival | None = None
    for page in arrived:
        cleaned, text, label = read_page(page, types, readers, arrangement.said_of(page.number) if arrangement else None)
        if page.number == 1:
            arrival = _first_arrival(cleaned, text, readers)
        pages.append(
            SeenPage(text, label, cleaned.transform, cleaned.rotation, cleaned.skew_deg, page.dpi, page_quality(cleaned, text))
        )
        if seen is not None:
            seen(page, cleaned, text, label)
        if not label.is_blank and not label.is_separator:
            shelf.put(cleaned)
    records = _records(pages, shelf, types, readers, arrangement)
    if arrival is None or arrival.confidence < SURE_ARRIVAL:
        later = find_arrival([page.text for page in pages])
        arrival = max((found for found in (arrival, later) if found), key=lambda found: found.confidence, default=None)
    return ReadFile(tuple(pages), tuple(records), arrival)


def _records(
    pages: Sequence[SeenPage], shelf: _Shelf, types: Mapping[str, DocumentType], readers: Readers, arrangement: Arrangement | None
) -> list[Record]:
    """Cut the pages into documents and read each; takes the pages off the shelf."""
    by_number = {page.text.number: page for page in pages}
    labels = [page.label for page in pages]
    own, reaching = {label.number: label.reference for label in labels if label.reference}, carried(labels)
    texts = {number: page.text for number, page in by_number.items()}
    documents = split(labels) if arrangement is None else cut_as_said(labels, texts, arrangement, types)
    records = []
    for index, document in enumerate(documents, start=1):
        its_pages = [ReadPage(shelf.take(number), by_number[number].text, readers.line) for number in document.pages]
        record = _read_document(f"d{index}", document, its_pages, types, readers, by_number)
        records.append(record.model_copy(update={"reference": reference_of_document(document, own, reaching)}))
    return records


def _first_arrival(cleaned: CleanPage, text: PageText, readers: Readers) -> Arrival | None:
    """The day of arrival as the first page shows it; the line reader reads stamp and fax line too: two seldom err alike."""
    if text.reading == "text_layer":
        return find_arrival([text])
    headers: list[PageText] = []
    for look in header_looks(cleaned.gray, text, readers.line):
        headers.append(look)
        found = find_arrival([text], header_looks=headers)
        if found is not None and found.evidence == "fax_header" and found.confidence >= SURE_ARRIVAL:
            return found
    return find_arrival([text], stamp_looks(cleaned, text, readers.line, readers.page), headers)


def read_page(
    page: ArrivedPage, types: Mapping[str, DocumentType], readers: Readers, said: PageSaid | None = None
) -> tuple[CleanPage, PageText, LabelledPage]:
    """Clean one page, read its words, and say what it is; a person's word on it counts."""
    layer = page.words
    if said is not None and said.turn:
        layer = None  # its words run as the page lies, and a person says that it lies wrong
    if layer is not None and not agrees_with_reader(page, lambda crop: readers.line.read_line(crop).text):
        layer = None
    turn = said.turn if said is not None and layer is None else None
    if turn is None:
        cleaned = clean(page.number, page.pixels, page.dpi, trusted_upright=layer is not None)
    else:
        cleaned = clean_as_turned(page, turn)
    if said is not None and said.place == "blank":
        return cleaned, _no_text(cleaned), LabelledPage(number=page.number, is_blank=True)
    letters = letters_on(cleaned)
    if layer is not None:
        text = _text_of_layer(cleaned, layer)
    elif letters == 0 and said is None:
        text = _no_text(cleaned)
    else:
        cleaned, text = _words_of(cleaned, page, readers, is_turned=turn is not None)
    return cleaned, text, _label(cleaned, text, letters, types, said)


def _label(
    cleaned: CleanPage, text: PageText, letters: int, types: Mapping[str, DocumentType], said: PageSaid | None
) -> LabelledPage:  # fmt: skip
    """Say what a page is: a separator sheet, blank, or one of a document."""
    sheet = find_separator(cleaned.gray, text)
    is_separator = sheet is not None if said is None else said.place == "separator"
    blank = (
        said is None
        and sheet is None
        and letters <= 6 * FEW_LETTERS
        and is_blank(letters, text, fax_header_words(text), float(cleaned.ink.mean()))
    )
    label = LabelledPage(number=text.number) if blank or is_separator else classify(text, types)
    reference = sheet.reference if sheet is not None else reference_in([" ".join(word.text for word in text.words)])
    return label.model_copy(update={"is_blank": blank, "is_separator": is_separator, "reference": reference})


def _words_of(cleaned: CleanPage, page: ArrivedPage, readers: Readers, *, is_turned: bool) -> tuple[CleanPage, PageText]:
    """Read a page's words, and stand it upright where nobody has; words that make sense tell that it stands so."""
    guessed = cleaned if is_turned else turned_at_a_glance(cleaned, readers.line)
    text = readers.page.read_page(guessed.gray, page.number)
    if not is_turned and not reads_as_it_lies(text):
        upright_page = _turned_by_reading(cleaned, page, readers)
        if upright_page.rotation != guessed.rotation:
            guessed, text = upright_page, readers.page.read_page(upright_page.gray, page.number)
    return guessed, _without_specks(text)


def _turned_by_reading(cleaned: CleanPage, page: ArrivedPage, readers: Readers) -> CleanPage:
    """Stand the page upright; where its lines read badly both ways, try it turned by a quarter too."""
    best, sense = upright(cleaned, readers.line)
    if sense >= READS_WELL:
        return best
    quarter = clean(page.number, page.pixels, page.dpi, turn=0 if cleaned.rotation % 180 == 90 else 90)
    other, other_sense = upright(quarter, readers.line)
    return other if other_sense > sense and sample_lines(quarter.ink) else best


def _no_text(page: CleanPage) -> PageText:
    return PageText(number=page.number, width_px=page.gray.shape[1], height_px=page.gray.shape[0], reading="ocr", words=())


def _text_of_layer(page: CleanPage, words: Sequence[Word]) -> PageText:
    """Bring the words of a text layer from arrived pixels to cleaned ones."""
    moved = []
    for word in words:
        x0, y0 = page.transform.to_clean(word.box.x0, word.box.y0)
        x1, y1 = page.transform.to_clean(word.box.x1, word.box.y1)
        moved.append(word.model_copy(update={"box": Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))}))
    return _no_text(page).model_copy(update={"reading": "text_layer", "words": tuple(moved)})


def _without_specks(text: PageText) -> PageText:
    """Drop what a reader made of dirt: tiny words, and words without a letter or digit that it hardly believes."""
    words = tuple(
        word for word in text.words
        if word.box.height >= 5 and (any(c.isalnum() for c in word.text) or word.engine_score > 0.5)
    )  # fmt: skip
    return text.model_copy(update={"words": words})


def page_quality(page: CleanPage, text: PageText) -> float:
    """How well a page can be read, 0…1: sharp edges, contrast, and how sure the page reader was of its words."""
    if text.reading == "text_layer":
        return 1.0
    scores = [word.engine_score for word in text.words if len(word.text) > 3]
    sure = float(np.median(scores)) if scores else 0.5
    light = min(1.0, page.contrast / 0.5)
    return round(float(0.6 * sure + 0.25 * min(1.0, page.sharpness / 0.55) + 0.15 * light), 3)


def _read_document(
    record_id: str, document: Document, pages: Sequence[ReadPage], types: Mapping[str, DocumentType], readers: Readers,
    seen: Mapping[int, SeenPage],
) -> Record:  # fmt: skip
    doc_type = types[document.document_type]
    if doc_type.family == "form":
        fields = read_form(pages, doc_type, document.language, readers)
    else:
        letter: Fields = dict(read_letter([page.text for page in pages], doc_type))
        fields = letter
    quality = {page.number: seen[page.number].quality for page in pages}
    judged = _left_to_people(judge(fields, doc_type, quality), {number for number in quality if quality[number] < READABLE_FROM})
    return Record(
        id=record_id,
        document_type=document.document_type,
        type_confidence=document.type_confidence,
        accepted=document.type_confidence >= 0.9
        and document.document_type != "unknown"
        and min(quality.values()) >= READABLE_FROM,
        language=document.language,
        form_revision=document.form_revision,
        pages=document.pages,
        fields=judged,
    )


def _left_to_people(fields: Fields, poor: Set[int]) -> Fields:
    """Accept nothing that was read from a page too poor to be read."""
    if not poor:
        return fields

    def doubted(found: Extraction) -> Extraction:
        return found.model_copy(update={"accepted": False}) if found.span is None or found.span.page in poor else found

    return {
        name: [{column: doubted(cell) for column, cell in row.items()} for row in found]
        if isinstance(found, list)
        else doubted(found)
        for name, found in fields.items()
    }


@dataclass(frozen=True)
class _Packed:
    """A cleaned page whose images are compressed; `stub` is the page without them."""

    stub: CleanPage
    gray: bytes
    fine: bytes
    gray_shape: tuple[int, ...]
    fine_shape: tuple[int, ...]


class _Shelf:
    """Cleaned pages waiting for their document. All but the first few are packed: a page takes 17 MB."""

    def __init__(self) -> None:
        self._pages: dict[int, CleanPage] = {}
        self._packed: dict[int, _Packed] = {}

    def put(self, page: CleanPage) -> None:
        if len(self._pages) < KEPT_PAGES:
            self._pages[page.number] = page
            return
        nothing = np.zeros((0, 0), np.uint8)
        stub = replace(page, gray=nothing, fine=nothing, ink=nothing)
        gray, fine = (zlib.compress(image.tobytes(), level=1) for image in (page.gray, page.fine))
        self._packed[page.number] = _Packed(stub, gray, fine, page.gray.shape, page.fine.shape)

    def take(self, number: int) -> CleanPage:
        if number in self._pages:
            return self._pages.pop(number)
        packed = self._packed.pop(number)
        gray = np.frombuffer(zlib.decompress(packed.gray), np.uint8).reshape(packed.gray_shape)
        fine = np.frombuffer(zlib.decompress(packed.fine), np.uint8).reshape(packed.fine_shape)
        return replace(packed.stub, gray=gray, fine=fine, ink=ink_of(gray, is_fax=packed.stub.is_fax))
