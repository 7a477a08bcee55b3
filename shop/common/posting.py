"""Sending to addresses that other people named, without becoming their way into the private network.

The connection goes to the address that was checked, follows nothing, asks no proxy, and ends with its time
limit, however slowly the other side talks.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from shop.common.fetch import FetchError, is_public

# Where clouds keep the keys of their machines: nobody's webhook, whatever is allowed.
METADATA = tuple(ipaddress.ip_address(text) for text in ("100.100.100.200", "192.0.0.192", "fd00:ec2::254"))
LONGEST_URL = 500


@dataclass(frozen=True, kw_only=True)
class Post:
    """`seconds` is for everything together, `keep_bytes` how much of the answer is read.

    `allow_private` allows http and addresses inside, for development.
    """

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 10.0
    keep_bytes: int = 1024
    allow_private: bool = False


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    body: bytes


def post(message: Post) -> Answer:
    """POST and return the answer, whatever its status; redirects are answers too. Raises FetchError."""
    parts = checked_url(message.url, allow_private=message.allow_private)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    deadline = time.monotonic() + message.seconds
    address = checked_address(host, port, allow_private=message.allow_private)
    connection = _Connection(host, port, address=address, is_https=parts.scheme == "https", seconds=message.seconds)
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    try:
        with _ends_at(connection, deadline):
            connection.request("POST", target, body=message.body, headers=dict(message.headers))
            response = connection.getresponse()
            answer = Answer(status=response.status, body=response.read(message.keep_bytes))
    except (OSError, http.client.HTTPException, ValueError) as error:
        _check_time(message, deadline)
        raise FetchError(f"{host} did not answer as it should: {error}") from error
    finally:
        connection.close()
    _check_time(message, deadline)
    return answer


def _check_time(message: Post, deadline: float) -> None:
    """An answer cut off in the middle reads like one that ended."""
    if time.monotonic() >= deadline:
        raise FetchError(f"no answer within {message.seconds:g} seconds")


def checked_url(url: str, *, allow_private: bool) -> SplitResult:
    """The parts of an address that may be sent to. Raises FetchError, without asking the network."""
    try:
        parts = urlsplit(url)
        port_is_there = parts.port != 0
    except ValueError as error:
        raise FetchError("not an address") from error
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise FetchError("only https is sent to")
    if not parts.hostname or not port_is_there or parts.username or parts.password:
        raise FetchError("an address has a host, and neither a name nor a password")
    if len(url) > LONGEST_URL or any(character <= " " or character == "\x7f" for character in url):
        raise FetchError("not an address")
    return parts


def checked_address(host: str, port: int, *, allow_private: bool) -> str:
    """One address of `host`; refused unless every one of them may be sent to. Raises FetchError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"{host} is not known") from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    may = _is_bearable if allow_private else is_public
    if not addresses or not all(may(address) for address in addresses):
        raise FetchError(f"{host} is not a public address")
    return addresses[0]


def _is_bearable(address: str) -> bool:
    """Not public perhaps, but neither link-local nor a cloud's metadata."""
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return not (ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved or ip in METADATA)


class _Connection(http.client.HTTPConnection):
    """Goes to the address that was checked, and asks for the certificate of the name."""

    def __init__(self, host: str, port: int, *, address: str, is_https: bool, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self.address = address
        self.context = ssl.create_default_context() if is_https else None
        self.default_port = 443 if is_https else 80

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        if self.context is not None:
            self.sock = self.context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()


@contextlib.contextmanager
def _ends_at(connection: _Connection, deadline: float) -> Iterator[None]:
    """A socket's own limit is for each read; this one is for all of them."""

    def end() -> None:
        if connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
