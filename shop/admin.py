"""What every model's admin stands on: the unit around saving, refusals as messages, actions, archiving.

Django's admin opens its own `atomic()` around its change and delete views. Here the unit goes
there instead, whole and retried. So `save_model`, `save_related` and `delete_model` call the
*steps* of services, while actions and own pages (shop/admin_pages.py), which Django leaves alone,
call their verbs. `list_editable` saves in a transaction of Django's own: do not use it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_protect

from shop.common.errors import Conflict, ShopError
from shop.common.forms import add_refusal
from shop.common.unit import run_in_transaction

admin.site.site_header = settings.SHOP_NAME
admin.site.site_title = settings.SHOP_NAME
admin.site.index_title = gettext_lazy("Running the shop")

REFUSALS_SHOWN = 5
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")

logger = logging.getLogger(__name__)


if TYPE_CHECKING:
    DjangoModelAdmin = admin.ModelAdmin[Any]
else:
    DjangoModelAdmin = admin.ModelAdmin


class ShopModelAdmin(DjangoModelAdmin):
    """A ModelAdmin whose saves and deletions are one unit each.

    A ShopError raised while saving rolls everything back and shows the form again, with what was
    typed and the message at its field.
    """

    list_per_page = 50
    show_full_result_count = False
    deletes_in_bulk = False  # Django's own action deletes without asking any service

    def prepare(self, request: HttpRequest) -> None:
        """A hook for slow work on what was sent, such as pictures, before the unit opens."""

    @method_decorator(csrf_protect)
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        def view() -> HttpResponse:
            return self._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[attr-defined,no-any-return]

        if request.method in SAFE_METHODS:
            return view()
        self.prepare(request)
        try:
            return _as_unit(request, view)
        except ShopError as refusal:
            request.shop_refusal = refusal  # type: ignore[attr-defined]
            return view()

    @method_decorator(csrf_protect)
    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        def view() -> HttpResponse:
            return self._delete_view(request, object_id, extra_context)  # type: ignore[attr-defined,no-any-return]

        if request.method in SAFE_METHODS:
            return view()
        try:
            return _as_unit(request, view)
        except ShopError as refusal:
            messages.error(request, str(refusal.message))
            return HttpResponseRedirect(change_url(self.model, unquote(object_id)))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """None for numbers beyond what SQLite can compare, as for everything else that is no row's."""
        try:
            return super().get_object(request, object_id, from_field)
        except OverflowError:
            return None

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """After a refusal: the same form, carrying what the service said."""
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "shop_refusal", None)
        return form if refusal is None else type(form.__name__, (_RefusedForm, form), {"refusal": refusal})

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        if not self.deletes_in_bulk:
            actions.pop("delete_selected", None)
        return actions

    def apply_to_each(
        self, request: HttpRequest, chosen: Iterable[models.Model], verb: Callable[[Any], object], *, done: Any
    ) -> None:
        """Run `verb` on each chosen row, a unit each; say how many succeeded and why others did not.

        `done` is a lazy ngettext message with %(count)d.
        """
        succeeded = 0
        refused: list[str] = []
        for row in chosen:
            try:
                verb(row)
            except ShopError as refusal:
                refused.append(f"{row}: {refusal.message}")
            else:
                succeeded += 1
                self.log_change(request, row, done % {"count": 1})
        if succeeded:
            messages.success(request, done % {"count": succeeded})
        for text in refused[:REFUSALS_SHOWN]:
            messages.error(request, text)
        if len(refused) > REFUSALS_SHOWN:
            messages.error(request, _("… and %(count)d more.") % {"count": len(refused) - REFUSALS_SHOWN})


class ArchivingAdmin(ShopModelAdmin):
    """Deleting archives: the row leaves the shop and stays whole in what refers to it."""

    delete_confirmation_template = "admin/archive_confirmation.html"
    change_form_template = "admin/archiving_change_form.html"

    def archive_step(self, request: HttpRequest, obj: Any) -> None:
        """Call the service's step that archives `obj`."""
        raise NotImplementedError

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        return super().delete_view(request, object_id, {"title": _("Archive"), **(extra_context or {})})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        return super().render_change_form(request, {**context, "show_delete": False}, *args, **kwargs)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.archive_step(request, obj)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return [self.log_change(request, obj, _("Archived.")) for obj in queryset]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        return [str(obj) for obj in objs], {}, set(), []

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        messages.success(request, _("“%(name)s” was archived.") % {"name": obj_display})
        return HttpResponseRedirect(list_url(self.model))


@dataclass(frozen=True, kw_only=True)
class Secret:
    """What is shown this once: `about` says what it is for, `usage` how it is sent, where that is not plain."""

    title: str
    about: str
    label: str
    value: str
    usage: str = ""


class ShownOnceMixin:
    """For rows whose making ends on a page of its own: one way to save them, and no other."""

    model: type[models.Model]
    opts: Any
    admin_site: Any

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        one_way = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**one_way, **(extra_context or {})})  # type: ignore[misc]

    def show_once(self, request: HttpRequest, secret: Secret) -> HttpResponse:
        """The one page that ever shows it: no redirect, so that it is stored nowhere on the way."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": secret.title,
            "subtitle": None,
            "secret": secret,
            "back_url": list_url(self.model),
        }
        return TemplateResponse(request, "admin/shown_once.html", context)


class ReadOnlyMixin:
    """For an admin or an inline that only shows."""

    def has_add_permission(self, *_args: Any, **_kwargs: Any) -> bool:
        return False

    def has_change_permission(self, *_args: Any, **_kwargs: Any) -> bool:
        return False

    def has_delete_permission(self, *_args: Any, **_kwargs: Any) -> bool:
        return False


class _RefusedForm:
    refusal: ShopError

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        add_refusal(self, self.refusal)  # type: ignore[arg-type]
        return cleaned


def change_url(model: type[models.Model], pk: Any) -> str:
    """The address of a row's page in the admin."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])


def list_url(model: type[models.Model]) -> str:
    """The address of a model's list in the admin."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def _as_unit(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    def attempt() -> HttpResponse:
        for file in _files(request):
            file.seek(0)
        return view()

    try:
        return run_in_transaction(attempt)
    except IntegrityError as error:
        logger.warning("admin_save_conflict", exc_info=error)
        raise Conflict(_("Somebody else changed this at the same moment. Please save again.")) from error


def _files(request: HttpRequest) -> Sequence[Any]:
    return [file for _name, files in request.FILES.lists() for file in files]
