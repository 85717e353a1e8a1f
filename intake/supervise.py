"""Keep the service running on one machine: PostgreSQL, web, workers, maintenance and the watched folders.

Whatever ends is started again, whatever its exit code: a worker that lost its database ends with 0.
This process holds no part of the service itself: it imports what the parts share, and they are copies of it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from intake import logs, running
from intake.forking import Copy, end_with_parent, ready_to_fork
from intake.listening import GIVEN, check_host, is_ready, listen, url_of
from intake.service_token import where
from intake.settings import Settings
from models.errors import EmbeddedPostgresError, StartError

if TYPE_CHECKING:
    from intake.store.embedded import EmbeddedPostgres

TICK_S = 0.1
LOOK_AT_POSTGRES_S = 0.5
LOOK_AT_LOG_S = 60.0
QUICK_S = 10.0
"""What ends sooner than this after its start waits before the next, longer each time."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 15.0
ASK_AGAIN_S = 1.0
DRAIN_S = 30.0
"""So long may workers finish what they read; then they are ended, and the next start reads it again."""

Parts = Mapping[str, Callable[[], object]]
"""What runs as a process of its own, by the command that runs it alone: web, worker, maintain, watch."""


def bring_up(settings: Settings, parts: Parts, stop: threading.Event) -> None:
    """Run everything until `stop` is set, then end it in order: first those who work, then PostgreSQL."""
    check_host(settings)
    settings = settings.model_copy(update={"data": settings.data.resolve()})
    with running.only_one(settings.data) as place, listen(settings.host, settings.port) as listening:
        server = None if settings.database_url else _embedded(settings)
        try:
            environment = _environment(settings, listening, server)
            if _migrated(environment, stop):
                _keep(settings, Supervisor(_children(settings, parts), environment, listening, server), place, stop)
        finally:
            if server is not None:
                server.leave()


def _embedded(settings: Settings) -> EmbeddedPostgres:
    from intake.wiring import embedded

    return embedded(settings)


def _environment(settings: Settings, listening: socket.socket, server: EmbeddedPostgres | None) -> dict[str, str]:
    """What the parts are told: the same as we, and the addresses we found. glibc's arenas would double an idle process."""
    told = {
        **os.environ,
        "SAAPUVA_DATA": str(settings.data),
        "SAAPUVA_PORT": str(listening.getsockname()[1]),
        GIVEN: str(listening.fileno()),
    }
    if server is not None:
        told["SAAPUVA_DATABASE_URL"] = server.start()
    for name, value in (("MALLOC_ARENA_MAX", "1"), ("OMP_THREAD_LIMIT", "1")):
        told.setdefault(name, value)
    return told


def _migrated(environment: Mapping[str, str], stop: threading.Event) -> bool:
    """Bring the schema up to date in a process of its own, so that what that imports does not stay in memory."""
    process = _command("migrate", environment)
    while process.poll() is None:
        if stop.wait(TICK_S):
            process.terminate()
            process.wait()
            return False
    if process.returncode != 0:
        raise StartError("The database could not be brought to this version's schema.", "The lines above say why.")
    return True


def _children(settings: Settings, parts: Parts) -> list[Child]:
    workers = settings.workers or _cores()
    commands = {
        "web": "web",
        **{f"worker-{number}": "worker" for number in range(1, workers + 1)},
        "maintain": "maintain",
        "watch": "watch",
    }
    return [Child(name, command, parts[command]) for name, command in commands.items()]


def _keep(settings: Settings, supervisor: Supervisor, place: Path, stop: threading.Event) -> None:
    url, began = url_of(supervisor.listening, settings.host), datetime.now(UTC)
    ready = False
    ready_to_fork()
    try:
        while not stop.is_set():
            changed = supervisor.look()
            if not ready and supervisor.has_run_s > 0.3 and is_ready(url):
                ready = changed = True
                _tell(settings, url, _first_link(supervisor.environment))
            if changed:
                said = {"pid": os.getpid(), "url": url, "ready": ready, "began_at": began.isoformat(), "data": str(settings.data)}
                running.write_place(place, {**said, "processes": supervisor.pids()})
            stop.wait(TICK_S)
    finally:
        supervisor.end()


def _first_link(environment: Mapping[str, str]) -> str:
    """The way in for the first administrator, made in a process of its own; nothing when there is one."""
    command = [sys.executable, "-m", "intake.cli", "accounts", "link", "--if-first"]
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False
    ).stdout


