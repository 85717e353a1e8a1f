"""Hold one file's record against its truth: a verdict on every field, every document and the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from intake.scoring.sameness import same
from models.document_type import DocumentType

Printed = Mapping[str, Any]
Outcome = Literal["accepted_wrong", "silent", "doubted_wrong", "doubted_right", "accepted_right"]

NOTHING: Printed = {"documents": [], "work_items": []}
"""What counts as the record of a file that has none."""


@dataclass(frozen=True)
class Verdict:
    """One field of the truth beside the record's, or one that the record has too many (`is_extra`).

    `cell` is the record's field, None when it has none; `kind` is the field's, "" for one the types do not know.
    """

    file: str
    document: int
    document_type: str
    path: str
    kind: str
    true: Any
    cell: Printed | None
    is_right: bool
    is_silent: bool
    is_extra: bool = False

    @property
    def name(self) -> str:
        """Its field without the row: `employers[].name`."""
        return re.sub(r"\[\d+\]", "[]", self.path)

    @property
    def is_read(self) -> bool:
        """A field without a value says that a person must read it: nothing was read."""
        return self.cell is not None and _has_value(self.cell)

    @property
    def is_accepted(self) -> bool:
        return self.is_read and self.cell is not None and bool(self.cell.get("accepted"))

    @property
    def reading(self) -> str:
        return str(self.cell.get("reading", "")) if self.cell is not None and self.is_read else "nothing read"

    @property
    def evidence(self) -> tuple[str, ...]:
        return tuple(self.cell.get("evidence", ())) if self.cell is not None and self.is_read else ()

    @property
    def confidence(self) -> float:
        return float(self.cell.get("confidence", 0)) if self.cell is not None and self.is_read else 0.0

    @property
    def outcome(self) -> Outcome:
        if self.is_accepted:
            return "accepted_right" if self.is_right else "accepted_wrong"
        if self.is_silent:
            return "silent"
        return "doubted_right" if self.is_right else "doubted_wrong"


@dataclass(frozen=True)
class DocumentVerdict:
    """One document of the truth: was its type and were its pages found, and how were its fields read."""

    document_type: str
    found_type: str | None
    pages: tuple[int, ...]
    found_pages: tuple[int, ...]
    by_hand: bool
    by_pen: bool
    fields: tuple[Verdict, ...]

    @property
    def type_is_right(self) -> bool:
        return self.found_type == self.document_type

    @property
    def pages_are_right(self) -> bool:
        return self.found_pages == self.pages


@dataclass(frozen=True)
class FileVerdict:
    """One file. `arrival` and `found_arrival` are days, None where the paper shows or the record says none."""

    file: str
    medium: str
    has_record: bool
    documents: tuple[DocumentVerdict, ...]
    extra_documents: int
    route: Printed
    found_routes: tuple[str, ...]
    queue_is_right: bool
    specifier_is_right: bool
    blank_pages: tuple[int, ...]
    found_blank_pages: tuple[int, ...]
    arrival: str | None
    found_arrival: str | None

    @property
    def blanks_are_right(self) -> bool:
        return self.found_blank_pages == self.blank_pages


def judge_file(name: str, truth: Printed, record: Printed | None, types: Mapping[str, DocumentType]) -> FileVerdict:
    """Hold a record against its truth; each true document meets the one that shares most pages with it."""
    printed = NOTHING if record is None else record
    documents: list[DocumentVerdict] = []
    used: set[int] = set()
    for index, true in enumerate(truth["documents"]):
        at = _best(true, printed["documents"], used)
        used |= set() if at is None else {at}
        documents.append(_judge_document(name, index, true, {} if at is None else printed["documents"][at], types))
    items = printed.get("work_items") or []
    queue = bool(items) and all(item.get("queue") == truth["route"]["queue"] for item in items)
    specifier = all((item.get("specifier") or "") == truth["route"]["specifier"] for item in items)
    return FileVerdict(
        file=name,
        medium=truth["medium"],
        has_record=record is not None,
        documents=tuple(documents),
        extra_documents=len(printed["documents"]) - len(used),
        route=truth["route"],
        found_routes=tuple(" · ".join(filter(None, (item.get("queue"), item.get("specifier")))) for item in items),
        queue_is_right=queue,
        specifier_is_right=queue and specifier,
        blank_pages=tuple(truth["blank_pages"]),
        found_blank_pages=tuple(sorted(page["number"] for page in printed.get("pages", []) if page.get("blank"))),
        arrival=truth.get("arrival_date"),
        found_arrival=((printed.get("source") or {}).get("arrival") or {}).get("date"),
    )


def _best(true: Printed, found: Sequence[Printed], used: set[int]) -> int | None:
    shared = {at: len(set(true["pages"]) & set(one.get("pages", []))) for at, one in enumerate(found) if at not in used}
    best = max(shared, key=lambda at: shared[at], default=None)
    return best if best is not None and shared[best] else None


def _judge_document(
    file: str, index: int, true: Printed, found: Printed, types: Mapping[str, DocumentType]
) -> DocumentVerdict:  # fmt: skip
    is_its_type = found.get("type") == true["type"]
    waits = not found or found.get("accepted") is False
    # A table without rows is an empty list, and no cell.
    printed = _cells(found.get("fields") or {}) if is_its_type else ()
    cells: dict[str, Printed] = {path: cell for path, cell in printed if isinstance(cell, Mapping)}
    kinds = kinds_of(types[true["type"]]) if true["type"] in types else {}
    verdicts = []
    for path, value in _cells(true["fields"]):
        cell = cells.pop(path, None)
        is_read = cell is not None and _has_value(cell)
        right = cell is not None and is_read and same(path, value, cell["value"])
        is_doubted = waits or (cell is not None and cell.get("accepted") is False)
        silent = not right and (bool(cell and is_read and cell.get("accepted")) or (not is_read and not is_doubted))
        kind = kinds.get(_without_row(path), "")
        verdicts.append(Verdict(file, index, true["type"], path, kind, value, cell, right, silent))
    for path, cell in cells.items():
        if _has_value(cell) and cell["value"] is not False and _without_row(path) in kinds:
            kind = kinds[_without_row(path)]
            verdicts.append(Verdict(file, index, true["type"], path, kind, None, cell, False, False, is_extra=True))
    return DocumentVerdict(
        true["type"], found.get("type"), tuple(true["pages"]), tuple(found.get("pages", ())),
        bool(true["hand"]), bool(true.get("real_strokes")), tuple(verdicts),
    )  # fmt: skip


def kinds_of(doc_type: DocumentType) -> dict[str, str]:
    """Every field's kind by name, a table's columns as `employers[].name`."""
    kinds: dict[str, str] = {spec.name: spec.kind for spec in doc_type.fields}
    return kinds | {f"{spec.name}[].{column.name}": column.kind for spec in doc_type.fields for column in spec.columns}


def _without_row(path: str) -> str:
    return re.sub(r"\[\d+\]", "[]", path)


def _cells(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Fields by path; a table's cells as `employers[0].name`."""
    for name, value in fields.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for row, cells in enumerate(value):
                yield from ((f"{name}[{row}].{column}", cell) for column, cell in cells.items())
        else:
            yield name, value


def _has_value(cell: Printed) -> bool:
    return cell.get("value") not in (None, "", [])
