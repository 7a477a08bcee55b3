"""Giving money back as a gift card: goodwill, or where the way it came is closed.

What was paid stays where it is; the customer gets a new card worth the amount, and its code by mail.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carts.services.gift_cards import derived_code, issue_step, mailed_card
from orders.models import Order, Refund, RefundState
from orders.services.refunds import book_step, shares_of
from orders.services.transitions import Note, lock_order, write_event
from shop.common.errors import Conflict, InvalidInput, NotFound
from shop.common.unit import transactional
from shop.tasks.mail import Mail, deliver
from shop.tasks.queue import shop_task


class NoGiftCard(Conflict):
    code = "no_gift_card"
    default_message = _("This refund went back by the gateway, not as a gift card.")


class CodeLost(Conflict):
    code = "gift_card_code_lost"
    default_message = _(
        "This code was made under a SECRET_KEY that is gone, so it cannot be mailed again. Switch the card off and "
        "issue a new one with what is left on it."
    )


def refund_to_card_step(
    order: Order,
    *,
    amount: Decimal,
    reason: str,
    actor_id: int | None = None,
    explain: Callable[[Refund], None] | None = None,
) -> list[Refund]:
    """A step, with the order locked: one new card for `amount`, which is no more than may be refunded.

    Settled at once: nobody has to be asked. `explain` writes on the first refund what all are for, before they
    are booked: the credit note says so. Raises InvalidInput when a card cannot be worth that much, or the
    account is closed.
    """
    if order.user is not None and order.user.anonymized_at is not None:
        raise InvalidInput(_("This account is closed: nobody could be mailed the code."), field="to_gift_card")
    about: dict[str, Any] = {"reason": reason[:200], "actor_id": actor_id, "to_gift_card": True}
    refunds = [
        Refund(order=order, payment=payment, amount=share, state=RefundState.SUCCEEDED, **about)
        for payment, share in shares_of(order, amount)
    ]
    reference = refunds[0].public_id
    issued = issue_step(
        amount=amount, expires_at=None, actor_id=actor_id, reference=reference, code=derived_code(reference)
    )
    for refund in refunds:
        refund.gateway_reference, refund.settled_at = f"gift_card.{issued.card.pk}", timezone.now()
        refund.save()
    if explain is not None:
        explain(refunds[0])
    for refund in refunds:
        book_step(order, refund)
    send_gift_card.enqueue(refund_id=refunds[0].pk)
    return refunds


@transactional
def mail_gift_card_again(*, refund_id: int, actor_id: int | None = None) -> None:
    """The customer lost the mail, or it never came: the same code once more. Raises NotFound, NoGiftCard, CodeLost."""
    order_id = Refund.objects.filter(pk=refund_id).values_list("order_id", flat=True).first() or 0
    order = lock_order(order_id)
    refund = order.refunds.get(pk=refund_id)
    if not refund.to_gift_card:
        raise NoGiftCard
    # One card may stand for several payments' refunds; it was issued for the first.
    first = order.refunds.filter(gateway_reference=refund.gateway_reference).order_by("pk")[0]
    _check_known(first)
    message = _("The gift card's code was mailed again")
    write_event(order, Note(kind="gift_card_mailed", message=message, actor_id=actor_id))
    send_gift_card.enqueue(refund_id=first.pk)


def _check_known(refund: Refund) -> None:
    try:
        mailed_card(reference=refund.public_id)
    except NotFound:
        raise CodeLost from None


@shop_task
def send_gift_card(refund_id: int) -> None:
    """The code, to the order's customer and nobody else."""
    refund = Refund.objects.select_related("order").get(pk=refund_id)
    issued, order = mailed_card(reference=refund.public_id), refund.order
    entry = issued.card.entries.get(kind="issued")
    context = {"order": order, "code": issued.code, "worth": entry.amount, "expires_at": issued.card.expires_at}
    reference = f"gift_card:{refund.public_id}"
    deliver(Mail(kind="gift_card", reference=reference, to=[order.email], context=context, language=order.language))
