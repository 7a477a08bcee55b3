import pytest

from accounts.models import CodePurpose, EmailCode
from accounts.selectors.codes import digits_of
from accounts.services.email_codes import Guess, WrongCode, check_code, issue_code, use_code
from accounts.tests.conftest import wrong
from accounts.tests.factories import UserFactory
from shop.common.errors import TooManyRequests

pytestmark = pytest.mark.django_db


@pytest.fixture
def code(time_machine):
    time_machine.move_to("2026-11-21T10:00:00Z", tick=False)
    return issue_code(user=UserFactory(email="a@example.org"), purpose=CodePurpose.VERIFY_EMAIL)


def guess(digits, **given):
    return Guess(**{"purpose": CodePurpose.VERIFY_EMAIL, "email": "a@example.org", "digits": digits} | given)


def test_a_code_is_six_digits_that_no_column_holds(code):
    digits = digits_of(code)
    assert len(digits) == 6
    assert digits.isdecimal()
    row = EmailCode.objects.values().get()
    assert not [name for name, value in row.items() if digits in str(value)]


def test_codes_differ_by_secret_key(code, settings):
    before = digits_of(code)
    settings.SECRET_KEY = "another key of at least thirty-two characters"
    assert digits_of(code) != before


def test_the_mail_carries_the_code_but_not_in_its_subject(code, mails_to):
    (message,) = mails_to("a@example.org")
    assert digits_of(code) in message.body
    assert digits_of(code) in message.alternatives[0].content
    assert digits_of(code) not in message.subject


def test_the_right_code_however_typed(code):
    digits = digits_of(code)
    assert check_code(guess(f" {digits[:3]} {digits[3:]} ", email="A@example.org")) == code


@pytest.mark.parametrize("typed", ["", "abc", "000000000000", "½", "٣٤٥٦٧٨", "x" * 10_000])
def test_nonsense_is_just_wrong(code, typed):
    with pytest.raises(WrongCode):
        check_code(guess(typed))


def test_five_tries_then_even_the_right_one_is_refused(code):
    right = digits_of(code)
    for _ in range(5):
        with pytest.raises(WrongCode):
            check_code(guess(wrong(right)))
    with pytest.raises(WrongCode):
        check_code(guess(right))
    assert EmailCode.objects.get().tries == 5


def test_the_fifth_try_may_be_the_right_one(code):
    right = digits_of(code)
    for _ in range(4):
        with pytest.raises(WrongCode):
            check_code(guess(wrong(right)))
    assert check_code(guess(right)) == code


def test_ten_minutes(code, time_machine):
    time_machine.move_to("2026-11-21T10:09:59Z", tick=False)
    assert check_code(guess(digits_of(code))) == code
    time_machine.move_to("2026-11-21T10:10:00Z", tick=False)
    with pytest.raises(WrongCode):
        check_code(guess(digits_of(code)))


def test_used_once(code):
    use_code(check_code(guess(digits_of(code))))
    with pytest.raises(WrongCode):
        check_code(guess(digits_of(code)))
    with pytest.raises(WrongCode):
        use_code(code)


def test_a_newer_code_ends_the_older(code):
    newer = issue_code(user=code.user, purpose=CodePurpose.VERIFY_EMAIL)
    if digits_of(newer) != digits_of(code):
        with pytest.raises(WrongCode):
            check_code(guess(digits_of(code)))
    assert check_code(guess(digits_of(newer))) == newer


@pytest.mark.parametrize(
    "other", [{"purpose": CodePurpose.RESET_PASSWORD}, {"email": "b@example.org"}, {"browser": "another"}]
)
def test_good_for_one_purpose_address_and_session_only(code, other):
    with pytest.raises(WrongCode):
        check_code(guess(digits_of(code), **other))


def test_a_deactivated_person_has_no_codes(code):
    code.user.is_active = False
    code.user.save()
    with pytest.raises(WrongCode):
        check_code(guess(digits_of(code)))


def test_twenty_tries_a_day_over_all_codes_of_an_address(code):
    for _ in range(4):
        right = digits_of(issue_code(user=code.user, purpose=CodePurpose.VERIFY_EMAIL))
        for _ in range(5):
            with pytest.raises(WrongCode):
                check_code(guess(wrong(right)))
    fresh = issue_code(user=code.user, purpose=CodePurpose.VERIFY_EMAIL)
    with pytest.raises(TooManyRequests) as error:
        check_code(guess(digits_of(fresh)))
    assert 0 < error.value.retry_after <= 86400


def test_a_code_that_ended_meanwhile_is_not_mailed(code, mails_to, time_machine):
    time_machine.move_to("2026-11-21T10:10:00Z", tick=False)
    assert mails_to("a@example.org") == []
