"""pytest plugin: settings for tests and their database.

The database is a temporary SQLite file; with `--mariadb` or TEST_DATABASE=mariadb a private MariaDB.
It is chosen before pytest-django reads the settings, and asserted after: a run never falls back silently.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from shop.testing import tables
from shop.testing.garbage import keep_what_is_there, look_seldom
from shop.testing.mariadb import PrivateMariaDB, missing_for_mariadb, quick_folder

FIXED = {
    "SHOP_ENV_FILE": "/nonexistent",
    "SECRET_KEY": "tests-only-tests-only-tests-only-tests-only",
    "DEBUG": "false",
    "SHOP_DEMO": "true",
    "SHOP_HTTPS": "false",
    "SHOP_URL": "http://testserver",
    "EMAIL_URL": "memorymail://",
    "LOG_LEVEL": "INFO",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's loop runs in the thread that asks the database
}
SERVER_URL = "SHOP_TEST_MARIADB_URL"  # how the workers of pytest-xdist learn of the one server

server: PrivateMariaDB | None = None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mariadb", action="store_true", help="run on a private MariaDB instead of SQLite")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    look_seldom()
    for name in [name for name in os.environ if name.startswith("SHOP_") and name not in (SERVER_URL, tables.FOLDER)]:
        del os.environ[name]
    os.environ.update(FIXED)
    # Of tmp_path: a search index waits for its disk at each change.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", quick_folder())
    if wants_mariadb(early_config):
        os.environ["DATABASE_URL"] = os.environ.get(SERVER_URL) or start_server()
    elif os.environ.get("TEST_DATABASE") == "sqlite":
        os.environ.pop("DATABASE_URL", None)
    return (yield)


def wants_mariadb(config: pytest.Config) -> bool:
    return bool(config.known_args_namespace.mariadb) or os.environ.get("TEST_DATABASE") == "mariadb"


def start_server() -> str:
    """Start the private server and return its DATABASE_URL."""
    global server  # noqa: PLW0603 - one a run, ended in pytest_unconfigure
    if missing := missing_for_mariadb():
        raise pytest.UsageError(missing)
    server = PrivateMariaDB()
    os.environ[SERVER_URL] = server.start()
    return os.environ[SERVER_URL]


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings
    from django.db import connection

    if wants_mariadb(config) and connection.vendor != "mysql":
        raise pytest.UsageError(f"MariaDB was asked for, but the settings lead to {connection.vendor}.")
    _use_own_folder(config, Path(tempfile.mkdtemp(prefix="shop-tests-", dir=quick_folder())))
    # Names of static files without a manifest: tests need no collectstatic.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_AUTOREFRESH = True  # no warning about a STATIC_ROOT that nobody collected
    _use_random_examples()


def _use_random_examples() -> None:
    """However long one takes on a busy machine.

    The same each time but for `make proof`: new ones are not looked for by somebody's unrelated change.
    """
    unhurried = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
    hypothesis.settings.register_profile("full", unhurried)
    hypothesis.settings.register_profile("small", unhurried, derandomize=True, database=None)
    hypothesis.settings.load_profile("full" if os.environ.get("PROOF") == "full" else "small")


def _use_own_folder(config: pytest.Config, folder: Path) -> None:
    """For pictures, and for SQLite the database: a file, since shared memory databases report false locks."""
    from django.conf import settings

    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    settings.MEDIA_ROOT = folder / "media"
    settings.MEDIA_ROOT.mkdir()
    settings.SHOP_SEARCH_ROOT = folder / "search"
    settings.SHOP_PAGE_CACHE_SECONDS = 0  # factories change the catalogue without telling; tests of sharing turn it on
    database: dict[str, Any] = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")
    tables.make_once(folder)


def pytest_collection_finish(session: pytest.Session) -> None:
    keep_what_is_there()


def pytest_unconfigure(config: pytest.Config) -> None:
    if server is not None:
        server.stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    from django.db import connection

    for report in terminalreporter.getreports("rerun"):
        terminalreporter.section(f"Failed at first, tried again: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)
    # The private server is MariaDB's own program; asking it for its name is refused outside of tests.
    terminalreporter.write_line("Ran on " + {"sqlite": "SQLite", "mysql": "MariaDB"}[connection.vendor])


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("mariadb") and not wants_mariadb(item.config):
        pytest.skip(missing_for_mariadb() or "needs MariaDB: run with TEST_DATABASE=mariadb")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that empty the database come last: they take away what the migrations put into it.

    pytest-django sorts so as well, but pytest then moves the browser's tests to the front.
    What leans on browsers, threads and other processes is late on a busy machine now and then. It gets a second try: of
    these there are few in a run (pytest.ini), and the summary shows what failed. In `make proof` there are none.
    """
    items.sort(key=_empties_the_database)
    for item in items:
        is_real = item.get_closest_marker("browser") or _empties_the_database(item)
        if is_real and os.environ.get("PROOF") != "full":
            item.add_marker(pytest.mark.flaky(reruns=1))


def _empties_the_database(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = getattr(item, "fixturenames", ())
    return bool(marker and marker.kwargs.get("transaction")) or not {"transactional_db", "live_server"}.isdisjoint(
        fixtures
    )
