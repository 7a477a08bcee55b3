"""The payment page of a gateway with fields of its own: mounted by its script, or its own page without script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from orders.gateways.base import BY_REDIRECT, PaymentMethod
from orders.models import Order, Payment, PaymentState
from orders.services.pay import PaymentDeclined, PayOrder, pay_order
from shop.common.errors import ShopError

FIELDS = "fields"


def hosted_page(
    request: HttpRequest, order: Order, method: PaymentMethod, *, others: Sequence[PaymentMethod]
) -> HttpResponse:
    """GET shows it. POST opens a payment: answered to the script, or by sending the shopper to the gateway."""
    if request.method != "POST":
        return _show(request, order, method, others)
    token = FIELDS if request.POST.get("by") == FIELDS else BY_REDIRECT
    try:
        payment = _opened(request, order, method, token)
    except ShopError as error:
        return _refused(request, order, error, token)
    if token == FIELDS:
        return JsonResponse({"state": payment.state, "next_action": payment.next_action})
    url = (payment.next_action or {}).get("url")
    return redirect(url) if url else _refused(request, order, None, token)


def _opened(request: HttpRequest, order: Order, method: PaymentMethod, token: str) -> Payment:
    """The payment that is open already, where the page was only looked at again; else a new one."""
    open_one = order.payments.filter(state=PaymentState.REQUIRES_ACTION).last()
    kind = (open_one.next_action or {}).get("type") if open_one else None
    if (
        open_one is not None
        and open_one.amount == order.to_pay
        and kind == (method.code if token == FIELDS else BY_REDIRECT)
    ):
        return open_one
    back = request.build_absolute_uri(reverse("orders:pay_back", args=[order.number]))
    return pay_order(PayOrder(order_id=order.pk, method=method.code, token=token, return_url=back))


def _refused(request: HttpRequest, order: Order, error: ShopError | None, token: str) -> HttpResponse:
    said = str(error.message) if error else _("The payment page could not be opened. Please try again in a moment.")
    if token == FIELDS:
        return JsonResponse({"error": said}, status=error.status if error else 503)
    messages.error(request, said)
    return redirect(
        order if not isinstance(error, PaymentDeclined | None) else reverse("orders:pay", args=[order.number])
    )


def _show(request: HttpRequest, order: Order, method: PaymentMethod, others: Sequence[PaymentMethod]) -> HttpResponse:
    hosted = method.hosted
    assert hosted is not None  # noqa: S101 - the caller looked
    context: dict[str, Any] = {
        "order": order,
        "method": method,
        "others": others,
        "hosted": hosted,
        "public_key": getattr(settings, hosted.key_setting),
        "back_url": request.build_absolute_uri(reverse("orders:pay_back", args=[order.number])),
    }
    sources = {directive: list(addresses) for directive, addresses in hosted.sources.items()}
    show = csp_update(sources)(lambda request: render(request, "orders/pay_hosted.html", context))
    return cast("HttpResponse", show(request))
