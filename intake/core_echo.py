"""A small reference receiver: what the rules core must do with a delivery, and no more. For demo and tests.

It checks signature and hour, holds the body against the contract, keeps every version of every document once, and says
so. On request it misbehaves: fails before or after storing, answers late, refuses.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import socket
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import uvicorn
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from intake.core_client import signer
from intake.durable import sync_path
from models.delivery import Envelope

PATH = "/records"


@dataclass(frozen=True)
class Misbehaviour:
    """`fail_rate` of the answers are 503, half of them after the record was stored; `refuse` is a status for all."""

    fail_rate: float = 0.0
    slow_s: float = 0.0
    refuse: int | None = None


@dataclass(frozen=True)
class Certificates:
    """PEM files of the receiver's own certificate; with `clients` only those it vouches for may connect."""

    own: Path
    key: Path
    clients: Path | None = None


class Kept:
    """The store: FOLDER/<document>/<version>.json, each written once and whole, and FOLDER/receipts.jsonl."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, document_id: str, version: int, body: bytes) -> str:
        """Store one version; durable when this returns. Gives what became of it: stored, duplicate, older or differs."""
        place = self._folder / document_id
        path = place / f"{version}.json"
        with self._lock:
            if path.exists():
                sync_path(place)  # whoever wrote it may have died before it had come so far
                sync_path(self._folder)
                return "duplicate" if path.read_bytes() == body else "differs"
            if any(stored > version for stored in _versions(place)):
                return "older"
            place.mkdir(exist_ok=True)
            _write_once(path, body)
            sync_path(self._folder)
        return "stored"

    def note(self, event_id: str, outcome: str, status: int, document_id: str | None = None, version: int | None = None) -> None:
        """Write down one receipt; the line is durable before the answer goes out."""
        line = {
            "at": datetime.now(UTC).isoformat(), "event_id": event_id, "outcome": outcome, "status": status,
            "document_id": document_id, "version": version,
        }  # fmt: skip
        with self._lock, (self._folder / "receipts.jsonl").open("a") as stream:
            stream.write(json.dumps(line) + "\n")
            stream.flush()
            os.fsync(stream.fileno())

    def stored(self) -> list[dict[str, Any]]:
        return [
            {"document_id": place.name, "version": version}
            for place in sorted(self._folder.iterdir()) if place.is_dir()
            for version in sorted(_versions(place))
        ]  # fmt: skip

    def receipts(self) -> Counter[str]:
        path = self._folder / "receipts.jsonl"
        if not path.exists():
            return Counter()
        return Counter(_outcome(line) for line in path.read_text().splitlines())


def _outcome(line: str) -> str:
    try:
        return str(json.loads(line)["outcome"])
    except ValueError:
        return "torn"  # the receiver was killed while it wrote the line


def _versions(place: Path) -> list[int]:
    return [int(path.stem) for path in place.glob("*.json")] if place.is_dir() else []


def _write_once(path: Path, body: bytes) -> None:
    """A hard link fails where a file lies, and shows only whole files: O_EXCL alone would leave half a file after a crash."""
    part = path.with_name(f".{uuid4().hex}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(body)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(part, path)
    finally:
        part.unlink()
    sync_path(path.parent)


STATUS_BY_OUTCOME = {"stored": 201, "duplicate": 200, "older": 409, "differs": 409}
WORDS_BY_OUTCOME = {
    "stored": "stored",
    "duplicate": "had it before",
    "older": "a newer version of this document is stored",
    "differs": "another body was stored under this id",
}


async def _raw(request: Request) -> bytes:
    """The body as it came: the signature is about these bytes and no others."""
    return await request.body()


def create_receiver(folder: Path, key: Webhook, misbehaviour: Misbehaviour | None = None) -> FastAPI:
    """Make the receiver; `folder` is made when it is missing."""
    kept = Kept(folder)
    manners = misbehaviour or Misbehaviour()
    app = FastAPI(title="core-echo", docs_url=None, redoc_url=None, openapi_url=None)

    @app.post(PATH)
    def receive(request: Request, body: Annotated[bytes, Depends(_raw)]) -> Response:
        return _receive(kept, key, manners, dict(request.headers), body)

    @app.get("/stored")
    def stored() -> dict[str, Any]:
        return {"stored": kept.stored(), "receipts": kept.receipts()}

    return app


def _receive(kept: Kept, key: Webhook, manners: Misbehaviour, headers: dict[str, str], body: bytes) -> Response:
    named = headers.get("webhook-id", "")[:100]
    fails = random.random() < manners.fail_rate
    if manners.refuse is not None:
        return _answer(kept, named, "refused", manners.refuse, "refused on request")
    if fails and random.random() < 0.5:
        return _answer(kept, named, "failed_before", 503, "failed on request, nothing is stored")
    try:
        key.verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):
        return _answer(kept, named, "bad_signature", 401, "the signature does not hold, or its hour is not now")
    event = _event(named, headers, body)
    if event is None:
        return _answer(kept, named, "bad_body", 400, "the body does not keep the contract")
    outcome = kept.keep(event.data.document_id, event.data.version, body)
    time.sleep(manners.slow_s)
    status, words = (
        (503, "failed on request, after storing") if fails else (STATUS_BY_OUTCOME[outcome], WORDS_BY_OUTCOME[outcome])
    )
    kept.note(named, outcome, status, event.data.document_id, event.data.version)
    return _problem(status, words)


def _event(named: str, headers: dict[str, str], body: bytes) -> Envelope | None:
    """The event, when it keeps the contract and is the one that the headers name."""
    try:
        event = Envelope.model_validate_json(body)
    except ValidationError:
        return None
    is_named = event.id == named == headers.get("idempotency-key")
    return event if is_named and event.subject == event.data.document_id else None


def _answer(kept: Kept, named: str, outcome: str, status: int, words: str) -> Response:
    kept.note(named, outcome, status)
    return _problem(status, words)


def _problem(status: int, words: str) -> Response:
    if status < 300:
        return JSONResponse({"status": words}, status)
    return JSONResponse({"title": words, "status": status}, status, media_type="application/problem+json")


def serve(
    folder: Path, secret: str, host: str, port: int, misbehaviour: Misbehaviour, certificates: Certificates | None = None
) -> None:
    """Receive until told to stop. Says the address on stdout once connections are taken; port 0 takes a free one."""
    app = create_receiver(folder, signer(secret), misbehaviour)
    listener = socket.create_server((host, port))
    scheme = "http" if certificates is None else "https"
    sys.stdout.write(f"{scheme}://{host}:{listener.getsockname()[1]}{PATH}\n")
    sys.stdout.flush()
    config = uvicorn.Config(app, log_level="warning", access_log=False, **_tls(certificates))
    with listener, contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def _tls(certificates: Certificates | None) -> dict[str, Any]:
    import ssl

    if certificates is None:
        return {}
    needed = ssl.CERT_NONE if certificates.clients is None else ssl.CERT_REQUIRED
    return {
        "ssl_certfile": str(certificates.own),
        "ssl_keyfile": str(certificates.key),
        "ssl_ca_certs": None if certificates.clients is None else str(certificates.clients),
        "ssl_cert_reqs": needed,
    }
