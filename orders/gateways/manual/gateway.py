from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from orders.gateways.base import (
    GatewayMessage,
    GatewayResult,
    PaymentMethod,
    PaymentRequest,
    RefundRequest,
    RefundResult,
)
from orders.models import PaymentState
from shop.common.errors import InvalidInput


class ManualGateway:
    """Staff see the money arrive and say so; staff send it back and say so."""

    code = "manual"
    methods: tuple[PaymentMethod, ...] = (
        PaymentMethod(
            code="transfer",
            name=_("Bank transfer"),
            description=_("We give you our bank details. Your order leaves when the money is here."),
            pay_within=timedelta(days=7),
            settles_later=True,
            needs="SHOP_BANK_DETAILS",
        ),
        PaymentMethod(
            code="on_delivery",
            name=_("Pay on delivery"),
            description=_("You pay when the parcel is handed to you."),
            pay_within=None,
            settles_later=True,
        ),
    )

    def start(self, request: PaymentRequest) -> GatewayResult:
        return GatewayResult(state=PaymentState.PROCESSING, reference=request.key)

    def confirm(self, reference: str, *, approved: bool) -> GatewayResult:
        return self.fetch(reference)

    def capture(self, reference: str, amount: Decimal) -> GatewayResult:
        return GatewayResult(state=PaymentState.CAPTURED, reference=reference, captured=amount)

    def void(self, reference: str) -> GatewayResult:
        return GatewayResult(state=PaymentState.VOIDED, reference=reference)

    def refund(self, request: RefundRequest) -> RefundResult:
        return RefundResult(succeeded=True, reference=request.key)

    def fetch(self, reference: str) -> GatewayResult:
        """Nobody to ask: the payment stays as it is."""
        return GatewayResult(state=PaymentState.PROCESSING, reference=reference, key=reference)

    def read_event(self, headers: Mapping[str, str], body: bytes) -> GatewayMessage:
        raise InvalidInput(_("This gateway sends no messages."))

    def messages_since(self, moment: datetime) -> Iterable[GatewayMessage]:
        return ()
