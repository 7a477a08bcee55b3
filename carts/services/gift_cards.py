"""Gift cards: every change of a balance is a conditional UPDATE and an entry in the ledger."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from carts.models import GiftCard, GiftCardEntry
from shop.api.limits import count_try
from shop.common.errors import InvalidInput, NotFound
from shop.common.ids import READABLE, readable_number, token_hash
from shop.common.money import ZERO, is_whole
from shop.common.unit import transactional

GROUPS = 4
LARGEST = Decimal(10_000)
GOOD_AFTER_REFUND = timedelta(days=30)


class GiftCardRefused(InvalidInput):
    code = "gift_card_unknown"
    default_message = _("We do not know this gift card. Please check its code.")


@dataclass(frozen=True, kw_only=True)
class Issued:
    """`code` is shown once; only its hash is kept."""

    card: GiftCard
    code: str


@transactional
def issue_gift_card(*, amount: Decimal, expires_at: datetime | None = None, actor_id: int | None = None) -> Issued:
    """Make a gift card worth `amount` in the shop's currency. Raises InvalidInput."""
    return issue_step(amount=amount, expires_at=expires_at, actor_id=actor_id, reference="issued")


def issue_step(
    *, amount: Decimal, expires_at: datetime | None, actor_id: int | None, reference: str, code: str = ""
) -> Issued:
    """A step: what `issue_gift_card` does, inside a unit. `code` is one of `derived_code`, else it is a new one."""
    if not ZERO < amount <= LARGEST or not is_whole(amount):
        raise InvalidInput(_("Please enter an amount of at most %(most)s.") % {"most": LARGEST}, field="amount")
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidInput(_("Please choose a day that is still to come."), field="expires_at")
    code = code or _grouped(secrets.choice(READABLE) for _ in range(4 * GROUPS))
    card = GiftCard.objects.create(
        code_hash=_hash(code),
        last_four=code[-4:],
        balance=amount,
        currency=settings.SHOP_CURRENCY,
        expires_at=expires_at,
    )
    _write(card, amount, kind="issued", reference=reference, actor_id=actor_id)
    return Issued(card=card, code=code)


def derived_code(reference: str, *, secret: str | None = None) -> str:
    """The code of a card that is mailed: made again when the mail is, so that it need not be kept until then.

    80 bits of an HMAC of the `reference` that the card was issued for, under `secret` (SECRET_KEY).
    """
    digest = salted_hmac("gift-card", reference, secret=secret, algorithm="sha256").digest()
    return _grouped(READABLE[byte % len(READABLE)] for byte in digest[: 4 * GROUPS])


def mailed_card(*, reference: str) -> Issued:
    """The card that was issued for `reference` with a derived code, under any key that is known. Raises NotFound."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        code = derived_code(reference, secret=secret)
        issued = GiftCard.objects.filter(entries__kind="issued", entries__reference=reference, code_hash=_hash(code))
        card = issued.first()
        if card is not None:
            return Issued(card=card, code=code)
    raise NotFound


def usable_card(code: str) -> GiftCard:
    """The card with this code, if something is left on it. Raises GiftCardRefused."""
    card = GiftCard.objects.filter(usable(), code_hash=_hash(code)).first() if code.strip() else None
    if card is None:
        raise GiftCardRefused(field="gift_card")
    return card


def count_card_try(who: str) -> None:
    """Count a try of a code, before it is looked up. Raises TooManyRequests."""
    count_try("gift_card", who, "coupon")


def usable() -> Q:
    valid = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return valid & Q(is_active=True, balance__gt=0, currency=settings.SHOP_CURRENCY)


def take_step(*, card_id: int, amount: Decimal, reference: str) -> None:
    """A step: pay `amount` with the card, once a reference. Raises GiftCardRefused when less is left on it."""
    enough = GiftCard.objects.filter(usable(), pk=card_id, balance__gte=amount)
    if enough.update(balance=F("balance") - amount) != 1:
        raise GiftCardRefused(_("There is less left on this gift card than a moment ago."), field="gift_card")
    _write_id(card_id, -amount, kind="used", reference=reference)


@transactional
def put_back(*, card_id: int, amount: Decimal, reference: str) -> None:
    """Pay `amount` back onto the card; done again with the same reference it changes nothing. Raises NotFound.

    It was spent in time: a card that has ended since, or soon will, is good for another 30 days.
    """
    card = GiftCard.objects.select_for_update().filter(pk=card_id).first()
    if card is None:
        raise NotFound
    if not card.entries.filter(kind="refund", reference=reference).exists():
        least = timezone.now() + GOOD_AFTER_REFUND
        ends = card.expires_at and max(card.expires_at, least)
        GiftCard.objects.filter(pk=card_id).update(balance=F("balance") + amount, expires_at=ends)
        _write(card, amount, kind="refund", reference=reference)


@transactional
def adjust_gift_card(*, card_id: int, amount: Decimal, reason: str, actor_id: int | None = None) -> None:
    """Staff put `amount` on the card, or take it off (below zero). Raises InvalidInput, NotFound."""
    card = GiftCard.objects.select_for_update().filter(pk=card_id).first()
    if card is None:
        raise NotFound
    if amount == ZERO or not is_whole(amount) or not ZERO <= card.balance + amount <= LARGEST:
        raise InvalidInput(_("The balance would be out of bounds."), field="amount")
    if not reason.strip():
        raise InvalidInput(_("Please say why."), field="reason")
    GiftCard.objects.filter(pk=card_id).update(balance=F("balance") + amount)
    reference = f"{reason.strip()[:40]} {secrets.token_hex(4)}"
    _write(card, amount, kind="adjusted", reference=reference, actor_id=actor_id)


@transactional
def set_active(*, card_id: int, is_active: bool) -> None:
    """Staff switch a card off, or on again. Raises NotFound."""
    if not GiftCard.objects.filter(pk=card_id).exists():
        raise NotFound
    GiftCard.objects.filter(pk=card_id).update(is_active=is_active)


def _write(card: GiftCard, amount: Decimal, *, kind: str, reference: str, actor_id: int | None = None) -> None:
    _write_id(card.pk, amount, kind=kind, reference=reference, actor_id=actor_id)


def _write_id(card_id: int, amount: Decimal, *, kind: str, reference: str, actor_id: int | None = None) -> None:
    GiftCardEntry.objects.create(card_id=card_id, amount=amount, kind=kind, reference=reference, actor_id=actor_id)


def _grouped(letters: Iterable[str]) -> str:
    text = "".join(letters)
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _hash(code: str) -> str:
    """80 bits, random or derived under the secret key: no dictionary holds them. Misread letters are put right."""
    return token_hash("gift-card:" + readable_number(code))
