"""Rows made once for all tests of a module, where making them for each takes seconds.

    @pytest.fixture(scope="module")
    def seeded(rows_of_module): …  # whatever it writes is there for each test of the module, as it was

Each test's own transaction runs inside this one, so no test sees what another changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction


@pytest.fixture(scope="module")
def rows_of_module(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A transaction around all tests of the module, undone after the last."""
    around = transaction.atomic()
    # Units may open in it, as in any test's own transaction.
    around._from_testcase = True  # type: ignore[attr-defined]  # noqa: SLF001
    with django_db_blocker.unblock(), around:
        yield
        transaction.set_rollback(True)
