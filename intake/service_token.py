"""The token by which programs call the API: the one of the settings, else one made at the first start."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from intake.durable import make_folder, sync_folder
from intake.settings import Settings
from models.errors import SettingsError, StartError

FILE = "api-token"


def service_token(settings: Settings) -> str:
    """Give the token; without one in the settings, DATA/api-token's, which is made when there is none. Raises StartError."""
    if settings.api_token is not None:
        return settings.api_token.get_secret_value()
    place = settings.data / FILE
    try:
        return _read(place) or _make(place)
    except OSError as error:
        raise StartError(
            f"{place} cannot be used ({error.strerror}).", "Let Saapuva's account read it, or set SAAPUVA_API_TOKEN."
        ) from error


def where(settings: Settings) -> str:
    """Say where a program's operator finds the token."""
    return "SAAPUVA_API_TOKEN" if settings.api_token is not None else str(settings.data / FILE)


def _read(place: Path) -> str | None:
    try:
        token = place.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    if len(token) < 32:
        raise SettingsError(str(place), "holds no token; remove it, and the next start makes one")
    return token


def _make(place: Path) -> str:
    """Write it whole under another name, then link it: of two processes that start at once one wins, and both read its."""
    make_folder(place.parent)
    half = place.with_name(f".{FILE}.{secrets.token_hex(8)}")
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(half, place)
    except FileExistsError:
        pass
    finally:
        half.unlink()
    sync_folder(place.parent)
    token = _read(place)
    assert token is not None
    return token
