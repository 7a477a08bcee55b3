"""Customers who buy over HTTP until the server is gone, as browsers without script do."""

from __future__ import annotations

import html
import random
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Sequence
from http.client import HTTPException
from http.cookiejar import CookieJar

from catalog.models import Variant
from orders.tests.pages import CARD, GUEST

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
HIDDEN = re.compile(r'name="(cart_id|expected_total)" value="([^"]*)"')
ANSWER_SECONDS = 60


class NoForm(Exception):
    """The page offers nothing to send: the bag is empty because others had the last."""


class Browser:
    """Keeps cookies, follows redirects, sends the token against forgery along."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.page = ""
        self.address = ""
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.base, path)))

    def post(self, path: str, **data: object) -> str:
        token = TOKEN.search(self.page)
        if token is None:
            raise NoForm(self.address)
        body = urllib.parse.urlencode({**data, "csrfmiddlewaretoken": token[1]}).encode()
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.base, path), data=body))

    def _open(self, request: urllib.request.Request) -> str:
        with self._opener.open(request, timeout=ANSWER_SECONDS) as answer:
            self.page, self.address = answer.read().decode(), answer.geturl()
        return self.page


def order_some(browser: Browser, goods: Iterable[tuple[int, str]]) -> str:
    """Order one each of the (variant's id, its page's address). Returns the address of the payment page."""
    for variant_id, address in goods:
        browser.get(address)
        browser.post("/cart/add/", variant_id=variant_id, quantity=1)
    summary = browser.get("/order-summary/")
    seen = {name: html.unescape(value) for name, value in HIDDEN.findall(summary)}
    browser.post("/order-summary/", **{**GUEST, **seen, "act": "confirm"})
    return browser.address


class Customers:
    """`n` customers at once. `errors` are answers of 500 and above: a server that is gone is none."""

    def __init__(self, base: str, variants: Sequence[Variant], *, n: int) -> None:
        self.errors: list[str] = []
        self._first_order = threading.Event()
        self._goods = [(variant.pk, variant.product.get_absolute_url()) for variant in variants]
        self._base = base
        self._threads = [threading.Thread(target=self._buy_until_gone) for _ in range(n)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wait_for_first_order(self, seconds: float) -> None:
        assert self._first_order.wait(seconds), "nobody could buy anything"

    def wait(self) -> None:
        for thread in self._threads:
            thread.join()

    def _buy_until_gone(self) -> None:
        while True:
            try:
                self._buy(Browser(self._base))
            except urllib.error.HTTPError as error:
                if error.code >= 500:
                    self.errors.append(f"{error.code} {error.url}")
            except NoForm:
                continue
            except (OSError, HTTPException):
                return

    def _buy(self, browser: Browser) -> None:
        pay, what_next = order_some(browser, random.sample(self._goods, k=2)), random.random()
        self._first_order.set()
        if what_next < 0.8:
            browser.post(pay, **CARD)
        if what_next > 0.6:
            cancel = pay.replace("/pay/", "/cancel/")
            browser.get(cancel)
            browser.post(cancel)
