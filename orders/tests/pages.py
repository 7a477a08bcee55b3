"""Walking through checkout by the test client, as a browser without script does."""

from __future__ import annotations

import html
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from catalog.models import Variant
from orders.models import Order

SUMMARY = "/order-summary/"
TYPED = {
    "delivery_country": "DE",
    "delivery_full_name": "Ines Albrecht",
    "delivery_line1": "Hafenstraße 12",
    "delivery_postcode": "20359",
    "delivery_city": "Hamburg",
    "shipping_method": "standard",
    "payment_method": "test",
}
GUEST = {**TYPED, "email": "guest@example.org"}
CARD = {"number": "4242 4242 4242 4242", "expiry": "12/30", "cvc": "123"}
TAG = re.compile(r"<[^>]+>")


def fill_bag(client: Client, *items: tuple[Variant, int]) -> Client:
    for variant, quantity in items:
        answer = client.post(reverse("carts:add"), {"variant_id": variant.pk, "quantity": quantity})
        assert answer.status_code == 302
    return client


def shown(client: Client) -> dict[str, str]:
    """What the page sends along without anybody typing it."""
    view = client.get(SUMMARY).context["view"]
    return {"cart_id": view.cart.public_id, "expected_total": str(view.quote.total)}


def confirm(client: Client, **typed: str) -> Any:
    return client.post(SUMMARY, {**GUEST, **shown(client), **typed, "act": "confirm"})


def place(client: Client, **typed: str) -> Order:
    """The order, from a bag that is filled."""
    answer = confirm(client, **typed)
    assert answer.status_code == 302, errors(answer)
    return Order.objects.latest("id")


def errors(answer: Any) -> dict[str, list[str]]:
    return {name: list(messages) for name, messages in answer.context["form"].errors.items()}


def text_of(answer: HttpResponse) -> str:
    """The words of a page, without its marks and with single spaces."""
    return " ".join(html.unescape(TAG.sub(" ", answer.content.decode())).split())
