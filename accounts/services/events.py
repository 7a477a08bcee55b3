"""What other programs are told of accounts."""

from __future__ import annotations

from accounts.models import User
from shop.webhooks.services.emit import emit


def emit_customer(user: User) -> None:
    """A step: somebody has an account now."""
    emit(
        "customer.created",
        lambda: {
            "id": user.pk,
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "created_at": user.created_at.isoformat(),
        },
    )
