"""Every address of the shop. Each app keeps its own pages."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from shop.api.views import unknown_path
from shop.observability.views import livez

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", livez, name="livez"),
    path("api", unknown_path),  # no redirect to the slash
    path("api/", include(("shop.api.router", "api"))),
    path("admin/", admin.site.urls),
    path("", include("accounts.web.urls")),
    path("", include("accounts.web.provider_urls")),
    path("", include("carts.web.urls")),
    path("", include("orders.web.urls")),
    path("", include("catalog.web.urls")),
]

if "debug_toolbar" in settings.INSTALLED_APPS:
    urlpatterns.append(path("__debug__/", include("debug_toolbar.urls")))

handler400 = "shop.pages.bad_request"
handler403 = "shop.pages.forbidden"
handler404 = "shop.pages.not_found"
handler500 = "shop.pages.server_error"
