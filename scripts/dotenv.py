"""The file `.env`: made once with a secret key, read by whoever starts the shop."""

import os
import secrets

from environment import ROOT

FILE = ROOT / ".env"
FIRST = """\
# Settings of this shop; .env.example explains each name. Keep this file to yourself.
SECRET_KEY={key}
DEBUG=false
# Plain HTTP on this machine. Behind a proxy that speaks HTTPS remove this line.
SHOP_HTTPS=false
# The demo shop: remove this line before you sell.
SHOP_DEMO=true
LOG_FORMAT=console
"""


def write_if_missing():
    """Make `.env`, readable by its owner only from the first moment."""
    try:
        descriptor = os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(FIRST.format(key=secrets.token_urlsafe(50)))
    print("Wrote .env with a new secret key.", flush=True)


def read():
    """The names and values in `.env`, as text."""
    if not FILE.exists():
        return {}
    lines = (line.strip().removeprefix("export ") for line in FILE.read_text().splitlines())
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}
