"""Where a matter goes after a person has spoken. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from models.extraction import Extraction, Fields, Record
from models.work import Queue, Reason

BY_PERSON = "person"
"""Stands where a routing rule's id would: the table does not move again what a person has moved."""

SPECIFIERS: Mapping[str, str] = {
    "southern_district": "Tartuntatautipäiväraha",
    "international_centre": "kv-siirto",
    "basic_data": "tilinumeromuutos",
}


def records_of(bodies: Mapping[UUID, Mapping[str, Any]]) -> list[Record]:
    """Bodies as routing wants them; who read a value makes no difference there."""
    return [_record(str(document_id), body) for document_id, body in bodies.items()]


def owner_after(queue: Queue, former_owner: str) -> Queue:
    """An insurance question is a detour from the southern district, not a new owner (guide 1.8.1.3)."""
    return "southern_district" if queue == "international_centre" and former_owner == "southern_district" else queue


def is_moved_by_person(reasons: Sequence[Mapping[str, Any]]) -> bool:
    return any(reason.get("rule") == BY_PERSON for reason in reasons)


def reason_of_person() -> dict[str, Any]:
    return Reason(rule=BY_PERSON, section="").model_dump(mode="json")


def _record(record_id: str, body: Mapping[str, Any]) -> Record:
    fields: Fields = {
        name: [{column: _extraction(cell) for column, cell in row.items()} for row in found]
        if isinstance(found, list)
        else _extraction(found)
        for name, found in body["fields"].items()
    }
    return Record(
        id=record_id, document_type=body["type"], type_confidence=body.get("type_confidence", 1.0),
        accepted=bool(body["accepted"] or body.get("type_seen_by")),
        language=body.get("language"), form_revision=body.get("form_revision"), pages=tuple(body["pages"]), fields=fields,
    )  # fmt: skip


def _extraction(found: Mapping[str, Any]) -> Extraction:
    is_sure = bool(found["accepted"] or found.get("seen_by"))  # what a person has seen is no longer doubtful
    return Extraction(value=found["value"], raw=found.get("raw", ""), accepted=is_sure, asked=bool(found.get("asked")))
