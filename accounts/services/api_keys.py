"""Keys for programs: made, used, revoked."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import Permission
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, User
from accounts.selectors.api_keys import KEY_PREFIX
from shop.common.errors import Conflict, Forbidden, InvalidInput, NotFound
from shop.common.ids import new_token, token_hash
from shop.common.unit import run_in_transaction, transactional

HINT_LENGTH = 8
USE_NOTED_EVERY = timedelta(minutes=1)


def make_key(key: ApiKey, *, maker: User) -> str:
    """A step: store a new key (its name, role and expiry are set) and return its secret, which is kept nowhere.

    Raises InvalidInput for an expiry that is over, Forbidden for a role that may more than its maker.
    """
    _check_expiry(key)
    _check_rank(key, maker)
    secret = KEY_PREFIX + new_token()
    key.hint, key.digest, key.created_by = secret[:HINT_LENGTH], token_hash(secret), maker
    key.save(force_insert=True)
    return secret


def update_key(key: ApiKey) -> None:
    """A step: another name or expiry. Raises InvalidInput."""
    _check_expiry(key)
    key.save(update_fields=["name", "expires_at"])


@transactional
def revoke_key(*, key_id: int) -> None:
    """End a key at once and for good. Raises NotFound, and Conflict for one that is revoked already."""
    key = ApiKey.objects.select_for_update().filter(pk=key_id).first()
    if key is None:
        raise NotFound
    if key.revoked_at is not None:
        raise Conflict(_("This key is revoked already."))
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])


def note_use(key: ApiKey) -> None:
    """Remember when a key was last used, to the minute: not every request writes."""
    now = timezone.now()
    if key.last_used_at is not None and now - key.last_used_at < USE_NOTED_EVERY:
        return
    unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    run_in_transaction(lambda: ApiKey.objects.filter(unnoted, pk=key.pk).update(last_used_at=now))


def _check_expiry(key: ApiKey) -> None:
    if key.expires_at is not None and key.expires_at <= timezone.now():
        raise InvalidInput(_("Choose a moment that is still to come, or leave it empty."), field="expires_at")


def _check_rank(key: ApiKey, maker: User) -> None:
    """Nobody gets more by a key than they have themselves."""
    if maker.is_superuser:
        return
    pairs = Permission.objects.filter(group=key.group_id).values_list("content_type__app_label", "codename")
    if not maker.has_perms([f"{app}.{codename}" for app, codename in pairs]):
        raise Forbidden(_("This role may do more than you may. Ask an administrator to make the key."))
