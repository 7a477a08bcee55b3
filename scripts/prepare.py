"""Runs in the environment before the shop starts: migrate, demo shop if wanted, search index, static files."""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError
from django.db import DatabaseError

ROOT = Path(__file__).resolve().parent.parent


def main():
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    try:
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("sync_roles", verbosity=0)
    except (ImproperlyConfigured, SystemCheckError) as error:
        sys.exit(str(error))
    except DatabaseError as error:
        sys.exit(f"The database does not answer: {error}")
    if settings.SHOP_DEMO:
        fill_demo()
    call_command("index_changes", once=True)
    if not settings.DEBUG:
        collect_static()


def fill_demo():
    """The demo goods and people. Its file of sign-ins comes last: without it an earlier run was broken off."""
    accounts = Path(settings.SHOP_DEMO_ACCOUNTS_FILE)
    if accounts.exists() and apps.get_model("catalog", "Product").objects.exists():
        print(accounts.read_text().strip(), flush=True)
        return
    try:
        call_command("seed_shop")
    except CommandError as error:
        print(f"No demo goods: {error}", flush=True)


def collect_static():
    """Copy, hash and compress the static files: seconds, so only when one of them has changed."""
    stamp = settings.STATIC_ROOT / "collected"
    files = [(path, storage) for finder in get_finders() for path, storage in finder.list([])]
    state = hashlib.sha256(repr([(path, storage.get_modified_time(path)) for path, storage in files]).encode())
    if stamp.exists() and stamp.read_text() == state.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state.hexdigest())


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Interrupted.")
