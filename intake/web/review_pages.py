"""Door: the review screen of one work item, its pictures, the history of its values, and what to do when two met."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from extractors.catalog import known_types
from intake.pipeline import review_file, taking, worklist
from intake.pipeline.review_file import ShownItem
from intake.pipeline.settling import is_queue_settled, is_settled
from intake.web import review_shown
from intake.web.access import PersonDep
from intake.web.caseworkers import CaseworkerDep, QueuesDep
from intake.web.deps import BlobsDep, DatabaseDep, Now
from intake.web.pages import language_for, page
from intake.web.picture import Picture
from models.review import TYPE_PATH

router = APIRouter(include_in_schema=False)


@router.get("/work/{item_id}")
def show_item(
    request: Request, item_id: UUID, person: PersonDep, worker: CaseworkerDep, database: DatabaseDep, now: Now,
    queue: QueuesDep = [],  # noqa: B006
) -> HTMLResponse:  # fmt: skip
    """Show a work item to review, and give it to the person who opens it if nobody else has it."""
    taking.take(database, item_id, worker, now)
    shown = review_file.show(database, item_id, worker, now)
    words = review_shown.words_of(language_for(request, person))
    papers = [review_shown.shown_paper(paper, words) for paper in shown.papers]
    return page(request, person, "review/item.html", queue=queue, papers=papers, open_total=sum(one.open_count for one in papers),
                **_context(shown, worker))  # fmt: skip


def _context(shown: ShownItem, worker: taking.Caseworker) -> dict[str, Any]:
    is_own = shown.held is not None and shown.held.holder == worker.login
    open_findings = [one for one in shown.item.findings if not is_settled(one, shown.item.settled)]
    return {
        "shown": shown, "item": shown.item, "is_own": is_own, "may_edit": shown.held is None or is_own,
        "open_findings": open_findings, "settled": shown.item.settled, "queues": worklist.QUEUES, "types": sorted(known_types()),
        "queue_settled": is_queue_settled(shown.item.queue, shown.item.settled),
        "asks": review_shown.asks_by_addressee(open_findings, shown.requests), "rules": review_shown.rules_text(),
        "loose": [Picture(view) for view in shown.loose_pages], "type_path": TYPE_PATH, "lease_s": taking.LEASE.total_seconds(),
    }  # fmt: skip


@router.get("/work/{item_id}/conflict")
def show_conflict(
    request: Request, item_id: UUID, person: PersonDep, worker: CaseworkerDep, database: DatabaseDep, now: Now,
    queue: QueuesDep = [],  # noqa: B006
) -> HTMLResponse:  # fmt: skip
    """Show what a person typed beside what stands there now: nothing typed is lost."""
    shown = review_file.show(database, item_id, worker, now)
    words = review_shown.words_of(language_for(request, person))
    lines = review_shown.typed_beside_kept(shown, words)
    return page(
        request, person, "review/conflict.html", 409, shown=shown, item=shown.item, lines=lines, queue=queue,
        is_taken=shown.held is not None and shown.held.holder != worker.login,
    )  # fmt: skip


@router.get("/work/papers/{document_id}/history")
def show_history(
    request: Request, document_id: UUID, person: PersonDep, worker: CaseworkerDep, database: DatabaseDep, now: Now,
    field: str = "",
) -> HTMLResponse:  # fmt: skip
    """Show who said what of a paper's fields, and when; of one field, or of all."""
    history = review_file.paper_history(database, document_id, worker, now)
    words = review_shown.words_of(language_for(request, person))
    lines = review_shown.history_lines(history, words, field or None)
    return page(request, person, "review/history.html", history=history, lines=lines, field=field)


@router.get("/work/pictures/{file_id}/{number}")
def show_picture(
    file_id: UUID, number: Annotated[int, Path(ge=1, le=100_000)], worker: CaseworkerDep, database: DatabaseDep, blobs: BlobsDep,
    request: Request, now: Now,
) -> Response:  # fmt: skip
    """Give a page's picture; a browser may keep it for the day, for the same page always looks the same."""
    sha256 = review_file.page_picture(database, file_id, number, worker, now)
    headers = {"Cache-Control": "private, max-age=86400", "ETag": f'"{sha256}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    image = blobs.read(sha256)
    return Response(image, media_type="image/png" if image.startswith(b"\x89PNG") else "image/jpeg", headers=headers)
