"""Everything the shop knows about somebody, as plain values."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import Model, Q, QuerySet

from accounts.models import Consent, TokenFamily, User
from accounts.selectors.factors import passkeys_of
from carts.models import CartLine, SavedLine, WishListItem
from catalog.models import Review
from orders.models import Order

ADDRESS = ("full_name", "company", "line1", "line2", "city", "region", "postcode", "country", "phone")
ACCOUNT = ("email", "username", "first_name", "last_name", "phone", "created_at", "last_login", "email_verified_at")
ORDER = (
    *("number", "email", "status", "payment_status", "fulfilment_status", "currency", "subtotal", "discount"),
    *("shipping", "tax", "total", "refunded", "vat_number", "payment_method", "shipping_name", "note"),
    *("placed_at", "paid_at", "shipped_at", "delivered_at", "cancelled_at"),
)
LINE = ("sku", "name", "options", "quantity", "unit_price", "discount", "line_total", "tax_rate", "tax")

Values = dict[str, Any]


def orders_of_customer(user: User) -> QuerySet[Order]:
    """Those of the account; and of guests with its address, once that is proved."""
    mine = Q(user=user)
    if user.is_verified:
        mine |= Q(user=None, email=user.email)
    return Order.objects.filter(mine)


def customer_data(user: User) -> Values:
    """For `json.dumps(…, default=str)`. Hashes and keys are not in it: they say nothing about a person."""
    return {
        "account": _values(user, ACCOUNT) | {"customer_group": user.group.name if user.group else None},
        "addresses": [_values(address, ADDRESS) for address in user.addresses.all()],
        "consents": _rows(Consent.objects.filter(user=user), "kind", "given", "text", "created_at"),
        "second_factors": _rows(Authenticator.objects.filter(user=user), "type", "created_at", "last_used_at"),
        "passkeys": [str(passkey) for passkey in passkeys_of(user.pk)],
        "connections": _rows(SocialAccount.objects.filter(user=user), "provider", "uid", "date_joined", "last_login"),
        "sessions": _rows(UserSession.objects.filter(user=user), "ip", "user_agent", "created_at", "last_seen_at"),
        "api_sign_ins": _rows(TokenFamily.objects.filter(user=user), "created_at", "revoked_at"),
        "bag": _rows(CartLine.objects.filter(cart__open_for=user), "variant__sku", "quantity", "added_at"),
        "saved_for_later": _rows(SavedLine.objects.filter(cart__open_for=user), "variant__sku", "quantity", "saved_at"),
        "wish_list": _rows(WishListItem.objects.filter(user=user), "product__name", "added_at"),
        "reviews": _rows(
            Review.objects.filter(user=user), "product__name", "author_name", "rating", "title", "comment", "created_at"
        ),
        "orders": [_order(order) for order in _whole_orders(user)],
    }


def _whole_orders(user: User) -> QuerySet[Order]:
    related = ("lines", "addresses", "payments", "refunds", "shipments", "returns", "events", "documents")
    return orders_of_customer(user).prefetch_related(*related)


def _order(order: Order) -> Values:
    return _values(order, ORDER) | {
        "lines": [_values(line, LINE) for line in order.lines.all()],
        "addresses": [_values(address, ("kind", *ADDRESS)) for address in order.addresses.all()],
        "payments": [
            _values(payment, ("gateway", "state", "amount", "currency", "gateway_reference", "created_at"))
            for payment in order.payments.all()
        ],
        "refunds": [_values(refund, ("state", "amount", "reason", "created_at")) for refund in order.refunds.all()],
        "shipments": [
            _values(parcel, ("carrier", "tracking_number", "shipped_at")) for parcel in order.shipments.all()
        ],
        "returns": [
            _values(back, ("status", "reason", "answer", "created_at", "received_at")) for back in order.returns.all()
        ],
        "events": [_values(event, ("kind", "message", "created_at")) for event in order.events.all()],
        "documents": [_values(document, ("kind", "number", "issued_at")) for document in order.documents.all()],
    }


def _values(row: Model, names: tuple[str, ...]) -> Values:
    return {name: getattr(row, name) for name in names}


def _rows(rows: QuerySet[Any], *names: str) -> list[Values]:
    return list(rows.order_by("pk").values(*names))
