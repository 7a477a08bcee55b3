"""Bodies of /api/auth/."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import User
from accounts.services.postal import POSTAL_FIELDS, PostalInput
from accounts.services.rules import PASSWORD_LENGTH
from shop.api.fields import FlagField, SecretField, TextField, TimeField
from shop.api.serializers import StrictSerializer

IDENTIFIERS = ("email", "username", "identifier")
LONGEST_IDENTIFIER = 254
CODE_LENGTH = 20
LONGEST_TOKEN = 2000  # an access token sent by mistake is a bad token, not a bad field


class EmailBody(StrictSerializer):
    email = TextField(max_length=LONGEST_IDENTIFIER)


class RegisterBody(EmailBody):
    password = SecretField(max_length=PASSWORD_LENGTH)
    username = TextField(max_length=30, required=False, allow_blank=True)
    first_name = TextField(max_length=80, required=False, allow_blank=True)
    last_name = TextField(max_length=80, required=False, allow_blank=True)


class LoginBody(StrictSerializer):
    """`email`, `username`, or `identifier` for either."""

    email = TextField(max_length=LONGEST_IDENTIFIER, required=False)
    username = TextField(max_length=LONGEST_IDENTIFIER, required=False)
    identifier = TextField(max_length=LONGEST_IDENTIFIER, required=False)
    password = SecretField(max_length=PASSWORD_LENGTH)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = [attrs[name] for name in IDENTIFIERS if name in attrs]
        if len(given) != 1:
            raise serializers.ValidationError(
                {"identifier": _("Send one of email, username or identifier.")}, code="required"
            )
        return {"identifier": given[0], "password": attrs["password"]}


class MfaBody(StrictSerializer):
    mfa_token = SecretField(max_length=600)
    code = SecretField(max_length=CODE_LENGTH)


class RefreshBody(StrictSerializer):
    """Needed unless the token is sent as Bearer."""

    refresh_token = SecretField(max_length=LONGEST_TOKEN, required=False)


class VerifyBody(EmailBody):
    code = SecretField(max_length=CODE_LENGTH)


class ResetBody(VerifyBody):
    new_password = SecretField(max_length=PASSWORD_LENGTH)


class ChangePasswordBody(StrictSerializer):
    current_password = SecretField(max_length=PASSWORD_LENGTH)
    new_password = SecretField(max_length=PASSWORD_LENGTH)


class ChangeEmailBody(StrictSerializer):
    new_email = TextField(max_length=LONGEST_IDENTIFIER)
    current_password = SecretField(max_length=PASSWORD_LENGTH)


class AccountSerializer(StrictSerializer):
    """An account as its owner sees it."""

    id = serializers.IntegerField(read_only=True)
    email = serializers.EmailField(read_only=True)
    username = TextField(max_length=30, required=False, allow_blank=True, allow_null=True)
    first_name = TextField(max_length=80, required=False, allow_blank=True)
    last_name = TextField(max_length=80, required=False, allow_blank=True)
    phone = TextField(max_length=32, required=False, allow_blank=True)
    role = serializers.SerializerMethodField()
    is_admin = serializers.BooleanField(source="is_superuser", read_only=True)
    is_staff = serializers.BooleanField(read_only=True)
    is_verified = serializers.BooleanField(read_only=True)
    created_at = TimeField(read_only=True)

    def get_role(self, user: User) -> str:
        """customer, staff or admin."""
        if user.is_superuser:
            return "admin"
        return "staff" if user.is_staff else "customer"


class UserSerializer(AccountSerializer):
    """An account as staff see it."""

    is_active = serializers.BooleanField(read_only=True)


class NewUserBody(RegisterBody):
    """An account that staff open for somebody."""

    phone = TextField(max_length=32, required=False, allow_blank=True)
    is_admin = FlagField(required=False, help_text="Only from an administrator.")


class TokenSerializer(serializers.Serializer[Any]):
    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    token_type = serializers.CharField(default="Bearer", read_only=True)
    expires_in = serializers.IntegerField(help_text="Seconds that the access token is good.")
    user = AccountSerializer()


class DetailSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField()


class AddressSerializer(StrictSerializer):
    """An entry of the address book. `true` makes it the default; another one takes over only by its own `true`."""

    id = serializers.CharField(source="public_id", read_only=True)
    full_name = TextField(max_length=120)
    company = TextField(max_length=120, required=False, allow_blank=True)
    line1 = TextField(max_length=200)
    line2 = TextField(max_length=200, required=False, allow_blank=True)
    city = TextField(max_length=120, required=False, allow_blank=True)
    region = TextField(max_length=120, required=False, allow_blank=True)
    postcode = TextField(max_length=20, required=False, allow_blank=True)
    country = TextField(max_length=2, help_text="ISO 3166-1, two letters.")
    phone = TextField(max_length=32, required=False, allow_blank=True)
    is_default_shipping = FlagField(required=False)
    is_default_billing = FlagField(required=False)


def postal_of(values: dict[str, Any]) -> PostalInput:
    """The address among checked values."""
    return PostalInput(**{name: values[name] for name in POSTAL_FIELDS if name in values})
