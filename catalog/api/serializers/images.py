"""Pictures as they are sent."""

from __future__ import annotations

from rest_framework import serializers

from catalog.services.checks import MOST_UNITS
from shop.api.fields import TextField, WholeField
from shop.api.serializers import StrictSerializer


class ImageForm(StrictSerializer):
    """multipart/form-data, where numbers are text."""

    alt = TextField(max_length=300, required=False, allow_blank=True, help_text="For those who cannot see it.")
    position = serializers.IntegerField(min_value=0, max_value=MOST_UNITS, required=False)


class NewImageBody(ImageForm):
    file = serializers.FileField(help_text="JPEG, PNG, WebP, AVIF or GIF, up to 20 MB and 40 million pixels.")


class ImageBody(StrictSerializer):
    alt = TextField(max_length=300, required=False, allow_blank=True)
    position = WholeField(min_value=0, max_value=MOST_UNITS, required=False)
