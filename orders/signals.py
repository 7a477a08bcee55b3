"""Who proves an address, or signs in with a proved one, finds what was ordered with it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts.models import User
from accounts.signals import address_proved, signed_in_by_api
from orders.services.adopt_orders import adopt_orders, adopt_step


@receiver(address_proved)
def take_orders_along(*, user: User, **_: Any) -> None:
    adopt_step(user)


@receiver(user_logged_in)
@receiver(signed_in_by_api)
def take_later_orders_along(*, user: User, **_: Any) -> None:
    adopt_orders(user)
