"""Door: letters that ask for what is missing, from draft to answer; receipts for what was left."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from intake.pipeline import protection
from intake.pipeline.requests import keeping, receipt
from intake.pipeline.requests.keeping import KeptRequest
from intake.store.requests import Language, State
from intake.web.access import PersonDep
from intake.web.deps import DatabaseDep, Now
from intake.web.problems import documented
from models.work import Addressee

router = APIRouter(prefix="/api/v1", tags=["requests"])

_ONE_LINE = r"^[^\x00-\x1f\x7f]+$"
Person = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=_ONE_LINE)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=_ONE_LINE)]
Version = Annotated[int, Field(ge=1, description="Of the request as it was seen.")]
_PDF = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Draft(_Asked):
    """Whom to ask; without a language that of the application is taken."""

    reviewer: Person
    addressee: Addressee
    language: Language | None = None
    abroad: bool = Field(default=False, description="The letter goes abroad: there is longer to answer.")


class Edit(_Asked):
    """The body of a draft in a person's words; `recipient` and `due_day` stay as they are where they are left out."""

    reviewer: Person
    version: Version
    text: Annotated[str, StringConstraints(min_length=1, max_length=keeping.LONGEST_TEXT)]
    recipient: Annotated[list[Line], Field(max_length=6)] | None = None
    due_day: date | None = None


class Sent(_Asked):
    """Who has sent the letter, as it stood."""

    reviewer: Person
    version: Version


class By(_Asked):
    """Who says so."""

    reviewer: Person


class Longer(_Asked):
    """Until when there is time; given once."""

    reviewer: Person
    due_day: date


class RequestAnswer(BaseModel):
    """A request. `recipient` is empty where no paper shows it, or where the client is protected: `address_withheld`."""

    id: UUID
    reference: str
    work_item_id: UUID
    addressee: Addressee
    language: Language
    recipient: list[str]
    recipient_doubtful: bool = Field(description="Read from a paper, and nobody has looked at it.")
    address_withheld: bool = Field(description="The client is protected: no address is printed, a person adds it by hand.")
    text: str
    finding_keys: list[str]
    letter_codes: list[str]
    written_day: date
    due_day: date
    first_due_day: date | None = Field(description="The day that a longer time has replaced.")
    state: State
    overdue: bool
    version: int
    written_by: str
    sent_at: datetime | None
    sent_by: str | None
    answered_at: datetime | None
    answered_file_id: UUID | None
    seen_at: datetime | None = Field(description="When a person had looked at the answer.")
    withdrawn_at: datetime | None


class RequestList(BaseModel):
    """Those due first stand first."""

    requests: list[RequestAnswer]


@router.post(
    "/work-items/{item_id}/requests", status_code=201, operation_id="draftRequest", summary="Draft a letter",
    responses={201: {"headers": {"Location": {"schema": {"type": "string"}}}}, **documented(401, 404, 409, 422, 503)},
)  # fmt: skip
def draft_request(
    item_id: UUID, asked: Draft, database: DatabaseDep, person: PersonDep, now: Now, answer: Response
) -> RequestAnswer:
    """Write all that a matter lacks from one party into one letter. What a sent letter asks already is not asked again: 409."""
    protection.look_at(database, person, "work_item", item_id, now)
    kept = keeping.draft(
        database, item_id, asked.addressee, asked.language, person.named(asked.reviewer), now, abroad=asked.abroad
    )
    answer.headers["Location"] = f"/api/v1/requests/{kept.row.id}"
    return _answer(kept)


