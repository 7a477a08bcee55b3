"""Words for the API's description that every endpoint uses."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

WHY = {
    400: "The request cannot be used as it is; `errors` names the fields.",
    401: "Credentials are missing, bad or expired.",
    402: "The payment was declined.",
    403: "You may see this, but not do it.",
    404: "There is no such thing, or it is not yours.",
    409: "Something stands against it now; `code` says what.",
    406: "No answer of the wanted kind.",
    412: "It was changed since you read it.",
    413: "The body is too large.",
    415: "The body is not of a kind that is read here.",
    422: "The Idempotency-Key was used for another request.",
    429: "Too often; Retry-After says when to come back.",
    503: "Something the shop stands on is away; try again later.",
}


class FieldProblem(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """RFC 9457. `code` is stable; quote `request_id` to the operator."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = FieldProblem(many=True)  # type: ignore[assignment]
    request_id = serializers.CharField()


def problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """For `extend_schema(responses={200: Thing, **problems(400, 404)})`."""
    return {
        (status, "application/problem+json"): OpenApiResponse(Problem, description=WHY[status]) for status in statuses
    }


def sent(name: str, value: Any) -> OpenApiExample:
    """A body as it is sent, for `extend_schema(examples=[sent("A code", {"code": "SPRING10"})])`."""
    return OpenApiExample(name, value, request_only=True)


def header(name: str, description: str) -> OpenApiParameter:
    """For `extend_schema(parameters=[header("X-Cart-Token", "…")])`."""
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=description)


def gives_header(name: str, description: str, *statuses: int) -> OpenApiParameter:
    """A header of the answers with these statuses, said in the same place."""
    return OpenApiParameter(
        name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=description, response=list(statuses)
    )


IDEMPOTENT = header(
    "Idempotency-Key", "At most 255 characters, kept for 24 hours: the same request again gets the same answer."
)
LOCATION = gives_header("Location", "Where it is found from now on.", 201)
REPLAYED = gives_header("Idempotency-Replayed", "`true` where this is the answer of before.", 201)
