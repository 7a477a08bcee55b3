"""What follows when an address is known to be somebody's own."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import User
from accounts.services.sessions import end_what_was_set_up
from accounts.signals import address_proved


def take_over_unproved(user: User) -> None:
    """A step: who is the first to prove the address gets the account; what an earlier holder set up goes.

    So does the password: the caller sets another one, or the owner signs in by other means.
    """
    end_what_was_set_up(user)
    user.set_unusable_password()
    user.email_verified_at = timezone.now()
    user.save(update_fields=["email_verified_at", "session_salt", "password"])


def address_is_proved(user: User) -> None:
    """A step, last in the unit that proved it: others take what belongs to this address."""
    address_proved.send(sender=User, user=user)
