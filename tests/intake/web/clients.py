"""A client of the whole application, without a socket."""

from __future__ import annotations

from fastapi.testclient import TestClient

from intake.web.app import create_app
from intake.wiring import Wired

HOST = "http://127.0.0.1:8350"


def client_of(wired: Wired, *, bears_token: bool = True) -> TestClient:
    """A program that bears the service's token, or nobody: a browser before its person has signed in."""
    app = create_app(wired)
    headers = {"Authorization": f"Bearer {app.state.service_token}"} if bears_token else {}
    return TestClient(app, base_url=HOST, raise_server_exceptions=False, headers=headers)
