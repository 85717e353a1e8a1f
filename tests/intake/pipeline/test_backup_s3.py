"""A backup brings originals from S3 into a folder, and back."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from moto.server import ThreadedMotoServer

from intake.pipeline import backup
from intake.pipeline.receive import IncomingFile, NewBatch, take
from intake.store.blobs import BlobStore, open_blobs
from intake.store.database import Database

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def blobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[BlobStore]:
    for name, value in (("ACCESS_KEY_ID", "key"), ("SECRET_ACCESS_KEY", "secret"), ("REGION", "eu-north-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        connection = http.client.HTTPConnection(host, port, timeout=10)
        connection.request("PUT", "/papers")
        connection.getresponse().read()
        connection.close()
        yield open_blobs("s3://papers/here", f"http://{host}:{port}")
    finally:
        server.stop()


@pytest.mark.end_to_end
def test_originals_are_brought_down_from_s3(database: Database, blobs: BlobStore, tmp_path: Path) -> None:
    kept = blobs.put([b"first"])
    batch = NewBatch(
        door="api", channel="post", sender=None, reference=None, received_at=NOW, received_evidence="told",
        idempotency_key=uuid4().hex, evidence=(),
    )  # fmt: skip
    take(database, batch, [IncomingFile("1.pdf", kept.sha256, kept.size, "application/pdf", 1)], NOW)

    made = backup.make(database, blobs, tmp_path / "backup", NOW)

    assert made.blobs == {kept.sha256: 5}
    assert backup.check(tmp_path / "backup") == made
    [path] = (tmp_path / "backup" / "blobs").glob("*/*")
    assert path.read_bytes() == b"first"
