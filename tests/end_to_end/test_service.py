"""The happy day through the real doors: `saapuva up`, files by upload and by folder, a person's word, the rules core."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from samples.running import Running, wait_until
from tests.end_to_end.command import saapuva
from tests.proof.caseworker import corrections
from tests.proof.core import RulesCore
from tests.proof.papers import INBOX, letter

pytestmark = pytest.mark.end_to_end

UPLOADED = ("18-", "23-", "24-")
WATCHED = "21-"
TOLD = {"channel": "post", "received_at": "2024-03-12T10:22:00+02:00", "sender": "Postitus", "reference": "aamu-1"}


def sample(number: str) -> Path:
    return next(path for path in INBOX.glob(f"{number}*") if path.suffix != ".json")


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RulesCore]:
    folder = tmp_path_factory.mktemp("core")
    with RulesCore(folder / "store", folder / "core.log") as running:
        yield running


@pytest.fixture(scope="module")
def service(core: RulesCore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    settings = {"SAAPUVA_WATCH_POLL_S": "0.5", "SAAPUVA_WATCH_QUIET_S": "0.5", "SAAPUVA_RESERVE_MB": "64"}
    with Running(tmp_path_factory.mktemp("service") / "data", settings | core.settings) as running:
        running.start()
        yield running


@pytest.fixture(scope="module")
def batch(service: Running) -> dict[str, Any]:
    """Three samples uploaded together, and read."""
    parts = [("files", (sample(number).name, sample(number).read_bytes())) for number in UPLOADED]
    answer = httpx2.post(
        f"{service.url}/api/v1/batches",
        files=parts,
        data=TOLD,
        headers={"Idempotency-Key": "aamu-1", **service.headers},
        timeout=60,
    )
    assert answer.status_code == 201, answer.text
    return when_read(service, answer.json()["id"])


def when_read(service: Running, batch_id: str) -> dict[str, Any]:
    """The batch's status once nothing of it waits for a worker."""

    def read() -> dict[str, Any] | None:
        status: dict[str, Any] = httpx2.get(
            f"{service.url}/api/v1/batches/{batch_id}", headers=service.headers, timeout=30
        ).json()
        return status if all(file["stage"] != "received" for file in status["files"]) else None

    found: dict[str, Any] = wait_until("the batch is read", 240, read)
    return found


def documents_of(service: Running, file: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        httpx2.get(f"{service.url}/api/v1/documents/{document}", headers=service.headers, timeout=30).json()
        for document in ids_of(file)
    ]


def ids_of(file: dict[str, Any]) -> list[str]:
    return [document["id"] if isinstance(document, dict) else document for document in file["documents"]]


def test_uploaded_files_are_all_read(batch: dict[str, Any]) -> None:
    assert [file["stage"] for file in batch["files"]] == ["read"] * len(UPLOADED)
    assert [file["name"] for file in batch["files"]] == [sample(number).name for number in UPLOADED]


def test_a_result_is_what_the_command_prints_for_the_same_file(service: Running, batch: dict[str, Any], tmp_path: Path) -> None:
    paths = [sample(number) for number in UPLOADED]
    ended = saapuva("read", *paths, "--channel", "post", "--received-at", TOLD["received_at"], "--out", tmp_path)
    assert ended.code == 0, ended.said

    for path, file in zip(paths, batch["files"], strict=True):
        kept = httpx2.get(f"{service.url}/api/v1/files/{file['id']}/result", headers=service.headers, timeout=30).json()
        printed = json.loads((tmp_path / f"{path.stem}.json").read_bytes())
        for result in (kept, printed):
            result["source"].pop("received_at")
        assert kept == printed, path.name


def test_the_same_upload_again_gives_the_same_ids(service: Running, batch: dict[str, Any]) -> None:
    parts = [("files", (sample(number).name, sample(number).read_bytes())) for number in UPLOADED]
    again = httpx2.post(
        f"{service.url}/api/v1/batches",
        files=parts,
        data=TOLD,
        headers={"Idempotency-Key": "aamu-1", **service.headers},
        timeout=60,
    )

    assert again.status_code == 200
    assert again.json()["id"] == batch["id"]
    assert [file["id"] for file in again.json()["files"]] == [file["id"] for file in batch["files"]]


