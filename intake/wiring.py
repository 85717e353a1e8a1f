"""From settings to things that work. The only place that builds them.

Libraries are imported where they are needed: an idle service must stay small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.settings import Settings
from intake.store.blobs import BlobStore, open_blobs
from intake.store.database import Database

if TYPE_CHECKING:
    from intake.pipeline.registers import Registers
    from intake.store.embedded import EmbeddedPostgres


@dataclass(frozen=True)
class Wired:
    """What doors hand to the pipeline, piece by piece."""

    settings: Settings
    database: Database
    blobs: BlobStore
    server: EmbeddedPostgres | None = None
    """The built-in PostgreSQL, when this process uses it; None when an address was set."""

    def close(self) -> None:
        """Close the connections. The built-in server is stopped when nobody else needs it: not while `saapuva up` runs."""
        self.database.close()
        if self.server is not None:
            self.server.leave()


def wire(settings: Settings) -> Wired:
    """Build everything. Without an address, attaches to the built-in PostgreSQL, or starts it, until `close`.

    An own routing table that says what it may not stops the start here: TypeFileError.
    """
    if settings.routing is not None:
        from intake.pipeline.routing_faults import checked_table

        checked_table(settings.routing)
    if settings.database_url is not None:
        database = Database(settings.database_url.get_secret_value())
        return Wired(settings, database, _blobs(settings, database))
    server = embedded(settings)
    database = Database(server.start())
    wired = Wired(settings, database, _blobs(settings, database), server)
    try:
        _fill(wired.database)
    except BaseException:
        wired.close()
        raise
    return wired


def _blobs(settings: Settings, database: Database) -> BlobStore:
    from intake.store import files

    def was_used() -> bool:
        with database.transaction() as conn:
            return files.any_kept(conn)

    return open_blobs(place_of_blobs(settings), settings.s3_endpoint, was_used)


def place_of_blobs(settings: Settings) -> str:
    """Where originals and page images are kept: `open_blobs` makes a store there even where one was lost."""
    return settings.blobs or str(settings.data / "blobs")


def _fill(database: Database) -> None:
    """Give a new database its schema: nobody else does it for the built-in one. An old schema is left to `up`."""
    from intake.store import figures

    with database.transaction() as conn:
        is_new = figures.schema_revision(conn) is None
    if is_new:
        from intake.store.migrate import migrate

        migrate(database.url)


def database_url(settings: Settings) -> str:
    """How to connect; without an address, the built-in server is started and left running."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return embedded(settings).start()


def embedded(settings: Settings) -> EmbeddedPostgres:
    """The built-in PostgreSQL of these settings, not yet started."""
    from intake.store.embedded import EmbeddedPostgres

    return EmbeddedPostgres(settings.data / "postgres")


def registers(settings: Settings) -> Registers:
    """Who is asked what no paper shows: the address of the settings, else registers that know nothing."""
    from intake.pipeline.registers import InMemoryRegisters
    from intake.registers_client import open_registers

    return open_registers(settings) or InMemoryRegisters()
