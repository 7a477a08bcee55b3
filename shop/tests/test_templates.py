"""What no template of the storefront may hold: its policy allows no script or style but its own files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

FORBIDDEN = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)", re.IGNORECASE),
    "a style in the page": re.compile(r"<style|\sstyle=", re.IGNORECASE),
    "a handler in the page": re.compile(r"\son[a-z]+=|hx-on", re.IGNORECASE),
    "something of another host": re.compile(
        r"<(script|link|img|iframe|source)[^>]+(src|href)=[\"']?(https?:)?//", re.IGNORECASE
    ),
    "text that is not escaped": re.compile(r"\|\s*safe\b|autoescape off", re.IGNORECASE),
}
OTHERS = ("emails", "admin")  # mails need their styles inside; the admin has its own policy


def storefront() -> list[Path]:
    root = settings.BASE_DIR / "templates"
    return [path for path in sorted(root.rglob("*.html")) if path.relative_to(root).parts[0] not in OTHERS]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what):
    found = [str(path) for path in storefront() if FORBIDDEN[what].search(path.read_text())]
    assert found == []


def test_there_are_templates_to_look_at():
    assert len(storefront()) > 10
