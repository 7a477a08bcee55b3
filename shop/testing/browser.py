"""Chromium for tests marked `browser`: Debian's own, driven by Playwright against a live server.

    @pytest.mark.browser
    @pytest.mark.django_db(transaction=True)
    def test_buying(page, live_server): page.goto(live_server.url) …

`page_without_javascript` is the same with scripts off. Without Chromium these tests are skipped.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

HOW_TO_GET = "needs Chromium: sudo apt install chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and chromium() is None:
        pytest.skip(HOW_TO_GET)


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """A busy machine is late now and then; what is there at once costs no waiting."""
    expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": chromium(), "args": ARGUMENTS}


@pytest.fixture
def page_without_javascript(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()
