"""What both making and changing a product do with its fields: check them, write tags and attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.models import Brand, Category, Product, ProductAttribute, Tag
from catalog.services.checks import checked
from catalog.services.inputs import ProductFields
from catalog.services.labels import label_named, tags_named
from catalog.services.slugs import make_slug, slug_problem
from catalog.services.tax_codes import tax_codes
from catalog.services.texts import stored_text
from shop.common.errors import InvalidInput, Message

SLUG_LENGTH = 200
PLAIN = ("name", "subtitle", "description", "tax_class", "status", "seo_title", "seo_description", "is_demo")


def checked_product(fields: ProductFields, *, product: Product | None = None) -> dict[str, Any]:
    """The columns to write, checked. Raises InvalidInput naming each field that cannot be used."""
    given = {key: value for key, value in fields.items() if key in PLAIN}
    values = checked(Product, given, required=() if product else ("name",))
    if "description" in values:
        values["description"] = stored_text(values["description"])
    if "slug" in fields or product is None:
        values["slug"] = _slug(fields.get("slug", "").strip(), values.get("name") or "", product)
    _check_references(fields)
    _check_tax_class(values, product or Product())
    values |= {key: value for key, value in fields.items() if key in ("category_id", "brand_id")}
    return values


def with_labels(fields: ProductFields) -> ProductFields:
    """A step: the same with the ids of brand and tags that were given by name; what is missing is made."""
    found = fields.copy()
    if "brand_name" in found:
        name = found.pop("brand_name")
        found["brand_id"] = label_named(Brand, name).pk if name else None
    if "tag_names" in found:
        found["tag_ids"] = [tag.pk for tag in tags_named(found.pop("tag_names"))]
    return found


def write_tags(product: Product, tag_ids: Sequence[int]) -> bool:
    """A step: set the product's tags. True when that changed something."""
    wanted, present = set(tag_ids), set(product.tags.values_list("pk", flat=True))
    product.tags.set(wanted)
    return wanted != present


def write_attributes(product: Product, attributes: Sequence[tuple[str, str]]) -> bool:
    """A step: set the product's attributes, in order. True when that changed something."""
    pairs = [(name.strip(), value.strip()) for name, value in attributes]
    for name, value in pairs:
        checked(ProductAttribute, {"name": name, "value": value})
    if len({name for name, _value in pairs}) < len(pairs):
        raise InvalidInput(_("Each attribute can be named once."), field="attributes")
    if pairs == list(product.attributes.values_list("name", "value")):
        return False
    product.attributes.all().delete()
    rows = [ProductAttribute(product=product, name=n, value=v, position=i) for i, (n, v) in enumerate(pairs)]
    ProductAttribute.objects.bulk_create(rows)
    return True


def _slug(slug: str, name: str, product: Product | None) -> str:
    others = Product.objects.exclude(pk=product.pk) if product else Product.objects.all()
    if not slug:
        text = name or (product.name if product else "")
        return make_slug(text, is_taken=lambda s: others.filter(slug=s).exists(), fallback="product")
    problem = slug_problem(slug)
    if len(slug) > SLUG_LENGTH:
        problem = _("Use at most %(count)d characters.") % {"count": SLUG_LENGTH}
    if not problem and others.filter(slug=slug).exists():
        problem = _("Another product has this address.")
    if problem:
        raise InvalidInput(problem, field="slug")
    return slug


def _check_tax_class(values: Mapping[str, Any], product: Product) -> None:
    """A class that nobody has set rates for would be sold without tax. What stands there may stay."""
    code = values.get("tax_class", product.tax_class)
    if code != product.tax_class and code not in (codes := tax_codes()):
        words = {"codes": ", ".join(sorted(codes))}
        raise InvalidInput(_("There is no such tax class. Take one of these: %(codes)s.") % words, field="tax_class")


def _check_references(fields: ProductFields) -> None:
    problems: dict[str, list[Message]] = {}
    category_id, brand_id = fields.get("category_id"), fields.get("brand_id")
    if category_id is not None and not Category.objects.filter(pk=category_id).exists():
        problems["category_id"] = [_("There is no such category.")]
    if brand_id is not None and not Brand.objects.filter(pk=brand_id).exists():
        problems["brand_id"] = [_("There is no such brand.")]
    tag_ids = set(fields.get("tag_ids", ()))
    if Tag.objects.filter(pk__in=tag_ids).count() < len(tag_ids):
        problems["tag_ids"] = [_("There is no such tag.")]
    if problems:
        raise InvalidInput(fields=problems)
