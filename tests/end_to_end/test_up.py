"""`saapuva up` comes up with nothing else installed, brings back what is killed, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from intake.store.embedded import EmbeddedPostgres

PROJECT = Path(__file__).parents[2]
IDLE_MB = 400
RECOVERY_S = 30
"""On a machine that does much else beside; samples/service_benchmark.py measures what it takes alone."""

pytestmark = pytest.mark.end_to_end


class Service:
    """One `saapuva up` on a folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("SAAPUVA_")}
        self.environment |= {"PYTHONPATH": str(PROJECT), "SAAPUVA_DATA": str(data), "SAAPUVA_PORT": "0", "SAAPUVA_WORKERS": "2"}
        self.up: subprocess.Popen[str] | None = None

    def start(self) -> None:
        with (self.data.parent / "up.log").open("a") as log:
            self.up = subprocess.Popen([sys.executable, "-m", "intake.cli", "up"], cwd=self.data.parent, env=self.environment,
                                       stdout=subprocess.PIPE, stderr=log, text=True)  # fmt: skip
        self.until(lambda: self.said().get("ready") is True and self.said().get("pid") == self.process.pid, 90)

    @property
    def process(self) -> subprocess.Popen[str]:
        assert self.up is not None
        return self.up

    def said(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.data / "up.json").read_text())
        except FileNotFoundError:
            return {}
        return found

    def health(self) -> int:
        host, _, port = self.said()["url"].removeprefix("http://").rpartition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def until(self, is_so: Callable[[], bool], within_s: float) -> float:
        began = time.monotonic()
        while not is_so():
            assert time.monotonic() - began < within_s, (self.data.parent / "up.log").read_text()[-3000:]
            assert self.process.poll() is None, (self.data.parent / "up.log").read_text()[-3000:]
            time.sleep(0.05)
        return time.monotonic() - began

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "intake.cli", *arguments], cwd=self.data.parent, env=self.environment,
                              capture_output=True, text=True, timeout=60, check=False)  # fmt: skip

    def everybody(self) -> list[psutil.Process]:
        """All processes that belong to it, PostgreSQL's too."""
        ours = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                told = process.environ().get("SAAPUVA_DATA") == str(self.data)
                if process.status() != psutil.STATUS_ZOMBIE and (told or str(self.data) in process.cwd()):
                    ours.append(process)
        return ours

    def end(self) -> None:
        if self.up is not None and self.up.poll() is None:
            self.up.terminate()
            try:
                self.up.wait(60)
            except subprocess.TimeoutExpired:
                self.up.kill()
                self.up.wait()
        for process in self.everybody():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        if self.up is not None and self.up.stdout is not None:
            self.up.stdout.close()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    found = Service(tmp_path / "data")
    try:
        found.start()
        yield found
    finally:
        found.end()


def test_whatever_is_killed_is_back_and_the_service_ready(service: Service) -> None:
    for name in ("web", "worker-1", "worker-2", "maintain", "watch", "postgres"):
        before = service.said()["processes"][name]

        os.kill(before, signal.SIGKILL)
        back_s = service.until(lambda name=name, before=before: service.said()["processes"].get(name) not in (None, before), 30)  # type: ignore[misc]
        ready_s = service.until(lambda: service.health() == 200, 30)

        assert back_s + ready_s < RECOVERY_S, name


def test_it_ends_in_order_and_leaves_nothing_running(service: Service) -> None:
    assert len(service.everybody()) > 6

    service.process.send_signal(signal.SIGTERM)
    code = service.process.wait(60)

    assert code == 0
    assert service.everybody() == []
    assert not (service.data / "up.json").exists()
    assert "database system is shut down" in (service.data / "postgres" / "server.log").read_text()


def test_after_kill_9_of_up_itself_the_parts_end_and_the_next_up_goes_on(service: Service) -> None:
    parts = service.said()["processes"]
    postgres = parts.pop("postgres")

    service.process.kill()
    service.process.wait()
    _, left = psutil.wait_procs([psutil.Process(pid) for pid in parts.values() if psutil.pid_exists(pid)], timeout=10)
    assert service.process.stdout is not None
    service.process.stdout.close()
    service.start()

    assert left == []
    assert service.said()["processes"]["postgres"] == postgres


def test_it_says_where_everything_is(service: Service) -> None:
    assert service.process.stdout is not None

    told = "".join(service.process.stdout.readline() for _ in range(4))

    assert service.said()["url"] in told
    assert str(service.data / "inbox" / "fax") in told


def test_nothing_it_makes_is_open_to_others_wherever_the_data_folder_lies(service: Service) -> None:
    made = [path for path in service.data.rglob("*") if not path.is_symlink()]

    assert len(made) > 10
    assert [str(path) for path in made if stat.S_IMODE(path.lstat().st_mode) & 0o007] == []


def test_a_second_up_is_refused_and_status_tells_of_the_first(service: Service) -> None:
    second, status = service.run("up"), service.run("status")

    assert second.returncode == 50
    assert service.said()["url"] in second.stderr
    assert status.returncode == 0, status.stderr
    assert service.said()["url"] in status.stdout
    assert "No open alarms" in status.stdout


def test_an_idle_service_is_small(service: Service) -> None:
    time.sleep(2)

    used_mb = sum(_pss_mb(process.pid) for process in service.everybody())

    assert used_mb < IDLE_MB


def _pss_mb(pid: int) -> float:
    """A process's share of memory: what several have in common is counted once."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


def test_a_short_command_starts_the_database_and_stops_it_again(tmp_path: Path) -> None:
    service = Service(tmp_path / "data")
    try:
        migrated = service.run("migrate")
        status = service.run("status")

        assert migrated.returncode == 0, migrated.stderr
        assert service.everybody() == []
        assert status.returncode == 1
        assert "up" in status.stdout
    finally:
        service.end()


def test_a_network_address_without_a_token_is_refused(tmp_path: Path) -> None:
    service = Service(tmp_path / "data")
    service.environment["SAAPUVA_HOST"] = "0.0.0.0"

    refused = service.run("up")

    assert refused.returncode == 50
    assert "SAAPUVA_API_TOKEN" in refused.stderr


def test_a_part_alone_waits_for_a_database_that_is_away_and_ends_when_told(tmp_path: Path) -> None:
    service = Service(tmp_path / "data")
    environment = {**service.environment, "SAAPUVA_DATABASE_URL": f"host={tmp_path} dbname=saapuva"}

    with subprocess.Popen(
        [sys.executable, "-m", "intake.cli", "worker"], env=environment, stderr=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stderr is not None
        told = (json.loads(line) for line in worker.stderr)
        waiting = next(line for line in told if line["event"] == "waiting")  # the pool of connections has its say as well
        worker.send_signal(signal.SIGTERM)
        code = worker.wait(20)

    assert waiting["code"] == "database_away"
    assert code == 0


def test_a_part_alone_refuses_a_database_without_this_versions_schema(tmp_path: Path) -> None:
    service = Service(tmp_path / "data")
    with EmbeddedPostgres(tmp_path / "elsewhere") as url:
        service.environment["SAAPUVA_DATABASE_URL"] = url

        before = service.run("worker")
        migrated = service.run("migrate")

    assert before.returncode == 51
    assert "saapuva migrate" in before.stderr
    assert migrated.returncode == 0, migrated.stderr
