"""Several machines on one: each worker in a network of its own, joined by a bridge, one PostgreSQL and one S3 server between.

Where we may not make networks (no root, no `ip`), workers are plain processes that share nothing but the addresses.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psycopg

from intake.store import programs
from samples.running import ROOT, wait_until
from tests.proof.core import free_port

BUCKET = "saapuva"


@dataclass(frozen=True)
class Network:
    """`address` is where servers listen; `hosts` are the namespaces of the other machines, empty for plain processes."""

    address: str
    hosts: tuple[str, ...]

    @property
    def words(self) -> str:
        return "separate network namespaces joined by a bridge" if self.hosts else "plain separate processes on one network"

    def inside(self, host: int, command: Sequence[str]) -> list[str]:
        """The command as it is started on one of the other machines."""
        return ["ip", "netns", "exec", self.hosts[host], *command] if self.hosts else list(command)


@contextlib.contextmanager
def network(count: int) -> Iterator[Network]:
    """Give `count` machines beside this one; all is taken down at the end."""
    with contextlib.ExitStack() as undo:
        try:
            made = _bridge(count, undo)
        except (OSError, subprocess.CalledProcessError):
            undo.close()
            made = Network("127.0.0.1", ())
        yield made


def _bridge(count: int, undo: contextlib.ExitStack) -> Network:
    mark, third = secrets.token_hex(3), secrets.randbelow(200) + 20
    bridge, hosts = f"sb{mark}", tuple(f"saapuva-{mark}-{number}" for number in range(count))
    if os.geteuid() != 0 or shutil.which("ip") is None:
        raise OSError("no networks of our own")
    _ip("link", "add", bridge, "type", "bridge")
    undo.callback(_ip, "link", "del", bridge)
    _ip("addr", "add", f"10.213.{third}.1/24", "dev", bridge)
    _ip("link", "set", bridge, "up")
    for number, host in enumerate(hosts):
        ours, theirs = f"sa{mark}{number}", f"sz{mark}{number}"
        _ip("netns", "add", host)
        undo.callback(_ip, "netns", "del", host)
        _ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", host)
        _ip("link", "set", ours, "master", bridge, "up")
        _ip("-n", host, "addr", "add", f"10.213.{third}.{number + 2}/24", "dev", theirs)
        _ip("-n", host, "link", "set", theirs, "up")
        _ip("-n", host, "link", "set", "lo", "up")
    return Network(f"10.213.{third}.1", hosts)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextlib.contextmanager
def postgres(folder: Path, address: str) -> Iterator[str]:
    """A throw-away PostgreSQL that listens on a TCP address; gives how to connect."""
    port, secret = free_port(), secrets.token_hex(16)
    cluster, password = folder / "cluster", folder / "password"
    folder.mkdir(parents=True)
    password.write_text(secret)
    for path in (folder, *folder.parents):
        if path == Path("/tmp") or path.stat().st_uid != os.geteuid():
            break
        path.chmod(path.stat().st_mode | 0o011)  # the account that PostgreSQL runs under must pass
    account = programs.account()
    for path in (folder, password):
        if account is not None:
            os.chown(path, account.pw_uid, account.pw_gid)
    bin_folder = programs.runnable_programs()
    made = programs.run(
        bin_folder / "initdb",
        "-D",
        str(cluster),
        "-U",
        "saapuva",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    )
    assert made.returncode == 0, made.stderr
    with (cluster / "pg_hba.conf").open("a") as rules:
        rules.write("host all all samenet scram-sha-256\n")
    told = ["-p", str(port), "-c", f"listen_addresses={address}", "-c", "unix_socket_directories="]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [str(bin_folder / "postgres"), "-D", str(cluster), *told],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, **programs.under_account(),
        )  # fmt: skip
    url = f"postgresql://saapuva:{secret}@{address}:{port}/postgres"
    try:
        wait_until("PostgreSQL answers", 60, lambda: _answers(url))
        yield url
    finally:
        server.kill()
        server.wait()


def _answers(url: str) -> bool:
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=2):
        return True
    return False


@contextlib.contextmanager
def s3(folder: Path, address: str) -> Iterator[str]:
    """An S3 server (moto) with one empty bucket; gives its address."""
    port = free_port()
    folder.mkdir(parents=True)
    with (folder / "s3.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", address, "-p", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    url = f"http://{address}:{port}"
    try:
        wait_until("the S3 server answers", 60, lambda: _made_bucket(url))
        yield url
    finally:
        server.kill()
        server.wait()


def _made_bucket(url: str) -> bool:
    with contextlib.suppress(httpx2.TransportError):
        return httpx2.put(f"{url}/{BUCKET}", timeout=5).status_code == 200
    return False


@contextlib.contextmanager
def part(
    words: Sequence[str], settings: dict[str, str], log: Path, around: Sequence[str] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """One process of the product; `around` is what it is started by."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SAAPUVA_")}
    with log.open("ab") as lines:
        process = subprocess.Popen(
            [*around, sys.executable, "-m", "intake.cli", *words],
            env={**environment, "PYTHONPATH": str(ROOT), "OMP_THREAD_LIMIT": "1", **settings},
            stdin=subprocess.DEVNULL, stdout=lines, stderr=lines, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait()