def test_a_file_in_a_watched_folder_is_read_and_leaves_the_folder(service: Running) -> None:
    path = service.data / "inbox" / "fax" / sample(WATCHED).name
    path.write_bytes(sample(WATCHED).read_bytes())

    wait_until("the file left the folder", 60, lambda: not path.exists())
    batches = httpx2.get(f"{service.url}/api/v1/batches", headers=service.headers, timeout=30).json()["batches"]
    watched = next(batch for batch in batches if batch["door"] == "watch")
    (file,) = when_read(service, watched["id"])["files"]

    assert (file["stage"], file["name"]) == ("read", path.name)
    assert watched["channel"] == "fax"


def test_a_complete_letter_goes_to_the_rules_core_by_itself(service: Running, core: RulesCore, tmp_path: Path) -> None:
    papers = [letter(number, 4, tmp_path) for number in range(1, 5)]
    parts = [("files", (paper.name, paper.content)) for paper in papers]
    sent = httpx2.post(f"{service.url}/api/v1/batches", files=parts, headers=service.headers, timeout=60).json()

    files = when_read(service, sent["id"])["files"]
    whole = [shown for file in files for shown in documents_of(service, file) if shown["deliveries"]]
    wait_until(
        "the core has them", 60, lambda: {shown["id"] for shown in whole} <= {event["document_id"] for event in core.events()}
    )

    assert whole, "no letter was complete"
    assert all(shown["author"] == "saapuva" for shown in whole)


def test_what_a_person_completes_goes_to_the_rules_core(service: Running, batch: dict[str, Any], core: RulesCore) -> None:
    """An order whose names are doubtful is confirmed field by field, and goes out with who saw it."""
    order = next(
        shown for file in batch["files"] for shown in documents_of(service, file) if shown["document_type"] == "absence_order"
    )
    said = corrections(order["record"])
    assert said and not order["deliveries"]
    asked = {"version": order["version"], "reviewer": "kkasittelija", "corrections": said}

    answer = httpx2.post(
        f"{service.url}/api/v1/documents/{order['id']}/corrections", json=asked, headers=service.headers, timeout=30
    )
    late = httpx2.post(
        f"{service.url}/api/v1/documents/{order['id']}/corrections", json=asked, headers=service.headers, timeout=30
    )

    assert answer.status_code == 200, answer.text
    assert set(answer.json()["waits_because"]) <= {"findings"}  # what a check asks keeps the matter, not the record
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    bodies = wait_until(
        "the core has it", 60, lambda: [body for body in core.bodies() if body["data"]["document_id"] == order["id"]]
    )
    assert [body["data"]["version"] for body in bodies] == [answer.json()["version"]]
    assert "kkasittelija" in json.dumps(bodies[0])
    assert "confidence" not in json.dumps(bodies[0])


def test_the_ledger_balances_and_the_trail_is_whole(service: Running, batch: dict[str, Any]) -> None:
    ledger = service.ask("ledger", "--json")
    audit = service.ask("audit", "verify")

    assert ledger.returncode == 0, ledger.stdout + ledger.stderr
    assert sum(row["difference"] for row in json.loads(ledger.stdout)["rows"]) == 0
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_it_ends_cleanly_when_asked_and_comes_back_with_everything(service: Running, batch: dict[str, Any]) -> None:
    before = httpx2.get(f"{service.url}/api/v1/batches/{batch['id']}", headers=service.headers, timeout=30).json()
    code = service.stop()
    left = wait_until("all processes have ended", 20, lambda: not service.processes())
    service.start()

    assert (code, left) == (0, True)
    again = httpx2.get(f"{service.url}/api/v1/batches/{batch['id']}", headers=service.headers, timeout=30).json()
    assert again == before
