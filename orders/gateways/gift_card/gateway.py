from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from carts.services.gift_cards import put_back
from orders.gateways.base import (
    GatewayMessage,
    GatewayResult,
    PaymentMethod,
    PaymentRequest,
    RefundRequest,
    RefundResult,
)
from orders.models import PaymentState
from shop.common.errors import InvalidInput, NotFound


class GiftCardGateway:
    """Taken inside the order's own unit by `pay_with_card_step`; what goes back, goes back onto the card.

    A reference is "card's key.payment's key". It offers no method of its own: a card pays along with one.
    """

    code = "gift_card"
    methods: tuple[PaymentMethod, ...] = ()

    def start(self, request: PaymentRequest) -> GatewayResult:
        raise InvalidInput(_("Gift cards are used when the order is placed."), field="payment_method")

    def confirm(self, reference: str, *, approved: bool) -> GatewayResult:
        return self.fetch(reference)

    def capture(self, reference: str, amount: Decimal) -> GatewayResult:
        return GatewayResult(state=PaymentState.CAPTURED, reference=reference, captured=amount)

    def void(self, reference: str) -> GatewayResult:
        return self.fetch(reference)

    def refund(self, request: RefundRequest) -> RefundResult:
        card, _dot, _key = request.reference.partition(".")
        try:
            put_back(card_id=int(card), amount=request.amount, reference=request.key)
        except NotFound:
            return RefundResult(succeeded=False, error_message=_("There is no such gift card any more."))
        return RefundResult(succeeded=True, reference=request.key)

    def fetch(self, reference: str) -> GatewayResult:
        """Nobody to ask: a card pays at once, or not at all."""
        return GatewayResult(state=PaymentState.CAPTURED, reference=reference)

    def read_event(self, headers: Mapping[str, str], body: bytes) -> GatewayMessage:
        raise InvalidInput(_("This gateway sends no messages."))

    def messages_since(self, moment: datetime) -> Iterable[GatewayMessage]:
        return ()
