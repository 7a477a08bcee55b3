"""Products as the index keeps them. The same few queries for one product and for a thousand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import tantivy

from catalog.models import Category, Product, ProductAttribute, ProductStatus, Variant, VariantOption
from catalog.search import fields
from catalog.search.words import fold, singulars, sort_key, squeezed, words_of
from shop.common.html import plain_text

LONGEST_DESCRIPTION = 5000


@dataclass
class Parts:
    """What other tables know of a product."""

    codes: list[str] = field(default_factory=list)
    options: dict[tuple[str, str], None] = field(default_factory=dict)
    variants: dict[int, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    facts: list[str] = field(default_factory=list)
    tags: list[tuple[str, str]] = field(default_factory=list)


def documents(product_ids: Sequence[int], categories: dict[str, tuple[int, str]], schema: Any) -> dict[int, Any]:
    """The documents of those of the products that are shown in the shop, by id."""
    # By id alone: asked for the status as well, SQLite reads every product that has it.
    rows = Product.objects.filter(pk__in=product_ids).order_by().defer("seo_title", "seo_description")
    products = [row for row in rows.select_related("brand", "category") if row.status == ProductStatus.ACTIVE]
    parts = _parts([product.pk for product in products])
    return {
        product.pk: tantivy.Document.from_dict(_values(product, parts[product.pk], categories), schema)
        for product in products
    }


def read_categories() -> dict[str, tuple[int, str]]:
    """Id and name by treebeard's path. One query."""
    return {path: (pk, name) for path, pk, name in Category.objects.order_by().values_list("path", "pk", "name")}


def _parts(ids: Sequence[int]) -> dict[int, Parts]:
    parts: dict[int, Parts] = defaultdict(Parts)
    sold = {"is_active": True, "archived_at": None, "product__in": ids}
    for pk, sku, barcode in Variant.objects.filter(**sold).order_by("id").values_list("product_id", "sku", "barcode"):
        parts[pk].codes += [code for code in (sku, barcode) if code]
    chosen = VariantOption.objects.filter(**{f"variant__{name}": value for name, value in sold.items()})
    rows = chosen.order_by("id").values_list("variant__product_id", "variant_id", "option__name", "value__value")
    for pk, variant, name, value in rows:
        parts[pk].options[name, value] = None
        parts[pk].variants[variant].append((name, value))
    facts = ProductAttribute.objects.filter(product__in=ids).order_by("position", "id")
    for pk, value in facts.values_list("product_id", "value"):
        parts[pk].facts.append(value)
    tagged = Product.tags.through.objects.filter(product__in=ids).order_by("id")
    for pk, slug, name in tagged.values_list("product_id", "tag__slug", "tag__name"):
        parts[pk].tags.append((slug, name))
    return parts


def _values(product: Product, parts: Parts, categories: dict[str, tuple[int, str]]) -> dict[str, Any]:
    shelves = _shelves(product, categories)
    brand = product.brand
    kind = [product.subtitle, brand.name if brand else "", *(name for _pk, name in shelves)]
    texts = [*(value for _name, value in parts.options), *parts.facts]
    texts.append(plain_text(product.description)[:LONGEST_DESCRIPTION])
    return {
        "id": product.pk,
        "category": [pk for pk, _name in shelves],
        "brand": [brand.slug] if brand else [],
        "tag": [slug for slug, _name in parts.tags],
        "option": [fields.option_code(name, value) for name, value in parts.options],
        "combination": sorted(_combinations(parts)),
        "in_stock": int(product.in_stock),
        "on_sale": int(product.on_sale),
        "exact_name": " ".join(words_of(product.name)),
        "exact_code": [code for code in {squeezed(code) for code in parts.codes} if code],
        "name": _indexed([product.name]),
        "kind": _indexed([*kind, *(name for _slug, name in parts.tags)]),
        "code": " ".join(_code_parts(parts.codes)),
        "text": _indexed(texts),
        **_orders(product),
    }


def _shelves(product: Product, categories: dict[str, tuple[int, str]]) -> list[tuple[int, str]]:
    """The product's category and all above it."""
    path = product.category.path if product.category else ""
    steps = range(Category.steplen, len(path) + 1, Category.steplen)
    return [categories[path[:end]] for end in steps if path[:end] in categories]


def _combinations(parts: Parts) -> set[str]:
    """Every two or more options that one variant has together."""
    found = set()
    for options in parts.variants.values():
        for size in range(2, min(len(options), fields.MOST_COMBINED) + 1):
            found |= {fields.combination_code(some) for some in combinations(options, size)}
    return found


def _orders(product: Product) -> dict[str, Any]:
    pk, popularity = product.pk, product.popularity
    return {
        "by_relevance": fields.relevance_key(in_stock=product.in_stock, popularity=popularity, product_id=pk),
        "by_popularity": fields.keyed(popularity, pk),
        "by_price": fields.keyed(fields.amount_key(product.price), pk),
        "by_rating": fields.keyed(fields.rating_key(product.rating), pk),
        "by_created": fields.created_key(product.created_at, pk),
        "by_name": fields.name_key(sort_key(product.name), pk),
    }


def _indexed(texts: Iterable[str]) -> str:
    """Every word, and its singular where that is another."""
    words = dict.fromkeys(word for text in texts for word in words_of(text))
    return " ".join(words | dict.fromkeys(singulars(words)))


def _code_parts(codes: Iterable[str]) -> dict[str, None]:
    """A code from each of its parts on, so that one may begin in the middle: bh77x and 77x of "BH-77x"."""
    found: dict[str, None] = {}
    for code in codes:
        parts = words_of(fold(code))
        for start in range(len(parts)):
            found["".join(parts[start:])] = None
    return found
