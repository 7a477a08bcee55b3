"""Categories in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from shop.api.fields import FlagField, TextField, WholeField
from shop.api.serializers import StrictSerializer
from shop.common.text import LONGEST_TEXT

CHILDREN = {"type": "array", "items": {"$ref": "#/components/schemas/Category"}}


class CategorySerializer(StrictSerializer):
    """A category with what is below it."""

    id = serializers.IntegerField(read_only=True)
    name = TextField(max_length=120, required=False)
    slug = TextField(max_length=120, required=False, allow_blank=True)
    path = serializers.CharField(read_only=True, help_text="The slugs from the root.")
    parent_id = WholeField(required=False, allow_null=True, min_value=1)
    description = TextField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    is_active = FlagField(required=False, help_text="Whether it is shown in the shop.")
    image = serializers.URLField(read_only=True, allow_null=True)
    product_count = serializers.IntegerField(read_only=True, help_text="Shown in the shop, in it and below it.")
    children = serializers.SerializerMethodField()

    @extend_schema_field(CHILDREN)
    def get_children(self, category: Any) -> Any:
        return CategorySerializer(category["children"], many=True).data

    def _is_present_value(self, field: serializers.Field[Any, Any, Any, Any], value: Any) -> bool:
        if self.instance is None:
            return False
        return bool(value == self.to_representation(self.instance)[str(field.field_name)])


class NewCategorySerializer(CategorySerializer):
    name = TextField(max_length=120)
