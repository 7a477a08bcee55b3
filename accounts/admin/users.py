"""People: found, helped, let in and kept out. Accounts are never deleted here; orders refer to them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.admin.forms import NewUserForm, PasswordForm
from accounts.models import Address, User
from accounts.services.staff import (
    MANAGE_STAFF,
    may_change,
    set_active,
    set_password,
    store_user,
    take_away_second_factor,
)
from shop.admin import ReadOnlyMixin, ShopModelAdmin, change_url
from shop.admin_pages import FormPage, show_form_page
from shop.common.errors import Message

ADMINS_FIELDS = ("is_superuser", "user_permissions")
RANK_FIELDS = ("is_staff", "groups", *ADMINS_FIELDS)


class AddressInline(ReadOnlyMixin, admin.StackedInline[Address, User]):
    model = Address
    extra = 0


@admin.register(User)
class UserAdmin(ShopModelAdmin):
    list_display = ("email", "username", "full_name", "is_active", "is_staff", "verified", "created_at")
    list_filter = ("is_active", "is_staff", "group", "groups", "created_at")
    search_fields = ("email", "username_key", "first_name", "last_name", "phone")
    filter_horizontal = ("groups", "user_permissions")
    readonly_fields = ("email_verified_at", "created_at", "last_login", "password_link")
    inlines = (AddressInline,)
    actions: tuple[str, ...] = ("deactivate", "activate", "take_away_second_factor")
    fieldsets = (
        (None, {"fields": ("email", "username", "first_name", "last_name", "phone", "group", "password_link")}),
        (_("May"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": ("email_verified_at", "created_at", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "password", "first_name", "last_name", "phone", "is_staff")}),)

    @admin.display(boolean=True, description=_("verified"), ordering="email_verified_at")
    def verified(self, user: User) -> bool:
        return user.is_verified

    @admin.display(description=_("password"))
    def password_link(self, user: User) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:accounts_user_password", args=[user.pk]), _("Set a new one")
        )

    @admin.action(description=_("Deactivate: sign out and keep out"), permissions=["change"])
    def deactivate(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._set_active(request, chosen, active=False)

    @admin.action(description=_("Activate: let in again"), permissions=["change"])
    def activate(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._set_active(request, chosen, active=True)

    @admin.action(description=_("Take away the second step: phone and codes are lost"), permissions=["change"])
    def take_away_second_factor(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self.apply_to_each(
            request,
            chosen,
            lambda user: take_away_second_factor(user_id=user.pk, actor=actor_of(request)),
            done=ngettext_lazy(
                "%(count)d account asks for the password alone.",
                "%(count)d accounts ask for the password alone.",
                "count",
            ),
        )

    def _set_active(self, request: HttpRequest, chosen: QuerySet[User], *, active: bool) -> None:
        done = (
            ngettext_lazy("%(count)d account activated.", "%(count)d accounts activated.", "count")
            if active
            else ngettext_lazy("%(count)d account deactivated.", "%(count)d accounts deactivated.", "count")
        )
        self.apply_to_each(
            request,
            chosen,
            lambda user: set_active(user_id=user.pk, active=active, actor=actor_of(request)),
            done=done,
        )

    def get_urls(self) -> list[URLPattern]:
        password = path(
            "<path:object_id>/password/", self.admin_site.admin_view(self.password_page), name="accounts_user_password"
        )
        return [password, *super().get_urls()]

    def password_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user = self.get_object(request, unquote(object_id))
        if user is None:
            raise Http404
        if not self.has_change_permission(request, user):
            raise PermissionDenied

        def submit(values: dict[str, Any]) -> Message:
            set_password(user_id=user.pk, password=values["password"], actor=actor_of(request))
            self.log_change(request, user, _("Set a new password."))
            return _("The password is set, and the owner was told by mail.")

        page = FormPage(
            title=_("Set a password"),
            button=_("Set password"),
            back_url=change_url(User, user.pk),
            back_label=str(user),
            intro=_("Everybody signed in to this account is signed out."),
        )
        return show_form_page(self, request, form=PasswordForm(request.POST or None), page=page, submit=submit)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change=change, **(kwargs if obj else {**kwargs, "form": NewUserForm}))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        actor = actor_of(request)
        if actor.is_superuser:
            return self.readonly_fields
        return (*self.readonly_fields, *(ADMINS_FIELDS if actor.has_perm(MANAGE_STAFF) else RANK_FIELDS))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Addresses and usernames are stored in lower case, names as typed: both are looked for."""
        typed, may_repeat = super().get_search_results(request, queryset, search_term)
        lowered, also = super().get_search_results(request, queryset, search_term.lower())
        return typed | lowered, may_repeat or also

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_password(form.cleaned_data["password"])
            store_user(obj, actor=actor_of(request))
            return
        # What else is in the row may have changed since the page read it: a new password, sessions ended.
        stored = User.objects.select_for_update().get(pk=obj.pk)
        for name in form.changed_data:
            if not User._meta.get_field(name).many_to_many:
                setattr(stored, name, getattr(obj, name))
        store_user(stored, actor=actor_of(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or may_change(actor_of(request), obj)) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def actor_of(request: HttpRequest) -> User:
    """Who does it: behind the admin's door always one of our users."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
