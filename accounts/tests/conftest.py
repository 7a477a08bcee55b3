"""Reading what was mailed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail

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
