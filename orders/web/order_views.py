"""A customer's orders: the list, one order, thanks for it, cancelling it, ordering it again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.web.forms import NewPasswordForm
from accounts.web.guards import get_or_post
from carts.web.shopper import remember_cart, shopper_of
from orders.gateways.registry import has_page, method_by_code
from orders.models import Order, OrderStatus
from orders.selectors.documents import credit_notes_of, has_invoice_to_show
from orders.selectors.orders import order_details, order_list
from orders.selectors.progress import stages, when_it_comes
from orders.selectors.sums import order_rows
from orders.services.cancel_order import NotCancellable, cancel_order, is_cancellable
from orders.services.payable import is_payable
from orders.services.reorder import reorder
from orders.services.request_return import may_ask_for_return
from orders.services.return_order import open_return
from orders.web.viewer import own_order, own_orders

PAGE_SIZE = 10


@never_cache
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """Somebody who is not signed in sees what this browser ordered, and the ways to the rest."""
    status = request.GET.get("status", "")
    status = status if status in OrderStatus.values else ""
    pages = Paginator(order_list(own_orders(request), status=status), PAGE_SIZE)
    context = {"page": pages.get_page(request.GET.get("page")), "status": status, "statuses": OrderStatus.choices}
    return render(request, "orders/list.html", context)


@never_cache
@require_safe
def detail(request: HttpRequest, number: str) -> HttpResponse:
    order = own_order(request, number, among=order_details(own_orders(request)))
    return render(request, "orders/detail.html", order_context(order))


@never_cache
@require_safe
def confirmation(request: HttpRequest, number: str) -> HttpResponse:
    order = own_order(request, number, among=order_details(own_orders(request)))
    return render(
        request, "orders/confirmation.html", {**order_context(order), "join_form": _join_form(request, order)}
    )


@never_cache
@get_or_post
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Asks first."""
    order = own_order(request, number, among=order_details(own_orders(request)))
    if request.method == "POST":
        _cancel(request, order)
    elif is_cancellable(order):
        return render(request, "orders/cancel.html", order_context(order))
    return redirect(order)


@never_cache
@require_POST
def order_again(request: HttpRequest, number: str) -> HttpResponse:
    order = own_order(request, number)
    done = reorder(order=order, shopper=shopper_of(request))
    for left_out in done.left_out:
        messages.warning(request, f"{left_out.line.name}: {left_out.reason}")
    if done.cart is None:
        return redirect(order)
    remember_cart(request, done.cart)
    said = ngettext("%(count)d thing is in your bag again.", "%(count)d things are in your bag again.", done.added)
    messages.success(request, said % {"count": done.added})
    return redirect("carts:cart")


def _join_form(request: HttpRequest, order: Order) -> NewPasswordForm | None:
    """For guests' orders only, and nobody who is signed in."""
    offered = not order.user_id and not request.user.is_authenticated and "email" in settings.SHOP_LOGIN_FIELDS
    return NewPasswordForm() if offered else None


def _cancel(request: HttpRequest, order: Order) -> None:
    try:
        cancel_order(order_id=order.pk, reason="customer", actor_id=request.user.pk)
    except NotCancellable as error:
        messages.error(request, str(error.message))
        return
    messages.success(request, _("The order is cancelled."))


def order_context(order: Order) -> dict[str, Any]:
    """What the pages of one order show; `order` comes from `order_details`."""
    events = getattr(order, "public_events", [])
    addresses = {address.kind: address for address in order.addresses.all()}
    return {
        "order": order,
        "rows": order_rows(order),
        "stages": stages(order, events),
        "comes": when_it_comes(order) if order.status != OrderStatus.PENDING else "",
        "delivery": addresses.get("shipping"),
        "billing": addresses.get("billing"),
        "method": method_by_code(order.payment_method),
        "to_pay": is_payable(order),
        "pays_here": has_page(order.payment_method),
        "can_cancel": is_cancellable(order),
        "can_return": may_ask_for_return(order) and open_return(order) is None,
        "send_to": settings.SHOP_RETURN_ADDRESS,
        "bank_details": settings.SHOP_BANK_DETAILS,
        "has_invoice": has_invoice_to_show(order),
        "credit_notes": list(credit_notes_of(order)),
    }
