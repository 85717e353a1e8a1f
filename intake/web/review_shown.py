"""What the templates of the review screen are given: papers, history and conflicts in words of the person's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from intake.pipeline.review_file import PaperHistory, ShownItem, ShownPaper, ShownRequest
from intake.pipeline.routing_table import routing_table
from intake.web.names import field_name
from intake.web.picture import Picture
from intake.web.review_fields import ShownRecord, Words, shown_record
from intake.web.words import LANGUAGES, N_, translations
from models.review import TYPE_PATH

YES, NO = N_("Yes"), N_("No")


@dataclass(frozen=True)
class PaperShown:
    """A paper with its fields laid out and its pages to look at."""

    kept: ShownPaper
    record: ShownRecord
    pictures: tuple[Picture, ...]

    @property
    def id(self) -> UUID:
        return self.kept.document.id

    @property
    def type(self) -> str:
        return str(self.kept.record.body["type"])

    @property
    def is_type_open(self) -> bool:
        body = self.kept.record.body
        return not (body["accepted"] or body.get("type_seen_by"))

    @property
    def open_count(self) -> int:
        return len(self.record.open) + self.is_type_open

    def picture(self, number: int | None) -> Picture | None:
        """The picture of a page of the file; None where the paper has no such page."""
        return next((one for one in self.pictures if one.page.number == number), None)

    @property
    def is_again(self) -> bool:
        return self.kept.document.duplicate_of is not None


def words_of(language: str) -> Words:
    known = translations(language)
    return Words(language, known.gettext(YES), known.gettext(NO))


def shown_paper(paper: ShownPaper, words: Words) -> PaperShown:
    return PaperShown(paper, shown_record(paper.record.body, words), tuple(map(Picture, paper.pages)))


def asks_by_addressee(findings: Iterable[Mapping[str, Any]], requests: Sequence[ShownRequest]) -> dict[str, int]:
    """How many things can be asked of each party that no letter asks already."""
    asked = {ask for one in requests if one.row.state in ("draft", "sent") for ask in one.row.asked}
    counts: dict[str, int] = {}
    for finding in findings:
        if finding.get("asked_of") and finding.get("asks") and finding["asks"] not in asked:
            counts[finding["asked_of"]] = counts.get(finding["asked_of"], 0) + 1
    return counts


@cache
def rules_text() -> Mapping[str, Mapping[str, str]]:
    """When each rule of the routing table holds, in plain words of each language."""
    from intake.routing_report import when  # rich: an idle web process does without

    table = routing_table()
    told: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for language, texts in told.items():
        said = [(rule.id, when(rule, table, language).plain) for rule in table.rules]
        said += [(side.id, when(side, table, language).plain) for side in table.sides]
        for rule_id, words in said:
            texts[rule_id] = f"{texts[rule_id]} · {words}" if rule_id in texts else words
    return told


@dataclass(frozen=True)
class HistoryLine:
    """One version of one field: what it said, since when and by whom."""

    path: str
    name: str
    version: int
    made_at: datetime
    author: str
    origin: str
    shown: str
    no_value: str | None
    reading: str
    confidence: float | None
    raw: str
    others: tuple[str, ...]


def history_lines(history: PaperHistory, words: Words, only: str | None) -> list[HistoryLine]:
    """Each change of each field, oldest first within a field."""
    lines: list[HistoryLine] = []
    before: dict[str, Any] = {}
    for version in history.versions:
        cells = {cell.path: cell for cell in shown_record(version.body, words).cells if cell.state != "absent"}
        for path, cell in cells.items():
            state = (cell.value, cell.no_value, cell.seen_by)
            if before.get(path) == state or (only and path != only):
                continue
            before[path] = state
            lines.append(HistoryLine(
                path, cell.name, version.version, version.made_at, version.author, version.origin, cell.shown, cell.no_value,
                cell.reading, cell.confidence, cell.raw, tuple(one.shown for one in cell.candidates[1:]),
            ))  # fmt: skip
    order = {path: place for place, path in enumerate(dict.fromkeys(line.path for line in lines))}
    return sorted(lines, key=lambda line: (order[line.path], line.version))


@dataclass(frozen=True)
class Collision:
    """What a person typed of one field, and what it says now, by whom."""

    paper: str
    name: str
    typed: str
    says: str
    now: str
    by: str | None
    differs: bool


def typed_beside_kept(shown: ShownItem, words: Words) -> list[Collision]:
    """A person's draft, line by line, beside the record as it is now."""
    decisions: Mapping[str, Mapping[str, Any]] = (shown.draft or {}).get("decisions", {})
    lines = []
    for paper in shown.papers:
        cells = {cell.path: cell for cell in shown_record(paper.record.body, words).cells}
        for key, said in decisions.items():
            document_id, _, path = key.partition("/")
            if document_id != str(paper.document.id) or path == TYPE_PATH:
                continue
            cell, typed = cells.get(path), str(said.get("shown") or "")
            now = cell.shown if cell else ""
            lines.append(Collision(
                paper.record.body["type"], field_name(words.language, paper.record.body["type"], path), typed,
                str(said.get("says", "")), now, cell.seen_by if cell else None, typed != now,
            ))  # fmt: skip
    return lines
