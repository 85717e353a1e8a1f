"""A letter as its readers see it: segments, running text, labels with values, dates, head and stamps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from extractors import rows
from extractors.letters.lines import Segment, read_rows
from extractors.letters.pairs import LabelBook, Pairs, Piece
from extractors.letters.passage import Passage, fold, join, letters_of, paragraph_space
from extractors.letters.phrases import STAMP_WORDS
from extractors.page_signs import guess_language
from extractors.values.date import find_dates, find_ranges
from extractors.values.identity import find_hetus
from extractors.values.parsed import Found
from models.document_type import DocumentType
from models.extraction import Extraction, Reading, Value
from models.geometry import Box
from models.page import Language, PageText

# A fax machine prints its line within 12 mm of the edge; letters begin lower.
FAX_LINE_SHARE = 0.04
_FAX_LINE = re.compile(r"\d{1,2}[:.]\d{2}\b|\+\s?\d{3}|\b\d{1,2}/\d{1,2}\s*$|\bfax\b", re.IGNORECASE)
STAMP_LIKENESS = 80.0
# A line of so many words may go on in the next.
WORDS_OF_PROSE = 6
_BREAK = re.compile(r"\n\n|\t|\n|(?<=[^\W\d_]{2})[.;!?](?=\s+[A-ZÅÄÖ])|(?<=[\d)])[.;](?=\s+[A-ZÅÄÖ])")
_THREE_PARTS = re.compile(r"[\dOoIl|]+\W+[\dOoIl|]+\W+[\dOoIl|]+|[^\W\d_]{3,}")

# Labels that letters bear and no field wants: their values end other values.
OTHER_LABELS = (
    "Osoite", "Kotiosoite", "Lähiosoite", "Postiosoite", "Katuosoite", "Puhelin", "Puh.", "Puhelinnumero", "Sähköposti",
    "Faksi", "Saaja", "Vastaanottaja", "Maksaja", "Y-tunnus", "Lain kohta", "Lakiviite", "Sovelletut säännökset",
    "Sovelletut oikeusohjeet", "Oikeusohjeet", "Perustelut", "Päätöksen perustelut", "Lisätietoja", "Lisätiedot",
    "Muutoksenhaku", "Tiedoksi", "Jakelu", "Liitteet", "Liite", "Syntymäaika", "Kotikunta", "Ammatti", "Tehtävä", "Hakija",
    "Velkoja", "Etuus", "Ulosmittauksen kohde", "Sivu", "Edunvalvoja", "Edunvalvojaksi", "Valtuutettu", "Asiamies",
    "Puoliso", "Maksun saaja", "Eräpäivä", "Oikeudellinen perusta", "Huoltajan nimi", "Adress", "Hemadress", "Näradress",
    "Telefon", "Tfn", "Tel.", "E-post", "Mottagare", "Betalare", "FO-nummer", "Lagrum", "Tillämpade lagrum", "Motivering",
    "Ytterligare information", "Tilläggsuppgifter", "Ändringssökande", "För kännedom", "Bilagor", "Bilaga", "Födelsetid",
    "Hemkommun", "Yrke", "Sökande", "Borgenär", "Förmån", "Sida", "Intressebevakare", "Befullmäktigad", "Ombud", "Make",
    "Maka", "Förfallodag", "Vårdnadshavarens namn",
)  # fmt: skip
# A name may stand in two cells, whatever field of a type it belongs to.
NAME_PARTS = {
    "last_name": ("Sukunimi", "Efternamn", "Släktnamn"),
    "first_names": ("Etunimet", "Etunimi", "Kutsumanimi", "Förnamn", "Tilltalsnamn"),
}
# Whose labels begin the body: a person's or a period's.
_BODY_STARTS = ("_name", "_names", "_hetu", "start", "valid_from")


@dataclass(frozen=True)
class Dated:
    """A date on the letter. `rest` is what else its segment says; `stamped` that it belongs to a received stamp."""

    found: Found
    segment: Segment
    passage: Passage
    rest: str
    stamped: bool
    in_head: bool


class Letter:
    """All that readers ask of a letter. Fax lines at the top edge are left out from the start."""

    def __init__(self, pages: Sequence[PageText], doc_type: DocumentType) -> None:
        self._readings: dict[int, Reading] = {page.number: page.reading for page in pages}
        self._heights = {page.number: page.height_px for page in pages}
        lines = [row for page in pages for row in read_rows(page)]
        found = [segment for row in lines for segment in row.segments if not self._is_fax_line(segment)]
        self.stamps = [segment.box for segment in found if _is_stamp(segment)]
        self.segments = found
        self.body = join(found, paragraph_space(found))
        labels = {spec.name: spec.labels.every() for spec in doc_type.fields}
        self.pairs = Pairs(found, LabelBook(labels | NAME_PARTS | {"": OTHER_LABELS}))
        self.first_page = pages[0].number if pages else 1

    def _is_fax_line(self, segment: Segment) -> bool:
        edge = self._heights[segment.page] * FAX_LINE_SHARE
        if segment.box.y1 > edge * 1.25:
            return False
        return segment.box.y0 < edge / 5 or bool(_FAX_LINE.search(segment.text))

    @cached_property
    def folded(self) -> str:
        """The running text in small plain letters; as long as `body.text`, character for character."""
        return fold(self.body.flat)

    @cached_property
    def language(self) -> Language | None:
        return guess_language(rows.Segment(s.text, s.box, s.height, s.row) for s in self.segments)

    @cached_property
    def head(self) -> list[Segment]:
        """Segments of the first page above its first label that a person or a period stands by, or first identity code."""
        stops = [
            self.segments[label.segment].box.y0
            for label in self.pairs.labels
            if label.first == 0 and any(name.endswith(_BODY_STARTS) for name in label.names)
        ]
        stops += [p.word.box.y0 for hetu in self.hetus for p in self.body.cut(hetu.start, hetu.end).placed]
        first = [s for s in self.segments if s.page == self.first_page]
        limit = min(stops, default=0.4 * self._heights.get(self.first_page, 0))
        return [s for s in first if s.box.y1 <= limit + 0.3 * s.height]

    @cached_property
    def sentences(self) -> list[Passage]:
        """The sentences, and the lines that are none: a line of few words ends where it ends."""
        found: list[Passage] = []
        start = 0
        for end in [*_ends_of_sentences(self.body.text), len(self.body.text)]:
            if self.body.text[start:end].strip():
                found.append(self.body.cut(start, end))
            start = end
        return [sentence for sentence in found if sentence.placed]

    @cached_property
    def hetus(self) -> list[Found]:
        """Identity codes of the running text, by its characters."""
        return find_hetus(self.body.flat)

    @cached_property
    def words_of_periods(self) -> set[int]:
        """The words (by identity) of periods in running text, which may be wrapped in the middle."""
        periods = [self.body.cut(period.start, period.end) for period in find_ranges(self.body.flat)]
        in_one_place = [period for period in periods if not re.search(r"\n\n|\t", period.text)]
        return {id(placed.word) for period in in_one_place for placed in period.placed}

    @cached_property
    def dates(self) -> list[Dated]:
        """Every date that stands within one segment, in reading order."""
        found = []
        for segment in self.segments:
            whole = join([segment])
            for date in find_dates(whole.flat):
                if not _THREE_PARTS.search(whole.flat[date.start : date.end]):
                    continue  # `77/2019` is a register number, however well a day can be made of it
                rest = (whole.flat[: date.start] + " " + whole.flat[date.end :]).strip()
                passage = whole.cut(date.start, date.end)
                found.append(Dated(date, segment, passage, rest, self.is_stamped(passage.box), segment in self.head))
        return found

    def is_stamped(self, box: Box) -> bool:
        """Tell whether a box stands under, over or in a received stamp."""
        for stamp in self.stamps:
            zone = stamp.grown(0.3 * stamp.height, 2.2 * stamp.height)
            if zone.holds(*box.center):
                return True
        return False

    def pieces(self, name: str) -> Iterator[Piece]:
        yield from self.pairs.pieces(name)

    def extraction(self, passage: Passage, value: Value, *evidence: str) -> Extraction:
        return passage.extraction(value, self._readings[passage.page], evidence)

    def doubted(self, name: str, *, only: bool = False) -> Extraction | None:
        """Hold a field open whose label is printed but whose value cannot be read; None when there is no label.

        `only`: labels that may name another field do not count.
        """
        for label in self.pairs.labels:
            is_its_label = label.names == {name} if only else name in label.names
            if is_its_label and (label.colon or label.likeness >= 90):
                piece = next(iter(self.pairs.pieces_of(label)), None)
                own = join([self.segments[label.segment]])
                return self.extraction(piece.passage if piece else own, None, "label")
        return None


def _ends_of_sentences(text: str) -> Iterator[int]:
    for match in _BREAK.finditer(text):
        if match.group() == "\n":
            line = re.split(r"[\n\t]", text[: match.start()])[-1]
            if len(line.split()) >= WORDS_OF_PROSE:
                continue
        yield match.end()


def _is_stamp(segment: Segment) -> bool:
    """Find `KELA SAAPUNUT`, also with letters lost: a stamp's word stands alone, in capitals."""
    read = letters_of(segment.text)
    letters = [char for char in segment.text if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    if len(read) > 24 or len(read) < 6 or capitals < 0.7 * len(letters):
        return False
    return any(fuzz.partial_ratio(word, read) >= STAMP_LIKENESS for word in STAMP_WORDS if len(read) >= len(word) - 1)
