"""Every page and action of an account, found by walking the URLs, is its owner's alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core import serializers
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Address, DataExport, TokenFamily
from accounts.tests.api import token_of
from accounts.tests.factories import PASSWORD, AddressFactory, UserFactory, give_app
from carts.models import WishListItem
from carts.tests.factories import goods
from catalog.services.review_product import ReviewText, review_product
from orders.models import Order
from orders.services.export_customer import request_export
from orders.tests.factories import OrderFactory, fill_cart
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db

NAMESPACES = ("accounts", "orders", "carts", "catalog")
# Doors, and what is everybody's: nothing of an account stands behind them.
OPEN = {
    *("accounts:register", "accounts:login", "accounts:logout", "accounts:forgot_password", "accounts:reset_password"),
    *("accounts:second_step", "accounts:sign_in_code", "accounts:sign_in_code_check"),
    *("accounts:second_step_passkey", "accounts:second_step_passkey_options", "accounts:provider_sign_in"),
    *("accounts:passkey_sign_in", "accounts:passkey_sign_in_options"),
    *("accounts:verify_email", "accounts:resend_code"),
}
# A browser's own, signed in or not: tests of their own see to them.
BY_BROWSER = ("carts:cart", "carts:add", "carts:extend", "carts:empty", "carts:destination", "carts:coupon")
SECRETS = ("Secret lane 1", "Knock twice", "Dense weave indeed", "owner@example.org")


def names(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every name with the parameters of its address."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}:{entry.namespace}".strip(":") if entry.namespace else namespace
            yield from names(entry, inner)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{namespace}:{entry.name}".strip(":"), tuple(entry.pattern.regex.groupindex)


def private_names() -> dict[str, tuple[str, ...]]:
    """Those below /account/ and /orders/, and what changes a cart's lines."""
    found = {name: args for name, args in names(get_resolver()) if name.partition(":")[0] in NAMESPACES}
    found = {name: args for name, args in found.items() if name not in OPEN and name not in BY_BROWSER}
    return {name: args for name, args in found.items() if _address(name, args).startswith(PRIVATE)}


PRIVATE = ("/account/", "/orders/", "/cart/items/", "/cart/saved/")


def _address(name: str, args: tuple[str, ...]) -> str:
    for filler in ("1", "delivery"):
        try:
            return reverse(name, kwargs={arg: "delivery" if arg == "use" else filler for arg in args})
        except Exception:
            continue
    return ""


@pytest.fixture
def owned() -> dict[str, dict[str, Any]]:
    """The parameters of each address, for what belongs to somebody else than the visitor."""
    owner = UserFactory(email="owner@example.org", username="owner")
    browser = Client()
    browser.post("/login/", {"identifier": "owner", "password": PASSWORD})
    give_app(owner)
    token_of(owner)
    address = AddressFactory(user=owner, line1="Secret lane 1")
    order = OrderFactory(user=owner, email=owner.email, note="Knock twice", status="pending")
    review_product(user=owner, product_id=goods().product_id, text=ReviewText(rating=5, comment="Dense weave indeed"))
    WishListItem.objects.create(user=owner, owner=f"user:{owner.pk}", product=goods(name="Wished thing").product)
    fill_cart([(goods(name="Saved thing"), 1), (goods(), 1)], user=owner)
    line, other = owner.open_cart.lines.order_by("pk")
    browser.post(f"/cart/items/{line.public_id}/save/")
    saved = owner.open_cart.saved_lines.get()
    export = request_export(user=owner)
    run_tasks()
    session = UserSession.objects.get(user=owner)
    passkey = Authenticator.objects.create(user=owner, type="webauthn", data={"name": "The key of Secret lane 1"})
    connection = SocialAccount.objects.create(user=owner, provider="github", uid="4711")
    return {
        "accounts:address_edit": {"public_id": address.public_id},
        "accounts:address_delete": {"public_id": address.public_id},
        "accounts:address_default": {"public_id": address.public_id, "use": "invoices"},
        "accounts:security_remove": {"factor_id": owner.authenticator_set.get(type="totp").pk},
        "accounts:passkey_rename": {"factor_id": passkey.pk},
        "accounts:provider_connect": {"provider_id": "github"},
        "accounts:provider_disconnect": {"connection_id": connection.pk},
        "accounts:session_end": {"session_id": session.pk},
        "accounts:api_sign_in_end": {"public_id": TokenFamily.objects.get(user=owner).public_id},
        "orders:export_download": {"public_id": export.public_id},
        "orders:credit_note": {"number": order.number, "note": "CN-1"},
        "orders:open": {"number": order.number, "token": "guessed"},
        "carts:update": {"line_id": other.public_id},
        "carts:remove": {"line_id": other.public_id},
        "carts:save": {"line_id": other.public_id},
        "carts:restore": {"saved_id": saved.public_id},
        "carts:forget": {"saved_id": saved.public_id},
        "order": {"number": order.number},
    }


def kwargs_of(name: str, args: tuple[str, ...], owned: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if not args:
        return {}
    if args == ("number",):
        return owned["order"]
    assert name in owned, f"{name} is new: say here whose it is"
    return owned[name]


def stored() -> str:
    """All that must not be changed by strangers."""
    rows = [*Address.objects.all(), *Order.objects.all(), *WishListItem.objects.all(), *DataExport.objects.all()]
    rows += [*TokenFamily.objects.all(), *UserSession.objects.order_by("pk")[:1]]
    rows += [*Authenticator.objects.all(), *SocialAccount.objects.all()]
    return serializers.serialize("json", rows)


def test_there_are_pages_to_look_at():
    found = private_names()
    assert len(found) > 35
    for name in ("accounts:security", "orders:privacy", "orders:detail", "carts:saved", "catalog:my_reviews"):
        assert name in found


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_somebody_elses_is_not_there(owned, client_of, shopper, method):
    before = stored()
    for name, args in private_names().items():
        url = reverse(name, kwargs=kwargs_of(name, args, owned))
        # Each with a browser of its own: some actions end sessions.
        answer = getattr(client_of(shopper), method)(url, {"quantity": "1"})
        text = answer.content.decode(errors="replace")
        assert not [secret for secret in SECRETS if secret in text], url
        if args:
            assert answer.status_code in (302, 404, 405), (url, answer.status_code)
            assert not answer.has_header("Location") or owned["order"]["number"] not in answer["Location"], url
    assert stored() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_is_led_to_the_door(owned, method):
    before = stored()
    for name, args in private_names().items():
        url = reverse(name, kwargs=kwargs_of(name, args, owned))
        answer = getattr(Client(), method)(url)
        assert not [secret for secret in SECRETS if secret in answer.content.decode(errors="replace")], url
        if url.startswith("/account/"):
            assert answer.status_code == 405 or answer.url.startswith("/login/?next=/account/"), url
    assert stored() == before


def test_what_is_private_is_stored_nowhere(owned, client_of, shopper):
    """So that the back button shows nothing after signing out."""
    for name, args in private_names().items():
        url = reverse(name, kwargs=kwargs_of(name, args, owned))
        if url.startswith("/account/"):
            assert "no-store" in client_of(shopper).get(url).headers.get("Cache-Control", "no-store (405)"), url
