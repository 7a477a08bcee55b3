"""Many at once, on real connections. Every test has a control: without the protection it must fail."""

from __future__ import annotations

import threading

import pytest
from django.db.models import QuerySet

from accounts.models import Address, CodePurpose, EmailCode, User
from accounts.selectors.codes import digits_of
from accounts.services import addresses, email_codes, register, staff, verify_email
from accounts.services import sign_in as signing_in
from accounts.services.addresses import LONGEST_BOOK, create_address
from accounts.services.change_password import change_password
from accounts.services.email_codes import Guess, WrongCode, check_code, issue_code
from accounts.services.postal import PostalInput
from accounts.services.register import Registration, register_user
from accounts.services.sign_in import WrongCredentials, check_sign_in
from accounts.services.staff import set_active
from accounts.services.update_profile import Profile, update_profile
from accounts.tests.conftest import wrong
from accounts.tests.factories import PASSWORD, AddressFactory, StaffFactory, UserFactory
from shop.common.errors import InvalidInput, TooManyRequests
from shop.testing.concurrency import DEADLOCK, Meeting, codes_of_retries, race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _many_register(settings):
    settings.SHOP_LIMITS = {**settings.SHOP_LIMITS, "register_address": "1000/3600"}


def registrations(number):
    return register_user(
        Registration(email="ADA@example.org", username=f"Ada{number}", password="a quiet wall"),
        client_address="203.0.113.7",
    )


def same_names(number):
    return register_user(
        Registration(
            email=f"ada{number}@example.org", username="ADA" if number % 2 else "ada", password="a quiet wall"
        ),
        client_address="203.0.113.7",
    )


@pytest.mark.parametrize(("run", "field"), [(registrations, "email"), (same_names, "username")])
def test_one_of_many_registrations_wins_and_the_others_are_told_why(run, field):
    outcome = race(8, run)
    assert len(outcome.results) == 1
    assert outcome.errors_by_type() == {"InvalidInput": 7}
    assert {tuple(error.fields) for error in outcome.errors} == {(field,)}
    assert User.objects.count() == 1
    assert EmailCode.objects.count() == 1


def test_control_without_looking_again_the_database_alone_refuses(monkeypatch):
    monkeypatch.setattr(register, "email_taken", lambda email: False)
    outcome = race(8, registrations)
    assert outcome.errors_by_type() == {"IntegrityError": 7}


def test_one_of_many_takes_a_username():
    people = UserFactory.create_batch(6, username=None)
    outcome = race(6, lambda number: update_profile(user_id=people[number].pk, profile=Profile(username="Ada")))
    assert len(outcome.results) == 1
    assert outcome.unexpected(InvalidInput) == []
    assert User.objects.filter(username_key="ada").count() == 1


@pytest.fixture
def code():
    return issue_code(user=UserFactory(email="a@example.org"), purpose=CodePurpose.VERIFY_EMAIL)


@pytest.fixture
def compared(monkeypatch):
    """The guesses that were compared with a code."""
    guesses = []
    original = email_codes.tokens_equal

    def counted(right, guess):
        guesses.append(guess)
        return original(right, guess)

    monkeypatch.setattr(email_codes, "tokens_equal", counted)
    return guesses


def test_fifty_guesses_at_once_are_five_tries(code, compared, settings):
    settings.SHOP_RATE_LIMITS_ENABLED = False
    guess = Guess(purpose=CodePurpose.VERIFY_EMAIL, email="a@example.org", digits=wrong(digits_of(code)))
    outcome = race(50, lambda _: check_code(guess))
    assert outcome.errors_by_type() == {"WrongCode": 50}
    assert len(compared) == 5
    with pytest.raises(WrongCode):
        verify_email.verify_email(email="a@example.org", digits=digits_of(code))


def test_control_counting_after_reading_lets_more_through(code, compared, settings, monkeypatch):
    settings.SHOP_RATE_LIMITS_ENABLED = False

    meeting = Meeting(6)

    def read_then_count(guess):
        row = EmailCode.objects.get()
        if row.tries >= 5:
            return None
        meeting.arrive()
        EmailCode.objects.update(tries=row.tries + 1)
        return row

    monkeypatch.setattr(email_codes, "_take_try", read_then_count)
    guess = Guess(purpose=CodePurpose.VERIFY_EMAIL, email="a@example.org", digits=wrong(digits_of(code)))
    race(50, lambda _: check_code(guess))
    assert len(compared) > 5


def use(code):
    digits = digits_of(code)
    return race(20, lambda _: verify_email.verify_email(email="a@example.org", digits=digits))


def test_the_right_code_works_once(code):
    outcome = use(code)
    assert len(outcome.results) == 1
    assert outcome.unexpected(WrongCode) == []


def test_control_without_the_condition_it_works_more_often(code, monkeypatch):
    monkeypatch.setattr(verify_email, "use_code", lambda code: None)
    assert len(use(code).results) > 1


