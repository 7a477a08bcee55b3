from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import stripe
from django.conf import settings
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from orders.gateways.base import (
    BY_REDIRECT,
    GatewayMessage,
    GatewayResult,
    HostedPage,
    PaymentMethod,
    PaymentRequest,
    RefundRequest,
    RefundResult,
)
from orders.gateways.stripe import events
from orders.gateways.stripe.amounts import to_units
from orders.gateways.stripe.client import asking
from orders.gateways.stripe.results import declined, metadata_of, result_of_intent, result_of_session
from orders.models import PaymentState
from shop.common.errors import InvalidInput

VISIT = "cs_"
CHARGE: Any = {"expand": ["latest_charge"]}
PAGE = HostedPage(
    script="js/pay-stripe.js",
    key_setting="SHOP_STRIPE_PUBLISHABLE_KEY",
    sources={
        "script-src": ("https://js.stripe.com",),
        "frame-src": ("https://js.stripe.com", "https://hooks.stripe.com"),
        "connect-src": ("https://api.stripe.com",),
        "img-src": ("https://*.stripe.com",),
        "form-action": ("https://checkout.stripe.com", "https://hooks.stripe.com"),
    },
)


class StripeGateway:
    """Money moves on Stripe's fields or page, never by our server: a lost answer to `start` costs nobody anything.

    A reference is a PaymentIntent ("pi_…"), or a visit to Stripe's own page ("cs_…") until that has made one.
    """

    code = "stripe"
    methods: tuple[PaymentMethod, ...] = (
        PaymentMethod(
            code="stripe",
            name=_("Card or wallet"),
            description=_("Cards, Apple Pay, Google Pay and others, by Stripe."),
            pay_within=timedelta(minutes=30),
            has_page=True,
            needs="SHOP_STRIPE_SECRET_KEY",
            hosted=PAGE,
            public=lambda: {"publishable_key": settings.SHOP_STRIPE_PUBLISHABLE_KEY},
        ),
    )

    def start(self, request: PaymentRequest) -> GatewayResult:
        try:
            with asking() as api:
                return _visit(api, request) if request.token == BY_REDIRECT else _intent(api, request)
        except stripe.InvalidRequestError as error:
            return declined(error)

    def confirm(self, reference: str, *, approved: bool) -> GatewayResult:
        """The bank asked on Stripe's page: only Stripe knows the answer."""
        return self.fetch(reference)

    def capture(self, reference: str, amount: Decimal) -> GatewayResult:
        with asking() as api:
            try:
                intent = api.v1.payment_intents.capture(
                    reference, params=CHARGE, options={"idempotency_key": f"capture-{reference}"}
                )
            except (stripe.InvalidRequestError, stripe.CardError):
                return self.fetch(reference)
        return result_of_intent(intent)

    def void(self, reference: str) -> GatewayResult:
        """What is paid already, or not open any more, answers as it stands."""
        with asking() as api:
            try:
                if reference.startswith(VISIT):
                    return result_of_session(api.v1.checkout.sessions.expire(reference))
                return result_of_intent(api.v1.payment_intents.cancel(reference))
            except stripe.InvalidRequestError:
                now = self.fetch(reference)
        if now.state in {PaymentState.REQUIRES_ACTION, PaymentState.AUTHORISED} and now.reference != reference:
            return self.void(now.reference)
        return now

    def refund(self, request: RefundRequest) -> RefundResult:
        with asking() as api:
            try:
                given = _refund(api, request)
            except (stripe.InvalidRequestError, stripe.CardError) as error:
                return RefundResult(succeeded=False, error_message=str(error.user_message or error.code or error))
        failed = given.status in {"failed", "canceled"}
        return RefundResult(
            succeeded=not failed, reference=given.id, error_message=str(given.failure_reason or "") if failed else ""
        )

    def fetch(self, reference: str) -> GatewayResult:
        if not reference.startswith((VISIT, "pi_")):
            raise InvalidInput(_("This payment is not known."))
        with asking() as api:
            try:
                return _fetch(api, reference)
            except stripe.InvalidRequestError as error:
                raise InvalidInput(_("This payment is not known.")) from error

    def read_event(self, headers: Mapping[str, str], body: bytes) -> GatewayMessage:
        return events.read_event(headers, body)

    def messages_since(self, moment: datetime) -> Iterator[GatewayMessage]:
        """Page by page as it is read on: whoever has enough stops asking."""
        with asking() as api:
            for event in api.v1.events.list(params=events.since(moment)).auto_paging_iter():
                yield events.message_of(event.to_dict())


def _fetch(api: stripe.StripeClient, reference: str) -> GatewayResult:
    if not reference.startswith(VISIT):
        return result_of_intent(api.v1.payment_intents.retrieve(reference, params=CHARGE))
    session: Any = api.v1.checkout.sessions.retrieve(reference)
    if session.status == "complete" and session.payment_intent:
        return result_of_intent(api.v1.payment_intents.retrieve(str(session.payment_intent), params=CHARGE))
    return result_of_session(session)


def _refund(api: stripe.StripeClient, request: RefundRequest) -> stripe.Refund:
    """Stripe keeps its own failure as the answer to a key: what it did all the same stands among the refunds."""
    try:
        return api.v1.refunds.create(
            params={
                "payment_intent": request.reference,
                "amount": to_units(request.amount, request.currency),
                "metadata": {"key": request.key},
            },
            options={"idempotency_key": request.key},
        )
    except stripe.APIError:
        made = api.v1.refunds.list(params={"payment_intent": request.reference, "limit": 100})
        done = next((one for one in made.data if metadata_of(one, "key") == request.key), None)
        if done is None:
            raise
        return done


def _intent(api: stripe.StripeClient, request: PaymentRequest) -> GatewayResult:
    intent = api.v1.payment_intents.create(
        params={
            "amount": to_units(request.amount, request.currency),
            "currency": request.currency.lower(),
            "automatic_payment_methods": {"enabled": True},
            "capture_method": _capture_method(),
            "description": _name(request),
            "metadata": _metadata(request),
        },
        options={"idempotency_key": request.key},
    )
    return result_of_intent(intent)


def _visit(api: stripe.StripeClient, request: PaymentRequest) -> GatewayResult:
    price = {
        "currency": request.currency.lower(),
        "unit_amount": to_units(request.amount, request.currency),
        "product_data": {"name": _name(request)},
    }
    params: Any = {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": request.return_url,
        "cancel_url": request.return_url,
        "client_reference_id": request.key,
        "metadata": _metadata(request),
        "payment_intent_data": {"capture_method": _capture_method(), "metadata": _metadata(request)},
    }
    # Another key than the PaymentIntent's: a payment may be begun on the fields and again on the page.
    options: Any = {"idempotency_key": f"{request.key}-visit"}
    return result_of_session(api.v1.checkout.sessions.create(params=params, options=options))


def _capture_method() -> Any:
    return "manual" if settings.SHOP_STRIPE_CAPTURE == "manual" else "automatic"


def _metadata(request: PaymentRequest) -> dict[str, str]:
    """How an event finds its payment before, or without, the answer that named it."""
    return {"key": request.key, "order": request.order_number}


def _name(request: PaymentRequest) -> str:
    return _t("Order %(number)s") % {"number": request.order_number}
