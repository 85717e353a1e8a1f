"""The way to the core: every foreign error becomes one of ours, and nothing is sent unsigned."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from standardwebhooks import Webhook

from intake.core_client import HttpCore, SpoolCore, Terms, open_core, signed_headers, signer
from intake.settings import Settings
from models.errors import CoreAwayError, CoreRefusedError, SettingsError
from tests.intake.core_stand_in import SECRET

EVENT = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
BODY = '{"says": "Pöytä"}'.encode()
TERMS = Terms(answer_s=0.5)


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        server: Any = self.server
        server.seen.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        server.answer(self)

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what some tests want."""


@pytest.fixture
def web() -> Iterator[Any]:
    server: Any = _Server(("127.0.0.1", 0), _Answering)
    server.daemon_threads = True
    server.seen = []
    server.url = f"http://127.0.0.1:{server.server_address[1]}/records"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def answering(status: int, headers: dict[str, str] | None = None, body: bytes = b"{}") -> Any:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return answer


@pytest.fixture
def core(web: Any) -> Iterator[HttpCore]:
    opened = HttpCore(web.url, signer(SECRET), TERMS)
    yield opened
    opened.close()


@pytest.mark.parametrize(("status", "duplicate"), [(200, True), (201, False), (202, False), (204, False)])
def test_a_success_is_a_receipt(web: Any, core: HttpCore, status: int, duplicate: bool) -> None:
    web.answer = answering(status, body=b"")

    receipt = core.deliver(EVENT, BODY)

    assert (receipt.status, receipt.duplicate) == (status, duplicate)


def test_what_is_sent_is_signed_named_and_untouched(web: Any, core: HttpCore) -> None:
    web.answer = answering(201)

    core.deliver(EVENT, BODY)

    path, headers, body = web.seen[0]
    assert path == "/records" and body == BODY
    assert headers["Content-Type"].startswith("application/cloudevents+json")
    assert headers["Idempotency-Key"] == headers["webhook-id"] == str(EVENT)
    Webhook(SECRET).verify(body, headers, json_parse=False)


def test_the_hour_of_a_signature_is_right_in_every_zone() -> None:
    moment = datetime.now(ZoneInfo("Europe/Helsinki"))

    headers = signed_headers(signer(SECRET), EVENT, BODY, moment)

    assert headers["webhook-timestamp"] == str(int(moment.timestamp()))
    Webhook(SECRET).verify(BODY, headers, json_parse=False)


def test_one_connection_serves_several_deliveries(web: Any, core: HttpCore) -> None:
    ports = set()

    def answer(request: BaseHTTPRequestHandler) -> None:
        ports.add(request.client_address[1])
        answering(201)(request)

    web.answer = answer
    for _ in range(3):
        core.deliver(uuid4(), BODY)

    assert len(ports) == 1


@pytest.mark.parametrize("status", [400, 405, 409, 410, 413, 415, 422, 451])
def test_what_speaks_of_the_record_is_refused_for_good(web: Any, core: HttpCore, status: int) -> None:
    web.answer = answering(status, body=b"why")

    with pytest.raises(CoreRefusedError) as refused:
        core.deliver(EVENT, BODY)

    assert (refused.value.status, refused.value.answer) == (status, "why")


@pytest.mark.parametrize("status", [301, 307, 401, 403, 404, 408, 425, 429, 500, 502, 503, 504])
def test_what_speaks_of_the_way_there_is_tried_again(web: Any, core: HttpCore, status: int) -> None:
    web.answer = answering(status, {"Location": "/elsewhere"}, b"why")

    with pytest.raises(CoreAwayError) as away:
        core.deliver(EVENT, BODY)

    assert (away.value.status, away.value.answer) == (status, "why")
    assert [path for path, _, _ in web.seen] == ["/records"]


@pytest.mark.parametrize(
    ("says", "at_least", "at_most"),
    [
        ("120", 120, 120),
        (timedelta(hours=1), 3500, 3601),
        (timedelta(hours=-1), 0, 0),
        ("soon", 0, 0),
        ("-5", 0, 0),
        ("9" * 400, 1, 1e9),
    ],
)
def test_the_core_may_ask_us_to_wait(web: Any, core: HttpCore, says: str | timedelta, at_least: float, at_most: float) -> None:
    told = format_datetime(datetime.now(UTC) + says, usegmt=True) if isinstance(says, timedelta) else says
    web.answer = answering(503, {"Retry-After": told})

    with pytest.raises(CoreAwayError) as away:
        core.deliver(EVENT, BODY)

    assert at_least <= away.value.wait_s <= at_most


def test_no_answer_in_time_is_away(web: Any, core: HttpCore) -> None:
    done = threading.Event()
    web.answer = lambda _: done.wait(5)

    with pytest.raises(CoreAwayError, match="ReadTimeout"):
        core.deliver(EVENT, BODY)
    done.set()


