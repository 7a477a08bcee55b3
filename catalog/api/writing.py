"""From a checked body to what the catalogue's services take.

`stock_quantity` shows what is available now, and written means what is on hand. So that a PUT of what a GET gave
changes nothing, a quantity that only repeats what was shown is not written: shown then, as `stock` beside it says,
or else shown now in a PUT of a whole product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from catalog.models import Brand, Tag
from catalog.selectors.labels import names_by_slug
from catalog.services.edit_product import ProductEdit, VariantEdit
from catalog.services.inputs import ProductFields, VariantFields
from shop.api.conditional import wanted_versions
from shop.api.serializers import READ_ONLY
from shop.common.errors import Forbidden, InvalidInput

Values = dict[str, Any]
PLAIN = ("name", "slug", "subtitle", "description", "status", "tax_class", "category_id")
OF_THE_VARIANT = ("price", "compare_at_price")
REASON = _("Written by API")


@dataclass(frozen=True, kw_only=True)
class Change:
    """A body with what the product shows now; `is_whole` for a PUT."""

    body: Values
    shown: Values
    is_whole: bool

    @property
    def repeats_shown(self) -> bool:
        """Whether this looks like what a GET gave."""
        return self.is_whole and "updated_at" in self.body


def new_product(body: Values) -> tuple[ProductFields, list[VariantFields]]:
    """Raises InvalidInput unless there is a price, or variants."""
    given = body.get("variants")
    if given is None:
        if "price" not in body:
            raise InvalidInput(_("This is needed, or variants with prices."), field="price")
        only = {name: body[name] for name in (*OF_THE_VARIANT, "stock_quantity") if name in body}
        return product_fields(body), [cast("VariantFields", only)]
    problems = {f"variants.{n}.id": [_("A new variant has none.")] for n, each in enumerate(given) if "id" in each}
    if "stock_quantity" in body:
        problems["stock_quantity"] = [_("Give the stock of each variant.")]
    if problems:
        raise InvalidInput(fields=problems)
    usual = {name: body[name] for name in OF_THE_VARIANT if name in body}
    return product_fields(body), [cast("VariantFields", usual | variant_fields(each)) for each in given]


def edit_of(request: Request, change: Change) -> ProductEdit:
    """Raises ValidationError for what belongs to one of several variants, Forbidden for who may not change stock."""
    variants = _variant_edits(change)
    if any("stock_quantity" in each.fields for each in variants if each.id) and not _may_change_stock(request):
        raise Forbidden(_("You may not change stock. Leave stock_quantity away."))
    return ProductEdit(
        fields=product_fields(change.body),
        variants=variants,
        only_these=change.is_whole and "variants" in change.body,
        reason=str(REASON),
        actor_id=request.user.pk,
        expected_versions=wanted_versions(request),
    )


def product_fields(body: Values) -> ProductFields:
    fields: Values = {name: body[name] for name in PLAIN if name in body}
    if "brand" in body:
        fields["brand_name"] = _names(Brand, [body["brand"]], "brand")[0] if body["brand"] else None
    if "tags" in body:
        fields["tag_names"] = _names(Tag, body["tags"], "tags")
    if "attributes" in body:
        fields["attributes"] = [(each["name"], each["value"]) for each in body["attributes"]]
    return cast("ProductFields", fields)


def variant_fields(entry: Values) -> VariantFields:
    return cast("VariantFields", {name: entry[name] for name in VariantFields.__annotations__ if name in entry})


def _variant_edits(change: Change) -> list[VariantEdit]:
    edits = [_variant_edit(place, entry, change) for place, entry in enumerate(change.body.get("variants", ()))]
    own = _own_fields(change)
    if not own:
        return edits
    only = change.shown["variants"][0]
    for edit in edits:
        if edit.id == only["id"]:
            cast("Values", edit.fields).update({k: v for k, v in own.items() if not _says_otherwise(edit, only, k)})
            return edits
    return [*edits, VariantEdit(place=len(edits), id=only["id"], fields=cast("VariantFields", own))]


def _variant_edit(place: int, entry: Values, change: Change) -> VariantEdit:
    fields = variant_fields(entry)
    shown = next((each for each in change.shown["variants"] if each["id"] == entry.get("id")), None)
    if shown is not None and _is_repeated(entry, shown, change):
        fields.pop("stock_quantity", None)
    return VariantEdit(place=place, id=entry.get("id"), fields=fields)


def _own_fields(change: Change) -> Values:
    """What the product's own price and quantity mean for its only variant."""
    body, shown = change.body, change.shown
    own = {name: body[name] for name in OF_THE_VARIANT if name in body and body[name] != shown[name]}
    if "stock_quantity" in body and not _is_repeated(body, shown, change):
        own["stock_quantity"] = body["stock_quantity"]
    if own and len(shown["variants"]) > 1:
        text = _("This product has several variants. Write it at the variant.")
        raise ValidationError({name: [ErrorDetail(str(text), code=READ_ONLY)] for name in own})
    return own


def _is_repeated(sent: Values, shown: Values, change: Change) -> bool:
    if "stock_quantity" not in sent:
        return True
    if sent.get("stock"):
        return bool(sent["stock_quantity"] == sent["stock"]["available"])
    return change.repeats_shown and sent["stock_quantity"] == shown["stock_quantity"]


def _says_otherwise(edit: VariantEdit, shown: Values, name: str) -> bool:
    """Whether the variant itself was sent with another value than it shows."""
    sent = cast("Values", edit.fields)
    return name in sent and (name == "stock_quantity" or sent[name] != shown[name])


def _names(model: type[Brand] | type[Tag], labels: Sequence[Mapping[str, str]], field: str) -> list[str]:
    """Raises InvalidInput for a slug that no label has, or one of another name."""
    known = names_by_slug(model, [label["slug"] for label in labels if "slug" in label])
    for label in labels:
        if "slug" in label and known.get(label["slug"]) != label["name"]:
            raise InvalidInput(_("Nothing of this name has this slug. Leave the slug away to make it."), field=field)
    return [label["name"] for label in labels]


def _may_change_stock(request: Request) -> bool:
    return bool(request.user.has_perm("catalog.change_stock"))
