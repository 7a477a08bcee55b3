"""What a guest's pages cost: queries, the server's own CPU time, and how long one waits.

    python benchmarks/pages.py --size 100000                     on SQLite, in a folder of its own
    python benchmarks/pages.py --size 1000000 --mariadb          on a private MariaDB, which ends with the run
    python benchmarks/pages.py --size 1000000 --database mysql://user:password@host/empty
    python benchmarks/pages.py --size 1000 --profile /products/  where the time of a page goes

The demo goods are grown to the size and indexed, which takes most of the time; --folder keeps them for the next run.
CPU time is that of the server's processes from /proc, divided by the requests. "first" is a view right after the
catalogue has changed, so that nobody had it yet: before each request the version is raised and the index follows.
"again" is every further view until the next change. Both as the shop runs, with its log. The floor is a bare Django
view of 20 kB behind the same server, measured before and after in the same run; the lower counts.
"""

from __future__ import annotations

import argparse
import cProfile
import http.client
import os
import pstats
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
# Enough memory for the goods, and no waiting for the disk: pages are measured, not writing.
MARIADB = (
    "--innodb-buffer-pool-size=3G",
    "--innodb-log-file-size=1G",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--character-set-server=utf8mb4",
)
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


@dataclass(frozen=True)
class Memory:
    """`mapped` are files that the kernel shows the process, such as libraries and the index: shared, and given back."""

    own: float
    mapped: float

    def __str__(self) -> str:
        return f"{self.own:.0f} MB of its own and {self.mapped:.0f} MB of files"


