"""How addresses and browsers are written, and the account's menu."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PostalAddress
from shop.common.countries import country_name
from shop.common.errors import Message

register = template.Library()

# By name, since some stand above this app.
PAGES: tuple[tuple[str, Message], ...] = (
    ("accounts:account", gettext_lazy("Overview")),
    ("orders:list", gettext_lazy("Orders")),
    ("carts:wish_list", gettext_lazy("Wish list")),
    ("carts:saved", gettext_lazy("Saved for later")),
    ("catalog:my_reviews", gettext_lazy("Reviews")),
    ("accounts:addresses", gettext_lazy("Addresses")),
    ("accounts:profile", gettext_lazy("Profile")),
    ("accounts:email", gettext_lazy("E-mail")),
    ("accounts:password", gettext_lazy("Password")),
    ("accounts:security", gettext_lazy("Security")),
    ("orders:privacy", gettext_lazy("Privacy")),
)
# The first that fits names it: Edge and Opera call themselves Chrome as well, and Chrome Safari.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    url: str
    label: Message
    is_here: bool


@register.filter
def postal_lines(address: PostalAddress) -> list[str]:
    """The lines of an address from name to country, without empty ones."""
    town = f"{address.postcode} {address.city}".strip()
    country = country_name(address.country)
    lines = [address.full_name, address.company, address.line1, address.line2, town, address.region, country]
    return [line for line in lines if line]


@register.filter
def browser_name(user_agent: str) -> str:
    """ "Firefox, Linux": enough to know one's own devices by."""
    found = [_first(user_agent, names) for names in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name) or _("Another browser")


@register.simple_tag(takes_context=True)
def account_pages(context: template.Context) -> list[AccountPage]:
    """The account's menu; the page itself and what stands below it count as here."""
    path = context["request"].path
    urls = [(reverse(name), label) for name, label in PAGES]
    fits = [url for url, _label in urls if path.startswith(url)]
    here = max(fits, key=len, default="")
    return [AccountPage(url=url, label=label, is_here=url == here) for url, label in urls]


def _first(user_agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
