"""Passwords: which are good enough, how they are kept, how one is compared without telling whether there is an account."""

from __future__ import annotations

import threading
import unicodedata
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from models.errors import RefusedError

LEAST, MOST = 12, 200
_FEWEST_LETTERS = 5
_REMEDY = "Take at least 12 characters; several words that do not belong together are good."

HASHER = PasswordHasher()
"""Argon2id with the second recommendation of RFC 9106: 64 MiB, three passes."""
_AT_ONCE = threading.BoundedSemaphore(2)
"""Each hash holds 64 MiB for a moment: no more than two, whatever comes at once."""


def check(password: str, login: str) -> str:
    """Give a new password as it is kept. Raises RefusedError that says what is wrong with it."""
    normal = normalised(password)
    if len(normal) < LEAST:
        raise RefusedError("The password is too short.", _REMEDY)
    if len(normal) > MOST:
        raise RefusedError("The password is longer than 200 characters.", "Take a shorter one.")
    bare = normal.casefold()
    if login.casefold() in (bare, _core(bare)):
        raise RefusedError("The password is the user name.", _REMEDY)
    if len(set(bare)) < _FEWEST_LETTERS or {bare, _core(bare)} & _common() or not _core(bare):
        raise RefusedError("The password is one of those that are guessed first.", _REMEDY)
    return normal


def normalised(password: str) -> str:
    """The same letters in one spelling: keyboards write an ä in two ways."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    """Hash a password that `check` has let pass."""
    with _AT_ONCE:
        return HASHER.hash(password)


def is_right(kept: str | None, password: str) -> bool:
    """Compare; where nothing is kept it takes as long, and is wrong."""
    nobody = _nobody(HASHER)
    with _AT_ONCE:
        try:
            return HASHER.verify(kept or nobody, normalised(password)[: MOST + 1]) and kept is not None
        except (Argon2Error, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than those of today."""
    return HASHER.check_needs_rehash(kept)


@lru_cache(maxsize=2)
def _nobody(hasher: PasswordHasher) -> str:
    """The hash that an unknown person's password is compared with."""
    return hasher.hash("a password that nobody has")


def _core(bare: str) -> str:
    return bare.strip("0123456789!?.,:;-_+*#@$€%&/()='\"<> ")


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    lines = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
