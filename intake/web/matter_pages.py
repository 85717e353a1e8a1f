"""Door: a matter whole: papers, days of law, findings, letters, deliveries, history."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from intake.pipeline import matter_file, review_file
from intake.web import review_shown
from intake.web.access import PersonDep
from intake.web.caseworkers import CaseworkerDep
from intake.web.deps import DatabaseDep, Now
from intake.web.pages import language_for, page
from models.errors import NotFoundError

router = APIRouter(include_in_schema=False)


@router.get("/matters/{matter_id}")
def show_matter_page(
    request: Request, matter_id: UUID, person: PersonDep, worker: CaseworkerDep, database: DatabaseDep, now: Now
) -> HTMLResponse:
    """Show all that is kept of one matter."""
    found = matter_file.show(database, matter_id)
    if found.work_item is None:
        raise NotFoundError("work item of matter", str(matter_id))
    shown = review_file.show(database, found.work_item.id, worker, now)
    words = review_shown.words_of(language_for(request, person))
    papers = [review_shown.shown_paper(paper, words) for paper in shown.papers]
    return page(
        request, person, "review/matter.html", shown=shown, item=shown.item, matter=found.matter, papers=papers,
        history=review_file.matter_history(database, shown.item), rules=review_shown.rules_text(),
    )  # fmt: skip
