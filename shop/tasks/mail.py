"""E-mails: three templates a kind, `emails/<kind>.subject.txt`, `.txt` and `.html`.

A mail goes out at least once. Its Message-ID is made of what it is about, so that a second copy, sent
because a process died between the server's acceptance and the commit, is known as the same mail.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils.translation import override

from shop.tasks.queue import shop_task


@dataclass(frozen=True, kw_only=True)
class Mail:
    """`kind` names the templates, `reference` what it is about ("order:7KQ2…"); both make the Message-ID."""

    kind: str
    reference: str
    to: list[str]
    context: dict[str, Any] = field(default_factory=dict)
    language: str = ""


def queue_mail(*, kind: str, reference: str, to: list[str], context: dict[str, Any], language: str = "") -> None:
    """A step: send a mail once the caller's transaction is committed. `context` is plain JSON."""
    send_queued_mail.enqueue(kind=kind, reference=reference, to=to, context=context, language=language)


@shop_task
def send_queued_mail(kind: str, reference: str, to: list[str], context: dict[str, Any], language: str = "") -> None:
    deliver(Mail(kind=kind, reference=reference, to=to, context=context, language=language))


def deliver(mail: Mail) -> None:
    """Render and send now. Raises what the mail server raises, for the worker to try again."""
    if not mail.to:
        return
    context = {"shop_name": settings.SHOP_NAME, "shop_url": settings.SHOP_URL, **mail.context}
    with override(mail.language or settings.LANGUAGE_CODE):
        subject = " ".join(_plain_text(f"emails/{mail.kind}.subject.txt", context).split())
        text = _plain_text(f"emails/{mail.kind}.txt", context).strip() + "\n"
        html = render_to_string(f"emails/{mail.kind}.html", {**context, "subject": subject})
    headers = {"Message-ID": message_id(mail), "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(subject=subject, body=text, to=mail.to, headers=headers)
    message.attach_alternative(html, "text/html")
    message.send()


def message_id(mail: Mail) -> str:
    """The same for the same mail, whoever sends it and when."""
    about = "\n".join([mail.kind, mail.reference, *sorted(mail.to)])
    digest = hashlib.sha256(about.encode()).hexdigest()[:32]
    return f"<{digest}@{urlsplit(settings.SHOP_URL).hostname or 'localhost'}>"


def _plain_text(name: str, context: dict[str, Any]) -> str:
    """Text is not HTML: "Ada & Co" stays as it is."""
    return str(get_template(name).template.render(Context(context, autoescape=False)))  # type: ignore[attr-defined]
