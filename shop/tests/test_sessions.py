"""Two windows of one browser share a session."""

from __future__ import annotations

import pytest
from django.contrib.sessions.backends.base import UpdateError

from shop.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> str:
    session = SessionStore()
    session["bag"] = "a"
    session["note"] = "old"
    session.save()
    return str(session.session_key)


def kept(key: str) -> dict[str, str]:
    return dict(SessionStore(key).items())


def test_neither_takes_back_what_the_other_remembered(key):
    one, two = SessionStore(key), SessionStore(key)
    assert (one["bag"], two["bag"]) == ("a", "a")
    one["order"] = "7"
    del one["note"]
    two["bag"] = "b"
    one.save()
    two.save()
    assert kept(key) == {"bag": "b", "order": "7"}


def test_a_list_that_grew_in_place_is_a_change(key):
    one = SessionStore(key)
    one["orders"] = ["7"]
    one.save()
    two = SessionStore(key)
    two["orders"].append("8")
    two.save()
    assert kept(key)["orders"] == ["7", "8"]


def test_a_new_key_keeps_everything(key):
    session = SessionStore(key)
    session.cycle_key()
    session["more"] = "x"
    del session["note"]
    session.save()
    assert kept(str(session.session_key)) == {"bag": "a", "more": "x"}
    assert kept(key) == {}


def test_a_session_that_ended_does_not_come_back(key):
    late = SessionStore(key)
    late["bag"] = "b"
    SessionStore(key).flush()
    with pytest.raises(UpdateError):
        late.save()
    assert kept(key) == {}
