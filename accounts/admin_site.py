"""The admin's door: the shop's own limits and second step, and no work without a factor where one is required."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.web.door import sign_in


class StaffLoginView(LoginView):
    def form_valid(self, form: Any) -> HttpResponse:
        return sign_in(self.request, form.get_user(), remember=False, then=self.get_success_url())


class ShopAdminSite(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and _may_work(request)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """As Django's, whose view would sign in round the second step. Who lacks a factor is led to set one up."""
        if super().has_permission(request) and request.method == "GET":
            if self.has_permission(request):
                return redirect("admin:index")
            messages.warning(request, _("Staff of this shop sign in with a second step. Set one up, then go on."))
            return redirect("accounts:security")
        context = {**self.each_context(request), "title": _("Log in"), "subtitle": None}
        context |= {"app_path": request.get_full_path(), "username": request.user.get_username()}
        if REDIRECT_FIELD_NAME not in {*request.GET, *request.POST}:
            context[REDIRECT_FIELD_NAME] = reverse("admin:index")
        request.current_app = self.name
        view = StaffLoginView.as_view(
            extra_context=context | (extra_context or {}),
            authentication_form=self.login_form,
            template_name="admin/login.html",
        )
        return view(request)


def _may_work(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.may_work
