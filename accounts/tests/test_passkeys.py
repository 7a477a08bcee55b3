"""Passkeys: made, used instead of the password and after it, copied, forged, renamed, removed."""

import json
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from fido2.cbor import encode
from fido2.utils import websafe_encode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.selectors.factors import has_second_factor, passkeys_of, recovery_codes_left
from accounts.selectors.webauthn import Site, claimed_user_id, new_passkey, proved_passkey
from accounts.services import passkeys
from accounts.services.passkeys import MOST_PASSKEYS, WrongPasskey, begin_sign_in, sign_in_by_passkey
from accounts.tests.api import call, post, refused
from accounts.tests.authenticator import SoftPasskey, come_in, give_passkey
from accounts.tests.factories import PASSWORD, UserFactory
from shop.testing.concurrency import Meeting, race

pytestmark = pytest.mark.django_db

WRONG = "We could not sign you in with this passkey"


@pytest.fixture
def mine(client_of, shopper):
    return client_of(shopper)


def who(client):
    page = client.get("/account/")
    return page.context["user"] if page.status_code == 200 else None


class TestAdding:
    def test_it_gives_recovery_codes_once_and_tells_the_owner(self, mine, shopper, mails_to):
        asked = mine.post("/account/security/passkeys/new/options/", {"current_password": PASSWORD}).json()
        answer = SoftPasskey().create(asked)
        page = mine.post("/account/security/passkeys/new/", {"name": " My  phone ", "credential": answer})
        assert len(page.context["codes"]) == 10
        (stored,) = passkeys_of(shopper.pk)
        assert (str(stored), stored.data["count"]) == ("My phone", 1)
        assert set(stored.data) == {"name", "credential", "count"}
        assert len(mails_to(shopper.email)) == 1
        assert "My phone" in mine.get("/account/security/").content.decode()
        give_passkey(mine, PASSWORD, name="")
        assert [str(one) for one in passkeys_of(shopper.pk)] == ["My phone", "Passkey"]
        assert recovery_codes_left(shopper.pk) == 10

    def test_only_with_the_password(self, mine, shopper):
        asked = mine.post("/account/security/passkeys/new/options/", {"current_password": "no"})
        assert (asked.status_code, asked.json()) == (400, {"detail": "This is not your present password."})
        page = mine.post("/account/security/passkeys/new/", {"credential": "{}"})
        assert WRONG in page.content.decode()
        assert not has_second_factor(shopper)

    def test_too_many_tries_are_told_to_the_script(self, mine):
        options = "/account/security/passkeys/new/options/"
        answers = [mine.post(options, {"current_password": "no"}) for _ in range(15)]
        assert {answer.status_code for answer in answers} == {400, 429}
        assert answers[-1].json() == {"detail": "That was tried too often. Please wait a little."}
        assert int(answers[-1]["Retry-After"]) > 0

    def test_one_proof_is_good_for_five_minutes_of_tries(self, mine, shopper):
        options, began = "/account/security/passkeys/new/options/", time.time()
        assert mine.post(options, {"current_password": PASSWORD}).status_code == 200
        with time_machine.travel(began + 200):
            assert mine.post(options).status_code == 200
        with time_machine.travel(began + 310):
            assert mine.post(options).status_code == 400

    def test_the_browser_hears_of_those_there_are(self, mine, shopper):
        first = give_passkey(mine, PASSWORD)
        asked = mine.post("/account/security/passkeys/new/options/", {"current_password": PASSWORD}).json()
        assert len(asked["publicKey"]["excludeCredentials"]) == 1
        assert shopper.email == asked["publicKey"]["user"]["name"]
        again = mine.post("/account/security/passkeys/new/", {"credential": first.create(asked)})
        assert "This passkey is added already." in again.content.decode()
        assert passkeys_of(shopper.pk).count() == 1

    def test_answers_are_good_once_and_for_their_question(self, mine, shopper):
        asked = mine.post("/account/security/passkeys/new/options/", {"current_password": PASSWORD}).json()
        answer = SoftPasskey().create(asked)
        mine.post("/account/security/passkeys/new/options/", {"current_password": PASSWORD})
        assert WRONG in mine.post("/account/security/passkeys/new/", {"credential": answer}).content.decode()
        assert WRONG in mine.post("/account/security/passkeys/new/", {"credential": answer}).content.decode()
        assert not passkeys_of(shopper.pk).exists()

    @pytest.mark.parametrize("wrong", [{"origin": "http://testserver.evil"}, {"host": "evil"}])
    def test_not_from_elsewhere(self, mine, shopper, wrong):
        give_passkey(mine, PASSWORD, SoftPasskey(**wrong))
        assert not passkeys_of(shopper.pk).exists()

    def test_there_is_an_end_to_them(self, mine, shopper, monkeypatch):
        monkeypatch.setattr(passkeys, "MOST_PASSKEYS", 2)
        assert MOST_PASSKEYS == 20
        for _ in range(2):
            give_passkey(mine, PASSWORD)
        asked = mine.post("/account/security/passkeys/new/options/", {"current_password": PASSWORD}).json()
        page = mine.post("/account/security/passkeys/new/", {"credential": SoftPasskey().create(asked)})
        assert "You have 2 passkeys. Remove one first." in page.content.decode()
        assert passkeys_of(shopper.pk).count() == 2

    def test_names_are_text(self, mine, shopper):
        give_passkey(mine, PASSWORD, name="a\x00b")
        give_passkey(mine, PASSWORD, name="a" * 61)
        assert not passkeys_of(shopper.pk).exists()


