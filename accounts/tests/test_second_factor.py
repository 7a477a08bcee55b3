"""Authenticator app and recovery codes: set up, asked for, spent once, given up."""

import base64
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import signing
from django.test import Client

from accounts.models import User
from accounts.selectors.factors import has_second_factor, recovery_codes_left
from accounts.selectors.totp import code_at
from accounts.services import second_factor
from accounts.services.email_codes import WrongCode
from accounts.services.factors import add_app, remove_factor, renew_recovery_codes
from accounts.services.mfa_token import SALT
from accounts.services.second_factor import check_second_factor
from accounts.tests.api import call, post, refused
from accounts.tests.conftest import wrong
from accounts.tests.factories import APP_SECRET, PASSWORD, app_code, give_app
from shop.common.errors import Conflict, NotFound, TooManyRequests
from shop.testing.concurrency import Meeting, race

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_are_those_of_rfc_6238(seconds, code):
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert code_at(secret, seconds // 30) == code


class TestSpending:
    def test_a_code_is_good_once_and_none_before_it(self, shopper):
        give_app(shopper)
        check_second_factor(user=shopper, code=f" {app_code()[:3]} {app_code()[3:]}")
        for spent in (app_code(), app_code(-1)):
            with pytest.raises(WrongCode):
                check_second_factor(user=shopper, code=spent)
        check_second_factor(user=shopper, code=app_code(+1))

    def test_codes_of_other_times_are_not(self, shopper):
        give_app(shopper)
        for steps in (-20, +2, +20):
            with pytest.raises(WrongCode):
                check_second_factor(user=shopper, code=app_code(steps))

    def test_a_recovery_code_is_good_once(self, shopper):
        codes = give_app(shopper)
        assert (len(set(codes)), recovery_codes_left(shopper.pk)) == (10, 10)
        check_second_factor(user=shopper, code=codes[3])
        with pytest.raises(WrongCode):
            check_second_factor(user=shopper, code=codes[3])
        assert recovery_codes_left(shopper.pk) == 9

    def test_ten_guesses_and_then_the_right_one_is_refused(self, shopper):
        give_app(shopper)
        for _ in range(10):
            with pytest.raises(WrongCode):
                check_second_factor(user=shopper, code=wrong(app_code()))
        with pytest.raises(TooManyRequests):
            check_second_factor(user=shopper, code=app_code())

    def test_nobody_elses(self, shopper, other_shopper):
        codes = give_app(shopper)
        for code in (app_code(), codes[0], ""):
            with pytest.raises(WrongCode):
                check_second_factor(user=other_shopper, code=code)


def test_secrets_are_encrypted_at_rest(shopper):
    codes = give_app(shopper)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert APP_SECRET not in stored
    assert not any(code in stored for code in codes)


def test_secrets_survive_a_new_key_that_names_the_old_one(shopper, settings):
    give_app(shopper)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-another-key-another-key-1"
    check_second_factor(user=shopper, code=app_code())


def test_an_app_is_set_up_once_and_by_a_right_code(shopper, mails_to):
    with pytest.raises(WrongCode):
        add_app(user=shopper, secret=APP_SECRET, code=wrong(app_code()))
    assert len(add_app(user=shopper, secret=APP_SECRET, code=app_code())) == 10
    with pytest.raises(Conflict):
        add_app(user=shopper, secret=APP_SECRET, code=app_code())
    assert mails_to(shopper.email)[-1].subject == "Signing in at Halftide was changed"


def test_removing_the_last_one_takes_the_recovery_codes(shopper, other_shopper):
    give_app(shopper)
    app = Authenticator.objects.get(type="totp")
    with pytest.raises(NotFound):
        remove_factor(user=other_shopper, factor_id=app.pk)
    remove_factor(user=shopper, factor_id=app.pk)
    assert not Authenticator.objects.exists()
    with pytest.raises(NotFound):
        renew_recovery_codes(user=shopper)


def test_new_recovery_codes_replace_the_old(shopper):
    old = give_app(shopper)
    new = renew_recovery_codes(user=shopper)
    assert not set(old) & set(new)
    with pytest.raises(WrongCode):
        check_second_factor(user=shopper, code=old[0])
    check_second_factor(user=shopper, code=new[0])


class TestByTheAPI:
    def first_step(self, user):
        answer = post("login", {"email": user.email, "password": PASSWORD})
        return refused(answer, 401, "mfa_required")["mfa_token"]

    def test_the_second_step_gives_the_tokens(self, shopper):
        give_app(shopper)
        answer = post("login/mfa", {"mfa_token": self.first_step(shopper), "code": app_code()})
        assert answer.status_code == 200
        assert call("get", "me", token=answer.json()["access_token"]).json()["email"] == shopper.email

    def test_wrong_codes_and_tokens(self, shopper):
        give_app(shopper)
        token = self.first_step(shopper)
        refused(post("login/mfa", {"mfa_token": token, "code": wrong(app_code())}), 400, "invalid_code")
        refused(post("login/mfa", {"mfa_token": token[:-2], "code": app_code()}), 401, "invalid_token")
        refused(post("login/mfa", {"mfa_token": signing.dumps({"user": 1}), "code": "1"}), 401, "invalid_token")
        refused(post("login/mfa", {"code": app_code()}), 400, "invalid")
        refused(call("get", "me", token=token), 401, "invalid_token")

    def test_the_token_ends(self, shopper):
        give_app(shopper)
        token = self.first_step(shopper)
        with time_machine.travel(time.time() + 301):
            refused(post("login/mfa", {"mfa_token": token, "code": app_code()}), 401, "invalid_token")

    def test_the_token_ends_with_the_password(self, shopper):
        give_app(shopper)
        token = self.first_step(shopper)
        shopper.set_password("another quiet wall")
        shopper.save()
        refused(post("login/mfa", {"mfa_token": token, "code": app_code()}), 401, "invalid_token")
        assert signing.loads(token, salt=SALT)["user"] == shopper.pk

    def test_a_wrong_password_does_not_tell_of_it(self, shopper):
        give_app(shopper)
        refused(post("login", {"email": shopper.email, "password": "no"}), 401, "invalid_credentials")


class TestOnPages:
    def who(self, client):
        return client.session.get("_auth_user_id")

    def first_step(self, client, **more):
        return client.post("/login/", {"identifier": "shopper", "password": PASSWORD} | more)

    def test_signing_in_takes_both(self, client, shopper):
        give_app(shopper)
        assert self.first_step(client, next="/account/addresses/", remember="on").url == "/login/second-step/"
        assert self.who(client) is None
        assert client.get("/account/").status_code == 302
        page = client.post("/login/second-step/", {"code": wrong(app_code())})
        assert "This code is not right" in page.content.decode()
        assert self.who(client) is None
        assert client.post("/login/second-step/", {"code": app_code()}).url == "/account/addresses/"
        assert self.who(client) == str(shopper.pk)
        assert not client.session.get_expire_at_browser_close()

    def test_nobody_stands_there_without_the_first_step(self, client, shopper):
        give_app(shopper)
        assert client.get("/login/second-step/").url == "/login/"
        assert client.post("/login/second-step/", {"code": app_code()}).url == "/login/"
        assert self.who(client) is None

    def test_the_first_step_grows_old(self, client, shopper):
        give_app(shopper)
        self.first_step(client)
        with time_machine.travel(time.time() + 1000):
            assert client.post("/login/second-step/", {"code": app_code()}).url == "/login/"

    def test_setting_up_and_removing(self, shopper, client_of):
        mine = client_of(shopper)
        page = mine.get("/account/security/app/").content.decode()
        assert "data:image/svg+xml;base64," in page
        secret = mine.get("/account/security/app/").context["secret"].replace(" ", "")
        assert secret not in str(dict(mine.session))

        code = code_at(secret, int(time.time()) // 30)
        page = mine.post("/account/security/app/", {"code": code, "current_password": "wrong one"})
        assert set(page.context["form"].errors) == {"current_password"}
        page = mine.post("/account/security/app/", {"code": code, "current_password": PASSWORD})
        assert len(page.context["codes"]) == 10
        assert "no-store" in page["Cache-Control"]
        assert has_second_factor(shopper)
        factor = Authenticator.objects.get(type="totp")
        url = f"/account/security/factors/{factor.pk}/remove/"
        assert set(mine.post(url, {"current_password": "no"}).context["form"].errors) == {"current_password"}
        assert mine.post(url, {"current_password": PASSWORD}).url == "/account/security/"
        assert not has_second_factor(shopper)

    def test_renewing_the_codes_wants_the_password(self, shopper, client_of):
        old = give_app(shopper)
        mine = client_of(shopper)
        url = "/account/security/recovery-codes/"
        assert "codes" not in (mine.post(url, {"current_password": "no"}).context or {})
        assert set(mine.post(url, {"current_password": PASSWORD}).context["codes"]).isdisjoint(old)

    def test_somebody_elses_factor_is_not_there(self, shopper, other_shopper, client_of):
        give_app(other_shopper)
        factor = Authenticator.objects.get(type="totp")
        url = f"/account/security/factors/{factor.pk}/remove/"
        assert client_of(shopper).post(url, {"current_password": PASSWORD}).url == "/account/security/"
        assert has_second_factor(other_shopper)


class TestStaff:
    def sign_in(self, client):
        return client.post("/admin/login/?next=/admin/", {"username": "staff", "password": PASSWORD})

    def test_the_admins_door_asks_for_it(self, client, staff):
        give_app(staff)
        assert self.sign_in(client).url == "/login/second-step/"
        assert client.get("/admin/").status_code == 302
        assert client.post("/login/second-step/", {"code": app_code()}).url == "/admin/"
        assert client.get("/admin/").status_code == 200

    def test_where_it_is_required_nothing_works_without(self, client, staff, settings):
        settings.SHOP_STAFF_MFA = "required"
        self.sign_in(client)
        assert client.get("/admin/").url.startswith("/admin/login/")
        page = client.get("/admin/login/", follow=True)
        assert page.redirect_chain[-1][0] == "/account/security/"
        assert "Set one up" in page.content.decode()
        assert not User.objects.get(pk=staff.pk).has_perm("orders.view_order")
        give_app(staff)
        assert client.get("/admin/").status_code == 200
        assert User.objects.get(pk=staff.pk).has_perm("orders.view_order")

    def test_where_it_is_required_customers_go_on_as_before(self, client, shopper, settings):
        settings.SHOP_STAFF_MFA = "required"
        assert client.post("/login/", {"identifier": "shopper", "password": PASSWORD}).url == "/account/"

    def test_customers_are_told_that_the_admin_is_not_for_them(self, shopper, client_of):
        page = client_of(shopper).get("/admin/login/")
        assert page.status_code == 200
        assert "not authorized" in page.content.decode()


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_fifty_right_codes_at_once_are_one(self, shopper, settings):
        settings.SHOP_RATE_LIMITS_ENABLED = False
        give_app(shopper)
        code = app_code()
        outcome = race(50, lambda _: check_second_factor(user=shopper, code=code))
        assert len(outcome.results) == 1
        assert outcome.unexpected(WrongCode) == []

    @pytest.mark.mariadb
    def test_control_without_the_lock_it_works_more_often(self, shopper, settings, monkeypatch):
        """On SQLite only one writes at a time, whether asked to or not."""

        settings.SHOP_RATE_LIMITS_ENABLED = False
        give_app(shopper)
        code, meeting = app_code(), Meeting(8)
        original = second_factor.matching_step

        def meet(*args, **kwargs):
            meeting.arrive()
            return original(*args, **kwargs)

        monkeypatch.setattr(second_factor, "lock_person", lambda user: None)
        monkeypatch.setattr(second_factor, "matching_step", meet)
        outcome = race(8, lambda _: check_second_factor(user=shopper, code=code))
        assert len(outcome.results) > 1

    def test_a_hundred_guesses_at_once_are_ten(self, shopper, settings, monkeypatch):

        give_app(shopper)
        looked = []
        monkeypatch.setattr(second_factor, "_spend", lambda user, code: looked.append(code) or False)
        outcome = race(100, lambda _: check_second_factor(user=shopper, code="000000"))
        assert len(looked) == 10
        assert outcome.errors_by_type() == {"WrongCode": 10, "TooManyRequests": 90}


def test_a_forgotten_password_does_not_open_the_second_step(shopper, code_sent_to):
    give_app(shopper)
    client = Client()
    client.post("/forgot-password/", {"email": shopper.email})
    client.post("/forgot-password/code/", {"code": code_sent_to(shopper.email), "new_password": "another quiet wall"})
    answer = client.post("/login/", {"identifier": "shopper", "password": "another quiet wall"})
    assert answer.url == "/login/second-step/"
