import re

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_the_printed_password_is_the_one_that_works(capsys):
    call_command("create_staff", "Mara@Example.org")
    said = capsys.readouterr().out
    user = User.objects.get(email="mara@example.org")
    assert (user.is_staff, user.is_superuser, user.is_verified) == (True, False, True)
    assert user.check_password(re.search(r"^Password: (\S{16})$", said, re.MULTILINE)[1])


def test_an_administrator_with_a_password_of_their_own(capsys, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda prompt: "another quiet wall")
    call_command("create_staff", "mara@example.org", "--admin", "--ask")
    user = User.objects.get()
    assert user.is_superuser
    assert user.check_password("another quiet wall")
    assert "another quiet wall" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("nope", "email: Enter an e-mail address like name@example.org."),
        ("SHOPPER@example.org", "email: There is an account with this address."),
    ],
)
def test_what_will_not_do_is_said(shopper, email, said):
    with pytest.raises(CommandError, match=re.escape(said)):
        call_command("create_staff", email)
    assert User.objects.count() == 1
