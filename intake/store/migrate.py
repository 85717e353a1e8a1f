"""Bring the database to the newest schema, with alembic and plain SQL. Forward only."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from models.errors import DatabaseAwayError

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 0x5AA9_0001
"""Advisory lock: two processes that start at once migrate one after the other."""


def migrate(url: str) -> str:
    """Run what is missing, in one transaction, and give the revision reached. Any number may run it at once."""
    with _Connection(url) as connection:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return newest()


def current(url: str) -> str | None:
    """The database's revision; None for an empty one."""
    with _Connection(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision this version of the product needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config


class _Connection:
    """One SQLAlchemy connection on psycopg's, in a transaction that commits with the block."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(
            "postgresql+psycopg://", creator=lambda: psycopg.connect(url, connect_timeout=5), poolclass=NullPool
        )

    def __enter__(self) -> Connection:
        try:
            self._block = self._engine.begin()
            return self._block.__enter__()
        except (OperationalError, psycopg.OperationalError) as error:
            raise DatabaseAwayError(type(error).__name__) from error

    def __exit__(self, *failure: object) -> None:
        self._block.__exit__(*failure)  # type: ignore[arg-type]
        self._engine.dispose()
