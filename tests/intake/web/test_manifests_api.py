from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from intake.pipeline import manifests, receive
from intake.pipeline.manifests import ListedFile, Reconciling
from intake.pipeline.receive import IncomingFile, NewBatch
from intake.store import alarms, watched_folders
from intake.store.blobs import Blob
from intake.store.database import Database
from intake.store.watched_folders import WatchedFolderRow
from intake.web.manifests_api import router
from models.errors import EncryptedFileError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 14, tzinfo=UTC)
FOLDER = Path("/in/post")


@pytest.fixture
def client(opened: Callable[..., TestClient]) -> TestClient:
    client = opened()
    if "/api/v1/manifests" not in client.app.openapi()["paths"]:  # type: ignore[attr-defined]
        client.app.include_router(router)  # type: ignore[attr-defined]
    return client


def listed(database: Database) -> str:
    blob = Blob("ab" * 32, 10)
    manifest = manifests.keep(database, FOLDER, "manifest.csv", blob, [ListedFile("a.pdf", 2), ListedFile("b.pdf")], NOW)
    manifests.reconcile(database, Reconciling((FOLDER,), 60.0, is_required=False), LATER)
    return str(manifest)


def test_a_manifest_is_shown_with_each_difference(client: TestClient, database: Database) -> None:
    manifest = listed(database)

    (sums,) = client.get("/api/v1/manifests").json()
    shown = client.get(f"/api/v1/manifests/{manifest}").json()

    assert (sums["id"], sums["items"], sums["outstanding"], sums["differing"]) == (manifest, 2, 2, 2)
    assert [(item["name"], item["difference"]) for item in shown["items"]] == [("a.pdf", "missing"), ("b.pdf", "missing")]


def test_a_person_settles_a_manifest_once(client: TestClient, database: Database) -> None:
    manifest = listed(database)

    first = client.post(f"/api/v1/manifests/{manifest}/close", json={"by": "ann"})
    second = client.post(f"/api/v1/manifests/{manifest}/close", json={"by": "ann"})

    assert (first.status_code, second.status_code) == (204, 409)
    assert client.get("/api/v1/manifests", params={"open_only": True}).json() == []


def test_a_manifest_that_is_not_there_is_a_problem(client: TestClient) -> None:
    answer = client.get(f"/api/v1/manifests/{uuid4()}")

    assert answer.status_code == 404 and answer.json()["code"] == "not_found"


def test_quarantine_says_why_and_whether_anybody_has_seen_to_it(client: TestClient, database: Database) -> None:
    # given
    batch = NewBatch("watch", "post", None, None, NOW, "clock", idempotency_key="watch:x")
    file = IncomingFile("a.pdf", "cd" * 32, 10, "application/octet-stream", 0)
    file_id = receive.quarantine(database, batch, file, EncryptedFileError("a.pdf"), NOW)
    with database.transaction() as conn:
        alarms.raise_alarm(conn, "quarantined", f"file:{file_id}", "x", "y", NOW)

    # when
    (open_one,) = client.get("/api/v1/quarantine").json()
    with database.transaction() as conn:
        alarms.clear(conn, "quarantined", f"file:{file_id}", NOW)
    (seen_one,) = client.get("/api/v1/quarantine").json()

    # then
    assert (open_one["file_id"], open_one["problem"]["code"], open_one["channel"]) == (str(file_id), "encrypted_file", "post")
    assert (open_one["is_open"], seen_one["is_open"]) == (True, False)


def test_folders_show_when_they_were_last_looked_into(client: TestClient, database: Database) -> None:
    with database.transaction() as conn:
        for waiting in (1, 3):
            row = WatchedFolderRow(path="/in/post", channel="post", swept_at=NOW, waiting=waiting, problem=None)
            watched_folders.note(conn, row)

    (folder,) = client.get("/api/v1/folders").json()

    assert (folder["path"], folder["channel"], folder["waiting"], folder["problem"]) == ("/in/post", "post", 3, None)
