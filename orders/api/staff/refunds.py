"""How a refund is answered."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from orders.api.staff.serializers import RefundAnswer
from orders.models import Refund, RefundState
from shop.api.idempotency import Answer
from shop.api.problems import problem_of
from shop.common.errors import ShopError


class RefundDeclined(ShopError):
    code = "refund_declined"
    status = 402
    default_message = _("The payment provider refused the refund. Nothing went back.")


def refund_answer(request: Request) -> Callable[[list[Refund]], Answer]:
    """201 with the refunds, or the problem when the payment provider refused all of them."""

    def answer(refunds: list[Refund]) -> Answer:
        if all(refund.state == RefundState.FAILED for refund in refunds):
            refusal = RefundDeclined(refunds[0].error_message or None)
            return Answer(
                status=refusal.status,
                body={**(problem_of(refusal) or {}), "request_id": getattr(request, "request_id", "")},
            )
        return Answer(status=201, body=_body(refunds))

    return answer


def _body(refunds: list[Refund]) -> dict[str, object]:
    """`amount` is what went back or is on its way; a part that was refused is among the refunds."""
    order = refunds[0].order
    lives = [refund for refund in refunds if refund.state != RefundState.FAILED]
    pending = any(refund.state == RefundState.PENDING for refund in lives)
    shown = {
        "order_number": order.number,
        "status": RefundState.PENDING if pending else RefundState.SUCCEEDED,
        "amount": sum((refund.amount for refund in lives), Decimal(0)),
        "currency": order.currency,
        "refunds": refunds,
    }
    return dict(RefundAnswer(shown).data)
