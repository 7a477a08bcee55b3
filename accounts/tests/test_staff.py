import pytest

from accounts.models import User
from accounts.services.staff import StaffAccount, create_staff, set_active, set_password
from accounts.tests.factories import PASSWORD, StaffFactory
from shop.common.errors import Forbidden, InvalidInput, NotFound

pytestmark = pytest.mark.django_db

NEW = "another quiet wall"


@pytest.fixture
def clerk():
    return StaffFactory(is_superuser=False)


def test_accounts_of_staff_are_an_administrators_to_change(clerk, staff):
    colleague = StaffFactory(is_superuser=False)
    for verb in (
        lambda: set_active(user_id=colleague.pk, active=False, actor=clerk),
        lambda: set_password(user_id=staff.pk, password=NEW, actor=clerk),
        lambda: set_password(user_id=colleague.pk, password=NEW, actor=clerk),
    ):
        with pytest.raises(Forbidden):
            verb()
    assert User.objects.get(pk=colleague.pk).is_active
    assert User.objects.get(pk=staff.pk).check_password(PASSWORD)
    set_active(user_id=colleague.pk, active=False, actor=staff)
    assert not User.objects.get(pk=colleague.pk).is_active


def test_customers_are_for_all_staff(clerk, shopper):
    set_password(user_id=shopper.pk, password=NEW, actor=clerk)
    assert User.objects.get(pk=shopper.pk).check_password(NEW)


def test_nobody_there(staff):
    with pytest.raises(NotFound):
        set_active(user_id=0, active=True, actor=staff)
    with pytest.raises(NotFound):
        set_password(user_id=0, password=NEW, actor=staff)


def test_a_password_that_will_not_do(shopper, staff):
    with pytest.raises(InvalidInput) as error:
        set_password(user_id=shopper.pk, password="short", actor=staff)
    assert set(error.value.fields) == {"password"}


def test_everything_wrong_with_new_staff_is_said():
    with pytest.raises(InvalidInput) as error:
        create_staff(StaffAccount(email="nope", password="short"))
    assert set(error.value.fields) == {"email", "password"}
