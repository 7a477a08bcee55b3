"""Reviews in the API."""

from __future__ import annotations

from rest_framework import serializers

from catalog.models import ReviewStatus
from catalog.services.review_product import LONGEST_COMMENT, LONGEST_TITLE
from shop.api.fields import TextField, TimeField, WholeField
from shop.api.serializers import StrictSerializer


class ReviewSerializer(StrictSerializer):
    """What a customer said. It is shown to others once staff approved it."""

    id = serializers.CharField(source="public_id", read_only=True)
    rating = WholeField(min_value=1, max_value=5)
    title = TextField(max_length=LONGEST_TITLE, required=False, allow_blank=True)
    comment = TextField(max_length=LONGEST_COMMENT, required=False, allow_blank=True)
    author_name = serializers.CharField(read_only=True)
    verified_purchase = serializers.BooleanField(read_only=True)
    status = serializers.ChoiceField(choices=ReviewStatus.choices, read_only=True)
    created_at = TimeField(read_only=True)


class ReviewQuery(serializers.Serializer[None]):
    rating = serializers.IntegerField(min_value=1, max_value=5, required=False, help_text="Only those with so many.")
