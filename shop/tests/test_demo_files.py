"""The passwords of a demo shop lie in a file of their own for each database."""

from __future__ import annotations

import pytest

from shop.common.demo import accounts_file_name

DEFAULT = "/srv/shop/db.sqlite3"


@pytest.mark.parametrize(
    ("database", "name"),
    [
        ({"NAME": DEFAULT}, ".demo-accounts"),
        ({"NAME": "/tmp/try.sqlite3"}, ".demo-accounts-tmp-try-sqlite3"),
        ({"NAME": "shop", "HOST": "127.0.0.1", "PORT": 3306}, ".demo-accounts-127-0-0-1-3306-shop"),
        ({"NAME": "shop", "HOST": "127.0.0.1", "PORT": 3307}, ".demo-accounts-127-0-0-1-3307-shop"),
        (
            {"NAME": "shop", "HOST": "localhost", "OPTIONS": {"unix_socket": "/run/mysqld/mysqld.sock"}},
            ".demo-accounts-run-mysqld-mysqld-sock-shop",
        ),
    ],
)
def test_each_database_has_its_own(database, name):
    assert accounts_file_name({"USER": "shop", "PASSWORD": "secret", **database}, default=DEFAULT) == name
