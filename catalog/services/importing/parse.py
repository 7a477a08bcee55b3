"""A product's records as a product. Pure: no database, no network.

Every record is used, or has a remark that says why it, or a part of it, was not.
"""

from __future__ import annotations

from collections.abc import Sequence

from catalog.services.importing.columns import Header
from catalog.services.importing.grouping import group_key
from catalog.services.importing.handles import handle_slug
from catalog.services.importing.parse_fields import parse_product_fields
from catalog.services.importing.parse_variants import Counting, is_variant_row, option_names, parse_variant
from catalog.services.importing.parsed import ParsedImage, ParsedProduct, ParsedVariant
from catalog.services.importing.remarks import BadValue, Remark
from catalog.services.importing.rows import Row
from catalog.services.importing.values import WHOLE, as_address, as_text

ALT_LENGTH = 300
TRUE = ("true", "yes", "1")


def parse_product(rows: Sequence[Row], header: Header, counting: Counting) -> tuple[ParsedProduct | None, list[Remark]]:
    """The product of `rows`, which share a handle; None when it cannot be imported at all."""
    try:
        lead = _lead(rows)
        part = parse_product_fields(lead, header)
        names = option_names([row for row in rows if is_variant_row(row)])
    except BadValue as bad:
        return None, _all_of(rows, str(bad))
    variants, variant_remarks = _variants(rows, header, names, counting)
    images, image_remarks = _images(rows)
    remarks = [*part.remarks, *variant_remarks, *image_remarks, *_lead_remarks(rows, lead)]
    if not variants:
        return None, _none_left(rows, lead, remarks)
    product = ParsedProduct(
        line=lead.line,
        slug=handle_slug(group_key(lead)),
        fields=part.fields,
        category=part.category,
        brand=part.brand,
        tags=part.tags,
        variants=variants,
        images=images,
    )
    return product, sorted(remarks, key=lambda remark: remark.line)


def _lead(rows: Sequence[Row]) -> Row:
    """The line that has the title and with it everything about the product as a whole."""
    lead = next((row for row in rows if row.get("title")), None)
    if lead is None:
        raise BadValue("no line of this handle has a title")
    if any(row.get("gift_card").casefold() in TRUE for row in rows):
        raise BadValue("a gift card: this shop makes its own, it does not import them")
    return lead


def _variants(
    rows: Sequence[Row], header: Header, names: dict[int, str], counting: Counting
) -> tuple[list[ParsedVariant], list[Remark]]:
    variants: list[ParsedVariant] = []
    remarks: list[Remark] = []
    lines: dict[object, int] = {}
    for row in filter(is_variant_row, rows):
        try:
            variant, said = parse_variant(row, header, names=names, counting=counting)
            _refuse_repeated(variant, lines)
        except BadValue as bad:
            remarks.append(Remark(row.line, f"variant not imported: {bad}"))
            continue
        variants.append(variant)
        remarks += said
        if row.get("taxable").casefold() in ("false", "no", "0"):
            remarks.append(Remark(row.line, "not taxed in the file: set the product’s tax class", is_problem=False))
    return variants, remarks


def _refuse_repeated(variant: ParsedVariant, lines: dict[object, int]) -> None:
    combination = frozenset(variant.options.items())
    if combination in lines:
        choice = ", ".join(variant.options.values()) or "a product without options has one variant"
        raise BadValue(f"the same as on line {lines[combination]} ({choice})")
    if variant.sku and variant.sku in lines:
        raise BadValue(f"SKU {variant.sku} is on line {lines[variant.sku]} too")
    lines[combination] = variant.line
    if variant.sku:
        lines[variant.sku] = variant.line


def _images(rows: Sequence[Row]) -> tuple[list[ParsedImage], list[Remark]]:
    """The product's pictures and its variants', each address once."""
    images: dict[str, ParsedImage] = {}
    remarks: list[Remark] = []
    for row in rows:
        for url, is_own in ((row.get("image_url"), True), (row.get("variant_image"), False)):
            if not url or url in images:
                remarks += _again(row, images.get(url))
                continue
            try:
                images[url] = _image(row, as_address(url), is_own=is_own)
            except BadValue as bad:
                remarks.append(Remark(row.line, f"left out: {bad}"))
    return list(images.values()), remarks


def _again(row: Row, known: ParsedImage | None) -> list[Remark]:
    """Some exports repeat the picture on each variant's line; a line for the picture alone deserves a word."""
    if known is None or known.line == row.line or is_variant_row(row) or row.get("title"):
        return []
    return [Remark(row.line, f"the picture of line {known.line} again", is_problem=False)]


def _image(row: Row, url: str, *, is_own: bool) -> ParsedImage:
    if not is_own:
        return ParsedImage(line=row.line, url=url)
    position = row.get("image_position")
    return ParsedImage(
        line=row.line,
        url=url,
        alt=as_text(row.get("image_alt"), longest=ALT_LENGTH, what="image alt text"),
        position=int(position) if WHOLE.fullmatch(position) and len(position) < 6 else None,
    )


def _lead_remarks(rows: Sequence[Row], lead: Row) -> list[Remark]:
    remarks = []
    for row in rows:
        if row is not lead and row.get("title") not in ("", lead.get("title")):
            text = f"another title for the same handle; the one of line {lead.line} is kept"
            remarks.append(Remark(row.line, text))
        elif row is not lead and not is_variant_row(row) and not (row.get("image_url") or row.get("variant_image")):
            remarks.append(Remark(row.line, "nothing to use here: no price, no option and no picture"))
    return remarks


def _all_of(rows: Sequence[Row], text: str) -> list[Remark]:
    return [Remark(row.line, f"not imported: {text}") for row in rows]


def _none_left(rows: Sequence[Row], lead: Row, remarks: list[Remark]) -> list[Remark]:
    """A product without a variant that can be bought: every one of its lines says so."""
    said = {remark.line for remark in remarks if remark.is_problem}
    reason = "not imported: no variant of this product can be used"
    if not any(is_variant_row(row) for row in rows):
        reason = "not imported: no line of this product has a price"
    more = [Remark(row.line, reason) for row in rows if row.line not in said]
    return sorted([*remarks, *more], key=lambda remark: remark.line)
