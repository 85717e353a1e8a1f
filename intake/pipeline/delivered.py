"""From a kept record to the document that goes out. Pure: says what is told, and what still waits for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from intake.store.deliveries import Outgoing, OutgoingMatter
from models.delivery import EVENT_SOURCE, EVENT_TYPE, SCHEMA, SCHEMA_ID, Delivery

_EVENTS = uuid5(NAMESPACE_URL, EVENT_SOURCE)


def event_id(document_id: UUID, version: int) -> UUID:
    """Name the event: always the same for the same document and version."""
    return uuid5(_EVENTS, f"{document_id}/{version}")


def waits_for_person(body: Mapping[str, Any]) -> bool:
    """Tell whether a record's type, or any field of it, is neither accepted nor seen by a person."""
    return waits_for_type(body) or waits_for_field(body)


def waits_for_type(body: Mapping[str, Any]) -> bool:
    return not _is_settled(body, "type_seen_by")


def waits_for_field(body: Mapping[str, Any]) -> bool:
    return any(not _is_settled(field, "seen_by") for field in every_field(body["fields"]))


def _is_settled(judged: Mapping[str, Any], seen_by: str) -> bool:
    return bool(judged.get("accepted") or judged.get(seen_by))


def every_field(fields: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All fields of a record, those in tables too."""
    for found in fields.values():
        if isinstance(found, list):
            for row in found:
                yield from row.values()
        else:
            yield found


def delivery_of(out: Outgoing, matter: OutgoingMatter, supersedes: int | None) -> Delivery:
    """Put together what is told to the rules core; nothing else of the record leaves the house."""
    return Delivery.model_validate(
        {
            "schema": SCHEMA,
            "document_id": str(out.document_id),
            "version": out.version,
            "supersedes": supersedes,
            "document_type": out.body["type"],
            "type_seen_by": out.body.get("type_seen_by"),
            "type_seen_at": out.body.get("type_seen_at"),
            "language": out.body.get("language"),
            "form_revision": out.body.get("form_revision"),
            "pages": out.pages,
            "source": _source(out),
            "matter": _matter(matter, out.id_by_label),
            "fields": {name: _told(found) for name, found in out.body["fields"].items()},
        }
    )


def _source(out: Outgoing) -> dict[str, Any]:
    return {
        "file_id": str(out.file_id),
        "sha256": out.sha256,
        "channel": out.channel,
        "received_at": out.received_at,
        "arrival": {"day": out.arrival_day, "evidence": out.arrival_evidence},
    }


def _matter(matter: OutgoingMatter, id_by_label: Mapping[str, UUID]) -> dict[str, Any]:
    told = matter.model_dump(mode="json")
    told["reasons"] = [_placed(reason, ("rule", "section", "field"), id_by_label) for reason in matter.reasons]
    told["findings"] = [
        _placed(finding, ("check", "section", "severity", "letter", "says"), id_by_label) for finding in matter.findings
    ]
    return told


def _placed(said: Mapping[str, Any], keys: tuple[str, ...], id_by_label: Mapping[str, UUID]) -> dict[str, Any]:
    """A matter names its documents by their ids; a file's reading calls them d1, d2 …, which mean nothing outside."""
    named = said.get("document")
    document_id = id_by_label.get(str(named))
    if document_id is None and named is not None:
        document_id = _as_id(str(named))
    return {**{key: said.get(key) for key in keys}, "document_id": None if document_id is None else str(document_id)}


def _as_id(named: str) -> UUID | None:
    try:
        return UUID(named)
    except ValueError:
        return None


def _told(found: Any) -> Any:
    if isinstance(found, list):
        return [{column: _told(cell) for column, cell in row.items()} for row in found]
    return {
        "value": found["value"],
        "no_value": found.get("no_value"),
        "origin": found["reading"],
        "seen_by": found.get("seen_by"),
        "seen_at": found.get("seen_at"),
        "page": found.get("page"),
        "box": found.get("box"),
    }


def envelope(delivery: Delivery, now: datetime) -> str:
    """Write the CloudEvents envelope as it is kept, signed and sent."""
    event = CloudEvent(
        {
            "id": str(event_id(UUID(delivery.document_id), delivery.version)), "source": EVENT_SOURCE, "type": EVENT_TYPE,
            "subject": delivery.document_id, "time": now, "datacontenttype": "application/json", "dataschema": SCHEMA_ID,
        },
        delivery.model_dump(mode="json", by_alias=True),
    )  # fmt: skip
    return JSONFormat().write(event).decode()
