"""Addresses of orders below /api/, each with and without its trailing slash."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from orders.api import webhooks

urlpatterns: list[URLPattern] = [
    re_path(r"^payments/webhooks/(?P<gateway>[a-z_]+)/?$", webhooks.receive, name="gateway_webhook"),
]
