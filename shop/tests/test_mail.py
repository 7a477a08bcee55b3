"""Mails: what is in them, the one id each, and mail servers that fail."""

from __future__ import annotations

import smtplib
from pathlib import Path

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from shop.tasks.mail import Mail, deliver, message_id, queue_mail
from shop.testing.work import run_tasks

ORDER = Mail(kind="order_note", reference="order:7KQ2", to=["ada@example.org"], context={"name": "Ada & <Co>"})
FAILING = "shop.tests.test_mail.FailingBackend"


@pytest.fixture(autouse=True)
def templates(settings, tmp_path: Path):
    folder = tmp_path / "emails"
    folder.mkdir()
    (folder / "order_note.subject.txt").write_text("\n  A note for\n {{ name }}\n")
    (folder / "order_note.txt").write_text("Hello {{ name }}, from {{ shop_name }} at {{ shop_url }}")
    (folder / "order_note.html").write_text("<title>{{ subject }}</title><p>Hello {{ name }}</p>")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    settings.SHOP_NAME, settings.SHOP_URL = "Halftide", "https://shop.example"
    settings.DEFAULT_FROM_EMAIL = "Halftide <hello@shop.example>"


class FailingBackend:
    """A mail server that is down."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def send_messages(self, _: object) -> int:
        raise smtplib.SMTPServerDisconnected("please come back later")


def test_text_html_and_subject():
    deliver(ORDER)
    [sent] = mail.outbox
    assert sent.subject == "A note for Ada & <Co>"
    assert sent.body == "Hello Ada & <Co>, from Halftide at https://shop.example\n"
    assert sent.alternatives == [
        ("<title>A note for Ada &amp; &lt;Co&gt;</title><p>Hello Ada &amp; &lt;Co&gt;</p>", "text/html")
    ]
    assert (sent.to, sent.from_email) == (["ada@example.org"], "Halftide <hello@shop.example>")
    assert sent.message()["Auto-Submitted"] == "auto-generated"


def test_twice_is_the_same_mail():
    deliver(ORDER)
    deliver(ORDER)
    first, second = (sent.message()["Message-ID"] for sent in mail.outbox)
    assert first == second
    assert first.endswith("@shop.example>")


@pytest.mark.parametrize("other", [{"kind": "x"}, {"reference": "order:8"}, {"to": ["grace@example.org"]}])
def test_another_mail_has_another_id(other):
    assert message_id(ORDER) != message_id(Mail(**{**vars(ORDER), **other}))


def test_a_line_break_in_a_name_adds_no_header():
    deliver(Mail(**{**vars(ORDER), "context": {"name": "Ada\nBcc: eve@example.org"}}))
    assert mail.outbox[0].subject == "A note for Ada Bcc: eve@example.org"


def test_nobody_to_write_to():
    deliver(Mail(kind="order_note", reference="x", to=[]))
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_failing_mail_server_costs_nothing_but_a_retry(settings):
    settings.EMAIL_BACKEND = FAILING
    queue_mail(kind="order_note", reference="order:7KQ2", to=["ada@example.org"], context={"name": "Ada"})
    run_tasks()
    row = DBTaskResult.objects.get()
    assert (row.status, row.exception_class_path) == ("READY", "smtplib.SMTPServerDisconnected")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    run_tasks(also_later=True)
    assert [sent.subject for sent in mail.outbox] == ["A note for Ada"]
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
