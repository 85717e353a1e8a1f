"""Find papers by what a person types: names in any order and spelling, codes, references, days, names of files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from extractors.request_reference import numbers_in, reference_of
from intake.pipeline.papers_shown import ShownFile, ShownPaper, shown_files, shown_paper
from intake.store import papers, requests, search
from intake.store.database import Conn, Database
from intake.store.requests import RequestRow
from intake.store.search import Hit, Sought
from intake.store.search_words import folded, keys_of

MOST_SHOWN = 50
MOST_TYPED = 200

_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?: ?[0-9A-Za-z]{4}){2,7}(?: ?[0-9A-Za-z]{1,4})?\b")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_REFERENCE = re.compile(r"\bSVP\s?[-–—.]?\s?\d{8,12}\s?[-–—.]?\s?\d{2}\b", re.IGNORECASE)
_SIX_DIGITS = re.compile(r"\d{6}-?")


@dataclass(frozen=True)
class Found:
    """One result: a document with its file, or a file of which nobody has read any document."""

    file: ShownFile
    paper: ShownPaper | None


@dataclass(frozen=True)
class Results:
    """What was found. `is_similar`: nothing was written so, these are like it. `requests` are letters of ours that were named."""

    sought: Sought
    found: Sequence[Found]
    total: int
    offset: int
    is_similar: bool
    requests: Sequence[RequestRow]

    @property
    def next_offset(self) -> int | None:
        """Where the next page begins; None on the last."""
        following = self.offset + len(self.found)
        return following if following < self.total else None


def understood(typed: str, day_of: Callable[[str], date]) -> Sought:
    """Tell apart what a person has typed; all of it must hold. `day_of` reads a day or raises ValueError."""
    rest, keys, ids = typed[:MOST_TYPED], list[str](), list[UUID]()
    for number in numbers_in(rest):
        keys.append(f"r:{reference_of(number)}")
    rest = _REFERENCE.sub(" ", rest) if keys else rest
    for found in _IBAN.findall(rest):
        if account := [key for key in keys_of(found.replace(" ", "")) if key.startswith("i:")]:
            keys += account
            rest = rest.replace(found, " ")
    ids = [UUID(found) for found in _UUID.findall(rest)]
    words, days = [], []
    for token in _UUID.sub(" ", rest).split():
        if code := keys_of(token):
            keys.append(code[0])
        elif _SIX_DIGITS.fullmatch(token):
            keys.append(f"p:{token[:6]}")
        elif (day := _day(token, day_of)) is not None:
            days.append(day)
        else:
            words += folded(token).split()
    return Sought(tuple(words), tuple(keys), tuple(days), tuple(ids))


def find(database: Database, sought: Sought, *, sees_protected: bool, offset: int = 0) -> Results:
    """Find papers as they are written; where none are and the database can, papers of similar words."""
    with database.transaction() as conn:
        hits = [] if sought.is_empty else search.find(conn, sought, limit=MOST_SHOWN, offset=offset)
        is_similar = not hits and bool(sought.words) and search.has_similar(conn)
        if is_similar:
            hits = search.find(conn, sought, limit=MOST_SHOWN, offset=offset, similar=True)
        named = [number for key in sought.keys if key.startswith("r:") for number in numbers_in(key)]
        letters = requests.of_numbers(conn, named) if named else []
        found = _shown(conn, hits, sees_protected=sees_protected)
    return Results(sought, found, hits[0].total if hits else 0, offset, is_similar and bool(hits), letters)


def _shown(conn: Conn, hits: Sequence[Hit], *, sees_protected: bool) -> list[Found]:
    seen = papers.files_by_ids(conn, {hit.file_id for hit in hits})
    by_id = {file.id: file for file in shown_files(conn, seen, sees_protected=sees_protected)}
    found = papers.by_ids(conn, [hit.document_id for hit in hits if hit.document_id])
    by_document = {paper.id: shown_paper(paper, sees_protected=sees_protected) for paper in found}
    return [
        Found(by_id[hit.file_id], by_document.get(hit.document_id) if hit.document_id else None)
        for hit in hits
        if hit.document_id is None or hit.document_id in by_document
    ]


def _day(token: str, day_of: Callable[[str], date]) -> date | None:
    if "." not in token and "-" not in token:
        return None
    try:
        return day_of(token)
    except ValueError:
        return None
