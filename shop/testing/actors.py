"""The people every test knows: one who owns, one who must see nothing, one who works here, and nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.factories import StaffFactory, UserFactory


@pytest.fixture
def shopper(db: None) -> User:
    """A customer; signs in with `accounts.tests.factories.PASSWORD`."""
    return UserFactory.create(email="shopper@example.org", username="shopper", first_name="Ines", last_name="Albrecht")


@pytest.fixture
def other_shopper(db: None) -> User:
    """Another customer, who may see nothing of the first."""
    return UserFactory.create(email="other@example.org", username="other", first_name="Jonas", last_name="Brandt")


@pytest.fixture
def staff(db: None) -> User:
    """Somebody who may do everything in the admin."""
    return StaffFactory.create(email="staff@example.org", username="staff", first_name="Mara", last_name="Vogel")


@pytest.fixture
def anonymous() -> Client:
    """A browser that nobody signed in with."""
    return Client()


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """`client_of(shopper)`: a browser in which that user is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