@router.get("/requests", operation_id="listRequests", summary="Letters, due first", responses=documented(401, 422, 503))
def list_requests(
    database: DatabaseDep, person: PersonDep, now: Now, state: Literal[State, "overdue"] | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> RequestList:  # fmt: skip
    """List requests; `overdue` are those that were sent and whose answer should have come before today."""
    only = None if state == "overdue" else state
    found = keeping.listing(database, only, overdue=state == "overdue", limit=limit, now=now)
    with database.transaction() as conn:
        hidden = protection.hidden_among(conn, person, "work_item", [kept.row.work_item_id for kept in found])
    return RequestList(requests=[_masked(kept) if kept.row.work_item_id in hidden else _answer(kept) for kept in found])


@router.get("/requests/{request_id}", operation_id="getRequest", summary="One letter", responses=documented(401, 404, 422, 503))
def get_request(request_id: UUID, database: DatabaseDep, person: PersonDep, now: Now) -> RequestAnswer:
    """Show a request with its text and what has become of it."""
    protection.look_at_request(database, person, request_id, now)
    return _answer(keeping.show(database, request_id, now))


@router.get(
    "/requests/{request_id}/pdf", operation_id="getRequestPdf", summary="The letter to print", response_class=Response,
    responses={200: _PDF, **documented(401, 404, 422, 503)},
)  # fmt: skip
def get_request_pdf(request_id: UUID, database: DatabaseDep, person: PersonDep, now: Now) -> Response:
    """Give the letter and the cover page for its answer."""
    from intake.pipeline.requests.printing import as_pdf  # reportlab: an idle web process does without

    protection.look_at_request(database, person, request_id, now)
    kept = keeping.show(database, request_id, now)
    return _pdf(as_pdf(keeping.printed(kept)), f"{kept.reference}.pdf")


@router.get(
    "/requests/{request_id}/text", operation_id="getRequestText", summary="The letter's body",
    response_class=PlainTextResponse, responses=documented(401, 404, 422, 503),
)  # fmt: skip
def get_request_text(request_id: UUID, database: DatabaseDep, person: PersonDep, now: Now) -> PlainTextResponse:
    """Give the body as it can be edited, or sent as a message."""
    protection.look_at_request(database, person, request_id, now)
    kept = keeping.show(database, request_id, now)
    return PlainTextResponse(kept.row.text, headers={"Content-Language": kept.row.language, "ETag": f'"{kept.row.version}"'})


@router.put(
    "/requests/{request_id}/text",
    operation_id="editRequest",
    summary="Edit a draft",
    responses=documented(401, 404, 409, 422, 503),
)
def edit_request(request_id: UUID, asked: Edit, database: DatabaseDep, person: PersonDep, now: Now) -> RequestAnswer:
    """Put a person's words in the place of the draft's. They name the day the answer is due, and no identity code."""
    protection.look_at_request(database, person, request_id, now)
    return _answer(
        keeping.edit(
            database,
            request_id,
            asked.version,
            asked.text,
            person.named(asked.reviewer),
            now,
            recipient=asked.recipient,
            due_day=asked.due_day,
        )
    )


@router.post(
    "/requests/{request_id}/sent",
    operation_id="markRequestSent",
    summary="It is sent",
    responses=documented(401, 404, 409, 422, 503),
)
def mark_request_sent(request_id: UUID, asked: Sent, database: DatabaseDep, person: PersonDep, now: Now) -> RequestAnswer:
    """Note that the letter has gone out; it is no longer edited."""
    protection.look_at_request(database, person, request_id, now)
    return _answer(keeping.mark_sent(database, request_id, asked.version, person.named(asked.reviewer), now))


@router.post(
    "/requests/{request_id}/withdraw", operation_id="withdrawRequest", summary="Give it up",
    responses=documented(401, 404, 409, 422, 503),
)  # fmt: skip
def withdraw_request(request_id: UUID, asked: By, database: DatabaseDep, person: PersonDep, now: Now) -> RequestAnswer:
    """Give a draft or a sent request up: what it asks may be asked again."""
    protection.look_at_request(database, person, request_id, now)
    return _answer(keeping.withdraw(database, request_id, person.named(asked.reviewer), now))


@router.post(
    "/requests/{request_id}/extend", operation_id="extendRequest", summary="Give longer time",
    responses=documented(401, 404, 409, 422, 503),
)  # fmt: skip
def extend_request(request_id: UUID, asked: Longer, database: DatabaseDep, person: PersonDep, now: Now) -> RequestAnswer:
    """Move the day the answer is due, once."""
    protection.look_at_request(database, person, request_id, now)
    return _answer(keeping.extend(database, request_id, asked.due_day, person.named(asked.reviewer), now))


@router.post(
    "/requests/{request_id}/seen", operation_id="markAnswerSeen", summary="The answer is looked at",
    responses=documented(401, 404, 409, 422, 503),
)  # fmt: skip
def mark_answer_seen(request_id: UUID, asked: By, database: DatabaseDep, person: PersonDep, now: Now) -> RequestAnswer:
    """Note that a person has looked at the answer: its matter waits for that no more."""
    protection.look_at_request(database, person, request_id, now)
    return _answer(keeping.seen(database, request_id, person.named(asked.reviewer), now))


@router.get(
    "/batches/{batch_id}/receipt", operation_id="getReceipt", summary="Receipt for papers left", response_class=Response,
    responses={200: _PDF, **documented(401, 404, 422, 503)},
)  # fmt: skip
def get_receipt(batch_id: UUID, database: DatabaseDep, now: Now, language: Language = "fi") -> Response:
    """Give a receipt (YHT02) to print: papers by sort, pages and day of arrival; no person and no file is named."""
    from intake.pipeline.requests.receipt_printing import as_pdf  # reportlab: an idle web process does without

    return _pdf(as_pdf(receipt.of_batch(database, batch_id, now), language), f"{receipt.LETTER}-{batch_id}.pdf")


def _pdf(drawn: bytes, name: str) -> Response:
    return Response(drawn, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})


def _answer(kept: KeptRequest) -> RequestAnswer:
    return RequestAnswer(
        **kept.row.model_dump(include=set(RequestAnswer.model_fields)),
        reference=kept.reference, address_withheld=kept.is_address_withheld, overdue=kept.is_overdue,
    )  # fmt: skip


def _masked(kept: KeptRequest) -> RequestAnswer:
    return _answer(kept).model_copy(update={"recipient": [], "text": protection.MASK, "finding_keys": [], "letter_codes": []})
