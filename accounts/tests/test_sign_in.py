import pytest
from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.services.sign_in import EmailNotVerified, WrongCredentials, check_sign_in
from accounts.tests.factories import PASSWORD, UserFactory
from shop.common.errors import TooManyRequests

pytestmark = pytest.mark.django_db


def knock(identifier, password=PASSWORD, client_address="203.0.113.7"):
    return check_sign_in(identifier=identifier, password=password, client_address=client_address)


@pytest.mark.parametrize("typed", ["shopper@example.org", " Shopper@Example.org", "shopper", "ShOpPeR "])
def test_by_address_or_username_whatever_the_case(shopper, typed):
    assert knock(typed) == shopper


@pytest.mark.parametrize("typed", ["nobody@example.org", "nobody", "x" * 10_000, "名前", "\U0001f511"])
def test_unknown_people_are_told_what_a_wrong_password_is_told(shopper, typed):
    with pytest.raises(WrongCredentials) as unknown:
        knock(typed)
    with pytest.raises(WrongCredentials) as mistyped:
        knock("shopper", "not this one")
    assert str(unknown.value) == str(mistyped.value)


def test_so_are_deactivated_people(shopper):
    User.objects.update(is_active=False)
    with pytest.raises(WrongCredentials):
        knock("shopper")


@pytest.mark.parametrize("identifier", ["shopper", "nobody", "gone"])
def test_every_try_costs_exactly_one_hash(shopper, identifier, monkeypatch):
    UserFactory(username="gone", is_active=False)
    hashed = []
    hasher = "accounts.hashers.SmallArgon2PasswordHasher"
    for name in ("encode", "verify"):
        _count_calls(monkeypatch, f"{hasher}.{name}", hashed)
    with pytest.raises(WrongCredentials):
        knock(identifier, "not this one")
    assert len(hashed) == 1


def test_a_hash_takes_19_mebibytes_and_two_passes(real_hashes):
    assert make_password("a quiet wall").startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def _count_calls(monkeypatch, path, calls):
    from django.utils.module_loading import import_string

    owner, name = path.rsplit(".", 1)
    original = getattr(import_string(owner), name)

    def counted(*args, **kwargs):
        calls.append(name)
        return original(*args, **kwargs)

    monkeypatch.setattr(f"{owner}.{name}", counted)


def test_five_a_minute_for_an_account_from_one_address(shopper, time_machine):
    time_machine.move_to("2026-11-21T10:00:00Z", tick=False)
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            knock("shopper@example.org", "not this one")
    with pytest.raises(TooManyRequests) as error:
        knock("SHOPPER@example.org")
    assert error.value.retry_after == 60
    assert knock("shopper@example.org", client_address="198.51.100.1") == shopper
    time_machine.move_to("2026-11-21T10:01:00Z", tick=False)
    assert knock("shopper@example.org") == shopper


def test_thirty_a_minute_from_one_address_over_all_accounts(shopper, time_machine, monkeypatch):
    time_machine.move_to("2026-11-21T10:00:00Z", tick=False)
    monkeypatch.setattr("accounts.backends.make_password", lambda password: "")
    for number in range(30):
        with pytest.raises(WrongCredentials):
            knock(f"nobody{number}")
    with pytest.raises(TooManyRequests):
        knock("shopper")


def test_a_refused_try_looks_at_no_password(shopper, monkeypatch):
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            knock("shopper", "not this one")
    monkeypatch.setattr("accounts.services.sign_in.authenticate", lambda **_: pytest.fail("the password was tried"))
    with pytest.raises(TooManyRequests):
        knock("shopper")


def test_mandatory_verification_lets_only_the_verified_in(settings, shopper):
    settings.SHOP_EMAIL_VERIFICATION = "mandatory"
    assert knock("shopper") == shopper
    unverified = UserFactory(username="fresh", email_verified_at=None)
    with pytest.raises(EmailNotVerified) as error:
        knock("fresh")
    assert error.value.user == unverified
    with pytest.raises(WrongCredentials):
        knock("fresh", "not this one")
