"""The proof that nothing is left by half: the server and the worker are killed in the middle of checkouts.

    PROOF=full pytest orders/tests/test_proof_kill.py       20 kills

Half of the kills come at chosen points inside a checkout, the others at any moment.
"""

from __future__ import annotations

import logging
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from carts.tests.factories import default_prices, goods
from catalog.models import Variant
from orders.models import Order
from orders.tests.customers import Browser, Customers, order_some
from orders.tests.pages import CARD
from orders.tests.whole import what_is_broken
from shop.testing.processes import database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]

logger = logging.getLogger(__name__)

FULL = os.environ.get("PROOF") == "full"
POINTS = [
    "orders.services.place_order:commit_units:2",
    "orders.services.place_order:write_lines:3",
    "orders.services.place_order:write_event:2",
    "orders.services.place_order:issue_token:3",
    "orders.services.place_order:run_noting_refusals:2",
    "orders.services.pay:check_payable:2",
    "orders.services.payment_results:lock_order:2",
    "orders.services.payment_results:move:2",
    "orders.services.cancel_order:uncommit_rest:1",
    "carts.services.items:hold_or_check:5",
]
CHOSEN = POINTS if FULL else POINTS[1:2]
AT_ANY_MOMENT = 10 if FULL else 1
CUSTOMERS = 4
START_SECONDS, LONGEST_ROUND = 60, 120
LOG = Path(tempfile.gettempdir()) / f"shop-proof-kill-{os.getpid()}.log"


@pytest.fixture
def shelves() -> list[Variant]:
    """Things that sell out now and then, and things that do not."""
    default_prices()
    return [goods(stock=stock, price="12.00") for stock in (3, 10, 500, 500, 500)]


def test_every_order_is_whole_or_absent(shelves):
    for point in [*CHOSEN, *[""] * AT_ANY_MOMENT]:
        before = Order.objects.count()
        with shop(KILL_AT=point) as (server, address):
            errors = buy_until_killed(server, address, shelves, at_once=bool(point))
        wait_until_rolled_back()
        assert errors == [], point
        assert what_is_broken() == [], point
        assert Order.objects.count() > before or point, "nobody bought anything in this round"
    with shop() as (_server, address):
        sell_one(address, shelves[-1])
    statuses = Counter(Order.objects.values_list("status", flat=True))
    logger.info("%d kills, %d orders, all whole: %s", len(CHOSEN) + AT_ANY_MOMENT, statuses.total(), dict(statuses))


@pytest.mark.parametrize("point", POINTS[:2] + POINTS[7:9])
def test_control_an_order_by_half_is_noticed(shelves, point):
    """What was written up to there is committed before the power cut, as if there were no unit."""
    with shop(worker=False, KILL_AT=point.rpartition(":")[0] + ":1", KILL_COMMITS="1") as (server, address):
        buy_until_killed(server, address, shelves, at_once=True)
    wait_until_rolled_back()
    assert what_is_broken() != []


def sell_one(address: str, variant: Variant) -> None:
    """The shop that came back sells as before."""
    browser, before = Browser(address), Order.objects.filter(status="paid").count()
    browser.post(order_some(browser, [(variant.pk, variant.product.get_absolute_url())]), **CARD)
    assert Order.objects.filter(status="paid").count() == before + 1


def buy_until_killed(
    server: subprocess.Popen[bytes], address: str, shelves: list[Variant], *, at_once: bool
) -> list[str]:
    """Let customers buy until the server dies: by its chosen point, or by our hand at any moment."""
    customers = Customers(address, shelves, n=CUSTOMERS)
    customers.start()
    if at_once:
        server.wait(timeout=LONGEST_ROUND)
    else:
        customers.wait_for_first_order(LONGEST_ROUND)
        time.sleep(random.uniform(0, 2))
        kill(server)
    customers.wait()
    return customers.errors


@contextmanager
def shop(*, worker: bool = True, **environment: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The web server and the worker for tasks in one process group; killed at the end, if not before."""
    port = free_port()
    server = start(["-m", "granian", *granian_options(port), "orders.tests.killable:application"], environment)
    if worker:
        start(["manage.py", "run_worker"], {}, group=server.pid)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_up(server, address)
        yield server, address
    finally:
        kill(server)


def granian_options(port: int) -> list[str]:
    options = {"--interface": "wsgi", "--host": "127.0.0.1", "--port": str(port), "--workers": "1"}
    options |= {"--blocking-threads": str(CUSTOMERS), "--log-level": "error"}
    return [word for option in options.items() for word in option]


def start(arguments: list[str], environment: dict[str, str], *, group: int = 0) -> subprocess.Popen[bytes]:
    known = {"DATABASE_URL": database_url(), "SHOP_RATE_LIMITS_ENABLED": "false", "LOG_LEVEL": "ERROR"}
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, **known, "MEDIA_ROOT": str(settings.MEDIA_ROOT), **environment},
        process_group=group,
        stdout=subprocess.DEVNULL,
        stderr=LOG.open("ab"),
    )


def kill(server: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(server.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    server.wait()


def wait_until_up(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/livez", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError("the server did not start:\n" + LOG.read_text()[-3000:])


def wait_until_rolled_back() -> None:
    """MariaDB rolls back what a killed process had begun as soon as it notices; SQLite when it is read next."""
    deadline = time.monotonic() + 30
    while connection.vendor == "mysql" and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM information_schema.innodb_trx")
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
