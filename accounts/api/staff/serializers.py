"""Accounts as staff see them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.api.serializers import AccountSerializer
from shop.api.fields import AskedFlagField, FlagField, TextField, TimeField
from shop.api.serializers import StrictSerializer

ROLES = [("customer", "customer"), ("staff", "staff"), ("admin", "admin")]


class UserQuery(serializers.Serializer[Any]):
    search = TextField(
        max_length=200,
        required=False,
        allow_blank=True,
        help_text="E-mail, username, name or phone, each word anywhere in it.",
    )
    role = serializers.ChoiceField(choices=ROLES, required=False)
    is_active = AskedFlagField()
    is_verified = AskedFlagField()
    since = TimeField(required=False, help_text="Joined then or later.")


class UserRow(AccountSerializer):
    is_active = serializers.BooleanField(read_only=True)
    last_login = TimeField(read_only=True, allow_null=True)


class ToggleBody(StrictSerializer):
    """Without `is_active` it is turned around."""

    is_active = FlagField(required=False)
