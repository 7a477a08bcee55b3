"""SHOP_LOGIN_FIELDS: what people sign in with."""

import pytest

from accounts.models import User
from accounts.tests.api import post, refused
from accounts.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def opens(identifier):
    return post("login", {"identifier": identifier, "password": PASSWORD}).status_code == 200


@pytest.mark.parametrize(
    ("fields", "by_email", "by_username", "label"),
    [
        (["email", "username"], True, True, "E-mail or username"),
        (["email"], True, False, "E-mail"),
        (["username"], False, True, "Username"),
    ],
)
def test_what_opens_the_door(client, shopper, settings, fields, by_email, by_username, label):
    settings.SHOP_LOGIN_FIELDS = fields
    assert (opens("shopper@example.org"), opens("shopper")) == (by_email, by_username)
    assert f">{label}<" in client.get("/login/").content.decode()


def test_where_usernames_open_nothing_nobody_is_asked_for_one(client, shopper, settings, client_of):
    settings.SHOP_LOGIN_FIELDS = ["email"]
    assert 'name="username"' not in client.get("/register/").content.decode()
    assert client.post("/register/", {"email": "ada@example.org", "password": PASSWORD}).url == "/account/"
    mine = client_of(shopper)
    assert 'name="username"' not in mine.get("/account/profile/").content.decode()
    assert mine.post("/account/profile/", {"first_name": "Ada"}).status_code == 302
    assert User.objects.get(pk=shopper.pk).first_name == "Ada"
    assert User.objects.get(pk=shopper.pk).username == "shopper"


def test_where_they_are_all_there_is_everybody_needs_one(client, shopper, settings, client_of):
    settings.SHOP_LOGIN_FIELDS = ["username"]
    page = client.post("/register/", {"email": "ada@example.org", "password": PASSWORD})
    assert set(page.context["form"].errors) == {"username"}
    refused(post("register", {"email": "ada@example.org", "password": PASSWORD}), 400, "invalid")
    page = client_of(shopper).post("/account/profile/", {"first_name": "Ada", "username": ""})
    assert set(page.context["form"].errors) == {"username"}
    assert not User.objects.filter(email="ada@example.org").exists()
