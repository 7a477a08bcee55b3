"""The whole way of an account in Chromium with scripts off."""

import pytest

from accounts.models import User
from accounts.tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "another quiet wall"


def test_joining_confirming_and_coming_back_with_a_new_password(page_without_javascript, live_server, code_sent_to):
    page = page_without_javascript
    page.goto(f"{live_server.url}/register/")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("heading", name="Hello, ada").wait_for()

    page.get_by_role("link", name="Type it in").click()
    page.get_by_label("Code").fill(code_sent_to("ada@example.org"))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("confirmed", exact=True).wait_for()

    with page.expect_navigation():
        page.get_by_label("Pages of your account").get_by_role("button", name="Sign out").click()
    page.goto(f"{live_server.url}/account/addresses/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code").fill(code_sent_to("ada@example.org"))
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_label("E-mail or username").fill("ada@example.org")
    page.get_by_label("Password").fill(NEW)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Hello, ada").wait_for()
    assert User.objects.get().is_verified
