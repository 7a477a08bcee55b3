"""Addresses of orders below /api/, each with and without its trailing slash."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from accounts.api.views.users import UsersView
from orders.api import webhooks
from orders.api.views import invoice, options, orders, payments, users

urlpatterns: list[URLPattern] = [
    re_path(r"^payments/webhooks/(?P<gateway>[a-z_]+)/?$", webhooks.receive, name="gateway_webhook"),
    path("cart/options", options.OptionsEndpoint.as_view(), name="cart_options"),
    path("orders", orders.OrdersEndpoint.as_view(), name="orders"),
    path("orders/<str:number>", orders.OrderEndpoint.as_view(), name="order"),
    path("orders/<str:number>/cancel", orders.CancelEndpoint.as_view(), name="order_cancel"),
    path("orders/<str:number>/invoice", invoice.InvoiceEndpoint.as_view(), name="order_invoice"),
    path("orders/<str:number>/reorder", orders.ReorderEndpoint.as_view(), name="order_reorder"),
    path("payments", payments.PaymentsEndpoint.as_view(), name="payments"),
    path("payments/process", payments.ProcessEndpoint.as_view(), name="payment_process"),
    path("payments/<str:payment_id>", payments.PaymentEndpoint.as_view(), name="payment"),
    path("payments/<str:payment_id>/confirm", payments.ConfirmEndpoint.as_view(), name="payment_confirm"),
    path("users", UsersView.as_view(), name="users"),
    path("users/<int:user_id>/cart", users.UserCartView.as_view(), name="user_cart"),
    path("users/<int:user_id>/cart/add", users.UserCartAddView.as_view(), name="user_cart_add"),
    path("users/<int:user_id>/cart/remove", users.UserCartRemoveView.as_view(), name="user_cart_remove"),
    path("users/<int:user_id>/cart/checkout", users.UserCheckoutView.as_view(), name="user_checkout"),
    path("users/<int:user_id>/orders", users.UserOrdersView.as_view(), name="user_orders"),
]
