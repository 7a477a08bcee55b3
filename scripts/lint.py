"""`make lint`: format, style, types, layers, templates, migrations, and Django's own checks as in production."""

import os
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from environment import PYTHON, ROOT, prepare

BIN = PYTHON.parent
PRODUCTION = {
    "SHOP_ENV_FILE": "/nonexistent",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "DEBUG": "false",
    "SHOP_HTTPS": "true",
    "ALLOWED_HOSTS": "shop.example",
    "SHOP_URL": "https://shop.example",
    "SHOP_FROM_EMAIL": "shop@shop.example",
    "SHOP_TRUSTED_PROXIES": "10.0.0.0/8",
    "EMAIL_URL": "smtp://mail.example:25",
    "DATABASE_URL": "sqlite://:memory:",
}
STEPS = {  # the longest first: the others are done beside it
    "mypy": [BIN / "mypy", "."],
    "ruff check": [BIN / "ruff", "check", "."],
    "ruff format": [BIN / "ruff", "format", "--check", "."],
    "import-linter": [BIN / "lint-imports"],
    "djlint": [BIN / "djlint", "templates", "--lint", "--quiet"],
    "makemigrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "check --deploy": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
}


def main():
    prepare("requirements-dev.txt")
    env = {name: value for name, value in os.environ.items() if not name.startswith("SHOP_")} | PRODUCTION
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        clean = pool.map(lambda step: passes(*step, env), STEPS.items())
    failed = [name for name, is_clean in zip(STEPS, clean, strict=True) if not is_clean]
    if failed:
        sys.exit(f"Not clean: {', '.join(failed)}")


def passes(name, command, env):
    started = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    lines = [f"{'ok ' if done.returncode == 0 else 'NOT OK'} {name} ({time.monotonic() - started:.1f} s)"]
    if done.returncode:
        lines.append(done.stdout + done.stderr)
    print("\n".join(lines), flush=True)  # at once: others print too
    return done.returncode == 0


if __name__ == "__main__":
    main()
