"""What is logged: one line per event to stderr, in ids and words of ours, never a person's data.

Everything passes here: our own events, and those of uvicorn, procrastinate, httpx2 and whatever else speaks through `logging`.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any, Literal, TextIO
from uuid import UUID

import structlog
from structlog.typing import EventDict, WrappedLogger

from models.errors import SaapuvaError

MASK = "•••"
_CLOSED = """
    name names file_name filename first_name last_name given_name family_name surname person person_hetu hetu ssn iban account
    address street phone email body value raw text fields answer sender reference comment query query_string headers cookies
    authorization token password secret path args
"""
CLOSED_KEYS = frozenset(_CLOSED.split())
"""Keys whose values are left out of the log, whatever they hold. Say ids instead."""

# Hashes and ids are kept whole: within their digits a code may seem to stand.
_SAFE = r"(?<![0-9A-Za-z])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?![0-9A-Za-z])"
_CODE = r"\d{6}[ ]?(?:[-+–−A-FU-Y]|%2[BD])[ ]?\d{3}[0-9A-Z]"
_IBAN = r"(?-i:(?<![0-9A-Za-z])[A-Z]{2}\d{2}(?:[ ]?[0-9A-Z]{4}){2,7}(?:[ ]?[0-9A-Z]{1,3})?(?![0-9A-Za-z]))"
_FINNISH_IBAN = r"FI\d{2}(?:(?:[ ]|%20|\+)?\d){14}"
_SECRET = r"(?:password|secret|token)=[^\s\"']+|(?<=://)[^/@\s]+@|whsec_[^\s\"']+|Bearer [^\s\"']+"
_QUERY = r"\?[\w.~%-]+=[^\s\"']*"
_PERSONAL = re.compile(rf"(?P<safe>{_SAFE})|{_SECRET}|{_QUERY}|{_CODE}|{_IBAN}|{_FINNISH_IBAN}", re.IGNORECASE)


def masked(text: str) -> str:
    """Hide identity codes, IBANs, secrets and the queries of addresses in a text."""
    return _PERSONAL.sub(lambda found: found["safe"] or MASK, text)


def masked_within(value: Any) -> Any:
    """Mask every text within a JSON value; nothing is left out."""
    if isinstance(value, dict):
        return {masked(key): masked_within(each) for key, each in value.items()}
    if isinstance(value, list):
        return [masked_within(each) for each in value]
    return masked(value) if isinstance(value, str) else value


def configure(form: Literal["json", "text"] = "json", stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Let all log lines of this process go to stderr (or `stream`) in one form. May be called again.

    uvicorn must be run with `log_config=None`, else it puts its own lines beside ours.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )  # fmt: skip
    line = logging.StreamHandler(stream or sys.stderr)
    line.setFormatter(_formatter(form))
    root = logging.getLogger()
    root.handlers[:] = [line]
    root.setLevel(level)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a line that cannot be written would be printed with all its arguments
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "procrastinate", "httpx2", "httpx"):
        foreign = logging.getLogger(name)
        foreign.handlers[:] = []
        foreign.propagate = True
    logging.getLogger("uvicorn.access").setLevel(logging.CRITICAL)  # RequestLog says it without queries
    for name in ("httpx2", "httpx", "procrastinate", "alembic", "watchdog"):
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def bind_process(role: str) -> None:
    """Name this process in every line it logs: its role (`web`, `worker`, …) and host:pid."""
    structlog.contextvars.bind_contextvars(role=role, pid=os.getpid())


def log(role: str = "saapuva") -> structlog.stdlib.BoundLogger:
    """Give a logger. Say what happened in a few fixed words, and which by ids: `log().info("file read", file=str(id))`."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(role)
    return logger


def _formatter(form: Literal["json", "text"]) -> logging.Formatter:
    ending: list[Any] = [structlog.processors.JSONRenderer(ensure_ascii=False, default=_plain)]
    if form == "text":
        ending = [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level],
        processors=[
            _failure,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _without_persons,
            *ending,
        ],
    )  # fmt: skip


def _failure(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Put an exception's kinds and places in place of its words: messages quote rows, names and input."""
    record = event.get("_record")
    given = event.pop("exc_info", None) or (record.exc_info if record is not None else None)
    if record is not None:
        event.setdefault("logger", record.name)
    event.pop("stack_info", None)
    event.pop("exception", None)
    error = _error(given)
    if error is not None:
        event["failure"] = told(error)
    return event


def _error(given: Any) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple) and len(given) == 3:
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exception() if given else None


def told(error: BaseException) -> list[dict[str, Any]]:
    """Tell an exception and its causes without a word of their messages: kind, code, and where it was raised."""
    chain: list[dict[str, Any]] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen and len(chain) < 8:
        seen.add(id(current))
        chain.append(_one(current))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return chain


def _one(error: BaseException) -> dict[str, Any]:
    one: dict[str, Any] = {"type": type(error).__qualname__}
    if isinstance(error, SaapuvaError):
        one["code"] = error.code
    if isinstance(error, OSError) and error.strerror:
        one["why"] = error.strerror
    if isinstance(getattr(error, "sqlstate", None), str):
        one["sqlstate"] = error.sqlstate  # type: ignore[attr-defined]
    frames = traceback.extract_tb(error.__traceback__, limit=-12)
    one["at"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return one


def _without_persons(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: _safe(value) for key, value in event.items() if key.lower() not in CLOSED_KEYS}


def _safe(value: Any) -> Any:
    """Mask every text within a value; of what is neither text, number nor collection, its written form."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {masked(str(key)): _safe(each) for key, each in value.items() if str(key).lower() not in CLOSED_KEYS}
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe(each) for each in value]
    if isinstance(value, BaseException):
        return told(value)
    return masked(str(value))


def _plain(value: Any) -> str:
    return masked(str(value))


Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
QUIET_ROUTES = frozenset({"/metrics", "/health/live", "/health/ready"})
"""Asked every few seconds: logged only when they fail."""


class RequestLog:
    """Log each answered request: method, the route's template, status, milliseconds, ids. An ASGI middleware.

    The path itself and its query are never logged: people type codes into addresses.
    """

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500  # what a client sees when nothing was answered

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            _request(scope, status, round((time.perf_counter() - began) * 1000, 1))


def _request(scope: Scope, status: int, ms: float) -> None:
    template = getattr(scope.get("route"), "path", None) or "(no route)"
    if template in QUIET_ROUTES and status < 400:
        return
    say = log("web").info if status < 500 else log("web").error
    say("request", method=scope["method"], route=template, status=status, ms=ms, **_ids(scope.get("path_params", {})))


def _ids(params: Mapping[str, Any]) -> dict[str, str]:
    """Keep what is an id: another path parameter may be anything."""
    return {key: str(value) for key, value in params.items() if isinstance(value, int | UUID) or _is_uuid(value)}


def _is_uuid(value: Any) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False
