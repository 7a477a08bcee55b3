"""Fetching from addresses that other people named, without becoming their way into the private network.

https only, to addresses that are public and that the connection then really goes to; few redirects,
each checked anew; limited in size and time; proxies of the environment are not asked.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

REDIRECTS = 3
CONNECT_SECONDS = 10.0
CHUNK = 64 * 1024
MOVED = frozenset({301, 302, 303, 307, 308})
# Ways of writing IPv4 addresses in IPv6 that reach the IPv4 host: translation, 6to4, Teredo.
EMBEDDED = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))


class FetchError(Exception):
    """It could not, or must not, be fetched; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """`seconds` is for everything together."""

    most_bytes: int
    seconds: float = 30.0


def fetch_public(url: str, limits: Limits) -> bytes:
    """The body behind `url`. Raises FetchError."""
    deadline = time.monotonic() + limits.seconds
    for _hop in range(REDIRECTS + 1):
        answer = _get(url, limits, deadline)
        if isinstance(answer, bytes):
            return answer
        url = urljoin(url, answer)
    raise FetchError("too many redirects")


def public_address(host: str, port: int) -> str:
    """One address of `host`; refused unless every one of them is public. Raises FetchError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"{host} is not known") from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise FetchError(f"{host} is not a public address")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    ip = ipaddress.ip_address(address)
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        return is_public(str(mapped))
    if ip.version == 6 and any(ip in network for network in EMBEDDED):
        return False
    return ip.is_global and not ip.is_multicast


class _Connection(http.client.HTTPSConnection):
    """Goes to the address that was checked, and still asks for the certificate of the name."""

    def __init__(self, host: str, address: str, *, timeout: float) -> None:
        self.context = ssl.create_default_context()
        super().__init__(host, 443, timeout=timeout, context=self.context)
        self.address = address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = self.context.wrap_socket(plain, server_hostname=self.host)


def _get(url: str, limits: Limits, deadline: float) -> bytes | str:
    """The body, or where it went."""
    parts = _checked(url)
    host = parts.hostname or ""
    connection = _Connection(host, public_address(host, 443), timeout=min(CONNECT_SECONDS, limits.seconds))
    try:
        target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        connection.request("GET", target, headers={"Accept": "*/*", "Accept-Encoding": "identity"})
        return _read(connection.getresponse(), limits, deadline)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FetchError(f"{host} did not answer as it should: {error}") from error
    finally:
        connection.close()


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError("not an address") from error
    if parts.scheme != "https":
        raise FetchError("only https is fetched")
    if not parts.hostname or port not in (None, 443) or parts.username or parts.password:
        raise FetchError("only https on its own port is fetched, without a name and password")
    return parts


def _read(response: http.client.HTTPResponse, limits: Limits, deadline: float) -> bytes | str:
    if response.status in MOVED:
        return response.getheader("Location") or ""
    if response.status != 200:
        raise FetchError(f"the answer was {response.status}")
    body = bytearray()
    while chunk := response.read1(CHUNK):
        body += chunk
        if len(body) > limits.most_bytes:
            raise FetchError(f"more than {limits.most_bytes // 1024 // 1024} MB")
        if time.monotonic() > deadline:
            raise FetchError(f"not there after {limits.seconds:g} seconds")
    return bytes(body)
