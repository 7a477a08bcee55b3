"""The demo shop's pages: about, delivery, returns, terms, privacy, imprint, and the words of the home page."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings

from catalog.demo.goods import HERO, ROOM
from catalog.demo.pages import PAGES
from catalog.models import ContentPage
from catalog.services.save_page import write_page
from catalog.services.seed_pictures import picture_name
from shop.common.countries import country_name
from shop.common.money import format_money

# The amounts a new shop starts with: carts' first migration of prices.
AMOUNTS = {"free_from": "60", "standard": "4.90", "europe": "9.90", "express": "9.90", "world": "19.90"}
PICTURES = {"home": HERO, "home-featured": ROOM}


def seed_pages() -> int:
    """A step: write the pages that are not there yet; what staff have written stays. Returns how many."""
    known = set(ContentPage.objects.values_list("slug", flat=True))
    words = demo_words()
    new = [(place, page) for place, page in enumerate(PAGES) if page.slug not in known]
    for place, page in new:
        row = ContentPage()
        if picture := PICTURES.get(page.slug):
            row.image, row.image_alt = picture_name(picture), picture.alt
        write_page(
            row,
            {
                "slug": page.slug,
                "title": page.title.format_map(words),
                "body": page.body.format_map(words),
                "in_footer": page.in_footer,
                "position": place,
            },
        )
    return len(new)


def demo_words() -> dict[str, str]:
    """What stands for the words in braces."""
    amounts = {name: format_money(Decimal(amount)) for name, amount in AMOUNTS.items()}
    return {"shop": settings.SHOP_NAME, "country": country_name(settings.SHOP_COUNTRY), **amounts}
