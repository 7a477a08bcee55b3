"""Whose request it is: the rightmost hop outside SHOP_TRUSTED_PROXIES.

Every proxy appends the address it saw to X-Forwarded-For. What stands left of a hop that is not ours was
written by somebody who may lie.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def client_address(request: HttpRequest) -> str:
    """The client's address as text; "" when the server does not say, as on a Unix socket."""
    trusted = trusted_networks(tuple(settings.SHOP_TRUSTED_PROXIES))
    nearest = _address(request.META.get("REMOTE_ADDR", ""))
    if nearest is None:
        return ""
    for hop in reversed(_forwarded(request)):
        if not _is_in(nearest, trusted) or hop is None:
            break
        nearest = hop
    return str(nearest)


@functools.lru_cache(maxsize=8)
def trusted_networks(cidrs: tuple[str, ...]) -> list[Network]:
    """Raises ValueError for what is no network."""
    return [ipaddress.ip_network(cidr.strip(), strict=False) for cidr in cidrs]


def _forwarded(request: HttpRequest) -> list[Address | None]:
    header = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return [_address(hop) for hop in header.split(",")] if header else []


def _address(text: str) -> Address | None:
    """The address in "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]:80"; None when there is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
