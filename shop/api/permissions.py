"""Who may call what. Whose rows they are is decided by the selector's queryset, not here: others' are 404."""

from __future__ import annotations

from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

Anyone = AllowAny
Customer = IsAuthenticated


class StaffByPermission(BasePermission):
    """Staff, or an API key, with the permission that the view names for the method.

    class Orders(APIView):
        permission_classes = (StaffByPermission,)
        staff_permissions = {"GET": "orders.view_order", "PUT": "orders.change_order"}

    A method that the view does not name is nobody's.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not (request.user and request.user.is_staff):
            return False
        method = "GET" if request.method in ("HEAD", "OPTIONS") else str(request.method)
        wanted = getattr(view, "staff_permissions", {}).get(method)
        return isinstance(wanted, str) and request.user.has_perm(wanted)


class AnyoneReadsStaffWrites(StaffByPermission):
    """GET for everybody, the rest for staff by permission."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.method in ("GET", "HEAD", "OPTIONS") or super().has_permission(request, view)
