"""What a caseworker sees of a matter: its papers, its work item, and what they imply for the daily amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from intake.pipeline.checks.amount_sheet import AmountSheet, amount_sheet
from intake.pipeline.judging import case_of
from intake.store import matters, work_items
from intake.store.database import Conn, Database
from intake.store.matters import MatterRow, PaperRow
from intake.store.work_items import WorkItemRow


@dataclass(frozen=True)
class ShownMatter:
    """A matter whole. `amounts` is a preview: the rules core decides."""

    matter: MatterRow
    papers: Sequence[PaperRow]
    work_item: WorkItemRow | None
    amounts: AmountSheet


def show(database: Database, matter_id: UUID) -> ShownMatter:
    """Give one matter. Raises NotFoundError."""
    with database.transaction() as conn:
        return _shown(conn, matters.get(conn, matter_id))


def of_person(database: Database, person_hetu: str, *, with_closed: bool = False) -> list[MatterRow]:
    """Give a person's matters, oldest first."""
    with database.transaction() as conn:
        return matters.of_person(conn, person_hetu, with_closed=with_closed)


def _shown(conn: Conn, matter: MatterRow) -> ShownMatter:
    papers = matters.papers(conn, matter.id)
    has_own = any(paper.duplicate_of is None for paper in papers)
    amounts = amount_sheet(case_of(matter, papers)) if has_own else AmountSheet(())
    return ShownMatter(matter, papers, work_items.of_matter(conn, matter.id), amounts)
