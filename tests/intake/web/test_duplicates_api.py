"""A person asks over HTTP which documents are one paper, and says so."""

from __future__ import annotations

from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from intake.store import documents
from intake.store.database import Database
from tests.intake.kept_documents import Kept, application, keep


@pytest.fixture
def pair(database: Database) -> tuple[Kept, Kept]:
    first, again = keep(database, application()), keep(database, application(), waits_because=["possible_duplicate"])
    with database.transaction() as conn:
        documents.set_possible_duplicate(conn, again.document, first.document)
    return first, again


def test_both_sides_of_a_possible_duplicate_are_shown(client: TestClient, pair: tuple[Kept, Kept]) -> None:
    first, again = (client.get(f"/api/v1/documents/{kept.document}/duplicates").json() for kept in pair)

    assert first["came_again"] == [{"id": again["document_id"], "is_sure": False}]
    assert (again["possible_duplicate_of"], again["duplicate_of"]) == (first["document_id"], None)


def test_a_persons_word_is_kept_once(client: TestClient, pair: tuple[Kept, Kept]) -> None:
    place = f"/api/v1/documents/{pair[1].document}/duplicate-decision"

    answer = client.post(place, json={"is_same": True, "reviewer": "ann"})
    twice = client.post(place, json={"is_same": True, "reviewer": "ann"})

    assert (answer.status_code, answer.json()["duplicate_of"]) == (200, str(pair[0].document))
    assert (twice.status_code, twice.json()["code"]) == (409, "conflict")


def test_an_unknown_document_and_a_word_without_a_name_are_refused(client: TestClient) -> None:
    unknown = client.get(f"/api/v1/documents/{uuid4()}/duplicates")
    nameless = client.post(f"/api/v1/documents/{uuid4()}/duplicate-decision", json={"is_same": True, "reviewer": " "})

    assert (unknown.status_code, nameless.status_code) == (404, 422)
    assert unknown.headers["content-type"] == "application/problem+json"
