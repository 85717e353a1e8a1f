"""The receipt for papers left with us (letter YHT02): what came, how many pages, on which day. Source: guide 1.5.1."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from extractors.catalog import known_types
from intake.pipeline.checks.words import as_day
from intake.pipeline.requests.letter import Language
from intake.pipeline.requests.waiting import finnish_day
from intake.store import arrivals, batches, documents, files, pages
from intake.store.database import Conn, Database
from intake.store.files import FileRow

LETTER = "YHT02"
WORDS = Path(__file__).with_name("receipt.toml")


class ReceiptWords(BaseModel):
    """The fixed words of a receipt in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    matter: str
    sender: str
    opening: str
    arrived: str
    channel: dict[str, str]
    batch: str
    papers: str
    paper: str
    pages: str
    unknown: str
    unread: str
    empty: str
    total: str
    closing: str


@dataclass(frozen=True)
class Paper:
    """Papers of one sort that came on one day; `document_type` is None for pages that nobody has read yet."""

    document_type: str | None
    day: date
    count: int
    pages: int


@dataclass(frozen=True)
class Receipt:
    """What was left. It names no person, no file and no diagnosis: it may lie about."""

    batch_id: UUID
    channel: str | None
    papers: tuple[Paper, ...]
    empty_pages: int
    written: date

    @property
    def pages(self) -> int:
        return sum(paper.pages for paper in self.papers) + self.empty_pages


@cache
def receipt_words(language: Language) -> ReceiptWords:
    return ReceiptWords.model_validate(tomllib.loads(WORDS.read_text(encoding="utf-8"))[language])


def of_batch(database: Database, batch_id: UUID, now: datetime) -> Receipt:
    """Gather what a batch brought, as far as it is read; every page of it is told of. Raises NotFoundError."""
    papers: list[Paper] = []
    empty = 0
    with database.transaction() as conn:
        batch = batches.get(conn, batch_id)
        for file in files.of_batch(conn, batch_id):
            read, blank = _read(conn, file)
            papers += read
            empty += blank
    return Receipt(batch_id, batch.channel, tuple(_summed(papers)), empty, finnish_day(now))


def _read(conn: Conn, file: FileRow) -> tuple[list[Paper], int]:
    """The papers of one file and its empty pages; where its very bytes came before, as the first file's were read."""
    original = file.duplicate_of or file.id
    day, _ = arrivals.legal_day(conn, file.id)
    papers = [Paper(row.document_type, day, 1, len(row.pages)) for row in documents.of_file(conn, original)]
    empty = sum(row.state in ("blank", "separator") for row in pages.of_file(conn, original))
    unread = file.pages_in - sum(paper.pages for paper in papers) - empty
    return ([*papers, Paper(None, day, 0, unread)] if unread > 0 else papers), empty


def _summed(papers: Sequence[Paper]) -> Iterator[Paper]:
    """Papers of one sort and day together; what is unread last."""
    counts: Counter[tuple[str | None, date]] = Counter()
    sums: Counter[tuple[str | None, date]] = Counter()
    for paper in papers:
        counts[paper.document_type, paper.day] += paper.count
        sums[paper.document_type, paper.day] += paper.pages
    for key in sorted(sums, key=lambda key: (key[0] is None, key[1], key[0] or "")):
        yield Paper(*key, counts[key], sums[key])


def title_of(document_type: str, language: Language) -> str:
    """What a kind of paper is called, as its form says."""
    words = receipt_words(language)
    if document_type == "unknown" or document_type.startswith("misdirected_"):
        return words.unknown  # where it belongs is nothing a receipt says
    title = known_types()[document_type].title
    return (title.sv if language == "sv" else title.fi)[0]


def rows(receipt: Receipt, language: Language) -> list[tuple[str, str, str, str]]:
    """The receipt's table: paper, how many, pages, day of arrival."""
    words = receipt_words(language)
    told = [_row(paper, words, language) for paper in receipt.papers]
    if receipt.empty_pages:
        told.append((words.empty, "", str(receipt.empty_pages), ""))
    return [*told, (words.total, "", str(receipt.pages), "")]


def _row(paper: Paper, words: ReceiptWords, language: Language) -> tuple[str, str, str, str]:
    name = words.unread if paper.document_type is None else title_of(paper.document_type, language)
    return name, str(paper.count or ""), str(paper.pages), as_day(paper.day)
