"""What waits for people: sums by queue, and the list in the order of work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn

Deadline = Literal["overdue", "soon", "later", "none"]
Asked = Literal["asked", "answered", "overdue"]


class QueueSums(BaseModel):
    """One queue's sums. `overdue` … `none` part `waiting` by the day of law; the other sums overlap."""

    model_config = ConfigDict(frozen=True)

    queue: str
    waiting: int
    overdue: int
    soon: int
    later: int
    none: int
    taken: int
    asked: int
    answered: int
    oldest: datetime
    next_due: date | None


SUMS = """
    SELECT queue, count(*) AS waiting,
           count(*) FILTER (WHERE due_day < %(today)s) AS overdue,
           count(*) FILTER (WHERE due_day >= %(today)s AND due_day < %(soon)s) AS soon,
           count(*) FILTER (WHERE due_day >= %(soon)s) AS later,
           count(*) FILTER (WHERE due_day IS NULL) AS none,
           count(held.work_item_id) AS taken, count(asked.work_item_id) AS asked,
           count(*) FILTER (WHERE 'answered' = ANY(waits_because)) AS answered,
           min(opened_at) AS oldest, min(due_day) AS next_due
      FROM work_item
      LEFT JOIN work_lock AS held ON held.work_item_id = work_item.id AND held.expires_at > %(now)s
      LEFT JOIN (SELECT DISTINCT work_item_id FROM request WHERE state = 'sent') AS asked ON asked.work_item_id = work_item.id
     WHERE work_item.state = 'waiting' AND (%(with_protected)s OR queue <> 'protected_clients')
     GROUP BY queue
     ORDER BY queue
"""


def sums(conn: Conn, now: datetime, today: date, soon: date, *, with_protected: bool) -> list[QueueSums]:
    """Give each queue's sums in one pass; `soon` is the first day that is not near."""
    values = {"now": now, "today": today, "soon": soon, "with_protected": with_protected}
    with conn.cursor(row_factory=class_row(QueueSums)) as cursor:
        return cursor.execute(SUMS, values).fetchall()


class Waiting(BaseModel):
    """One line of the list."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    matter_id: UUID | None
    person_hetu: str | None
    queue: str
    specifier: str
    due_day: date | None
    last_filing_day: date | None
    opened_at: datetime
    waits_because: list[str]
    types: list[str]
    languages: list[str]
    pages: int
    channel: str | None
    holder: str | None
    holder_name: str | None
    asked_due: date | None
    alarms: int


class Place(NamedTuple):
    """Where one page of the list ended: the keys it is ordered by."""

    due_day: date | None
    opened_at: datetime
    id: UUID


class Wanted(BaseModel):
    """What of the list is wanted; None: all. `mine` is a login."""

    model_config = ConfigDict(frozen=True)

    queues: Sequence[str]
    document_type: str | None = None
    language: str | None = None
    channel: str | None = None
    deadline: Deadline | None = None
    asked: Asked | None = None
    mine: str | None = None


LISTING = """
    WITH chosen AS (
        SELECT work_item.id, work_item.file_id, coalesce(due_day, 'infinity'::date) AS urgent, opened_at
          FROM work_item
         WHERE state = 'waiting' AND queue = ANY(%(queues)s)
           AND (%(after)s::boolean IS FALSE OR (coalesce(due_day, 'infinity'::date), opened_at, id)
                 > (%(after_day)s::date, %(after_opened)s::timestamptz, %(after_id)s::uuid))
           AND (%(deadline)s::text IS NULL OR CASE WHEN due_day IS NULL THEN 'none' WHEN due_day < %(today)s THEN 'overdue'
                                                   WHEN due_day < %(soon)s THEN 'soon' ELSE 'later' END = %(deadline)s)
           AND (%(asked)s::text IS NULL
                OR %(asked)s = 'asked' AND EXISTS (SELECT FROM request WHERE work_item_id = work_item.id AND state = 'sent')
                OR %(asked)s = 'answered' AND 'answered' = ANY(waits_because)
                OR %(asked)s = 'overdue' AND 'request_due' = ANY(waits_because))
           AND (%(mine)s::text IS NULL OR EXISTS (SELECT FROM work_lock WHERE work_item_id = work_item.id
                                                   AND holder = %(mine)s AND expires_at > %(now)s))
           AND (%(channel)s::text IS NULL OR EXISTS (SELECT FROM file JOIN batch ON batch.id = file.batch_id
                                                      WHERE file.id = work_item.file_id AND channel = %(channel)s))
           AND (%(type)s::text IS NULL AND %(language)s::text IS NULL
                OR EXISTS (SELECT FROM work_item_document JOIN document ON document.id = document_id
                            WHERE work_item_id = work_item.id AND (%(type)s::text IS NULL OR document_type = %(type)s)
                              AND (%(language)s::text IS NULL OR language = %(language)s)))
         ORDER BY coalesce(due_day, 'infinity'::date), opened_at, id
         LIMIT %(limit)s)
    SELECT item.id, item.matter_id, item.person_hetu, item.queue, item.specifier, item.due_day, item.last_filing_day,
           item.opened_at, item.waits_because, papers.types, papers.languages, papers.pages, batch.channel,
           held.holder, held.holder_name, asked.asked_due,
           (SELECT count(*) FROM jsonb_array_elements(item.findings) AS one WHERE one ->> 'severity' = 'alarm') AS alarms
      FROM chosen
      JOIN work_item AS item ON item.id = chosen.id
      JOIN file ON file.id = chosen.file_id
      JOIN batch ON batch.id = file.batch_id
     CROSS JOIN LATERAL (SELECT coalesce(array_agg(document_type ORDER BY arrival_day, label), '{}') AS types,
                                coalesce(array_agg(DISTINCT language) FILTER (WHERE language IS NOT NULL), '{}') AS languages,
                                coalesce(sum(cardinality(pages)), file.pages_in)::int AS pages
                           FROM work_item_document JOIN document ON document.id = document_id
                          WHERE work_item_id = chosen.id) AS papers
      LEFT JOIN work_lock AS held ON held.work_item_id = chosen.id AND held.expires_at > %(now)s
      LEFT JOIN LATERAL (SELECT min(due_day) AS asked_due FROM request
                          WHERE work_item_id = chosen.id AND state = 'sent') AS asked ON true
     ORDER BY chosen.urgent, chosen.opened_at, chosen.id
"""


def listing(
    conn: Conn, wanted: Wanted, after: Place | None, limit: int, now: datetime, today: date, soon: date
) -> list[Waiting]:  # fmt: skip
    """Give what waits in the order of work, from behind a place of the list on."""
    values = {
        **wanted.model_dump(exclude={"document_type"}), "queues": list(wanted.queues), "type": wanted.document_type,
        "after": after is not None, "after_day": (str(after.due_day) if after.due_day else "infinity") if after else None,
        "after_opened": after.opened_at if after else None, "after_id": after.id if after else None,
        "limit": limit, "now": now, "today": today, "soon": soon,
    }  # fmt: skip
    with conn.cursor(row_factory=class_row(Waiting)) as cursor:
        return cursor.execute(LISTING, values).fetchall()
