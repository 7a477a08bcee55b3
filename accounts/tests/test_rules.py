import pytest

from accounts.services.rules import email_problems, password_problems, username_problems


@pytest.mark.parametrize("email", ["a@example.org", " A@Example.ORG ", "first.last+shop@sub.example.co.uk"])
def test_addresses_that_will_do(email):
    assert email_problems(email) == []


@pytest.mark.parametrize("email", ["", "a", "a@", "@example.org", "a b@example.org", "a@example", "jörg@example.org"])
def test_addresses_that_will_not(email):
    assert [str(p) for p in email_problems(email)] == ["Enter an e-mail address like name@example.org."]


def test_a_very_long_address_is_too_long():
    assert [str(p) for p in email_problems("a" * 10_000 + "@example.org")] == ["This e-mail address is too long."]


@pytest.mark.parametrize("username", ["ada", "Ada.Lovelace", "a-b_c", "7.4.9", "x" * 30])
def test_usernames_that_will_do(username):
    assert username_problems(username) == []


@pytest.mark.parametrize(
    ("username", "message"),
    [
        ("ad", "A username has 3 to 30 characters."),
        ("x" * 31, "A username has 3 to 30 characters."),
        ("ada@example.org", "A username has no @. You can sign in with your e-mail address anyway."),
        ("ada lovelace", "Use letters from a to z, digits, dots, hyphens and underscores."),
        ("ädä", "Use letters from a to z, digits, dots, hyphens and underscores."),
        ("ada\n", "Use letters from a to z, digits, dots, hyphens and underscores."),
        ("٣٤٥", "Use letters from a to z, digits, dots, hyphens and underscores."),
    ],
)
def test_usernames_that_will_not(username, message):
    assert [str(p) for p in username_problems(username)] == [message]


def test_passwords_are_judged_by_length_and_commonness_only():
    assert password_problems("seven 7") == ["This password is too short. It must contain at least 8 characters."]
    assert password_problems("password123") == ["This password is too common."]
    assert password_problems("zzzzzzzzq") == []
    assert password_problems("пароль из слов") == []
    assert [str(p) for p in password_problems("x" * 257)] == ["Use at most 256 characters."]
