"""Codes by mail: proving an address, and setting a forgotten password. Nothing tells whether an address is known."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import DetailSerializer, EmailBody, ResetBody, VerifyBody
from accounts.api.views.base import DoorView
from accounts.services.confirm_address import confirm_address
from accounts.services.reset_password import request_reset, reset_password
from accounts.services.verify_email import request_verification_code
from shop.api.schema import problems, sent
from shop.api.serializers import body_of

TAGS = ["auth"]
WHOSE = sent("Whose", {"email": "john@test.com"})
CODE = sent("From the mail", {"email": "john@test.com", "code": "123456"})
RESET = sent("From the mail", {"email": "john@test.com", "code": "123456", "new_password": "a longer, better one"})


class VerifyEmailView(DoorView):
    @extend_schema(
        tags=TAGS,
        summary="Verify an address",
        request=VerifyBody,
        responses={200: DetailSerializer, **problems(400, 429)},
        examples=[CODE],
    )
    def post(self, request: Request) -> Response:
        """For a new account, and for an address that an account is to change to.

        By the code alone nobody can tell who registered: what was set up before ends."""
        body = body_of(request, VerifyBody)
        confirm_address(email=body["email"], digits=body["code"])
        return Response({"detail": _("Thank you, your address is confirmed.")})


class ResendCodeView(DoorView):
    @extend_schema(
        tags=TAGS,
        summary="Ask for another code",
        request=EmailBody,
        responses={202: DetailSerializer, **problems(400, 429)},
        examples=[WHOSE],
    )
    def post(self, request: Request) -> Response:
        """The same answer for every address."""
        request_verification_code(body_of(request, EmailBody)["email"])
        return Response({"detail": _("If this address waits to be confirmed, a code is on its way.")}, status=202)


class ForgotPasswordView(DoorView):
    @extend_schema(
        tags=TAGS,
        summary="Forgot the password",
        request=EmailBody,
        responses={202: DetailSerializer, **problems(400, 429)},
        examples=[WHOSE],
    )
    def post(self, request: Request) -> Response:
        """Mails a code for a new password. The same answer for every address."""
        request_reset(email=body_of(request, EmailBody)["email"], browser="")
        return Response({"detail": _("If there is an account, a code is on its way.")}, status=202)


class ResetPasswordView(DoorView):
    @extend_schema(
        tags=TAGS,
        summary="Set a new password",
        request=ResetBody,
        responses={204: None, **problems(400, 429)},
        examples=[RESET],
    )
    def post(self, request: Request) -> Response:
        """By the code from the mail. All sessions and tokens end."""
        body = body_of(request, ResetBody)
        reset_password(email=body["email"], browser="", digits=body["code"], new_password=body["new_password"])
        return Response(status=204)
