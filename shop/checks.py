"""What `manage.py check` says of the settings. Errors (E) keep the shop from starting."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

from babel import Locale
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from shop.common.countries import is_country
from shop.common.limits import parse_limit

CHOICES = {
    "SHOP_HOLD_POLICY": ("cart", "checkout", "none"),
    "SHOP_EMAIL_VERIFICATION": ("mandatory", "optional", "off"),
    "SHOP_STRIPE_CAPTURE": ("automatic", "manual"),
    "SHOP_STAFF_MFA": ("required", "optional"),
}
GATEWAY_KEYS = {
    "stripe": ("SHOP_STRIPE_SECRET_KEY", "SHOP_STRIPE_PUBLISHABLE_KEY", "SHOP_STRIPE_WEBHOOK_SECRETS"),
}
AT_LEAST_ONE = ("SHOP_HOLD_MINUTES", "SHOP_MAX_PER_LINE", "SHOP_GUEST_HOLDS_PER_IP")


def register() -> None:
    """Called once, when the project's app is ready."""
    checks.register(check_settings)
    checks.register(check_production, checks.Tags.security, deploy=True)
    checks.register(check_demo_accounts, checks.Tags.database)


def refuse_wrong_settings() -> None:
    """For the web server, which runs no checks of its own. Raises ImproperlyConfigured."""
    errors = check_settings()
    if errors:
        raise ImproperlyConfigured("\n".join(f"{error.id}: {error.msg} {error.hint or ''}" for error in errors))


def check_settings(**_: Any) -> list[CheckMessage]:
    """Values that cannot be worked with."""
    found: list[CheckMessage] = []
    for check in (_gateways, _choices, _login_fields, _provider_keys, _numbers, _place, _proxies, _limits):
        found += check()
    return found


def _gateways() -> Iterator[CheckMessage]:
    if "test" in settings.SHOP_GATEWAYS and not (settings.DEBUG or settings.SHOP_DEMO):
        yield Error(
            "The test gateway takes no real money.",
            hint="Remove test from SHOP_GATEWAYS, or set SHOP_DEMO=true for a demo shop.",
            id="shop.E001",
        )
    yield from _gateway_keys()


def _gateway_keys() -> Iterator[CheckMessage]:
    """A gateway without its keys would only be found out by somebody who wants to pay."""
    for gateway, names in GATEWAY_KEYS.items():
        missing = [name for name in names if not getattr(settings, name)]
        if gateway in settings.SHOP_GATEWAYS and missing:
            yield Error(
                f"SHOP_GATEWAYS names {gateway}, and {', '.join(missing)} is not set.",
                hint=f"Set it in the environment, or remove {gateway} from SHOP_GATEWAYS.",
                id="shop.E008",
            )


def _choices() -> Iterator[CheckMessage]:
    for name, allowed in CHOICES.items():
        value = getattr(settings, name)
        if value not in allowed:
            yield Error(f"{name} is one of {', '.join(allowed)}, not {value!r}.", id="shop.E002")


def _login_fields() -> Iterator[CheckMessage]:
    fields = settings.SHOP_LOGIN_FIELDS
    if not fields or not set(fields) <= {"email", "username"}:
        yield Error(f"SHOP_LOGIN_FIELDS is email, username, or both, not {','.join(fields)!r}.", id="shop.E010")


def _provider_keys() -> Iterator[CheckMessage]:
    """Half a pair of keys would only be found out by somebody who looks for the button."""
    for name in ("GOOGLE", "GITHUB"):
        pair = (f"SHOP_{name}_CLIENT_ID", f"SHOP_{name}_CLIENT_SECRET")
        missing = [one for one in pair if not getattr(settings, one)]
        if len(missing) == 1:
            yield Error(f"{missing[0]} is not set, but its other half is.", id="shop.E011")


def _numbers() -> Iterator[CheckMessage]:
    for name in AT_LEAST_ONE:
        if getattr(settings, name) < 1:
            yield Error(f"{name} is at least 1, not {getattr(settings, name)}.", id="shop.E003")


def _place() -> Iterator[CheckMessage]:
    if not is_country(settings.SHOP_COUNTRY):
        yield Error(
            f"SHOP_COUNTRY is a country's two letters, such as DE, not {settings.SHOP_COUNTRY!r}.", id="shop.E004"
        )
    if settings.SHOP_CURRENCY not in Locale("en").currencies:
        yield Error(
            f"SHOP_CURRENCY is a currency's three letters, such as EUR, not {settings.SHOP_CURRENCY!r}.",
            id="shop.E005",
        )


def _proxies() -> Iterator[CheckMessage]:
    for cidr in settings.SHOP_TRUSTED_PROXIES:
        try:
            ipaddress.ip_network(cidr.strip(), strict=False)
        except ValueError:
            yield Error(
                f"SHOP_TRUSTED_PROXIES: {cidr!r} is no address or network.",
                hint="For example 10.0.0.0/8.",
                id="shop.E006",
            )


def _limits() -> Iterator[CheckMessage]:
    for name, text in settings.SHOP_LIMITS.items():
        try:
            parse_limit(text)
        except ImproperlyConfigured as error:
            yield Error(f"Limit {name}: {error}", id="shop.E007")


def check_production(**_: Any) -> list[CheckMessage]:
    """What works, but not for a shop that sells: `manage.py check --deploy`."""
    https = settings.SHOP_HTTPS
    wrong: dict[str, tuple[bool, str]] = {
        "shop.W001": (
            not settings.SHOP_RATE_LIMITS_ENABLED,
            "SHOP_RATE_LIMITS_ENABLED is off: passwords can be guessed.",
        ),
        "shop.W002": (settings.SHOP_DEMO, "SHOP_DEMO is on: the test gateway and demo accounts are allowed."),
        "shop.W003": (
            https and not settings.SHOP_URL.startswith("https:"),
            "SHOP_URL is not https, which mails link to.",
        ),
        "shop.W004": (
            https and not settings.SHOP_TRUSTED_PROXIES,
            "SHOP_TRUSTED_PROXIES is empty: what a proxy says of HTTPS is ignored, and every page redirects to itself.",
        ),
        "shop.W005": (_mails_stay_here(), "EMAIL_URL names no mail server: mails are only printed."),
        "shop.W007": (
            settings.SHOP_WEBHOOKS_ALLOW_PRIVATE,
            "SHOP_WEBHOOKS_ALLOW_PRIVATE is on: webhooks reach your own network.",
        ),
        "shop.W006": (settings.SHOP_FROM_EMAIL.endswith("@localhost"), "SHOP_FROM_EMAIL is nobody's address."),
    }
    return [Warning(text, id=number) for number, (is_so, text) in wrong.items() if is_so]


def _mails_stay_here() -> bool:
    return settings.EMAIL_BACKEND.rpartition(".")[0].endswith((".console", ".dummy", ".locmem", ".filebased"))


def check_demo_accounts(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Looked at with the database: `manage.py migrate`, `manage.py check --database default`."""
    user = get_user_model()
    if settings.SHOP_DEMO or not databases or user._meta.db_table not in connection.introspection.table_names():
        return []
    demo = user.objects.filter(is_demo=True, is_active=True).count()
    if not demo:
        return []
    text = f"{demo} demo accounts can sign in, and SHOP_DEMO is off."
    return [Warning(text, hint="Deactivate them in the admin, or set SHOP_DEMO=true.", id="shop.W010")]