class TestComingIn:
    def test_it_is_both_steps_at_once(self, mine, shopper):
        passkey, door = give_passkey(mine, PASSWORD), Client()
        page = come_in(door, passkey, next="/account/addresses/")
        assert page.url == "/account/addresses/"
        assert who(door) == shopper
        assert door.session.get_expire_at_browser_close()
        assert passkeys_of(shopper.pk).get().last_used_at is not None

    def test_it_is_kept_when_that_is_wanted(self, mine):
        passkey, door = give_passkey(mine, PASSWORD), Client()
        come_in(door, passkey, remember="on")
        assert not door.session.get_expire_at_browser_close()

    def test_one_that_sees_nobody_is_not_enough_alone(self, mine):
        passkey, door = give_passkey(mine, PASSWORD, SoftPasskey(sees_owner=False)), Client()
        assert come_in(door, passkey).url == "/login/"
        assert WRONG in door.get("/login/").content.decode()
        assert who(door) is None

    def test_nor_where_the_question_did_not_ask_for_it(self, mine, shopper):
        """The library looks at what was asked; the shop at what was answered."""
        passkey, site = give_passkey(mine, PASSWORD), Site(host="testserver", origin="http://testserver")
        ceremony = begin_sign_in(site=site)
        asked, state = json.loads(json.dumps(ceremony.options)), {**ceremony.state, "user_verification": "preferred"}
        at_the_door = {"site": site, "state": state, "client_address": "192.0.2.1"}
        passkey.sees_owner = False
        with pytest.raises(WrongPasskey):
            sign_in_by_passkey(answer=json.loads(passkey.get(asked)), **at_the_door)
        passkey.sees_owner = True
        assert sign_in_by_passkey(answer=json.loads(passkey.get(asked)), **at_the_door) == shopper

    def test_a_copy_is_refused(self, mine):
        passkey, door = give_passkey(mine, PASSWORD), Client()
        come_in(door, passkey)
        passkey.count -= 1
        assert come_in(Client(), passkey).url == "/login/"

    def test_those_that_do_not_count_are_fine(self, mine, shopper):
        passkey, door = give_passkey(mine, PASSWORD, SoftPasskey(counts=False)), Client()
        for _ in range(2):
            come_in(door, passkey)
            assert who(door) == shopper
            door.post("/logout/")

    @pytest.mark.parametrize("wrong", [{"origin": "http://evil"}, {"host": "evil"}, {"owner": b"0"}, {"owner": b"x"}])
    def test_forged(self, mine, wrong):
        passkey, door = give_passkey(mine, PASSWORD), Client()
        for name, value in wrong.items():
            setattr(passkey, name, value)
        assert come_in(door, passkey).url == "/login/"
        assert who(door) is None

    def test_nobody_elses_account(self, mine, client_of, other_shopper):
        give_passkey(client_of(other_shopper), PASSWORD)
        passkey, door = give_passkey(mine, PASSWORD), Client()
        passkey.owner = str(other_shopper.pk).encode()
        assert come_in(door, passkey).url == "/login/"

    def test_the_same_answer_again(self, mine):
        passkey, door = give_passkey(mine, PASSWORD), Client()
        answer = passkey.get(door.post("/login/passkey/options/").json())
        other = Client()
        other.post("/login/passkey/options/")
        assert other.post("/login/passkey/", {"credential": answer}).url == "/login/"
        assert door.post("/login/passkey/", {"credential": answer}).url == "/account/"
        assert door.post("/login/passkey/", {"credential": answer}).url == "/login/"

    def test_who_is_deactivated_stays_outside(self, mine, shopper):
        passkey = give_passkey(mine, PASSWORD)
        shopper.is_active = False
        shopper.save()
        assert come_in(Client(), passkey).url == "/login/"

    def test_mandatory_verification_holds(self, mine, shopper, settings):
        passkey, door = give_passkey(mine, PASSWORD), Client()
        settings.SHOP_EMAIL_VERIFICATION = "mandatory"
        shopper.email_verified_at = None
        shopper.save()
        assert come_in(door, passkey).url == "/account/verify-email/"
        assert who(door) is None

    def test_tries_are_counted_by_address(self, mine):
        give_passkey(mine, PASSWORD)
        door = Client()
        pages = [door.post("/login/passkey/", {"credential": "{}"}).status_code for _ in range(3)]
        assert pages == [302, 302, 302]
        for _ in range(31):
            page = come_in(door, SoftPasskey())
        assert page.status_code == 429


