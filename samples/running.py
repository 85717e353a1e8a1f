"""A whole Saapuva, running: `saapuva up` in a folder of its own, for tests and measurements."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import psutil

ROOT = Path(__file__).parents[1]
MARK = "SAAPUVA_PROOF"


class Running:
    """One service and all its processes.

    Its processes are known by a mark in their environment, PostgreSQL's by the folder they work in: no process of
    anybody else is ever touched. `stop`, or the end of the with block, leaves none behind.
    """

    def __init__(self, data: Path, settings: Mapping[str, str] | None = None, *, log: Path | None = None) -> None:
        self.data = data
        self.log = log or data.with_suffix(".log")
        self._mark = secrets.token_hex(8)
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SAAPUVA_")},
            "PYTHONPATH": str(ROOT), "OMP_THREAD_LIMIT": "1", MARK: self._mark,
            "SAAPUVA_DATA": str(data), "SAAPUVA_PORT": "0", **(settings or {}),
        }  # fmt: skip
        self._up: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self, within_s: float = 90.0) -> float:
        """Start it and give the seconds until it was ready. Raises TimeoutError with the log's end when it never is."""
        began = time.monotonic()
        self.begin()
        self.wait_ready(within_s)
        return time.monotonic() - began

    def begin(self) -> None:
        """Start it and wait for nothing."""
        self._up_file.unlink(missing_ok=True)
        self._up = self.command("up")

    def command(self, *words: str) -> subprocess.Popen[bytes]:
        """Start one command of the product with this service's settings; it ends with the service."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "intake.cli", *words],
                env=self._environment,
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def ask(self, *words: str, within_s: float = 120.0) -> subprocess.CompletedProcess[str]:
        """Run one command of the product to its end."""
        return subprocess.run(
            [sys.executable, "-m", "intake.cli", *words],
            env=self._environment, cwd=ROOT, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=within_s, check=False,
        )  # fmt: skip

    def wait_ready(self, within_s: float) -> None:
        """Wait until /health/ready says yes."""
        limit = time.monotonic() + within_s
        while not self.is_ready():
            if self._up is not None and self._up.poll() is not None:
                raise TimeoutError(f"`saapuva up` ended with {self._up.returncode}:\n{self.log_end()}")
            if time.monotonic() > limit:
                raise TimeoutError(f"not ready after {within_s:.0f} s:\n{self.log_end()}")
            time.sleep(0.05)

    def is_ready(self) -> bool:
        with contextlib.suppress(httpx2.HTTPError, LookupError):
            return httpx2.get(f"{self.url}/health/ready", timeout=5.0).status_code == 200
        return False

    def log_end(self, lines: int = 40) -> str:
        with contextlib.suppress(FileNotFoundError):
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        return ""

    # Where it is

    @property
    def url(self) -> str:
        """Its address now; it may change with a restart. Raises LookupError before it has one."""
        return str(self.up_notes()["url"]).rstrip("/")

    @property
    def headers(self) -> dict[str, str]:
        """What its API asks of a program. Raises LookupError before its first start has made the token."""
        return token_header(self.data)

    def up_notes(self) -> dict[str, Any]:
        """What `saapuva up` has written down about itself. Raises LookupError before it has."""
        try:
            return dict(json.loads(self._up_file.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            raise LookupError("up.json") from None

    @property
    def _up_file(self) -> Path:
        return self.data / "up.json"

    @property
    def database_url(self) -> str:
        """The built-in PostgreSQL's; nothing is started for it."""
        from intake.store.embedded import EmbeddedPostgres

        return EmbeddedPostgres(self.data / "postgres").url

    # Its processes

    def processes(self) -> list[psutil.Process]:
        """Every living process of it."""
        return [
            process
            for process in psutil.process_iter()
            if _is_alive(process) and (self._is_marked(process) or self._is_postgres(process))
        ]

    def part(self, name: str) -> list[psutil.Process]:
        """The processes of one part: web, worker, watch, maintain, up, reader (children of workers), postmaster, backend."""
        every = self.processes()
        if name in ("postmaster", "backend"):
            postgres = [process for process in every if self._is_postgres(process)]
            pids = {process.pid for process in postgres}
            return [process for process in postgres if (_parent(process) in pids) == (name == "backend")]
        if name == "reader":
            workers = {process.pid for process in self.part("worker")}
            return [process for process in every if _parent(process) in workers and "spawn_main" in _shown(process, 400)]
        named = self._noted_pids()
        return [process for process in every if named.get(process.pid, "").partition("-")[0] == name]

    def _noted_pids(self) -> dict[int, str]:
        """Who is who, as `up` has written it down: web, worker-1, worker-2 …"""
        with contextlib.suppress(LookupError):
            notes = self.up_notes()
            return {pid: name for name, pid in notes["processes"].items()} | {notes["pid"]: "up"}
        return {}

    def _is_marked(self, process: psutil.Process) -> bool:
        with contextlib.suppress(psutil.Error):
            return bool(process.environ().get(MARK) == self._mark)
        return False

    def _is_postgres(self, process: psutil.Process) -> bool:
        with contextlib.suppress(psutil.Error):
            return Path(process.cwd()) == (self.data / "postgres" / "cluster").resolve()
        return False

    def pss_mb(self) -> dict[str, float]:
        """Memory in MB by process, shared pages counted once in all: what the machine would get back."""
        named = self._noted_pids()
        return {f"{process.pid} {named.get(process.pid) or _shown(process)}": pss_mb(process.pid) for process in self.processes()}

    # Its end

    def stop(self, within_s: float = 60.0) -> int:
        """Ask it to end as a service manager does, and give its exit code. Raises TimeoutExpired when it does not."""
        assert self._up is not None
        self._up.send_signal(signal.SIGTERM)
        return self._up.wait(within_s)

    def kill_up(self) -> None:
        """Kill the supervisor alone, as the kernel does when memory runs out."""
        assert self._up is not None
        self._up.kill()
        self._up.wait()

    def end(self) -> None:
        """End everything, whatever state it is in."""
        if self._up is not None and self._up.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.stop(20.0)
        limit = time.monotonic() + 20
        while (left := self.processes()) and time.monotonic() < limit:
            for process in left:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(left, timeout=2)
        if self._up is not None:
            self._up.wait()


def token_header(data: Path) -> dict[str, str]:
    """The header that bears the token of a data folder. Raises LookupError while there is none."""
    try:
        return {"Authorization": f"Bearer {(data / 'api-token').read_text(encoding='ascii').strip()}"}
    except FileNotFoundError:
        raise LookupError("api-token") from None


def pss_mb(pid: int) -> float:
    """Proportional set size in MB; 0 for a process that has ended."""
    with contextlib.suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) * 1024 / 1e6 if found else 0.0
    return 0.0


def _is_alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def _parent(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):
        return int(process.ppid())
    return 0


def _shown(process: psutil.Process, letters: int = 60) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())[:letters]
    return ""


def wait_until(what: str, limit_s: float, is_so: Any, pause_s: float = 0.25) -> Any:
    """Ask until the answer is true, and give it. Raises TimeoutError that names what was waited for."""
    for _ in _ticks(limit_s, pause_s):
        if answer := is_so():
            return answer
    raise TimeoutError(f"{what}: not within {limit_s:.0f} s")


def _ticks(limit_s: float, pause_s: float) -> Iterator[None]:
    limit = time.monotonic() + limit_s
    while time.monotonic() < limit:
        yield
        time.sleep(pause_s)
