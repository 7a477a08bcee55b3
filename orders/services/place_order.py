"""The only place that makes an order.

One unit: lock the cart, price it again, compare with the total the shopper saw, turn holds into
commitments, write the order with its lines and addresses, close the cart, queue the mails. The
gateway is spoken to afterwards, by orders.services.pay.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from carts.models import Cart, CartStatus
from carts.selectors.carts import CartView, open_carts, view_of
from carts.services.coupons import refusal_of, who_tries
from carts.services.gift_cards import count_card_try, usable_card
from carts.services.hold_lines import hold_request, raise_refusals, run_noting_refusals
from carts.services.redemptions import redeem_step
from catalog.services.commitments import commit_units
from orders.gateways.base import PaymentMethod
from orders.gateways.registry import active_method
from orders.models import Order, OrderAddress, OrderStatus, PaymentStatus
from orders.services.checkout import CartChanged, CartEmpty, Checkout, NotForSale, TotalChanged, clean_checkout
from orders.services.choose_payment import accept_promise
from orders.services.events import emit_order
from orders.services.gift_card_payment import pay_with_card_step
from orders.services.mails import queue_confirmation
from orders.services.order_lines import write_lines
from orders.services.order_tokens import issue_derived_token, issue_token
from orders.services.transitions import Note, move, write_event
from shop.api.idempotency import Once, do_once
from shop.common.errors import InvalidInput, ShopError

__all__ = ["CartChanged", "CartEmpty", "Checkout", "NotForSale", "Placed", "TotalChanged", "place_order"]


@dataclass(frozen=True, kw_only=True)
class Placed:
    """`token` lets a guest see the order; "" for customers, and for an order placed before with no guest's secret."""

    order: Order
    token: str = ""
    is_new: bool = True


def place_order(checkout: Checkout, *, once: Once[Placed] | None = None) -> Placed:
    """Make an order of the shopper's cart; with `once`, its answer is stored in the same transaction.

    Raises InvalidInput by field, CartEmpty, CartChanged, TotalChanged, NotForSale or InsufficientStock.
    A cart that already became an order gives that order again; a key that has its answer raises AlreadyAnswered.
    """
    checkout = clean_checkout(checkout)
    if checkout.gift_card:
        count_card_try(who_tries(checkout.shopper))
    method = active_method(checkout.payment_method)
    return run_noting_refusals(lambda: do_once(once, lambda: _place(checkout, method)))


def _place(checkout: Checkout, method: PaymentMethod) -> Placed:
    cart = open_carts(checkout.shopper).select_for_update().first()
    if cart is None or (checkout.cart_id and cart.public_id != checkout.cart_id):
        return _placed_before(checkout, CartEmpty if cart is None else CartChanged)
    view = _priced(cart, checkout)
    order = _write_order(cart, view, checkout, method)
    refusals = commit_units(
        [hold_request(cart, shown.line, checkout.shopper) for shown in view.lines], reference=order.number
    )
    raise_refusals(refusals)
    redeem_step(cart, view, reference=order.number)
    write_lines(order, view)
    _write_addresses(order, checkout)
    _close(cart)
    emit_order(order, "order.created")
    _tell(order, method, checkout)
    return Placed(order=order, token=_hand_out_token(order, checkout) or _random_token(order))


def _placed_before(checkout: Checkout, otherwise: type[ShopError]) -> Placed:
    """The order that the cart became, when the shopper confirms a second time. Raises `otherwise`."""
    orders = Order.objects.filter(cart__public_id=checkout.cart_id, email=checkout.email)
    own = orders.filter(user=None) if checkout.shopper.user_id is None else orders.filter(user=checkout.shopper.user_id)
    order = own.first() if checkout.cart_id else None
    if order is None:
        raise otherwise
    return Placed(order=order, token=_hand_out_token(order, checkout), is_new=False)


def _priced(cart: Cart, checkout: Checkout) -> CartView:
    """The cart as it is now, to where it goes. Raises what the shopper has to look at again."""
    cart.country, cart.region, cart.postcode = (
        checkout.delivery.country,
        checkout.delivery.region,
        checkout.delivery.postcode,
    )
    cart.shipping_method = checkout.shipping_method or cart.shipping_method
    cart.email, cart.vat_number = checkout.email, checkout.vat_number
    view = view_of(cart)
    if view.is_empty:
        raise CartEmpty
    _check_for_sale(view)
    _check_shipping(view, checkout)
    _check_total(view, checkout)
    return view


