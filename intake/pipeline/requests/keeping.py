"""Requests from draft to answer: composed of what a matter lacks, edited, sent, given longer time, withdrawn."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from extractors.values.identity import find_hetus
from intake.pipeline.checks.days import is_filing_day
from intake.pipeline.checks.words import as_day
from intake.pipeline.requests.letter import Language, PrintedLetter, RequestLetter, body_of, compose, letter_words
from intake.pipeline.requests.recipients import PROTECTED, Recipient, language_of, recipient_of
from intake.pipeline.requests.reference import reference_of
from intake.pipeline.requests.waiting import finnish_day, renew
from intake.store import audit, documents, requests, work_items
from intake.store.database import Conn, Database
from intake.store.requests import RequestRow, State
from intake.store.work_items import WorkItemRow
from models.errors import ConflictError, RefusedError
from models.work import Addressee, Finding

LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class KeptRequest:
    """A request as it is shown. `is_address_withheld`: the client is protected, and `recipient` of the row is left out."""

    row: RequestRow
    reference: str
    is_address_withheld: bool
    is_overdue: bool


def draft(
    database: Database, work_item_id: UUID, addressee: Addressee, language: Language | None, actor: str, now: datetime,
    *, abroad: bool = False,
) -> KeptRequest:  # fmt: skip
    """Write all that a matter lacks from one party into one letter, in the application's language if none is named.

    What a sent request asks and no answer has settled is not asked again (guide 1.5.4). Raises NotFoundError, RefusedError
    when nothing is asked of this party, ConflictError when all of it is asked already or a draft lies ready.
    """
    with database.transaction() as conn:
        item = _locked_item(conn, work_item_id)
        findings = _unasked(item, addressee, requests.of_matter(conn, work_item_id))
        bodies = _bodies(conn, item)
        recipient = recipient_of(addressee, item.queue, bodies)
        number = requests.next_number(conn)
        letter = compose(
            findings, addressee, recipient=recipient.lines, language=language or language_of(bodies),
            reference=reference_of(number), written=finnish_day(now), abroad=abroad,
        )  # fmt: skip
        request_id = requests.add(conn, _columns(letter, findings, recipient, number, item.id), actor, now)
        row = requests.get(conn, request_id)
        _tell(conn, "request.drafted", row, actor, now, after=_told(row))
    return _shown(row, item, now)


def show(database: Database, request_id: UUID, now: datetime) -> KeptRequest:
    """Give one request. Raises NotFoundError."""
    with database.transaction() as conn:
        row = requests.get(conn, request_id)
        return _shown(row, work_items.get(conn, row.work_item_id), now)


def listing(database: Database, state: State | None, *, overdue: bool, limit: int, now: datetime) -> list[KeptRequest]:
    """Give requests, those due first; `overdue` gives those whose answer should have come before today."""
    with database.transaction() as conn:
        rows = requests.listing(conn, state=state, due_before=finnish_day(now) if overdue else None, limit=limit)
        return [_shown(row, work_items.get(conn, row.work_item_id), now) for row in rows]


def printed(kept: KeptRequest) -> PrintedLetter:
    """A request ready to print. Where no address is known, or none may be printed, a person adds it by hand."""
    row, words = kept.row, letter_words(kept.row.language)
    recipient = (*row.recipient, words.by_hand) if len(row.recipient) < 2 else tuple(row.recipient)
    return PrintedLetter(
        row.language, recipient, words.title, words.matter, row.text, row.written_day, kept.reference,
        tuple(row.letter_codes), tuple(row.sections),
    )  # fmt: skip


def edit(
    database: Database, request_id: UUID, version: int, text: str, actor: str, now: datetime,
    *, recipient: Sequence[str] | None = None, due_day: date | None = None,
) -> KeptRequest:  # fmt: skip
    """Put a person's words in the place of a draft's. Raises ConflictError when somebody was faster, or it is no draft any more.

    Raises RefusedError for a text that names an identity code or does not name the day the answer is due, and for an
    address of a protected client; then nothing is kept.
    """
    with database.transaction() as conn:
        item, row = _locked(conn, request_id)
        _must_be(row, version, "draft")
        text, due = text.replace("\r\n", "\n"), due_day or row.due_day
        _check_due(due, finnish_day(now))
        _check_text(text, due)
        if recipient and item.queue == PROTECTED:
            raise RefusedError("This client is protected: no address is kept with a letter.", "Add it by hand on the paper.")
        requests.edit(conn, request_id, text, due, recipient)
        edited = requests.get(conn, request_id)
        _tell(conn, "request.edited", edited, actor, now, before=_told(row), after=_told(edited))
    return _shown(edited, item, now)


def mark_sent(database: Database, request_id: UUID, version: int, actor: str, now: datetime) -> KeptRequest:
    """Note that a letter has gone out as it stands. Raises ConflictError when it has changed since, or is no draft."""
    with database.transaction() as conn:
        item, row = _locked(conn, request_id)
        _must_be(row, version, "draft")
        if row.due_day <= finnish_day(now):
            raise ConflictError("The day the answer is due has come before the letter is sent.", "Edit it: name a later day.")
        requests.set_sent(conn, request_id, actor, now)
        sent = requests.get(conn, request_id)
        _tell(conn, "request.sent", sent, actor, now, before=_told(row), after=_told(sent))
    return _shown(sent, item, now)


def withdraw(database: Database, request_id: UUID, actor: str, now: datetime) -> KeptRequest:
    """Give a request up: what it asked may be asked again. Raises ConflictError when it is answered or withdrawn already."""
    with database.transaction() as conn:
        _, row = _locked(conn, request_id)
        _must_be(row, row.version, "draft", "sent")
        requests.set_withdrawn(conn, request_id, now)
        return _changed(conn, "request.withdrawn", row, actor, now)


def extend(database: Database, request_id: UUID, due_day: date, actor: str, now: datetime) -> KeptRequest:
    """Give longer time, once (guide 1.5.4), up to a day on which one can file.

    Raises ConflictError when it was given before or the request waits for no answer, RefusedError for a day that is no later.
    """
    with database.transaction() as conn:
        _, row = _locked(conn, request_id)
        _must_be(row, row.version, "sent")
        if row.first_due_day is not None:
            raise ConflictError("Longer time was given before: it is given once.", "Decide with what there is.")
        if due_day <= max(row.due_day, finnish_day(now)):
            raise RefusedError("Longer time ends after today and after the day that was due.", "Name a later day.")
        _check_due(due_day, finnish_day(now))
        requests.extend(conn, request_id, due_day)
        return _changed(conn, "request.extended", row, actor, now)


def seen(database: Database, request_id: UUID, actor: str, now: datetime) -> KeptRequest:
    """Note that a person has looked at the answer: the matter waits for that no more. Raises ConflictError without one."""
    with database.transaction() as conn:
        _, row = _locked(conn, request_id)
        _must_be(row, row.version, "answered")
        requests.set_seen(conn, request_id, now)
        return _changed(conn, "request.seen", row, actor, now)


def _changed(conn: Conn, event: str, before: RequestRow, actor: str, now: datetime) -> KeptRequest:
    """Let the matter's reasons to wait follow its request, then tell of the change."""
    renew(conn, before.work_item_id, now)
    row = requests.get(conn, before.id)
    _tell(conn, event, row, actor, now, before=_told(before), after=_told(row))
    return _shown(row, work_items.get(conn, row.work_item_id), now)


