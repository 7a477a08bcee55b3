import re

import pytest

from accounts.models import User
from accounts.tests.conftest import wrong

pytestmark = pytest.mark.django_db

ASK = "/forgot-password/"
SET = "/forgot-password/code/"
NEW = "another quiet wall"


def ask(client, email="shopper@example.org"):
    return client.post(ASK, {"email": email})


def test_the_whole_way(client, shopper, code_sent_to):
    assert ask(client, " Shopper@Example.org ").url == SET
    page = client.post(SET, {"code": code_sent_to("shopper@example.org"), "new_password": NEW})
    assert page.url == "/login/"
    assert User.objects.get(pk=shopper.pk).check_password(NEW)
    assert client.get(SET).url == ASK
    assert "Your password is changed. Sign in with it." in client.get("/login/").content.decode()


def test_a_wrong_code_is_said_and_the_password_never_shown(client, shopper, code_sent_to):
    ask(client)
    page = client.post(SET, {"code": wrong(code_sent_to("shopper@example.org")), "new_password": NEW})
    assert set(page.context["form"].errors) == {"code"}
    assert NEW not in page.content.decode()
    assert not User.objects.get(pk=shopper.pk).check_password(NEW)


@pytest.mark.parametrize(
    "given",
    [
        {"code": "", "new_password": NEW},
        {"code": "123456", "new_password": ""},
        {"code": "x" * 10_000, "new_password": NEW},
    ],
)
def test_what_is_missing_or_too_much_is_named(client, shopper, given):
    ask(client)
    page = client.post(SET, given)
    assert page.status_code == 200
    assert len(page.context["form"].errors) == 1


def test_known_and_unknown_addresses_look_the_same(shopper):
    from django.test import Client

    def walk(email):
        client = Client()
        asked = ask(client, email)
        pages = [client.get(asked.url), client.post(SET, {"code": "000000", "new_password": NEW}), ask(client, email)]
        texts = [re.sub(r'value="[^"]*"', "", page.content.decode()).replace(email, "…") for page in pages]
        return asked.status_code, asked.url, [page.status_code for page in pages], texts

    assert walk("shopper@example.org") == walk("stranger@example.org")


@pytest.mark.parametrize("email", ["", "nope", "x" * 10_000, "jörg@example.org", "a\x00@example.org"])
def test_what_is_no_address(client, email):
    page = ask(client, email)
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"email"}


def test_the_code_page_alone_leads_back(client):
    assert client.get(SET).url == ASK
    assert client.post(SET, {"code": "000000", "new_password": NEW}).url == ASK


def test_another_code_from_the_code_page(client, shopper, code_sent_to):
    ask(client)
    first = code_sent_to("shopper@example.org")
    ask(client)
    newest = code_sent_to("shopper@example.org")
    if first != newest:
        assert client.post(SET, {"code": first, "new_password": NEW}).status_code == 200
    assert client.post(SET, {"code": newest, "new_password": NEW}).url == "/login/"


def test_too_many_mails(client):
    for _ in range(5):
        ask(client)
    page = ask(client)
    assert page.status_code == 429
    assert 'value="shopper@example.org"' in page.content.decode()
