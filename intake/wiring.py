"""From settings to things that work. The only place that builds them."""

from __future__ import annotations

from dataclasses import dataclass

from intake.settings import Settings
from intake.store.blobs import BlobStore, open_blobs
from intake.store.database import Database
from intake.store.embedded import EmbeddedPostgres


@dataclass(frozen=True)
class Wired:
    """What doors hand to the pipeline, piece by piece."""

    settings: Settings
    database: Database
    blobs: BlobStore

    def close(self) -> None:
        self.database.close()


def wire(settings: Settings) -> Wired:
    """Build everything. The built-in PostgreSQL is started when no address is set and it does not run yet."""
    return Wired(settings, Database(database_url(settings)), open_blobs(settings.blobs or str(settings.data / "blobs"), settings.s3_endpoint))


def database_url(settings: Settings) -> str:
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return EmbeddedPostgres(settings.data / "postgres").start()
