# ruff: noqa: F811 - fixtures are imported by name
"""An acknowledged upload survives a power cut: what the kernel was asked for, in which order."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psutil
import psycopg
import pytest

from tests.end_to_end.web_process import WebProcess, web_process
from tests.intake.conftest import database_url, server_url, template  # noqa: F401 - fixtures
from tests.intake.papers import tiff

pytestmark = pytest.mark.end_to_end

CALLS = "trace=fsync,fdatasync,pwritev,pwrite64,rename,renameat,renameat2,link,linkat,mkdir,mkdirat,sendto,sendmsg,write"


@pytest.fixture
def web(tmp_path: Path, database_url: str) -> Iterator[WebProcess]:
    with web_process(tmp_path, database_url) as running:
        httpx2.get(
            f"{running.url}/api/v1/batches", headers=running.headers
        ).raise_for_status()  # its connections are open from here on
        yield running


class Traced:
    """strace on running processes: their calls with the time of each, in the order in which the calls ended."""

    def __init__(self, out: Path, *pids: int) -> None:
        self._out = out
        words = ["strace", "-f", "-y", "-s", "48", "-ttt", "-T", "-e", CALLS, "-o", str(out)]
        self._process = subprocess.Popen(
            [*words, *[word for pid in pids for word in ("-p", str(pid))]], stderr=subprocess.PIPE, text=True
        )
        assert self._process.stderr is not None
        line = self._process.stderr.readline()
        if "attached" not in line:
            self._process.kill()
            self._process.wait()
            pytest.skip(f"this machine lets no process be traced: {line.strip()}")

    def end(self) -> list[tuple[float, str]]:
        """The calls as (moment it ended, its words); a call whose line was cut in two is put together."""
        self._process.terminate()
        self._process.communicate(timeout=20)
        begun: dict[str, str] = {}
        calls: list[tuple[float, str]] = []
        for line in self._out.read_text(errors="replace").splitlines():
            pid, at, words = line.split(maxsplit=2)
            if "<unfinished ...>" in words:
                begun[pid] = words.removesuffix(" <unfinished ...>")
                continue
            if words.startswith("<..."):
                words = begun.pop(pid, "") + words.partition("resumed>")[2]
                ended = float(at)  # the line of the end bears the moment of the end
            else:
                took = re.search(r"<([\d.]+)>$", words)
                ended = float(at) + (float(took[1]) if took else 0.0)
            calls.append((ended, words))
        return sorted(calls, key=lambda call: call[0])


def postgres_of(database_url: str) -> list[int]:
    """Every process of the server: whichever of them writes the log to disk is seen."""
    with psycopg.connect(database_url) as conn:
        row = conn.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        try:
            server = psutil.Process(row[0]).parent()
        except psutil.NoSuchProcess:
            pytest.skip("the database runs on another machine")
        assert server is not None
        return [server.pid, *(child.pid for child in server.children() if child.pid != row[0])]


def traced_upload(web: WebProcess, database_url: str, tmp_path: Path) -> tuple[list[tuple[float, str]], httpx2.Response]:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    traced = Traced(tmp_path / "calls", web.process.pid, *postgres_of(database_url))
    time.sleep(0.5)
    answer = httpx2.post(f"{web.url}/api/v1/batches", files={"files": ("a.tif", tiff(2))}, headers=web.headers, timeout=60)
    return traced.end(), answer


def moment(calls: list[tuple[float, str]], pattern: str, *, last: bool = False) -> float:
    found = [at for at, words in calls if re.search(pattern, words)]
    assert found, f"no call like {pattern}"
    return found[-1] if last else found[0]


def assert_durable_before_answer(calls: list[tuple[float, str]], sha256: str) -> None:
    answered = moment(calls, r'^(sendto|sendmsg|write)\(.*"HTTP/1.1 201')
    named = moment(calls, rf"^rename.*{sha256}")
    folder = rf"blobs/sha256/{sha256[:2]}/{sha256[2:4]}"

    assert moment(calls, r"^(fsync|fdatasync)\(\d+<[^>]*/blobs/tmp/") < named, "the bytes are on disk before they have their name"
    for path in (folder, rf"blobs/sha256/{sha256[:2]}", "blobs/sha256", "blobs"):
        assert named < moment(calls, rf"^fsync\(\d+<[^>]*/{path}>", last=True) < answered, f"{path} is on disk before the answer"
    in_folders = moment(calls, rf"^fsync\(\d+<[^>]*/{folder}>", last=True)
    log = [at for at, words in calls if re.search(r"^(fsync|fdatasync)\(\d+<[^>]*/pg_wal/", words) and in_folders < at < answered]
    assert log, "the database's log is on disk after the blob and before the answer"


def test_blob_folders_and_database_log_are_on_disk_before_the_answer(web: WebProcess, database_url: str, tmp_path: Path) -> None:
    calls, answer = traced_upload(web, database_url, tmp_path)

    assert answer.status_code == 201
    assert_durable_before_answer(calls, answer.json()["files"][0]["sha256"])


def test_the_test_above_notices_what_is_left_out(web: WebProcess, database_url: str, tmp_path: Path) -> None:
    calls, answer = traced_upload(web, database_url, tmp_path)
    sha256 = answer.json()["files"][0]["sha256"]

    for left_out in (r"/blobs/tmp/", rf"/{sha256[2:4]}>", r"/blobs/sha256>", r"/pg_wal/"):
        fewer = [call for call in calls if not (call[1].startswith("f") and re.search(left_out, call[1]))]
        assert len(fewer) < len(calls)
        with pytest.raises(AssertionError):
            assert_durable_before_answer(fewer, sha256)
