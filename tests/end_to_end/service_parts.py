"""Single processes of the service, started and ended by tests; nothing they start outlives the test."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psutil

T = TypeVar("T")
ROOT = Path(__file__).parents[2]


@dataclass
class Parts:
    """Processes of one service, by what they were started as."""

    database_url: str
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, command: str) -> subprocess.Popen[bytes]:
        outbox = self.folder / "outbox"
        outbox.mkdir(exist_ok=True)
        told = {"SAAPUVA_DATABASE_URL": self.database_url, "SAAPUVA_DATA": str(self.folder), "SAAPUVA_CORE": str(outbox)}
        told["OMP_THREAD_LIMIT"] = "1"
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **told, **self.settings}
        with (self.folder / f"{command}-{len(self.started)}.log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", "intake.cli", command], env=environment, stdout=log, stderr=log)
        self.started.append(process)
        return process

    def end(self) -> None:
        """End all of them with their children, wherever the test has left them."""
        for process in self.started:
            family = []
            with contextlib.suppress(psutil.NoSuchProcess):
                family = psutil.Process(process.pid).children(recursive=True)
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()
            for child in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    child.kill()


@contextlib.contextmanager
def parts(database_url: str, folder: Path, **settings: str) -> Iterator[Parts]:
    kept = Parts(database_url, folder, settings)
    try:
        yield kept
    finally:
        kept.end()


def wait_for(ask: Callable[[], T | None], limit_s: float, what: str) -> T:
    """Ask until there is an answer. Raises AssertionError after `limit_s`."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {limit_s:.0f} s: {what}")
