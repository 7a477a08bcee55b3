"""The address book. The person's row is locked first, so that two requests never leave two defaults."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.models import Address, User
from accounts.selectors.addresses import addresses_of
from accounts.services.postal import POSTAL_FIELDS, PostalInput, clean_postal
from shop.common.errors import Conflict, NotFound
from shop.common.unit import transactional

LONGEST_BOOK = 50


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """What an address is to become the default for; False leaves things as they are."""

    shipping: bool = False
    billing: bool = False


@transactional
def create_address(*, user_id: int, data: PostalInput, defaults: Defaults = Defaults()) -> Address:
    """Add an address; the first is the default for both. Raises InvalidInput, and Conflict when the book is full."""
    clean = clean_postal(data)
    book = _lock_book(user_id)
    if len(book) >= LONGEST_BOOK:
        raise Conflict(_("Your address book is full. Delete an address you no longer use."), code="address_book_full")
    address = Address.objects.create(user_id=user_id, **clean.columns())
    _make_default(address, defaults if book else Defaults(shipping=True, billing=True))
    return address


@transactional
def update_address(*, user_id: int, public_id: str, data: PostalInput, defaults: Defaults = Defaults()) -> Address:
    """Change an address of one's own. Raises NotFound for anybody else's, InvalidInput by field."""
    clean = clean_postal(data)
    address = _own(_lock_book(user_id), public_id)
    for name, value in clean.columns().items():
        setattr(address, name, value)
    address.save(update_fields=[*POSTAL_FIELDS, "updated_at"])
    _make_default(address, defaults)
    return address


@transactional
def delete_address(*, user_id: int, public_id: str) -> None:
    """Delete an address of one's own; the newest one left takes over as default. Raises NotFound."""
    book = _lock_book(user_id)
    address = _own(book, public_id)
    address.delete()
    left = [other for other in book if other.pk is not None]
    if left:
        heir = max(left, key=lambda other: other.pk)
        _make_default(heir, Defaults(shipping=address.is_default_shipping, billing=address.is_default_billing))


@transactional
def set_default_address(*, user_id: int, public_id: str, defaults: Defaults) -> Address:
    """Make an address of one's own the default. Raises NotFound."""
    address = _own(_lock_book(user_id), public_id)
    _make_default(address, defaults)
    return address


def _lock_book(user_id: int) -> list[Address]:
    if User.objects.select_for_update().filter(pk=user_id).first() is None:
        raise NotFound
    return list(addresses_of(user_id))


def _own(book: list[Address], public_id: str) -> Address:
    for address in book:
        if address.public_id == public_id:
            return address
    raise NotFound


def _make_default(address: Address, defaults: Defaults) -> None:
    for name, wanted in (("is_default_shipping", defaults.shipping), ("is_default_billing", defaults.billing)):
        if wanted:
            addresses_of(address.user_id).exclude(pk=address.pk).update(**{name: False})
            addresses_of(address.user_id).filter(pk=address.pk).update(**{name: True})
            setattr(address, name, True)
