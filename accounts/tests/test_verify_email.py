import pytest

from accounts.models import User
from accounts.services.email_codes import WrongCode
from accounts.services.verify_email import resend_pending_code, send_verification_code, verify_email
from accounts.tests.conftest import wrong
from accounts.tests.factories import UserFactory
from shop.common.errors import TooManyRequests

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory(email="a@example.org", email_verified_at=None)


def test_the_code_proves_the_address(user, code_sent_to):
    send_verification_code(user)
    verified = verify_email(email="a@example.org", digits=code_sent_to("a@example.org"))
    assert verified == user
    assert User.objects.get(pk=user.pk).is_verified


def test_a_wrong_code_does_not(user, code_sent_to):
    send_verification_code(user)
    with pytest.raises(WrongCode):
        verify_email(email="a@example.org", digits=wrong(code_sent_to("a@example.org")))
    assert not User.objects.get(pk=user.pk).is_verified


def test_a_code_for_a_former_address_proves_nothing(user, code_sent_to):
    send_verification_code(user)
    code = code_sent_to("a@example.org")
    User.objects.filter(pk=user.pk).update(email="moved@example.org")
    with pytest.raises(WrongCode):
        verify_email(email="a@example.org", digits=code)
    assert not User.objects.get(pk=user.pk).is_verified


def test_five_mails_an_hour_and_none_to_the_verified(user, shopper, mails_to):
    for _ in range(5):
        send_verification_code(user)
    with pytest.raises(TooManyRequests):
        send_verification_code(user)
    assert len(mails_to(user.email)) == 5
    send_verification_code(shopper)
    assert mails_to(shopper.email) == []


def test_another_code_for_the_session_that_registered(user, mails_to, code_sent_to):
    send_verification_code(user, browser="mine")
    resend_pending_code(email="a@example.org", browser="mine")
    assert verify_email(email="a@example.org", digits=code_sent_to("a@example.org"), browser="mine") == user


def test_a_session_that_did_not_register_gets_a_word_instead_of_a_code(user, mails_to):
    send_verification_code(user, browser="theirs")
    resend_pending_code(email="a@example.org", browser="mine")
    assert mails_to("a@example.org")[-1].subject == "You have an account at Halftide"


def test_no_account_no_mail(mails_to):
    resend_pending_code(email="nobody@example.org", browser="mine")
    assert mails_to("nobody@example.org") == []
