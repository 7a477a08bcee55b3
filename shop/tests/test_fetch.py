"""Fetching from addresses other people named."""

from __future__ import annotations

import http.server
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shop.common import fetch
from shop.common.fetch import FetchError, Limits, fetch_public, is_public, public_address

LIMITS = Limits(most_bytes=1024 * 1024, seconds=30)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_addresses_outside_are(address: str) -> None:
    assert is_public(address)


def answers(*addresses: str) -> Any:
    return lambda *_args, **_kwargs: [(0, 0, 0, "", (address, 443)) for address in addresses]


def test_one_inside_address_among_others_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answers("93.184.215.14", "10.0.0.1"))
    with pytest.raises(FetchError, match="not a public address"):
        public_address("pictures.example", 443)
    monkeypatch.setattr(socket, "getaddrinfo", answers())
    with pytest.raises(FetchError, match="not a public address"):
        public_address("pictures.example", 443)
    monkeypatch.setattr(socket, "getaddrinfo", answers("93.184.215.14"))
    assert public_address("pictures.example", 443) == "93.184.215.14"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://pictures.example/a.jpg", "only https"),
        ("file:///etc/passwd", "only https"),
        ("https:///a.jpg", "only https on its own port"),
        ("https://pictures.example:8443/a.jpg", "only https on its own port"),
        ("https://me:secret@pictures.example/a.jpg", "without a name and password"),
        ("https://pictures.example:port/", "not an address"),
        ("https://[::1/", "not an address"),
        ("https://127.0.0.1/a.jpg", "not a public address"),
        ("https://[::1]/a.jpg", "not a public address"),
        ("https://localhost/a.jpg", "not a public address"),
        ("https://2130706433/a.jpg", "not a public address"),
        ("https://does-not-exist.invalid/a.jpg", "is not known"),
        ("https://" + "a" * 70 + ".example/", "is not known"),
    ],
)
def test_what_is_not_fetched(url: str, message: str) -> None:
    with pytest.raises(FetchError, match=message):
        fetch_public(url, LIMITS)


class Handler(http.server.BaseHTTPRequestHandler):
    """A shop of pictures: /ok, /moved, /inside, /round, /missing, /large, /slow."""

    def do_GET(self) -> None:
        moves = {"/moved": "/ok?size=1#part", "/inside": "https://127.0.0.1:1/", "/round": "/round", "/lost": ""}
        if self.path in moves:
            self.send_response(302)
            self.send_header("Location", moves[self.path])
            self.end_headers()
            return
        self.send_response(404 if self.path == "/missing" else 200)
        self.end_headers()
        if self.path == "/slow":
            self.dribble()
            return
        body = b"x" * (2 * 1024 * 1024) if self.path == "/large" else f"{self.headers['Host']}{self.path}".encode()
        self.wfile.write(body)

    def dribble(self) -> None:
        for _ in range(100):
            try:
                self.wfile.write(b"x")
            except OSError:
                return
            time.sleep(0.02)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests print nothing."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if not shutil.which("openssl"):
        pytest.skip("needs the openssl program for a certificate")
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=pictures.example"]
    more = ["-addext", "subjectAltName=DNS:pictures.example", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*make, *more], check=True, capture_output=True)
    return key, cert


@pytest.fixture
def server(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[http.server.HTTPServer]:
    """pictures.example, served here: the name leads to a public address, and that one to this machine."""
    key, cert = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    monkeypatch.setattr(socket, "getaddrinfo", answers("93.184.215.14"))
    monkeypatch.setattr(
        fetch.socket,
        "create_connection",
        lambda address, timeout: _connect(server.server_port, address, timeout),
    )
    trusting = ssl.create_default_context
    monkeypatch.setattr(fetch.ssl, "create_default_context", lambda: trusting(cafile=str(cert)))
    yield server
    server.shutdown()
    server.server_close()


def _connect(port: int, address: tuple[str, int], timeout: float) -> socket.socket:
    assert address == ("93.184.215.14", 443)
    plain = socket.socket()
    plain.settimeout(timeout)
    plain.connect(("127.0.0.1", port))
    return plain


def test_the_checked_address_is_asked_by_the_name_and_the_body_comes_back(server: http.server.HTTPServer) -> None:
    assert fetch_public("https://pictures.example/ok?size=2#part", LIMITS) == b"pictures.example/ok?size=2"
    assert fetch_public("https://pictures.example", LIMITS) == b"pictures.example/"


def test_a_redirect_is_followed_and_checked_anew(server: http.server.HTTPServer) -> None:
    assert fetch_public("https://pictures.example/moved", LIMITS) == b"pictures.example/ok?size=1"
    for path, message in (("inside", "own port"), ("round", "too many redirects"), ("lost", "too many redirects")):
        with pytest.raises(FetchError, match=message):
            fetch_public(f"https://pictures.example/{path}", LIMITS)


def test_another_name_than_the_certificates_is_refused(server: http.server.HTTPServer) -> None:
    with pytest.raises(FetchError, match="did not answer as it should"):
        fetch_public("https://other.example/ok", LIMITS)


def test_answers_that_are_none_or_too_large_or_too_late(server: http.server.HTTPServer) -> None:
    with pytest.raises(FetchError, match="the answer was 404"):
        fetch_public("https://pictures.example/missing", LIMITS)
    with pytest.raises(FetchError, match="more than 1 MB"):
        fetch_public("https://pictures.example/large", LIMITS)
    with pytest.raises(FetchError, match=r"not there after 0\.3 seconds"):
        fetch_public("https://pictures.example/slow", Limits(most_bytes=9999, seconds=0.3))
