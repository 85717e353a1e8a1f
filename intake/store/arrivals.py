"""When papers reached us: every piece of evidence, and the day of law worked out from it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn
from models.errors import NotFoundError

Evidence = Literal["stamp", "fax_header", "told", "manifest", "folder", "file_time", "clock"]


class ArrivalRow(BaseModel):
    """One piece of evidence of one file."""

    model_config = ConfigDict(frozen=True)

    file_id: UUID
    evidence: Evidence
    day: date
    at: datetime | None
    confidence: float
    noted_at: datetime


ADD = """
    INSERT INTO arrival (file_id, evidence, day, at, confidence, noted_at)
    VALUES (%(file_id)s, %(evidence)s, %(day)s, %(at)s, %(confidence)s, %(now)s)
        ON CONFLICT (file_id, evidence)
        DO UPDATE SET day = excluded.day, at = excluded.at, confidence = excluded.confidence, noted_at = excluded.noted_at
"""


def add(conn: Conn, file_id: UUID, evidence: Evidence, day: date, at: datetime | None, confidence: float, now: datetime) -> None:
    """Note a piece of evidence; the same kind again (a file read anew) takes the place of the one before."""
    values = {"file_id": file_id, "evidence": evidence, "day": day, "at": at, "confidence": confidence, "now": now}
    conn.execute(ADD, values)


OF_FILE = """
    SELECT file_id, evidence, day, at, confidence, noted_at
      FROM arrival
     WHERE file_id = %(file_id)s
     ORDER BY noted_at, evidence
"""


def of_file(conn: Conn, file_id: UUID) -> list[ArrivalRow]:
    """Give all evidence of one file."""
    with conn.cursor(row_factory=class_row(ArrivalRow)) as cursor:
        return cursor.execute(OF_FILE, {"file_id": file_id}).fetchall()


LEGAL_DAY = """
    WITH same_bytes AS (
        SELECT file.id
          FROM file
          JOIN (SELECT coalesce(duplicate_of, id) AS id FROM file WHERE id = %(file_id)s) AS first
            ON first.id IN (file.id, file.duplicate_of)
    ), best AS (
        SELECT DISTINCT ON (arrival.file_id)
               arrival.day, arrival.evidence, arrival.evidence IN ('stamp', 'fax_header') AS on_paper
          FROM arrival
          JOIN same_bytes ON same_bytes.id = arrival.file_id
         ORDER BY arrival.file_id,
                  array_position(ARRAY['manifest', 'told', 'folder', 'file_time', 'clock'], arrival.evidence) NULLS FIRST,
                  arrival.day
    )
    SELECT day, evidence FROM best ORDER BY on_paper DESC, day, evidence LIMIT 1
"""


def legal_day(conn: Conn, file_id: UUID) -> tuple[date, str]:
    """Give the day that counts in law and the evidence for it.

    Within one file the paper's own word (stamp, fax header) goes before the manifest's, the sender's, the folder's, the
    file's and the clock's. Of several files of the same bytes the earliest day counts; the paper's word is theirs in
    common. Raises NotFoundError for a file without evidence.
    """
    row = conn.execute(LEGAL_DAY, {"file_id": file_id}).fetchone()
    if row is None:
        raise NotFoundError("arrival of file", str(file_id))
    return row[0], row[1]
