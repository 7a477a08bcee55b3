"""What load balancers and monitors ask."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.observability.health import HEALTH_CHECKS, REQUIRED


@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is looked at."""
    return HttpResponse("ok", content_type="text/plain")


class CheckSerializer(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    detail = serializers.CharField()


class HealthSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["ok", "unavailable"])
    version = serializers.CharField()
    checks = serializers.DictField(child=CheckSerializer(), required=False, help_text="For staff only.")


class HealthView(APIView):
    """200 while the shop can work, 503 while it cannot; staff see what was looked at."""

    permission_classes = (AllowAny,)
    throttle_classes = ()  # they would ask the database who it is

    def perform_authentication(self, request: Request) -> None:
        """Who asks is looked up below, and only while there is a database to ask."""

    @extend_schema(
        tags=["health"],
        summary="Whether the shop can work",
        responses={200: HealthSerializer, 503: HealthSerializer},
    )
    def get(self, request: Request) -> Response:
        checks = {name: check() for name, check in REQUIRED.items()}
        ok = all(check.ok for check in checks.values())
        body: dict[str, Any] = {"status": "ok" if ok else "unavailable", "version": settings.VERSION}
        if ok and request.user.is_staff:
            checks |= {name: check() for name, check in HEALTH_CHECKS.items()}
            body["checks"] = {name: check.as_dict() for name, check in checks.items()}
        return Response(body, status=200 if ok else 503, headers={"Cache-Control": "no-store"})
