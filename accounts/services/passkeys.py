"""Passkeys: added, named, and spent at the door. Removing one is removing a factor (factors.py)."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors.factors import passkeys_of
from accounts.selectors.webauthn import (
    Ceremony,
    Proof,
    Site,
    Values,
    ask_for_any,
    ask_for_new,
    ask_for_one_of,
    claimed_user_id,
    credential_of,
    new_passkey,
    proved_passkey,
    storable,
)
from accounts.services.factors import lock_person, recovery_codes_if_new
from accounts.services.mails import mail_factors_changed
from accounts.services.sign_in import EmailNotVerified
from accounts.services.verify_email import must_verify
from shop.api.limits import count_try
from shop.common.errors import Conflict, InvalidInput, NotFound
from shop.common.text import text_problem
from shop.common.unit import transactional

MOST_PASSKEYS = 20
NAME_LENGTH = 60


class WrongPasskey(InvalidInput):
    """Not ours, not theirs, a copy, or too late: told as one."""

    code = "invalid_passkey"
    default_message = _("We could not sign you in with this passkey. Try again, or sign in another way.")


def begin_passkey(*, user: User, site: Site) -> Ceremony:
    """What the browser is asked to make a new passkey."""
    return ask_for_new(site, user, passkeys_of(user.pk))


def begin_sign_in(*, site: Site) -> Ceremony:
    """What the browser is asked to sign in with a passkey alone."""
    return ask_for_any(site)


def begin_second_step(*, user: User, site: Site) -> Ceremony:
    """What the browser is asked after the password."""
    return ask_for_one_of(site, passkeys_of(user.pk))


def add_passkey(*, user: User, site: Site, state: Values, name: str, answer: Values) -> list[str]:
    """Store the passkey the browser made. Returns new recovery codes, if there were none.

    Raises WrongPasskey, InvalidInput for the name, and Conflict for one that is there already or one too many.
    """
    proof = new_passkey(site, state, answer)
    if proof is None:
        raise WrongPasskey
    return _add(user, {"name": clean_name(name), "credential": storable(answer), "count": proof.count}, proof)


@transactional
def rename_passkey(*, user: User, factor_id: int, name: str) -> None:
    """Raises NotFound for anybody else's, and InvalidInput."""
    lock_person(user)
    passkey = passkeys_of(user.pk).filter(pk=factor_id).first()
    if passkey is None:
        raise NotFound
    passkey.data["name"] = clean_name(name)
    passkey.save(update_fields=["data"])


def sign_in_by_passkey(*, site: Site, state: Values, answer: Values, client_address: str) -> User:
    """Who may come in by this passkey: it stands for both steps, since the device looked who holds it.

    Raises WrongPasskey, EmailNotVerified and TooManyRequests.
    """
    count_try("login", client_address, "login_address")
    user = User.objects.filter(pk=_small(claimed_user_id(answer)), is_active=True).first()
    if user is None or not _spend(user, site, state, answer, alone=True):
        raise WrongPasskey
    if must_verify() and not user.is_verified:
        raise EmailNotVerified(user)
    return user


def check_passkey(*, user: User, site: Site, state: Values, answer: Values) -> None:
    """The second step by a passkey; tries count together with codes. Raises WrongPasskey and TooManyRequests."""
    count_try("second-factor", str(user.pk), "second_factor_account")
    if not _spend(user, site, state, answer):
        raise WrongPasskey


def clean_name(name: str) -> str:
    """Raises InvalidInput."""
    name = " ".join(name.split()) or str(_("Passkey"))
    problem = text_problem(name, longest=NAME_LENGTH)
    if problem:
        raise InvalidInput(problem, field="name")
    return name


@transactional
def _add(user: User, data: Values, proof: Proof) -> list[str]:
    lock_person(user)
    known = list(passkeys_of(user.pk))
    if any(credential_of(one).credential_id == proof.credential_id for one in known):
        raise Conflict(_("This passkey is added already."))
    if len(known) >= MOST_PASSKEYS:
        raise Conflict(_("You have %(most)d passkeys. Remove one first.") % {"most": MOST_PASSKEYS})
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)
    mail_factors_changed(user)
    return recovery_codes_if_new(user)


@transactional
def _spend(user: User, site: Site, state: Values, answer: Values, *, alone: bool = False) -> bool:
    """A passkey that counts its uses must have counted on: otherwise there is a copy of it.

    `alone` it stands for both steps: then the device must have looked who holds it, whatever was asked of it.
    """
    lock_person(user)
    known = list(passkeys_of(user.pk))
    proof = proved_passkey(site, state, known, answer)
    if proof is None or (alone and not proof.user_verified):
        return False
    (passkey,) = (one for one in known if credential_of(one).credential_id == proof.credential_id)
    last = passkey.data.get("count", 0)
    if (proof.count or last) and proof.count <= last:
        return False
    passkey.data["count"] = proof.count
    passkey.last_used_at = timezone.now()
    passkey.save(update_fields=["data", "last_used_at"])
    return True


def _small(user_id: int | None) -> int:
    """What fits the column: databases refuse larger numbers in their own ways."""
    return user_id if user_id is not None and 0 < user_id < 2**63 else 0
