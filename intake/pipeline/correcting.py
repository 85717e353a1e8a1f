"""A person's word laid over a record's body. Pure: gives the next body and what changed."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.pipeline.typed_values import normal_value
from models.document_type import DocumentType, Kind
from models.errors import RefusedError
from models.review import TYPE_PATH, Correction

_PATH = re.compile(r"(?P<field>\w+)(?:\[(?P<row>\d+)\](?:\.(?P<column>\w+))?)?")

Body = dict[str, Any]
Cell = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """Who looked, and when."""

    by: str
    at: datetime

    @property
    def marks(self) -> dict[str, str]:
        return {"seen_by": self.by, "seen_at": self.at.isoformat()}


@dataclass(frozen=True)
class Corrected:
    """The next body, and by field path what it said before and says now."""

    body: Body
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def changes_type(self) -> bool:
        return TYPE_PATH in self.after and self.before[TYPE_PATH]["value"] != self.after[TYPE_PATH]["value"]


def corrected(
    body: Mapping[str, Any], corrections: Sequence[Correction], types: Mapping[str, DocumentType], seen: Seen
) -> Corrected:
    """Lay corrections over a body. Raises RefusedError naming the field; then nothing is changed."""
    paths = [correction.field for correction in corrections]
    if not paths or len(set(paths)) < len(paths):
        raise RefusedError("The corrections name no field, or one twice.", "Say one thing about each field.")
    # The type first, for it says which fields there are; rows go last, from the end, so that no index moves.
    ordered = sorted(corrections, key=_turn)
    draft = _Draft(copy.deepcopy(dict(body)), types, seen)
    for correction in ordered:
        try:
            draft.lay(correction)
        except ValueError as error:
            raise RefusedError(
                f"{correction.field}: {error}.", "Correct it and send the corrections again: none was kept."
            ) from None
    return Corrected(draft.body, draft.before, draft.after)


def _turn(correction: Correction) -> tuple[int, int]:
    if correction.field == TYPE_PATH:
        return 0, 0
    place = _PATH.fullmatch(correction.field)
    assert place is not None
    row = int(place["row"] or 0)
    is_whole_row = place["row"] is not None and place["column"] is None
    return (2, -row) if is_whole_row else (1, row)


class _Draft:
    """A body while corrections are laid over it. Its methods raise ValueError with words for the person."""

    def __init__(self, body: Body, types: Mapping[str, DocumentType], seen: Seen) -> None:
        self.body = body
        self.before: dict[str, Any] = {}
        self.after: dict[str, Any] = {}
        self._types = types
        self._seen = seen

    def lay(self, said: Correction) -> None:
        place = _PATH.fullmatch(said.field)
        assert place is not None
        if said.field == TYPE_PATH:
            self._lay_type(said)
        elif place["column"]:
            self._lay_cell(said, place["field"], int(place["row"]), place["column"])
        elif place["row"]:
            self._lay_row(said, place["field"], int(place["row"]))
        elif self._kind(place["field"]) == "table":
            self._lay_table(said, place["field"])
        else:
            self._lay_field(said)

    def _lay_type(self, said: Correction) -> None:
        if said.says not in ("value", "confirmed"):
            raise ValueError("a type is given or confirmed; what fits none is unknown")
        name = self.body["type"] if said.says == "confirmed" else said.value
        if not isinstance(name, str) or name not in self._types:
            raise ValueError("there is no such document type")
        self.before[TYPE_PATH] = _told_type(self.body)
        if name != self.body["type"]:
            self.body["fields"] = fields_under(self._types[name], self._types.get(self.body["type"]), self.body["fields"])
            self.body |= {"type": name, "form_revision": None}
            self.body.pop("type_confidence", None)
        self.body |= {"accepted": True, "type_seen_by": self._seen.by, "type_seen_at": self._seen.at.isoformat()}
        self.after[TYPE_PATH] = _told_type(self.body)

    def _lay_field(self, said: Correction) -> None:
        fields = self.body["fields"]
        fields[said.field] = self._judged(said, fields.get(said.field), self._kind(said.field), self._options(said.field))

    def _lay_cell(self, said: Correction, name: str, row: int, column: str) -> None:
        rows = self._rows(name)
        kinds = _column_kinds(self._types[self.body["type"]], name)
        if column not in kinds:
            raise ValueError("the table has no such column")
        if row == len(rows) and said.says == "value":
            rows.append({})
        if row >= len(rows):
            raise ValueError("the table has no such row")
        rows[row][column] = self._judged(said, rows[row].get(column), kinds[column], ())

    def _lay_row(self, said: Correction, name: str, row: int) -> None:
        rows = self._rows(name)
        if row >= len(rows):
            raise ValueError("the table has no such row")
        if said.says == "confirmed":
            self._confirm_row(rows[row], f"{name}[{row}]")
        elif said.says == "empty":
            self.before[said.field] = {column: _told(cell) for column, cell in rows.pop(row).items()}
            self.after[said.field] = None
        else:
            raise ValueError("a row is confirmed or empty; values belong to its columns")

    def _lay_table(self, said: Correction, name: str) -> None:
        rows = self._rows(name)
        if said.says == "confirmed":
            for number, row in enumerate(rows):
                self._confirm_row(row, f"{name}[{number}]")
        elif said.says == "empty":
            self.before[name] = [{column: _told(cell) for column, cell in row.items()} for row in rows]
            self.body["fields"][name] = []
            self.after[name] = []
        else:
            raise ValueError("a table is confirmed or empty; values belong to its columns")

    def _confirm_row(self, row: dict[str, Cell], path: str) -> None:
        for column, cell in row.items():
            said = Correction(field=f"{path}.{column}", says="confirmed")
            row[column] = self._judged(said, cell, "text", ())

    def _judged(self, said: Correction, found: Cell | None, kind: Kind, options: Sequence[str]) -> Cell:
        self.before.setdefault(said.field, _told(found))
        cell = self._said_of(said, found, kind, options)
        self.after[said.field] = _told(cell)
        return cell

    def _said_of(self, said: Correction, found: Cell | None, kind: Kind, options: Sequence[str]) -> Cell:
        if said.says == "confirmed":
            if found is None or (found["value"] is None and "no_value" not in found):
                raise ValueError("there is no value to confirm: type it, or say empty or unreadable")
            return {**found, "accepted": True, **self._seen.marks}
        value = normal_value(kind, options, said.value) if said.value is not None else None
        if found is not None and value is not None and value == found["value"] and type(value) is type(found["value"]):
            return {**found, "accepted": True, **self._seen.marks}
        typed: Cell = {"value": value, "accepted": True, "reading": "person", **_place(said, found), **self._seen.marks}
        return typed if value is not None else {**typed, "no_value": said.says} | ({"asked": True} if said.ask else {})

    def _kind(self, name: str) -> Kind:
        try:
            return self._types[self.body["type"]].spec(name).kind
        except KeyError:
            raise ValueError("this type of document has no such field") from None

    def _options(self, name: str) -> tuple[str, ...]:
        return tuple(option.value for option in self._types[self.body["type"]].spec(name).options)

    def _rows(self, name: str) -> list[dict[str, Cell]]:
        if self._kind(name) != "table":
            raise ValueError("this field is no table")
        rows: list[dict[str, Cell]] = self.body["fields"].setdefault(name, [])
        return rows


def _place(said: Correction, found: Cell | None) -> dict[str, Any]:
    if said.page is not None:
        return {"page": said.page} | ({"box": list(said.box)} if said.box is not None else {})
    return {key: found[key] for key in ("page", "box") if key in found} if found else {}


def _told(found: Cell | None) -> dict[str, Any] | None:
    """What the audit trail keeps of a field."""
    if found is None:
        return None
    return {key: found[key] for key in ("value", "no_value", "asked", "reading", "accepted", "seen_by") if key in found}


def _told_type(body: Body) -> dict[str, Any]:
    return {"value": body["type"], "accepted": body["accepted"], "seen_by": body.get("type_seen_by")}


def _column_kinds(doc_type: DocumentType, name: str) -> dict[str, Kind]:
    return {column.name: column.kind for column in doc_type.spec(name).columns}


def fields_under(doc_type: DocumentType, former: DocumentType | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    """A paper's fields under another type: what both have stays, all else waits for a person, for nobody has looked for it."""
    under: dict[str, Any] = {}
    for spec in doc_type.fields:
        same = former is not None and any(spec.name == old.name and spec.kind == old.kind for old in former.fields)
        if same and spec.kind != "table" and spec.name in fields:
            under[spec.name] = fields[spec.name]
        elif spec.kind == "table":
            under[spec.name] = [{column.name: _unread() for column in spec.columns}]
        else:
            under[spec.name] = _unread()
    return under


def _unread() -> Cell:
    return {"value": None, "accepted": False, "reading": "person"}
