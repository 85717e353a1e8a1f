"""Documents as the stages leave them, for tests of what comes after reading."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from intake.pipeline import joining
from intake.pipeline.joining import Group
from intake.pipeline.rerouting import records_of
from intake.store import documents, work_items
from intake.store.database import Database
from models.work import Reason, WorkItem

NOW = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
HETU = "131052-308T"


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def field(value: Any, *, accepted: bool = True, reading: str = "ocr", page: int = 1) -> dict[str, Any]:
    return {
        "value": value, "confidence": 0.997 if accepted else 0.4, "accepted": accepted, "page": page,
        "box": [0.07, 0.19, 0.24, 0.21], "reading": reading, "raw": str(value), "evidence": ["label"],
    }  # fmt: skip


def application(**changed: Any) -> dict[str, Any]:
    """An application of which nothing waits for a person, as `read` prints it."""
    fields = {
        "applicant_hetu": field(HETU),
        "benefit": field("infectious_disease_allowance", reading="mark"),
        "absence_start": field("2019-03-12"),
        "abroad": field(False, reading="mark"),
        "employers": [{"name": field("Leipomo Kaura Oy"), "pays_wage": field(True, reading="mark")}],
        "signature": field(True, reading="ink"),
    }
    return {
        "id": "d1", "type": "sv8_application", "type_confidence": 0.998, "accepted": True, "language": "fi",
        "form_revision": "01.19", "pages": [1, 2], "fields": {**fields, **changed},
    }  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """Ids of what was kept."""

    file_id: UUID
    documents: tuple[UUID, ...]
    work_item: UUID

    @property
    def document(self) -> UUID:
        return self.documents[0]


ADD_BATCH = """
    INSERT INTO batch (id, door, channel, received_at, received_evidence, taken_at, request_digest)
    VALUES (%(id)s, 'api', 'fax', %(now)s, 'told', %(now)s, 'x')
"""
ADD_FILE = """
    INSERT INTO file (id, batch_id, number, name, sha256, bytes, media_type, pages_in, stage)
    VALUES (%(id)s, %(batch)s, 1, 'scan.tif', %(sha256)s, 4, 'image/tiff', 2, 'read')
"""
ADD_READING = """
    INSERT INTO reading (id, file_id, revision, result, versions, seconds, read_at)
    VALUES (%(id)s, %(file)s, 1, %(result)s, '{}', 1, %(now)s)
"""


def keep(
    database: Database, *bodies: Mapping[str, Any], queue: str = "southern_district", owner: str = "",
    waits_because: Sequence[str] = (), comment: str = "", person: str = HETU,
) -> Kept:  # fmt: skip
    """Keep a file of one matter; nothing is offered yet."""
    batch, file, reading = uuid4(), uuid4(), uuid4()
    item = WorkItem.model_validate(
        {
            "person_hetu": person, "documents": [body["id"] for body in bodies], "queue": queue, "owner": owner or queue,
            "specifier": "Tartuntatautipäiväraha", "comment": comment,
            "reasons": [Reason(rule="R10", section="1.8", document="d1", field="benefit")],
            "findings": [{"check": "C21", "section": "1.5", "severity": "ask", "letter": None, "says": "…", "document": "d1"}],
        }
    )  # fmt: skip
    with database.transaction() as conn:
        conn.execute(ADD_BATCH, {"id": batch, "now": NOW})
        conn.execute(ADD_FILE, {"id": file, "batch": batch, "sha256": hashlib.sha256(file.bytes).hexdigest()})
        result = Jsonb({"source": {"channel": "fax"}})
        conn.execute(ADD_READING, {"id": reading, "file": file, "result": result, "now": NOW})
        ids = [_add(conn, file, reading, body) for body in bodies]
        records = dict(zip(ids, records_of(dict(zip(ids, bodies, strict=True))), strict=True))
        [matter] = joining.join(conn, [Group(person, tuple(ids))], records, NOW)
        work_item = work_items.open(conn, file, item, ids, waits_because, NOW, matter_id=matter)
        if not waits_because:
            work_items.close(conn, work_item, NOW)
    return Kept(file, tuple(ids), work_item)


def _add(conn: Any, file: UUID, reading: UUID, body: Mapping[str, Any]) -> UUID:
    document_id = documents.add(
        conn, file_id=file, reading_id=reading, label=body["id"], pages=body["pages"], document_type=body["type"],
        arrival_day=date(2019, 3, 12), arrival_evidence="fax_header", language=body.get("language"),
    )  # fmt: skip
    documents.add_record(conn, document_id, 1, body, "reading", "saapuva", NOW)
    return document_id


def next_version(database: Database, document_id: UUID, version: int, body: Mapping[str, Any]) -> None:
    """Add a record as a correction would."""
    with database.transaction() as conn:
        documents.add_record(conn, document_id, version, body, "correction", "ann", NOW)
