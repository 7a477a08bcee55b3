"""Addresses of orders below /api/, each with and without its trailing slash."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from orders.api import webhooks
from orders.api.views import options, orders, payments

urlpatterns: list[URLPattern] = [
    re_path(r"^payments/webhooks/(?P<gateway>[a-z_]+)/?$", webhooks.receive, name="gateway_webhook"),
    path("cart/options", options.OptionsEndpoint.as_view(), name="cart_options"),
    path("orders", orders.OrdersEndpoint.as_view(), name="orders"),
    path("orders/<str:number>", orders.OrderEndpoint.as_view(), name="order"),
    path("orders/<str:number>/cancel", orders.CancelEndpoint.as_view(), name="order_cancel"),
    path("orders/<str:number>/reorder", orders.ReorderEndpoint.as_view(), name="order_reorder"),
    path("payments", payments.PaymentsEndpoint.as_view(), name="payments"),
    path("payments/process", payments.ProcessEndpoint.as_view(), name="payment_process"),
    path("payments/<str:payment_id>", payments.PaymentEndpoint.as_view(), name="payment"),
    path("payments/<str:payment_id>/confirm", payments.ConfirmEndpoint.as_view(), name="payment_confirm"),
]
