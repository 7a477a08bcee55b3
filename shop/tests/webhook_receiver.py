"""A real HTTP server on loopback that does to webhooks what the internet does."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Heard:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers by `script`: one entry a request, the last for ever: a status, "slow", "drip", "close" or "redirect"."""

    port: int = 0
    script: list[Any] = field(default_factory=lambda: [204])
    body: bytes = b"thanks"
    heard: list[Heard] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def next_answer(self) -> Any:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


class Handler(http.server.BaseHTTPRequestHandler):
    receiver: Receiver
    ended: threading.Event

    def do_POST(self) -> None:
        read = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.heard.append(Heard(self.path, headers, read))
        what = self.receiver.next_answer()
        if what == "slow":
            self.ended.wait(20)
        elif what == "drip":
            self.drip()
        elif what != "close":
            self.answer(302 if what == "redirect" else what)

    def drip(self) -> None:
        """A header line each tenth of a second: every single read is quick."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(200):
            if self.ended.wait(0.1):
                return
            self.wfile.write(f"X-{number}: y\r\n".encode())
            self.wfile.flush()

    def answer(self, status: int) -> None:
        body = b"" if status == 204 else self.receiver.body
        self.send_response(status)
        if status == 302:
            self.send_header("Location", self.receiver.url + "/moved")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_args: Any) -> None:
        """The other side has hung up: meant."""


@contextmanager
def receiving(*script: Any, body: bytes = b"thanks") -> Iterator[Receiver]:
    receiver = Receiver(script=list(script) or [204], body=body)
    handler = type("Own", (Handler,), {"receiver": receiver, "ended": threading.Event()})
    server = Server(("127.0.0.1", 0), handler)
    receiver.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield receiver
    finally:
        handler.ended.set()
        server.shutdown()
        server.server_close()
