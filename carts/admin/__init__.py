"""Carts, ways of delivery and taxes in the admin. Carts are only read; their holds can be released."""

from carts.admin import carts, gift_cards, promotions, shipping, tax

__all__ = ["carts", "gift_cards", "promotions", "shipping", "tax"]
