"""The error report as one web page: tables, then every field that was not simply right, worst first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from intake.scoring.crops import Place, crops_of
from intake.scoring.gathering import original_of
from intake.scoring.tally import BREAKDOWNS, breakdown, calibration_error, every_field, tallies
from intake.scoring.verdicts import DocumentVerdict, FileVerdict, Verdict
from models.errors import InputError

WORST_FIRST = ("accepted_wrong", "silent", "doubted_wrong", "doubted_right", "accepted_right")
TOLD = {
    "accepted_wrong": "accepted, wrong", "silent": "lost without a word", "doubted_wrong": "wrong, a person looks",
    "doubted_right": "right, a person looks", "accepted_right": "accepted, right",
}  # fmt: skip


@dataclass(frozen=True)
class Card:
    """One field as it is shown. `crop` is None where the record says no place, or the paper is not at hand."""

    file: str
    medium: str
    hand: str
    document_type: str
    page: str
    field: str
    kind: str
    outcome: str
    told: str
    read: str
    raw: str
    candidates: tuple[str, ...]
    true: str
    confidence: float
    reading: str
    evidence: tuple[str, ...]
    crop: str | None


def write_report(
    path: Path, verdicts: Sequence[FileVerdict], truths: Path, records: Path, originals: Path, *,
    most: int, missed: Callable[[str, str], None],
) -> int:  # fmt: skip
    """Write the page with at most `most` fields and tell how many it shows. `missed` hears of papers that cannot be opened."""
    shown = worst_first(verdicts)[:most]
    crops: dict[str, dict[Place, str]] = {}
    for file in dict.fromkeys(verdict.file for _, _, verdict in shown):
        places = [place for _, _, verdict in shown if verdict.file == file and (place := _place(verdict))]
        paper = original_of(file, truths, originals)
        if places and paper is not None:
            try:
                record = json.loads((records / f"{file}.json").read_text(encoding="utf-8"))
                crops[file] = crops_of(paper, record, places)
            except InputError as error:
                missed(file, error.problem)
    cards = [_card(each, crops) for each in shown]
    path.write_text(page(verdicts, cards), encoding="utf-8")
    return len(cards)


def worst_first(verdicts: Sequence[FileVerdict]) -> list[tuple[FileVerdict, DocumentVerdict, Verdict]]:
    """Every field that was wrong or that a person must look at; what was surest of itself comes first."""
    found = [each for each in every_field(verdicts) if each[2].outcome != "accepted_right"]
    return sorted(found, key=lambda each: (WORST_FIRST.index(each[2].outcome), -each[2].confidence))


def page(verdicts: Sequence[FileVerdict], cards: Sequence[Card]) -> str:
    """Draw the page: one self-contained file that asks no other for anything."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["percent"] = percent
    template = environment.from_string(files("intake.scoring").joinpath("report.html").read_text(encoding="utf-8"))
    return template.render(
        groups=tallies(verdicts),
        breakdowns={name: breakdown(verdicts, groups) for name, groups in BREAKDOWNS.items()},
        calibration_error=calibration_error(verdicts),
        amiss=list(amiss(verdicts)),
        cards=cards,
        told=TOLD,
        choices={
            "outcome": [name for name in WORST_FIRST if any(card.outcome == name for card in cards)],
            **{name: sorted({getattr(card, name) for card in cards})
               for name in ("document_type", "field", "kind", "medium", "hand", "reading")},
            "evidence": sorted({word for card in cards for word in card.evidence}),
        },
    )  # fmt: skip


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}" if whole else "–"


def amiss(verdicts: Sequence[FileVerdict]) -> Iterator[tuple[str, str, str, str, str]]:
    """What is wrong with files and documents: file, medium, what, found, true."""
    for file in verdicts:
        for what, right, found, true in _file_facts(file):
            if not right:
                yield file.file, file.medium, what, found or "–", true or "–"


def _file_facts(file: FileVerdict) -> Iterator[tuple[str, bool, str, str]]:
    yield "record", file.has_record, "missing", ""
    for document in file.documents:
        yield "type", document.type_is_right, document.found_type or "", document.document_type
        yield "pages", document.pages_are_right, _numbers(document.found_pages), _numbers(document.pages)
    yield "documents", file.extra_documents == 0, f"{file.extra_documents} too many", ""
    route = " · ".join(filter(None, (file.route["queue"], file.route["specifier"])))
    yield "route", file.specifier_is_right, ", ".join(file.found_routes), route
    yield "blank pages", file.blanks_are_right, _numbers(file.found_blank_pages), _numbers(file.blank_pages)
    yield "arrival", file.found_arrival == file.arrival, file.found_arrival or "", file.arrival or ""


def _numbers(pages: Sequence[int]) -> str:
    return ", ".join(map(str, pages))


def _place(verdict: Verdict) -> Place | None:
    box = verdict.cell.get("box") if verdict.cell else None
    return (int(verdict.cell["page"]), tuple(box)) if verdict.cell and box else None


def _card(each: tuple[FileVerdict, DocumentVerdict, Verdict], crops: Mapping[str, Mapping[Place, str]]) -> Card:
    file, document, verdict = each
    cell, place = verdict.cell or {}, _place(verdict)
    return Card(
        file=file.file,
        medium=file.medium,
        hand="pen" if document.by_pen else "hand" if document.by_hand else "typed",
        document_type=verdict.document_type,
        page=str(cell.get("page", "")) or _numbers(document.pages),
        field=verdict.name,
        kind=verdict.kind or "unknown",
        outcome=verdict.outcome,
        told="not on the paper" if verdict.is_extra else TOLD[verdict.outcome],
        read=_words(cell.get("value")),
        raw=str(cell.get("raw", "")),
        candidates=tuple(_candidate(one) for one in cell.get("candidates", ())),
        true=_words(verdict.true),
        confidence=verdict.confidence,
        reading=verdict.reading,
        evidence=verdict.evidence,
        crop=None if place is None else crops.get(file.file, {}).get(place),
    )


def _candidate(one: Any) -> str:
    """A candidate in whatever form the record keeps it: words alone, or with reader and score."""
    return " · ".join(str(part) for part in one.values()) if isinstance(one, Mapping) else str(one)


def _words(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
