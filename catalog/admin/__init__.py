"""The catalogue in the admin. Forms collect, services write."""

from catalog.admin import categories, content_pages, labels, options, products, reviews, searching, stock, variants

__all__ = ["categories", "content_pages", "labels", "options", "products", "reviews", "searching", "stock", "variants"]
