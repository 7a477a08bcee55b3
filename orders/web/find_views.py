"""Ways to an order without an account: the mailed link, and a form that mails it again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.web.guards import get_or_post
from orders.selectors.orders import order_by_token
from orders.services.mail_link import mail_order_link
from orders.web.viewer import own_orders, remember_order
from shop.common.forms import RefusableForm, render_form
from shop.observability.client import client_address


def needed(label: Any, **attrs: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=254, widget=forms.TextInput(attrs=attrs))


class FindForm(RefusableForm, forms.Form):
    use_required_attribute = False

    number = needed(gettext_lazy("Order number"), placeholder="7KQ2-M9XD-04TB", autocapitalize="characters")
    email = needed(gettext_lazy("The e-mail address you ordered with"), type="email", autocomplete="email")


@never_cache
@get_or_post
def find(request: HttpRequest) -> HttpResponse:
    """The answer is the same for every number and address."""
    form = FindForm(request.POST if request.method == "POST" else None, initial={"number": request.GET.get("number")})
    form.attempt(lambda: mail_order_link(**form.cleaned_data, client_address=client_address(request)))
    if not form.is_valid():
        return render_form(request, "orders/find.html", form)
    return render(request, "orders/link_mailed.html")


@never_cache
@require_safe
def open_by_link(request: HttpRequest, number: str, token: str) -> HttpResponse:
    """Trade the key in the address for the session, and lead away from that address at once."""
    order = order_by_token(number, token) or own_orders(request).filter(number=number).first()
    if order is None:
        messages.warning(request, _("This link is no longer good. We gladly mail you a new one."))
        response: HttpResponse = redirect("orders:find")
    else:
        remember_order(request, order)
        response = redirect(order)
    response["Referrer-Policy"] = "no-referrer"
    return response