def main() -> None:
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="shop-pages-") as temporary, ExitStack() as stack:
        folder = Path(asked.folder or temporary).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        database = asked.database or (stack.enter_context(private_mariadb(folder)) if asked.mariadb else "")
        os.environ.update(environment(folder, database, log_level="INFO"))
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        count = prepare(asked.size)
        if asked.prepare:
            return
        pages = {name: address.format(deep=min(100, max(2, count // 24))) for name, address in PAGES.items()}
        if asked.profile:
            profile(asked.profile)
        else:
            report(count, pages, asked.requests)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1000, help="products")
    parser.add_argument("--database", default="", help="DATABASE_URL of an empty database; SQLite without it")
    parser.add_argument("--mariadb", action="store_true", help="start one, with its data in the folder")
    parser.add_argument("--folder", default="", help="where the goods are kept for the next run")
    parser.add_argument("--prepare", action="store_true", help="make goods and index in --folder, and measure nothing")
    parser.add_argument("--requests", type=int, default=60, help="for each page")
    parser.add_argument("--profile", default="", help="an address whose time is taken apart instead")
    return parser.parse_args()


def environment(folder: Path, database: str, *, log_level: str = "ERROR") -> dict[str, str]:
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
        "LOG_LEVEL": log_level,
    }


def prepare(size: int) -> int:
    """The goods, the index, the static files. Returns how many products there are."""
    from django.core.management import call_command

    from benchmarks.multiply import BLOCK, multiply
    from catalog.models import CatalogueVersion, Product
    from catalog.search.reader import IndexUnavailable, snapshot
    from catalog.services.search_index import rebuild_index

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    started = time.monotonic()
    if Product.objects.count() < size:
        seed(min(size, BLOCK))
        multiply(size)
    seeded = time.monotonic()
    try:
        fits = snapshot().state.version == CatalogueVersion.objects.get().number
    except IndexUnavailable:
        fits = False
    if not fits:
        rebuild_index(lambda done, of: print(f"\r{done:,} of {of:,} indexed", end="", file=sys.stderr, flush=True))
    done = time.monotonic()
    count = Product.objects.count()
    print(f"\n{count:,} products: seeded in {seeded - started:.0f} s, indexed in {done - seeded:.1f} s.")
    return count


def seed(size: int) -> None:
    """The demo shop with its people, reviews and recommendations, without pictures and orders."""
    from accounts.services.seed_people import demo_customers, seed_people
    from catalog.services.grow_catalogue import grow_catalogue
    from catalog.services.seed_catalogue import seed_catalogue
    from orders.services.recommendations import rebuild_recommendations

    seed_people()
    seed_catalogue(demo_customers())
    grow_catalogue(size)
    rebuild_recommendations()


def report(count: int, pages: dict[str, str], requests: int) -> None:
    from django.db import connection, connections

    queries = {name: (count_queries(address, is_first=True), count_queries(address)) for name, address in pages.items()}
    print(f"\n{count:,} products on {connection.display_name}, {requests} requests a page, one at a time.\n")
    connections.close_all()
    floors = [measure_floor(requests)]
    with server("shop.wsgi:application") as (port, pid):
        memories = [memory_mb(pid)]
        first = {
            name: measure(port, pid, address, requests, before=change_something) for name, address in pages.items()
        }
        again = {name: measure(port, pid, address, requests * 4) for name, address in pages.items()}
        memories.append(memory_mb(pid))
    floor = min([*floors, measure_floor(requests)], key=lambda cost: cost.cpu_ms)
    print(f"Floor: {floor.cpu_ms:.2f} ms CPU, p50 {floor.p50_ms:.2f} ms, p95 {floor.p95_ms:.2f} ms.\n")
    print("| page | queries first / again | CPU ms first / again | in floors | p50 ms | p95 ms |")
    print("|---|---|---|---|---|---|")
    for name in pages:
        a, b = first[name], again[name]
        print(
            f"| {name} | {queries[name][0]} / {queries[name][1]} | {a.cpu_ms:.1f} / {b.cpu_ms:.2f} "
            f"| {a.cpu_ms / floor.cpu_ms:.0f} / {b.cpu_ms / floor.cpu_ms:.1f} "
            f"| {a.p50_ms:.1f} / {b.p50_ms:.1f} | {a.p95_ms:.1f} / {b.p95_ms:.1f} |"
        )
    print(f"\nMemory of the worker: {memories[0]} before the first page, {memories[1]} after all that.")


def measure_floor(requests: int) -> Cost:
    with server("benchmarks.floor:application") as (port, pid):
        return measure(port, pid, "/", requests * 20)


def change_something() -> None:
    """As a sale of some product would: the version goes up, and the indexer has seen it."""
    from catalog.search.folder import home, write_state
    from catalog.search.version import read_version
    from catalog.services.changes import record_change

    record_change()
    lineage, version = read_version()
    place = home()
    write_state(place.current(), lineage=lineage, version=version)


def count_queries(address: str, *, is_first: bool = False) -> int:
    """Of a guest's view: right after a change, or of a further one."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.get(address)
    if is_first:
        change_something()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
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
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, start_new_session=True, stderr=subprocess.DEVNULL
    )
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


def measure(port: int, pid: int, address: str, requests: int, *, before: Callable[[], None] = lambda: None) -> Cost:
    """`before` is done ahead of each request; its time counts for nothing."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(3):
        ask(connection, address)
    used, waits = cpu_seconds(pid), []
    for _ in range(requests):
        before()
        started = time.perf_counter()
        ask(connection, address)
        waits.append((time.perf_counter() - started) * 1000)
    spent = (cpu_seconds(pid) - used) * 1000 / requests
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
    """Of all threads, to the nanosecond: the clock's ticks are as long as ten requests."""
    threads = (thread for one in family(pid) for thread in Path(f"/proc/{one}/task").iterdir())
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def memory_mb(pid: int) -> Memory:
    """Of the largest of the processes: the worker."""
    return max((_memory_of(one) for one in family(pid)), key=lambda memory: memory.own)


def _memory_of(pid: int) -> Memory:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    sizes = {line.partition(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith("Rss")}
    return Memory(own=sizes["RssAnon"], mapped=sizes["RssFile"])


@contextmanager
def private_mariadb(folder: Path) -> Iterator[str]:
    """A server of this run's own, whose data stay in the folder; its DATABASE_URL."""
    data, socket_file = folder / "mariadb", Path(tempfile.mkdtemp(prefix="shop-")) / "socket"
    user = ["--user=root"] if os.geteuid() == 0 else []
    if not data.exists():
        install = [server_program("mariadb-install-db"), "--no-defaults", f"--datadir={data}", "--skip-test-db"]
        subprocess.run(
            [*install, "--auth-root-authentication-method=normal", *user], check=True, stdout=subprocess.DEVNULL
        )
    options = ["--no-defaults", "--skip-networking", f"--socket={socket_file}", f"--datadir={data}", *MARIADB, *user]
    process = subprocess.Popen([server_program("mariadbd"), *options], stderr=(folder / "mariadb.log").open("w"))
    try:
        while not socket_file.exists():
            if process.poll() is not None:
                sys.exit(f"MariaDB did not start: {folder / 'mariadb.log'}")
            time.sleep(0.1)
        client = [server_program("mariadb"), "--no-defaults", f"--socket={socket_file}", "-e"]
        subprocess.run([*client, "CREATE DATABASE IF NOT EXISTS shop"], check=True)
        yield f"mysql://root@localhost/shop?unix_socket={socket_file}"
    finally:
        process.terminate()
        process.wait()


def server_program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    return found or sys.exit(f"{name} is not installed: apt install mariadb-server")


def profile(address: str) -> None:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.get(address)
    with cProfile.Profile() as profiler:
        for _ in range(20):
            profiler.disable()
            change_something()
            profiler.enable()
            client.get(address)
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
