"""The part of a product that stands on its first line: title, words, category, brand, tags, status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from catalog.models import ProductStatus
from catalog.services.importing.columns import Header
from catalog.services.importing.remarks import BadValue, Remark
from catalog.services.importing.rows import Row
from catalog.services.importing.values import as_bool, as_text
from catalog.services.inputs import ProductFields
from catalog.services.texts import stored_text
from shop.common.text import LONGEST_TEXT

T = TypeVar("T")

NAME_LENGTH = 200
LABEL_LENGTH = 120
SEO_TITLE_LENGTH, SEO_DESCRIPTION_LENGTH = 200, 320
STATUSES = {
    "": ProductStatus.ACTIVE,
    "active": ProductStatus.ACTIVE,
    "draft": ProductStatus.DRAFT,
    "unlisted": ProductStatus.DRAFT,
    "archived": ProductStatus.ARCHIVED,
}


@dataclass
class ProductPart:
    """What the first line says; `remarks` name each part of it that was left out."""

    row: Row
    header: Header
    fields: ProductFields = field(default_factory=ProductFields)
    category: tuple[str, ...] | None = None
    brand: str | None = None
    tags: tuple[str, ...] | None = None
    remarks: list[Remark] = field(default_factory=list)

    def attempt(self, read: Callable[[], T]) -> T | None:
        """What `read` makes of a part; None and a remark when it cannot be used."""
        try:
            return read()
        except BadValue as bad:
            self.remarks.append(Remark(self.row.line, f"left out: {bad}"))
            return None

    def text(self, column: str, *, longest: int, what: str) -> str | None:
        """A column's text; None when the file does not have it, or it cannot be used."""
        if not self.header.has(column):
            return None
        return self.attempt(lambda: as_text(self.row.get(column), longest=longest, what=what))


def parse_product_fields(row: Row, header: Header) -> ProductPart:
    """Raises BadValue when the title cannot be used: then there is no product."""
    part = ProductPart(row, header)
    part.fields["name"] = " ".join(as_text(row.get("title"), longest=NAME_LENGTH, what="title").split())
    if (description := part.text("description", longest=LONGEST_TEXT, what="description")) is not None:
        part.fields["description"] = stored_text(description)
    if (title := part.text("seo_title", longest=SEO_TITLE_LENGTH, what="SEO title")) is not None:
        part.fields["seo_title"] = title
    if (text := part.text("seo_description", longest=SEO_DESCRIPTION_LENGTH, what="SEO description")) is not None:
        part.fields["seo_description"] = text
    part.brand = part.text("vendor", longest=LABEL_LENGTH, what="vendor")
    if (status := part.attempt(lambda: _status(row, header))) is not None:
        part.fields["status"] = status
    part.tags = part.attempt(lambda: _tags(row)) if header.has("tags") else None
    if header.has("type") or header.has("product_category"):
        part.category = part.attempt(lambda: _category(row))
    if row.get("status").casefold() == "unlisted":
        part.remarks.append(Remark(row.line, "unlisted, which this shop does not know: now a draft", is_problem=False))
    return part


def _status(row: Row, header: Header) -> str | None:
    """Published and active is shown, archived is archived, anything else is a draft."""
    if not (header.has("status") or header.has("published")):
        return None
    word = row.get("status").casefold()
    if word not in STATUSES:
        raise BadValue(f"status “{word[:20]}”: use active, draft or archived")
    is_published = not row.get("published") or as_bool(row.get("published"), what="published")
    return STATUSES[word] if is_published or word == "archived" else ProductStatus.DRAFT


def _tags(row: Row) -> tuple[str, ...]:
    names: dict[str, str] = {}
    for name in (" ".join(tag.split()) for tag in row.get("tags").split(",")):
        if name:
            names.setdefault(name.casefold(), as_text(name, longest=LABEL_LENGTH, what="tag"))
    return tuple(names.values())


def _category(row: Row) -> tuple[str, ...]:
    """The shop's own type; where there is none, the way through Shopify's categories."""
    names = (row.get("type"),) if row.get("type") else row.get("product_category").split(">")
    way = tuple(" ".join(name.split()) for name in names)
    return tuple(as_text(name, longest=LABEL_LENGTH, what="category") for name in way if name)
