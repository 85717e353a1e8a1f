"""All that is kept of one document: how it was read, its records, its deliveries."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True)


class DocumentReading(_Row):
    """The reading that a document came out of."""

    reading_id: UUID
    file_id: UUID
    read_at: datetime
    versions: dict[str, Any]


class RecordVersion(_Row):
    version: int
    body: dict[str, Any]
    origin: str
    author: str
    made_at: datetime


class DeliveryOfDocument(_Row):
    id: UUID
    version: int
    state: str
    created_at: datetime
    delivered_at: datetime | None


READING = """
    SELECT reading.id AS reading_id, reading.file_id, reading.read_at, reading.versions
      FROM document
      JOIN record ON record.document_id = document.id AND record.version = 1
      JOIN reading ON reading.file_id = document.file_id AND reading.read_at <= record.made_at
     WHERE document.id = %(document_id)s
     ORDER BY reading.revision DESC
     LIMIT 1
"""


def reading_of(conn: Conn, document_id: UUID) -> DocumentReading | None:
    """Give the reading that its first record is of, also when the file was read again since; None without such a document."""
    with conn.cursor(row_factory=class_row(DocumentReading)) as cursor:
        return cursor.execute(READING, {"document_id": document_id}).fetchone()


RECORDS = """
    SELECT version, body, origin, author, made_at
      FROM record
     WHERE document_id = %(document_id)s
     ORDER BY version
"""


def records_of(conn: Conn, document_id: UUID) -> list[RecordVersion]:
    """All versions, oldest first."""
    with conn.cursor(row_factory=class_row(RecordVersion)) as cursor:
        return cursor.execute(RECORDS, {"document_id": document_id}).fetchall()


DELIVERIES = """
    SELECT id, version, state, created_at, delivered_at
      FROM delivery
     WHERE document_id = %(document_id)s
     ORDER BY version
"""


def deliveries_of(conn: Conn, document_id: UUID) -> list[DeliveryOfDocument]:
    """All deliveries, oldest version first."""
    with conn.cursor(row_factory=class_row(DeliveryOfDocument)) as cursor:
        return cursor.execute(DELIVERIES, {"document_id": document_id}).fetchall()
