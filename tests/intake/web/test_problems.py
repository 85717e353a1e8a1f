from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from intake.store.blobs import Blob
from intake.store.blobs_local import LocalBlobs
from intake.store.database import Database
from intake.web import problems
from intake.web.gate import is_loopback
from models import errors
from models.errors import SaapuvaError
from tests.intake.papers import tiff

Opened = Callable[..., TestClient]
EXPECTED = [
    (errors.NotFoundError("batch", "7"), 404),
    (errors.ConflictError("One.", "Two."), 409),
    (errors.StaleWorkError("File 7"), 409),
    (errors.NotReadYetError("7", "received"), 409),
    (errors.RefusedError("One.", "Two.", 413), 413),
    (errors.RefusedError("One.", "Two."), 422),
    (errors.UnreadableFilesError((("a.pdf", "c", "p.", "r."),), 2), 422),
    (errors.EncryptedFileError("a.pdf"), 422),
    (errors.DiskFullError(1, 2), 507),
    (errors.DatabaseAwayError("x"), 503),
    (errors.BlobsAwayError("x"), 503),
    (errors.EngineError("decoder", "it died.", "Again."), 503),
    (errors.SettingsError("SAAPUVA_X", "wrong"), 500),
    (errors.BlobDamagedError("0" * 64, "are gone"), 500),
]


@pytest.mark.parametrize(("error", "status"), EXPECTED, ids=lambda each: getattr(each, "code", str(each)))
def test_every_error_is_a_problem_with_code_and_remedy(error: SaapuvaError, status: int) -> None:
    answer = problems.answer_to(error)
    said = json.loads(bytes(answer.body))

    assert answer.media_type == "application/problem+json"
    assert said["status"] == answer.status_code == status
    assert said["type"] == f"urn:saapuva:problem:{error.code}"
    assert (said["code"], said["detail"], said["remedy"]) == (error.code, error.problem, error.remedy)


def test_what_waiting_helps_says_how_long() -> None:
    waiting = [error for error, _ in EXPECTED if "retry-after" in problems.answer_to(error).headers]

    assert {error.code for error in waiting} == {"not_read_yet", "database_away", "blobs_away", "engine"}


def test_a_file_a_person_must_see_first_is_not_asked_for_again() -> None:
    assert "retry-after" not in problems.answer_to(errors.NotReadYetError("7", "parked")).headers


def is_problem(answer: object, status: int, code: str) -> bool:
    said = answer.json()  # type: ignore[attr-defined]
    headers = answer.headers  # type: ignore[attr-defined]
    return (said["status"], said["code"], headers["content-type"]) == (status, code, "application/problem+json")


def test_an_unknown_address_and_an_unknown_method_are_problems(client: TestClient) -> None:
    assert is_problem(client.get("/nowhere"), 404, "not_found")
    wrong = client.put("/api/v1/batches")
    assert is_problem(wrong, 405, "method_not_allowed")
    assert wrong.headers["allow"]


def test_a_bad_parameter_is_named_but_its_value_is_not_repeated(client: TestClient) -> None:
    answer = client.get("/api/v1/batches/010180-998V")

    assert is_problem(answer, 422, "invalid_request")
    assert answer.json()["errors"][0]["field"] == "path.batch_id"
    assert "998V" not in answer.text


def broken_app(client: TestClient) -> FastAPI:
    app = client.app
    while not isinstance(app, FastAPI):
        app = app.app  # type: ignore[attr-defined]
    return app


def test_an_unforeseen_error_says_nothing_of_what_is_inside(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise KeyError("010180-998V")

    fail.__name__ = "live"  # a route of no known name is closed to all
    broken_app(client).add_api_route("/fails", fail)

    answer = client.get("/fails")

    assert is_problem(answer, 500, "internal")
    assert "998V" not in answer.text + str(answer.headers)


def test_the_database_away_is_503_for_upload_and_list(opened: Opened) -> None:
    with Database("host=127.0.0.1 port=1 user=nobody", wait_s=0.3) as away:
        client = opened(database=away)

        answers = [
            client.post("/api/v1/batches", files={"files": ("a.tif", tiff())}),
            client.get("/api/v1/batches"),
        ]

    assert all(is_problem(answer, 503, "database_away") for answer in answers)
    assert all(answer.headers["retry-after"] for answer in answers)


class Away(LocalBlobs):
    def put(self, chunks: object) -> Blob:  # noqa: ARG002
        raise errors.BlobsAwayError("test")


def test_blobs_away_is_503_and_nothing_is_taken(opened: Opened, tmp_path: Path) -> None:
    client = opened(blobs_store=Away(tmp_path / "b"))

    assert is_problem(client.post("/api/v1/batches", files={"files": ("a.tif", tiff())}), 503, "blobs_away")
    assert client.get("/api/v1/batches").json()["batches"] == []


def test_a_full_disk_refuses_before_the_body_is_read(opened: Opened) -> None:
    client = opened(reserve_mb=1 << 40)

    def body() -> Iterator[bytes]:
        yield b"x" * 10

    answer = client.post("/api/v1/batches", content=body(), headers={"Content-Type": "multipart/form-data; boundary=b"})

    assert is_problem(answer, 507, "disk_full")


def test_answers_bear_what_keeps_browsers_safe(client: TestClient) -> None:
    for answer in (client.get("/"), client.get("/nowhere"), client.get("/api/v1/batches"), client.get("/static/saapuva.css")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_charset_that_reads_nothing_is_refused(client: TestClient) -> None:
    form = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.tif"\r\n\r\n' + tiff() + b"\r\n--b--\r\n"

    answer = client.post(
        "/api/v1/batches", content=form, headers={"Content-Type": "multipart/form-data; charset=undefined; boundary=b"}
    )

    assert is_problem(answer, 400, "refused")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil:8350", "[::1"])
def test_a_name_that_is_not_ours_is_refused_on_loopback(client: TestClient, host: str) -> None:
    assert is_problem(client.get("/api/v1/batches", headers={"Host": host}), 421, "refused")


@pytest.mark.parametrize("host", ["localhost:8350", "127.0.0.1", "[::1]:9999", "LOCALHOST"])
def test_our_own_names_are_let_in(client: TestClient, host: str) -> None:
    assert client.get("/api/v1/batches", headers={"Host": host}).status_code == 200


def test_behind_a_proxy_any_name_is_let_in(opened: Opened) -> None:
    client = opened(host="0.0.0.0", api_token="secret")

    assert client.get("/static/saapuva.css", headers={"Host": "papers.example"}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8350"}, 201),
        ({"Origin": "http://127.0.0.1:8350"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({}, 201),
    ],
    ids=str,
)
def test_another_site_may_not_send_through_a_browser(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/api/v1/batches", files={"files": ("a.tif", tiff())}, headers=headers).status_code == status


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Basic secret", "secret", "Bearer secret2", "Bearer sécret"])
def test_without_the_token_no_call_of_the_api_is_answered(opened: Opened, given: str) -> None:
    client = opened(api_token="secret", bears_token=False)

    for address in ("/api/v1/batches", "/api/v1/nowhere"):
        answer = client.get(address, headers={"Authorization": given.encode("latin-1")})
        assert is_problem(answer, 401, "refused")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert client.post("/api/v1/batches", content=b"x" * 10).status_code == 401


def test_with_the_token_calls_are_answered(opened: Opened) -> None:
    assert opened(api_token="secret").get("/api/v1/batches", headers={"Authorization": "bearer secret"}).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "a.b"])
def test_what_others_reach_is_no_loopback(host: str) -> None:
    assert not is_loopback(host)
