"""A real receiver in a process of its own, and a core that does as a test says."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from intake.core_client import Receipt, Terms

PROJECT = Path(__file__).resolve().parents[2]
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


@contextlib.contextmanager
def receiver(folder: Path, *options: str, secret: str = SECRET) -> Iterator[str]:
    """Start `saapuva core-echo` on a free port and give its address; it is killed at the end."""
    command = [sys.executable, "-m", "intake.cli", "core-echo", "--port", "0", "--folder", str(folder), *options]
    environment = {**os.environ, "SAAPUVA_CORE_SECRET": secret, "PYTHONPATH": str(PROJECT)}
    process = subprocess.Popen(command, env=environment, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http"), "the receiver did not start"
        yield address
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@dataclass
class ScriptedCore:
    """Answers each attempt with the next of `script` (an error is raised), the last one again and again."""

    script: list[Receipt | Exception]
    terms: Terms = field(default_factory=lambda: Terms(attempts=3, backoff_s=2.0, answer_s=1.0))
    sent: list[tuple[UUID, bytes]] = field(default_factory=list)
    while_sending: Callable[[], object] = lambda: None

    def deliver(self, event_id: UUID, body: bytes) -> Receipt:
        self.sent.append((event_id, body))
        self.while_sending()
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """Nothing is open."""


STORED = Receipt(201, "stored", duplicate=False)
