"""What is written about the settings names every one of them."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
NAMES = sorted(set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "shop" / "settings.py").read_text())))


def test_there_are_settings_to_look_for():
    assert len(NAMES) > 40


@pytest.mark.parametrize("name", NAMES)
def test_each_setting_is_in_the_example_and_in_the_readme(name):
    assert re.search(rf"^(# )?{name}=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert f"| `{name}` |" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("document", [".env.example", "README.md"])
def test_they_name_no_setting_that_is_none(document):
    pattern = r"^(?:# )?([A-Z_]+)=" if document == ".env.example" else r"^\| `([A-Z_]+)` \|"
    assert set(re.findall(pattern, (ROOT / document).read_text(), re.MULTILINE)) == set(NAMES)


@pytest.mark.parametrize(
    "document", ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
)
def test_links_lead_somewhere(document):
    page = ROOT / document
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", page.read_text()) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists() and not link.endswith("screenshot.png")] == []
