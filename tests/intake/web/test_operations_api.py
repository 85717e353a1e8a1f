"""What those who run the service are told: metrics, health, alarms, the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from psycopg import Connection

from intake.settings import Settings
from intake.store import alarms, audit, figures, jobs, migrate
from intake.store.blobs import BlobStore, open_blobs
from intake.store.database import Database
from intake.wiring import Wired
from models.errors import BlobsAwayError
from tests.intake.web.clients import client_of

NOW = datetime.now(UTC)


def app_of(database: Database, blobs: BlobStore, **settings: Any) -> TestClient:
    return client_of(Wired(Settings(reserve_mb=0, **settings), database, blobs))


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return open_blobs(str(tmp_path / "blobs"), None)


@pytest.fixture
def client(database: Database, blobs: BlobStore, tmp_path: Path) -> TestClient:
    return app_of(database, blobs, data=tmp_path)


@pytest.fixture
def away(blobs: BlobStore, tmp_path: Path) -> Iterator[TestClient]:
    with Database("host=127.0.0.1 port=1 dbname=none", wait_s=0.3) as nowhere:
        yield app_of(nowhere, blobs, data=tmp_path)


def keep_file(conn: Connection[Any], stage: str = "received", *, taken_at: datetime = NOW, pages: int = 2, kept: int = 2) -> UUID:
    batch, file = uuid4(), uuid4()
    conn.execute(
        "INSERT INTO batch (id, door, received_at, received_evidence, taken_at, request_digest) "
        "VALUES (%s, 'api', %s, 'told', %s, 'd')",
        (batch, taken_at, taken_at),
    )
    conn.execute(
        "INSERT INTO file (id, batch_id, number, name, sha256, bytes, media_type, pages_in, stage) "
        "VALUES (%s, %s, 1, '010190-123A.pdf', %s, 1, 'application/pdf', %s, %s)",
        (file, batch, "a" * 64, pages, stage),
    )
    for number in range(1, kept + 1):
        conn.execute("INSERT INTO page (file_id, number, state) VALUES (%s, %s, 'received')", (file, number))
    return file


def attempt(conn: Connection[Any], file: UUID, outcome: str, seconds: float, ended_at: datetime = NOW) -> None:
    conn.execute(
        "INSERT INTO attempt (file_id, stage, revision, worker, began_at, ended_at, outcome) "
        "VALUES (%s, 'read', 0, 'w:1', %s, %s, %s)",
        (file, ended_at - timedelta(seconds=seconds), ended_at, outcome),
    )


def metrics(client: TestClient) -> dict[tuple[str, str], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_metrics_count_what_is_kept(client: TestClient, database: Database) -> None:
    now = datetime.now(UTC)
    with database.transaction() as conn:
        old = keep_file(conn, taken_at=now - timedelta(seconds=100))
        read = keep_file(conn, "read")
        for seconds in (1.0, 3.0):
            attempt(conn, read, "done", seconds, now)
        attempt(conn, read, "done", 6.0, now - timedelta(days=3))
        attempt(conn, read, "lost", 99.0, now)
        jobs.enqueue(conn, jobs.READ_FILE, old)
        conn.execute(
            "INSERT INTO work_item (id, file_id, person_hetu, queue, owner, specifier, reasons, findings, state, opened_at) "
            "VALUES (%s, %s, '010190-123A', 'payments', 'payments', 's', '[]', '[]', 'waiting', %s)",
            (uuid4(), read, now - timedelta(hours=1)),
        )
        alarms.raise_alarm(conn, "disk_full", "host:1", "p", "r", now)
        conn.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        conn.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")

    found = metrics(client)

    expected = {
        ("saapuva_up", ""): 1, ("saapuva_pages", "received"): 4, ("saapuva_files", "received"): 1, ("saapuva_files", "read"): 1,
        ("saapuva_queue_waiting", "payments"): 1, ("saapuva_jobs", "pages,todo"): 1, ("saapuva_alarms", "disk_full"): 1,
        ("saapuva_workers_alive", ""): 1, ("saapuva_ledger_difference_pages", ""): 0, ("saapuva_attempts_total", "done"): 3,
        ("saapuva_attempts_total", "lost"): 1, ("saapuva_attempts_total", "failed"): 0,
        ("saapuva_stage_seconds_count", "read"): 3,
    }  # fmt: skip
    assert {key: found.get(key) for key in expected} == expected
    assert found[("saapuva_stage_seconds_sum", "read")] == pytest.approx(10)
    assert found[("saapuva_stage_seconds", "0.5,read")] == pytest.approx(2)  # of the last hours only
    assert found[("saapuva_oldest_unread_file_age_seconds", "")] == pytest.approx(100, abs=30)
    assert found[("saapuva_queue_oldest_age_seconds", "payments")] == pytest.approx(3600, abs=30)
    assert found[("saapuva_disk_free_bytes", "")] > 0


def test_metrics_name_no_person(client: TestClient, database: Database) -> None:
    with database.transaction() as conn:
        keep_file(conn)

    assert "010190" not in client.get("/metrics").text


def test_pages_that_do_not_add_up_show_both_ways(client: TestClient, database: Database) -> None:
    with database.transaction() as conn:
        keep_file(conn, pages=3, kept=1)
        keep_file(conn, pages=1, kept=2)

    assert metrics(client)[("saapuva_ledger_difference_pages", "")] == 3


def test_metrics_without_a_database_say_so_and_still_answer(away: TestClient) -> None:
    found = metrics(away)

    assert found[("saapuva_up", "")] == 0
    assert ("saapuva_ledger_difference_pages", "") not in found


def test_a_process_that_answers_is_alive_even_without_a_database(away: TestClient) -> None:
    assert away.get("/health/live").json()["status"] == "alive"


def test_a_whole_service_is_ready(client: TestClient) -> None:
    answer = client.get("/health/ready")

    assert answer.status_code == 200
    assert [check["part"] for check in answer.json()["checks"]] == ["database", "schema", "blobs", "disk"]


def test_without_a_database_it_is_not_ready_and_says_what_is_missing(away: TestClient) -> None:
    answer = away.get("/health/ready")

    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.json()["code"] == "database_away"
    assert "PostgreSQL does not answer" in answer.json()["detail"]
    assert answer.json()["remedy"]


@pytest.mark.parametrize("change", ["UPDATE alembic_version SET version_num = '0000'", "DROP TABLE alembic_version"])
def test_another_schema_is_not_ready(client: TestClient, database: Database, change: str) -> None:
    with database.transaction() as conn:
        conn.execute(change.encode())

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()["code"]) == (503, "schema")


def test_a_full_disk_is_not_ready(database: Database, blobs: BlobStore, tmp_path: Path) -> None:
    app = app_of(database, blobs, data=tmp_path)
    app.app.state.wired = Wired(Settings(reserve_mb=10**9, data=tmp_path), database, blobs)  # type: ignore[attr-defined]

    assert app.get("/health/ready").json()["code"] == "disk_full"


def test_a_store_of_originals_that_is_away_is_not_ready(
    client: TestClient, blobs: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise BlobsAwayError("gone")

    monkeypatch.setattr(blobs, "check", gone)

    assert client.get("/health/ready").json()["code"] == "blobs_away"


def test_the_schema_it_needs_is_the_newest_migration() -> None:
    assert figures.needed_revision() == migrate.newest()


def test_an_open_alarm_is_listed_and_can_be_cleared_once(client: TestClient, database: Database) -> None:
    with database.transaction() as conn:
        alarms.raise_alarm(conn, "disk_full", "host:1", "It is full.", "Make room.", NOW)
    [alarm] = client.get("/api/v1/alarms").json()["alarms"]

    cleared = client.post(f"/api/v1/alarms/{alarm['id']}/clear", json={"by": "maija"})
    again = client.post(f"/api/v1/alarms/{alarm['id']}/clear", json={"by": "maija"})

    assert (alarm["kind"], alarm["remedy"]) == ("disk_full", "Make room.")
    assert cleared.json()["cleared_at"] is not None
    assert client.get("/api/v1/alarms").json() == {"alarms": []}
    assert again.status_code == 404
    with database.transaction() as conn:
        [event] = audit.of_subject(conn, f"alarm:{alarm['id']}")
    assert (event.event, event.told["actor"]) == ("alarm.cleared", "maija")


@pytest.mark.parametrize("body", [{}, {"by": ""}])
def test_an_alarm_is_not_cleared_by_nobody(client: TestClient, body: dict[str, str]) -> None:
    assert client.post(f"/api/v1/alarms/{uuid4()}/clear", json=body).status_code == 422


def test_the_audit_of_a_subject_comes_in_pages_with_codes_masked(client: TestClient, database: Database) -> None:
    with database.transaction() as conn:
        for number in range(3):
            after = {"n": number, "hetu": ["010190-123A"], "note": "password=x"}
            audit.append(conn, "file.read", "file:1", actor="saapuva", at=NOW, after=after)

    first = client.get("/api/v1/audit", params={"subject": "file:1", "limit": 2}).json()
    second = client.get("/api/v1/audit", params={"subject": "file:1", "limit": 2, "after": first["next"]}).json()
    full = client.get("/api/v1/audit", params={"subject": "file:1", "full": True}).json()

    assert [event["seq"] for event in first["events"] + second["events"]] == [1, 2, 3]
    assert second["next"] is None
    assert "010190" not in str(first)
    assert full["events"][0]["entry"]["after"]["hetu"] == ["010190-123A"]


def test_the_history_of_a_document_that_is_not_there_is_a_problem(client: TestClient) -> None:
    answer = client.get(f"/api/v1/documents/{uuid4()}/history", params={"field": "wage"})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_scrape_soon_after_another_does_not_count_again(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    metrics(client)

    def never(*_: object) -> None:
        raise AssertionError("counted again")

    monkeypatch.setattr(figures, "figures", never)

    assert metrics(client)[("saapuva_up", "")] == 1
