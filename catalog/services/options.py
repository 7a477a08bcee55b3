"""Options of a product, and which variant stands for which combination of their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from catalog.models import OptionValue, Product, ProductOption, Variant, VariantOption
from catalog.selectors.variants import options_of
from catalog.services.checks import checked
from shop.common.errors import InvalidInput

TITLE_LENGTH = 255
SPARE = "-"

Combination = Mapping[str, str]


def set_options(product: Product, combinations: Mapping[int, Combination]) -> bool:
    """A step: give variants (by id) their combinations; the product is locked. True when that changed something.

    Raises InvalidInput when two variants would have the same one, or one lacks an option others have.
    """
    variants = list(
        product.variants.filter(archived_at=None).prefetch_related("chosen__option", "chosen__value").order_by("pk")
    )
    present = {variant.pk: options_of(variant) for variant in variants}
    wanted = {pk: combinations.get(pk, options) for pk, options in present.items()}
    _check(list(wanted.values()))
    changed = [v for v in variants if _differs(v, present[v.pk], wanted[v.pk])]
    if changed:
        _write(changed, {variant.pk: wanted[variant.pk] for variant in changed}, product)
    if any(present[variant.pk] for variant in changed):
        drop_unused(product)
    return bool(changed)


def arrange_options(product: Product, names: Sequence[str], *, renamed: Mapping[str, str]) -> bool:
    """A step before `set_options`: rename options and put them in order; the product is locked.

    `names` are all names in the new order. True when that changed something.
    """
    options = list(product.options.all())
    for option in options:
        option.name = renamed.get(option.name, option.name)
        checked(ProductOption, {"name": option.name})
        option.position = names.index(option.name) if option.name in names else len(names)
    before = dict(product.options.values_list("pk", "name"))
    if [o.name for o in sorted(options, key=lambda o: (o.position, o.pk))] == list(before.values()):
        return False
    # Two options may swap names: first nobody has either.
    for option in options:
        ProductOption.objects.filter(pk=option.pk).update(name=f"{SPARE}{option.pk}")
    ProductOption.objects.bulk_update(options, ["name", "position"])
    return True


def spare_key(variant: Variant) -> str:
    """A key no combination has: a variant without its place among the others must not stand in their way."""
    return f"{SPARE}{variant.sku}"


def drop_unused(product: Product) -> None:
    """A step: forget values no variant has any more, and options without values."""
    OptionValue.objects.filter(option__product=product, chosen_by=None).delete()
    product.options.filter(values=None).delete()


def combination_title(combination: Combination) -> str:
    return " / ".join(combination.values())


def _differs(variant: Variant, present: Combination, wanted: Combination) -> bool:
    is_titled = variant.title == combination_title(present)[:TITLE_LENGTH]
    return wanted != present or not is_titled or variant.options_key.startswith(SPARE)


def _write(variants: Sequence[Variant], wanted: Mapping[int, Combination], product: Product) -> None:
    values = _values(product, [wanted[variant.pk] for variant in variants])
    ids = [variant.pk for variant in variants if not variant.options_key.startswith(SPARE)]
    if ids:
        # Two variants may swap combinations: first nobody has either, then each gets its own.
        Variant.objects.filter(pk__in=ids).update(options_key=Concat(Value(SPARE), F("sku")))
        VariantOption.objects.filter(variant__in=ids).delete()
    chosen = []
    for variant in variants:
        pairs = [values[name, value] for name, value in wanted[variant.pk].items()]
        pairs.sort(key=lambda value: (value.option.position, value.option_id))
        variant.options_key = ",".join(str(pk) for pk in sorted(value.pk for value in pairs))
        variant.title = " / ".join(value.value for value in pairs)[:TITLE_LENGTH]
        chosen += [VariantOption(variant=variant, option_id=value.option_id, value=value) for value in pairs]
    VariantOption.objects.bulk_create(chosen)
    Variant.objects.bulk_update(variants, ["options_key", "title"])


def _values(product: Product, combinations: Sequence[Combination]) -> dict[tuple[str, str], OptionValue]:
    """The product's values by option name and value; what is missing is made, after what is there."""
    pairs = list(dict.fromkeys(pair for combination in combinations for pair in combination.items()))
    options = {option.name: option for option in product.options.all()}
    new = [name for name in dict.fromkeys(name for name, _value in pairs) if name not in options]
    for position, name in enumerate(new, start=_next(options.values())):
        options[name] = ProductOption.objects.create(product=product, name=name, position=position)
    values = _load_values(product)
    missing = [pair for pair in pairs if pair not in values]
    after = {option: _next(v for v in values.values() if v.option_id == option.pk) for option in options.values()}
    made = []
    for name, value in missing:
        option = options[name]
        made.append(OptionValue(option=option, value=value, position=after[option]))
        after[option] += 1
    OptionValue.objects.bulk_create(made)
    return _load_values(product) if made else values


def _load_values(product: Product) -> dict[tuple[str, str], OptionValue]:
    found = OptionValue.objects.filter(option__product=product).select_related("option")
    return {(value.option.name, value.value): value for value in found}


def _next(rows: Iterable[ProductOption | OptionValue]) -> int:
    return max((row.position for row in rows), default=-1) + 1


def _check(combinations: Sequence[Combination]) -> None:
    names = {name for combination in combinations for name in combination}
    for combination in combinations:
        for name, value in combination.items():
            checked(ProductOption, {"name": name})
            checked(OptionValue, {"value": value})
        missing = sorted(names - set(combination))
        if missing:
            raise InvalidInput(_("Every variant needs a value for “%(name)s”.") % {"name": missing[0]}, field="options")
    seen: set[frozenset[tuple[str, str]]] = set()
    for combination in combinations:
        key = frozenset(combination.items())
        if key in seen:
            raise InvalidInput(_same(combination), field="options")
        seen.add(key)


def _same(combination: Combination) -> str:
    if not combination:
        return str(_("A product without options has one variant. Name an option to tell variants apart."))
    return str(_("Two variants have the same choice: %(choice)s.") % {"choice": combination_title(combination)})
