"""What a shopper decides at checkout, and what can be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models.user import normalise_email
from accounts.services.postal import PostalInput, clean_postal
from accounts.services.rules import email_problems, raise_problems
from carts.pricing.vat import has_vat_form, tidy_vat_number
from carts.selectors.carts import Shopper
from shop.common.errors import Conflict, InvalidInput, Message
from shop.common.money import format_money, money_text
from shop.common.text import text_problem

LONGEST_NOTE = 2000


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """What a shopper decides at checkout. `expected_total` is the sum they saw; None is not compared.

    `gift_card` is the code of one that pays as much as it can. `cart_id` is the public id of the cart they
    saw, so that confirming twice finds the order it became.
    From `guest_secret` (256 bits) a guest's key to the order follows, so that it need not be kept to be told
    again. `actor_id` is who orders on the customer's behalf.
    """

    shopper: Shopper
    cart_id: str = ""
    email: str
    delivery: PostalInput
    billing: PostalInput | None = None
    shipping_method: str = ""
    payment_method: str = ""
    note: str = ""
    gift_card: str = ""
    vat_number: str = ""
    expected_total: Decimal | None = None
    guest_secret: str = field(default="", repr=False)
    actor_id: int | None = None


class CartEmpty(InvalidInput):
    code = "cart_empty"
    default_message = _("Your bag is empty.")


class NotForSale(Conflict):
    code = "not_for_sale"


class CartChanged(Conflict):
    """The cart that the shopper saw is no more, and they have another."""

    code = "cart_changed"
    default_message = _("Your bag has changed. Please look at it once more before you confirm.")


class TotalChanged(Conflict):
    """`total` is the new one."""

    code = "total_changed"

    def __init__(self, total: Decimal) -> None:
        super().__init__(
            _("The total is now %(total)s. Please look at it once more before you confirm.")
            % {"total": format_money(total)}
        )
        self.total = total

    def extra(self) -> dict[str, Any]:
        return {"total": money_text(self.total)}


def clean_checkout(checkout: Checkout) -> Checkout:
    """Tidied. Raises InvalidInput that says everything that will not do at once."""
    email = normalise_email(checkout.email)
    vat_number = tidy_vat_number(checkout.vat_number)
    unusable = text_problem(checkout.note, longest=LONGEST_NOTE)
    problems: dict[str, list[Message]] = {"email": email_problems(email), "note": [unusable] if unusable else []}
    if vat_number and not has_vat_form(vat_number):
        problems["vat_number"] = [_("This is not how VAT numbers are written, for example NL123456789B01.")]
    delivery = _clean_postal(checkout.delivery, "delivery_address.", problems)
    billing = checkout.billing and _clean_postal(checkout.billing, "billing_address.", problems)
    raise_problems(problems)
    return replace(checkout, email=email, vat_number=vat_number, delivery=delivery, billing=billing)


def _clean_postal(given: PostalInput, prefix: str, problems: dict[str, list[Message]]) -> PostalInput:
    try:
        return clean_postal(given, prefix=prefix)
    except InvalidInput as error:
        problems.update(error.fields)
        return given
