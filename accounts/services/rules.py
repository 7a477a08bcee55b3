"""What may be an e-mail address, a username, a password: one place for pages, API, admin and commands.

Each function answers with the messages that stand beside the field; none means it will do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.user import normalise_email, username_key
from shop.common.errors import InvalidInput, Message
from shop.common.text import text_problem

EMAIL_LENGTH = 254
USERNAME_LENGTHS = range(3, 31)
USERNAME = re.compile(r"[A-Za-z0-9._-]+")
# Longer ones are hashed whole as well; the limit only keeps a request small.
PASSWORD_LENGTH = 256


def email_problems(email: str) -> list[Message]:
    if len(email) > EMAIL_LENGTH:
        return [_("This e-mail address is too long.")]
    try:
        validate_email(normalise_email(email))
    except ValidationError:
        return [_("Enter an e-mail address like name@example.org.")]
    return []


def username_problems(username: str) -> list[Message]:
    if username_is_missing(username):
        return [_("Choose a username: it is what you sign in with.")]
    if not username:
        return []
    if "@" in username:
        return [_("A username has no @. You can sign in with your e-mail address anyway.")]
    if len(username) not in USERNAME_LENGTHS:
        return [_("A username has 3 to 30 characters.")]
    if not USERNAME.fullmatch(username):
        return [_("Use letters from a to z, digits, dots, hyphens and underscores.")]
    return []


def password_problems(password: str) -> list[Message]:
    if len(password) > PASSWORD_LENGTH:
        return [_("Use at most %(count)d characters.") % {"count": PASSWORD_LENGTH}]
    try:
        validate_password(password)
    except ValidationError as error:
        return list(error.messages)
    return []


def username_is_missing(username: str | None) -> bool:
    """Where nobody signs in by e-mail, everybody needs a username."""
    return not username and "email" not in settings.SHOP_LOGIN_FIELDS


def email_taken(email: str, *, by_other_than: User | None = None) -> bool:
    return _others(by_other_than).filter(email=normalise_email(email)).exists()


def username_taken(username: str, *, by_other_than: User | None = None) -> bool:
    return _others(by_other_than).filter(username_key=username_key(username)).exists()


def check_fields(instance: Model, names: Iterable[str]) -> None:
    """Check these fields of a model by its own rules. Raises InvalidInput, by field."""
    names = set(names)
    raise_problems({name: _text_problems(getattr(instance, name)) for name in names})
    others = {field.name for field in instance._meta.get_fields()} - names
    try:
        instance.clean_fields(exclude=others)
    except ValidationError as error:
        raise InvalidInput(fields=error.message_dict) from error


def raise_problems(problems: dict[str, list[Message]]) -> None:
    """Raises InvalidInput with the fields that have problems, if any has."""
    fields = {name: messages for name, messages in problems.items() if messages}
    if fields:
        raise InvalidInput(fields=fields)


def _text_problems(value: object) -> list[Message]:
    problem = text_problem(value) if isinstance(value, str) else None
    return [problem] if problem else []


def _others(user: User | None) -> QuerySet[User]:
    return User.objects.exclude(pk=user.pk) if user else User.objects.all()