def _tell(settings: Settings, url: str, first_link: str) -> None:
    """Say where everything is, on stdout: the log goes to stderr."""
    lines = [f"Saapuva is up: {url}"]
    lines += [f"  takes {channel:<9}{path.resolve()}" for channel, path in settings.watched]
    lines += [
        f"  quarantine     {settings.data / 'quarantine'}",
        f"  everything in  {settings.data}",
        f"  token of API   {where(settings)}",
    ]
    if first_link:
        lines += ["  nobody can sign in yet; the first administrator comes in by", f"    {first_link.strip()}"]
    lines += ["  ends with      Ctrl-C"]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


@dataclass
class Child:
    """One process of the service and its restarts."""

    name: str
    command: str
    run: Callable[[], object]
    process: subprocess.Popen[bytes] | Copy | None = None
    began: float = 0.0
    quick_ends: int = 0
    wait_until: float = 0.0

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def note_end(self, now: float) -> int:
        """Work out when it may start again: at once, unless it keeps ending. Gives its exit code."""
        assert self.process is not None
        code = self.process.poll() or 0
        self.quick_ends = self.quick_ends + 1 if now - self.began < QUICK_S else 0
        self.wait_until = now + (min(FIRST_WAIT_S * 2.0 ** (self.quick_ends - 1), LONGEST_WAIT_S) if self.quick_ends else 0.0)
        self.process = None
        return code


class Supervisor:
    """Starts the children, and starts again those that ended; PostgreSQL too, when it is the built-in one."""

    def __init__(
        self, children: Sequence[Child], environment: Mapping[str, str], listening: socket.socket, server: EmbeddedPostgres | None
    ) -> None:
        self.children, self.environment, self.listening, self.server = children, environment, listening, server
        self._log = logs.log()
        self._began = time.monotonic()
        self._look_at_postgres = self._look_at_log = self._began + LOOK_AT_POSTGRES_S

    @property
    def has_run_s(self) -> float:
        return time.monotonic() - self._began

    def look(self) -> bool:
        """See what has ended and start it again; to be called every TICK_S. Says whether a process is another one now."""
        now = time.monotonic()
        changed = self._keep_postgres(now)
        for child in self.children:
            if child.process is not None and not child.is_running:
                self._log.warning("process ended", process=child.name, exit_code=child.note_end(now))
            if child.process is None and now >= child.wait_until:
                child.process, child.began = self._start(child), now
                changed = True
        return changed

    def end(self) -> None:
        """Ask all to finish, wait for DRAIN_S, and end those that do not.

        Asks again and again: a process that is just starting may not have heard the first time.
        """
        began = time.monotonic()
        asked = began - ASK_AGAIN_S
        while any(child.is_running for child in self.children) and time.monotonic() < began + DRAIN_S:
            if time.monotonic() >= asked + ASK_AGAIN_S:
                asked = time.monotonic()
                for child in self.children:
                    _signal(child, signal.SIGTERM)
            time.sleep(TICK_S / 2)
        for child in self.children:
            if child.process is not None and child.is_running:
                self._log.warning("process does not finish and is ended", process=child.name)
                _signal(child, signal.SIGKILL)
                child.process.wait()

    def pids(self) -> dict[str, int]:
        """Where every process is, PostgreSQL included."""
        pids = {child.name: child.process.pid for child in self.children if child.process is not None and child.is_running}
        if self.server is not None and self.server.pid is not None:
            pids["postgres"] = self.server.pid
        return pids

    def _start(self, child: Child) -> subprocess.Popen[bytes] | Copy:
        descriptors = (self.listening.fileno(),) if child.command == "web" else ()
        if sys.platform.startswith("linux"):
            return Copy(child.command, child.run, self.environment, descriptors)
        return _command(child.command, self.environment, descriptors)  # elsewhere system libraries do not survive a fork

    def _keep_postgres(self, now: float) -> bool:
        if self.server is None or now < self._look_at_postgres:
            return False
        self._look_at_postgres = now + LOOK_AT_POSTGRES_S
        if now >= self._look_at_log:
            self._look_at_log = now + LOOK_AT_LOG_S
            self.server.bound_log()
        if not self.server.has_died:
            return False
        self._log.warning("postgres ended")
        try:
            self.server.start()
        except EmbeddedPostgresError as error:
            self._log.error("postgres does not start", problem=error.problem, remedy=error.remedy)
        else:
            self._log.info("postgres is back")
        return True


def _command(name: str, environment: Mapping[str, str], descriptors: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "intake.cli", name],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),
        pass_fds=descriptors,
        start_new_session=True,  # Ctrl-C is for `up` alone, which then asks everybody to finish
        preexec_fn=end_with_parent,  # only the main thread forks here
    )


def _signal(child: Child, number: signal.Signals) -> None:
    if child.process is not None and child.is_running:
        with contextlib.suppress(ProcessLookupError):
            child.process.send_signal(number)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
