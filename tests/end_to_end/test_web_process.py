"""The web door as a process: how it starts, ends, and what it makes of connections that break."""

# ruff: noqa: F811 - fixtures are imported by name

from __future__ import annotations

import contextlib
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from intake.settings import Settings
from intake.store.blobs import open_blobs
from intake.store.database import Database
from intake.web import heads, serve
from intake.wiring import Wired
from models.errors import SettingsError
from tests.end_to_end.web_process import WebProcess, web_process
from tests.intake.conftest import database, database_url, server_url, template  # noqa: F401 - fixtures
from tests.intake.papers import tiff

pytestmark = pytest.mark.end_to_end

NAME = "010180-998V.tif"


@pytest.fixture
def web(tmp_path: Path, database_url: str) -> Iterator[WebProcess]:
    with web_process(tmp_path, database_url, MAX_UPLOAD_MB="2") as running:
        yield running


def log_of(web: WebProcess) -> str:
    return (web.folder / "log").read_text()


def raw(web: WebProcess, *sent: bytes, wait_s: float = 10.0) -> bytes:
    """Send bytes as they are, and give all that comes back until the other side closes or falls silent."""
    with socket.create_connection(("127.0.0.1", urlsplit(web.url).port or 0), timeout=wait_s) as connection:
        answer = b""
        try:
            for each in sent:
                connection.sendall(each)
            while chunk := connection.recv(65536):
                answer += chunk
        except (TimeoutError, ConnectionError):
            pass
        return answer


def head(length: str, *more: str) -> bytes:
    lines = [
        "POST /api/v1/batches HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: multipart/form-data; boundary=b",
        length,
        *more,
        "",
        "",
    ]
    return "\r\n".join(lines).encode()


FORM = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.tif"\r\n\r\n' + tiff(1) + b"\r\n--b--\r\n"


def batches(web: WebProcess) -> list[object]:
    found: list[object] = httpx2.get(f"{web.url}/api/v1/batches", headers=web.headers, timeout=30).json()["batches"]
    return found


def test_it_tells_where_it_is_answers_and_ends_cleanly(web: WebProcess) -> None:
    answer = httpx2.post(
        f"{web.url}/api/v1/batches",
        files={"files": (NAME, tiff(1))},
        data={"sender": "Meikäläinen"},
        headers=web.headers,
        timeout=60,
    )

    web.process.send_signal(signal.SIGTERM)

    assert answer.status_code == 201
    assert web.process.wait(timeout=30) == 0
    assert not (web.folder / "web.json").exists()
    assert "998V" not in log_of(web) and "Meikäläinen" not in log_of(web)
    assert "Traceback" not in log_of(web)


def test_an_upload_under_way_is_answered_before_it_ends(web: WebProcess) -> None:
    half = len(FORM) // 2
    answers: list[bytes] = []

    def slowly() -> None:
        with socket.create_connection(("127.0.0.1", urlsplit(web.url).port or 0), timeout=30) as connection:
            connection.sendall(head(f"Content-Length: {len(FORM)}") + FORM[:half])
            time.sleep(1.5)
            connection.sendall(FORM[half:])
            answers.append(connection.recv(65536))

    sender = threading.Thread(target=slowly)
    sender.start()
    time.sleep(0.7)
    web.process.send_signal(signal.SIGTERM)
    sender.join(timeout=60)

    assert answers[0].startswith(b"HTTP/1.1 201")
    assert web.process.wait(timeout=30) == 0


@pytest.mark.parametrize(
    "sent",
    [
        (head(f"Content-Length: {len(FORM)}"), FORM[:200]),
        (head("Transfer-Encoding: chunked"), b"%x\r\n" % len(FORM[:200]), FORM[:200]),
        (head(f"Content-Length: {len(FORM)}"),),
    ],
    ids=["told", "chunked", "nothing came"],
)
def test_a_sender_that_hangs_up_halfway_leaves_nothing(web: WebProcess, sent: tuple[bytes, ...]) -> None:
    raw(web, *sent, wait_s=0.5)

    assert batches(web) == []
    assert "unforeseen" not in log_of(web) and "Traceback" not in log_of(web)


