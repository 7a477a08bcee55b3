"""One's own account: who one is, the password, the address book."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import (
    AccountSerializer,
    AddressSerializer,
    ChangeEmailBody,
    ChangePasswordBody,
    DetailSerializer,
    postal_of,
)
from accounts.api.views.base import PrivateView, user_of
from accounts.browser import keep_session
from accounts.models import Address, TokenFamily
from accounts.selectors.addresses import address_of, addresses_of
from accounts.services.addresses import Defaults, create_address, delete_address, update_address
from accounts.services.change_email import EmailChange, request_email_change
from accounts.services.change_password import change_password
from accounts.services.update_profile import Profile, update_profile
from shop.api.schema import LOCATION, problems, sent
from shop.api.serializers import body_of, located
from shop.common.errors import NotFound

TAGS = ["auth"]
WHO = sent("Who I am", {"username": "ines", "first_name": "Ines", "last_name": "Albrecht", "phone": "+49 40 1234567"})
PHONE = sent("Another number", {"phone": "+49 40 7654321"})
NEW_PASSWORD = sent("A new one", {"current_password": "TestPass123", "new_password": "a longer, better one"})
NEW_EMAIL = sent("Another address", {"new_email": "ines@example.org", "current_password": "TestPass123"})
HOME = sent(
    "Home",
    {
        "full_name": "Ines Albrecht",
        "line1": "Hafenstraße 12",
        "postcode": "20359",
        "city": "Hamburg",
        "country": "DE",
        "is_default_shipping": True,
    },
)


class MeView(PrivateView):
    serializer_class = AccountSerializer

    @extend_schema(tags=TAGS, summary="Who I am", responses={200: AccountSerializer, **problems(401)})
    def get(self, request: Request) -> Response:
        return Response(AccountSerializer(request.user).data)

    @extend_schema(
        tags=TAGS,
        summary="Change my account",
        request=AccountSerializer,
        responses={200: AccountSerializer, **problems(400, 401)},
        examples=[WHO],
    )
    def put(self, request: Request) -> Response:
        """What is left out stays as it is."""
        given = body_of(request, AccountSerializer, instance=request.user)
        present = {name: getattr(user_of(request), name) for name in Profile.__dataclass_fields__}
        profile = Profile(**{name: value or "" for name, value in (present | given).items()})
        return Response(AccountSerializer(update_profile(user_id=user_of(request).pk, profile=profile)).data)

    @extend_schema(
        tags=TAGS,
        summary="Change parts of my account",
        request=AccountSerializer,
        responses={200: AccountSerializer, **problems(400, 401)},
        examples=[PHONE],
    )
    def patch(self, request: Request) -> Response:
        """What is left out stays as it is."""
        return self.put(request)


class ChangePasswordView(PrivateView):
    @extend_schema(
        tags=TAGS,
        summary="Change my password",
        request=ChangePasswordBody,
        responses={204: None, **problems(400, 401, 429)},
        examples=[NEW_PASSWORD],
    )
    def post(self, request: Request) -> Response:
        """All other sessions and tokens end; the one that asks goes on."""
        body = body_of(request, ChangePasswordBody)
        user = change_password(**body, user=user_of(request), keep_family=_family_id(request))
        if not _family_id(request):
            keep_session(request._request, user)  # noqa: SLF001 - Django's request
        return Response(status=204)


class ChangeEmailView(PrivateView):
    @extend_schema(
        tags=TAGS,
        summary="Change my address",
        request=ChangeEmailBody,
        responses={202: DetailSerializer, **problems(400, 401, 429)},
        examples=[NEW_EMAIL],
    )
    def post(self, request: Request) -> Response:
        """Mails a code to the new address. It counts once that code is given to `verify-email`; then all other
        sessions and tokens end, and the old address is told."""
        change = EmailChange(**body_of(request, ChangeEmailBody), family=_family_id(request))
        request_email_change(user=user_of(request), change=change)
        return Response({"detail": _("We have sent a code to the new address.")}, status=202)


class AddressesView(PrivateView, ListAPIView[Address]):
    serializer_class = AddressSerializer

    def get_queryset(self) -> QuerySet[Address]:
        return addresses_of(user_of(self.request).pk)

    @extend_schema(tags=TAGS, summary="My addresses", responses={200: AddressSerializer(many=True), **problems(401)})
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=TAGS,
        summary="Add an address",
        parameters=[LOCATION],
        request=AddressSerializer,
        responses={201: AddressSerializer, **problems(400, 401, 409)},
        examples=[HOME],
    )
    def post(self, request: Request) -> Response:
        """The first one is the default for both."""
        body = body_of(request, AddressSerializer)
        address = create_address(user_id=user_of(request).pk, data=postal_of(body), defaults=_defaults(body))
        answer = Response(AddressSerializer(address).data, status=201)
        return located(request, answer, at=f"auth/addresses/{address.public_id}")


class AddressView(PrivateView):
    @extend_schema(tags=TAGS, summary="An address", responses={200: AddressSerializer, **problems(401, 404)})
    def get(self, request: Request, public_id: str) -> Response:
        return Response(AddressSerializer(_own(request, public_id)).data)

    @extend_schema(
        tags=TAGS,
        summary="Change an address",
        request=AddressSerializer,
        responses={200: AddressSerializer, **problems(400, 401, 404)},
        examples=[HOME],
    )
    def put(self, request: Request, public_id: str) -> Response:
        """The whole address: what is left out is emptied."""
        body = body_of(request, AddressSerializer, instance=_own(request, public_id))
        address = update_address(
            user_id=user_of(request).pk, public_id=public_id, data=postal_of(body), defaults=_defaults(body)
        )
        return Response(AddressSerializer(address).data)

    @extend_schema(tags=TAGS, summary="Delete an address", responses={204: None, **problems(401, 404)})
    def delete(self, request: Request, public_id: str) -> Response:
        delete_address(user_id=user_of(request).pk, public_id=public_id)
        return Response(status=204)


def _family_id(request: Request) -> str:
    """The API sign-in that asks; "" for a session."""
    return request.auth.public_id if isinstance(request.auth, TokenFamily) else ""


def _own(request: Request, public_id: str) -> Address:
    address = address_of(user_of(request).pk, public_id)
    if address is None:
        raise NotFound
    return address


def _defaults(body: dict[str, bool]) -> Defaults:
    return Defaults(shipping=body.get("is_default_shipping", False), billing=body.get("is_default_billing", False))
