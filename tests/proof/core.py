"""The rules core of the proofs: `saapuva core-echo` in a process of its own, which may be killed like everything else."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from samples.running import ROOT

STORED = ("stored", "duplicate")


class RulesCore:
    """One receiver on a port of its own; what it has stored outlives its process."""

    def __init__(self, folder: Path, log: Path, fail_rate: float = 0.0) -> None:
        self.folder = folder
        self.log = log
        self.fail_rate = fail_rate
        self.secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> RulesCore:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def settings(self) -> dict[str, str]:
        """What the service must be told of it."""
        return {"SAAPUVA_CORE": f"http://127.0.0.1:{self.port}/records", "SAAPUVA_CORE_SECRET": self.secret}

    def start(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "SAAPUVA_CORE_SECRET": self.secret}
        told = ["--port", str(self.port), "--folder", str(self.folder), "--fail-rate", str(self.fail_rate)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "intake.cli", "core-echo", *told],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        limit = time.monotonic() + 60
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > limit:
                raise TimeoutError(f"core-echo does not answer:\n{self.log.read_text(encoding='utf-8')[-2000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def kill_and_start(self) -> None:
        self.kill()
        self.start()

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=2):
            return True
        return False

    def events(self) -> list[dict[str, Any]]:
        """What lies in its store, and every event it called stored: event_id, document_id, version, once each."""
        events = {}
        for path in self.folder.glob("*/*.json"):
            body = json.loads(path.read_text(encoding="utf-8"))
            events[body["id"], path.parent.name, int(path.stem)] = body
        for receipt in self._receipts():
            if receipt["outcome"] in STORED:
                events.setdefault((receipt["event_id"], receipt["document_id"], receipt["version"]), None)
        return [{"event_id": event, "document_id": document, "version": version} for event, document, version in events]

    def bodies(self) -> list[dict[str, Any]]:
        """Every event in its store, whole."""
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(self.folder.glob("*/*.json"))]

    def _receipts(self) -> list[dict[str, Any]]:
        receipts = []
        with contextlib.suppress(FileNotFoundError):
            for line in (self.folder / "receipts.jsonl").read_text(encoding="utf-8").splitlines():
                with contextlib.suppress(ValueError):  # it was killed while it wrote the line
                    receipts.append(json.loads(line))
        return receipts


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
