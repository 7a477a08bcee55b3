"""After an order without an account: one field makes one."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from accounts.services.register import Registration
from accounts.web.forms import NewPasswordForm
from accounts.web.guards import get_or_post, secret
from accounts.web.join import join
from orders.models import Order
from orders.selectors.orders import order_details
from orders.web.order_views import order_context
from orders.web.viewer import own_order, own_orders


@never_cache
@secret
@get_or_post
def open_account(request: HttpRequest, number: str) -> HttpResponse:
    """The address is the order's; it counts once the code sent there is typed in."""
    order = own_order(request, number, among=order_details(own_orders(request)))
    if order.user_id is not None or request.user.is_authenticated:
        raise Http404
    if request.method != "POST":
        return redirect("orders:confirmation", order.number)
    form = NewPasswordForm(request.POST)
    joined = form.is_valid() and join(request, form, _registration(order, form), then=order.get_absolute_url())
    return joined or render(request, "orders/confirmation.html", {**order_context(order), "join_form": form})


def _registration(order: Order, form: NewPasswordForm) -> Registration:
    names: dict[str, Any] = {}
    for address in order.addresses.all():
        if address.kind == "shipping":
            first, _space, last = address.full_name.rpartition(" ")
            names = {"first_name": (first or last)[:80], "last_name": (last if first else "")[:80]}
    return Registration(email=order.email, password=form.cleaned_data["password"], **names)
