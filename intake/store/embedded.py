"""The built-in PostgreSQL: made, started and stopped where no address of another server is set.

No number in a PID file is trusted. Every process of the server holds one lock on `server.lock`, which it inherited:
while that lock is held somebody lives, whatever the PID file says, and when it is free nobody does.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from intake.durable import sync_path
from intake.store import places, programs
from models.errors import DatabaseVersionError, EmbeddedPostgresError

OWNER, DATABASE = "saapuva", "saapuva"
KEEPER = "keeper"
"""The superuser: makes role and database, asks whether the server is ours. Everything else is done as OWNER."""

START_LIMIT_S = 300.0
"""Recovery after a crash reads the write-ahead log anew: at most `max_wal_size` of it, seconds on a slow disk."""
STOP_LIMIT_S = 60.0
ORPHANS_MAY_FINISH_S = 2.0
"""Backends notice by themselves that their postmaster died, unless they are in the middle of a long query."""
ATTEMPTS = 5
LOG_LIMIT_BYTES = 4_000_000

# Small, since reading needs the memory; never at the price of durability (fsync and full_page_writes stay on).
# Errors are the caller's to log: their text may quote values, and values are personal.
_SETTINGS = """
# Written by saapuva when the database was made; yours to change.
max_connections = 200
shared_buffers = 32MB
work_mem = 4MB
maintenance_work_mem = 32MB
max_wal_size = 256MB
min_wal_size = 32MB
jit = off
huge_pages = off
max_parallel_workers_per_gather = 0
max_logical_replication_workers = 0
autovacuum_max_workers = 2
fsync = on
full_page_writes = on
synchronous_commit = on
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
log_timezone = 'UTC'
timezone = 'UTC'
"""


IDENTIFIER = "SELECT system_identifier FROM pg_control_system()"
HAS_ROLE = "SELECT 1 FROM pg_roles WHERE rolname = %s"
MAKE_ROLE = "CREATE ROLE {} LOGIN CREATEDB PASSWORD {}"
HAS_DATABASE = "SELECT 1 FROM pg_database WHERE datname = %s"
MAKE_DATABASE = "CREATE DATABASE {} OWNER {}"

_CHILDREN: list[subprocess.Popen[bytes]] = []
"""Servers this process started: kept, so that one that died can be buried."""


class EmbeddedPostgres:
    """One PostgreSQL cluster in `folder`, reached through a socket that nobody else may open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.cluster = self.folder / "cluster"
        self.log = self.folder / "server.log"
        self.sockets = places.socket_folder(self.folder)
        self._password = self.folder / "password"
        self._child: subprocess.Popen[bytes] | None = None
        self._found: psutil.Process | None = None
        self._presence: int | None = None  # kept to the end of the process when nobody says `leave`

    @property
    def url(self) -> str:
        """How to connect, password inside: never log it."""
        return self._conninfo(OWNER, DATABASE)

    @property
    def is_running(self) -> bool:
        """Whether this cluster's server takes connections now."""
        return self._password.exists() and self._answers()

    def start(self) -> str:
        """Start the server, or attach to the one that runs, and give its `url`.

        Makes the cluster on first use. Any number of processes may call this at once; after a crash it waits
        until the database has recovered. Raises DatabaseVersionError for a cluster of another major version.
        """
        try:
            for folder in (self.folder.parent, self.folder):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._one_at_a_time():
                self._come()
                try:
                    self._attach_or_start()
                except psycopg.OperationalError as error:
                    self._go()
                    raise EmbeddedPostgresError("it went away while it was started", f"Look into {self.log}.") from error
                except BaseException:
                    self._go()
                    raise
        except OSError as error:
            raise EmbeddedPostgresError(
                f"it cannot be kept in {self.folder} ({error.strerror})",
                "Check who owns the folder, or set SAAPUVA_DATA to another one.",
            ) from error
        return self.url

    def stop(self) -> None:
        """End the server in order: open transactions are rolled back, everything committed is on the disk."""
        if self.cluster.is_dir():
            with self._one_at_a_time():
                self._go()
                self._end()

    def leave(self) -> None:
        """Say that this process needs the server no more; the last one that leaves stops it."""
        if self._presence is None:
            return
        with self._one_at_a_time():
            self._go()
            if self._is_last():
                self._end()

    def __enter__(self) -> str:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.leave()

    @property
    def pid(self) -> int | None:
        """The postmaster's, as this object last started or found it."""
        if self.has_died:
            return None
        return self._child.pid if self._child is not None else self._found.pid if self._found is not None else None

    @property
    def has_died(self) -> bool:
        """Whether the server this object last started or found is gone. Cheap enough to be asked every second."""
        if self._child is not None:
            return self._child.poll() is not None
        if self._found is None:
            self._found = self._processes()[0]
        try:
            return self._found is None or not self._found.is_running() or self._found.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    def bound_log(self) -> None:
        """Keep the server's log small: one old part beside the one being written."""
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > LOG_LIMIT_BYTES:
                shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
                os.truncate(self.log, 0)  # the server appends, so it goes on at the new end

    def _conninfo(self, user: str, database: str) -> str:
        password = self._password.read_text(encoding="ascii").strip()
        return make_conninfo(host=str(self.sockets), port=5432, user=user, dbname=database, password=password)

    def _attach_or_start(self) -> None:
        self._forget()
        if not self.is_running:
            self._prepare()
            self._bring_up()
        self._make_database()

    # What must be there before a start

    def _prepare(self) -> None:
        places.own(self.sockets)
        if not self._password.exists():
            if self.cluster.exists():
                raise EmbeddedPostgresError(f"{self._password} is missing", "Put it back from the backup of this folder.")
            places.write_secret(self._password)
        if not self.cluster.exists():
            self._make_cluster()
        found, needed = self._kept_version(), programs.major_version()
        if found != needed:
            raise DatabaseVersionError(str(self.cluster), found, needed)
        self.bound_log()

    def _kept_version(self) -> int:
        try:
            return int((self.cluster / "PG_VERSION").read_text(encoding="ascii").strip())
        except (OSError, ValueError):
            raise EmbeddedPostgresError(
                f"{self.cluster} is no PostgreSQL database",
                "Move the folder away and restore the last backup: `saapuva restore`.",
            ) from None

    def _make_cluster(self) -> None:
        """Make the cluster beside its place and move it there when it is whole: a half one is never taken for one."""
        half = self.folder / "cluster.half"
        shutil.rmtree(half, ignore_errors=True)
        places.own(half)
        major = programs.major_version()
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= 17 else []
        arguments = [
            f"--username={KEEPER}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--data-checksums",
            *locale,
        ]
        with places.reachable(half) as (place, place_fds), places.reachable(self._password) as (secret, secret_fds):
            made = programs.run(
                programs.runnable_programs() / "initdb",
                "-D",
                place,
                f"--pwfile={secret}",
                *arguments,
                pass_fds=(*place_fds, *secret_fds),
            )
        if made.returncode != 0:
            last = (made.stderr.strip() or made.stdout.strip()).splitlines()[-1:]
            raise EmbeddedPostgresError(
                f"initdb: {' '.join(last)}", "Check that the disk has room and the folder is on a local file system."
            )
        with (half / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(_SETTINGS + ("io_method = sync\n" if major >= 18 else ""))
            conf.flush()
            os.fsync(conf.fileno())
        half.rename(self.cluster)
        sync_path(self.folder)

    # Starting

    def _bring_up(self) -> None:
        began = time.monotonic()
        attempts, orphaned_since = 0, None
        while not self._answers():
            now = time.monotonic()
            if now > began + START_LIMIT_S or attempts > ATTEMPTS:
                raise EmbeddedPostgresError("it does not start", f"Look into {self.log}.")
            if self._free():
                attempts += 1
                self._spawn()
            elif not self._has_postmaster():
                orphaned_since = orphaned_since or now
                self._end_orphans(now - orphaned_since)
            else:
                orphaned_since = None
            time.sleep(0.05 * max(1, attempts))

    def _spawn(self) -> None:
        """Start one postmaster that holds `server.lock`; nobody lives, so an old PID file stands for nobody."""
        with (self.folder / "server.lock").open("ab") as lock, self.log.open("ab") as log:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)
            with places.reachable(self.cluster) as (place, fds), places.reachable(self.sockets) as (sockets, socket_fds):
                options = {
                    "listen_addresses": "",
                    "unix_socket_directories": sockets,
                    "unix_socket_permissions": "0700",
                    "port": "5432",
                    "cluster_name": self._name(),
                }
                command = [str(programs.runnable_programs() / "postgres"), "-D", place]
                command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
                self._child = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                    pass_fds=(lock.fileno(), *fds, *socket_fds), **programs.under_account(),
                )  # fmt: skip
        _CHILDREN.append(self._child)

    def _has_postmaster(self) -> bool:
        started_here = self._child is not None and self._child.poll() is None
        return started_here or self._processes()[0] is not None

    def _end(self) -> None:
        for ending in (signal.SIGINT, signal.SIGQUIT):  # fast; then at once, which the next start recovers from
            postmaster, _ = self._processes()
            if postmaster is not None:
                with contextlib.suppress(psutil.NoSuchProcess):
                    postmaster.send_signal(ending)
            if self._all_gone(STOP_LIMIT_S):
                with contextlib.suppress(OSError):
                    self.sockets.rmdir()  # empty now; the next start makes it again
                return
        raise EmbeddedPostgresError("it does not stop", f"Look into {self.log}.")

    def _forget(self) -> None:
        """Another process may have started the server meanwhile: look anew."""
        self._found = None
        if self._child is not None and self._child.poll() is not None:
            self._child = None

    # Who uses it: everybody holds `users.lock` together, so that the last one can tell

    def _come(self) -> None:
        if self._presence is None:
            self._presence = os.open(self.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._presence, fcntl.LOCK_SH)

    def _go(self) -> None:
        if self._presence is not None:
            os.close(self._presence)
            self._presence = None

    def _is_last(self) -> bool:
        with (self.folder / "users.lock").open("ab") as presence:
            return places.lock(presence)

    def _free(self) -> bool:
        """Whether no process of the server lives: the lock they all inherit can be had."""
        for child in _CHILDREN:
            child.poll()
        with (self.folder / "server.lock").open("ab") as lock:
            return places.lock(lock)

    def _all_gone(self, within_s: float) -> bool:
        limit = time.monotonic() + within_s
        while not self._free():
            if time.monotonic() > limit:
                return False
            time.sleep(0.03)
        return True

    def _end_orphans(self, waited_s: float) -> None:
        """End backends whose postmaster died, when they do not end by themselves: nobody can start before they are gone."""
        if waited_s < ORPHANS_MAY_FINISH_S:
            return
        for orphan in self._processes()[1]:
            with contextlib.suppress(psutil.NoSuchProcess):
                orphan.send_signal(signal.SIGQUIT if waited_s < 2 * ORPHANS_MAY_FINISH_S else signal.SIGKILL)

    def _processes(self) -> tuple[psutil.Process | None, list[psutil.Process]]:
        """This cluster's postmaster and its other processes, known by the cluster's name in what they show of themselves."""
        postmaster, others = None, []
        name = self._name()
        for process in psutil.process_iter(["cmdline", "status"]):
            shown = process.info["cmdline"] or []
            if process.info["status"] == psutil.STATUS_ZOMBIE or not any(name in part for part in shown):
                continue
            if f"cluster_name={name}" in shown:
                postmaster = process
            elif shown[0].startswith("postgres: "):
                others.append(process)
        return postmaster, others

    def _name(self) -> str:
        """Unique among all clusters on this machine; stays when the folder is renamed."""
        place = self.cluster.stat()
        return f"saapuva-{place.st_dev:x}-{place.st_ino:x}-{self._identifier():x}"

    def _identifier(self) -> int:
        """The cluster's system identifier: the first eight bytes of pg_control, in every version."""
        with (self.cluster / "global" / "pg_control").open("rb") as control:
            return int.from_bytes(control.read(8), sys.byteorder)

    # Asking

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self._conninfo(KEEPER, "postgres"), connect_timeout=5) as conn:
                row = conn.execute(IDENTIFIER).fetchone()
        except psycopg.OperationalError:
            return False
        return row is not None and row[0] == self._identifier()

    def _make_database(self) -> None:
        with psycopg.connect(self._conninfo(KEEPER, "postgres"), autocommit=True, connect_timeout=5) as conn:
            if conn.execute(HAS_ROLE, (OWNER,)).fetchone() is None:
                secret = self._password.read_text(encoding="ascii").strip()
                conn.execute(sql.SQL(MAKE_ROLE).format(sql.Identifier(OWNER), sql.Literal(secret)))
            if conn.execute(HAS_DATABASE, (DATABASE,)).fetchone() is None:
                conn.execute(sql.SQL(MAKE_DATABASE).format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))

    @contextlib.contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Hold the lock under which processes start and stop the server."""
        with (self.folder / "start.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
