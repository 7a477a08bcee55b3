"""What allauth asks of this shop."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest

from shop.common.encryption import decrypt, encrypt
from shop.observability.client import client_address

PURPOSE = "second factor"


class AccountAdapter(DefaultAccountAdapter):
    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """Say nothing: the shop's pages speak for themselves."""

    def get_login_stages(self) -> list[str]:
        """The one step between password and session (docs/decisions/0035)."""
        return ["accounts.web.stages.SecondFactorStage"]

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)


class FactorAdapter(DefaultMFAAdapter):
    """Keys of authenticator apps and the seeds of recovery codes are stored encrypted."""

    def encrypt(self, text: str) -> str:
        return encrypt(text, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, purpose=PURPOSE)

    def get_totp_issuer(self) -> str:
        return str(settings.SHOP_NAME)
