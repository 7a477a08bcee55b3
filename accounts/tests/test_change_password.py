import pytest

from accounts.models import User
from accounts.services.change_password import change_password
from accounts.tests.factories import PASSWORD
from shop.common.errors import InvalidInput, TooManyRequests

pytestmark = pytest.mark.django_db

NEW = "another quiet wall"


def test_it_is_changed_and_the_owner_told(shopper, mails_to):
    change_password(user=shopper, current_password=PASSWORD, new_password=NEW)
    assert User.objects.get(pk=shopper.pk).check_password(NEW)
    (message,) = mails_to(shopper.email)
    assert message.subject == "Your password at Halftide was changed"
    assert "/forgot-password/" in message.body


def test_sessions_end(shopper, client_of):
    client = client_of(shopper)
    change_password(user=shopper, current_password=PASSWORD, new_password=NEW)
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    ("current", "new", "field"), [("wrong one", NEW, "current_password"), (PASSWORD, "short", "new_password")]
)
def test_what_is_wrong_is_said_at_its_field(shopper, current, new, field):
    with pytest.raises(InvalidInput) as error:
        change_password(user=shopper, current_password=current, new_password=new)
    assert set(error.value.fields) == {field}
    assert User.objects.get(pk=shopper.pk).check_password(PASSWORD)


def test_guessing_the_present_password_ends_soon(shopper):
    for _ in range(5):
        with pytest.raises(InvalidInput):
            change_password(user=shopper, current_password="wrong one", new_password=NEW)
    with pytest.raises(TooManyRequests):
        change_password(user=shopper, current_password=PASSWORD, new_password=NEW)


def test_a_password_that_changed_meanwhile_is_not_the_present_one(shopper):
    stale = User.objects.get(pk=shopper.pk)
    change_password(user=shopper, current_password=PASSWORD, new_password=NEW)
    with pytest.raises(InvalidInput):
        change_password(user=stale, current_password=PASSWORD, new_password="a third quiet wall")
    assert User.objects.get(pk=shopper.pk).check_password(NEW)
