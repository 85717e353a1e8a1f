"""The ledger, the queues and reading again, over HTTP and on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from intake import cli
from intake.reading_child import Failure
from intake.settings import Settings
from intake.store.database import Database
from intake.wiring import Wired
from tests.intake.received_files import Bench, FakeReader, bench, document, result
from tests.intake.web.clients import client_of

HOPELESS = Failure("encrypted_file", 14, "scan.tif: locked.", "Ask.")


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Bench:
    kept = bench(database, tmp_path)
    kept.at = datetime.now(UTC)
    return kept


@pytest.fixture
def client(place: Bench, tmp_path: Path) -> Iterator[TestClient]:
    with client_of(Wired(Settings(data=tmp_path), place.database, place.blobs)) as opened:
        yield opened


def test_the_ledger_is_shown_by_day_and_by_batch(client: TestClient, place: Bench) -> None:
    [file_id] = place.take((b"paper", 3))
    place.run(FakeReader([result(3, [document("d1", 1, 2)], blank=[3])]), file_id)

    by_day = client.get("/api/v1/ledger").json()
    [day] = by_day["days"]
    of_day = client.get(f"/api/v1/ledger/days/{day['day']}").json()
    batch = client.get(f"/api/v1/ledger/{of_day['batches'][0]['batch_id']}").json()

    assert (by_day["balances"], day["pages_in"], day["in_document"], day["blank"]) == (True, 3, 2, 1)
    assert batch["batches"] == of_day["batches"]
    assert client.get("/api/v1/ledger/00000000-0000-0000-0000-000000000001").status_code == 404


def test_a_contradiction_is_shown_in_words(client: TestClient, place: Bench) -> None:
    place.take((b"paper", 3))
    place.count("DELETE FROM page WHERE number = 3 RETURNING 1")

    found = client.get("/api/v1/ledger").json()

    assert (found["balances"], found["days"][0]["difference"]) == (False, 1)
    assert found["faults"][0]["says"] == "the file has not as many pages as were counted at the door"


def test_a_parked_file_waits_in_its_queue_until_somebody_has_it_read_again(client: TestClient, place: Bench) -> None:
    [file_id] = place.take((b"paper", 3))
    place.run(FakeReader([HOPELESS], drawn=3), file_id)
    waiting = client.get("/api/v1/work-items", params={"queue": "indexing"}).json()["work_items"]

    nobody = client.post(f"/api/v1/files/{file_id}/reread", json={"by": " "})
    accepted = client.post(f"/api/v1/files/{file_id}/reread", json={"by": "ann"})
    again = client.post(f"/api/v1/files/{file_id}/reread", json={"by": "ann"})

    assert [(item["file_id"], item["waits_because"]) for item in waiting] == [(str(file_id), ["unread"])]
    assert (nobody.status_code, accepted.status_code, again.status_code) == (422, 202, 409)
    assert accepted.json() == {"file_id": str(file_id), "stage": "received", "revision": 2}
    assert again.json()["code"] == "conflict"
    assert client.get("/api/v1/work-items").json()["work_items"] == []
    assert client.get("/api/v1/work-items", params={"queue": "nowhere"}).status_code == 422


def test_the_command_prints_a_table_and_ends_with_one_when_a_page_is_missing(
    place: Bench, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAAPUVA_DATABASE_URL", database_url)
    monkeypatch.setenv("SAAPUVA_DATA", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    place.take((b"paper", 3))
    day = place.at.astimezone(ZoneInfo("Europe/Helsinki")).date().isoformat()

    whole = CliRunner().invoke(cli.app, ["ledger"])
    place.count("DELETE FROM page WHERE number = 3 RETURNING 1")
    broken = CliRunner().invoke(cli.app, ["ledger", "--json"])
    batch = json.loads(CliRunner().invoke(cli.app, ["ledger", "--day", day, "--json"]).stdout)
    unknown = CliRunner().invoke(cli.app, ["ledger", "--batch", "00000000-0000-0000-0000-000000000001"])

    assert (whole.exit_code, "The ledger balances." in whole.stdout) == (0, True)
    assert (broken.exit_code, json.loads(broken.stdout)["rows"][0]["difference"]) == (1, 1)
    assert (batch["balances"], unknown.exit_code) == (False, 31)
