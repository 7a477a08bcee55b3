"""Accounts elsewhere: to them and back, connecting and disconnecting."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.selectors.providers import Provider, active_providers, connections_of
from accounts.services.present import check_presence
from accounts.services.providers import disconnect_provider
from accounts.web.door import where_next
from accounts.web.forms import PresentPasswordForm
from accounts.web.guards import SignedInRequest, get_or_post, guests_only, missing_is_404, private, secret
from accounts.web.providers import lead_to, may_lead_away
from shop.common.forms import render_form


@guests_only
@require_POST
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    return lead_to(request, _provider(provider_id).id, then=where_next(request))


@private
@get_or_post
def connect(request: SignedInRequest, provider_id: str) -> HttpResponse:
    provider = _provider(provider_id)
    form = PresentPasswordForm(request.POST if request.method == "POST" else None, user=request.user)
    form.attempt(lambda: check_presence(request.user, form.cleaned_data["current_password"]))
    if form.is_valid():
        return lead_to(request, provider.id, connects=request.user.pk)
    page = render_form(request, "accounts/provider_connect.html", form, provider=provider)
    return may_lead_away(request, page)


@private
@get_or_post
@missing_is_404
def disconnect(request: SignedInRequest, connection_id: int) -> HttpResponse:
    provider = next((one for one, row in connections_of(request.user.pk) if row.pk == connection_id), None)
    if provider is None:
        raise Http404
    form = PresentPasswordForm(request.POST if request.method == "POST" else None, user=request.user)
    form.attempt(lambda: _disconnect(request, form, connection_id))
    if not form.is_valid():
        return render_form(request, "accounts/provider_disconnect.html", form, provider=provider)
    messages.success(request, _("%(name)s can no longer sign you in.") % {"name": provider.name})
    return redirect("accounts:security")


def back_from(provider_id: str, callback: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """allauth's callback, for providers in use; what it answers holds nothing anybody may keep."""

    def back(request: HttpRequest) -> HttpResponse:
        _provider(provider_id)
        return callback(request)

    return secret(require_safe(back))


def _disconnect(request: SignedInRequest, form: PresentPasswordForm, connection_id: int) -> None:
    check_presence(request.user, form.cleaned_data["current_password"])
    disconnect_provider(user=request.user, connection_id=connection_id)


def _provider(provider_id: str) -> Provider:
    """One whose keys are set; others do not exist."""
    for provider in active_providers():
        if provider.id == provider_id:
            return provider
    raise Http404
