"""What `manage.py check` says of the settings, and that wrong ones keep the shop from starting."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured

from accounts.tests.factories import UserFactory
from shop.checks import check_demo_accounts, check_production, check_settings, refuse_wrong_settings

PRODUCTION = {
    "SHOP_HTTPS": True,
    "SHOP_DEMO": False,
    "SHOP_GATEWAYS": ["manual"],
    "SHOP_URL": "https://shop.example",
    "SHOP_TRUSTED_PROXIES": ["10.0.0.0/8"],
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "SHOP_FROM_EMAIL": "shop@shop.example",
}


@pytest.fixture
def production(settings):
    for name, value in PRODUCTION.items():
        setattr(settings, name, value)
    return settings


@pytest.mark.parametrize(
    ("name", "value", "number", "says"),
    [
        ("SHOP_GATEWAYS", ["manual", "test"], "shop.E001", "no real money"),
        ("SHOP_HOLD_POLICY", "always", "shop.E002", "cart, checkout, none"),
        ("SHOP_EMAIL_VERIFICATION", "yes", "shop.E002", "mandatory, optional, off"),
        ("SHOP_HOLD_MINUTES", 0, "shop.E003", "at least 1, not 0"),
        ("SHOP_MAX_PER_LINE", -1, "shop.E003", "at least 1, not -1"),
        ("SHOP_COUNTRY", "Germany", "shop.E004", "two letters"),
        ("SHOP_CURRENCY", "EURO", "shop.E005", "three letters"),
        ("SHOP_TRUSTED_PROXIES", ["10.0.0.0/8", "proxy"], "shop.E006", "'proxy'"),
        ("SHOP_LIMITS", {"login": "five"}, "shop.E007", "login"),
    ],
)
def test_each_wrong_value_is_named_and_refused(production, name, value, number, says):
    setattr(production, name, value)
    [error] = check_settings()
    assert error.id == number
    assert says in error.msg
    with pytest.raises(ImproperlyConfigured, match=number):
        refuse_wrong_settings()


def test_right_values_pass(production):
    assert check_settings() == []
    refuse_wrong_settings()


def test_the_test_gateway_may_be_used_in_a_demo(production):
    production.SHOP_GATEWAYS = ["test"]
    production.SHOP_DEMO = True
    assert check_settings() == []


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("SHOP_RATE_LIMITS_ENABLED", False, "shop.W001"),
        ("SHOP_DEMO", True, "shop.W002"),
        ("SHOP_URL", "http://shop.example", "shop.W003"),
        ("SHOP_TRUSTED_PROXIES", [], "shop.W004"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "shop.W005"),
        ("SHOP_FROM_EMAIL", "shop@localhost", "shop.W006"),
    ],
)
def test_what_is_wrong_in_production_only(production, name, value, number):
    assert check_production() == []
    setattr(production, name, value)
    assert [warning.id for warning in check_production()] == [number]


@pytest.mark.django_db
def test_demo_accounts_without_the_demo(settings):
    UserFactory(is_demo=True)
    UserFactory(is_demo=True, is_active=False)
    assert check_demo_accounts(databases=["default"]) == []
    settings.SHOP_DEMO = False
    [warning] = check_demo_accounts(databases=["default"])
    assert warning.id == "shop.W010"
    assert warning.msg.startswith("1 demo account")
    assert check_demo_accounts(databases=None) == []


def started(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What loading the web server's application says, or a command, with nothing but those settings."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *(command or ("-c", "import shop.wsgi"))],
        cwd=django_settings.BASE_DIR,
        env={**clean, "SHOP_ENV_FILE": "/nonexistent", "DATABASE_URL": "sqlite://:memory:", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "change-me-change-me-change-me-change-me"}, "too short or a placeholder"),
        ({"SECRET_KEY": "short"}, "too short or a placeholder"),
        ({"SECRET_KEY": "x" * 50, "SHOP_GATEWAYS": "test"}, "shop.E001"),
        ({"SECRET_KEY": "x" * 50, "LOG_LEVEL": "loud"}, "LOG_LEVEL is DEBUG, INFO"),
    ],
)
def test_production_refuses_to_start(environment, says):
    refused = started(**environment)
    assert refused.returncode != 0
    assert says in refused.stderr


def test_commands_say_in_one_line_what_to_set():
    refused = started("manage.py", "migrate")
    assert refused.returncode != 0
    assert refused.stderr.startswith("SECRET_KEY is not set. Put a long random value into")
    assert len(refused.stderr.splitlines()) == 1


def test_production_starts_with_a_key():
    assert started(SECRET_KEY="x" * 50).returncode == 0
