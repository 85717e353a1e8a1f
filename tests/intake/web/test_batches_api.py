from __future__ import annotations

import errno
import hashlib
import random
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import validate

from intake.store import documents, files, pages, readings
from intake.store.blobs import open_blobs
from intake.store.database import Database
from intake.web.uploads import clean_name
from tests.intake.papers import pdf, tiff

Opened = Callable[..., TestClient]
URL = "/api/v1/batches"
NOW = datetime.now(UTC)
PAPER = tiff(2)


def send(client: TestClient, *papers: tuple[str, bytes], key: str | None = None, **fields: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(URL, files=[("files", paper) for paper in papers], data=fields, headers=headers)


def refused(answer: Any, status: int, code: str | None = None) -> bool:
    said = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert said["detail"] and said["remedy"]
    return answer.status_code == status and (code is None or said["code"] == code)


def nothing_taken(client: TestClient) -> bool:
    return client.get(URL).json()["batches"] == []


def test_an_upload_is_taken_with_ids_pages_and_hashes(client: TestClient) -> None:
    answer = send(client, ("one.tif", PAPER), ("kaksi ä.pdf", pdf(3)), channel="fax", sender="Tk", reference="A-1")

    said = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{URL}/{said['id']}"
    assert said["pages"] == 5
    assert [(file["number"], file["name"], file["pages"], file["media_type"], file["stage"]) for file in said["files"]] == [
        (1, "one.tif", 2, "image/tiff", "received"),
        (2, "kaksi ä.pdf", 3, "application/pdf", "received"),
    ]
    assert said["files"][0]["sha256"] == hashlib.sha256(PAPER).hexdigest()
    status = client.get(answer.headers["location"]).json()
    assert (status["door"], status["channel"], status["sender"], status["reference"]) == ("api", "fax", "Tk", "A-1")
    assert [file["pages_by_state"] for file in status["files"]] == [{"received": 2}, {"received": 3}]


def test_what_was_taken_comes_back_byte_for_byte_and_safely(client: TestClient) -> None:
    file = send(client, ('a"\r\nSet-Cookie: x.tif', PAPER)).json()["files"][0]

    answer = client.get(f"/api/v1/files/{file['id']}/original")

    assert answer.content == PAPER
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers


def test_the_same_key_again_gives_the_same_ids_and_says_so(client: TestClient) -> None:
    first = send(client, ("a.tif", PAPER), key="k-1")

    again = send(client, ("a.tif", PAPER), key="k-1")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert len(client.get(URL).json()["batches"]) == 1


def test_the_same_key_with_another_file_is_a_conflict(client: TestClient) -> None:
    send(client, ("a.tif", PAPER), key="k-1")

    assert refused(send(client, ("a.tif", tiff(1)), key="k-1"), 409, "conflict")


@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 201])
def test_a_key_that_is_no_key_is_refused(client: TestClient, key: str) -> None:
    answer = client.post(URL, files={"files": ("a.tif", PAPER)}, headers={"Idempotency-Key": key.encode()})

    assert refused(answer, 422, "invalid_request")
    assert nothing_taken(client)


def test_the_same_upload_many_times_at_once_is_taken_once(client: TestClient) -> None:
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(send(client, ("a.tif", PAPER), key="k"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in found) == [200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in found}) == 1


def test_the_same_bytes_again_are_linked_to_the_first(client: TestClient) -> None:
    first = send(client, ("a.tif", PAPER)).json()["files"][0]

    second = send(client, ("b.tif", PAPER)).json()["files"][0]

    assert (second["stage"], second["duplicate_of"]) == ("duplicate", first["id"])
    assert client.get(f"/api/v1/files/{second['id']}").json()["pages_by_state"] == {"duplicate": 2}


