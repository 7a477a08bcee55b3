"""Making an order by API: from the body to `place_order`, and the answer that can be given again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from carts.api.shopper import CART_TOKEN, shopper_of
from carts.models import Cart
from carts.selectors.carts import Shopper
from orders.api.serializers import OrderDetail
from orders.api.viewer import detailed
from orders.models import Order
from orders.selectors.checkout import cart_to_order
from orders.services.checkout import CartEmpty, Checkout
from orders.services.order_tokens import derived_token
from orders.services.place_order import Placed, place_order
from orders.session import remember_order
from shop.api.idempotency import Answer, Claim, KeyReused, claim_of, respond_once
from shop.api.serializers import located
from shop.common.errors import InvalidInput
from shop.common.ids import token_hash


def order_response(
    request: Request, read_body: Callable[[], Mapping[str, Any]], *, customer: User | None, actor_id: int | None = None
) -> Response:
    """Order what is in the cart: the customer's, or without one the guest's who asks; `actor_id` does it for them.

    A request without an Idempotency-Key is known by its cart, so that a repeat gets the same answer as well.
    A guest's key to the order is not kept with the answer: it follows from what the guest has.
    """
    shopper = Shopper(user_id=customer.pk) if customer else shopper_of(request)
    cart = cart_to_order(shopper)
    if shopper.is_guest and cart is None:
        raise NotAuthenticated
    body = read_body()
    secret = _guest_secret(request, cart) if cart and shopper.is_guest else ""
    claim = _claim(request, shopper, cart)
    checkout = Checkout(
        shopper=shopper,
        cart_id=cart.public_id if cart and (cart.is_open or _names_no_key(request)) else "",
        email=_email(body, customer),
        delivery=body["delivery_address"],
        billing=body.get("billing_address"),
        shipping_method=body.get("shipping_method", ""),
        payment_method=body.get("payment_method", ""),
        note=body.get("note", ""),
        gift_card=body.get("gift_card", "").strip(),
        vat_number=body.get("vat_number", ""),
        expected_total=body.get("expected_total"),
        guest_secret=secret,
        actor_id=actor_id,
    )
    response = _place(request, checkout, claim)
    located(request, response, at=f"orders/{response.data['number']}")
    if secret:
        _let_guest_in(request, response, secret)
    return response


def _place(request: Request, checkout: Checkout, claim: Claim | None) -> Response:
    try:
        return respond_once(claim, lambda once: place_order(checkout, once=once), _answer)
    except KeyReused as reused:
        if _names_no_key(request):  # the cart became an order by another request
            raise CartEmpty from reused
        raise


def _let_guest_in(request: Request, response: Response, secret: str) -> None:
    """The key to the order; behind a session, that browser may see it as well."""
    order_id = response.data["id"]
    response.data["order_token"] = derived_token(order_id, secret=secret)
    if CART_TOKEN not in request.headers:
        remember_order(request._request, Order.objects.get(public_id=order_id))  # noqa: SLF001 - Django's request


def _answer(placed: Placed) -> Answer:
    return Answer(status=201, body=OrderDetail(detailed(placed.order)).data)


def _claim(request: Request, shopper: Shopper, cart: Cart | None) -> Claim | None:
    """By the client's key, else by the cart; no header can hold the line break of such a key."""
    scope = f"user:{shopper.user_id}" if not shopper.is_guest else f"cart:{_cart_hash(request, cart)}"
    return claim_of(request, scope=scope, asked=request.data, otherwise=f"cart\n{cart.public_id}" if cart else "")


def _names_no_key(request: Request) -> bool:
    return not request.headers.get("Idempotency-Key")


def _cart_hash(request: Request, cart: Cart | None) -> str:
    token = request.headers.get(CART_TOKEN, "")
    return token_hash(token or (cart.public_id if cart else ""))


def _guest_secret(request: Request, cart: Cart) -> str:
    """256 bits that only this guest has: the cart's token or, behind a session, what the shop makes of the cart."""
    token = request.headers.get(CART_TOKEN, "")
    return token or salted_hmac("orders.api.guest", cart.public_id, algorithm="sha256").hexdigest()


def _email(body: Mapping[str, Any], customer: User | None) -> str:
    """Raises InvalidInput where a customer names another address than the account's."""
    given = str(body.get("email", ""))
    if customer is None:
        return given
    if given and given.strip().lower() != customer.email:
        raise InvalidInput(_("Orders of an account go to its own address."), field="email")
    return customer.email
