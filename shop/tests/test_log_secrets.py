"""The watch over the logs of the whole suite notices what it should."""

import logging
import secrets

import pytest
from django.core import mail

from shop.testing.log_secrets import LogSecrets, with_secrets

logger = logging.getLogger("shop.tests")


def forget(watched: LogSecrets) -> None:
    """So that this test does not fail by what it wrote on purpose."""
    watched.stream.seek(0)
    watched.stream.truncate()
    mail.outbox.clear()


@pytest.fixture(autouse=True)
def _tidy(log_secrets):
    yield
    forget(log_secrets)


def test_a_password_in_a_line(log_secrets):
    logger.info("tried", extra={"typed": "a quiet wall of prints"})
    assert len(log_secrets.found()) == 1


def test_a_token_in_a_line(log_secrets):
    token = secrets.token_urlsafe(32)
    logger.info("opened %s", f"/orders/1/open/{token}/")
    assert len(log_secrets.found()) == 1


def test_a_mailed_code_in_a_line_or_subject(log_secrets):
    mail.outbox.append(mail.EmailMessage(subject="Your code is 123456", body="It is\n\n    123456\n"))
    assert log_secrets.found() == ["Your code is 123456"]
    logger.info("sent", extra={"what": "123456"})
    assert len(log_secrets.found()) == 2


def test_what_is_redacted_and_public_ids_are_fine(log_secrets):
    logger.info("tried", extra={"password": "a quiet wall of prints", "id": secrets.token_urlsafe(16)})
    assert log_secrets.found() == []


def test_digits_within_longer_numbers_are_none():
    assert with_secrets(["took 1234567 ms", "a123456b"], ["123456"]) == []
