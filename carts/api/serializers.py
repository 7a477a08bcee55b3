"""Bodies of /api/cart/."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from catalog.api.serializers.products import ProductImageSerializer
from shop.api.fields import MoneyField, SignedMoneyField, TextField, TimeField, WholeField
from shop.api.serializers import StrictSerializer

LARGEST_ID = 2**63 - 1
LONGEST_CODE = 40


class VariantShown(StrictSerializer):
    """What a line is about."""

    id = serializers.CharField(read_only=True)
    product_id = serializers.IntegerField(read_only=True)
    variant_id = serializers.IntegerField(read_only=True)
    sku = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    options = serializers.DictField(
        child=serializers.CharField(), read_only=True, help_text="What was chosen: {“Size”: “30 × 40 cm”}."
    )
    image = ProductImageSerializer(read_only=True, allow_null=True)


class LineSerializer(VariantShown):
    """A line of a cart. Only its quantity can be changed."""

    quantity = WholeField(min_value=0, help_text="0 removes the line.")
    unit_price = MoneyField(read_only=True)
    discount = MoneyField(read_only=True)
    line_total = MoneyField(read_only=True, help_text="Less the discount.")
    available = serializers.IntegerField(
        read_only=True, help_text="What this cart can have in all, within the limit a line."
    )
    held_until = TimeField(read_only=True, allow_null=True, help_text="Until then it is kept; null: it is not.")


class SavedSerializer(VariantShown):
    quantity = WholeField(read_only=True)
    unit_price = MoneyField(read_only=True, help_text="Today's.")
    saved_at = TimeField(read_only=True)


class StepSerializer(serializers.Serializer[Any]):
    """One step from nothing to the total; all amounts add up to it."""

    kind = serializers.CharField()
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    amount = SignedMoneyField()


class NoticeSerializer(serializers.Serializer[Any]):
    """Something to look at before ordering."""

    code = serializers.CharField()
    item_id = serializers.CharField(allow_blank=True)
    detail = serializers.CharField()


class CartSerializer(StrictSerializer):
    """A cart with its prices. Only where it goes and how can be changed."""

    id = serializers.CharField(read_only=True, allow_null=True, help_text="null while there is no cart.")
    items = LineSerializer(many=True, read_only=True)
    item_count = serializers.IntegerField(read_only=True)
    subtotal = MoneyField(read_only=True)
    discount = MoneyField(read_only=True)
    shipping = MoneyField(read_only=True)
    tax = MoneyField(read_only=True, help_text="Within the total, or part of the sum: see prices_include_tax.")
    total = MoneyField(read_only=True)
    currency = serializers.CharField(read_only=True)
    prices_include_tax = serializers.BooleanField(read_only=True)
    steps = StepSerializer(many=True, read_only=True)
    coupon = serializers.CharField(read_only=True, allow_null=True)
    country = TextField(max_length=2, required=False, help_text="ISO 3166-1, two letters.")
    region = TextField(max_length=120, required=False, allow_blank=True)
    postcode = TextField(max_length=20, required=False, allow_blank=True)
    shipping_method = TextField(max_length=LONGEST_CODE, required=False, allow_null=True)
    holds_expire_at = TimeField(read_only=True, allow_null=True)
    can_extend = serializers.BooleanField(read_only=True)
    notices = NoticeSerializer(many=True, read_only=True)


class ItemInCartSerializer(LineSerializer):
    """The line, and the cart as it is with it."""

    cart = CartSerializer(read_only=True)


class CountSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()


class AddBody(StrictSerializer):
    """`variant_id`, or `product_id` for the variant in the cart, else the first of which there is enough."""

    variant_id = WholeField(min_value=1, max_value=LARGEST_ID, required=False)
    product_id = WholeField(min_value=1, max_value=LARGEST_ID, required=False)
    quantity = WholeField(min_value=1, default=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "variant_id" not in attrs and "product_id" not in attrs:
            raise serializers.ValidationError(
                {"variant_id": _("Say which: variant_id or product_id.")}, code="required"
            )
        return attrs


class CouponBody(StrictSerializer):
    code = TextField(max_length=200)
