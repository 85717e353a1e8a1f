"""Outbound: the rules core, over HTTP or as files in a folder.

Every foreign error becomes CoreAwayError (try again) or CoreRefusedError (do not), and none quotes what was sent.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import errno
import os
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

import httpx2
from standardwebhooks import Webhook

from intake.client_tls import client_tls
from intake.durable import make_folder, sync_folder
from intake.settings import Settings
from models.errors import CoreAwayError, CoreRefusedError, SettingsError

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
LEAST_SECRET_BYTES = 24  # Standard Webhooks 1.0: 24 to 64 bytes
MOST_ANSWER_BYTES = 16_384

# These speak of the way to the core, its keys or its hour, not of the record: the same record may pass later.
PASSING_STATUSES = frozenset({401, 403, 404, 407, 408, 421, 423, 425, 429})


@dataclass(frozen=True)
class Receipt:
    """The core has the record. `duplicate`: it had it before."""

    status: int
    answer: str
    duplicate: bool


@dataclass(frozen=True)
class Terms:
    """How we treat this core: attempts before a delivery is parked, first wait between two, longest wait for an answer."""

    attempts: int = 12
    backoff_s: float = 2.0
    answer_s: float = 20.0

    @property
    def lease_s(self) -> float:
        """An attempt that has not ended after so long never will: who made it is dead."""
        return 2 * self.answer_s + 10.0


class Core(Protocol):
    """Where records go. `deliver` is safe to call again with the same id and body: the core keeps one."""

    @property
    def terms(self) -> Terms: ...

    def deliver(self, event_id: UUID, body: bytes) -> Receipt: ...

    def close(self) -> None: ...


def open_core(settings: Settings) -> Core:
    """Choose by SAAPUVA_CORE: an address or a folder. Raises SettingsError; nothing is contacted yet."""
    terms = Terms(settings.delivery_attempts, settings.delivery_backoff_s, settings.core_timeout_s)
    secret = None if settings.core_secret is None else settings.core_secret.get_secret_value()
    place = settings.core
    if place is not None and place.casefold().startswith(("http://", "https://")):
        if secret is None:
            raise SettingsError("SAAPUVA_CORE_SECRET", "an address needs a key that signs what is sent to it")
        return HttpCore(place, signer(secret), terms, tls(settings))
    key = None if secret is None else signer(secret)
    if place is None:
        return SpoolCore(settings.data / "outbox", terms, key, make=True)
    return SpoolCore(Path(place), terms, key)


def signer(secret: str) -> Webhook:
    """Make the key ready. Raises SettingsError that never shows it."""
    bare = secret.removeprefix("whsec_")
    try:
        # Strictly: the library drops what is no base64 and would sign with the rest.
        key = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise SettingsError("SAAPUVA_CORE_SECRET", "it is not base64") from None
    if len(key) < LEAST_SECRET_BYTES:
        raise SettingsError("SAAPUVA_CORE_SECRET", f"it holds {len(key)} bytes, at least {LEAST_SECRET_BYTES} are needed")
    return Webhook(key)


def tls(settings: Settings) -> ssl.SSLContext:
    """The system's certificates or SAAPUVA_CORE_CA alone; with SAAPUVA_CORE_CERT we show who we are."""
    return client_tls("SAAPUVA_CORE", settings.core_ca, settings.core_cert, settings.core_key)


def signed_headers(key: Webhook, event_id: UUID, body: bytes, at: datetime) -> dict[str, str]:
    """The three headers of Standard Webhooks."""
    moment = at.astimezone(UTC)  # the library takes any clock's digits for UTC
    return {
        "webhook-id": str(event_id),
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": key.sign(str(event_id), moment, body.decode()),
    }


