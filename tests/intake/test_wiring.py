"""The parts know of each other what they must."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from intake.settings import Settings
from intake.store.database import Database
from intake.wiring import wire
from models.errors import BlobsAwayError
from tests.intake.received_files import take


def test_originals_are_not_begun_anew_where_some_were_kept(database: Database, database_url: str, tmp_path: Path) -> None:
    def blobs_in(folder: str) -> Path:
        return tmp_path / folder / "blobs"

    def started(folder: str):  # type: ignore[no-untyped-def]
        return wire(Settings(data=tmp_path / folder, database_url=SecretStr(database_url)))

    # given the first process of all, which makes the folder
    first = started("here")
    take(database, first.blobs, (b"paper", 1))
    assert blobs_in("here").is_dir()

    # when another starts where the folder is missing
    second = started("elsewhere")

    # then it waits for it
    with pytest.raises(BlobsAwayError):
        second.blobs.put([b"another"])
    assert not blobs_in("elsewhere").exists()
    first.close()
    second.close()
