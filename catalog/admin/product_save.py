"""What the product's page collected, handed to the services' steps in one unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.admin.product_forms import ProductForm
from catalog.admin.variant_forms import VariantForm
from catalog.models import Product, Variant
from catalog.services.archive_variant import drop_variant
from catalog.services.create_product import add_product
from catalog.services.create_variant import add_variants
from catalog.services.editing import finish_edit, lock_product
from catalog.services.images import attach_image, change_image, drop_image, replace_file
from catalog.services.inputs import VariantFields
from catalog.services.options import arrange_options, set_options
from catalog.services.update_product import change_product
from catalog.services.update_variant import change_variant
from shop.common.errors import InvalidInput


@dataclass(frozen=True, kw_only=True)
class Collected:
    """The valid forms of the page."""

    form: ProductForm
    attributes: Any
    images: Any
    variants: Any
    actor_id: int | None


def save_product(collected: Collected) -> Product:
    """A step: make or change the product. Raises what the services raise."""
    form = collected.form
    fields = form.product_fields()
    fields["attributes"] = _attributes(collected.attributes)
    if not form.instance.pk:
        product, changed = add_product(fields), True
    else:
        seen = form.cleaned_data.get("seen_version")
        product = lock_product(form.instance.pk, with_stock=True, expected_versions=None if seen is None else [seen])
        changed = change_product(product, fields)
        changed |= arrange_options(product, form.cleaned_data["option_names"], renamed=form.renamed())
    changed |= _save_images(product, collected.images)
    changed |= _save_variants(product, collected.variants.forms, form.columns(), collected.actor_id)
    _refuse_unused(product, form.cleaned_data["option_names"])
    if changed:
        finish_edit(product)
    return product


def _refuse_unused(product: Product, names: Sequence[str]) -> None:
    unused = sorted(set(names) - set(product.options.values_list("name", flat=True)))
    if unused:
        raise InvalidInput(
            _("Give every variant a value for “%(name)s”, or leave the option away.") % {"name": unused[0]},
            field="option_names",
        )


def _attributes(formset: Any) -> list[tuple[str, str]]:
    kept = [form.cleaned_data for form in formset.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
    kept.sort(key=lambda data: data.get("position") or 0)
    return [(data["name"], data["value"]) for data in kept if data.get("name")]


def _save_images(product: Product, formset: Any) -> bool:
    # Fresh from the database: the forms' own already carry the files that were sent.
    rows = {image.pk: image for image in product.images.all()}
    changed = [form for form in formset.forms if form.has_changed()]
    for form in changed:
        row = rows.get(form.instance.pk)
        if row is None:
            attach_image(product, form.cleaned_data["file"], form.image_fields())
        elif form.cleaned_data.get("DELETE"):
            drop_image(row)
        else:
            change_image(row, form.image_fields())
            if "file" in form.changed_data:
                replace_file(row, form.cleaned_data["file"])
    return bool(changed)


def _save_variants(
    product: Product, forms: Sequence[VariantForm], columns: Sequence[str], actor_id: int | None
) -> bool:
    known = {form.instance.pk: form for form in forms if form.instance.pk}
    changed = False
    combinations = {}
    for variant in Variant.objects.filter(product=product, pk__in=known).select_related("product"):
        form = known[variant.pk]
        if form.cleaned_data.get("archive"):
            changed |= drop_variant(variant)
            continue
        combinations[variant.pk] = form.options(columns)
        changed |= form.has_changed() and change_variant(variant, form.variant_fields())
    new = [_new_fields(form, columns) for form in forms if not form.instance.pk and form.has_changed()]
    if new:
        add_variants(product, new, also=combinations, actor_id=actor_id)
    return set_options(product, combinations) or bool(new) or changed


def _new_fields(form: VariantForm, columns: Sequence[str]) -> VariantFields:
    fields = form.variant_fields()
    fields["options"] = form.options(columns)
    return fields
