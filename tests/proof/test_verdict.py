"""The proofs' own judge: it must see every way in which a page can be lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.proof.doors import Sending
from tests.proof.papers import Paper
from tests.proof.verdict import Kept, judge

PAPER = Paper("kirje.pdf", b"kirje", "letter", 1)
SENT = Sending(1, "api", (PAPER,), batch="b1")


def kept() -> Kept:
    """One letter that came by upload, was read and delivered."""
    file = {
        "id": "f1", "name": PAPER.name, "sha256": PAPER.sha256, "bytes": 5, "pages_in": 1, "stage": "read", "duplicate_of": None,
        "batch": "b1", "door": "api", "idempotency_key": "api:proof-00001",
    }  # fmt: skip
    page = {
        "file_id": "f1",
        "number": 1,
        "state": "in_document",
        "document_id": "d1",
        "duplicate_of_file": None,
        "parked_because": None,
    }
    document = {
        "id": "d1", "file_id": "f1", "reading_id": "r1", "label": "d1", "pages": [1], "version": 1, "duplicate_of": None,
        "possible_duplicate_of": None,
    }  # fmt: skip
    delivery = {
        "id": "e1", "document_id": "d1", "version": 1, "state": "delivered", "file_id": "f1", "reading_id": "r1",
        "duplicate_of": None,
    }  # fmt: skip
    return Kept([file], [page], [document], [delivery], [], [], [], [], [], [])


BLOBS: dict[str, bytes | None] = {PAPER.sha256: PAPER.content}
EVENTS = [{"event_id": "e1", "document_id": "d1", "version": 1}]


def test_a_letter_that_went_its_way_is_neither_lost_nor_doubled() -> None:
    assert judge([SENT], kept(), BLOBS, EVENTS).is_good


def changed(rows: str, **values: Any) -> Callable[[], Kept]:
    def change() -> Kept:
        found = kept()
        getattr(found, rows)[0].update(values)
        return found

    return change


def more(rows: str, **values: Any) -> Callable[[], Kept]:
    def change() -> Kept:
        found = kept()
        every = getattr(found, rows)
        return replace(found, **{rows: [*every, {**every[0], **values}]})

    return change


def without(rows: str) -> Callable[[], Kept]:
    return lambda: replace(kept(), **{rows: []})


@pytest.mark.parametrize(
    "found",
    [
        without("files"),
        without("pages"),
        changed("files", pages_in=2),
        changed("files", sha256="0" * 64),
        changed("files", batch="b2"),
        changed("files", stage="duplicate"),
        changed("pages", state="received"),
        changed("pages", document_id="d2"),
        changed("documents", duplicate_of="d0"),
    ],
)
def test_what_is_missing_is_lost(found: Callable[[], Kept]) -> None:
    assert judge([SENT], found(), BLOBS, EVENTS).lost


def test_an_original_that_is_gone_is_lost() -> None:
    assert judge([SENT], kept(), {PAPER.sha256: None}, EVENTS).lost


def test_a_delivery_the_core_has_not_is_lost() -> None:
    assert judge([SENT], kept(), BLOBS, []).lost


def test_an_upload_that_was_refused_is_lost() -> None:
    assert judge([replace(SENT, refused={"status": 422, "code": "refused"})], kept(), BLOBS, EVENTS).lost


@pytest.mark.parametrize(
    "found",
    [
        more("files", id="f2"),
        more("documents", id="d2"),
        more("deliveries", id="e2", reading_id="r2"),
        changed("deliveries", duplicate_of="d0"),
    ],
)
def test_what_is_there_twice_is_doubled(found: Callable[[], Kept]) -> None:
    events = [*EVENTS, {"event_id": "e2", "document_id": "d2", "version": 1}]

    assert judge([SENT], found(), BLOBS, events).doubled


def test_two_events_for_one_version_are_doubled() -> None:
    assert judge([SENT], kept(), BLOBS, [*EVENTS, {"event_id": "e9", "document_id": "d1", "version": 1}]).doubled


def test_one_paper_saved_anew_and_delivered_twice_is_doubled() -> None:
    again = Paper("uudestaan.pdf", b"sama", "again", 1, like=PAPER.name)
    found = kept()
    file, document = found.files[0], found.documents[0]
    found = replace(
        found,
        files=[file, {**file, "id": "f2", "name": again.name, "sha256": again.sha256, "batch": "b2"}],
        pages=[*found.pages, {**found.pages[0], "file_id": "f2", "document_id": "d2"}],
        documents=[document, {**document, "id": "d2", "file_id": "f2", "reading_id": "r2"}],
        deliveries=[
            *found.deliveries,
            {**found.deliveries[0], "id": "e2", "document_id": "d2", "file_id": "f2", "reading_id": "r2"},
        ],
    )

    verdict = judge(
        [SENT, Sending(2, "post", (again,))], found, {**BLOBS, again.sha256: again.content},
        [*EVENTS, {"event_id": "e2", "document_id": "d2", "version": 1}],
    )  # fmt: skip

    assert (verdict.lost, len(verdict.doubled)) == ([], 1)


def test_a_file_that_nobody_reads_is_wrong() -> None:
    assert judge([SENT], changed("files", stage="received")(), BLOBS, EVENTS).other
