"""No password, code or token in any log line or subject of any test: looked for while the whole suite runs.

What is secret is learned as it arises: tokens as they are made, codes as they are mailed, passwords as the
factories know them. A test in which one of them is logged fails when it ends.
"""

from __future__ import annotations

import io
import json
import logging
import re
import secrets
from collections.abc import Iterable, Iterator

import pytest
from django.core import mail

from shop.testing.log_lines import formatter

PASSWORDS = ("a quiet wall of prints", "another quiet wall")
TOKEN_BYTES = 32
CODE = re.compile(r"^ +(\d{6})$", re.MULTILINE)


class LogSecrets:
    """What was written, and what must not be in it."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.tokens: list[str] = []

    def found(self) -> list[str]:
        """The lines and subjects that hold a secret."""
        written = [_without_time(line) for line in self.stream.getvalue().split("\n")[:-1]]
        messages = getattr(mail, "outbox", [])
        written += [message.subject for message in messages]
        codes = [code for message in messages for code in CODE.findall(str(message.body))]
        return with_secrets(written, [*PASSWORDS, *self.tokens, *codes])


def with_secrets(written: Iterable[str], hidden: Iterable[str]) -> list[str]:
    """Those that hold one of the secrets as a word of its own: digits within a longer number are none."""
    hidden = [secret for secret in set(hidden) if secret]
    whole = "\n".join(written)
    present = [secret for secret in hidden if secret in whole]
    if not present:
        return []
    words = re.compile(r"(?<!\w)(?:" + "|".join(re.escape(secret) for secret in present) + r")(?!\w)")
    return [line for line in whole.split("\n") if words.search(line)]


def _without_time(line: str) -> str:
    """Microseconds are six digits as well."""
    fields = json.loads(line)
    return json.dumps({name: value for name, value in fields.items() if name != "timestamp"}, ensure_ascii=False)


@pytest.fixture(autouse=True)
def log_secrets(monkeypatch: pytest.MonkeyPatch) -> Iterator[LogSecrets]:
    """Fails the test that writes a secret down."""
    watched = LogSecrets()
    handler = logging.StreamHandler(watched.stream)
    handler.setFormatter(formatter("json"))
    handler.setLevel(logging.INFO)
    make = secrets.token_urlsafe

    def noted(number: int | None = None) -> str:
        token = make(number)
        if number is not None and number >= TOKEN_BYTES:
            watched.tokens.append(token)
        return token

    monkeypatch.setattr(secrets, "token_urlsafe", noted)
    logging.getLogger().addHandler(handler)
    yield watched
    logging.getLogger().removeHandler(handler)
    assert watched.found() == [], "a secret was written down"
