"""Asking to send something back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.web.guards import get_or_post
from orders.models import Order
from orders.selectors.orders import order_details
from orders.services.request_return import WantedBack, may_ask_for_return, request_return
from orders.services.return_order import open_return, returnable
from orders.web.return_form import ReturnForm
from orders.web.viewer import own_order, own_orders
from shop.common.errors import Conflict
from shop.common.forms import render_form


@never_cache
@get_or_post
def send_back(request: HttpRequest, number: str) -> HttpResponse:
    order = own_order(request, number, among=order_details(own_orders(request)))
    if open_return(order) is not None or not may_ask_for_return(order):
        return redirect(order)
    lines = [line for line in order.lines.all() if returnable(line)]
    form = ReturnForm(request.POST if request.method == "POST" else None, lines=lines)
    asked = form.attempt(lambda: request_return(_wanted(request, order, form)))
    if isinstance(form.refusal, Conflict):
        messages.error(request, str(form.refusal.message))
        return redirect(order)
    if asked is None:
        return render_form(request, "orders/return.html", form, order=order)
    messages.success(request, _("We have your request and answer it by mail."))
    return redirect(order)


def _wanted(request: HttpRequest, order: Order, form: ReturnForm) -> WantedBack:
    return WantedBack(
        order_id=order.pk,
        quantities=form.quantities(),
        reason=form.cleaned_data["reason"],
        actor_id=request.user.pk,
    )
