"""A register on loopback for tests: a real server in a thread that answers as it is told and remembers how it was asked."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """One question as the server saw it."""

    path: str
    authorization: str | None
    body: dict[str, Any]


@dataclass
class StandInRegisters:
    """`facts_by_hetu` is what it knows; `statuses` are given first, one a question; `raw` stands for any answer."""

    facts_by_hetu: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    raw: bytes | None = None
    silent_s: float = 0.0
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    def answer(self, question: dict[str, Any]) -> bytes:
        if self.raw is not None:
            return self.raw
        hetu = question["hetu"]
        return json.dumps({"format": "saapuva-registers/1", "hetu": hetu, "facts": self.facts_by_hetu.get(hetu, {})}).encode()


@contextlib.contextmanager
def registers_server() -> Iterator[StandInRegisters]:
    stand_in = StandInRegisters()

    class Answerer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            stand_in.asked.append(Asked(self.path, self.headers.get("Authorization"), body))
            time.sleep(stand_in.silent_s)
            status = stand_in.statuses.pop(0) if stand_in.statuses else 200
            answer = stand_in.answer(body) if status == 200 else b"no"
            with contextlib.suppress(OSError):  # the client may have given up
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answerer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    stand_in.url = f"http://127.0.0.1:{server.server_address[1]}/facts"
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
