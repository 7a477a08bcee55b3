"""The API's description and its pages, from this shop's own files alone."""

from __future__ import annotations

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.settings import api_settings


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1: YAML, or JSON by Accept."""

    permission_classes = (AllowAny,)
    authentication_classes = api_settings.DEFAULT_AUTHENTICATION_CLASSES


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
