"""Persons under a security ban (turvakielto): who may see them, and what the others see instead.

`is_hidden` and `hidden_among` decide; `masked_item`, `masked_record`, `MASK` stand in for what is hidden; `look` is how papers
are opened: refused to whoever may not, and noted in the audit trail for whoever may. Which papers are meant the database
says (`store.protection`): a person's whose ban a register has told, or could not rule out, and all that lies in the queue of
protected clients.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from intake.store import audit, protection
from intake.store.database import Conn, Database
from intake.store.protection import Kind
from intake.store.work_items import WorkItemRow
from models.errors import RefusedError

MASK = "•••"
"""Stands for a name, a code, an address."""
_KINDS: dict[str, Kind] = {"file": "file", "document": "document", "matter": "matter", "work_item": "work_item"}


class Viewer(Protocol):
    """Who looks."""

    @property
    def login(self) -> str: ...

    @property
    def sees_protected(self) -> bool: ...


def is_hidden(conn: Conn, viewer: Viewer, kind: Kind, one: UUID) -> bool:
    """Whether this viewer may not see a file, document, matter or work item."""
    return bool(hidden_among(conn, viewer, kind, [one]))


def hidden_among(conn: Conn, viewer: Viewer, kind: Kind, ids: Collection[UUID]) -> frozenset[UUID]:
    """Give those of a list that this viewer sees masked."""
    return frozenset() if viewer.sees_protected else protection.among(conn, kind, ids)


def hidden_persons(conn: Conn, viewer: Viewer, codes: Collection[str]) -> frozenset[str]:
    """Give those identity codes whose persons this viewer sees masked."""
    return frozenset() if viewer.sees_protected else protection.persons_among(conn, codes)


def look(conn: Conn, viewer: Viewer, kind: Kind, one: UUID, now: datetime) -> None:
    """Let somebody look at papers. Raises RefusedError (403) where they are hidden; a look that is let through is noted."""
    if not protection.among(conn, kind, [one]):
        return
    if not viewer.sees_protected:
        raise refusal()
    audit.append(conn, f"{kind}.looked_at", f"{kind}:{one}", actor=viewer.login, at=now)


def look_at(database: Database, viewer: Viewer, kind: Kind, one: UUID, now: datetime) -> None:
    """The same in a transaction of its own."""
    with database.transaction() as conn:
        look(conn, viewer, kind, one, now)


def look_at_page(database: Database, viewer: Viewer, file_id: UUID, number: int, now: datetime) -> None:
    """Let somebody look at one page: by its document; one that lies in none counts as all of its file."""
    with database.transaction() as conn:
        document_id = protection.document_of_page(conn, file_id, number)
        if document_id is None:
            look(conn, viewer, "file", file_id, now)
        else:
            look(conn, viewer, "document", document_id, now)


def look_at_request(database: Database, viewer: Viewer, request_id: UUID, now: datetime) -> None:
    """Let somebody look at a letter: by the work item it belongs to."""
    with database.transaction() as conn:
        if (item_id := protection.item_of_request(conn, request_id)) is not None:
            look(conn, viewer, "work_item", item_id, now)


def look_at_delivery(database: Database, viewer: Viewer, delivery_id: UUID, now: datetime) -> None:
    """Let somebody look at a delivery: by the document it carries."""
    with database.transaction() as conn:
        if (document_id := protection.document_of_delivery(conn, delivery_id)) is not None:
            look(conn, viewer, "document", document_id, now)


def look_at_subject(conn: Conn, viewer: Viewer, subject: str, now: datetime) -> None:
    """Let somebody look at what the audit trail says of a subject (`file:…`): values stand in it."""
    kind, _, name = subject.partition(":")
    try:
        one = UUID(name)
    except ValueError:
        return
    if kind in _KINDS:
        look(conn, viewer, _KINDS[kind], one, now)
    elif kind == "delivery" and (document_id := protection.document_of_delivery(conn, one)) is not None:
        look(conn, viewer, "document", document_id, now)
    elif kind == "request" and (item_id := protection.item_of_request(conn, one)) is not None:
        look(conn, viewer, "work_item", item_id, now)


def refusal() -> RefusedError:
    return RefusedError(
        "These papers are those of a protected person.", "Leave them to somebody who may see protected persons.", 403
    )


def masked_item(item: WorkItemRow) -> WorkItemRow:
    """What a list shows of a hidden work item: where it lies, since when, until when; no word from its papers."""
    return item.model_copy(
        update={
            "person_hetu": None if item.person_hetu is None else MASK,
            "comment": MASK if item.comment else "",
            "reasons": [],
            "findings": [
                {"check": each["check"], "section": each["section"], "severity": each["severity"], "says": MASK}
                for each in item.findings
            ],
            "side_tasks": [],
            "candidates": [],
        }
    )


def masked_record(body: Mapping[str, Any]) -> dict[str, Any]:
    """A record of which only the frame is left: type, pages, and which fields there are."""
    fields = {
        name: [{column: _masked() for column in row} for row in cell] if isinstance(cell, list) else _masked()
        for name, cell in body.get("fields", {}).items()
    }
    return {name: body[name] for name in ("id", "type", "pages", "accepted") if name in body} | {"fields": fields}


def _masked() -> dict[str, Any]:
    return {"value": None, "confidence": 0.0, "accepted": False, "is_masked": True}
