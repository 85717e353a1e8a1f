"""The address of the web door: who may be shown it, taking its port, asking whether it is ready."""

from __future__ import annotations

import ipaddress
import socket

from intake.settings import Settings
from models.errors import StartError

GIVEN = "SAAPUVA_LISTENING_FD"
"""From `up` to its web door: the descriptor of the socket that `up` listens on."""


def check_host(settings: Settings) -> None:
    """Refuse to show papers to a network without a token. Raises StartError."""
    if settings.api_token is None and not _is_loopback(settings.host):
        raise StartError(
            f"SAAPUVA_HOST is {settings.host}, which other machines reach, and no SAAPUVA_API_TOKEN is set.",
            "Set SAAPUVA_API_TOKEN, or listen on 127.0.0.1.",
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """Take the port; callers wait in its queue while the web door restarts. Raises StartError when it cannot be had."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind)
    except OSError as error:
        raise StartError(f"SAAPUVA_HOST {host} is no address of this machine ({error.strerror}).", "Try 127.0.0.1.") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(512)
    except OSError as error:
        listening.close()
        raise StartError(
            f"Port {port} of {host} cannot be taken ({error.strerror}).",
            "Another program listens there, perhaps another saapuva: end it, or set SAAPUVA_PORT (0 takes a free port).",
        ) from error
    return listening


def url_of(listening: socket.socket, host: str) -> str:
    """Where the pages are, as somebody on this machine calls them."""
    port = listening.getsockname()[1]
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def is_ready(url: str) -> bool:
    """Whether the web door at `url` says that all is ready."""
    host, _, port = url.removeprefix("http://").rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=2) as asking:
            asking.sendall(f"GET /health/ready HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
            return b" 200 " in asking.recv(64)
    except OSError:
        return False
