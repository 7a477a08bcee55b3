"""Stock in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from catalog.models import MovementKind, Stock
from catalog.services.checks import MOST_UNITS
from shop.api.fields import AskedFlagField, TextField, TimeField, WholeField
from shop.api.serializers import StrictSerializer


class InventorySerializer(StrictSerializer):
    """The counters of a variant. `available` = on hand − held − committed, never below zero."""

    variant_id = serializers.IntegerField(read_only=True)
    product_id = serializers.IntegerField(source="variant.product_id", read_only=True)
    sku = serializers.CharField(source="variant.sku", read_only=True)
    barcode = serializers.CharField(source="variant.barcode", read_only=True)
    name = serializers.CharField(source="variant.product.name", read_only=True)
    title = serializers.CharField(source="variant.title", read_only=True, help_text="The choice: “50 × 70 cm”.")
    on_hand = serializers.IntegerField(read_only=True)
    held = serializers.IntegerField(source="live_held", read_only=True)
    committed = serializers.IntegerField(read_only=True)
    available = serializers.SerializerMethodField()
    low = serializers.SerializerMethodField(help_text="Not more left to sell than `low_at`, or the shop's usual.")
    low_at = serializers.IntegerField(read_only=True, allow_null=True)
    tracked = serializers.BooleanField(read_only=True)
    allow_backorder = serializers.BooleanField(read_only=True)

    def get_available(self, stock: Any) -> int:
        return int(max(0, stock.on_hand - stock.live_held - stock.committed))

    def get_low(self, stock: Any) -> bool:
        return bool(not stock.is_unlimited and stock.on_hand - stock.committed <= stock.low_from)


class InventoryBody(InventorySerializer):
    """`stock_quantity`, what was counted; or `adjust` by so many, with a `reason`."""

    stock_quantity = WholeField(min_value=0, max_value=MOST_UNITS, required=False)
    adjust = WholeField(min_value=-MOST_UNITS, max_value=MOST_UNITS, required=False)
    reason = TextField(max_length=200, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "stock_quantity" in attrs and "adjust" in attrs:
            raise serializers.ValidationError({"adjust": [_("Send either this or stock_quantity.")]})
        if "adjust" in attrs and not attrs.get("reason"):
            raise serializers.ValidationError({"reason": [_("Say why.")]}, code="required")
        return attrs


class InventoryFilter(serializers.Serializer[Stock]):
    search = TextField(max_length=100, required=False, help_text="SKU or barcode from its start, or part of the name.")
    product_id = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    low = AskedFlagField()


class MovementSerializer(serializers.Serializer[Any]):
    """One change, never altered: the sums of all are the counters."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=MovementKind.choices)
    on_hand_change = serializers.IntegerField()
    held_change = serializers.IntegerField()
    committed_change = serializers.IntegerField()
    reason = serializers.CharField()
    reference = serializers.CharField(help_text="The order's number, a cart's line.")
    actor_id = serializers.IntegerField(allow_null=True)
    actor = serializers.SerializerMethodField()
    created_at = TimeField()

    def get_actor(self, movement: Any) -> str:
        return movement.actor.display_name if movement.actor else ""