def _locked_item(conn: Conn, item_id: UUID) -> WorkItemRow:
    requests.lock_items(conn, item_id)
    return work_items.get(conn, item_id)


def _locked(conn: Conn, request_id: UUID) -> tuple[WorkItemRow, RequestRow]:
    """Lock the matter, then its request: always in this order."""
    item = _locked_item(conn, requests.get(conn, request_id).work_item_id)
    return item, requests.lock(conn, request_id)


def _must_be(row: RequestRow, version: int, *states: State) -> None:
    if row.state not in states:
        raise ConflictError(f"The request is {row.state}.", f"This is done with one that is {' or '.join(states)}.")
    if row.version != version:
        raise ConflictError("Somebody has changed this request since you saw it.", "Look at it again.")


def _unasked(item: WorkItemRow, addressee: Addressee, earlier: Sequence[RequestRow]) -> list[Finding]:
    """The findings that ask something of a party which no open request asks already."""
    findings = [Finding.model_validate(found) for found in item.findings]
    asking = [finding for finding in findings if finding.asked_of == addressee and finding.asks]
    if not asking:
        raise RefusedError(f"Nothing is asked of the {addressee} in this matter.", "Look at its findings: they say who is asked.")
    ours = [row for row in earlier if row.addressee == addressee]
    for row in ours:
        if row.state == "draft":
            remedy = "Send it, or withdraw it and draft anew: then it asks all that is missing now."
            raise ConflictError(f"A draft to the {addressee} lies ready: request {row.id}.", remedy)
    asked = {ask for row in ours if row.state == "sent" for ask in row.asked}
    fresh = [finding for finding in asking if finding.asks not in asked]
    if not fresh:
        last = max((row for row in ours if row.state == "sent"), key=lambda row: row.due_day)
        problem = f"All of it is asked already; the answer is due on {last.due_day.isoformat()} (request {last.id})."
        raise ConflictError(problem, "Wait for the answer, give longer time, or withdraw that request.")
    return fresh


