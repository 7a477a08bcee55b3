"""The address book. Whose address it is, the services ask; what is not one's own does not exist."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Address
from accounts.selectors.addresses import address_of, addresses_of
from accounts.services.addresses import (
    Defaults,
    create_address,
    delete_address,
    set_default_address,
    update_address,
)
from accounts.web.forms import AddressForm
from accounts.web.guards import SignedInRequest, get_or_post, missing_is_404, private
from shop.common.errors import NotFound
from shop.common.forms import render_form


@private
@require_safe
def addresses(request: SignedInRequest) -> HttpResponse:
    return render(request, "accounts/addresses.html", {"addresses": addresses_of(request.user.pk)})


@private
@get_or_post
def add(request: SignedInRequest) -> HttpResponse:
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.attempt(lambda: create_address(user_id=request.user.pk, data=form.typed(), defaults=_defaults(form))):
        messages.success(request, _("The address is saved."))
        return redirect("accounts:addresses")
    return render_form(request, "accounts/address_form.html", form)


@private
@get_or_post
@missing_is_404
def edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    address = _own(request, public_id)
    form = AddressForm(request.POST if request.method == "POST" else None, instance=address)
    if form.attempt(
        lambda: update_address(
            user_id=request.user.pk, public_id=public_id, data=form.typed(), defaults=_defaults(form)
        )
    ):
        messages.success(request, _("The address is saved."))
        return redirect("accounts:addresses")
    return render_form(request, "accounts/address_form.html", form, address=address)


@private
@get_or_post
@missing_is_404
def delete(request: SignedInRequest, public_id: str) -> HttpResponse:
    address = _own(request, public_id)
    if request.method != "POST":
        return render(request, "accounts/address_delete.html", {"address": address})
    delete_address(user_id=request.user.pk, public_id=public_id)
    messages.success(request, _("The address is deleted."))
    return redirect("accounts:addresses")


@private
@require_POST
@missing_is_404
def make_default(request: SignedInRequest, public_id: str, use: str) -> HttpResponse:
    defaults = Defaults(shipping=use == "delivery", billing=use == "invoices")
    set_default_address(user_id=request.user.pk, public_id=public_id, defaults=defaults)
    return redirect("accounts:addresses")


def _own(request: SignedInRequest, public_id: str) -> Address:
    address = address_of(request.user.pk, public_id)
    if address is None:
        raise NotFound
    return address


def _defaults(form: AddressForm) -> Defaults:
    return Defaults(shipping=form.cleaned_data["is_default_shipping"], billing=form.cleaned_data["is_default_billing"])