class TestSecondStep:
    def half_way(self, shopper):
        door = Client()
        page = door.post("/login/", {"identifier": shopper.email, "password": PASSWORD})
        assert page.url == "/login/second-step/"
        return door

    def test_it_opens_after_the_password(self, mine, shopper):
        passkey = give_passkey(mine, PASSWORD, SoftPasskey(sees_owner=False))
        door = self.half_way(shopper)
        assert "Use a passkey" in door.get("/login/second-step/").content.decode()
        asked = door.post("/login/second-step/passkey/options/").json()
        assert len(asked["publicKey"]["allowCredentials"]) == 1
        assert door.post("/login/second-step/passkey/", {"credential": passkey.get(asked)}).url == "/account/"
        assert who(door) == shopper

    def test_somebody_elses_does_not(self, mine, shopper, client_of, other_shopper):
        give_passkey(mine, PASSWORD)
        other = give_passkey(client_of(other_shopper), PASSWORD)
        door = self.half_way(shopper)
        asked = door.post("/login/second-step/passkey/options/").json()
        page = door.post("/login/second-step/passkey/", {"credential": other.get(asked)})
        assert page.url == "/login/second-step/"
        assert who(door) is None

    def test_tries_count_together_with_codes(self, mine, shopper):
        passkey = give_passkey(mine, PASSWORD)
        door = self.half_way(shopper)
        for _ in range(10):
            door.post("/login/second-step/", {"code": "000000"})
        asked = door.post("/login/second-step/passkey/options/").json()
        assert door.post("/login/second-step/passkey/", {"credential": passkey.get(asked)}).status_code == 429

    def test_nothing_is_asked_of_those_who_gave_no_password(self, anonymous):
        assert anonymous.post("/login/second-step/passkey/options/").status_code == 404
        assert anonymous.post("/login/second-step/passkey/").url == "/login/"

    def test_by_the_api_a_recovery_code_goes_on(self, mine, shopper):
        give_passkey(mine, PASSWORD)
        said = refused(post("login", {"email": shopper.email, "password": PASSWORD}), 401, "mfa_required")
        refused(post("login/mfa", {"mfa_token": said["mfa_token"], "code": "000000"}), 400, "invalid_code")
        codes = Authenticator.objects.get(user=shopper, type="recovery_codes").wrap().generate_codes()
        assert post("login/mfa", {"mfa_token": said["mfa_token"], "code": codes[0]}).status_code == 200


