"""Who may call what. Whose rows they are is decided by the selector's queryset, not here: others' are 404."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request

if TYPE_CHECKING:  # DRF's views import this module while they are loaded
    from rest_framework.views import APIView

Anyone = AllowAny
ALL_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


def has_method(request: Request, view: APIView) -> bool:
    """Whether the view answers this method: what nobody may do is 405, not 401."""
    return hasattr(view, str(request.method).lower())


class Customer(IsAuthenticated):
    """Whoever is signed in. A key is nobody."""

    closed_to_keys = ALL_METHODS

    def has_permission(self, request: Request, view: APIView) -> bool:
        return not has_method(request, view) or super().has_permission(request, view)


class StaffByPermission(BasePermission):
    """Staff, or an API key, with the permission that the view names for the method.

    class Orders(APIView):
        permission_classes = (StaffByPermission,)
        staff_permissions = {"GET": "orders.view_order", "PUT": "orders.change_order"}

    A method that the view does not name is nobody's; one that it does not have at all is 405 for everybody.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not has_method(request, view):
            return True
        if not (request.user and request.user.is_staff):
            return False
        method = "GET" if request.method in ("HEAD", "OPTIONS") else str(request.method)
        wanted = getattr(view, "staff_permissions", {}).get(method)
        return isinstance(wanted, str) and request.user.has_perm(wanted)


class AnyoneReadsStaffWrites(StaffByPermission):
    """GET for everybody, the rest for staff by permission."""

    open_methods = SAFE_METHODS

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in SAFE_METHODS or super().has_permission(request, view)


class AnyoneReadsCustomersWrite(BasePermission):
    """GET for everybody, the rest for who is signed in."""

    open_methods = SAFE_METHODS
    closed_to_keys = ALL_METHODS - frozenset(SAFE_METHODS)

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method in SAFE_METHODS or not has_method(request, view):
            return True
        return bool(request.user and request.user.is_authenticated)
