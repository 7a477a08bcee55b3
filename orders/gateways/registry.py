"""Which gateways are active: SHOP_GATEWAYS names them."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from orders.gateways.base import Gateway, PaymentMethod
from orders.gateways.gift_card.gateway import GiftCardGateway
from orders.gateways.manual.gateway import ManualGateway
from orders.gateways.stripe.gateway import StripeGateway
from orders.gateways.test.gateway import TestGateway
from shop.common.errors import InvalidInput

BUILT_IN: dict[str, Gateway] = {
    TestGateway.code: TestGateway(),
    ManualGateway.code: ManualGateway(),
    GiftCardGateway.code: GiftCardGateway(),
    StripeGateway.code: StripeGateway(),
}


def active_gateways() -> list[Gateway]:
    return [BUILT_IN[code] for code in settings.SHOP_GATEWAYS if code in BUILT_IN]


def payment_methods() -> list[PaymentMethod]:
    """What a shopper may choose from, in the order of SHOP_GATEWAYS."""
    return [method for gateway in active_gateways() for method in gateway.methods if _is_ready(method)]


def active_method(code: str) -> PaymentMethod:
    """The active method with this code, or the first for "". Raises InvalidInput for others."""
    methods = payment_methods()
    method = next((m for m in methods if m.code == code or not code), None)
    if method is None:
        raise InvalidInput(_("Please choose one of the ways to pay."), field="payment_method")
    return method


def method_by_code(code: str) -> PaymentMethod | None:
    """The method with this code, offered or not: old orders keep theirs."""
    methods = (method for gateway in BUILT_IN.values() for method in gateway.methods)
    return next((method for method in methods if method.code == code), None)


def has_page(code: str) -> bool:
    """Whether the shop itself asks how to pay, on a page of its own."""
    method = method_by_code(code)
    return method is not None and method.has_page


def has_hosted_page(gateway_code: str) -> bool:
    """Whether this gateway asks its own questions, on its fields or its page."""
    return any(method.hosted is not None for method in gateway_by_code(gateway_code).methods)


def gateway_of(method_code: str) -> Gateway:
    """The gateway, active or not, that a method belongs to: old orders keep theirs."""
    for gateway in BUILT_IN.values():
        if any(method.code == method_code for method in gateway.methods):
            return gateway
    raise InvalidInput(_("Please choose one of the ways to pay."), field="payment_method")


def settles_by_hand(gateway_code: str) -> bool:
    """Whether staff, not the gateway, see the money come: there is nobody to ask or to wait for."""
    return all(method.settles_later for method in gateway_by_code(gateway_code).methods)


def gateway_by_code(code: str) -> Gateway:
    """Raises InvalidInput for a gateway there is not."""
    if code not in BUILT_IN:
        raise InvalidInput(_("There is no such gateway."), field="gateway")
    return BUILT_IN[code]


def _is_ready(method: PaymentMethod) -> bool:
    return not method.needs or bool(getattr(settings, method.needs))