class TestKeeping:
    def test_it_gets_another_name(self, mine, shopper):
        give_passkey(mine, PASSWORD)
        url = f"/account/security/passkeys/{passkeys_of(shopper.pk).get().pk}/name/"
        assert 'value="My phone"' in mine.get(url).content.decode()
        assert mine.post(url, {"name": "The <b>blue</b> key"}).url == "/account/security/"
        assert "The &lt;b&gt;blue&lt;/b&gt; key" in mine.get("/account/security/").content.decode()

    def test_the_last_one_takes_the_recovery_codes_along(self, mine, shopper):
        passkey = give_passkey(mine, PASSWORD)
        url = f"/account/security/factors/{passkeys_of(shopper.pk).get().pk}/remove/"
        assert "My phone" in mine.get(url).content.decode()
        mine.post(url, {"current_password": PASSWORD})
        assert not Authenticator.objects.exists()
        assert come_in(Client(), passkey).url == "/login/"

    def test_nobody_elses(self, mine, client_of, other_shopper):
        give_passkey(client_of(other_shopper), PASSWORD)
        number = passkeys_of(other_shopper.pk).get().pk
        assert mine.get(f"/account/security/passkeys/{number}/name/").status_code == 404
        assert mine.post(f"/account/security/passkeys/{number}/name/", {"name": "x"}).status_code == 404
        mine.post(f"/account/security/factors/{number}/remove/", {"current_password": PASSWORD})
        assert str(passkeys_of(other_shopper.pk).get()) == "My phone"


def test_staff_may_work_with_one(client_of, staff, settings):
    settings.SHOP_STAFF_MFA = "required"
    office = client_of(staff)
    assert office.get("/admin/").url == "/admin/login/?next=/admin/"
    passkey = give_passkey(office, PASSWORD)
    door = Client()
    assert "/login/?next=/admin/" in door.get("/admin/login/?next=/admin/").content.decode()
    page = door.post("/admin/login/?next=/admin/", {"username": staff.email, "password": PASSWORD})
    assert page.url == "/login/second-step/"
    asked = door.post("/login/second-step/passkey/options/").json()
    assert door.post("/login/second-step/passkey/", {"credential": passkey.get(asked)}).url == "/admin/"
    assert door.get("/admin/").status_code == 200


def test_the_api_knows_no_passkeys(mine, shopper):
    give_passkey(mine, PASSWORD)
    assert call("get", "passkeys").status_code == 404


LEAVES = st.none() | st.integers() | st.text(max_size=8) | st.binary(max_size=40).map(lambda raw: raw.hex())
NAMES = st.sampled_from(
    ["id", "rawId", "response", "clientDataJSON", "attestationObject", "authenticatorData", "signature"]
)
JSON = st.recursive(LEAVES, lambda inner: st.dictionaries(NAMES, inner, max_size=5) | st.lists(inner, max_size=2))


@settings(max_examples=200, database=None, suppress_health_check=list(HealthCheck))
@given(answer=st.dictionaries(NAMES, JSON, max_size=5))
def test_whatever_is_sent_is_refused_without_an_error(answer):
    site = Site(host="testserver", origin="http://testserver")
    state = begin_sign_in(site=site).state
    assert new_passkey(site, state, answer) is None
    assert proved_passkey(site, state, [], answer) is None
    assert claimed_user_id(answer) is None


