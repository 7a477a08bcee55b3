"""How addresses are written."""

from __future__ import annotations

from django import template

from accounts.models import PostalAddress
from shop.common.countries import country_name

register = template.Library()


@register.filter
def postal_lines(address: PostalAddress) -> list[str]:
    """The lines of an address from name to country, without empty ones."""
    town = f"{address.postcode} {address.city}".strip()
    country = country_name(address.country)
    lines = [address.full_name, address.company, address.line1, address.line2, town, address.region, country]
    return [line for line in lines if line]
