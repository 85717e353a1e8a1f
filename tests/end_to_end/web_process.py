"""A web process of its own, as `saapuva web` runs it, with its database and folder."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from samples.running import token_header

ROOT = Path(__file__).parents[2]
_SERVE = """
from intake import logs, wiring
from intake.settings import load_settings
from intake.web import serve
logs.configure("text")
serve.run(wiring.wire(load_settings()))
"""


@dataclass(frozen=True)
class WebProcess:
    url: str
    process: subprocess.Popen[str]
    folder: Path

    @property
    def headers(self) -> dict[str, str]:
        """What its API asks of a program."""
        return token_header(self.folder)


@contextlib.contextmanager
def web_process(folder: Path, database_url: str, *before: str, **settings: str) -> Iterator[WebProcess]:
    """Run it until the block ends; `before` is a command to run it under. Its stderr lies in `folder`/log."""
    told = {"DATA": str(folder), "DATABASE_URL": database_url, "PORT": "0", "RESERVE_MB": "0"} | settings
    environment = os.environ | {f"SAAPUVA_{name}": value for name, value in told.items()} | {"PYTHONPATH": str(ROOT)}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*before, sys.executable, "-c", _SERVE], env=environment, stderr=log, stdout=log, text=True, cwd=ROOT
        )
    try:
        yield WebProcess(_url(folder / "web.json", process), process, folder)
    finally:
        if process.poll() is None:
            process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=30)
        if process.poll() is None:
            process.kill()
            process.wait()


def _url(path: Path, process: subprocess.Popen[str]) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(FileNotFoundError):
            return str(json.loads(path.read_text())["url"])
        time.sleep(0.05)
    raise AssertionError((path.parent / "log").read_text())
