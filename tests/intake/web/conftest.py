"""The web door around a real database and a real folder of blobs, without a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from intake.settings import Settings
from intake.store.blobs import open_blobs
from intake.store.database import Database
from intake.wiring import Wired
from tests.intake.web.clients import client_of

Opened = Callable[..., TestClient]


@pytest.fixture
def settings_of(tmp_path: Path) -> Callable[..., Settings]:
    """Settings of a test, with changes."""

    def build(**changes: Any) -> Settings:
        token = changes.pop("api_token", None)
        return Settings(**({"data": tmp_path, "reserve_mb": 0, "api_token": SecretStr(token) if token else None} | changes))

    return build


@pytest.fixture
def opened(database: Database, tmp_path: Path, settings_of: Callable[..., Settings]) -> Iterator[Opened]:
    """Open a client that bears the service's token, unless `bears_token` is False.

    What else is named changes a setting, or takes the place of `database` or `blobs`.
    """
    clients: list[TestClient] = []

    def build(**changes: Any) -> TestClient:
        blobs = changes.pop("blobs_store", None) or open_blobs(str(tmp_path / "blobs"), None)
        kept = changes.pop("database", database)
        bears_token = changes.pop("bears_token", True)
        client = client_of(Wired(settings_of(**changes), kept, blobs), bears_token=bears_token)
        clients.append(client.__enter__())
        return client

    yield build
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture
def client(opened: Opened) -> TestClient:
    return opened()
