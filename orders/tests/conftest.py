from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from accounts.tests.conftest import code_sent_to, mails_to
from carts.tests.conftest import prices
from orders.gateways.stripe import client as stripe_client
from orders.tests.staff_api import Caller
from orders.tests.stripe_stand_in import SECRET, StandIn, serve

__all__ = ["code_sent_to", "mails_to", "prices"]


@pytest.fixture
def queued() -> Callable[[str], list[dict[str, Any]]]:
    """`queued("send_to_customer")`: the arguments of the queued tasks of that name, oldest first."""

    def calls(name: str) -> list[dict[str, Any]]:
        rows = DBTaskResult.objects.filter(task_path__endswith=f".{name}").order_by("enqueued_at", "id")
        return [row.args_kwargs for row in rows]

    return calls


@pytest.fixture
def bank(settings, monkeypatch) -> Iterator[StandIn]:
    """Stripe is active, and this stands for it."""
    settings.SHOP_GATEWAYS = ["stripe", "manual"]
    settings.SHOP_STRIPE_SECRET_KEY, settings.SHOP_STRIPE_PUBLISHABLE_KEY = "sk_test_1", "pk_test_1"
    settings.SHOP_STRIPE_WEBHOOK_SECRETS = [SECRET]
    stand_in = StandIn()
    server, address = serve(stand_in)
    monkeypatch.setattr(stripe_client, "API_ADDRESS", address)
    monkeypatch.setattr(stripe_client, "SECONDS", 3)
    monkeypatch.setattr(stripe_client, "RETRIES", 0)
    yield stand_in
    server.shutdown()
    server.server_close()


@pytest.fixture
def staff_api(client_of: Callable[[User], Client], staff: User) -> Caller:
    return Caller(client_of(staff))
