"""A client that a machine writes from docs/openapi.yaml buys a product: the description is enough to shop by."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings

from carts.tests.factories import default_prices, goods
from orders.models import Order
from orders.tests.factories import GOOD_CARD

pytestmark = pytest.mark.django_db(transaction=True)

DESCRIPTION = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"
CONFIG = """
post_hooks: []
package_name_override: shop_client
content_type_overrides:
  application/pdf: application/octet-stream
"""


@pytest.fixture
def client_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """`client_module("api.auth.auth_login_create")`: a module of the client written just now."""
    (tmp_path / "config.yaml").write_text(CONFIG)
    written = tmp_path / "shop_client"
    command = ["generate", "--path", DESCRIPTION, "--output-path", written, "--config", tmp_path / "config.yaml"]
    done = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", *map(str, command), "--meta", "none"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "arning" not in done.stdout + done.stderr
    monkeypatch.syspath_prepend(tmp_path)
    return lambda name: importlib.import_module(f"shop_client.{name}")


def test_it_buys(client_module: Callable[[str], ModuleType], live_server: Any) -> None:
    default_prices()
    variant = goods(stock=5, price="20.00", name="Ebb and flow")
    models = client_module("models")

    def call(name: str, client: Any, **given: Any) -> Any:
        answer = client_module(f"api.{name}").sync_detailed(client=client, **given)
        assert answer.status_code < 300, answer.content
        return answer.parsed

    anyone = client_module("client").Client(base_url=live_server.url)
    who = {"email": "john@test.com", "password": "TestPass123"}
    call("auth.auth_register_create", anyone, body=models.RegisterBodyRequest(**who))
    token = call("auth.auth_login_create", anyone, body=models.LoginBodyRequest(**who)).access_token
    john = client_module("client").AuthenticatedClient(base_url=live_server.url, token=token)

    [product] = call("products.products_list", john, search="ebb").results
    assert (product.id, product.price) == (variant.product_id, "20.00")
    call("cart.cart_items_create", john, body=models.AddBodyRequest(product_id=product.id, quantity=2))
    order = call(
        "orders.orders_create",
        john,
        body=models.CheckoutBodyRequest(delivery_address="123 Main St"),
        idempotency_key="1",
    )
    paid = call(
        "payments.payments_process_create",
        john,
        body=models.PayBodyRequest(order_number=order.number, token=GOOD_CARD),
        idempotency_key="2",
    )

    row = Order.objects.get()
    assert (row.number, row.status, row.user.email) == (order.number, "paid", "john@test.com")
    assert Decimal(paid.amount) == row.total == Decimal(order.total_amount)
