"""Guessing passwords takes time: wrong ones are counted by user name and by address, and soon each next one must wait.

The counts lie in the database, so that no restart forgets them, under hashes: what stands in the field of the user name
may be a password.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from intake.store import sign_in_tries
from intake.store.database import Conn, Database
from models.errors import RefusedError

FREE_TRIES = 5
"""So many wrong passwords in a row for one user name; after them each next one costs a wait twice as long."""
FREE_TRIES_OF_ADDRESS = 30
"""Many persons may sit behind one address."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


class Tries(NamedTuple):
    """What a try is counted under. `address` is None for somebody who is signed in already."""

    address: str | None
    login: str


def count(database: Database, login: str, address: str | None, now: datetime) -> Tries:
    """Count a try before the password is looked at, or raise RefusedError while an earlier one must be waited for.

    Address before name, always: nobody waits in a circle.
    """
    tries = Tries(None if address is None else f"address:{_hidden(address)}", f"login:{_hidden(login)}")
    with database.transaction() as conn:
        if tries.address is not None:
            _count(conn, tries.address, FREE_TRIES_OF_ADDRESS, now)
        _count(conn, tries.login, FREE_TRIES, now)
    return tries


def _count(conn: Conn, subject: str, free: int, now: datetime) -> None:
    failures, wait_until = sign_in_tries.lock(conn, subject, now, FORGOTTEN_AFTER)
    if now < wait_until:
        raise RefusedError("There were too many tries to sign in.", "Wait a quarter of an hour, then try again.", 429)
    wait = min(FIRST_WAIT * 2.0 ** min(failures - free, 10), LONGEST_WAIT) if failures >= free else timedelta()
    sign_in_tries.put(conn, subject, failures + 1, now + wait, now)


def forgive(conn: Conn, tries: Tries, now: datetime) -> None:
    """Forget the user name's failures, this try among them, and take them from the address's too."""
    of_address, wait_until = (0, now) if tries.address is None else sign_in_tries.lock(conn, tries.address, now, FORGOTTEN_AFTER)
    of_login, _ = sign_in_tries.lock(conn, tries.login, now, FORGOTTEN_AFTER)
    if tries.address is not None:
        sign_in_tries.put(conn, tries.address, max(of_address - of_login, 0), min(wait_until, now), now)
    sign_in_tries.put(conn, tries.login, 0, now, now)
    sign_in_tries.forget(conn, now - FORGOTTEN_AFTER)


def _hidden(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:32]
