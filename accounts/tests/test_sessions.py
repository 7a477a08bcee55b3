"""Where one is signed in, and signing out there."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import TokenFamily
from accounts.selectors.sessions import api_sign_ins_of
from accounts.tests.api import call, refused, token_of
from accounts.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def browser(user, agent=FIREFOX):
    client = Client(headers={"user-agent": agent})
    client.post("/login/", {"identifier": user.username, "password": PASSWORD})
    return client


def test_they_are_listed_by_name(shopper):
    mine, token = browser(shopper), token_of(shopper)
    page = mine.get("/account/security/").content.decode()
    assert token
    assert page.count("Firefox, Linux") == 1
    assert "This browser" in page
    assert "A program by the API" in page


def test_one_is_ended(shopper):
    mine, other = browser(shopper), browser(shopper, "curl/8")
    session = UserSession.objects.get(user_agent="curl/8")
    assert mine.post(f"/account/security/sessions/{session.pk}/end/").url == "/account/security/"
    assert other.get("/account/").status_code == 302
    assert mine.get("/account/").status_code == 200


def test_a_program_is_ended(shopper):
    mine, token = browser(shopper), token_of(shopper)
    (family,) = api_sign_ins_of(shopper)
    mine.post(f"/account/security/programs/{family.public_id}/end/")
    refused(call("get", "me", token=token), 401, "invalid_token")
    assert api_sign_ins_of(shopper) == []


def test_everywhere_else_at_once(shopper):
    mine, other, token = browser(shopper), browser(shopper), token_of(shopper)
    mine.post("/account/security/end-others/")
    assert mine.get("/account/security/").content.decode().count("Firefox, Linux") == 1
    assert other.get("/account/").status_code == 302
    refused(call("get", "me", token=token), 401, "invalid_token")


def test_nobody_elses(shopper, other_shopper):
    mine = browser(shopper)
    browser(other_shopper)
    token_of(other_shopper)
    session, family = UserSession.objects.get(user=other_shopper), TokenFamily.objects.get(user=other_shopper)
    assert mine.post(f"/account/security/sessions/{session.pk}/end/").status_code == 404
    assert mine.post(f"/account/security/programs/{family.public_id}/end/").status_code == 404
    assert UserSession.objects.filter(pk=session.pk).exists()
    assert api_sign_ins_of(other_shopper)


def test_the_number_of_queries_does_not_grow(shopper, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    mine = browser(shopper)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            mine.get("/account/security/")
        return len(seen)

    for _ in range(2):
        token_of(shopper)
    few = queries()
    for number in range(10):
        token_of(shopper)
        UserSession.objects.create(user=shopper, ip="203.0.113.1", session_key=f"k{number}", user_agent="curl")
    assert queries() == few


def test_a_changed_password_keeps_this_browser_in_the_list(shopper):
    mine, other = browser(shopper), browser(shopper)
    mine.post("/account/password/", {"current_password": PASSWORD, "new_password": "another quiet wall"})
    assert mine.get("/account/security/").content.decode().count("Firefox, Linux") == 1
    assert other.get("/account/").status_code == 302
