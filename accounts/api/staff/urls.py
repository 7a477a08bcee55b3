"""Addresses of accounts below /api/admin/."""

from __future__ import annotations

from django.urls import URLPattern, path

from accounts.api.staff import views

urlpatterns: list[URLPattern] = [
    path("users", views.UsersView.as_view(), name="admin_users"),
    path("users/<int:user_id>/toggle-status", views.ToggleStatusView.as_view(), name="admin_user_toggle_status"),
]
