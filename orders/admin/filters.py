from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orders.gateways.registry import BUILT_IN
from orders.models import Order, OrderStatus
from orders.selectors.staff import late, money_to_give_back, returns_asked, to_ship


class ToDoFilter(admin.SimpleListFilter):
    """What somebody has to do something about."""

    title = _("to do")
    parameter_name = "todo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("ship", _("to be sent")),
            ("unpaid", _("waiting for payment")),
            ("money", _("cancelled, money not back yet")),
            ("returns", _("return asked for")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        if self.value() == "ship":
            return to_ship(queryset)
        if self.value() == "unpaid":
            return queryset.filter(status=OrderStatus.PENDING)
        if self.value() == "money":
            return money_to_give_back(queryset)
        if self.value() == "returns":
            return returns_asked(queryset)
        return queryset


class PromiseFilter(admin.SimpleListFilter):
    """Whether it came by the day that was promised."""

    title = _("promise")
    parameter_name = "promise"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("late", _("overdue")), ("kept", _("kept")), ("broken", _("came too late"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        if self.value() == "late":
            return late(queryset)
        kept = {"kept": True, "broken": False}.get(self.value() or "")
        return queryset if kept is None else queryset.filter(promise_kept=kept)


class MethodFilter(admin.SimpleListFilter):
    """How the customer chose to pay, by name, also where it is no longer offered."""

    title = _("way to pay")
    parameter_name = "method"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(method.code, method.name) for gateway in BUILT_IN.values() for method in gateway.methods]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        return queryset.filter(payment_method=self.value()) if self.value() else queryset
