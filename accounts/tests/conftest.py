"""Reading what was mailed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from django.core import mail

from accounts.tests.provider_stand_in import CLIENT, SECRET, StandIn
from shop.testing.work import run_tasks


@pytest.fixture
def mails_to() -> Callable[[str], list[mail.EmailMultiAlternatives]]:
    """`mails_to("a@example.org")`: what was sent there so far, with all tasks done."""

    def find(address: str) -> list[mail.EmailMultiAlternatives]:
        run_tasks()
        return [message for message in mail.outbox if message.to == [address]]

    return find


@pytest.fixture
def code_sent_to(mails_to) -> Callable[[str], str]:
    """The six digits of the newest mail to an address."""

    def read(address: str) -> str:
        found = [re.findall(r"^ +(\d{6})$", message.body, re.MULTILINE) for message in mails_to(address)]
        codes = [digits for digits in found if digits]
        assert codes, f"no code was sent to {address}"
        return codes[-1][0]

    return read


def wrong(code: str) -> str:
    """Six digits that are not this code."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


@pytest.fixture
def elsewhere(monkeypatch, settings) -> Iterator[StandIn]:
    """Google and GitHub with keys set, both played by one stand-in."""
    stand_in = StandIn()
    for adapter in (GoogleOAuth2Adapter, GitHubOAuth2Adapter):
        monkeypatch.setattr(adapter, "authorize_url", f"{stand_in.url}/authorize")
        monkeypatch.setattr(adapter, "access_token_url", f"{stand_in.url}/token")
    monkeypatch.setattr(GitHubOAuth2Adapter, "profile_url", f"{stand_in.url}/user")
    monkeypatch.setattr(GitHubOAuth2Adapter, "emails_url", f"{stand_in.url}/user/emails")
    keys = {"client_id": CLIENT, "secret": SECRET}
    settings.SHOP_PROVIDERS = {"google": keys, "github": keys}
    yield stand_in
    stand_in.stop()
