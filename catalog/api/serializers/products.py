"""What a product looks like in the API, and what may be written of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from catalog.models import ProductStatus
from catalog.services.checks import MOST_UNITS
from shop.api.fields import FlagField, MoneyField, TextField, TimeField, WholeField
from shop.api.serializers import StrictSerializer
from shop.common.text import LONGEST_TEXT

MOST_VARIANTS = 250
MOST_OPTIONS = 10
LONGEST_OPTION = 80
MOST_LABELS = 50
MOST_FACTS = 100


class ProductImageSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    url = serializers.URLField(read_only=True)
    thumbnail = serializers.URLField(read_only=True, help_text="WebP, 480 pixels wide.")
    alt = serializers.CharField(read_only=True)
    width = serializers.IntegerField(read_only=True, allow_null=True)
    height = serializers.IntegerField(read_only=True, allow_null=True)
    position = serializers.IntegerField(read_only=True)


class CategoryLinkSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(read_only=True)
    slug = serializers.CharField(read_only=True)
    path = serializers.CharField(read_only=True, help_text="The slugs from the root.")


class LabelSerializer(StrictSerializer):
    """A brand or a tag. Written by its name; one that is new is made."""

    name = TextField(max_length=120)
    slug = TextField(max_length=120, required=False, help_text="As it is filtered by. Cannot be changed here.")


class OptionSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(read_only=True)
    values = serializers.ListField(child=serializers.CharField(), read_only=True)


class AttributeSerializer(StrictSerializer):
    name = TextField(max_length=80)
    value = TextField(max_length=400)


class StockSumSerializer(StrictSerializer):
    """The counters as they were read; sent back, they say what `stock_quantity` was then, and are never written."""

    on_hand = WholeField()
    held = WholeField()
    committed = WholeField()
    available = WholeField()


class StockSerializer(StockSumSerializer):
    tracked = FlagField()
    allow_backorder = FlagField()
    low_at = WholeField(allow_null=True)


class VariantSerializer(StrictSerializer):
    """Something to buy. Written without `id` it is new; `stock_quantity` shows what is available now, and written
    means on hand."""

    id = WholeField(required=False, min_value=1)
    sku = TextField(max_length=64, required=False, allow_blank=True)
    barcode = TextField(max_length=64, required=False, allow_blank=True)
    title = serializers.CharField(read_only=True)
    options = serializers.DictField(child=TextField(max_length=120), required=False, help_text='{"Size": "50 × 70 cm"}')
    price = MoneyField(required=False)
    compare_at_price = MoneyField(required=False, allow_null=True)
    stock_quantity = WholeField(required=False, min_value=0, max_value=MOST_UNITS)
    in_stock = serializers.BooleanField(read_only=True)
    weight_grams = WholeField(required=False, min_value=0, max_value=MOST_UNITS)
    requires_shipping = FlagField(required=False)
    is_active = FlagField(required=False, help_text="Whether it is for sale.")
    position = WholeField(required=False, min_value=0, max_value=MOST_UNITS)
    image_id = WholeField(required=False, allow_null=True, min_value=1)
    image = ProductImageSerializer(read_only=True, allow_null=True)
    stock = StockSerializer(required=False, allow_null=True, help_text="Shown to staff.")
    tracked = FlagField(write_only=True, required=False, help_text="Whether its stock is counted.")
    allow_backorder = FlagField(write_only=True, required=False)
    low_at = WholeField(write_only=True, required=False, allow_null=True, min_value=0, max_value=MOST_UNITS)

    def to_internal_value(self, data: Any) -> Any:
        self.shown = self._present(data)
        return super().to_internal_value(data)

    def validate_options(self, options: dict[str, str]) -> dict[str, str]:
        if len(options) > MOST_OPTIONS:
            raise serializers.ValidationError(_("At most %(most)d options.") % {"most": MOST_OPTIONS})
        name = TextField(max_length=LONGEST_OPTION)
        return {name.run_validation(key): value for key, value in options.items()}

    def _present(self, data: Any) -> dict[str, Any] | None:
        """The variant of that id as the product shows it."""
        product = getattr(self.root, "instance", None)
        wanted = data.get("id") if isinstance(data, dict) else None
        variants = product["variants"] if isinstance(product, dict) else []
        return next((variant for variant in variants if variant["id"] == wanted), None)

    def _is_present_value(self, field: serializers.Field[Any, Any, Any, Any], value: Any) -> bool:
        return self.shown is not None and is_shown(field, self.shown, value)


class ProductSerializer(StrictSerializer):
    """A product. `price` is that of its cheapest variant, `stock_quantity` what is available now in all."""

    id = WholeField(read_only=True)
    slug = TextField(max_length=200, required=False, allow_blank=True)
    name = TextField(max_length=200, required=False)
    subtitle = TextField(max_length=120, required=False, allow_blank=True)
    description = TextField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    status = serializers.ChoiceField(choices=ProductStatus.choices, required=False)
    url = serializers.URLField(read_only=True, help_text="Its page in the shop.")
    price = MoneyField(required=False)
    price_to = MoneyField(read_only=True, help_text="That of the dearest variant.")
    compare_at_price = MoneyField(required=False, allow_null=True)
    currency = serializers.CharField(read_only=True)
    on_sale = serializers.BooleanField(read_only=True)
    stock_quantity = WholeField(required=False, min_value=0, max_value=MOST_UNITS)
    in_stock = serializers.BooleanField(read_only=True)
    category_id = WholeField(required=False, allow_null=True, min_value=1)
    category = CategoryLinkSerializer(read_only=True, allow_null=True)
    category_path = CategoryLinkSerializer(many=True, read_only=True, help_text="From the root.")
    brand = LabelSerializer(required=False, allow_null=True)
    tags: Any = serializers.ListSerializer(child=LabelSerializer(), required=False, max_length=MOST_LABELS)
    rating = serializers.FloatField(read_only=True, allow_null=True)
    review_count = serializers.IntegerField(read_only=True)
    tax_class = TextField(max_length=40, required=False)
    image = ProductImageSerializer(read_only=True, allow_null=True)
    images = ProductImageSerializer(many=True, read_only=True)
    options = OptionSerializer(many=True, read_only=True)
    attributes: Any = serializers.ListSerializer(child=AttributeSerializer(), required=False, max_length=MOST_FACTS)
    variants: Any = serializers.ListSerializer(child=VariantSerializer(), required=False, max_length=MOST_VARIANTS)
    stock = StockSumSerializer(required=False, allow_null=True, help_text="Shown to staff.")
    created_at = TimeField(read_only=True)
    updated_at = TimeField(read_only=True)

    def _is_present_value(self, field: serializers.Field[Any, Any, Any, Any], value: Any) -> bool:
        return isinstance(self.instance, dict) and is_shown(field, self.instance, value)


class NewProductSerializer(ProductSerializer):
    """With `price` and `stock_quantity` for one variant, or with `variants`."""

    name = TextField(max_length=200)


def is_shown(field: serializers.Field[Any, Any, Any, Any], values: dict[str, Any], value: Any) -> bool:
    """Whether `value` is what the field shows of `values`."""
    shown = field.get_attribute(values)
    return bool(value == (None if shown is None else field.to_representation(shown)))
