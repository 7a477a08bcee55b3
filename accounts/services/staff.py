"""What staff do to accounts. Nobody locks themselves out, and an administrator is always left."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.user import normalise_email, username_key
from accounts.selectors.factors import factors_of
from accounts.services.change_password import set_password_hash
from accounts.services.events import emit_customer
from accounts.services.mails import mail_factors_changed, mail_password_changed
from accounts.services.roles import set_roles, sync_roles_step
from accounts.services.rules import (
    email_problems,
    email_taken,
    password_problems,
    raise_problems,
    username_problems,
    username_taken,
)
from accounts.services.sessions import end_sessions
from shop.common.errors import Conflict, Forbidden, Message, NotFound
from shop.common.unit import transactional

MANAGE_STAFF = "accounts.manage_staff"

# Who does it: a person, or what calls with an API key, which is nobody with permissions.
Actor = User | AnonymousUser


@dataclass(frozen=True, kw_only=True)
class StaffAccount:
    """`is_admin` may do everything; other staff what their `roles` allow (names of accounts.services.roles.Role)."""

    email: str
    password: str
    is_admin: bool = False
    roles: tuple[str, ...] = ()


def may_change(actor: Actor, user: User) -> bool:
    """Whether `user`, as they are, is the actor's to change: customers everybody's, administrators only theirs."""
    if actor.is_superuser or not (user.is_staff or user.is_superuser):
        return True
    return not user.is_superuser and actor.has_perm(MANAGE_STAFF)


def store_user(user: User, *, actor: Actor) -> None:
    """A step: check and save an account that staff made or changed; one that there was is read under its lock.

    Raises InvalidInput, Conflict and Forbidden.
    """
    before = _lock_with_admins(user)
    user.email = normalise_email(user.email)
    user.username = user.username or None
    user.username_key = username_key(user.username)
    raise_problems({"email": _email_problems(user), "username": _username_problems(user)})
    _check_rank(user, before, actor)
    if before is not None:
        _check_somebody_is_left(user, before, actor)
        if before.email != user.email and before.email_verified_at == user.email_verified_at:
            user.email_verified_at = None
        if before.is_active and not user.is_active:
            end_sessions(user)
    user.save()
    if before is None and not user.is_staff:
        emit_customer(user)


@transactional
def set_active(*, user_id: int, active: bool, actor: User) -> User:
    """Let somebody sign in, or end that at once. Raises NotFound, Conflict and Forbidden."""
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound
    user.is_active = active
    store_user(user, actor=actor)
    return user


@transactional
def toggle_active(*, user_id: int, active: bool | None = None, actor: Actor) -> User:
    """As `set_active`; without `active` it is turned around. Raises NotFound, Conflict and Forbidden."""
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound
    user.is_active = not user.is_active if active is None else active
    store_user(user, actor=actor)
    return user


def set_password(*, user_id: int, password: str, actor: User) -> User:
    """Give an account a new password; its sessions end and its owner is told. Raises InvalidInput and Forbidden."""
    raise_problems({"password": password_problems(password)})
    return _set_password(user_id, make_password(password), actor)


@transactional
def take_away_second_factor(*, user_id: int, actor: User) -> User:
    """For who lost phone and recovery codes: the password alone opens again, and the owner is told.

    Raises NotFound, Forbidden, and Conflict when there is none.
    """
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound
    _check_rank(user, user, actor)
    if not factors_of(user.pk).exists():
        raise Conflict(_("This account asks for no second step."))
    factors_of(user.pk).delete()
    mail_factors_changed(user)
    return user


def create_staff(account: StaffAccount) -> User:
    """Make an account that may use the admin. Raises InvalidInput by field."""
    email = normalise_email(account.email)
    raise_problems({"email": email_problems(email), "password": password_problems(account.password)})
    return _create_staff(account, email, make_password(account.password))


@transactional
def _create_staff(account: StaffAccount, email: str, password: str) -> User:
    user = User.objects.build_user(
        email, is_staff=True, is_superuser=account.is_admin, password=password, email_verified_at=timezone.now()
    )
    raise_problems({"email": _email_problems(user)})
    user.save(force_insert=True)
    if account.roles:
        sync_roles_step()
        set_roles(user, account.roles)
    return user


@transactional
def _set_password(user_id: int, password: str, actor: User) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound
    _check_rank(user, user, actor)
    set_password_hash(user, password)
    mail_password_changed(user)
    return user


def _lock_with_admins(user: User) -> User | None:
    """The stored row, if there is one; it and all administrators stay locked."""
    rows = User.objects.select_for_update().filter(Q(pk=user.pk) | Q(is_superuser=True)).order_by("pk")
    return next((row for row in list(rows) if row.pk == user.pk), None)


def _check_rank(user: User, before: User | None, actor: Actor) -> None:
    if not all(may_change(actor, one) for one in (user, before) if one is not None):
        raise Forbidden(_("Accounts of staff are an administrator's to change."))


def _check_somebody_is_left(user: User, before: User, actor: Actor) -> None:
    if user.pk == actor.pk and not (user.is_active and user.is_staff and user.is_superuser >= before.is_superuser):
        raise Conflict(_("You would lock yourself out. Ask another administrator to do this."))
    loses_admin = _is_admin(before) and not _is_admin(user)
    others = User.objects.filter(is_superuser=True, is_staff=True, is_active=True).exclude(pk=user.pk)
    if loses_admin and not others.exists():
        raise Conflict(_("This is the last administrator. Name another one first."))


def _is_admin(user: User) -> bool:
    return user.is_active and user.is_staff and user.is_superuser


def _email_problems(user: User) -> list[Message]:
    if email_taken(user.email, by_other_than=user):
        return [_("There is an account with this address.")]
    return email_problems(user.email)


def _username_problems(user: User) -> list[Message]:
    if not user.username:
        return []
    if username_taken(user.username, by_other_than=user):
        return [_("Somebody has this username.")]
    return username_problems(user.username)
