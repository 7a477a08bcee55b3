"""What a machine thinks of sending, from the API's own description: nothing breaks, and every answer is as described.

    PROOF=full pytest shop/tests/test_api_fuzz.py            50 examples an operation, by each of three people

Left out is `positive_data_acceptance`: a well-formed id of nothing is rightly refused.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, note, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance

from accounts.services.tokens import issue_tokens
from shop.tests.api_world import World, described, make_world
from shop.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.proof]

FULL = os.environ.get("PROOF") == "full"
EXAMPLES = 50 if FULL else 3

load_all_checks()
api = schemathesis.openapi.from_dict(described())
api.app = application
api.config.generation.update(max_examples=EXAMPLES)
api.config.phases.coverage.enabled = FULL
ACTORS = {"anonymous": None, "customer": "owner", "staff": "staff"}


@pytest.fixture(scope="module")
def made(rows_of_module: None) -> World:
    """Made once; each operation begins with it as it was."""
    return make_world()


@pytest.fixture
def world(made: World, settings: Any) -> Iterator[World]:
    settings.SHOP_RATE_LIMITS_ENABLED = False
    settings.ALLOWED_HOSTS = ["*"]
    # As Django's own test client does: the end of a request must not end the test's connection.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield made
    for signal in signals:
        signal.connect(close_old_connections)


@api.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case: schemathesis.Case, world: World) -> None:
    """Everybody sends it in turn; who begins changes, for what one deletes the next no longer finds."""
    name_something_real(case, world)
    first = number_of(case) % len(ACTORS)
    for actor in [*ACTORS, *ACTORS][first : first + len(ACTORS)]:
        note(f"as {actor}")
        case.call_and_validate(headers=credentials(world, actor), excluded_checks=[positive_data_acceptance])


def credentials(world: World, actor: str) -> dict[str, str]:
    """A token made just now: some operations end the one they are called with."""
    if not (name := ACTORS[actor]):
        return {}
    user = getattr(world, name)
    user.refresh_from_db()
    return {"Authorization": f"Bearer {issue_tokens(user).access_token}"}


def name_something_real(case: schemathesis.Case, world: World) -> None:
    """Two of three well-formed paths lead to something that is there."""
    if not case.path_parameters or case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    if number_of(case) % 3:
        case.path_parameters = dict(world.named_in(case.operation.path))


def number_of(case: schemathesis.Case) -> int:
    """The same for the same case, as hypothesis wants it."""
    return zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode(errors="replace")) >> 4
