"""What nobody could open is tried again or put away, with a reason that is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from intake.pipeline import quarantine, uploading
from intake.pipeline.receive import IncomingFile
from intake.pipeline.uploading import Sending
from intake.store import alarms, audit, files, ledger
from intake.store.blobs import BlobStore, open_blobs
from intake.store.database import Database
from models.errors import ConflictError, DamagedFileError, InputError, RefusedError
from tests.intake.papers import tiff

NOW = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return open_blobs(str(tmp_path / "blobs"), None)


def put(database: Database, blobs: BlobStore, content: bytes) -> UUID:
    """Keep a file that some earlier version could not open."""
    blob = blobs.put([content])
    incoming = IncomingFile("a.tif", blob.sha256, blob.size, "application/octet-stream", 0)
    sending = Sending(uuid4(), "post", None, None, None, "paula")
    problem = DamagedFileError("a.tif", "page 2")
    return uploading.take_unopened(database, sending, incoming, problem, "1", NOW).file.id


def test_a_file_that_opens_now_is_taken_in_with_its_pages_and_its_alarm_is_gone(database: Database, blobs: BlobStore) -> None:
    file_id = put(database, blobs, tiff(3))

    opened = quarantine.try_again(database, blobs, file_id, "paula", NOW)

    assert (opened.stage, opened.pages_in) == ("received", 3)
    with database.transaction() as conn:
        assert files.get(conn, file_id).model_dump() == opened.model_dump()
        assert alarms.open_alarms(conn) == []
        assert [event.event for event in audit.of_subject(conn, f"file:{file_id}")] == ["file.quarantined", "file.opened"]
        assert ledger.faults(conn, [opened.batch_id]) == []
        jobs = conn.execute("SELECT count(*) FROM procrastinate_jobs WHERE args ->> 'subject' = %s", [str(file_id)]).fetchone()
    assert jobs == (1,)


def test_bytes_that_have_been_taken_meanwhile_are_linked(database: Database, blobs: BlobStore) -> None:
    one, two = put(database, blobs, tiff(2)), put(database, blobs, tiff(2))
    quarantine.try_again(database, blobs, one, "paula", NOW)

    again = quarantine.try_again(database, blobs, two, "paula", NOW)

    assert (again.stage, again.duplicate_of) == ("duplicate", one)
    with database.transaction() as conn:
        assert ledger.faults(conn, [again.batch_id]) == []


def test_a_file_that_still_does_not_open_stays_and_says_why(database: Database, blobs: BlobStore) -> None:
    file_id = put(database, blobs, b"no paper")

    with pytest.raises(InputError):
        quarantine.try_again(database, blobs, file_id, "paula", NOW)

    assert [file.file_id for file in quarantine.standing(database).open] == [file_id]


def test_a_file_is_put_away_once_and_with_a_reason(database: Database, blobs: BlobStore) -> None:
    file_id = put(database, blobs, b"no paper")

    with pytest.raises(RefusedError):
        quarantine.dismiss(database, file_id, "   ", "paula", NOW)
    quarantine.dismiss(database, file_id, " Sent\nanew ", "paula", NOW)
    with pytest.raises(ConflictError):
        quarantine.dismiss(database, file_id, "again", "paula", NOW)

    standing = quarantine.standing(database)
    assert ([file.file_id for file in standing.open], [file.file_id for file in standing.seen_to]) == ([], [file_id])
    with database.transaction() as conn:
        told = audit.of_subject(conn, f"file:{file_id}")[-1].told
    assert (told["event"], told["actor"], told["after"]) == ("file.dismissed", "paula", {"reason": "Sent anew"})


def test_what_is_taken_in_is_in_quarantine_no_more(database: Database, blobs: BlobStore) -> None:
    file_id = put(database, blobs, tiff(1))
    quarantine.try_again(database, blobs, file_id, "paula", NOW)

    with pytest.raises(ConflictError):
        quarantine.try_again(database, blobs, file_id, "paula", NOW)
    with pytest.raises(ConflictError):
        quarantine.dismiss(database, file_id, "gone", "paula", NOW)
