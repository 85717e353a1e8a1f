"""The whole application behind a socket, and a real Chromium that bears the service's token."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from intake.pipeline.file_reading import FileRead, Question
from intake.reading_child import Failure
from intake.settings import Settings
from intake.store.database import Database
from intake.web.app import create_app
from intake.wiring import Wired
from tests.intake.conftest import database as database
from tests.intake.conftest import database_url as database_url
from tests.intake.conftest import server_url as server_url
from tests.intake.conftest import template as template
from tests.intake.received_files import Bench, FakeReader, bench


class Drawn(FakeReader):
    """A reader whose page images a browser can show: each page bears its number."""

    def read(self, question: Question) -> FileRead | Failure:
        given = super().read(question)
        for page in given.pages if isinstance(given, FileRead) else ():
            sheet = np.full((420, 300), 255, np.uint8)
            cv2.putText(sheet, str(page.number), (90, 220), cv2.FONT_HERSHEY_SIMPLEX, 4, 0, 8)
            page.image.write_bytes(cv2.imencode(".png", sheet)[1].tobytes())
        return given


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Bench:
    return bench(database, tmp_path)


@dataclass(frozen=True)
class Served:
    address: str
    token: str


@pytest.fixture
def served(place: Bench, tmp_path: Path) -> Iterator[Served]:
    app = create_app(Wired(Settings(data=tmp_path, reserve_mb=0), place.database, place.blobs))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(f"http://127.0.0.1:{port}", app.state.service_token)
    server.should_exit = True
    thread.join()


@pytest.fixture
def opened(chromium: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own; what goes wrong in its scripts fails the test."""
    contexts: list[Any] = []
    mistakes: list[str] = []

    def build(path: str, theme: str = "light", language: str = "en") -> Page:
        context = chromium.new_context(
            base_url=served.address, viewport={"width": 1280, "height": 720}, color_scheme=theme, locale=language,  # type: ignore[arg-type]
            extra_http_headers={"Authorization": f"Bearer {served.token}"},
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        page.goto(path)
        return page

    yield build
    for context in contexts:
        context.close()
    assert mistakes == []


def assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
