"""API keys: made for a role, shown once, revoked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.admin.users import actor_of
from accounts.models import ApiKey
from accounts.services.api_keys import make_key, revoke_key, update_key
from shop.admin import Secret, ShopModelAdmin, ShownOnceMixin

REVOKED = ngettext_lazy("%(count)d key revoked.", "%(count)d keys revoked.", "count")


@admin.register(ApiKey)
class ApiKeyAdmin(ShownOnceMixin, ShopModelAdmin):
    list_display = ("name", "hint", "group", "created_by", "state", "expires_at", "last_used_at")
    list_select_related = ("group", "created_by")
    list_filter = ("group", ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "hint")
    actions = ("revoke",)
    fields = ("name", "group", "expires_at")
    shown = ("hint", "group", "created_by", "created_at", "last_used_at", "revoked_at")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Revoked keys stay: the list says what had access, and until when."""
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is None else ("name", "expires_at", *self.shown)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.shown

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            update_key(obj)
        else:
            request.new_api_key = make_key(obj, maker=actor_of(request))  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        secret = Secret(
            title=_("Your new API key"),
            about=_("“%(name)s” may do what the role %(role)s may.") % {"name": obj.name, "role": obj.group},
            label=_("Key"),
            value=request.new_api_key,  # type: ignore[attr-defined]
            usage=f"Authorization: Bearer {obj.hint}…",
        )
        return self.show_once(request, secret)

    @admin.display(description=gettext_lazy("state"))
    def state(self, key: ApiKey) -> str:
        if key.revoked_at is not None:
            return _("revoked")
        if key.expires_at is not None and key.expires_at <= timezone.now():
            return _("expired")
        if not (key.created_by.is_active and key.created_by.is_staff):
            return _("ended with its maker's account")
        return _("good")

    @admin.action(description=gettext_lazy("Revoke: end at once"), permissions=["change"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiKey]) -> None:
        self.apply_to_each(request, chosen, lambda key: revoke_key(key_id=key.pk), done=REVOKED)
