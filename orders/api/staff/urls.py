"""Addresses of orders below /api/admin/."""

from __future__ import annotations

from django.urls import URLPattern, path

from orders.api.staff import dashboard, views

urlpatterns: list[URLPattern] = [
    path("dashboard", dashboard.DashboardView.as_view(), name="admin_dashboard"),
    path("orders", views.OrdersView.as_view(), name="admin_orders"),
    path("orders/<str:number>", views.OrderView.as_view(), name="admin_order"),
    path("orders/<str:number>/status", views.StatusView.as_view(), name="admin_order_status"),
    path("orders/<str:number>/refund", views.RefundView.as_view(), name="admin_order_refund"),
    path("orders/<str:number>/shipments", views.ShipmentsView.as_view(), name="admin_order_shipments"),
    path("orders/<str:number>/invoice", views.InvoiceView.as_view(), name="admin_order_invoice"),
    path("orders/<str:number>/notes", views.NotesView.as_view(), name="admin_order_notes"),
]
