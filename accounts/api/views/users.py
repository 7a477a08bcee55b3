"""Everybody who can sign in, for staff."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import NewUserBody, UserSerializer
from accounts.api.views.base import PrivateView
from accounts.models import ApiKey, User
from accounts.services.create_user import NewUser, create_user
from shop.api.permissions import StaffByPermission
from shop.api.schema import problems, sent
from shop.api.serializers import body_of
from shop.common.errors import Forbidden

TAGS = ["users"]
SOMEBODY = sent("A customer", {"email": "ines@example.org", "password": "TestPass123", "first_name": "Ines"})


class UsersView(PrivateView, ListAPIView[User]):
    permission_classes = (StaffByPermission,)
    staff_permissions = {"GET": "accounts.view_user", "POST": "accounts.add_user"}
    serializer_class = UserSerializer

    def get_queryset(self) -> QuerySet[User]:
        return User.objects.order_by("-pk")

    @extend_schema(tags=TAGS, summary="Users", responses={200: UserSerializer(many=True), **problems(400, 401, 403)})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=TAGS,
        summary="Open an account for somebody",
        request=NewUserBody,
        responses={201: UserSerializer, **problems(400, 401, 403, 409)},
        examples=[SOMEBODY],
    )
    def post(self, request: Request) -> Response:
        """`is_admin` only from an administrator."""
        new = NewUser(**body_of(request, NewUserBody))
        if new.is_admin and not request.user.is_superuser:
            raise Forbidden
        return Response(UserSerializer(create_user(new, actor=_actor(request))).data, status=201)


def _actor(request: Request) -> User:
    """The person, or who answers for the key."""
    actor = request.auth.created_by if isinstance(request.auth, ApiKey) else request.user
    if not isinstance(actor, User):
        raise Forbidden
    return actor