def test_each_bad_file_is_named_with_its_remedy_and_nothing_is_taken(client: TestClient, tmp_path: Path) -> None:
    answer = send(
        client, ("good.tif", PAPER), ("locked.pdf", pdf(1, password="x")), ("cut.tif", PAPER[: len(PAPER) // 2]),
        ("note.txt", b"hello"), ("empty.pdf", b""),
    )  # fmt: skip

    assert refused(answer, 422, "unreadable_files")
    errors = {each["file"]: each["code"] for each in answer.json()["errors"]}
    assert errors == {
        "locked.pdf": "encrypted_file",
        "cut.tif": "damaged_file",
        "note.txt": "not_a_document",
        "empty.pdf": "empty_file",
    }
    assert all(each["problem"] and each["remedy"] for each in answer.json()["errors"])
    assert nothing_taken(client)
    assert list(open_blobs(str(tmp_path / "blobs"), None).every()) == []


def test_when_papers_came_is_kept_apart_from_when_they_were_taken(client: TestClient) -> None:
    before = datetime.now(UTC)
    answer = send(client, ("a.tif", PAPER), received_at="2026-01-12T23:30:00")

    batch = client.get(answer.headers["location"]).json()
    assert datetime.fromisoformat(batch["received_at"]) == datetime(2026, 1, 12, 21, 30, tzinfo=UTC)
    assert batch["received_evidence"] == "told"
    assert before <= datetime.fromisoformat(batch["taken_at"]) <= datetime.now(UTC)
    assert batch["files"][0]["arrival_day"] == "2026-01-12"
    assert {each["evidence"] for each in batch["files"][0]["arrival"]} == {"told", "clock"}


def test_a_clock_a_little_fast_is_believed(client: TestClient) -> None:
    assert send(client, ("a.tif", PAPER), received_at=(datetime.now(UTC) + timedelta(minutes=5)).isoformat()).status_code == 201


@pytest.mark.parametrize(
    "fields",
    [
        {"channel": "pigeon"},
        {"received_at": "yesterday"},
        {"received_at": (NOW + timedelta(days=2)).isoformat()},
        {"received_at": "1899-01-01T00:00:00Z"},
        {"received_at": "0001-01-01T00:00:00"},
        {"received_at": "9999-12-31T23:59:59"},
        {"recieved_at": "2026-01-12T10:00:00Z"},
        {"sender": "x" * 201},
        {"reference": "a\x00b"},
        {"reference": ["a", "b"]},
        {"files": "text"},
    ],
    ids=str,
)
def test_a_field_that_says_what_it_may_not_is_refused(client: TestClient, fields: dict[str, Any]) -> None:
    assert refused(send(client, ("a.tif", PAPER), **fields), 422)
    assert nothing_taken(client)


def test_what_an_invalid_field_held_is_not_repeated(client: TestClient) -> None:
    answer = send(client, ("a.tif", PAPER), channel="010180-998V")

    assert answer.json()["errors"][0]["field"] == "body.channel"
    assert "998V" not in answer.text


def test_fields_left_blank_are_as_if_not_sent(client: TestClient) -> None:
    answer = send(client, ("a.tif", PAPER), channel="", sender=" ", reference="", received_at="")

    batch = client.get(answer.headers["location"]).json()
    assert (batch["channel"], batch["sender"], batch["reference"], batch["received_evidence"]) == (None, None, None, "clock")


def test_an_upload_without_files_is_refused(client: TestClient) -> None:
    assert refused(client.post(URL, files={"channel": (None, "post")}), 422)
    assert refused(client.post(URL, files={"files": ("", b"")}), 422)
    assert refused(client.post(URL, files={"file": ("a.tif", PAPER)}), 422)
    assert refused(client.post(URL), 415)
    assert refused(client.post(URL, json={}), 415)


def test_a_file_nobody_chose_does_not_count(client: TestClient) -> None:
    body = form(part(b'name="files"; filename="a.tif"', PAPER), part(b'name="files"; filename=""', b""))

    answer = post(client, body)

    assert [file["name"] for file in answer.json()["files"]] == ["a.tif"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\papers\\a.pdf", "a.pdf"),
        ("a\x00b\x1b[31m.pdf", "ab[31m.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("..", "file-3"),
        ("a/", "file-3"),
        ("  ", "file-3"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("Äiti 1.pdf", "Äiti 1.pdf"),
    ],
)
def test_only_a_clean_last_name_is_kept(sent: str, kept: str) -> None:
    assert clean_name(sent, 3) == kept


@given(st.text(max_size=400))
def test_a_kept_name_is_never_a_path_and_always_shows(sent: str) -> None:
    kept = clean_name(sent, 1)

    assert 0 < len(kept) <= 200
    assert not set(kept) & {"/", "\\", "\x00", "\n"}
    assert kept not in (".", "..")


def part(disposition: bytes, content: bytes, headers: bytes = b"") -> bytes:
    return b"Content-Disposition: form-data; " + disposition + b"\r\n" + headers + b"\r\n" + content + b"\r\n"


def form(*parts: bytes, end: bytes = b"--b--\r\n") -> bytes:
    return b"".join(b"--b\r\n" + each for each in parts) + end


def post(client: TestClient, body: bytes | Iterator[bytes], boundary: str = "b") -> Any:
    return client.post(URL, content=body, headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})


GOOD = part(b'name="files"; filename="a.tif"', PAPER)
HOSTILE = {
    "no body": b"",
    "no boundary in it": PAPER,
    "breaks off in the second file": form(GOOD, GOOD)[: -len(PAPER)],
    "no last boundary": form(GOOD, end=b""),
    "breaks off in a header": form(GOOD, end=b"--b\r\nContent-Dispo"),
    "another boundary": form(GOOD).replace(b"--b", b"--c"),
    "no disposition": form(b"X: y\r\n\r\nz\r\n"),
    "no name": form(part(b'filename="a.tif"', PAPER)),
    "a huge header": form(part(b'name="files"; filename="a.tif"', PAPER, b"X: " + b"y" * 100_000 + b"\r\n")),
    "a huge name": form(part(b'name="files"; filename="' + b"y" * 100_000 + b'"', PAPER)),
    "many headers": form(part(b'name="files"; filename="a.tif"', PAPER, b"X: y\r\n" * 5000)),
    "ten thousand fields": form(*[part(b'name="f%d"' % number, b"x") for number in range(10_000)]),
    "a huge field": form(GOOD, part(b'name="sender"', b"x" * 500_000)),
    "zeros": bytes(10_000),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_form_is_a_problem_and_nothing_is_taken(client: TestClient, body: bytes) -> None:
    answer = post(client, body)

    assert refused(answer, answer.status_code)
    assert answer.status_code in (400, 413, 422)
    assert nothing_taken(client)


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=b", "", "x" * 9000]
)
def test_a_content_type_that_is_no_form_is_refused(client: TestClient, content_type: str) -> None:
    answer = client.post(URL, content=form(GOOD), headers={"Content-Type": content_type})

    assert refused(answer, answer.status_code)
    assert answer.status_code in (400, 415)


def test_without_room_for_what_is_being_sent_the_answer_says_so(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("starlette.datastructures.UploadFile.write", full)

    assert refused(send(client, ("a.tif", PAPER)), 507, "disk_full")
    monkeypatch.undo()
    assert nothing_taken(client)


def test_forms_damaged_at_random_are_taken_whole_or_refused(client: TestClient) -> None:
    chance = random.Random(7)
    whole = form(GOOD, part(b'name="channel"', b"post"), part(b'name="files"; filename="b.tif"', tiff(3)))
    for _ in range(60):
        body = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(body))
            body[place : place + chance.randint(0, 3)] = bytes(chance.randrange(256) for _ in range(chance.randint(0, 3)))

        answer = post(client, bytes(body))

        assert answer.status_code in (201, 400, 413, 415, 422), answer.text
        if answer.status_code == 201:
            kept = [client.get(f"/api/v1/files/{file['id']}/original").content for file in answer.json()["files"]]
            assert all(each in body for each in kept)


def test_an_upload_too_large_is_refused_whatever_its_headers_say(opened: Opened) -> None:
    client = opened(max_upload_mb=1)
    big = form(part(b'name="files"; filename="a.tif"', PAPER + bytes(3 << 20)))

    def in_chunks() -> Iterator[bytes]:
        for start in range(0, len(big), 65536):
            yield big[start : start + 65536]

    told, untold = post(client, big), post(client, in_chunks())

    assert refused(told, 413) and refused(untold, 413)
    assert nothing_taken(client)


def test_other_addresses_take_small_bodies_only(client: TestClient) -> None:
    assert refused(client.post("/api/v1/anything", content=bytes(2 << 20)), 413)


def test_too_many_files_are_refused(opened: Opened) -> None:
    client = opened(max_upload_files=2)

    assert send(client, ("a.tif", PAPER), ("b.tif", tiff(1))).status_code == 201
    assert refused(send(client, *[("a.tif", PAPER)] * 3), 413)


def test_the_list_is_walked_by_its_cursor(client: TestClient) -> None:
    ids = [send(client, ("a.tif", tiff(1, shade=number))).json()["id"] for number in range(5)]

    seen, cursor = [], None
    while True:
        page = client.get(URL, params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [batch["id"] for batch in page["batches"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert seen == ids[::-1]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "ä", "MjAyNi0wMS0wMSB4", "a" * 201])
def test_a_cursor_of_somebody_elses_is_refused(client: TestClient, cursor: str) -> None:
    assert refused(client.get(URL, params={"cursor": cursor}), 422)


def read(database: Database, file_id: str, stage: str = "read") -> None:
    """Be the worker: settle a file as read, with one document of its two pages and an image of the first."""
    with database.transaction() as conn:
        file = files.advance(conn, files.get(conn, UUID(file_id)), stage, None)  # type: ignore[arg-type]
        result = {"schema": "intake-result/1", "source": {}, "pages": [], "documents": [], "work_items": []}
        reading = readings.add(conn, file.id, file.revision, result, {}, 1.0, NOW)
        document = documents.add(
            conn, file_id=file.id, reading_id=reading, label="d1", pages=[1, 2], document_type="other",
            arrival_day=date(2026, 1, 2), arrival_evidence="told",
        )  # fmt: skip
        pages.set_in_document(conn, file.id, [1, 2], document)


def test_a_result_is_given_once_it_is_there(client: TestClient, database: Database) -> None:
    file = send(client, ("a.tif", PAPER)).json()["files"][0]
    address = f"/api/v1/files/{file['id']}/result"
    waiting = client.get(address)
    assert refused(waiting, 409, "not_read_yet")
    assert waiting.headers["retry-after"]

    read(database, file["id"])

    assert client.get(address).json()["schema"] == "intake-result/1"
    status = client.get(f"/api/v1/files/{file['id']}").json()
    assert (status["stage"], status["pages_by_state"]) == ("read", {"in_document": 2})
    assert [(document["label"], document["pages"]) for document in status["documents"]] == [("d1", [1, 2])]


def test_the_result_of_the_same_bytes_is_the_firsts(client: TestClient, database: Database) -> None:
    first, copy = (send(client, ("a.tif", PAPER)).json()["files"][0] for _ in range(2))
    read(database, first["id"])

    answer = client.get(f"/api/v1/files/{copy['id']}/result")

    assert answer.status_code == 200
    assert answer.headers["content-location"] == f"/api/v1/files/{first['id']}/result"


def test_a_page_is_shown_once_it_is_drawn(client: TestClient, database: Database, tmp_path: Path) -> None:
    file = send(client, ("a.tif", PAPER)).json()["files"][0]
    address = f"/api/v1/files/{file['id']}/pages"
    assert refused(client.get(f"{address}/1/image"), 409, "not_read_yet")
    drawn = open_blobs(str(tmp_path / "blobs"), None).put([b"\x89PNG drawn"])
    with database.transaction() as conn:
        pages.set_image(conn, UUID(file["id"]), 1, drawn.sha256, 10, 10)

    answer = client.get(f"{address}/1/image")

    assert (answer.content, answer.headers["content-type"]) == (b"\x89PNG drawn", "image/png")
    assert refused(client.get(f"{address}/3/image"), 404)
    assert refused(client.get(f"{address}/0/image"), 422)


def test_a_damaged_original_is_never_given(client: TestClient, tmp_path: Path) -> None:
    file = send(client, ("a.tif", PAPER)).json()["files"][0]
    [path] = (tmp_path / "blobs" / "sha256").glob("*/*/*")
    path.chmod(0o600)
    path.write_bytes(b"other")

    assert refused(client.get(f"/api/v1/files/{file['id']}/original"), 500, "blob_damaged")


@pytest.mark.parametrize("address", ["batches/{}", "files/{}", "files/{}/result", "files/{}/original", "files/{}/pages/1/image"])
def test_what_is_not_there_is_said(client: TestClient, address: str) -> None:
    assert refused(client.get("/api/v1/" + address.format(uuid4())), 404, "not_found")


def test_the_description_is_valid_and_complete(client: TestClient) -> None:
    told = client.get("/openapi.json").json()

    validate(told)
    operations = [operation for path in told["paths"].values() for operation in path.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids)
    assert {"takeBatch", "listBatches", "getBatch", "getFile", "getResult", "getOriginal", "getPageImage"} <= set(ids)
    assert "HTTPValidationError" not in str(told)
    assert all("404" in each["responses"] for path in told["paths"] if "{" in path for each in told["paths"][path].values())
    assert told["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