def test_a_connection_that_breaks_is_away(web: Any, core: HttpCore) -> None:
    def hang_up(request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True
        request.connection.shutdown(socket.SHUT_RDWR)

    web.answer = hang_up

    with pytest.raises(CoreAwayError):
        core.deliver(EVENT, BODY)


def test_an_answer_that_never_ends_is_cut_off(web: Any, core: HttpCore) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(201)
        request.send_header("Content-Length", "100000000")
        request.end_headers()
        for _ in range(200):
            request.wfile.write(b"x" * 1000)

    web.answer = drip

    receipt = core.deliver(EVENT, BODY)

    assert receipt.status == 201 and len(receipt.answer) == 16_384


def test_a_compressed_answer_is_not_unpacked(web: Any, core: HttpCore) -> None:
    web.answer = answering(201, {"Content-Encoding": "gzip"}, b"no gzip")

    assert core.deliver(EVENT, BODY).status == 201


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://[::1", "http://core.invalid/", "https://127.0.0.1:1/"])
def test_nobody_there_is_away(url: str) -> None:
    core = HttpCore(url, signer(SECRET), TERMS)

    with pytest.raises(CoreAwayError) as away:
        core.deliver(EVENT, BODY)

    assert away.value.status is None and "127.0.0.1" not in str(away.value)
    core.close()


def test_no_proxy_of_the_environment_is_used(web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    web.answer = answering(201)
    core = HttpCore(web.url, signer(SECRET), TERMS)

    assert core.deliver(EVENT, BODY).status == 201
    core.close()


def test_a_folder_gets_each_event_once_and_whole(tmp_path: Path) -> None:
    core = SpoolCore(tmp_path, TERMS)

    first, again = core.deliver(EVENT, BODY), core.deliver(EVENT, BODY)

    assert (first.duplicate, again.duplicate) == (False, True)
    assert [path.name for path in tmp_path.iterdir()] == [f"{EVENT}.json"]
    assert (tmp_path / f"{EVENT}.json").read_bytes() == BODY
    assert (tmp_path / f"{EVENT}.json").stat().st_mode & 0o007 == 0


@pytest.mark.parametrize("first", [True, False], ids=["written", "found"])
def test_a_folders_receipt_is_given_once_its_entry_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    # given, or not, a worker that died between renaming the file and forcing the folder to the disk
    if not first:
        (tmp_path / f"{EVENT}.json").write_bytes(BODY)
    forced: list[str] = []
    fsync = os.fsync

    def note(handle: int) -> None:
        forced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", note)

    SpoolCore(tmp_path, TERMS).deliver(EVENT, BODY)

    assert forced[-1] == str(tmp_path)


def test_the_outbox_folder_is_made_to_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: forced.append(str(Path(f"/proc/self/fd/{handle}").readlink())))

    SpoolCore(tmp_path / "new" / "outbox", TERMS, make=True).deliver(EVENT, BODY)

    assert {str(tmp_path), str(tmp_path / "new"), str(tmp_path / "new" / "outbox")} <= set(forced)


def test_another_body_under_the_same_id_is_refused(tmp_path: Path) -> None:
    core = SpoolCore(tmp_path, TERMS)
    core.deliver(EVENT, BODY)

    with pytest.raises(CoreRefusedError):
        core.deliver(EVENT, b"{}")

    assert (tmp_path / f"{EVENT}.json").read_bytes() == BODY


def test_with_a_key_the_signature_lies_beside(tmp_path: Path) -> None:
    SpoolCore(tmp_path, TERMS, signer(SECRET)).deliver(EVENT, BODY)

    lines = (tmp_path / f"{EVENT}.sig").read_text().splitlines()
    Webhook(SECRET).verify(BODY, dict(line.split(": ", 1) for line in lines), json_parse=False)


def test_a_named_folder_that_is_missing_is_away_and_not_made(tmp_path: Path) -> None:
    core = SpoolCore(tmp_path / "not-mounted", TERMS)

    with pytest.raises(CoreAwayError, match="ENOENT"):
        core.deliver(EVENT, BODY)

    assert not (tmp_path / "not-mounted").exists()


def test_a_folder_that_fails_while_writing_is_away_and_leaves_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("intake.core_client.os.fsync", full)

    with pytest.raises(CoreAwayError, match="ENOSPC"):
        SpoolCore(tmp_path, TERMS).deliver(EVENT, BODY)

    assert list(tmp_path.iterdir()) == []


def settings(tmp_path: Path, **given: Any) -> Settings:
    return Settings.model_validate({"data": tmp_path, **given})


def test_without_a_place_records_go_to_the_outbox_folder(tmp_path: Path) -> None:
    core = open_core(settings(tmp_path, delivery_attempts=5, delivery_backoff_s=3, core_timeout_s=7))

    core.deliver(EVENT, BODY)

    assert core.terms == Terms(5, 3.0, 7.0)
    assert (tmp_path / "outbox" / f"{EVENT}.json").exists()


@pytest.mark.parametrize(
    "given",
    [
        {"core": "https://core.example/records"},
        {"core": "https://core.example/records", "core_secret": "not-base64-at-all!"},
        {"core": "https://core.example/records", "core_secret": "whsec_c2hvcnQ="},
        {"core": "https://core.example/records", "core_secret": SECRET, "core_ca": "missing.pem"},
        {"core": "https://core.example/records", "core_secret": SECRET, "core_cert": "missing.pem"},
    ],
)
def test_settings_that_cannot_work_are_named_before_anything_is_sent(tmp_path: Path, given: dict[str, Any]) -> None:
    with pytest.raises(SettingsError) as error:
        open_core(settings(tmp_path, **given))

    assert str(error.value).startswith("SAAPUVA_CORE_")
    assert not any(str(value) in str(error.value) for name, value in given.items() if name == "core_secret")


def test_old_tls_is_not_spoken(tmp_path: Path) -> None:
    from intake.core_client import tls

    assert tls(settings(tmp_path)).minimum_version >= ssl.TLSVersion.TLSv1_2
