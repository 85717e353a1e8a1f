"""What a person's word changes in a matter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.rows import scalar_row
from psycopg.types.json import Jsonb

from intake.store.database import Conn

LOCK_ITEM = "SELECT version FROM work_item WHERE id = %(item_id)s FOR UPDATE"


def lock_item(conn: Conn, item_id: UUID) -> int | None:
    """Lock a matter and give its version; None when there is none. After its documents, never before."""
    with conn.cursor(row_factory=scalar_row) as cursor:
        found: int | None = cursor.execute(LOCK_ITEM, {"item_id": item_id}).fetchone()
        return found


SET_ROUTE = """
    UPDATE work_item
       SET queue = %(queue)s, owner = %(owner)s, specifier = %(specifier)s, comment = %(comment)s,
           person_hetu = %(person_hetu)s, reasons = %(reasons)s
     WHERE id = %(item_id)s
"""


def set_route(
    conn: Conn, item_id: UUID, *, queue: str, owner: str, specifier: str, comment: str,
    person_hetu: str | None, reasons: Sequence[dict[str, Any]],
) -> None:  # fmt: skip
    """Say where a matter goes, whose it is and why. Its version moves with `work_items.set_waiting`."""
    row = {
        "item_id": item_id, "queue": queue, "owner": owner, "specifier": specifier, "comment": comment,
        "person_hetu": person_hetu, "reasons": Jsonb(list(reasons)),
    }  # fmt: skip
    conn.execute(SET_ROUTE, row)


SET_REVIEWER = "UPDATE work_item SET reviewer = %(reviewer)s WHERE id = %(item_id)s"


def set_reviewer(conn: Conn, item_id: UUID, reviewer: str) -> None:
    """Note who has looked at a matter last."""
    conn.execute(SET_REVIEWER, {"item_id": item_id, "reviewer": reviewer})


SET_SETTLED = "UPDATE work_item SET settled = %(settled)s WHERE id = %(item_id)s"


def set_settled(conn: Conn, item_id: UUID, settled: Sequence[dict[str, Any]]) -> None:
    """Keep what people have dealt with in a matter. Its version moves when it is judged."""
    conn.execute(SET_SETTLED, {"item_id": item_id, "settled": Jsonb(list(settled))})


SETTLED = "SELECT settled FROM work_item WHERE id = %(item_id)s"


def settled_of(conn: Conn, item_id: UUID) -> list[dict[str, Any]]:
    """Give what people have dealt with in a matter."""
    row = conn.execute(SETTLED, {"item_id": item_id}).fetchone()
    return [] if row is None else row[0]
