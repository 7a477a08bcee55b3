import pytest

from accounts.models import User
from accounts.services.register import Registration, register_user
from accounts.tests.factories import PASSWORD, UserFactory
from shop.common.errors import InvalidInput, TooManyRequests

pytestmark = pytest.mark.django_db


def register(**given):
    address = given.pop("client_address", "203.0.113.7")
    values = {"email": "new@example.org", "password": PASSWORD} | given
    return register_user(Registration(**values), client_address=address)


def messages(error):
    return {field: [str(message) for message in texts] for field, texts in error.value.fields.items()}


def test_an_account_is_made_and_a_code_mailed(code_sent_to):
    user = register(email=" New@Example.ORG ", username="Ada.L", first_name=" Ada ")

    stored = User.objects.get(pk=user.pk)
    assert (stored.email, stored.username, stored.username_key, stored.first_name) == (
        "new@example.org",
        "Ada.L",
        "ada.l",
        "Ada",
    )
    assert stored.check_password(PASSWORD)
    assert not stored.is_verified
    assert not stored.is_staff
    assert len(code_sent_to("new@example.org")) == 6


def test_a_username_may_be_left_out_by_many():
    assert register(email="a@example.org").username is None
    assert register(email="b@example.org").username_key is None


def test_taken_address_and_username_are_said_at_their_fields():
    UserFactory(email="new@example.org", username="Ada")
    with pytest.raises(InvalidInput) as error:
        register(email="NEW@example.org", username="aDA")
    assert error.value.error_code == "email_taken"
    assert messages(error) == {
        "email": ["There is an account with this address. Sign in, or ask for a new password."],
        "username": ["Somebody has this username. Please choose another."],
    }
    assert User.objects.count() == 1


def test_everything_wrong_is_said_at_once():
    with pytest.raises(InvalidInput) as error:
        register(email="nope", username="x", password="short")
    assert set(messages(error)) == {"email", "username", "password"}


def test_names_that_do_not_fit_are_refused():
    with pytest.raises(InvalidInput) as error:
        register(first_name="x" * 10_000)
    assert set(error.value.fields) == {"first_name"}
    assert not User.objects.exists()


def test_without_verification_no_code_is_sent(settings, mails_to):
    settings.SHOP_EMAIL_VERIFICATION = "off"
    register()
    assert mails_to("new@example.org") == []


def test_under_mandatory_verification_a_taken_address_is_told_its_owner_alone(settings, mails_to):
    settings.SHOP_EMAIL_VERIFICATION = "mandatory"
    UserFactory(email="new@example.org")
    assert register() is None
    (message,) = mails_to("new@example.org")
    assert message.subject == "You have an account at Halftide"
    assert "/login/" in message.body
    assert User.objects.count() == 1


def test_ten_an_hour_from_one_address(time_machine):
    time_machine.move_to("2026-11-21T10:00:00Z", tick=False)
    for number in range(10):
        register(email=f"p{number}@example.org")
    with pytest.raises(TooManyRequests):
        register(email="p10@example.org")
    assert User.objects.count() == 10
    register(email="p10@example.org", client_address="203.0.113.8")
    time_machine.move_to("2026-11-21T11:00:01Z", tick=False)
    register(email="p11@example.org")
