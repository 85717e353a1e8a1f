"""Matters and their packets: what belongs together across files and days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb
from pydantic import BaseModel, ConfigDict

from intake.store import fingerprints
from intake.store.database import Conn
from models.errors import NotFoundError
from models.facts import Facts

PlacedBy = Literal["code", "name", "child", "nothing", "person"]


class MatterRow(BaseModel):
    """One matter. `facts` is what registers said, by identity code, when they were last asked."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    kind: str
    person_hetu: str | None
    facts: dict[str, Facts]
    opened_at: datetime
    closed_at: datetime | None


class PacketRow(BaseModel):
    """Papers of one file that belong together. `days` are the first and the last on which they count as arrived."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    matter_id: UUID | None
    kind: str
    person_hetu: str | None
    placed_by: PlacedBy
    keys: list[str]
    first_day: date
    last_day: date


class PaperRow(BaseModel):
    """A document with all that judging its matter needs."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    file_id: UUID
    packet_id: UUID
    matter_id: UUID | None
    version: int
    body: dict[str, Any]
    said: str | None
    arrival_day: date
    channel: Literal["post", "fax", "office", "email"] | None
    duplicate_of: UUID | None
    possible_duplicate_of: UUID | None


def lock(conn: Conn) -> None:
    """Let nobody else say what belongs to whom until the transaction ends.

    One lock for all persons, the same as for duplicates: a paper may join a matter by another person's code (a child's, a
    name), so whose locks are needed shows only after looking. Order: file row, this lock, documents, work items,
    deliveries, the audit trail.
    """
    fingerprints.lock(conn)


OPEN = "INSERT INTO matter (id, kind, person_hetu, opened_at) VALUES (%(id)s, %(kind)s, %(person_hetu)s, %(now)s)"


def open(conn: Conn, kind: str, person_hetu: str | None, now: datetime) -> UUID:  # noqa: A001 - read as matters.open
    """Open a matter without papers yet. Gives its id."""
    matter_id = uuid4()
    conn.execute(OPEN, {"id": matter_id, "kind": kind, "person_hetu": person_hetu, "now": now})
    return matter_id


GET = "SELECT id, kind, person_hetu, facts, opened_at, closed_at FROM matter WHERE id = %(id)s"


def get(conn: Conn, matter_id: UUID) -> MatterRow:
    """Give one matter. Raises NotFoundError."""
    with conn.cursor(row_factory=class_row(MatterRow)) as cursor:
        matter = cursor.execute(GET, {"id": matter_id}).fetchone()
    if matter is None:
        raise NotFoundError("matter", str(matter_id))
    return matter


OF_PERSON = """
    SELECT id, kind, person_hetu, facts, opened_at, closed_at
      FROM matter
     WHERE person_hetu = %(person_hetu)s AND (%(with_closed)s OR closed_at IS NULL)
     ORDER BY opened_at, id
"""


def of_person(conn: Conn, person_hetu: str, *, with_closed: bool = False) -> list[MatterRow]:
    """Give a person's matters, oldest first."""
    with conn.cursor(row_factory=class_row(MatterRow)) as cursor:
        return cursor.execute(OF_PERSON, {"person_hetu": person_hetu, "with_closed": with_closed}).fetchall()


FITTING = """
    SELECT matter.id
      FROM matter
      JOIN document ON document.matter_id = matter.id
     WHERE matter.person_hetu = %(person_hetu)s AND matter.kind = %(kind)s AND matter.closed_at IS NULL
       AND document.packet_id <> %(packet_id)s
     GROUP BY matter.id, matter.opened_at
    HAVING min(document.arrival_day) - %(days)s <= %(last_day)s AND max(document.arrival_day) + %(days)s >= %(first_day)s
     ORDER BY matter.opened_at, matter.id
"""


def fitting(conn: Conn, person_hetu: str, kind: str, packet: PacketRow, days: int) -> list[UUID]:
    """Find a person's open matters of a kind with other papers not more than `days` away from a packet's, oldest first."""
    row = {
        "person_hetu": person_hetu, "kind": kind, "packet_id": packet.id, "days": days,
        "first_day": packet.first_day, "last_day": packet.last_day,
    }  # fmt: skip
    return [found[0] for found in conn.execute(FITTING, row)]


SET_PERSON = "UPDATE matter SET person_hetu = %(person_hetu)s WHERE id = %(id)s"


def set_person(conn: Conn, matter_id: UUID, person_hetu: str) -> None:
    """Say whose a matter is, after a person has said so."""
    conn.execute(SET_PERSON, {"id": matter_id, "person_hetu": person_hetu})


