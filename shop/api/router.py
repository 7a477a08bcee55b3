"""Every address below /api/; the rest is a problem.

An app keeps its addresses in `<app>/api/urls.py`, without slashes at their ends, and is included here.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from shop.api.docs import RedocView, SchemaView, SwaggerView, redoc_script
from shop.api.routing import either_slash
from shop.api.views import unknown_path
from shop.observability.views import HealthView

endpoints: list[URLPattern | URLResolver] = [
    path("health", HealthView.as_view(), name="health"),
    path("schema", SchemaView.as_view(), name="schema"),
    path("docs", SwaggerView.as_view(), name="docs"),
    path("docs/redoc", RedocView.as_view(), name="redoc"),
    path("docs/redoc.js", redoc_script, name="redoc_script"),
    path("auth/", include("accounts.api.urls")),
    path("admin/", include("accounts.api.staff.urls")),
    path("admin/", include("orders.api.staff.urls")),
    path("admin/", include("shop.webhooks.api.urls")),
    path("", include("catalog.api.urls")),
    path("", include("carts.api.urls")),
    path("", include("orders.api.urls")),
    re_path(r"", unknown_path, name="unknown"),
]
urlpatterns: list[URLPattern | URLResolver] = either_slash(endpoints)
