"""Connections and transactions. Every transaction of the product begins and ends here."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from models.errors import DatabaseAwayError

Conn = Connection[TupleRow]

_AWAY = (psycopg.OperationalError, PoolTimeout)


class Database:
    """A small pool of connections to one PostgreSQL database; opened on first use, closed with `close`."""

    def __init__(self, url: str, *, max_size: int = 4, wait_s: float = 5.0) -> None:
        self.url = url
        self._pool = ConnectionPool(
            url, min_size=0, max_size=max_size, timeout=wait_s, open=False, max_idle=60.0, check=ConnectionPool.check_connection,
            kwargs={"connect_timeout": 5, "application_name": "saapuva"}, name="saapuva",
        )  # fmt: skip

    @contextlib.contextmanager
    def transaction(self) -> Generator[Conn, None, None]:
        """One unit of work: committed with the block, rolled back when it raises.

        Raises DatabaseAwayError when the server does not answer, before or during the work. After that
        nobody knows whether a commit in flight was done: the caller's next attempt must find out by its fence.
        """
        self._pool.open()
        try:
            with self._pool.connection() as conn:
                yield conn
        except _AWAY as error:
            raise DatabaseAwayError(_reason(error)) from error

    def close(self) -> None:
        self._pool.close()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextlib.contextmanager
def direct(url: str) -> Iterator[Conn]:
    """One connection outside the pool, in autocommit: for LISTEN, advisory locks held long, CREATE DATABASE."""
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5, application_name="saapuva") as conn:
            yield conn
    except _AWAY as error:
        raise DatabaseAwayError(_reason(error)) from error


def _reason(error: Exception) -> str:
    """The kind of failure; the server's own words may quote addresses and values."""
    state = getattr(error, "sqlstate", None)
    return f"{type(error).__name__}{' ' + state if state else ''}"
