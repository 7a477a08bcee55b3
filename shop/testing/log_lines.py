"""What is logged during a test, as production would write it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shop.observability.logs import logging_config

Lines = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """`lines()`: every line so far, parsed; `lines("request")`: those of that event."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter("json"))
    root = logging.getLogger()
    root.addHandler(handler)

    def parsed(event: str = "") -> list[dict[str, Any]]:
        everything = [json.loads(line) for line in stream.getvalue().split("\n")[:-1]]
        return [line for line in everything if event in ("", line["event"])]

    yield parsed
    root.removeHandler(handler)


def formatter(log_format: str) -> logging.Formatter:
    arguments = dict(logging_config(level="INFO", log_format=log_format)["formatters"]["shop"])
    made: logging.Formatter = arguments.pop("()")(**arguments)
    return made
