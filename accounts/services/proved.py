"""What follows when an address is known to be somebody's own."""

from __future__ import annotations

from accounts.models import User
from accounts.signals import address_proved


def address_is_proved(user: User) -> None:
    """A step, last in the unit that proved it: others take what belongs to this address."""
    address_proved.send(sender=User, user=user)
