"""Who a cart's customer is, as far as promotions ask: the account, and the address once it is known.

A guest whose address belongs to an account is that customer: signing out is no way round a limit.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.crypto import salted_hmac

from accounts.models import User
from carts.models import Cart, CartStatus


@dataclass(frozen=True, kw_only=True)
class Customer:
    """`key` is what uses are written under, `keys` under which they are found. Both are empty for a stranger."""

    user_id: int | None
    email: str
    group_id: int | None = None

    @property
    def keys(self) -> list[str]:
        by_account = [f"user:{self.user_id}"] if self.user_id is not None else []
        return [*by_account, _address_key(self.email)] if self.email else by_account

    @property
    def key(self) -> str:
        return next(iter(self.keys), "")


def customer_of(cart: Cart) -> Customer:
    """One query, none for a guest whose address is not known yet.

    Groups count for those who are signed in: anybody can type an address.
    """
    if cart.user_id is None and not cart.email:
        return Customer(user_id=None, email="")
    known = Q(pk=cart.user_id) if cart.user_id is not None else Q(email=cart.email)
    user = User.objects.filter(known).only("pk", "email", "group_id").first()
    if user is None:
        return Customer(user_id=None, email=cart.email)
    signed_in = cart.user_id is not None
    return Customer(user_id=user.pk, email=cart.email or user.email, group_id=user.group_id if signed_in else None)


def has_ordered(customer: Customer, *, besides: Cart) -> bool:
    """Whether this customer has ordered before. An order that was cancelled is as if it had never been."""
    known = Q(pk__in=[])
    if customer.user_id is not None:
        known |= Q(user_id=customer.user_id)
    if customer.email:
        known |= Q(email=customer.email)
    return Cart.objects.filter(known, status=CartStatus.ORDERED).exclude(pk=besides.pk).exists()


def _address_key(email: str) -> str:
    return "guest:" + salted_hmac("carts.promotions", email.strip().lower(), algorithm="sha256").hexdigest()