def knock_often():
    UserFactory(username="ada")

    def knock(_number):
        return check_sign_in(identifier="ada", password="not this one", client_address="203.0.113.7")

    return race(20, knock)


@pytest.fixture
def tried(settings, monkeypatch):
    """How often a password was looked at. A day's window, so that no window ends in the middle."""
    settings.SHOP_LIMITS = {**settings.SHOP_LIMITS, "login_account": "5/86400"}
    tries = []
    original = signing_in.authenticate

    def counted(**credentials):
        tries.append(credentials["username"])
        return original(**credentials)

    monkeypatch.setattr(signing_in, "authenticate", counted)
    return tries


def test_twenty_passwords_at_once_are_five_tries(tried):
    outcome = knock_often()
    assert len(tried) == 5
    assert outcome.errors_by_type() == {"WrongCredentials": 5, "TooManyRequests": 15}


def test_control_without_the_limit_all_are_tried(tried, settings):
    settings.SHOP_RATE_LIMITS_ENABLED = False
    outcome = knock_often()
    assert len(tried) == 20
    assert outcome.unexpected(WrongCredentials, TooManyRequests) == []


def add_addresses(user):
    def add(number):
        data = PostalInput(full_name="Ada", line1=f"Deich {number}", postcode="20359", city="Hamburg", country="DE")
        return create_address(user_id=user.pk, data=data)

    return race(6, add)


def defaults_in(book):
    return book.filter(is_default_shipping=True).count(), book.filter(is_default_billing=True).count()


@pytest.fixture
def unlocked_book(monkeypatch):
    """Everybody reads the book before anybody writes into it."""
    everybody = Meeting(6)

    def read(user_id):
        book = list(Address.objects.filter(user_id=user_id))
        everybody.arrive()
        return book

    monkeypatch.setattr(addresses, "_lock_book", read)


def test_many_first_addresses_leave_one_default(caplog):
    caplog.set_level("INFO", logger="shop.common.unit")
    user = UserFactory()
    assert add_addresses(user).errors == []
    assert defaults_in(user.addresses) == (1, 1)
    assert DEADLOCK not in codes_of_retries(caplog)


@pytest.mark.mariadb
@pytest.mark.usefixtures("unlocked_book")
def test_control_without_the_lock_they_wait_in_a_circle_or_there_are_more(caplog, monkeypatch):
    """On SQLite only one writes at a time, whether asked to or not."""
    caplog.set_level("INFO", logger="shop.common.unit")
    make_default, all_have_written = addresses._make_default, Meeting(6)

    def wait_and_make_default(*args):
        all_have_written.arrive()
        make_default(*args)

    monkeypatch.setattr(addresses, "_make_default", wait_and_make_default)
    user = UserFactory()
    add_addresses(user)
    assert DEADLOCK in codes_of_retries(caplog) or defaults_in(user.addresses) > (1, 1)


@pytest.fixture
def owner_of_all_but_one():
    """Of as many addresses as fit, but one."""
    user = UserFactory()
    AddressFactory.create_batch(LONGEST_BOOK - 1, user=user)
    return user


def test_many_last_addresses_fill_the_book(owner_of_all_but_one):
    outcome = add_addresses(owner_of_all_but_one)
    assert (len(outcome.results), outcome.errors_by_type()) == (1, {"Conflict": 5})
    assert owner_of_all_but_one.addresses.count() == LONGEST_BOOK


@pytest.mark.mariadb
@pytest.mark.usefixtures("unlocked_book")
def test_control_without_the_lock_the_book_gets_longer(owner_of_all_but_one):
    add_addresses(owner_of_all_but_one)
    assert owner_of_all_but_one.addresses.count() > LONGEST_BOOK


def deactivate_while_they_change_their_password(staff, monkeypatch):
    """Staff have read the account when its owner changes it; whether the owner's password is the one that stays."""
    user, boss = UserFactory(), StaffFactory()
    read, changed = threading.Event(), threading.Event()
    lock = staff._lock_with_admins

    def slowly(one):
        read.set()
        changed.wait(1)
        return lock(one)

    def act(number):
        if number == 0:
            set_active(user_id=user.pk, active=False, actor=boss)
            return
        read.wait(5)
        change_password(user=user, current_password=PASSWORD, new_password="another quiet wall")
        changed.set()

    monkeypatch.setattr(staff, "_lock_with_admins", slowly)
    assert race(2, act).errors == []
    stored = User.objects.get(pk=user.pk)
    return stored.check_password("another quiet wall"), stored.is_active


def test_deactivating_takes_no_password_back(monkeypatch):
    assert deactivate_while_they_change_their_password(staff, monkeypatch) == (True, False)


@pytest.mark.mariadb
def test_control_read_without_a_lock_it_does(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_args, **_kwargs: self)
    assert deactivate_while_they_change_their_password(staff, monkeypatch) == (False, False)
