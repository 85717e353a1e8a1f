"""One service and one Chromium for all tests in a browser; a fresh `Site` for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from samples.running import Running
from tests.end_to_end.browser.site import Site

QUICK_WATCH = {"SAAPUVA_WATCH_POLL_S": "0.5", "SAAPUVA_WATCH_QUIET_S": "0.5", "SAAPUVA_RESERVE_MB": "16"}


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A whole service that all browser tests share: each has persons and papers of its own in it."""
    with Running(tmp_path_factory.mktemp("browser") / "data", QUICK_WATCH) as running:
        running.start(180)
        yield running


@pytest.fixture
def site(service: Running, chromium: Browser) -> Iterator[Site]:
    """The service and a browser; at the end nobody is signed in any more, and no script may have complained."""
    opened = Site(service, chromium)
    yield opened
    opened.close()
    assert opened.complaints == []
