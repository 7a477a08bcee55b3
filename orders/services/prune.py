"""Deleting what nobody needs any more: by the worker each day, or by `manage.py prune`."""

from __future__ import annotations

from django.utils import timezone

from accounts.services.prune import forget_codes, forget_sessions
from accounts.services.tokens import forget_expired_tokens
from carts.services.prune import forget_guest_carts
from carts.services.wishes import forget_guest_wishes
from orders.models import OrderToken
from orders.services.export_customer import forget_old_exports
from shop.api.tasks import forget_what_ended
from shop.common.unit import transactional


def prune() -> dict[str, int]:
    """Each kind in units of its own. Returns how many rows went, by what they were."""
    return {
        "codes": forget_codes(),
        "sessions": forget_sessions(),
        "tokens": forget_expired_tokens(),
        "keys to orders": _forget_order_keys(),
        "answers and counters": forget_what_ended(),
        "data exports": forget_old_exports(),
        "carts of guests": forget_guest_carts(),
        "wishes of guests": forget_guest_wishes(),
    }


@transactional
def _forget_order_keys() -> int:
    deleted, _by_model = OrderToken.objects.filter(expires_at__lt=timezone.now()).delete()
    return deleted
