"""Passwords in tests are hashed as in the shop, at a thousandth of the cost: argon2 is slow on purpose.

`real_hashes` is for tests of the cost itself. Proofs in full size always have it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from accounts.hashers import SmallArgon2PasswordHasher as Hasher

REAL = {"time_cost": Hasher.time_cost, "memory_cost": Hasher.memory_cost}
CHEAP = {"time_cost": 1, "memory_cost": 8}


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, cost in (REAL if os.environ.get("PROOF") == "full" else CHEAP).items():
            patch.setattr(Hasher, name, cost)
        yield


@pytest.fixture
def real_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, cost in REAL.items():
        monkeypatch.setattr(Hasher, name, cost)
