"""The file that keeps the demo accounts' passwords: for its owner's eyes only."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from accounts.services.seed_people import NewSignIn

HEADING = "# Demo accounts of this shop. Random, made once, kept nowhere else."
WIDTHS = (10, 30, 14)


def sign_in_line(made: NewSignIn) -> str:
    """ "admin     admin@demo.example            xk3…    everything, in the admin"."""
    sign_in = made.sign_in
    cells = (sign_in.username, sign_in.email, made.password)
    padded = (cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    return "".join([*padded, "  ", sign_in.what_for])


def keep_sign_ins(path: Path, new: Sequence[NewSignIn]) -> None:
    """Write down new accounts, in a file of mode 0600. Of two by the same name in it, the new one counts."""
    names = {made.sign_in.username for made in new}
    before = path.read_text().splitlines() if path.exists() else [HEADING]
    kept = [line for line in before if line.split(" ")[0] not in names]
    text = "\n".join([*kept, *(sign_in_line(made) for made in new), ""])
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
