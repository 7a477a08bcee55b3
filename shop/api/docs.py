"""The API's description and its pages, from this shop's own files alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.settings import api_settings

from shop.api.problems import MEDIA_TYPE

REDOC = "drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js"
ITS_LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg"
EMPTY_PICTURE = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1: YAML, or JSON by Accept."""

    permission_classes = (AllowAny,)
    authentication_classes = api_settings.DEFAULT_AUTHENTICATION_CLASSES

    def handle_exception(self, exc: Exception) -> Response:
        """Problems are JSON here as well."""
        response = super().handle_exception(exc)
        self.request.accepted_renderer = JSONRenderer()
        response.content_type = MEDIA_TYPE
        return response


class SwaggerView(SpectacularSwaggerSplitView):
    """Read and try out. The page's own script is fetched like any other: no inline script here either."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    template_name = "api/swagger.html"
    url_name = "api:schema"


@method_decorator(csp_update({"style-src": [UNSAFE_INLINE], "worker-src": ["blob:"]}), name="dispatch")
class RedocView(SpectacularRedocView):
    """The same to read at length. Redoc writes its styles into the page as it goes."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    template_name = "api/redoc.html"
    url_name = "api:schema"


@require_safe
@cache_control(public=True, max_age=3600)
def redoc_script(request: HttpRequest) -> HttpResponse:
    """Redoc as it was published, but for the one picture that it fetches from its makers."""
    return HttpResponse(_redoc_script(), content_type="text/javascript; charset=utf-8")


@cache
def _redoc_script() -> bytes:
    return Path(str(finders.find(REDOC))).read_text(encoding="utf-8").replace(ITS_LOGO, EMPTY_PICTURE).encode()
