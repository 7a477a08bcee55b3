"""Opening an account, signing in, renewing tokens, signing out."""

from __future__ import annotations

from django.contrib.auth import logout
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import bearer_token
from accounts.api.serializers import (
    AccountSerializer,
    DetailSerializer,
    LoginBody,
    MfaBody,
    RefreshBody,
    RegisterBody,
    TokenSerializer,
)
from accounts.api.views.base import DoorView, PrivateView
from accounts.models import TokenFamily, User
from accounts.services.mfa_token import ask_for_second_factor, user_of_mfa_token
from accounts.services.register import Registration, register_user
from accounts.services.second_factor import check_second_factor
from accounts.services.sign_in import check_sign_in
from accounts.services.tokens import InvalidToken, TokenPair, issue_tokens, refresh_tokens, revoke_family
from accounts.services.verify_email import must_verify
from accounts.signals import signed_in_by_api
from shop.api.schema import problems, sent
from shop.api.serializers import body_of
from shop.observability.client import client_address

TAGS = ["auth"]
JOHN = sent("By e-mail", {"email": "john@test.com", "password": "TestPass123"})
SECOND = sent("A code of the app", {"mfa_token": "eyJ1c2VyIjo3fQ:1tKq3b:2v0g", "code": "123456"})
RENEW = sent("In the body", {"refresh_token": "q0bBPvIVZ3aYgC2bXq1u5QeT7dKx0mWn4sRj9fLh2cE"})


class RegisterView(DoorView):
    @extend_schema(
        tags=TAGS,
        summary="Open an account",
        request=RegisterBody,
        responses={201: AccountSerializer, 202: DetailSerializer, **problems(400, 429)},
        examples=[JOHN],
    )
    def post(self, request: Request) -> Response:
        """Mails a code to the address. Where that must be verified first, the answer is always the same 202."""
        registration = Registration(**body_of(request, RegisterBody))
        user = register_user(registration, client_address=client_address(request))
        if user is None or must_verify():
            return Response({"detail": _("We have sent you a mail. Please read it to go on.")}, status=202)
        return Response(AccountSerializer(user).data, status=201)


class LoginView(DoorView):
    @extend_schema(
        tags=TAGS,
        summary="Sign in",
        request=LoginBody,
        responses={200: TokenSerializer, **problems(400, 401, 403, 429)},
        examples=[JOHN],
    )
    def post(self, request: Request) -> Response:
        """Gives an access token and a refresh token. A guest's cart named by X-Cart-Token joins the customer's.

        Where a second factor is set up: 401 `mfa_required` with an `mfa_token` for `login/mfa`."""
        body = body_of(request, LoginBody)
        user = check_sign_in(**body, client_address=client_address(request))
        ask_for_second_factor(user)
        return _signed_in(request, user)


class LoginMfaView(DoorView):
    @extend_schema(
        tags=TAGS,
        summary="Sign in: the second step",
        request=MfaBody,
        responses={200: TokenSerializer, **problems(400, 401, 429)},
        examples=[SECOND],
    )
    def post(self, request: Request) -> Response:
        """For `mfa_required`: its `mfa_token`, good for five minutes, with a code of the authenticator app or a
        recovery code. Each code is good once."""
        body = body_of(request, MfaBody)
        user = user_of_mfa_token(body["mfa_token"])
        check_second_factor(user=user, code=body["code"])
        return _signed_in(request, user)


class RefreshView(DoorView):
    @extend_schema(
        tags=TAGS,
        summary="Renew the tokens",
        request=RefreshBody,
        responses={200: TokenSerializer, **problems(400, 401)},
        examples=[RENEW],
    )
    def post(self, request: Request) -> Response:
        """Spends the refresh token, sent as Bearer or in the body. Used again later, it ends the sign-in."""
        token = body_of(request, RefreshBody).get("refresh_token") or bearer_token(request)
        if not token:
            raise InvalidToken
        return _answer(refresh_tokens(token))


class LogoutView(PrivateView):
    @extend_schema(tags=TAGS, summary="Sign out", request=None, responses={204: None, **problems(401)})
    def post(self, request: Request) -> Response:
        """Ends the tokens of this sign-in, or the session that asks."""
        if isinstance(request.auth, TokenFamily):
            revoke_family(request.auth.public_id)
        else:
            logout(request._request)  # noqa: SLF001 - Django's request
        return Response(status=204)


def _signed_in(request: Request, user: User) -> Response:
    pair = issue_tokens(user)
    signed_in_by_api.send(sender=LoginView, request=request._request, user=user)  # noqa: SLF001 - Django's request
    return _answer(pair)


def _answer(pair: TokenPair) -> Response:
    return Response(TokenSerializer(pair).data)
