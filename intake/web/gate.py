"""What every request passes before a route sees it: whom it is for, who asks, how much it may bring."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect

from intake.logs import log
from intake.settings import Settings
from intake.web import access, problems
from models.errors import RefusedError, SaapuvaError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

UPLOAD_PATHS = frozenset({"/api/v1/batches", "/mailroom", "/mailroom/files"})
# A form's boundaries, part headers and text fields, beside the files.
FORM_BYTES = 1 << 20
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# A sender that is silent for so long is gone, or holds the connection to do harm.
_SILENCE_S = 60.0
# So much of a body nobody wants is read all the same, so that its sender hears why.
_DRAINED_BYTES = 8 << 20
_DRAIN_S = 2.0

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Gate:
    """An ASGI middleware around the whole application; the last place where an unforeseen error can be caught."""

    def __init__(self, app: App, settings: Settings, service_token: str) -> None:
        self._app = app
        self._token = service_token
        self._hosts = own_hosts(settings.host, settings.public_url)
        self._upload_bytes = (settings.max_upload_mb << 20) + FORM_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = self._upload_bytes if scope["path"].rstrip("/") in UPLOAD_PATHS else FORM_BYTES
        body = _Body(receive, limit, headers)
        answer = _Answer(send, body)
        try:
            self._check(scope, headers)
            _check_length(headers, limit)
            await self._app(scope, body.receive, answer.send)
        except SaapuvaError as error:
            await answer.or_else(problems.answer_to(error), scope, receive)
        except ClientDisconnect:
            pass  # nobody is there to be answered
        except Exception as error:  # noqa: BLE001 - the door: no error's words may reach the client, or the log unmasked
            log("web").error("unforeseen", exc_info=error)
            await answer.or_else(problems.internal(), scope, receive)

    def _check(self, scope: Scope, headers: Headers) -> None:
        host = _name_of(f"//{headers.get('host', '')}")
        if self._hosts is not None and host not in self._hosts:
            raise RefusedError("This service is not reached under that name.", "Use the address that `./saapuva up` prints.", 421)
        if scope["method"] not in _SAFE_METHODS:
            _check_same_site(headers)
        if scope["path"].startswith("/api/"):
            self._check_api(headers)

    def _check_api(self, headers: Headers) -> None:
        """Turn away who has neither token nor cookie before a byte of the body is read; `access` looks at the cookie."""
        has_cookie = f"{access.SESSION_COOKIE}=" in headers.get("cookie", "")
        if not access.bears_token(headers, self._token) and ("authorization" in headers or not has_cookie):
            raise access.no_token()


def own_hosts(bound_to: str, public_url: str | None = None) -> frozenset[str] | None:
    """Names a loopback address may be asked under, a proxy's before it too; None for others, which their proxy guards.

    Any page in a browser can reach a loopback address through a name of its own: the name gives it away.
    """
    if not is_loopback(bound_to):
        return None
    public = _name_of(public_url or "")
    return frozenset({"localhost", "127.0.0.1", "::1", bound_to} | ({public} if public else set()))


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_same_site(headers: Headers) -> None:
    """Refuse what another site makes a browser send; programs send neither header."""
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    is_foreign = site is not None and site not in ("same-origin", "none")
    if site is None and origin is not None:
        is_foreign = _place_of(origin) != headers.get("host")
    if is_foreign:
        raise RefusedError(
            "Another site may not change anything here.", "Do it from this service's own pages, or from a program.", 403
        )


def _check_length(headers: Headers, limit: int) -> None:
    length = headers.get("content-length", "")
    if length and "transfer-encoding" in headers:
        raise RefusedError("The request gives its length in two ways.", "Send Content-Length or chunks, not both.", 400)
    if length.isdigit() and int(length) > limit:
        raise too_large(limit)


def too_large(limit: int) -> RefusedError:
    return RefusedError(f"The request is larger than {limit >> 20} MB.", "Send the files in several uploads.", 413)


def _place_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _name_of(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


class _Body:
    """Counts what comes in, whatever the headers said, and gives up on a sender that falls silent."""

    def __init__(self, receive: Receive, limit: int, headers: Headers) -> None:
        self._receive = receive
        self._limit = limit
        self._taken = 0
        self._waits_for_leave = "expect" in headers
        # A proxy before us may see its end elsewhere than we: what follows may be another caller's request.
        self._end_is_doubtful = "transfer-encoding" in headers and "content-length" in headers
        self._is_whole = "transfer-encoding" not in headers and headers.get("content-length", "0") == "0"

    async def receive(self) -> Message:
        if self._is_whole:
            return await self._receive()  # waits for the end of the connection, as long as the answer takes
        try:
            message = await self._next(_SILENCE_S)
        except TimeoutError:
            raise RefusedError("The rest of the request did not come.", "Send it again.", 408) from None
        self._taken += len(message.get("body", b""))
        if self._taken > self._limit:
            raise too_large(self._limit)
        return message

    async def drained(self) -> bool:
        """Read on for a little and forget it: who is still sending does not hear an answer. False when there is yet more."""
        taken = 0
        while not self._is_whole and not self._waits_for_leave and taken < _DRAINED_BYTES:
            try:
                message = await self._next(_DRAIN_S)
            except TimeoutError:
                break
            taken += len(message.get("body", b""))
        return self._is_whole and not self._end_is_doubtful

    async def _next(self, wait_s: float) -> Message:
        message = await asyncio.wait_for(self._receive(), wait_s)
        self._is_whole = not message.get("more_body", False)
        return message


class _Answer:
    """Adds what every answer bears, and knows whether one has begun."""

    def __init__(self, send: Send, body: _Body) -> None:
        self._send = send
        self._body = body
        self._has_begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._has_begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if not await self._body.drained():
                headers["Connection"] = "close"
        await self._send(message)

    async def or_else(self, answer: App, scope: Scope, receive: Receive) -> None:
        """Send an answer, unless one is on its way: that one then ends torn, which the client notices."""
        if self._has_begun:
            raise ConnectionAbortedError
        await answer(scope, receive, self.send)
