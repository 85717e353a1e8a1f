"""A real PostgreSQL for the tests of what is kept: one server per session, one database per test."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from intake.store.database import Database
from intake.store.migrate import migrate
from tests.intake.persons import quick_hashes  # noqa: F401 - a fixture


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The built-in server in a folder of its own, or the one that SAAPUVA_TEST_DATABASE_URL names."""
    named = os.environ.get("SAAPUVA_TEST_DATABASE_URL")
    if named:
        yield named
        return
    from intake.store.embedded import EmbeddedPostgres

    server = EmbeddedPostgres(Path(tmp_path_factory.mktemp("postgres")))
    yield server.start()
    server.stop()


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """A migrated, empty database that each test's database is copied from."""
    name = f"template_{uuid4().hex[:12]}"
    _admin(server_url, "CREATE DATABASE {}", name)
    migrate(make_conninfo(server_url, dbname=name))
    yield name
    _drop(server_url, name)


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex[:12]}"
    _admin(server_url, "CREATE DATABASE {} TEMPLATE {}", name, template)
    yield make_conninfo(server_url, dbname=name)
    _drop(server_url, name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with Database(database_url) as opened:
        yield opened


def _admin(url: str, statement: str, *names: str) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _drop(url: str, name: str) -> None:
    """Drop a database; autovacuum, which only a superuser may end, holds one for a moment."""
    for _ in range(20):
        try:
            return _admin(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            time.sleep(0.25)
    return None
