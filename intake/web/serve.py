"""Run the web door until it is told to stop."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Generator, Sequence
from pathlib import Path
from types import FrameType

import uvicorn

from intake.settings import Settings
from intake.web.app import create_app
from intake.web.gate import is_loopback
from intake.web.heads import PromptHeads
from intake.wiring import Wired
from models.errors import SettingsError

ADDRESS_FILE = "web.json"
_KEEP_ALIVE_S = 15
_SHUTDOWN_S = 20
_MOST_AT_ONCE = 256


def run(wired: Wired, sockets: Sequence[socket.socket] | None = None) -> None:
    """Serve until SIGTERM or SIGINT; what is under way is answered first, for some seconds.

    Binds the address of the settings unless given sockets, and says in DATA/web.json where it is reached.
    """
    settings = wired.settings
    _check_exposure(settings)
    bound = list(sockets) if sockets else [_bind(settings)]
    _spool_in(settings.data / "spool")
    server = _Server(_config(wired))
    with _told(settings.data / ADDRESS_FILE, address(settings.host, bound[0])), _ending_quietly():
        server.run(sockets=bound)


class _Server(uvicorn.Server):
    """Tells streams that have no end of their own (`app.state.ending`) when it is asked to end."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.config.app.state.ending.set()  # type: ignore[union-attr]
        super().handle_exit(sig, frame)


def address(host: str, bound: socket.socket) -> str:
    """Say how a socket is reached from this machine."""
    port = bound.getsockname()[1]
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _config(wired: Wired) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(wired),
        http=PromptHeads,
        log_config=None,
        access_log=False,  # RequestLog says it without addresses
        server_header=False,
        ws="none",
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_SHUTDOWN_S,
        limit_concurrency=_MOST_AT_ONCE,
        proxy_headers=False,
    )


def _check_exposure(settings: Settings) -> None:
    if settings.api_token is None and not is_loopback(settings.host):
        raise SettingsError("SAAPUVA_HOST", "an address that others reach needs SAAPUVA_API_TOKEN")


def _bind(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=512)
    except OSError as error:
        raise SettingsError("SAAPUVA_PORT", f"{settings.host} port {settings.port} cannot be had: {error.strerror}") from error


def _spool_in(folder: Path) -> None:
    """Let uploads wait on the disk whose room is watched, not on one that may be small or in memory."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    tempfile.tempdir = str(folder)


@contextlib.contextmanager
def _told(path: Path, url: str) -> Generator[None, None, None]:
    """Keep a file that names the address, from before the first request to the end."""
    passing = path.with_suffix(f".{os.getpid()}")
    passing.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
    passing.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _ending_quietly() -> Generator[None, None, None]:
    """Keep the signal that ended it, which uvicorn raises once more, from killing before all is closed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.signal(each, lambda *_: None) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
