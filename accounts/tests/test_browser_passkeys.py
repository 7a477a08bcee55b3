"""Passkeys in Chromium, with an authenticator that the browser itself plays; and providers under the page's policy."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.selectors.factors import passkeys_of
from accounts.tests.factories import PASSWORD, UserFactory
from carts.tests.factories import default_prices, goods

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def url(live_server):
    """By name: passkeys belong to names, never to numbers."""
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def complaints(page):
    found = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def give_key(page, **changed):
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEY, **changed}})
    return session, made["authenticatorId"]


def sign_in(page, url, person):
    page.goto(f"{url}/login/")
    page.get_by_label("E-mail or username").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():  # who goes on before the answer is there has not signed in
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page):
    with page.expect_navigation():
        page.get_by_label("Pages of your account").get_by_role("button", name="Sign out").click()


def add_passkey(page, url):
    page.goto(f"{url}/account/security/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("My laptop")
    page.get_by_label("Present password").fill("wrong")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("alert")).to_have_text("This is not your present password.")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("link", name="Rename My laptop")).to_be_visible()


def test_made_used_both_ways_renamed_and_removed(page, url, complaints):
    person = UserFactory(first_name="Ada")
    session, key = give_key(page)
    sign_in(page, url, person)
    add_passkey(page, url)

    sign_out(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto(f"{url}/login/?next=/account/profile/")
    page.get_by_label("Keep me signed in").check()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Profile")

    sign_out(page)
    sign_in(page, url, person)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Ada")

    page.goto(f"{url}/account/security/")
    page.get_by_role("link", name="Rename My laptop").click()
    page.get_by_label("Name").fill("The old laptop")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove The old laptop").click()
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("It is removed.")).to_be_visible()
    assert not passkeys_of(person.pk).exists()

    sign_out(page)
    page.goto(f"{url}/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("We could not sign you in with this passkey")).to_be_visible()
    assert [line for line in complaints if "400" not in line] == []
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})


def test_staff_need_one_where_it_is_required_and_come_in_with_it(page, url, staff, settings, complaints):
    settings.SHOP_STAFF_MFA = "required"
    give_key(page)
    sign_in(page, url, staff)
    page.goto(f"{url}/admin/")
    expect(page.get_by_text("Staff of this shop sign in with a second step.")).to_be_visible()
    add_passkey(page, url)
    page.goto(f"{url}/account/")
    sign_out(page)
    page.goto(f"{url}/admin/")
    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{url}/admin/")
    assert [line for line in complaints if "400" not in line] == []


def test_nothing_is_lost_when_the_browser_gets_none(page, url):
    give_key(page, isUserVerified=False)
    page.goto(f"{url}/login/")
    page.get_by_label("E-mail or username").fill("ada")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_have_text("No passkey was used. Try again whenever you like.")
    expect(page.get_by_label("E-mail or username")).to_have_value("ada")


def test_without_script_the_page_says_what_is_missing(page_without_javascript, url):
    person, page = UserFactory(), page_without_javascript
    sign_in(page, url, person)
    page.goto(f"{url}/account/security/passkeys/new/")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Add the passkey")).to_be_hidden()


@pytest.mark.parametrize("name", ["Google", "GitHub"])
def test_the_way_to_a_provider_and_back_under_the_policy(page, url, elsewhere, complaints, name):
    page.goto(f"{url}/login/?next=/account/security/")
    page.get_by_role("button", name=f"Continue with {name}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Security")
    expect(page.get_by_role("link", name=f"Disconnect {name}")).to_be_visible()
    assert User.objects.get().email == "ada@example.org"
    assert complaints == []


def test_hearts_on_cards_and_the_pause_before_another_code(page, url, complaints):
    default_prices()
    thing = goods(name="Weave 2").product
    page.goto(f"{url}/products/")
    heart = page.locator(".card__heart").first
    expect(heart).to_have_accessible_name("Put Weave 2 on your wish list")
    heart.click()
    expect(heart).to_have_accessible_name("Weave 2 is on your wish list")
    page.reload()
    expect(heart).to_have_accessible_name("Weave 2 is on your wish list")
    heart.click()
    expect(heart).to_have_accessible_name("Put Weave 2 on your wish list")
    page.goto(f"{url}{thing.get_absolute_url()}")
    expect(page.get_by_role("button", name="Add to wish list")).to_be_visible()

    page.goto(f"{url}/login/code/")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_role("button", name="Send the code").click()
    expect(page.get_by_role("button", name=re.compile(r"^Send another code in \d+ s$"))).to_be_disabled()
    assert complaints == []
