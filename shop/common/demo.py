"""What the settings know of demo shops."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


def accounts_file_name(database: Mapping[str, Any], *, default: str) -> str:
    """The file of the demo's passwords; a `database` other than the `default` one has a file of its own."""
    if database["NAME"] == default:
        return ".demo-accounts"
    options = database.get("OPTIONS", {})
    where = [options.get("unix_socket") or database.get("HOST"), database.get("PORT"), database["NAME"]]
    words = re.findall(r"[A-Za-z0-9]+", " ".join(str(part) for part in where if part))
    return "-".join([".demo-accounts", *words])