PACKET_OF = "SELECT packet_id FROM document WHERE id = %(document_id)s"


def packet_of(conn: Conn, document_id: UUID) -> UUID | None:
    """Give the packet a document lies in; None for one whose file was read anew."""
    row = conn.execute(PACKET_OF, {"document_id": document_id}).fetchone()
    return None if row is None else row[0]


SET_FACTS = "UPDATE matter SET facts = %(facts)s WHERE id = %(id)s"


def set_facts(conn: Conn, matter_id: UUID, facts: dict[str, Facts]) -> None:
    """Keep what registers said."""
    told = {code: known.model_dump(mode="json", exclude_defaults=True) for code, known in facts.items()}
    conn.execute(SET_FACTS, {"id": matter_id, "facts": Jsonb(told)})


CLOSE = "UPDATE matter SET closed_at = %(now)s WHERE id = %(id)s AND closed_at IS NULL"


def close(conn: Conn, matter_id: UUID, now: datetime) -> None:
    """Close a matter: it has no papers any more."""
    conn.execute(CLOSE, {"id": matter_id, "now": now})


ADD_PACKET = """
    INSERT INTO packet (id, kind, person_hetu, placed_by, keys)
    VALUES (%(id)s, %(kind)s, %(person_hetu)s, 'nothing', %(keys)s)
"""
PUT = """
    UPDATE document
       SET packet_id = packet.id, matter_id = packet.matter_id
      FROM packet
     WHERE packet.id = %(packet_id)s AND document.id = ANY(%(documents)s)
"""


def add_packet(conn: Conn, kind: str, person_hetu: str | None, keys: Collection[str], documents: Collection[UUID]) -> UUID:
    """Make a packet of documents; placing it in a matter is the caller's next step. Gives its id."""
    packet_id = uuid4()
    conn.execute(ADD_PACKET, {"id": packet_id, "kind": kind, "person_hetu": person_hetu, "keys": sorted(keys)})
    put(conn, packet_id, documents)
    return packet_id


def put(conn: Conn, packet_id: UUID, documents: Collection[UUID]) -> None:
    """Put documents into a packet, and so into its matter."""
    conn.execute(PUT, {"packet_id": packet_id, "documents": list(documents)})


PUT_BESIDE = """
    UPDATE document
       SET packet_id = original.packet_id, matter_id = original.matter_id
      FROM document AS original
     WHERE document.id = %(again)s AND original.id = %(of)s
"""


def put_beside(conn: Conn, again: UUID, of: UUID) -> None:
    """Put a document that came before into its original's packet and matter."""
    conn.execute(PUT_BESIDE, {"again": again, "of": of})


OF_DOCUMENTS = "SELECT DISTINCT matter_id FROM document WHERE id = ANY(%(documents)s) AND matter_id IS NOT NULL"


def of_documents(conn: Conn, documents: Collection[UUID]) -> set[UUID]:
    """Give the matters that documents lie in."""
    return {row[0] for row in conn.execute(OF_DOCUMENTS, {"documents": list(documents)})}


SET_IDENTITY = "UPDATE packet SET kind = %(kind)s, person_hetu = %(person_hetu)s, keys = %(keys)s WHERE id = %(id)s"


def set_identity(conn: Conn, packet_id: UUID, kind: str, person_hetu: str | None, keys: Collection[str]) -> None:
    """Say what a packet is about and whose it is by its own papers."""
    conn.execute(SET_IDENTITY, {"id": packet_id, "kind": kind, "person_hetu": person_hetu, "keys": sorted(keys)})


PLACE = "UPDATE packet SET matter_id = %(matter_id)s, placed_by = %(placed_by)s WHERE id = %(id)s"
PLACE_DOCUMENTS = "UPDATE document SET matter_id = %(matter_id)s WHERE packet_id = %(id)s"


def place(conn: Conn, packet_id: UUID, matter_id: UUID, placed_by: PlacedBy) -> None:
    """Lay a packet with its documents into a matter."""
    row = {"id": packet_id, "matter_id": matter_id, "placed_by": placed_by}
    conn.execute(PLACE, row)
    conn.execute(PLACE_DOCUMENTS, row)


SET_PERSON_SAID = "UPDATE packet SET person_hetu = %(person_hetu)s, placed_by = 'person' WHERE id = %(id)s"


def set_person_said(conn: Conn, packet_id: UUID, person_hetu: str | None) -> None:
    """Say that a person has placed a packet, so that no code or name on it places it again."""
    conn.execute(SET_PERSON_SAID, {"id": packet_id, "person_hetu": person_hetu})


