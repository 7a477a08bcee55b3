"""What must never be written down: passwords and codes."""

import logging
import re

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from accounts.models import EmailCode
from accounts.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "another quiet wall"
USUAL = set(vars(logging.makeLogRecord({})))


def test_no_password_and_no_code_in_logs_subjects_tasks_or_rows(client, code_sent_to, caplog):
    caplog.set_level(logging.DEBUG)
    client.post("/register/", {"email": "ada@example.org", "password": PASSWORD})
    verification = code_sent_to("ada@example.org")
    client.post("/account/verify-email/", {"code": verification})
    client.post("/logout/")
    client.post("/login/", {"identifier": "ada@example.org", "password": f"wrong {PASSWORD}"})
    client.post("/forgot-password/", {"email": "ada@example.org"})
    reset = code_sent_to("ada@example.org")
    client.post("/forgot-password/code/", {"code": reset, "new_password": NEW})
    assert client.post("/login/", {"identifier": "ada@example.org", "password": NEW}).url == "/account/"

    written = [text_of(record) for record in caplog.records if record.name != "django.db.backends"]
    written += [message.subject for message in mail.outbox]
    written += [str(row) for row in DBTaskResult.objects.values("args_kwargs", "return_value", "traceback")]
    written += [str(row) for row in EmailCode.objects.values("purpose", "email", "seed", "browser")]
    assert len(caplog.records) > 5
    for secret in (PASSWORD, NEW, verification, reset):
        alone = re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)")
        assert not [line for line in written if alone.search(line)], secret


def text_of(record):
    """The message and what the call added; the record's own numbers (times, threads) say nothing."""
    added = {name: value for name, value in vars(record).items() if name not in USUAL}
    return f"{record.getMessage()} {added}"
