"""What a guest's pages cost: queries, the server's own CPU time, and how long one waits.

    python benchmarks/pages.py --size 100000                     on SQLite, in a folder of its own
    python benchmarks/pages.py --size 1000000 --database mysql://user:password@host/empty
    python benchmarks/pages.py --size 1000 --profile /products/  where the time of a page goes

The demo goods are grown to the size and indexed, which takes most of the time; --folder keeps them for the next run.
CPU time is that of the server's processes from /proc, divided by the requests. "first" is measured with
SHOP_PAGE_CACHE_SECONDS=0, so that every view is a first one; "again" as the shop runs. The floor is a bare Django
view of 20 kB behind the same server, in the same run.
"""

from __future__ import annotations

import argparse
import cProfile
import http.client
import os
import pstats
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60
PAGES = {
    "home": "/",
    "list": "/products/",
    "category": "/categories/prints/",
    "filtered category": "/categories/prints/?tag=blue&option.Size=30+%C3%97+40+cm&in_stock=true&ordering=price",
    "page 100": "/products/?page={deep}",
    "product": "/products/contours-7-print/",
    "search, common": "/search/?search=print",
    "search, rare": "/search/?search=moire+tote",
    "search, typo": "/search/?search=contuors",
    "suggestions": "/search/suggest/?search=conto",
}


@dataclass(frozen=True)
class Cost:
    cpu_ms: float
    p50_ms: float
    p95_ms: float


def main() -> None:
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="shop-pages-") as temporary:
        folder = Path(asked.folder or temporary).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        os.environ.update(environment(folder, asked.database))
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        count = prepare(asked.size)
        pages = {name: address.format(deep=min(100, max(2, count // 24))) for name, address in PAGES.items()}
        if asked.profile:
            profile(asked.profile)
        else:
            report(count, pages, asked.requests)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1000, help="products")
    parser.add_argument("--database", default="", help="DATABASE_URL of an empty database; SQLite without it")
    parser.add_argument("--folder", default="", help="where the goods are kept for the next run")
    parser.add_argument("--requests", type=int, default=60, help="for each page")
    parser.add_argument("--profile", default="", help="an address whose time is taken apart instead")
    return parser.parse_args()


def environment(folder: Path, database: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SHOP_ENV_FILE": "/nonexistent",
        "SHOP_DEMO": "true",
        "SHOP_HTTPS": "false",
        "SHOP_RATE_LIMITS_ENABLED": "false",
        "DATABASE_URL": database or f"sqlite:///{folder}/db.sqlite3",
        "MEDIA_ROOT": f"{folder}/media",
        "STATIC_ROOT": f"{folder}/static",
        "SHOP_SEARCH_ROOT": f"{folder}/search",
        "LOG_LEVEL": "ERROR",
    }


def prepare(size: int) -> int:
    """The goods, the index, the static files. Returns how many products there are."""
    from django.core.management import call_command

    from catalog.models import Product
    from catalog.services.grow_catalogue import grow_catalogue
    from catalog.services.search_index import rebuild_index
    from catalog.services.seed_catalogue import seed_catalogue

    call_command("migrate", verbosity=0)
    started = time.monotonic()
    seed_catalogue([])
    grown = grow_catalogue(size, lambda written: print(f"\r{written:,} products", end="", file=sys.stderr, flush=True))
    seeded = time.monotonic()
    call_command("collectstatic", interactive=False, verbosity=0)
    built = time.monotonic()
    rebuild_index()
    done = time.monotonic()
    print(f"\nSeeded {grown:,} products in {seeded - started:.0f} s, indexed in {done - built:.1f} s.")
    return Product.objects.count()


def report(count: int, pages: dict[str, str], requests: int) -> None:
    from django.db import connection, connections

    queries = {name: (count_queries(address, 0), count_queries(address, 600)) for name, address in pages.items()}
    print(f"\n{count:,} products on {connection.display_name}, {requests} requests a page, one at a time.\n")
    connections.close_all()
    with server("benchmarks.floor:application") as (port, pid):
        floor = measure(port, pid, "/", requests * 4)
    print(f"Floor: {floor.cpu_ms:.2f} ms CPU, p50 {floor.p50_ms:.2f} ms, p95 {floor.p95_ms:.2f} ms.\n")
    first, _memory = measure_all(pages, requests, seconds=0)
    again, memory = measure_all(pages, requests, seconds=600)
    print("| page | queries first / again | CPU ms first / again | in floors | p50 ms | p95 ms |")
    print("|---|---|---|---|---|---|")
    for name in pages:
        a, b = first[name], again[name]
        print(
            f"| {name} | {queries[name][0]} / {queries[name][1]} | {a.cpu_ms:.1f} / {b.cpu_ms:.1f} "
            f"| {a.cpu_ms / floor.cpu_ms:.1f} / {b.cpu_ms / floor.cpu_ms:.1f} "
            f"| {a.p50_ms:.1f} / {b.p50_ms:.1f} | {a.p95_ms:.1f} / {b.p95_ms:.1f} |"
        )
    print(f"\nMemory of the worker after all that: {memory:.0f} MB.")


def measure_all(pages: dict[str, str], requests: int, *, seconds: int) -> tuple[dict[str, Cost], float]:
    with server("shop.wsgi:application", SHOP_PAGE_CACHE_SECONDS=str(seconds)) as (port, pid):
        costs = {name: measure(port, pid, address, requests) for name, address in pages.items()}
        return costs, memory_mb(pid)


def count_queries(address: str, seconds: int) -> int:
    """Of a guest's view; with `seconds` of the second one."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.SHOP_PAGE_CACHE_SECONDS, settings.ALLOWED_HOSTS = seconds, ["*"]
    Client().get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = Client().get(address)
    if response.status_code != 200:
        sys.exit(f"{address} answers {response.status_code}.")
    return len(captured)


@contextmanager
def server(application: str, **environment: str) -> Iterator[tuple[int, int]]:
    """Granian with one worker, as the shop runs; its port and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-ws"]
    command = [sys.executable, "-m", "granian", *options, "--backpressure", "32", "--log-level", "error", application]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, start_new_session=True)
    try:
        wait_for(port)
        yield port, process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("The server did not start.")


def measure(port: int, pid: int, address: str, requests: int) -> Cost:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(3):
        ask(connection, address)
    before, waits = cpu_seconds(pid), []
    for _ in range(requests):
        started = time.perf_counter()
        ask(connection, address)
        waits.append((time.perf_counter() - started) * 1000)
    spent = (cpu_seconds(pid) - before) * 1000 / requests
    connection.close()
    return Cost(spent, statistics.median(waits), statistics.quantiles(waits, n=20)[-1])


def ask(connection: http.client.HTTPConnection, address: str) -> None:
    connection.request("GET", address, headers={"Host": "127.0.0.1"})
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        sys.exit(f"{address} answers {response.status}.")


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def cpu_seconds(pid: int) -> float:
    ticks = 0
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def memory_mb(pid: int) -> float:
    """Of the largest of the processes: the worker."""
    sizes = [
        int(line.split()[1])
        for one in family(pid)
        for line in Path(f"/proc/{one}/status").read_text().splitlines()
        if line.startswith("VmRSS")
    ]
    return max(sizes) / 1024


def profile(address: str) -> None:
    from django.conf import settings
    from django.test import Client

    settings.SHOP_PAGE_CACHE_SECONDS, settings.ALLOWED_HOSTS = 0, ["*"]
    client = Client()
    client.get(address)
    with cProfile.Profile() as profiler:
        for _ in range(20):
            client.get(address)
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
