"""What can be said of the settings before anything is started: a part that cannot live would only be started over and over."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from intake.settings import Settings
from models.errors import SettingsError

PREFIX = "SAAPUVA_"
_OURS = re.compile(r"SAAPUVA_(?:LISTENING_FD$|TEST_)")
"""What `up` tells its parts, and what tells the tests where a database is."""
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_WEB = ("http://", "https://")


def check_settings(settings: Settings) -> None:
    """Refuse what a part would end over. Raises SettingsError or TypeFileError; nothing is contacted or made."""
    _ = settings.watched
    _check_blobs(settings.blobs)
    _check_core(settings)
    if settings.registers is not None:
        from intake.registers_client import open_registers

        open_registers(settings)
    if settings.routing is not None:
        from intake.pipeline.routing_faults import checked_table

        checked_table(settings.routing)


def unknown(names: Iterable[str]) -> dict[str, str | None]:
    """Name the variables that look like settings and are none, each with the setting that was probably meant."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    strange = (name for name in sorted(names) if name.startswith(PREFIX) and name not in known and not _OURS.match(name))
    return {name: _closest(name, known) for name in strange}


def _closest(name: str, known: list[str]) -> str | None:
    bare = [one.removeprefix(PREFIX) for one in known]
    found = difflib.get_close_matches(name.removeprefix(PREFIX), bare, 1, 0.7)
    return PREFIX + found[0] if found else None


def _check_blobs(place: str | None) -> None:
    if place is None or not _ADDRESS.match(place):
        return
    if re.match(r"s3://[^/]", place) is None:
        raise SettingsError("SAAPUVA_BLOBS", "it is neither a folder nor s3://bucket/prefix")


def _check_core(settings: Settings) -> None:
    """An address needs its key and certificates; a folder may be a share that is mounted later."""
    if settings.core is None or not _ADDRESS.match(settings.core):
        return
    if not settings.core.casefold().startswith(_WEB):
        raise SettingsError("SAAPUVA_CORE", "it is neither an http(s) address nor a folder")
    from intake.core_client import open_core

    open_core(settings)
