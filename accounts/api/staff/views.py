"""Accounts for staff: found, let in and kept out."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.staff.serializers import ToggleBody, UserQuery, UserRow
from accounts.api.views.base import PrivateView
from accounts.models import User
from accounts.selectors.users import UserFilter, filtered_users
from accounts.services.staff import toggle_active
from shop.api.permissions import StaffByPermission
from shop.api.schema import problems, sent
from shop.api.serializers import body_of, query_of

TAGS = ["admin"]
OUT = sent("Keep them out", {"is_active": False})


class UsersView(PrivateView, ListAPIView[User]):
    permission_classes = (StaffByPermission,)
    staff_permissions = {"GET": "accounts.view_user"}
    serializer_class = UserRow
    query_serializer = UserQuery

    def get_queryset(self) -> QuerySet[User]:
        return filtered_users(UserFilter(**query_of(self.request, UserQuery)))

    @extend_schema(
        tags=TAGS,
        summary="Users",
        parameters=[UserQuery],
        responses={200: UserRow(many=True), **problems(400, 401, 403)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first, customers and staff."""
        return super().get(request, *args, **kwargs)


class ToggleStatusView(PrivateView):
    permission_classes = (StaffByPermission,)
    staff_permissions = {"PUT": "accounts.change_user"}

    @extend_schema(
        tags=TAGS,
        summary="Let a user in, or keep them out",
        request=ToggleBody,
        responses={200: UserRow, **problems(400, 401, 403, 404, 409)},
        examples=[OUT],
    )
    def put(self, request: Request, user_id: int) -> Response:
        """Deactivating ends every session and token of theirs at once. Nobody deactivates themselves or the last
        administrator; accounts of staff need the permission to manage them."""
        wanted = body_of(request, ToggleBody).get("is_active")
        return Response(UserRow(toggle_active(user_id=user_id, active=wanted, actor=request.user)).data)
