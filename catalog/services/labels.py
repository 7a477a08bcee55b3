"""Brands and tags."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from catalog.models import Brand, Product, Tag
from catalog.services.changes import record_change
from catalog.services.checks import checked
from catalog.services.slugs import make_slug, slug_problem
from shop.common.errors import InvalidInput

Label = TypeVar("Label", Brand, Tag)


def save_label(label: Label, *, name: str, slug: str = "") -> Label:
    """A step: write a brand or a tag, new or not. A blank `slug` is made from the name. Raises InvalidInput."""
    label.name = checked(type(label), {"name": name})["name"]
    label.slug = _slug(label, slug.strip())
    label.save()
    record_change(_products_of(label))
    return label


def drop_label(label: Brand | Tag) -> None:
    """A step: delete it; its products lose it."""
    products = _products_of(label)
    label.delete()
    record_change(products)


def label_named(model: type[Label], name: str) -> Label:
    """A step: the brand or tag of that name, whatever the case, made when there is none."""
    found = model.objects.filter(name__iexact=name.strip()).order_by("pk")
    # MariaDB's collation finds "Rose" for "Rosé" too.
    same = (label for label in found if label.name.casefold() == name.strip().casefold())
    return next(same, None) or save_label(model(), name=name)


def tags_named(names: Iterable[str]) -> list[Tag]:
    """A step: the tags of those names, in order; what is missing is made."""
    return [label_named(Tag, name) for name in dict.fromkeys(names)]


def _slug(label: Brand | Tag, slug: str) -> str:
    others = type(label).objects.exclude(pk=label.pk)
    if not slug:
        return make_slug(label.name, is_taken=lambda s: others.filter(slug=s).exists(), fallback="label")
    problem = slug_problem(slug)
    if not problem and others.filter(slug=slug).exists():
        problem = _("Another one has this slug.")
    if problem:
        raise InvalidInput(problem, field="slug")
    return slug


def _products_of(label: Brand | Tag) -> list[int]:
    if label.pk is None:
        return []
    found = Product.objects.filter(brand=label) if isinstance(label, Brand) else label.products.all()
    return list(found.values_list("pk", flat=True))
