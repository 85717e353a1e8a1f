"""Fixtures and settings that all tests share."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests.chromium import chromium as chromium

# The launcher says the same for the command; tests started otherwise must not run slower engines.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

# No deadline: a shared machine stalls. Derandomised: a red build can be repeated by running it again.
settings.register_profile("saapuva", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("saapuva")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests in a browser last: once Playwright has begun, its event loop runs in this thread and no other can."""
    items.sort(key=lambda item: "chromium" in getattr(item, "fixturenames", ()))
