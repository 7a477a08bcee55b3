"""Signing in by Google and GitHub: whose account opens, what is connected, and what an address proves."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import Address, User
from accounts.selectors.factors import has_second_factor
from accounts.services import providers
from accounts.services.providers import AddressNotConfirmed, Identity, connect_provider, sign_in_by_provider
from accounts.tests.factories import PASSWORD, AddressFactory, UserFactory, app_code, give_app
from accounts.tests.provider_stand_in import Somebody
from orders.services.anonymize_customer import anonymize_customer
from shop.common.errors import Conflict, InvalidInput
from shop.testing.concurrency import race

pytestmark = pytest.mark.django_db

EMAIL = "ada@example.org"
ADA = Identity(provider="google", uid="4711", email=EMAIL, confirmed=True)


def go(client, elsewhere, provider="google", start=None, **typed):
    """To the provider and back; the last answer."""
    away = client.post(start or f"/login/with/{provider}/", typed)
    assert away.status_code == 302, away.content
    assert away.url.startswith(f"{elsewhere.url}/authorize?")
    back = elsewhere.let_in(dict(parse_qsl(urlsplit(away.url).query)))
    return client.get(back.removeprefix("http://testserver"))


def who(client):
    page = client.get("/account/")
    return page.context["user"] if page.status_code == 200 else None


def said(client, url="/login/"):
    return client.get(url).content.decode()


class TestWithoutKeys:
    def test_nothing_is_offered_and_nothing_answers(self, anonymous, client_of, shopper):
        assert "Continue with" not in said(anonymous)
        assert "Accounts elsewhere" not in said(client_of(shopper), "/account/security/")
        assert anonymous.post("/login/with/google/").status_code == 404
        assert anonymous.get("/login/with/google/back/").status_code == 404
        assert client_of(shopper).get("/account/security/connect/github/").status_code == 404

    def test_one_key_is_one_button(self, anonymous, settings):
        settings.SHOP_PROVIDERS = {"github": {"client_id": "x", "secret": "y"}}
        page = said(anonymous)
        assert "Continue with GitHub" in page
        assert "Google" not in page


@pytest.mark.parametrize("provider", ["google", "github"])
class TestNewPeople:
    def test_an_account_is_made_with_a_proved_address_and_no_password(self, elsewhere, provider, anonymous):
        assert go(anonymous, elsewhere, provider, next="/account/addresses/").url == "/account/addresses/"
        user = User.objects.get()
        assert (user.email, user.full_name, user.is_verified) == (EMAIL, "Ada Berg", True)
        assert not user.has_usable_password()
        assert who(anonymous) == user
        connection = SocialAccount.objects.get()
        assert (connection.provider, connection.uid, connection.extra_data) == (provider, "4711", {})
        assert set(elsewhere.asked["scope"].split()) <= {"profile", "email", "user:email"}

    def test_coming_again_is_the_same_account_whatever_the_address_is_now(self, elsewhere, provider, anonymous):
        go(anonymous, elsewhere, provider)
        elsewhere.somebody = Somebody(email="other@example.org", confirmed=False)
        door = Client()
        go(door, elsewhere, provider)
        assert who(door) == User.objects.get()

    def test_an_address_the_provider_has_not_confirmed_makes_nothing(self, elsewhere, provider, anonymous):
        elsewhere.somebody.confirmed = False
        assert go(anonymous, elsewhere, provider).url == "/login/"
        assert "No confirmed e-mail address came from there" in said(anonymous)
        assert not User.objects.exists()

    def test_who_says_no_there_is_told_so_here(self, elsewhere, provider, anonymous):
        elsewhere.somebody.refuses = True
        assert go(anonymous, elsewhere, provider).url == "/login/"
        assert "did not let you in" in said(anonymous)


class TestPeopleWeKnow:
    def test_a_proved_address_opens_the_account_and_tells_its_owner(self, elsewhere, anonymous, mails_to):
        user = UserFactory(email=EMAIL)
        AddressFactory(user=user)
        go(anonymous, elsewhere)
        assert who(anonymous) == user
        assert len(mails_to(EMAIL)) == 1
        user.refresh_from_db()
        assert user.check_password(PASSWORD)
        assert Address.objects.count() == 1

    def test_an_address_unconfirmed_there_opens_nothing(self, elsewhere, anonymous):
        UserFactory(email=EMAIL)
        elsewhere.somebody.confirmed = False
        assert go(anonymous, elsewhere).url == "/login/"
        assert who(anonymous) is None
        assert not SocialAccount.objects.exists()

    def test_not_even_when_its_connection_goes_meanwhile(self, elsewhere, anonymous, monkeypatch):
        UserFactory(email=EMAIL)
        mallory = SocialAccount.objects.create(user=UserFactory(), provider="google", uid=ADA.uid)
        unconfirmed = replace(ADA, email=EMAIL, confirmed=False)
        looked = providers._connected

        def looked_and_gone(identity):
            found = looked(identity)
            SocialAccount.objects.filter(pk=mallory.pk).delete()
            return found

        monkeypatch.setattr(providers, "_connected", looked_and_gone)
        with pytest.raises(AddressNotConfirmed):
            sign_in_by_provider(identity=unconfirmed, client_address="192.0.2.7")
        assert not SocialAccount.objects.exists()

    def test_what_somebody_set_up_with_an_address_that_was_not_theirs_goes(self, elsewhere, anonymous, client_of):
        squatter = UserFactory(email=EMAIL, email_verified_at=None)
        AddressFactory(user=squatter)
        give_app(squatter)
        SocialAccount.objects.create(user=squatter, provider="github", uid="666")
        theirs = client_of(squatter)
        go(anonymous, elsewhere)
        assert who(anonymous) == squatter
        assert who(theirs) is None
        squatter.refresh_from_db()
        assert squatter.is_verified
        assert not squatter.has_usable_password()
        assert not has_second_factor(squatter)
        assert not Address.objects.exists()
        assert list(SocialAccount.objects.values_list("provider", flat=True)) == ["google"]

    def test_the_second_step_is_still_asked_for(self, elsewhere, anonymous):
        give_app(UserFactory(email=EMAIL))
        assert go(anonymous, elsewhere).url == "/login/second-step/"
        assert who(anonymous) is None
        assert anonymous.post("/login/second-step/", {"code": app_code()}).url == "/account/"

    def test_staff_are_not_opened_by_an_address_alone(self, elsewhere, anonymous, staff, client_of):
        elsewhere.somebody.email = staff.email
        assert go(anonymous, elsewhere).url == "/login/"
        assert "not connected yet" in said(anonymous)
        connect_provider(user=staff, identity=Identity(provider="google", uid="4711"))
        go(anonymous, elsewhere)
        assert who(anonymous) == staff

    def test_who_is_deactivated_stays_outside(self, elsewhere, anonymous):
        UserFactory(email=EMAIL, is_active=False)
        assert go(anonymous, elsewhere).url == "/login/"
        assert "cannot be used" in said(anonymous)
        assert not SocialAccount.objects.exists()

    def test_mandatory_verification_holds(self, elsewhere, anonymous, settings):
        user = UserFactory(email=EMAIL, email_verified_at=None)
        connect_provider(user=user, identity=ADA)
        settings.SHOP_EMAIL_VERIFICATION = "mandatory"
        assert go(anonymous, elsewhere).url == "/account/verify-email/"
        assert who(anonymous) is None


class TestTheWayBack:
    def test_only_for_the_browser_that_went(self, elsewhere, anonymous):
        away = anonymous.post("/login/with/google/")
        back = elsewhere.let_in(dict(parse_qsl(urlsplit(away.url).query)))
        other = Client()
        assert other.get(back.removeprefix("http://testserver")).url == "/login/"
        assert who(other) is None

    def test_only_once(self, elsewhere, anonymous):
        away = anonymous.post("/login/with/google/")
        back = elsewhere.let_in(dict(parse_qsl(urlsplit(away.url).query))).removeprefix("http://testserver")
        anonymous.get(back)
        anonymous.post("/logout/")
        assert anonymous.get(back).url == "/login/"

    def test_nowhere_else(self, elsewhere, anonymous):
        assert go(anonymous, elsewhere, next="https://evil.example/").url == "/account/"

    def test_a_token_of_somebody_elses_client_is_refused(self, elsewhere, anonymous, monkeypatch):
        monkeypatch.setattr("accounts.tests.provider_stand_in.CLIENT", "another-shop")
        monkeypatch.setattr(elsewhere, "token", lambda form: {"access_token": "x", "id_token": elsewhere._id_token()})
        assert go(anonymous, elsewhere).url == "/login/"
        assert not User.objects.exists()

    def test_a_link_starts_nothing(self, elsewhere, anonymous):
        assert anonymous.get("/login/with/google/").status_code == 405

    def test_the_policy_lets_forms_end_there_and_only_where_they_do(self, elsewhere, anonymous, client_of, shopper):
        mine = client_of(shopper)
        connecting = "/account/security/connect/google/"
        for client, url in ((anonymous, "/login/"), (anonymous, "/register/"), (mine, connecting)):
            assert f"form-action 'self' {elsewhere.url}" in client.get(url).headers["Content-Security-Policy"], url
        assert elsewhere.url not in anonymous.get("/forgot-password/").headers["Content-Security-Policy"]


class TestConnecting:
    def connect(self, client, elsewhere, password=PASSWORD, provider="google"):
        return go(client, elsewhere, start=f"/account/security/connect/{provider}/", current_password=password)

    def test_with_the_password_and_told_by_mail(self, elsewhere, client_of, shopper, mails_to):
        mine = client_of(shopper)
        assert "not connected" in said(mine, "/account/security/")
        assert self.connect(mine, elsewhere).url == "/account/security/"
        assert "opens this account since" in said(mine, "/account/security/")
        assert len(mails_to(shopper.email)) == 1
        door = Client()
        go(door, elsewhere)
        assert who(door) == shopper

    def test_not_without_it(self, elsewhere, client_of, shopper):
        page = client_of(shopper).post("/account/security/connect/google/", {"current_password": "no"})
        assert page.status_code == 200
        assert "This is not your present password." in page.content.decode()

    def test_an_unconfirmed_address_does_not_matter_here(self, elsewhere, client_of, shopper):
        elsewhere.somebody.confirmed = False
        self.connect(client_of(shopper), elsewhere)
        assert SocialAccount.objects.get().user == shopper

    def test_one_that_opens_another_account_does_not_open_two(self, elsewhere, client_of, shopper, other_shopper):
        connect_provider(user=other_shopper, identity=ADA)
        mine = client_of(shopper)
        assert self.connect(mine, elsewhere).url == "/account/security/"
        assert "opens another one here" in said(mine, "/account/security/")
        assert SocialAccount.objects.get().user == other_shopper

    def test_only_for_who_asked(self, elsewhere, client_of, shopper, other_shopper):
        mine = client_of(shopper)
        away = mine.post("/account/security/connect/google/", {"current_password": PASSWORD})
        back = elsewhere.let_in(dict(parse_qsl(urlsplit(away.url).query)))
        session = mine.session
        states = session["socialaccount_states"]
        mine.force_login(other_shopper)
        session = mine.session
        session["socialaccount_states"] = states
        session.save()
        assert mine.get(back.removeprefix("http://testserver")).url == "/login/"
        assert not SocialAccount.objects.exists()

    def test_disconnected_with_the_password(self, elsewhere, client_of, shopper):
        mine = client_of(shopper)
        self.connect(mine, elsewhere)
        url = f"/account/security/connections/{SocialAccount.objects.get().pk}/end/"
        assert "Disconnect Google?" in said(mine, url)
        assert mine.post(url, {"current_password": "no"}).status_code == 200
        assert mine.post(url, {"current_password": PASSWORD}).url == "/account/security/"
        assert not SocialAccount.objects.exists()

    def test_nobody_elses(self, elsewhere, client_of, shopper, other_shopper):
        connect_provider(user=other_shopper, identity=ADA)
        url = f"/account/security/connections/{SocialAccount.objects.get().pk}/end/"
        mine = client_of(shopper)
        assert [mine.get(url).status_code, mine.post(url).status_code] == [404, 404]
        assert SocialAccount.objects.exists()


def test_closing_an_account_takes_its_connections_along(shopper):
    connect_provider(user=shopper, identity=ADA)
    anonymize_customer(user_id=shopper.pk)
    assert not SocialAccount.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_ten_windows_make_one_account(self):
        outcome = race(10, lambda _: sign_in_by_provider(identity=ADA, client_address="192.0.2.7").pk)
        assert len(set(outcome.results)) == 1
        assert outcome.unexpected(InvalidInput) == []
        assert (User.objects.count(), SocialAccount.objects.count()) == (1, 1)

    def test_two_accounts_connect_one(self):
        people = [UserFactory(), UserFactory()]
        outcome = race(2, lambda number: connect_provider(user=people[number], identity=ADA))
        assert len(outcome.results) == 1
        assert outcome.unexpected(Conflict) == []
