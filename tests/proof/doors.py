"""Senders as they should be: each remembers what it sent and what was promised to it, and tries again until it knows."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal

import httpx2

from samples.running import Running
from tests.proof.papers import Paper

Door = Literal["api", "post", "fax", "office"]
WAITS = (408, 425, 429, 500, 502, 503, 504, 507)
"""Answers after which a decent client sends the same again."""


@dataclass
class Sending:
    """Papers that go through one door together, under one idempotency key where it has one."""

    number: int
    door: Door
    papers: tuple[Paper, ...]
    batch: str | None = None
    refused: dict[str, Any] | None = None
    wrong: list[str] = field(default_factory=list)
    tries: int = 0
    sent_at: float = 0.0

    @property
    def key(self) -> str:
        return f"proof-{self.number:05d}"

    @property
    def is_broken(self) -> bool:
        return any(paper.sort == "broken" for paper in self.papers)


def planned(papers: Sequence[Paper], rng: Random) -> list[Sending]:
    """Spread papers over both doors: uploads of one to four, single files in folders. A broken file goes alone."""
    waiting = list(papers)
    sendings: list[Sending] = []
    while waiting:
        first = waiting.pop(0)
        together = [first]
        door: Door = rng.choice(("api", "post", "fax", "office"))
        if rng.random() < 0.25:
            door = "api"
        while (
            door == "api"
            and first.sort != "broken"
            and waiting
            and waiting[0].sort != "broken"
            and rng.random() < 0.4
            and len(together) < 4
        ):
            together.append(waiting.pop(0))
        sendings.append(Sending(len(sendings) + 1, door, tuple(together)))
    return sendings


class ApiClient:
    """Uploads through POST /api/v1/batches; loses answers now and then, as networks do."""

    def __init__(self, running: Running, rng: Random, *, hasty: float = 0.0) -> None:
        self.running = running
        self.rng = rng
        self.hasty = hasty

    def send(self, sending: Sending, until: float) -> None:
        """Try until it is known what became of the upload, or `until` (monotonic) has come."""
        while time.monotonic() < until:
            sending.tries += 1
            answer = self._once(sending, impatient=sending.tries == 1 and self.rng.random() < self.hasty)
            if answer is not None and answer.status_code not in WAITS:
                self._settle(sending, answer)
                return
            time.sleep(self.rng.uniform(0.2, 1.5))
        sending.wrong.append("the upload never got an answer")

    def _settle(self, sending: Sending, answer: httpx2.Response) -> None:
        body = answer.json()
        if answer.status_code in (200, 201):
            if sending.batch not in (None, body["id"]):
                sending.wrong.append("the same key has given another batch")
            sending.batch = body["id"]
        else:
            sending.refused = {"status": answer.status_code, **body}
        if sending.batch and sending.refused:
            sending.wrong.append(f"taken first and refused afterwards ({answer.status_code})")

    def _once(self, sending: Sending, *, impatient: bool) -> httpx2.Response | None:
        files = [("files", (paper.name, paper.content, paper.media_type)) for paper in sending.papers]
        told = {"channel": "office", "sender": "Todisteiden toimisto", "reference": sending.key}
        with contextlib.suppress(httpx2.TransportError, LookupError):
            return httpx2.post(
                f"{self.running.url}/api/v1/batches", files=files, data=told,
                headers={"Idempotency-Key": sending.key, **self.running.headers},
                timeout=self.rng.uniform(0.02, 0.4) if impatient else 30.0,
            )  # fmt: skip
        return None


class FolderWriter:
    """Puts files into watched folders: whole at once, renamed there, or slowly, piece by piece."""

    def __init__(self, inbox: Path, outside: Path, rng: Random) -> None:
        self.inbox = inbox
        self.outside = outside
        self.rng = rng

    def send(self, sending: Sending, until: float) -> None:
        (paper,) = sending.papers
        folder = self.inbox / sending.door
        wait_for_folder(folder, until)
        rng = self.rng
        rng.choice((self._moved, self._renamed, self._slowly))(paper, folder / paper.name)

    def _moved(self, paper: Paper, path: Path) -> None:
        elsewhere = self.outside / paper.name
        elsewhere.write_bytes(paper.content)
        elsewhere.rename(path)

    def _renamed(self, paper: Paper, path: Path) -> None:
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(paper.content)
        time.sleep(self.rng.uniform(0, 0.5))
        part.rename(path)

    def _slowly(self, paper: Paper, path: Path) -> None:
        pieces = self.rng.randint(2, 8)
        step = len(paper.content) // pieces + 1
        with path.open("wb") as file:
            for start in range(0, len(paper.content), step):
                file.write(paper.content[start : start + step])
                file.flush()
                os.fsync(file.fileno())
                time.sleep(self.rng.uniform(0.02, 0.4))


def wait_for_folder(folder: Path, until: float) -> None:
    while not folder.is_dir() and time.monotonic() < until:
        time.sleep(0.1)


class Senders:
    """A few clients at work at once, each with pauses of its own; `pace_s` is the mean time between two sendings in all."""

    def __init__(self, sendings: Sequence[Sending], seed: int, pace_s: float) -> None:
        self._waiting: dict[str, list[Sending]] = {
            "api": [sending for sending in sendings if sending.door == "api"],
            "folder": [sending for sending in sendings if sending.door != "api"],
        }
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._seed = seed
        self._pace_s = pace_s * len(sendings)
        self.failures: list[BaseException] = []

    def start(self, door: str, count: int, client_of: Callable[[Random], Any], until: float) -> None:
        pause_s = count * self._pace_s / max(1, len(self._waiting[door]))
        for number in range(count):
            rng = Random(f"{door}-{self._seed}-{number}")
            thread = threading.Thread(target=self._work, args=(door, client_of(rng), rng, pause_s, until), daemon=True)
            self._threads.append(thread)
            thread.start()

    @property
    def are_done(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self, door: str, client: Any, rng: Random, pause_s: float, until: float) -> None:
        try:
            while (sending := self._next(door)) is not None:
                time.sleep(rng.uniform(0, 2 * pause_s))
                client.send(sending, until)
                sending.sent_at = time.monotonic()
                if door == "api" and not sending.wrong and rng.random() < 0.1:
                    client.send(sending, until)  # its answer was lost on the way, the client thinks
        except BaseException as error:
            self.failures.append(error)
            raise

    def _next(self, door: str) -> Sending | None:
        with self._lock:
            return self._waiting[door].pop(0) if self._waiting[door] else None