LEAVE = "UPDATE document SET matter_id = NULL, packet_id = NULL WHERE id = ANY(%(documents)s)"


def leave(conn: Conn, documents: Collection[UUID]) -> set[UUID]:
    """Take documents that count no more out of their matters, which are given."""
    left = of_documents(conn, documents)
    conn.execute(LEAVE, {"documents": list(documents)})
    return left


PACKETS = """
    SELECT packet.id, packet.matter_id, packet.kind, packet.person_hetu, packet.placed_by, packet.keys,
           min(document.arrival_day) AS first_day, max(document.arrival_day) AS last_day
      FROM packet
      JOIN document ON document.packet_id = packet.id
"""
BY_IDS = f"{PACKETS} WHERE packet.id = ANY(%(ids)s) GROUP BY packet.id ORDER BY packet.id"
BY_KEYS = f"{PACKETS} WHERE packet.keys && %(keys)s::text[] GROUP BY packet.id ORDER BY packet.id"
OF_MATTER = f"{PACKETS} WHERE packet.matter_id = %(matter_id)s GROUP BY packet.id ORDER BY packet.id"


def packets(conn: Conn, ids: Collection[UUID]) -> list[PacketRow]:
    """Give packets that still have papers."""
    return _packets(conn, BY_IDS, {"ids": list(ids)})


def packets_by_keys(conn: Conn, keys: Collection[str]) -> list[PacketRow]:
    """Find packets that share a key."""
    return _packets(conn, BY_KEYS, {"keys": sorted(keys)}) if keys else []


def packets_of_matter(conn: Conn, matter_id: UUID) -> list[PacketRow]:
    return _packets(conn, OF_MATTER, {"matter_id": matter_id})


def _packets(conn: Conn, statement: str, values: dict[str, Any]) -> list[PacketRow]:
    with conn.cursor(row_factory=class_row(PacketRow)) as cursor:
        return cursor.execute(statement.encode(), values).fetchall()


PAPERS = """
    SELECT document.id, document.file_id, document.packet_id, document.matter_id, document.version, record.body, document.said,
           document.arrival_day, coalesce(batch.channel, reading.result -> 'source' ->> 'channel') AS channel,
           document.duplicate_of, document.possible_duplicate_of
      FROM document
      JOIN record ON record.document_id = document.id AND record.version = document.version
      JOIN file ON file.id = document.file_id
      JOIN batch ON batch.id = file.batch_id
      JOIN reading ON reading.id = document.reading_id
"""
IN_MATTER = (
    f"{PAPERS} WHERE document.matter_id = %(id)s ORDER BY document.arrival_day, file.sha256, document.pages, document.label"
)
IN_PACKETS = f"{PAPERS} WHERE document.packet_id = ANY(%(ids)s) ORDER BY file.sha256, document.pages, document.label"


def papers(conn: Conn, matter_id: UUID) -> list[PaperRow]:
    """Give a matter's documents in an order that is the same whichever came first: by day, then by content."""
    with conn.cursor(row_factory=class_row(PaperRow)) as cursor:
        return cursor.execute(IN_MATTER.encode(), {"id": matter_id}).fetchall()


def papers_in(conn: Conn, packet_ids: Collection[UUID]) -> list[PaperRow]:
    """Give the documents of some packets."""
    with conn.cursor(row_factory=class_row(PaperRow)) as cursor:
        return cursor.execute(IN_PACKETS.encode(), {"ids": list(packet_ids)}).fetchall()


SET_SAID = "UPDATE document SET said = %(said)s WHERE id = %(id)s"


def set_said(conn: Conn, document_id: UUID, said: str) -> None:
    """Keep the words of a paper that routing knows by its words."""
    conn.execute(SET_SAID, {"id": document_id, "said": said})


TOLD = """
    SELECT DISTINCT ON (document_id) document_id,
           body::jsonb #>> '{data,matter,queue}' AS queue, body::jsonb #>> '{data,matter,owner}' AS owner,
           body::jsonb #>> '{data,matter,specifier}' AS specifier, body::jsonb #>> '{data,matter,person_hetu}' AS person_hetu
      FROM delivery
     WHERE document_id = ANY(%(documents)s)
       AND version = (SELECT version FROM document WHERE document.id = delivery.document_id)
     ORDER BY document_id
"""


def told(conn: Conn, documents: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """What the rules core was, or is to be, told of the matter with documents' newest records: queue, owner, specifier, person.

    A document whose newest record was not offered is left out.
    """
    with conn.cursor(row_factory=dict_row) as cursor:
        return {row.pop("document_id"): row for row in cursor.execute(TOLD, {"documents": list(documents)})}