def _check_total(view: CartView, checkout: Checkout) -> None:
    """Nobody pays more than they saw: where no sum was sent along, a code that does nothing is said at least."""
    if checkout.expected_total is None:
        if view.coupon is not None and view.coupon.problem:
            raise refusal_of(view.coupon)
    elif checkout.expected_total != view.quote.total:
        raise TotalChanged(view.quote.total)


def _check_for_sale(view: CartView) -> None:
    gone = [str(shown.line.variant) for shown in view.lines if not shown.is_for_sale]
    if gone:
        raise NotForSale(
            _("No longer for sale: %(names)s. Please take it out of your bag.") % {"names": "; ".join(gone)}
        )


def _check_shipping(view: CartView, checkout: Checkout) -> None:
    if view.shipping_method is None:
        raise InvalidInput(_("We do not send there yet."), field="delivery_address.country")
    if checkout.shipping_method and view.shipping_method.code != checkout.shipping_method:
        raise InvalidInput(_("Please choose one of the ways of delivery."), field="shipping_method")


def _write_order(cart: Cart, view: CartView, checkout: Checkout, method: PaymentMethod) -> Order:
    now = timezone.now()
    quote, shipping = view.quote, view.shipping_method
    return Order.objects.create(
        cart=cart,
        user_id=checkout.shopper.user_id,
        email=checkout.email,
        currency=quote.currency,
        subtotal=quote.subtotal,
        discount=quote.discount,
        shipping=quote.shipping,
        tax=quote.tax,
        total=quote.total,
        prices_include_tax=quote.prices_include_tax,
        vat_number=checkout.vat_number,
        steps=[{"kind": step.kind, "label": step.label, "amount": str(step.amount)} for step in quote.steps],
        payment_method=method.code,
        shipping_method=shipping.code if shipping else "",
        shipping_name=shipping.name if shipping else "",
        promised_from=shipping.delivery_from if shipping else None,
        promised_to=shipping.delivery_to if shipping else None,
        note=checkout.note.strip(),
        language=get_language() or settings.LANGUAGE_CODE,
        pay_by=now + method.pay_within if method.pay_within and quote.total else None,
        placed_at=now,
        updated_at=now,
    )


def _write_addresses(order: Order, checkout: Checkout) -> None:
    billing = checkout.billing or checkout.delivery
    OrderAddress.objects.bulk_create(
        [
            OrderAddress(order=order, kind="shipping", **checkout.delivery.columns()),
            OrderAddress(order=order, kind="billing", **billing.columns()),
        ]
    )


def _close(cart: Cart) -> None:
    """The cart is an order now; its lines stay with it, so that what was ordered can be looked up."""
    cart.status, cart.open_for = CartStatus.ORDERED, None
    cart.updated_at = timezone.now()
    cart.save()


def _tell(order: Order, method: PaymentMethod, checkout: Checkout) -> None:
    """The timeline, and the mails of an order that waits for no card."""
    actor_id = checkout.actor_id or order.user_id
    write_event(order, Note(kind="placed", message=_("Order placed"), is_public=True, actor_id=actor_id))
    if order.total == 0:
        order.payment_status = PaymentStatus.PAID
        order.save(update_fields=["payment_status"])
        move(order, OrderStatus.PAID, Note(kind="paid", message=_("Nothing to pay"), is_public=True))
        queue_confirmation(order)
        return
    if checkout.gift_card:
        pay_with_card_step(order, usable_card(checkout.gift_card))
    if order.status == OrderStatus.PENDING:
        accept_promise(order, method)


def _hand_out_token(order: Order, checkout: Checkout) -> str:
    """A guest's key to the order, the same each time; "" where no secret was sent along."""
    if order.user_id is not None or not checkout.guest_secret:
        return ""
    return issue_derived_token(order, secret=checkout.guest_secret)


def _random_token(order: Order) -> str:
    """A guest's key, told once; customers need none."""
    return issue_token(order) if order.user_id is None else ""
