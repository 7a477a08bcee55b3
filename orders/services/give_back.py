"""Giving money back while the caller waits: rows first, then the gateway, then the answer.

The worker's task for each refund is queued with its row as before. It does what a dead process or a silent
gateway left undone; asking twice with one key pays back once.
"""

from __future__ import annotations

from orders.gateways.base import GatewayUnreachable
from orders.models import Refund, RefundState
from orders.services.refund_order import GiveBack, refund_step
from orders.services.refunds import process_refund
from shop.api.idempotency import InProgress, Once
from shop.api.models import IdempotencyRecord
from shop.common.ids import token_hash
from shop.common.unit import run_in_transaction

__all__ = ["GiveBack", "give_back"]

# One refund for each payment that money came by: an order has a few.
MOST_REFUNDS = 20


def give_back(asked: GiveBack, *, once: Once[list[Refund]] | None = None) -> list[Refund]:
    """Refund, and return the refunds as they stand: settled, refused, or pending where the gateway is silent.

    Two units with the gateway between them; with `once` the first takes its key and the second stores its
    answer. Raises InvalidInput for more than was captured, AlreadyAnswered, KeyReused, InProgress.
    """
    try:
        refunds = run_in_transaction(lambda: _open(asked, once), carries_idempotency=once is not None)
    except InProgress:
        refunds = _left_behind(asked, once)
    for refund in refunds:
        _ask(refund)
    return run_in_transaction(lambda: _answer(refunds, once))


def _open(asked: GiveBack, once: Once[list[Refund]] | None) -> list[Refund]:
    if once is not None:
        once.begin()
    refunds = refund_step(asked)
    if once is not None:
        for refund, key in zip(refunds, _gateway_keys(once), strict=False):
            refund.gateway_key = key
            refund.save(update_fields=["gateway_key"])
    return refunds


def _left_behind(asked: GiveBack, once: Once[list[Refund]] | None) -> list[Refund]:
    """The refunds of a first request that died before it could answer. Raises InProgress while it may live."""
    keys = _gateway_keys(once) if once is not None else []
    refunds = list(Refund.objects.filter(order_id=asked.order_id, gateway_key__in=keys))
    if not refunds or any(refund.state == RefundState.PENDING for refund in refunds):
        raise InProgress
    return refunds


def _gateway_keys(once: Once[list[Refund]]) -> list[str]:
    """What the gateway knows the refunds by: derived from the caller's key, each time it is taken anew."""
    claim = once.claim
    taken = IdempotencyRecord.objects.filter(scope=claim.scope, key=claim.key).values_list("pk", flat=True).first()
    return [token_hash(f"refund:{claim.scope}:{claim.key}:{taken}:{number}") for number in range(MOST_REFUNDS)]


def _ask(refund: Refund) -> None:
    try:
        process_refund.call(refund_id=refund.pk)
    except GatewayUnreachable:
        return  # the worker asks again


def _answer(refunds: list[Refund], once: Once[list[Refund]] | None) -> list[Refund]:
    settled = list(Refund.objects.filter(pk__in=[refund.pk for refund in refunds]).select_related("order", "actor"))
    if once is not None:
        once.finish(settled)
    return settled
