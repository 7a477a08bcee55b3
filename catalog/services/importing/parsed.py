"""What the file says of a product. Keys and parts that are not there are not touched in the shop."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalog.services.inputs import ProductFields, VariantFields


@dataclass(frozen=True, kw_only=True)
class ParsedImage:
    line: int
    url: str
    alt: str = ""
    position: int | None = None


@dataclass(frozen=True, kw_only=True)
class ParsedVariant:
    """`image_url` is meant to be one of the product's."""

    line: int
    fields: VariantFields
    image_url: str = ""

    @property
    def options(self) -> dict[str, str]:
        return dict(self.fields.get("options", {}))

    @property
    def sku(self) -> str:
        return self.fields.get("sku", "")

    @property
    def title(self) -> str:
        return ", ".join(self.options.values()) or self.sku or "without options"


@dataclass(frozen=True, kw_only=True)
class ParsedProduct:
    """`category` is the way from the root, `brand` and `tags` are names; None where the file has no such column."""

    line: int
    slug: str
    fields: ProductFields
    category: tuple[str, ...] | None = None
    brand: str | None = None
    tags: tuple[str, ...] | None = None
    variants: list[ParsedVariant] = field(default_factory=list)
    images: list[ParsedImage] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.fields["name"]
