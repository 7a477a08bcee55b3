"""Addresses below /api/ of what the shop sells."""

from __future__ import annotations

from django.urls import URLPattern, path

from catalog.api.views import products, suggest

urlpatterns: list[URLPattern] = [
    path("products", products.ProductsView.as_view(), name="products"),
    path("products/suggest", suggest.SuggestView.as_view(), name="suggest"),
    path("products/<str:product>", products.OneProductView.as_view(), name="product"),
]
