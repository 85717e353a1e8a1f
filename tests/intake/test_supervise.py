"""What ends is started again; what stands in the way of starting is said with its remedy."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from intake import running, supervise
from intake.forking import Copy
from intake.listening import check_host, is_ready, listen, url_of
from intake.settings import Settings
from intake.supervise import Child, Supervisor
from models.errors import StartError

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with listen("127.0.0.1", 0) as bound:
        yield bound


def _sleep() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    time.sleep(60)


def _end_at_once() -> None:
    """Like a worker whose database went away: exit code 0."""


def _ignore_term() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)


@pytest.fixture
def supervised(listening: socket.socket) -> Iterator[Callable[..., Supervisor]]:
    made: list[Supervisor] = []

    def make(**runs: Callable[[], object]) -> Supervisor:
        children = [Child(name, name, run) for name, run in runs.items()]
        made.append(Supervisor(children, dict(os.environ), listening, None))
        return made[-1]

    yield make
    for supervisor in made:
        for child in supervisor.children:
            if child.process is not None and child.is_running:
                os.kill(child.process.pid, signal.SIGKILL)
                child.process.wait()


def _look_until(supervisor: Supervisor, is_so: Callable[[], bool], within_s: float = 5.0) -> None:
    limit = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < limit, "it did not come to be"
        supervisor.look()
        time.sleep(0.01)


@pytest.mark.end_to_end
def test_a_killed_process_is_back_as_another_one(supervised: Callable[..., Supervisor]) -> None:
    supervisor = supervised(worker=_sleep)
    supervisor.look()
    first = supervisor.pids()["worker"]

    os.kill(first, signal.SIGKILL)
    _look_until(supervisor, lambda: supervisor.pids().get("worker") not in (None, first))

    assert supervisor.pids()["worker"] != first


@pytest.mark.end_to_end
def test_one_that_keeps_ending_waits_longer_each_time(supervised: Callable[..., Supervisor]) -> None:
    supervisor = supervised(worker=_end_at_once)
    child = supervisor.children[0]

    _look_until(supervisor, lambda: child.quick_ends == 3)

    assert child.wait_until - time.monotonic() > 2 * supervise.FIRST_WAIT_S


@pytest.mark.parametrize(
    ("ran_s", "quick_ends_before", "waits_s"), [(1.0, 0, 0.2), (1.0, 3, 1.6), (1.0, 50, 15.0), (3600.0, 50, 0.0)]
)
def test_the_wait_before_the_next_start(ran_s: float, quick_ends_before: int, waits_s: float) -> None:
    class Ended:
        def poll(self) -> int:
            return 0

    child = Child("worker", "worker", _sleep, process=Ended(), began=1000.0, quick_ends=quick_ends_before)  # type: ignore[arg-type]

    child.note_end(1000.0 + ran_s)

    assert child.wait_until - (1000.0 + ran_s) == pytest.approx(waits_s)


@pytest.mark.end_to_end
def test_the_end_asks_first_and_ends_those_that_do_not_listen(
    supervised: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "DRAIN_S", 0.5)
    supervisor = supervised(polite=_sleep, deaf=_ignore_term)
    supervisor.look()
    time.sleep(0.3)

    supervisor.end()

    codes = {child.name: child.process.poll() for child in supervisor.children if child.process is not None}
    assert codes == {"polite": 0, "deaf": -signal.SIGKILL}


@pytest.mark.end_to_end
def test_a_copy_gives_up_the_locks_of_the_one_it_was_copied_from(tmp_path: Path) -> None:
    with running.only_one(tmp_path):
        copy = Copy("worker", _sleep, {}, ())
    try:
        limit = time.monotonic() + 5
        while running.up_now(tmp_path) is not None:
            assert time.monotonic() < limit
            time.sleep(0.01)

        assert copy.poll() is None
    finally:
        os.kill(copy.pid, signal.SIGKILL)
        copy.wait()


@pytest.mark.end_to_end
def test_a_copy_dies_with_the_one_it_was_copied_from() -> None:
    script = """
import time
from intake.forking import Copy
copy = Copy("worker", lambda: time.sleep(60), {}, ())
print(copy.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(PROJECT)}, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()

    limit = time.monotonic() + 5
    while _lives(pid):
        assert time.monotonic() < limit
        time.sleep(0.02)


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.mark.end_to_end
def test_a_failure_in_a_copy_is_an_exit_code_and_its_words_stay_inside(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        from intake import logs

        logs.configure()
        raise ValueError("131052-308T")

    copy = Copy("worker", fail, {}, ())

    assert copy.wait() == 1
    assert "131052" not in capfd.readouterr().err


def test_a_second_up_on_one_folder_is_refused_and_told_where_the_first_is(tmp_path: Path) -> None:
    with running.only_one(tmp_path) as place:
        running.write_place(place, {"pid": 4711, "url": "http://127.0.0.1:8350"})

        with pytest.raises(StartError) as refusal, running.only_one(tmp_path):
            pass

    assert "4711" in refusal.value.problem
    assert "http://127.0.0.1:8350" in refusal.value.problem
    assert "SAAPUVA_DATA" in refusal.value.remedy


def test_up_now_knows_a_running_up_from_a_killed_one(tmp_path: Path) -> None:
    assert running.up_now(tmp_path) is None
    with running.only_one(tmp_path) as place:
        starting = running.up_now(tmp_path)
        running.write_place(place, {"pid": 1})
        started = running.up_now(tmp_path)
    (tmp_path / "up.json").write_text(json.dumps({"pid": 1}))

    assert (starting, started, running.up_now(tmp_path)) == ({}, {"pid": 1}, None)


def test_a_taken_port_is_refused_with_a_remedy(listening: socket.socket) -> None:
    with pytest.raises(StartError) as refusal:
        listen("127.0.0.1", listening.getsockname()[1])

    assert "SAAPUVA_PORT" in refusal.value.remedy


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "saapuva.example"])
def test_an_address_others_reach_needs_a_token(host: str) -> None:
    with pytest.raises(StartError, match="SAAPUVA_API_TOKEN"):
        check_host(Settings(host=host))

    check_host(Settings(host=host, api_token=SecretStr("t0ken")))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_needs_none(host: str) -> None:
    check_host(Settings(host=host))


@pytest.mark.parametrize(
    ("answer", "ready"), [(b"HTTP/1.1 200 OK\r\n\r\n", True), (b"HTTP/1.1 503 No\r\n\r\n", False), (b"", False)]
)
def test_ready_is_what_the_web_door_says(listening: socket.socket, answer: bytes, ready: bool) -> None:
    def answer_once() -> None:
        caller, _ = listening.accept()
        with caller:
            caller.recv(1000)
            caller.sendall(answer)

    answering = threading.Thread(target=answer_once)
    answering.start()

    assert is_ready(url_of(listening, "127.0.0.1")) is ready
    answering.join()