HUGE = 2**40


def packed(value):
    return websafe_encode(json.dumps(value).encode())


@pytest.mark.parametrize(
    "changed",
    [
        {"rawId": HUGE, "id": HUGE},
        {"clientDataJSON": packed({"type": "webauthn.create", "challenge": HUGE, "origin": "http://testserver"})},
        {"clientDataJSON": packed({"type": "webauthn.create", "challenge": "x", "origin": HUGE})},
        {"attestationObject": websafe_encode(encode({"fmt": "none", "attStmt": {}, "authData": HUGE}))},
        {"attestationObject": websafe_encode(b"\x81" * 20_000)},
        {"attestationObject": HUGE},
        {"clientDataJSON": websafe_encode(b"[" * 9_000)},
        {"authenticatorData": HUGE, "signature": HUGE, "userHandle": HUGE},
    ],
)
def test_numbers_are_no_lengths_and_depth_is_no_error(changed):
    """The library would make room for as many bytes as it is told."""
    site = Site(host="testserver", origin="http://testserver")
    ceremony = passkeys.begin_passkey(user=UserFactory(), site=site)
    good = json.loads(SoftPasskey().create(json.loads(json.dumps(ceremony.options))))
    top = {name: value for name, value in changed.items() if name in good}
    response = good["response"] | {name: value for name, value in changed.items() if name not in good}
    answer = good | top | {"response": response}
    if "userHandle" not in changed:
        assert new_passkey(site, ceremony.state, answer) is None
    assert proved_passkey(site, ceremony.state, [], answer) is None
    assert claimed_user_id(answer) is None


@pytest.mark.parametrize("place", ["attestationObject", "clientDataJSON"])
def test_torn_answers_are_refused_without_an_error(place):
    site = Site(host="testserver", origin="http://testserver")
    ceremony = passkeys.begin_passkey(user=UserFactory(), site=site)
    good = json.loads(SoftPasskey().create(json.loads(json.dumps(ceremony.options))))
    assert new_passkey(site, ceremony.state, good)
    for cut in range(0, len(good["response"][place]) - 1, 4):
        torn = {**good, "response": {**good["response"], place: good["response"][place][:cut]}}
        assert new_passkey(site, ceremony.state, torn) is None, cut


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_answer_in_twenty_parallel_tries(self, client_of):
        """The session's own state is read by all of them: the count tells them apart."""
        shopper = UserFactory()
        passkey = give_passkey(client_of(shopper), PASSWORD)
        site = Site(host="testserver", origin="http://testserver")
        ceremony = begin_sign_in(site=site)
        answer = json.loads(passkey.get(json.loads(json.dumps(ceremony.options))))
        who = {"client_address": "192.0.2.1"}
        outcome = race(20, lambda _: sign_in_by_passkey(site=site, state=ceremony.state, answer=answer, **who))
        assert len(outcome.results) == 1
        assert outcome.unexpected(WrongPasskey) == []

    @pytest.mark.mariadb
    def test_control_without_the_lock_it_opens_more_often(self, client_of, monkeypatch):
        """On SQLite only one writes at a time, whether asked to or not."""
        passkey = give_passkey(client_of(UserFactory()), PASSWORD)
        site = Site(host="testserver", origin="http://testserver")
        ceremony = begin_sign_in(site=site)
        answer = json.loads(passkey.get(json.loads(json.dumps(ceremony.options))))
        meeting, original = Meeting(8), passkeys.proved_passkey

        def meet(*args):
            meeting.arrive()
            return original(*args)

        monkeypatch.setattr(passkeys, "lock_person", lambda user: None)
        monkeypatch.setattr(passkeys, "proved_passkey", meet)
        who = {"client_address": "192.0.2.1"}
        outcome = race(8, lambda _: sign_in_by_passkey(site=site, state=ceremony.state, answer=answer, **who))
        assert len(outcome.results) > 1
