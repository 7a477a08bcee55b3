"""What an address costs the server, asked one request at a time."""

from __future__ import annotations

import http.client
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.processes import cpu_seconds
from benchmarks.servers import Server

WARM = 3


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Milliseconds a request: of the server's processor, of the database's where that is known, and waited for."""

    cpu: float
    database: float | None
    p50: float
    p95: float


@dataclass
class Clocks:
    """What the server and its database have used. `pause` leaves out what is done meanwhile."""

    server: Server
    used: float = 0.0
    by_database: float = 0.0

    def start(self) -> None:
        self.used -= cpu_seconds(self.server.pid)
        self.by_database -= self._of_database()

    def stop(self) -> None:
        self.used += cpu_seconds(self.server.pid)
        self.by_database += self._of_database()

    def pause(self, doing: Callable[[], None]) -> None:
        before = self._of_database()
        doing()
        self.by_database -= self._of_database() - before

    def _of_database(self) -> float:
        return cpu_seconds(self.server.database_pid) if self.server.database_pid else 0.0


def measure(server: Server, address: str, requests: int, *, before: Callable[[], None] | None = None) -> Cost:
    """`before` is done ahead of each request; its time counts for nothing."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for _ in range(WARM):
        _ask(connection, address)
    clocks, waits = Clocks(server), []
    clocks.start()
    for _ in range(requests):
        if before is not None:
            clocks.pause(before)
        started = time.perf_counter()
        _ask(connection, address)
        waits.append((time.perf_counter() - started) * 1000)
    clocks.stop()
    connection.close()
    return Cost(
        cpu=clocks.used * 1000 / requests,
        database=clocks.by_database * 1000 / requests if server.database_pid else None,
        p50=statistics.median(waits),
        p95=statistics.quantiles(waits, n=20)[-1],
    )


def _ask(connection: http.client.HTTPConnection, address: str) -> None:
    connection.request("GET", address, headers={"Host": "127.0.0.1"})
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        sys.exit(f"{address} answers {response.status}.")
