"""Reading address books: always one person's."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Address


def addresses_of(user_id: int) -> QuerySet[Address]:
    """This person's addresses, the default for delivery first."""
    return Address.objects.filter(user_id=user_id)


def address_of(user_id: int, public_id: str) -> Address | None:
    """One of this person's addresses; None for anybody else's."""
    return addresses_of(user_id).filter(public_id=public_id).first()
