"""The admin's sign-in asks where the shop's asks, and obeys the same limits."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.utils.translation import gettext_lazy as _

from accounts.services.sign_in import check_sign_in
from shop.common.errors import ShopError
from shop.common.forms import add_refusal
from shop.observability.client import client_address


class StaffSignInForm(AdminAuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("E-mail or username")

    def clean(self) -> dict[str, Any]:
        identifier, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not identifier or not password or self.request is None:
            return self.cleaned_data
        try:
            user = check_sign_in(identifier=identifier, password=password, client_address=client_address(self.request))
        except ShopError as refusal:
            add_refusal(self, refusal)
        else:
            self.confirm_login_allowed(user)
            self.user_cache = user
        return self.cleaned_data


admin.site.login_form = StaffSignInForm
