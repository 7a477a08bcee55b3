"""Addresses below /api/cart."""

from __future__ import annotations

from django.urls import URLPattern, path

from carts.api.views import cart, items

urlpatterns: list[URLPattern] = [
    path("cart", cart.CartEndpoint.as_view(), name="cart"),
    path("cart/count", cart.CountEndpoint.as_view(), name="cart_count"),
    path("cart/coupon", cart.CouponEndpoint.as_view(), name="cart_coupon"),
    path("cart/extend", cart.ExtendEndpoint.as_view(), name="cart_extend"),
    path("cart/items", items.ItemsEndpoint.as_view(), name="cart_items"),
    path("cart/items/<str:line_id>", items.ItemEndpoint.as_view(), name="cart_item"),
    path("cart/items/<str:line_id>/save", items.SaveEndpoint.as_view(), name="cart_save"),
    path("cart/saved", items.SavedListEndpoint.as_view(), name="cart_saved_list"),
    path("cart/saved/<str:saved_id>", items.SavedEndpoint.as_view(), name="cart_saved"),
    path("cart/saved/<str:saved_id>/restore", items.RestoreEndpoint.as_view(), name="cart_restore"),
]
