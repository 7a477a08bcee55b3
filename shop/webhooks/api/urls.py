"""Addresses of webhooks below /api/admin/."""

from __future__ import annotations

from django.urls import URLPattern, path

from shop.webhooks.api import views

urlpatterns: list[URLPattern] = [
    path("webhooks", views.WebhooksView.as_view(), name="webhooks"),
    path("webhooks/<str:public_id>", views.OneWebhookView.as_view(), name="webhook"),
    path("webhooks/<str:public_id>/rotate-secret", views.SecretView.as_view(), name="webhook_secret"),
    path("webhooks/<str:public_id>/ping", views.PingView.as_view(), name="webhook_ping"),
    path("webhooks/<str:public_id>/deliveries", views.DeliveriesView.as_view(), name="webhook_deliveries"),
    path("deliveries/<str:public_id>/redeliver", views.RedeliverView.as_view(), name="webhook_redeliver"),
]