def _bodies(conn: Conn, item: WorkItemRow) -> list[Mapping[str, Any]]:
    """The newest records of a matter's papers, oldest paper first; papers that came twice count once."""
    rows = [documents.get(conn, document_id) for document_id in item.documents]
    originals = sorted((row for row in rows if row.duplicate_of is None), key=lambda row: (row.arrival_day, row.pages))
    return [documents.newest_record(conn, row.id).body for row in originals]


def _columns(
    letter: RequestLetter, findings: Sequence[Finding], recipient: Recipient, number: int, item_id: UUID
) -> dict[str, Any]:
    return {
        "number": number, "work_item_id": item_id, "addressee": letter.addressee, "language": letter.language,
        "recipient": list(recipient.lines), "recipient_doubtful": recipient.is_doubtful, "text": body_of(letter),
        "asked": list(dict.fromkeys(finding.asks for finding in findings)),
        "finding_keys": list(dict.fromkeys(finding.key for finding in findings)),
        "letter_codes": list(letter.letter_codes), "sections": list(letter.sections),
        "written_day": letter.written, "due_day": letter.due,
    }  # fmt: skip


def _check_due(due: date, today: date) -> None:
    if due <= today:
        raise RefusedError("The answer would be due at once.", "Name a later day.")
    if not is_filing_day(due):
        raise RefusedError(f"Nothing can be filed on {as_day(due)}.", "Name a working day.")


def _check_text(text: str, due: date) -> None:
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text):
        raise RefusedError("The text holds characters that nobody can see.", "Leave them out.")
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise RefusedError("The letter is empty, or too long.", f"Write at most {LONGEST_TEXT} characters.")
    if find_hetus(text):
        raise RefusedError("The text names an identity code; the letter may be opened by another.", "Leave it out.")
    if as_day(due) not in text:
        raise RefusedError(f"The text does not name the day the answer is due, {as_day(due)}.", "Name it in the text.")


def _shown(row: RequestRow, item: WorkItemRow, now: datetime) -> KeptRequest:
    is_withheld = item.queue == PROTECTED
    row = row.model_copy(update={"recipient": []}) if is_withheld else row
    return KeptRequest(row, reference_of(row.number), is_withheld, row.state == "sent" and row.due_day < finnish_day(now))


def _told(row: RequestRow) -> dict[str, Any]:
    """What the audit trail keeps: no words of the letter, but by what hash they can be held against it."""
    return {
        "state": row.state, "version": row.version, "addressee": row.addressee, "language": row.language,
        "due_day": row.due_day.isoformat(), "findings": row.finding_keys, "letters": row.letter_codes,
        "text_sha256": hashlib.sha256(row.text.encode()).hexdigest(),
    }  # fmt: skip


def _tell(
    conn: Conn, event: str, row: RequestRow, actor: str, now: datetime,
    *, before: dict[str, Any] | None = None, after: dict[str, Any],
) -> None:  # fmt: skip
    told = {**after, "work_item": str(row.work_item_id), "number": row.number}
    audit.append(conn, event, f"request:{row.id}", actor=actor, at=now, before=before, after=told)
