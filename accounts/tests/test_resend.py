"""Another code: after a visible pause, within the limit, and only where one was asked for."""

import time

import pytest
import time_machine

from accounts.models import EmailCode
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.web.pending import PAUSE

pytestmark = pytest.mark.django_db

NEW = "moved@example.org"


def page(client, url):
    return client.get(url).content.decode()


@pytest.fixture
def changing(client_of, shopper):
    """Somebody who waits for the code at their new address."""
    mine = client_of(shopper)
    assert mine.post("/account/email/", {"new_email": NEW, "current_password": PASSWORD}).status_code == 302
    return mine


@pytest.mark.parametrize(
    ("ask", "url"),
    [("/login/code/", "/login/code/check/"), ("/forgot-password/", "/forgot-password/code/")],
)
def test_the_page_counts_down_and_then_does_not(client, ask, url):
    began = time.time()
    client.post(ask, {"email": "who@example.org"})
    assert f'data-wait="{PAUSE}"' in page(client, url) or f'data-wait="{PAUSE - 1}"' in page(client, url)
    with time_machine.travel(began + PAUSE + 2):
        assert "data-wait" not in page(client, url)
        assert "Send another code" in page(client, url)


def test_after_joining_and_for_a_new_address_too(client, changing):
    client.post("/register/", {"email": "new@example.org", "password": PASSWORD})
    assert "data-wait=" in page(client, "/account/verify-email/")
    assert "data-wait=" in page(changing, "/account/email/code/")


def test_where_one_goes_afterwards_is_kept(client, code_sent_to):
    UserFactory(email="ada@example.org")
    client.post("/login/code/", {"email": "ada@example.org", "next": "/account/addresses/"})
    assert 'name="next" value="/account/addresses/"' in page(client, "/login/code/check/")
    client.post("/login/code/", {"email": "ada@example.org", "next": "/account/addresses/"})
    code = code_sent_to("ada@example.org")
    assert client.post("/login/code/check/", {"code": code}).url == "/account/addresses/"


def test_a_new_address_gets_another_code_without_the_password(changing, shopper, code_sent_to):
    first = code_sent_to(NEW)
    assert changing.post("/account/email/code/resend/").url == "/account/email/code/"
    second = code_sent_to(NEW)
    assert EmailCode.objects.count() == 2
    changing.post("/account/email/code/", {"code": second})
    shopper.refresh_from_db()
    assert shopper.email == NEW
    assert first


def test_five_mails_an_hour_and_no_more(changing, mails_to):
    pages = [changing.post("/account/email/code/resend/") for _ in range(6)]
    assert {answer.url for answer in pages} == {"/account/email/code/"}
    assert len(mails_to(NEW)) == 5
    assert "tried too often" in page(changing, "/account/email/code/")


def test_only_where_the_change_was_asked_for(client_of, shopper, mails_to):
    mine = client_of(shopper)
    assert mine.post("/account/email/code/resend/").url == "/account/email/"
    assert mails_to(NEW) == []


def test_an_address_that_has_an_account_is_told_again_and_no_code_made(client_of, shopper, other_shopper, mails_to):
    mine = client_of(shopper)
    mine.post("/account/email/", {"new_email": other_shopper.email, "current_password": PASSWORD})
    mine.post("/account/email/code/resend/")
    assert len(mails_to(other_shopper.email)) == 2
    assert not EmailCode.objects.exists()
