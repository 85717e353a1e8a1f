"""Connections and transactions. Every transaction of the product begins and ends here."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator
from typing import TypeVar
from weakref import WeakKeyDictionary

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from models.errors import DatabaseAwayError

Conn = Connection[TupleRow]

T = TypeVar("T")

_AWAY = (psycopg.OperationalError, PoolTimeout)
_COLLIDED = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
_TIMES = 5

_LAST: WeakKeyDictionary[Conn, list[Callable[[], None]]] = WeakKeyDictionary()
"""What open transactions do just before they commit, in the order in which it was asked for."""


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
        """One unit of work: committed with the block, rolled back when it raises. What `at_last` was given is done last.

        Raises DatabaseAwayError when the server does not answer, before or during the work. After that
        nobody knows whether a commit in flight was done: the caller's next attempt must find out by its fence.
        """
        self._pool.open()
        try:
            with self._pool.connection() as conn, _with_last_words(conn):
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
def _with_last_words(conn: Conn) -> Generator[None, None, None]:
    last = _LAST[conn] = []
    try:
        yield
        for work in last:
            work()
    finally:
        del _LAST[conn]


def at_last(conn: Conn, work: Callable[[], None]) -> None:
    """Do `work` when all else of the transaction is done, just before it commits; at once on a connection outside the pool.

    For what locks a row that every transaction wants: nothing else is locked after it, so nobody waits in a circle.
    """
    last = _LAST.get(conn)
    if last is None:
        work()
    else:
        last.append(work)


def again(work: Callable[[], T]) -> T:
    """Do a whole transaction; do it anew when the server rolled it back because it met another one.

    Then nothing of it has happened, and nothing is wrong with what it was about.
    """
    for _ in range(_TIMES - 1):
        try:
            return work()
        except DatabaseAwayError as error:
            if not isinstance(error.__cause__, _COLLIDED):
                raise
    return work()


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
