"""Closing an account: orders stay whole for the books, the person is gone."""

from __future__ import annotations

from django.contrib.admin.models import LogEntry
from django.db.models import Value
from django.db.models.functions import Replace
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.anonymize import anonymize_account
from accounts.services.present import check_presence
from carts.models import Cart, WishListItem
from catalog.models import Review
from catalog.services.changes import record_change
from catalog.services.holds import release_units
from orders.models import OPEN_RETURNS, Order, OrderAddress, OrderEvent, OrderStatus, OrderToken, Return
from orders.selectors.customer_data import orders_of_customer
from shop.api.models import IdempotencyRecord
from shop.common.errors import Conflict, NotFound
from shop.common.unit import transactional
from shop.tasks.mail import queue_mail

UNDER_WAY = (OrderStatus.PENDING, OrderStatus.PAID, OrderStatus.PROCESSING)
# What taxes are reckoned by stays: country, region and postcode.
PERSONAL = ("full_name", "company", "line1", "line2", "city", "phone")


def close_account(*, user: User, current_password: str) -> None:
    """The owner closes it. Raises InvalidInput at `current_password`, TooManyRequests, and Conflict as below."""
    check_presence(user, current_password)
    anonymize_customer(user_id=user.pk)


@transactional
def anonymize_customer(*, user_id: int) -> None:
    """Take the person out of the account, its orders and reviews, for good; a mail says so.

    Raises NotFound, and Conflict for staff and while an order is under way.
    """
    user = User.objects.select_for_update().filter(pk=user_id, anonymized_at=None).first()
    if user is None:
        raise NotFound
    _check(user)
    queue_mail(kind="account_closed", reference=f"closed:{user.pk}", to=[user.email], context={})
    orders = list(orders_of_customer(user).values_list("pk", flat=True))
    _empty_carts(user)
    _clean_timelines(orders, user.email)
    anonymize_account(user)
    _clean_orders(orders, user)
    LogEntry.objects.filter(content_type__model="user", object_id=str(user.pk)).update(object_repr=user.email)
    IdempotencyRecord.objects.filter(scope=f"user:{user.pk}").delete()
    record_change(_sign_reviews_off(user))


def _check(user: User) -> None:
    if user.is_staff or user.is_superuser:
        raise Conflict(_("This account belongs to staff. Take that away first."), code="staff_account")
    if orders_of_customer(user).filter(status__in=UNDER_WAY).exists():
        raise Conflict(
            _("An order is still under way. The account can be closed once it was sent or cancelled."),
            code="order_under_way",
        )
    if Return.objects.filter(order__in=orders_of_customer(user), status__in=OPEN_RETURNS).exists():
        raise Conflict(
            _("A return is still under way. The account can be closed once it is settled."), code="return_under_way"
        )


def _empty_carts(user: User) -> None:
    for cart in Cart.objects.select_for_update().filter(user=user).order_by("pk"):
        release_units(owner=cart.public_id)
        if cart.is_open:
            cart.lines.all().delete()
            cart.saved_lines.all().delete()
        Cart.objects.filter(pk=cart.pk).update(email="", region="", postcode="")
    WishListItem.objects.filter(user=user).delete()


def _clean_orders(orders: list[int], user: User) -> None:
    """Lines, sums, taxes and invoices stay as they were."""
    Order.objects.filter(pk__in=orders).update(user=user, email=user.email, note="")
    OrderAddress.objects.filter(order__in=orders).update(**dict.fromkeys(PERSONAL, ""))
    Return.objects.filter(order__in=orders).update(reason="", answer="")
    OrderToken.objects.filter(order__in=orders).delete()


def _clean_timelines(orders: list[int], email: str) -> None:
    """Notes may say anything; the shop's own entries say where mails went."""
    events = OrderEvent.objects.filter(order__in=orders)
    events.filter(kind__in=["note", "return_rejected"]).update(message=str(_("Removed")))
    events.filter(message__contains=email).update(message=Replace("message", Value(email), Value("…")))


def _sign_reviews_off(user: User) -> list[int]:
    """What they wrote of goods stays, without a name. Returns the products."""
    reviews = Review.objects.filter(user=user)
    products = list(reviews.values_list("product_id", flat=True))
    reviews.update(user=None, author_name=str(_("A former customer")))
    return products
