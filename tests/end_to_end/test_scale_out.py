"""Two machines work on one inbox: one database, one S3, nothing else between them; then one of them dies."""

from __future__ import annotations

import contextlib
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

import httpx2
import psycopg
import pytest

from intake.store.blobs import open_blobs
from samples.running import token_header, wait_until
from tests.end_to_end.machines import BUCKET, Network, network, part, postgres, s3
from tests.proof.core import free_port
from tests.proof.papers import INBOX, Paper, letter

pytestmark = pytest.mark.end_to_end

FILES = 8
LIMIT_S = 300.0
LONG_SAMPLES = ("25-", "04-")
"""Read slowly enough to be killed in the middle."""
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "us-east-1"}

WORKERS = "SELECT DISTINCT worker FROM attempt WHERE outcome = 'done'"
AT_WORK = "SELECT worker FROM attempt WHERE ended_at IS NULL"
STAGES = "SELECT stage, count(*) FROM file GROUP BY stage"
UNTIDY = "SELECT (SELECT count(*) FROM page WHERE state = 'received') + (SELECT count(*) FROM attempt WHERE ended_at IS NULL)"
DELIVERED = "SELECT id::text FROM delivery WHERE state = 'delivered'"
UNDELIVERED = "SELECT count(*) FROM delivery WHERE state <> 'delivered'"
READ_TWICE = "SELECT file_id FROM reading GROUP BY file_id HAVING count(*) > 1"


@dataclass(frozen=True)
class Cluster:
    """One web door and two workers on machines of their own."""

    network: Network
    url: str
    conn: psycopg.Connection[tuple[Any, ...]]
    settings: dict[str, str]
    workers: tuple[Popen[bytes], Popen[bytes]]
    folders: tuple[Path, Path]
    logs: Path

    @property
    def headers(self) -> dict[str, str]:
        return token_header(self.logs / "home")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with contextlib.ExitStack() as parts:
        joined = parts.enter_context(network(2))
        database_url = parts.enter_context(postgres(tmp_path / "postgres", joined.address))
        s3_url = parts.enter_context(s3(tmp_path / "s3", joined.address))
        port = free_port()
        (tmp_path / "outbox").mkdir()
        shared = {
            "SAAPUVA_DATABASE_URL": database_url, "SAAPUVA_BLOBS": f"s3://{BUCKET}/originals", "SAAPUVA_S3_ENDPOINT": s3_url,
            "SAAPUVA_PORT": str(port), "SAAPUVA_RESERVE_MB": "16", "SAAPUVA_CORE": str(tmp_path / "outbox"), **CREDENTIALS,
        }  # fmt: skip

        def run(word: str, folder: str, around: list[str] | None = None) -> Popen[bytes]:
            settings = {**shared, "SAAPUVA_DATA": str(tmp_path / folder)}
            return parts.enter_context(part([word], settings, tmp_path / f"{folder}.log", around or []))

        assert run("migrate", "home").wait(60) == 0, (tmp_path / "home.log").read_text()
        run("web", "home")
        run("maintain", "home")
        workers = (run("worker", "one", joined.inside(0, [])), run("worker", "two", joined.inside(1, [])))
        url = f"http://127.0.0.1:{port}"
        wait_until("the web door answers", 60, lambda: _is_up(url))
        conn = parts.enter_context(psycopg.connect(database_url, autocommit=True))
        yield Cluster(joined, url, conn, shared, workers, (tmp_path / "one", tmp_path / "two"), tmp_path)


def _is_up(url: str) -> bool:
    with contextlib.suppress(httpx2.TransportError):
        return httpx2.get(f"{url}/health/live", timeout=5).status_code == 200
    return False


def test_two_machines_share_the_work_and_one_goes_on_alone(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    papers = [letter(number, 7, tmp_path) for number in range(1, FILES - len(LONG_SAMPLES) + 1)]
    papers += [
        Paper(path.name, path.read_bytes(), "sample", None) for number in LONG_SAMPLES for path in INBOX.glob(f"{number}*.tif")
    ]

    send(cluster, papers[: FILES // 2])
    wait_until("both have read something", LIMIT_S, lambda: both_have_read(cluster, papers))
    send(cluster, papers[FILES // 2 :])
    victim = wait_until("one of the two is at work", 60, lambda: at_work(cluster), 0.02)
    victim.kill()
    wait_until("all is read", LIMIT_S, lambda: dict(cluster.conn.execute(STAGES).fetchall()) == {"read": count_of(cluster)})
    wait_until("nothing is left open", 30, lambda: cluster.conn.execute(UNTIDY).fetchone() == (0,))

    wait_until("all is delivered", 60, lambda: cluster.conn.execute(UNDELIVERED).fetchone() == (0,))

    assert cluster.conn.execute(READ_TWICE).fetchall() == []
    delivered = [row[0] for row in cluster.conn.execute(DELIVERED).fetchall()]
    assert delivered
    assert sorted(path.stem for path in (cluster.logs / "outbox").glob("*.json")) == sorted(delivered)
    assert_originals_are_in_s3_alone(cluster, papers, monkeypatch)
    with capsys.disabled():
        sys.stdout.write(
            f"\n  scale-out: {cluster.network.words}; {len(set(workers_of(cluster)))} workers, {count_of(cluster)} files\n"
        )


def send(cluster: Cluster, papers: list[Paper]) -> None:
    for paper in papers:
        answer = httpx2.post(
            f"{cluster.url}/api/v1/batches", files=[("files", (paper.name, paper.content))], headers=cluster.headers, timeout=60
        )
        assert answer.status_code == 201, answer.text


def both_have_read(cluster: Cluster, papers: list[Paper]) -> bool:
    """Cheap papers may all be read before the second worker is awake: then it gets one more."""
    stages = dict(cluster.conn.execute(STAGES).fetchall())
    done = len(workers_of(cluster)) == 2
    if not done and set(stages) == {"read"}:
        number = 100 + count_of(cluster)
        papers.extend(more := [letter(number, 7, cluster.logs), letter(number + 1, 7, cluster.logs)])
        send(cluster, more)
    return done


def workers_of(cluster: Cluster) -> list[str]:
    return [row[0] for row in cluster.conn.execute(WORKERS).fetchall()]


def count_of(cluster: Cluster) -> int:
    row = cluster.conn.execute("SELECT count(*) FROM file").fetchone()
    assert row is not None
    return int(row[0])


def at_work(cluster: Cluster) -> Popen[bytes] | None:
    """The process that is reading now, known by its number."""
    pids = {int(row[0].split(":")[1]) for row in cluster.conn.execute(AT_WORK).fetchall()}
    return next((worker for worker in cluster.workers if worker.pid in pids), None)


def assert_originals_are_in_s3_alone(cluster: Cluster, papers: list[Paper], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    store = open_blobs(cluster.settings["SAAPUVA_BLOBS"], cluster.settings["SAAPUVA_S3_ENDPOINT"])
    for paper in papers:
        assert hashlib.sha256(store.read(paper.sha256)).hexdigest() == paper.sha256
    for folder in (*cluster.folders, cluster.logs / "home"):
        kept = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size > 1000] if folder.exists() else []
        assert kept == [], f"{folder.name} keeps something that only S3 should"
