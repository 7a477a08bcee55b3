"""What an account's owner is told by mail. All are steps: queued in the caller's unit, sent after its commit."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import EmailCode, User
from accounts.selectors.codes import digits_of
from shop.common.ids import new_public_id
from shop.tasks.mail import Mail, deliver, queue_mail
from shop.tasks.queue import shop_task

# Somebody is waiting in front of the screen.
SOON = 50


def mail_code(code: EmailCode) -> None:
    """Send the digits of a code. The queue keeps the row's id alone, never the digits."""
    deliver_code.enqueue(code_id=code.pk)


@shop_task(priority=SOON)
def deliver_code(code_id: int) -> None:
    """Write and send the mail; a code that ended while waiting for the mail server is not sent any more."""
    code = EmailCode.objects.filter(pk=code_id, used_at=None, expires_at__gt=timezone.now()).first()
    if code is None:
        return
    context = {"code": digits_of(code)}
    deliver(Mail(kind=f"accounts_{code.purpose}", reference=f"code:{code.pk}", to=[code.email], context=context))


def mail_password_changed(user: User) -> None:
    """Tell the owner, so that a change that was not theirs is noticed."""
    queue_mail(kind="accounts_password_changed", reference=f"password:{new_public_id()}", to=[user.email], context={})


def mail_factors_changed(user: User) -> None:
    """Tell the owner that signing in asks for something else from now on."""
    queue_mail(kind="accounts_factors_changed", reference=f"factors:{new_public_id()}", to=[user.email], context={})


def mail_email_changed(*, old: str, new: str) -> None:
    """Tell the address that was the account's until now."""
    reference = f"email:{new_public_id()}"
    queue_mail(kind="accounts_email_changed", reference=reference, to=[old], context={"new_email": new})


def mail_address_known(email: str) -> None:
    """Tell the owner that somebody, most likely they themselves, tried to open a second account."""
    queue_mail(kind="accounts_address_known", reference=f"known:{new_public_id()}", to=[email], context={})
