"""Customers in the admin, with what only orders know how to do: exporting and closing an account."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.admin.users import UserAdmin
from accounts.models import User
from orders.services.anonymize_customer import anonymize_customer
from orders.services.export_customer import export_zip

admin.site.unregister(User)


@admin.register(User)
class CustomerAdmin(UserAdmin):
    actions = (*UserAdmin.actions, "export", "close_for_good")

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.export_customer")

    def has_close_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.anonymize_customer")

    @admin.action(description=_("Export what is known of one customer"), permissions=["export"])
    def export(self, request: HttpRequest, chosen: QuerySet[User]) -> HttpResponse | None:
        if chosen.count() != 1:
            messages.error(request, _("Choose one customer."))
            return None
        user = chosen.get()
        self.log_change(request, user, _("Exported what is known of them."))
        headers = {"Content-Disposition": 'attachment; filename="customer.zip"', "Cache-Control": "no-store"}
        return HttpResponse(export_zip(user), content_type="application/zip", headers=headers)

    @admin.action(description=_("Close for good: take the person out of account and orders"), permissions=["close"])
    def close_for_good(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        done = ngettext_lazy("%(count)d account closed.", "%(count)d accounts closed.", "count")
        self.apply_to_each(request, chosen, lambda user: anonymize_customer(user_id=user.pk), done=done)
