"""The API's description: complete, and the committed file is what the code says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from jsonschema import Draft202012Validator

from shop.common.errors import ShopError
from shop.tests.api_world import described, operations

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"
OWN_CREDENTIALS = ("/api/auth/", "/api/payments/webhooks/")


def test_the_file_in_the_docs_is_what_the_code_says() -> None:
    now = OpenApiYamlRenderer().render(SchemaGenerator().get_schema(request=None, public=True), renderer_context={})
    committed, said = (yaml.load(text, yaml.CSafeLoader) for text in (COMMITTED.read_text(), now))
    assert committed == said, "Write it anew: make openapi"


def test_nothing_of_the_code_is_left_undescribed() -> None:
    GENERATOR_STATS.reset()
    SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS, "See: python manage.py spectacular --fail-on-warn"


def test_every_operation_says_what_it_does_who_may_and_what_goes_wrong() -> None:
    lacking = []
    for path, method, operation in operations():
        says = {
            "a summary": bool(operation.get("summary")),
            "a tag": bool(operation.get("tags")),
            "who may call it": bool(operation.get("security")),
            "a problem it answers with": any(int(status) >= 400 for status in operation["responses"]),
        }
        lacking += [f"{method} {path}: {what}" for what, is_said in says.items() if not is_said]
    assert lacking == []


def test_every_body_has_an_example() -> None:
    """Also what the browsable API's forms begin with."""
    lacking = [
        f"{method} {path}"
        for path, method, operation in operations()
        if not operation.get("requestBody", {"content": {}})["content"]
        .get("application/json", {"examples": 1})
        .get("examples")
    ]
    assert lacking == []


def test_every_answer_has_an_example_that_is_one() -> None:
    document = described()
    schemas = document["components"]["schemas"]
    for path, method, operation in operations():
        for status, answer in operation["responses"].items():
            content = answer.get("content", {}).get("application/json")
            if status.startswith("2") and content:
                name = _shown_by(content["schema"]["$ref"].rsplit("/", 1)[-1], schemas)
                (example,) = schemas[name].get("examples", [None])
                assert example, f"{method} {path}: no example of {name}"
                whole = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
                assert [error.message for error in Draft202012Validator(whole).iter_errors(example)] == [], name


def _shown_by(name: str, schemas: dict[str, Any]) -> str:
    """What a list's rows are; else the same."""
    rows = schemas[name]["properties"].get("results") if name.startswith("Paginated") else None
    return str(rows["items"]["$ref"].rsplit("/", 1)[-1]) if rows else name


def test_every_code_of_an_error_stands_in_the_guide() -> None:
    guide = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text()
    assert {kind.code for kind in _kinds_of(ShopError) if f"`{kind.code}`" not in guide} == set()


def _kinds_of(kind: type[ShopError]) -> Iterator[type[ShopError]]:
    """Of the tests' own there is nothing to say, and filling the demo shop is a command."""
    for below in kind.__subclasses__():
        if ".tests." not in below.__module__ and not below.__module__.endswith(".seed_shop"):
            yield below
            yield from _kinds_of(below)


def test_no_two_operations_have_one_name() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert sorted(set(names)) == sorted(names)