class HttpCore:
    """The core behind an address. Connections are kept; redirects and proxies of the environment are not followed."""

    def __init__(self, url: str, key: Webhook, terms: Terms, context: ssl.SSLContext | None = None) -> None:
        self.terms = terms
        self._url = url
        self._key = key
        # trust_env=False: personal records go where the settings say, and through nothing else.
        self._client = httpx2.Client(
            verify=context or ssl.create_default_context(),
            timeout=httpx2.Timeout(terms.answer_s, connect=min(5.0, terms.answer_s)),
            follow_redirects=False, trust_env=False, limits=httpx2.Limits(max_connections=8, keepalive_expiry=30.0),
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "saapuva"},
        )  # fmt: skip

    def deliver(self, event_id: UUID, body: bytes) -> Receipt:
        """Send one event. Raises CoreAwayError, CoreRefusedError."""
        headers = {
            "Content-Type": CONTENT_TYPE,
            "Idempotency-Key": str(event_id),
            **signed_headers(self._key, event_id, body, datetime.now(UTC)),
        }
        with _foreign_errors(), self._client.stream("POST", self._url, content=body, headers=headers) as response:
            answer = self._bounded(response)
        return _judged(response, answer)

    def close(self) -> None:
        self._client.close()

    def _bounded(self, response: httpx2.Response) -> str:
        """The first bytes of the answer; one that drips in is cut off, for its status is known already."""
        deadline = time.monotonic() + self.terms.answer_s
        got = b""
        for chunk in response.iter_raw():
            got += chunk
            if len(got) >= MOST_ANSWER_BYTES or time.monotonic() > deadline:
                break
        return got[:MOST_ANSWER_BYTES].decode("utf-8", "replace")


@contextlib.contextmanager
def _foreign_errors() -> Iterator[None]:
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
        raise CoreAwayError(type(error).__name__) from error


def _judged(response: httpx2.Response, answer: str) -> Receipt:
    status = response.status_code
    if response.is_success:
        return Receipt(status, answer, duplicate=status == 200)
    if 400 <= status < 500 and status not in PASSING_STATUSES:
        raise CoreRefusedError(status, answer)
    raise CoreAwayError(f"status {status}", status, answer, _wait_s(response.headers.get("Retry-After"), datetime.now(UTC)))


def _wait_s(retry_after: str | None, now: datetime) -> float:
    """What Retry-After asks for, in seconds or as a date; 0 when it says nothing that can be understood."""
    if retry_after is None:
        return 0.0
    if retry_after.strip().isdigit():
        return float(retry_after[:9])
    try:
        moment = parsedate_to_datetime(retry_after)
    except (ValueError, IndexError):
        return 0.0
    return max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds())


class SpoolCore:
    """The core fetches files from a folder: <event id>.json, whole or not there; with a key also <event id>.sig before it.

    A folder somebody named is not made when it is missing: it may be a share that is not mounted.
    """

    def __init__(self, folder: Path, terms: Terms, key: Webhook | None = None, *, make: bool = False) -> None:
        self.terms = terms
        self._folder = folder
        self._key = key
        self._make = make

    def deliver(self, event_id: UUID, body: bytes) -> Receipt:
        """Write one event. The same one again is left as it lies; another body under its id is refused."""
        path = self._folder / f"{event_id}.json"
        try:
            if self._make:
                make_folder(self._folder, mode=0o777)
            if path.exists():
                return self._same(path, body)
            if self._key is not None:
                headers = signed_headers(self._key, event_id, body, datetime.now(UTC))
                self._write(path.with_suffix(".sig"), "".join(f"{name}: {value}\n" for name, value in headers.items()).encode())
            self._write(path, body)
        except OSError as error:
            raise CoreAwayError(errno.errorcode.get(error.errno or 0, type(error).__name__)) from error
        return Receipt(201, "", duplicate=False)

    def close(self) -> None:
        """Nothing is held open."""

    def _same(self, path: Path, body: bytes) -> Receipt:
        if path.read_bytes() != body:
            raise CoreRefusedError(409, "another body lies under this id")
        sync_folder(self._folder)  # whoever wrote it may have died before he had come so far
        return Receipt(200, "", duplicate=True)

    def _write(self, path: Path, content: bytes) -> None:
        """Durable when this returns; nobody ever sees half of it."""
        part = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}.part")
        try:
            # Of records, others than owner and group see nothing.
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()
            raise
        sync_folder(self._folder)
