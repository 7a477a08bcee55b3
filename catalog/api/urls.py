"""Addresses below /api/ of what the shop sells. Words come before slugs, which are never one of them."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from catalog.api.views import categories, images, inventory, products, recommendations, reviews, suggest
from shop.api.routing import IdConverter

register_converter(IdConverter, "id")

urlpatterns: list[URLPattern] = [
    path("products", products.ProductsView.as_view(), name="products"),
    path("products/categories", categories.CategoriesView.as_view(), name="categories"),
    path("products/categories/<str:category>", categories.OneCategoryView.as_view(), name="category"),
    path("products/suggest", suggest.SuggestView.as_view(), name="suggest"),
    path("products/<str:product>", products.OneProductView.as_view(), name="product"),
    path("products/<str:product>/images", images.ImagesView.as_view(), name="product_images"),
    path("products/<str:product>/images/<id:image>", images.OneImageView.as_view(), name="product_image"),
    path("products/<str:product>/reviews", reviews.ReviewsView.as_view(), name="product_reviews"),
    path(
        "products/<str:product>/recommendations",
        recommendations.RecommendationsView.as_view(),
        name="product_recommendations",
    ),
    path("admin/inventory", inventory.InventoryView.as_view(), name="inventory"),
    path("admin/inventory/<id:variant_id>", inventory.OneInventoryView.as_view(), name="inventory_of"),
    path("admin/inventory/<id:variant_id>/movements", inventory.MovementsView.as_view(), name="movements"),
]
