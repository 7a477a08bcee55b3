import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import EmailCode, User
from accounts.services.email_codes import WrongCode
from accounts.services.reset_password import request_reset, reset_password
from accounts.tests.conftest import wrong
from accounts.tests.factories import AddressFactory, UserFactory
from shop.common.errors import InvalidInput, TooManyRequests

pytestmark = pytest.mark.django_db

NEW = "another quiet wall"


def reset(digits, **given):
    reset_password(**{"email": "a@example.org", "browser": "mine", "digits": digits, "new_password": NEW} | given)


@pytest.fixture
def user():
    return UserFactory(email="a@example.org")


@pytest.fixture
def code(user, code_sent_to):
    request_reset(email="A@example.org", browser="mine")
    return code_sent_to("a@example.org")


def test_the_code_sets_a_password_and_the_owner_is_told(user, code, mails_to):
    reset(code)
    assert User.objects.get(pk=user.pk).check_password(NEW)
    assert mails_to("a@example.org")[-1].subject == "Your password at Halftide was changed"


def test_every_session_ends(user, code, client_of):
    client = client_of(user)
    assert client.get("/account/").status_code == 200
    reset(code)
    assert client.get("/account/").status_code == 302


def test_once_only(code):
    reset(code)
    with pytest.raises(WrongCode):
        reset(code)


def test_a_wrong_code_changes_nothing_and_stays_counted(user, code):
    with pytest.raises(WrongCode):
        reset(wrong(code))
    assert not User.objects.get(pk=user.pk).check_password(NEW)
    assert EmailCode.objects.get().tries == 1


def test_a_bad_password_costs_no_try(code):
    with pytest.raises(InvalidInput) as error:
        reset(code, new_password="short")
    assert set(error.value.fields) == {"new_password"}
    assert EmailCode.objects.get().tries == 0
    reset(code)


def test_another_session_cannot_use_the_code(code):
    with pytest.raises(WrongCode):
        reset(code, browser="theirs")


def test_unknown_and_deactivated_get_no_mail_and_the_same_answer(mails_to):
    UserFactory(email="gone@example.org", is_active=False)
    for email in ("nobody@example.org", "gone@example.org"):
        assert request_reset(email=email, browser="mine") is None
        assert mails_to(email) == []
    assert not EmailCode.objects.exists()


def test_known_and_unknown_cost_the_same_queries(user):
    def statements(email):
        with CaptureQueriesContext(connection) as queries:
            request_reset(email=email, browser="mine")
        return [re.split(r"[(x]|WHERE", query["sql"])[0][:24] for query in queries]

    assert statements("a@example.org") == statements("nobody@example.org")
    assert not any("accounts_user" in statement for statement in statements("a@example.org"))


def test_what_is_no_address_is_said():
    with pytest.raises(InvalidInput) as error:
        request_reset(email="nope", browser="mine")
    assert set(error.value.fields) == {"email"}


def test_five_mails_an_hour():
    for _ in range(5):
        request_reset(email="a@example.org", browser="mine")
    with pytest.raises(TooManyRequests):
        request_reset(email=" A@example.org", browser="mine")


def test_an_unproven_account_is_emptied_for_whoever_proves_the_address(user, code):
    user.email_verified_at = None
    user.save()
    AddressFactory(user=user)
    reset(code)
    user.refresh_from_db()
    assert user.is_verified
    assert not user.addresses.exists()


def test_a_proven_account_keeps_its_addresses(user, code):
    AddressFactory(user=user)
    reset(code)
    assert user.addresses.count() == 1


def test_a_code_for_a_former_address_is_worth_nothing(user, code):
    User.objects.filter(pk=user.pk).update(email="moved@example.org")
    with pytest.raises(WrongCode):
        reset(code)
