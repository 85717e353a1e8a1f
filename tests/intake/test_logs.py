"""What is logged, and what never is."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient

from intake import logs
from models.errors import FileMissingError

CODES = ["010190-123A", "010190+123A", "010190A123B", "131052Y308T", "150785a9992", "010190%2B123A"]
CODES += ["hetu010190-123A.pdf", "_010190-123A_"]
IBANS = ["FI2112345600000785", "FI21 1234 5600 0007 85", "fi2112345600000785", "NO9386011117947", "SE45 5000 0000 0583 9825 7466"]


class Lines:
    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def last(self) -> dict[str, Any]:
        return dict(json.loads(self.text.splitlines()[-1]))


@pytest.fixture(params=["json", "text"])
def form(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def lines(form: Any) -> Iterator[Lines]:
    root = logging.getLogger()
    before, level, raising = list(root.handlers), root.level, logging.raiseExceptions
    stream = io.StringIO()
    logs.configure(form, stream)
    yield Lines(stream)
    root.handlers[:] = before
    root.setLevel(level)
    logging.raiseExceptions = raising
    logging.captureWarnings(False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def json_lines() -> Iterator[Lines]:
    yield from lines.__wrapped__("json")  # type: ignore[attr-defined]


@pytest.mark.parametrize("secret", CODES + IBANS)
def test_a_code_or_an_account_reaches_no_line_wherever_it_stands(lines: Lines, secret: str) -> None:
    plain = secret.removeprefix("hetu").removesuffix(".pdf").strip("_")

    logs.log().info(f"read {secret} today", note=secret, deep={"list": [secret, {secret: (secret,)}]})
    logging.getLogger("procrastinate").warning("job %s", {"subject": secret}, extra={"job": secret})
    logging.getLogger("uvicorn.error").error("GET /x?hetu=%s", secret)

    assert lines.text.count("\n") == 3
    assert plain.lower() not in lines.text.lower()
    assert logs.MASK in lines.text


@pytest.mark.parametrize("key", ["name", "file_name", "hetu", "body", "Name", "sender", "query"])
def test_a_personal_key_is_left_out_with_its_value(lines: Lines, key: str) -> None:
    logs.log().info("taken", **{key: "Matti Meikäläinen"}, deep={key: "Matti Meikäläinen"})

    assert "Matti" not in lines.text


@pytest.mark.parametrize(
    "error", [ValueError("010190-123A Matti"), FileMissingError("010190-123A Matti.pdf"), OSError(2, "gone", "/in/Matti.pdf")]
)
def test_an_exception_is_told_by_kind_and_place_without_its_words_or_locals(lines: Lines, error: Exception) -> None:
    def fails(hidden: str) -> None:
        raise error

    try:
        fails("Matti")
    except Exception:
        logs.log().exception("reading failed", file="f1")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")

    assert "Matti" not in lines.text
    assert "010190" not in lines.text
    assert lines.text.count(type(error).__qualname__) == 2
    assert "test_logs.py" in lines.text


def test_a_cause_is_told_too(json_lines: Lines) -> None:
    try:
        try:
            raise psycopg.errors.UniqueViolation("Key (name)=(Matti) already exists")
        except psycopg.Error as error:
            raise RuntimeError("Matti") from error
    except RuntimeError:
        logs.log().exception("failed")

    assert [one["type"] for one in json_lines.last["failure"]] == ["RuntimeError", "UniqueViolation"]
    assert json_lines.last["failure"][1]["sqlstate"] == "23505"
    assert "Matti" not in json_lines.text


def test_a_line_is_json_with_time_level_event_and_ids(json_lines: Lines) -> None:
    logs.bind_process("worker")

    logs.log().info("file read", file="5b0f", pages=3)
    ours = json_lines.last
    logging.getLogger("elsewhere").warning("slow")
    foreign = json_lines.last

    assert ours["time"].endswith("Z")
    assert {key: ours[key] for key in ("level", "event", "file", "pages", "role")} == {
        "level": "info", "event": "file read", "file": "5b0f", "pages": 3, "role": "worker",
    }  # fmt: skip
    assert (foreign["event"], foreign["level"], foreign["logger"]) == ("slow", "warning", "elsewhere")
    assert foreign["pid"] == ours["pid"]


def test_hashes_ids_and_times_stay_whole(json_lines: Lines) -> None:
    sha = "0123456a123b" + "0" * 52
    identifier = "12345678-1234-4234-8234-123456789012"

    logs.log().info(f"kept {sha} {identifier} 2026-11-22T20:39:47.123456+00:00", blob=sha, file=UUID(identifier))

    assert json_lines.last["event"] == f"kept {sha} {identifier} 2026-11-22T20:39:47.123456+00:00"
    assert (json_lines.last["blob"], json_lines.last["file"]) == (sha, identifier)


def test_secrets_of_addresses_are_hidden(lines: Lines) -> None:
    logging.getLogger().error("cannot reach postgresql://app:hunter2@db/saapuva or host=db password=hunter2 dbname=x")

    assert "hunter2" not in lines.text


def test_a_warning_becomes_a_line(json_lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("about 010190-123A", stacklevel=1)

    assert json_lines.last["level"] == "warning"
    assert "010190" not in json_lines.text


def test_a_line_that_cannot_be_formatted_does_not_print_its_arguments(lines: Lines, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger().error("%d pages", "010190-123A")

    assert "010190" not in lines.text + capsys.readouterr().err


def client() -> TestClient:
    app = FastAPI()
    app.add_middleware(logs.RequestLog)

    @app.get("/files/{file_id}/{word}")
    def one(file_id: UUID, word: str) -> str:
        if word == "breaks":
            raise ValueError("010190-123A")
        return word

    @app.get("/health/live")
    def live() -> str:
        return "ok"

    return TestClient(app, raise_server_exceptions=False)


def test_a_request_is_told_by_its_route_without_query_or_path(json_lines: Lines) -> None:
    identifier = "12345678-1234-4234-8234-123456789012"

    client().get(f"/files/{identifier}/Matti-010190-123A", params={"hetu": "010190-123A", "nimi": "Matti"})
    answered = json_lines.last
    client().get(f"/files/{identifier}/breaks")
    broken = json_lines.last
    client().get("/Matti/010190-123A")
    lost = json_lines.last

    assert [answered[key] for key in ("method", "route", "status")] == ["GET", "/files/{file_id}/{word}", 200]
    assert answered["file_id"] == identifier
    assert answered["ms"] >= 0
    assert (broken["status"], broken["level"]) == (500, "error")
    assert (lost["status"], lost["route"]) == (404, "(no route)")
    assert "010190" not in json_lines.text
    assert "Matti" not in json_lines.text


def test_a_probe_that_succeeds_is_not_logged(json_lines: Lines) -> None:
    client().get("/health/live")

    assert json_lines.text == ""
