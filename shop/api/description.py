"""How the API describes itself: what every operation has in common is said once, here."""

from __future__ import annotations

import json
from copy import deepcopy
from http import HTTPStatus
from pathlib import Path
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework.permissions import AllowAny

from shop.api.problems import MEDIA_TYPE
from shop.api.schema import WHY

METHODS = frozenset({"get", "post", "put", "patch", "delete"})
PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
ANSWERS = Path(__file__).with_name("examples.json")
CODES = {
    400: "unknown_field",
    401: "not_authenticated",
    402: "payment_declined",
    403: "forbidden",
    404: "not_found",
    406: "not_acceptable",
    409: "conflict",
    412: "stale",
    413: "too_large",
    415: "unsupported_media_type",
    422: "idempotency_key_reused",
    429: "rate_limited",
}
MISTYPED = [{"field": "nmae", "code": "unknown_field", "detail": "There is no such field."}]
EXAMPLES = {
    status: {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": "Please check what you entered." if status == HTTPStatus.BAD_REQUEST else WHY[status],
        "code": code,
        "errors": MISTYPED if status == HTTPStatus.BAD_REQUEST else [],
        "request_id": "0f5a3c7d9e1b4a60",
    }
    for status, code in CODES.items()
}


class ShopSchema(AutoSchema):
    """Says of operations that need nobody to be signed in that they do not.

    A permission class names the methods it opens to everybody in `open_methods`, and those that no key may use in
    `closed_to_keys`.
    """

    def get_auth(self) -> list[dict[str, Any]]:
        auths: list[dict[str, Any]] = super().get_auth()
        permissions = self.view.get_permissions()
        if any(self.method in getattr(permission, "closed_to_keys", ()) for permission in permissions):
            auths = [auth for auth in auths if "api_key" not in auth]
        if {} not in auths and all(self._opens(permission) for permission in permissions):
            auths.append({})
        return auths

    def _is_list_view(self, serializer: Any = None) -> bool:
        """By what 200 gives: the library looks at the first of all answers, which are problems here."""
        answers = self.get_response_serializers() if serializer is None else serializer
        return bool(super()._is_list_view(answers.get(200, answers) if isinstance(answers, dict) else answers))

    def _opens(self, permission: object) -> bool:
        return isinstance(permission, AllowAny) or self.method in getattr(permission, "open_methods", ())


def add_common_problems(result: dict[str, Any], generator: SchemaGenerator, **_: Any) -> dict[str, Any]:
    """What any operation may answer: 401 to bad credentials, 403 to a session without its CSRF token and so on."""
    for path in result["paths"].values():
        for method in METHODS & path.keys():
            operation = path[method]
            for status in _common(method, operation):
                operation["responses"].setdefault(
                    str(status), {"description": WHY[status], "content": deepcopy(PROBLEM)}
                )
    return result


def show_problems(result: dict[str, Any], generator: SchemaGenerator, **_: Any) -> dict[str, Any]:
    """What a problem of each status looks like, once for all operations; which others there are the guide lists."""
    names = {str(status): problem["code"] for status, problem in EXAMPLES.items()}
    result["components"]["examples"] = {problem["code"]: {"value": problem} for problem in EXAMPLES.values()}
    for path in result["paths"].values():
        for method in METHODS & path.keys():
            for status, answer in path[method]["responses"].items():
                content = answer.get("content", {}).get(MEDIA_TYPE)
                if content and status in names:
                    content["examples"] = {names[status]: {"$ref": f"#/components/examples/{names[status]}"}}
    return result


def show_answers(result: dict[str, Any], generator: SchemaGenerator, **_: Any) -> dict[str, Any]:
    """What is answered, as a shop answered it once; by schema, and so wherever that is an answer or a part of one."""
    for name, example in json.loads(ANSWERS.read_text(encoding="utf-8")).items():
        result["components"]["schemas"][name]["examples"] = [example]
    return result


def let_filters_be_empty(result: dict[str, Any], generator: SchemaGenerator, **_: Any) -> dict[str, Any]:
    """A field that is left empty in a form is sent as "": no filter, not a bad date or number."""
    for path in result["paths"].values():
        for method in METHODS & path.keys():
            for parameter in path[method].get("parameters", []):
                if parameter["in"] == "query" and not parameter.get("required"):
                    parameter["schema"] = _or_empty(parameter["schema"])
    return result


def _or_empty(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("type") == "array" or "" in schema.get("enum", []):
        return schema
    if schema.get("type") == "string" and not schema.keys() & {"format", "pattern", "enum"}:
        return {name: value for name, value in schema.items() if name != "minLength"}
    return {"anyOf": [schema, {"type": "string", "maxLength": 0}]}


def _common(method: str, operation: dict[str, Any]) -> list[int]:
    schemes = {name for requirement in operation.get("security", []) for name in requirement}
    rules = {
        400: "requestBody" in operation or any(p["in"] == "query" for p in operation.get("parameters", [])),
        401: bool(schemes),
        403: "session" in schemes and method != "get",
        413: "requestBody" in operation,
        415: "requestBody" in operation,
        429: method == "get",
    }
    return [status for status, applies in rules.items() if applies]
