import pytest

from accounts.models import Address
from accounts.services import addresses as book
from accounts.services.addresses import (
    Defaults,
    create_address,
    delete_address,
    set_default_address,
    update_address,
)
from accounts.services.postal import PostalInput
from accounts.tests.factories import AddressFactory
from shop.common.errors import Conflict, InvalidInput, NotFound

pytestmark = pytest.mark.django_db


def typed(**given):
    values = {"full_name": "Ada", "line1": "Deich 1", "postcode": "20359", "city": "Hamburg", "country": "DE"}
    return PostalInput(**values | given)


def defaults_of(user):
    rows = Address.objects.filter(user=user)
    shipping = [row.line1 for row in rows if row.is_default_shipping]
    billing = [row.line1 for row in rows if row.is_default_billing]
    return shipping, billing


def test_the_first_address_is_the_default_for_both(shopper):
    address = create_address(user_id=shopper.pk, data=typed())
    assert (address.is_default_shipping, address.is_default_billing) == (True, True)
    create_address(user_id=shopper.pk, data=typed(line1="Deich 2"))
    assert defaults_of(shopper) == (["Deich 1"], ["Deich 1"])


def test_there_is_one_default_of_each_kind(shopper, other_shopper):
    create_address(user_id=other_shopper.pk, data=typed(line1="Elsewhere"))
    create_address(user_id=shopper.pk, data=typed())
    create_address(user_id=shopper.pk, data=typed(line1="Deich 2"), defaults=Defaults(shipping=True))
    assert defaults_of(shopper) == (["Deich 2"], ["Deich 1"])
    assert defaults_of(other_shopper) == (["Elsewhere"], ["Elsewhere"])


def test_changing_keeps_defaults(shopper):
    address = create_address(user_id=shopper.pk, data=typed())
    update_address(user_id=shopper.pk, public_id=address.public_id, data=typed(line1="Deich 9"))
    assert defaults_of(shopper) == (["Deich 9"], ["Deich 9"])


def test_setting_a_default(shopper):
    create_address(user_id=shopper.pk, data=typed())
    second = create_address(user_id=shopper.pk, data=typed(line1="Deich 2"))
    set_default_address(user_id=shopper.pk, public_id=second.public_id, defaults=Defaults(billing=True))
    assert defaults_of(shopper) == (["Deich 1"], ["Deich 2"])


def test_the_newest_takes_over_from_a_deleted_default(shopper):
    first = create_address(user_id=shopper.pk, data=typed())
    create_address(user_id=shopper.pk, data=typed(line1="Deich 2"))
    create_address(user_id=shopper.pk, data=typed(line1="Deich 3"))
    delete_address(user_id=shopper.pk, public_id=first.public_id)
    assert defaults_of(shopper) == (["Deich 3"], ["Deich 3"])


def test_deleting_another_leaves_defaults_alone(shopper):
    create_address(user_id=shopper.pk, data=typed())
    second = create_address(user_id=shopper.pk, data=typed(line1="Deich 2"))
    delete_address(user_id=shopper.pk, public_id=second.public_id)
    assert defaults_of(shopper) == (["Deich 1"], ["Deich 1"])


def test_the_last_one_may_go(shopper):
    address = create_address(user_id=shopper.pk, data=typed())
    delete_address(user_id=shopper.pk, public_id=address.public_id)
    assert defaults_of(shopper) == ([], [])


def test_what_is_somebody_elses_is_not_there(shopper, other_shopper):
    address = AddressFactory(user=other_shopper)
    mine = {"user_id": shopper.pk, "public_id": address.public_id}
    for verb in (
        lambda: update_address(**mine, data=typed(line1="Taken over")),
        lambda: delete_address(**mine),
        lambda: set_default_address(**mine, defaults=Defaults(shipping=True)),
        lambda: create_address(user_id=0, data=typed()),
    ):
        with pytest.raises(NotFound):
            verb()
    address.refresh_from_db()
    assert address.line1 == "Hafenstraße 12"


def test_a_bad_address_changes_nothing(shopper):
    address = create_address(user_id=shopper.pk, data=typed())
    with pytest.raises(InvalidInput):
        update_address(user_id=shopper.pk, public_id=address.public_id, data=typed(postcode="1"))
    with pytest.raises(InvalidInput):
        create_address(user_id=shopper.pk, data=typed(city=""))
    assert Address.objects.get().postcode == "20359"


def test_a_book_has_an_end(shopper, monkeypatch):
    monkeypatch.setattr(book, "LONGEST_BOOK", 2)
    create_address(user_id=shopper.pk, data=typed())
    create_address(user_id=shopper.pk, data=typed())
    with pytest.raises(Conflict) as error:
        create_address(user_id=shopper.pk, data=typed())
    assert error.value.error_code == "address_book_full"
