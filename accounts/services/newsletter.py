"""Whether somebody wants the newsletter: each word of theirs is a row, with what they read when they said it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Consent, User
from accounts.selectors.consents import NEWSLETTER, wants_newsletter
from shop.common.unit import transactional


def newsletter_text(shop_name: str) -> str:
    """What stands beside the box, and in the row."""
    return _("Yes, %(shop)s may write to me now and then about new things. I can end that at any time.") % {
        "shop": shop_name
    }


def agree_to_newsletter(user: User, text: str) -> None:
    """A step: the yes of somebody who opens an account."""
    Consent.objects.create(user=user, email=user.email, kind=NEWSLETTER, given=True, text=text)


@transactional
def set_newsletter(*, user: User, wanted: bool, text: str) -> None:
    """Record a yes or a no; saying the same again records nothing."""
    User.objects.select_for_update().get(pk=user.pk)
    if wants_newsletter(user.email) != wanted:
        Consent.objects.create(user=user, email=user.email, kind=NEWSLETTER, given=wanted, text=text)
