"""What the views of /api/auth/ share."""

from __future__ import annotations

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User
from shop.api.permissions import Customer


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class PrivateView(APIView):
    """For who is signed in; the answer is stored nowhere."""

    permission_classes: tuple[type[BasePermission], ...] = (Customer,)


class DoorView(PrivateView):
    """For anyone, whatever they say of themselves: neither a token nor a session is looked at."""

    permission_classes = (AllowAny,)
    authentication_classes = ()


def user_of(request: Request) -> User:
    """The person behind a request that a PrivateView let in."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