def test_a_whole_upload_in_one_piece_is_taken(web: WebProcess) -> None:
    assert raw(web, head(f"Content-Length: {len(FORM)}", "Connection: close"), FORM).startswith(b"HTTP/1.1 201")


def test_a_body_without_end_is_cut_off_at_the_limit(web: WebProcess) -> None:
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"

    answer = raw(web, head("Transfer-Encoding: chunked"), *[chunk] * 200)

    assert answer == b"" or answer.startswith(
        (b"HTTP/1.1 413", b"HTTP/1.1 400")
    )  # sent, though a sender in full flow may miss it
    assert batches(web) == []


def test_a_large_upload_is_refused_before_it_is_sent(web: WebProcess) -> None:
    answer = raw(web, head("Content-Length: 99999999", "Expect: 100-continue"), wait_s=5)

    assert answer.startswith(b"HTTP/1.1 413")
    assert b"100 Continue" not in answer


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100),
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"POST /api/v1/batches HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v1/batches HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        b"POST /api/v1/batches HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["huge header", "TLS", "huge address", "negative length", "two lengths", "bad chunk"],
)
def test_what_is_no_http_is_refused_and_the_next_one_served(web: WebProcess, sent: bytes) -> None:
    answer = raw(web, sent, wait_s=3)

    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert batches(web) == []


def test_connections_that_never_finish_a_head_keep_nobody_out_for_long(web: WebProcess) -> None:
    port = urlsplit(web.url).port or 0
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(270)]
    try:
        for connection in silent[::2]:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
        assert httpx2.get(f"{web.url}/health/live").status_code == 503  # all places are taken

        until = time.monotonic() + 2 * heads.HEAD_S
        while httpx2.get(f"{web.url}/health/live").status_code != 200:
            assert time.monotonic() < until, "they still keep others out"
            time.sleep(0.5)
    finally:
        for connection in silent:
            connection.close()


def test_a_kept_connection_must_finish_its_next_head_too(web: WebProcess) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(web.url).port or 0), timeout=2 * heads.HEAD_S) as kept:
        kept.sendall(b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        answer = b""
        while not answer.endswith(b"}"):  # head and body may come apart
            answer += kept.recv(65536)
        assert answer.startswith(b"HTTP/1.1 200")

        kept.sendall(b"GET /health/live HTTP/1.1\r\n")
        began = time.monotonic()
        with contextlib.suppress(ConnectionResetError):
            assert kept.recv(65536) == b""

        assert time.monotonic() - began < heads.HEAD_S + 3


def test_what_follows_a_request_with_two_lengths_is_not_a_request(web: WebProcess) -> None:
    smuggled = b"0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

    answer = raw(web, head("Content-Length: 4", "Transfer-Encoding: chunked"), smuggled)

    assert answer.startswith(b"HTTP/1.1 400") and answer.count(b"HTTP/1.1") == 1


def wired(database: Database, folder: Path, **changes: object) -> Wired:
    settings = Settings(**({"data": folder, "port": 0} | changes))  # type: ignore[arg-type]
    return Wired(settings, database, open_blobs(str(folder / "blobs"), None))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "papers.example"])
def test_an_address_that_others_reach_needs_a_token(database: Database, tmp_path: Path, host: str) -> None:
    with pytest.raises(SettingsError, match="SAAPUVA_API_TOKEN"):
        serve.run(wired(database, tmp_path, host=host))


def test_a_port_that_is_taken_is_said(database: Database, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingsError, match="SAAPUVA_PORT"):
        serve.run(wired(database, tmp_path, port=taken.getsockname()[1]))


def test_with_a_token_the_whole_network_is_served(tmp_path: Path, database_url: str) -> None:
    with web_process(tmp_path, database_url, HOST="0.0.0.0", API_TOKEN="secret") as web:
        assert httpx2.get(f"{web.url}/api/v1/batches").status_code == 401
        assert httpx2.get(f"{web.url}/api/v1/batches", headers={"Authorization": "Bearer secret"}).status_code == 200
    assert "secret" not in log_of(web)
