"""Paying an order: the payment page, the bank's question, waiting for the answer, another way to pay."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.web.guards import get_or_post, secret
from orders.gateways.base import PaymentMethod
from orders.gateways.registry import has_hosted_page, has_page, payment_methods
from orders.models import Order, OrderStatus, Payment, PaymentState
from orders.services.choose_payment import choose_payment
from orders.services.pay import PaymentDeclined, PayOrder, confirm_payment, look_at_payment, pay_order
from orders.services.payable import UNANSWERED, NotPayable, PaymentInProgress, is_payable, is_under_way
from orders.web.card_form import CardForm, filled_with, listed_cards
from orders.web.hosted_page import hosted_page
from orders.web.viewer import own_order
from shop.common.errors import ShopError
from shop.common.forms import render_form

UNDECIDED = (PaymentState.PENDING, PaymentState.REQUIRES_ACTION, PaymentState.PROCESSING)


@secret
@get_or_post
def pay(request: HttpRequest, number: str) -> HttpResponse:
    order = own_order(request, number)
    method = _page_method(order)
    if not is_payable(order) or method is None:
        return redirect(order)
    if is_under_way(order):
        return redirect("orders:pay_waiting", order.number)
    others = _others(order, method)
    return (
        hosted_page(request, order, method, others=others) if method.hosted else _card(request, order, method, others)
    )


def _card(request: HttpRequest, order: Order, method: PaymentMethod, others: list[PaymentMethod]) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    form = CardForm(typed, initial=filled_with(request.GET.get("card", "")))
    payment = form.attempt(lambda: pay_order(PayOrder(order_id=order.pk, method=method.code, token=form.token)))
    if payment is not None:
        return _lead_on(order, payment)
    if isinstance(form.refusal, PaymentInProgress):
        return redirect("orders:pay_waiting", order.number)
    if isinstance(form.refusal, NotPayable):
        return redirect(order)
    page = {"order": order, "method": method, "others": others, "cards": listed_cards()}
    return render_form(request, "orders/pay.html", form, **page)


@never_cache
@get_or_post
def bank(request: HttpRequest, number: str) -> HttpResponse:
    """The test gateway's bank asks whether it is really you."""
    order = own_order(request, number)
    payment = order.payments.filter(state=PaymentState.REQUIRES_ACTION).last()
    if payment is None or has_hosted_page(payment.gateway):
        return redirect("orders:pay", order.number)
    if request.method != "POST":
        return render(request, "orders/bank.html", {"order": order, "payment": payment})
    try:
        return _lead_on(order, confirm_payment(payment=payment, approved=request.POST.get("answer") == "approve"))
    except PaymentInProgress:
        return redirect("orders:pay_waiting", order.number)
    except (PaymentDeclined, NotPayable) as error:
        messages.error(request, str(error.message))
        return redirect("orders:pay", order.number)


@never_cache
@require_safe
def back(request: HttpRequest, number: str) -> HttpResponse:
    """The shopper comes back from the gateway: what counts is what the gateway says, not the address."""
    order = own_order(request, number)
    payment = order.payments.last()
    if payment is None:
        return redirect(order)
    try:
        payment = look_at_payment(payment=payment)
    except PaymentDeclined as error:
        messages.error(request, str(error.message))
        return redirect("orders:pay", order.number)
    if payment.state == PaymentState.REQUIRES_ACTION and payment.error_message:
        messages.error(request, payment.error_message)
    order.refresh_from_db()
    return _decided(request, order, payment) if payment.state == PaymentState.VOIDED else _lead_on(order, payment)


@never_cache
@require_safe
def waiting(request: HttpRequest, number: str) -> HttpResponse:
    """Looks again by itself, with or without script, until the bank has decided."""
    order = own_order(request, number)
    payment = order.payments.filter(state__in=UNDECIDED).last() or order.payments.last()
    if payment is None or payment.state not in UNDECIDED or not is_payable(order):
        return _go(request, _decided(request, order, payment))
    if payment.state == PaymentState.REQUIRES_ACTION:
        return _go(request, redirect("orders:pay_confirm", order.number))
    unanswered = payment.state == PaymentState.PENDING and payment.created_at < timezone.now() - UNANSWERED
    return render(request, "orders/waiting.html", {"order": order, "payment": payment, "unanswered": unanswered})


@never_cache
@require_POST
def another_way(request: HttpRequest, number: str) -> HttpResponse:
    order = own_order(request, number)
    method_code = request.POST.get("method", "")
    try:
        order = choose_payment(order_id=order.pk, method_code=method_code)
    except ShopError as error:
        messages.error(request, str(error.message))
        return redirect("orders:pay", order.number)
    return redirect("orders:pay" if has_page(order.payment_method) else "orders:confirmation", order.number)


def _page_method(order: Order) -> PaymentMethod | None:
    """The order's own method where it has a page, else the first that has one."""
    with_page = [method for method in payment_methods() if method.has_page]
    own = [method for method in with_page if method.code == order.payment_method]
    return next(iter(own or with_page), None)


def _others(order: Order, shown: PaymentMethod) -> list[PaymentMethod]:
    """Ways to pay that the order can still change to. What is sent already is not paid later."""
    if order.status != OrderStatus.PENDING:
        return []
    return [method for method in payment_methods() if method.code not in {shown.code, order.payment_method}]


def _lead_on(order: Order, payment: Payment) -> HttpResponse:
    if payment.state == PaymentState.REQUIRES_ACTION:
        return redirect("orders:pay_confirm", order.number)
    if payment.state in UNDECIDED:
        return redirect("orders:pay_waiting", order.number)
    return redirect("orders:confirmation", order.number)


def _decided(request: HttpRequest, order: Order, payment: Payment | None) -> HttpResponse:
    if payment is not None and payment.state == PaymentState.FAILED and is_payable(order):
        messages.error(request, payment.error_message or _("The bank did not answer. You can try again."))
    if is_payable(order):
        return redirect("orders:pay", order.number)
    return redirect(order) if order.status == OrderStatus.CANCELLED else redirect("orders:confirmation", order.number)


def _go(request: HttpRequest, where: HttpResponse) -> HttpResponse:
    """A redirect that leads the whole page on, also where htmx asked for a part of it."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(where["Location"])
    return where
