"""Measure the running service: throughput beside `saapuva read` on one core, idle memory, time to ready, recovery.

    python -m samples.service_benchmark [FILE...] [--json]

Throughput is a ratio within one run: `saapuva read --jobs 1`, held to one core, reads the files before and after the
service does, so that a machine that grows slower hurts both. Both begin cold: engines are loaded within the time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import psutil
import psycopg

from samples.running import ROOT, Running, wait_until

INBOX = ROOT / "samples" / "inbox"
LEAST_RATIO = 0.9
MOST_IDLE_MB = 400.0
MOST_READY_S = 10.0
MOST_RECOVERY_S = 15.0
LIMIT_S = 1800.0
IDLE_S = 5.0
"""Memory is measured when start-up is over: buffers of starting processes have gone."""
SETTINGS = {"SAAPUVA_RESERVE_MB": "64", "SAAPUVA_LOG_FORMAT": "text"}

UNREAD = "SELECT count(*) FROM file WHERE stage = 'received'"
LAST_READ = "SELECT max(ended_at), sum(file.pages_in) FROM attempt JOIN file ON file.id = attempt.file_id WHERE outcome = 'done'"
ATTEMPTS = "SELECT worker, began_at, ended_at FROM attempt WHERE file_id = %s ORDER BY id"


@dataclass(frozen=True)
class Figures:
    """What was measured. `ratio_per_core` is service / (cores × read)."""

    files: int
    pages: int
    cores: int
    read_pages_per_s: float
    service_pages_per_s: float
    ratio_per_core: float
    idle_pss_mb: float
    idle_pss_mb_by_process: dict[str, float]
    first_ready_s: float
    ready_s: float
    recovery_s: float

    @property
    def misses(self) -> list[str]:
        """The bars that are missed."""
        return [
            name
            for name, holds in (
                ("ratio_per_core", self.ratio_per_core >= LEAST_RATIO),
                ("idle_pss_mb", self.idle_pss_mb < MOST_IDLE_MB),
                ("ready_s", self.ready_s < MOST_READY_S),
                ("recovery_s", self.recovery_s <= MOST_RECOVERY_S),
            )
            if not holds
        ]


def measure(files: Sequence[Path], folder: Path) -> Figures:
    """Measure everything in one run, in `folder`."""
    cores = sorted(os.sched_getaffinity(0))
    with Running(folder / "data", SETTINGS | {"SAAPUVA_WORKERS": str(len(cores))}) as running:
        first_ready_s = running.start()
        running.stop()
        ready_s = running.start()
        time.sleep(IDLE_S)
        idle = running.pss_mb()
        before_s = read_on_one_core(files, cores[-1], folder / "before")
        pages, service_s = through_service(files, running)
        after_s = read_on_one_core(files, cores[-1], folder / "after")
        recovery_s = recovery(running)
    read_pages_per_s = 2 * pages / (before_s + after_s)
    return Figures(
        files=len(files), pages=pages, cores=len(cores),
        read_pages_per_s=round(read_pages_per_s, 3), service_pages_per_s=round(pages / service_s, 3),
        ratio_per_core=round(pages / service_s / (len(cores) * read_pages_per_s), 3),
        idle_pss_mb=round(sum(idle.values()), 1), idle_pss_mb_by_process={name: round(mb, 1) for name, mb in idle.items()},
        first_ready_s=round(first_ready_s, 2), ready_s=round(ready_s, 2), recovery_s=round(recovery_s, 2),
    )  # fmt: skip


def read_on_one_core(files: Sequence[Path], core: int, out: Path) -> float:
    """Seconds that the command needs for all files."""
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "intake.cli", "read", "--jobs", "1", "--out", str(out), *map(str, files)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_THREAD_LIMIT": "1"}, preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, timeout=LIMIT_S,
    )  # fmt: skip
    return time.monotonic() - began


def through_service(files: Sequence[Path], running: Running) -> tuple[int, float]:
    """Pages, and seconds from the first upload to the last file read."""
    began = datetime.now(UTC)
    for path in files:
        upload(running, path.name, path.read_bytes())
    with psycopg.connect(running.database_url, autocommit=True) as conn:
        wait_until("all files are read", LIMIT_S, lambda: conn.execute(UNREAD).fetchone() == (0,))
        row = conn.execute(LAST_READ).fetchone()
    assert row is not None
    return int(row[1]), (row[0] - began).total_seconds()


def upload(running: Running, name: str, content: bytes) -> str:
    """Send one file; gives its id."""
    answer = httpx2.post(
        f"{running.url}/api/v1/batches", files=[("files", (name, content))], headers=running.headers, timeout=60.0
    )
    answer.raise_for_status()
    return str(answer.json()["files"][0]["id"])


def recovery(running: Running) -> float:
    """Seconds from kill -9 of a worker in the middle of a file until the file is being read again."""
    path = next(INBOX.glob("02-*.pdf"))
    file_id = upload(running, path.name, path.read_bytes() + b"\n% sent once more to be interrupted\n")
    with psycopg.connect(running.database_url, autocommit=True) as conn:

        def attempts() -> list[Any]:
            return conn.execute(ATTEMPTS, (file_id,)).fetchall()

        wait_until("a worker has begun", 60.0, attempts)
        time.sleep(1.0)
        ((worker, _, ended_at),) = attempts()
        if ended_at is not None:
            raise RuntimeError("the file was read before its worker could be killed")
        victim, killed_at = psutil.Process(int(worker.split(":")[1])), datetime.now(UTC)
        victim.kill()
        again = wait_until("the file goes on", 120.0, lambda: attempts()[1:], 0.05)
        wait_until("the file is read", 300.0, lambda: attempts()[-1][2])
    return float((again[0][1] - killed_at).total_seconds())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the figures, and give 0 when they are within the bars, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m samples.service_benchmark", description="What the running service does and needs."
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: the sample inbox")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    asked = parser.parse_args(arguments)
    files = asked.files or sorted(path for path in INBOX.iterdir() if path.suffix in (".pdf", ".tif", ".jpg"))
    with tempfile.TemporaryDirectory(prefix="saapuva-benchmark-", ignore_cleanup_errors=True) as folder:
        figures = measure(files, Path(folder))
    told = {**asdict(figures), "misses": figures.misses}
    if asked.json:
        print(json.dumps(told))
    else:
        print("\n".join(f"{name:24} {value}" for name, value in told.items()))
    return 1 if figures.misses else 0


if __name__ == "__main__":
    sys.exit(main())
