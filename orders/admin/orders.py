"""Orders: found, looked at, and moved on by the services."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from orders.admin.filters import MethodFilter, PromiseFilter, ToDoFilter
from orders.admin.forms import NoteForm
from orders.admin.many_pages import ManyPages
from orders.admin.steps import STEPS, offers, page_url
from orders.gateways.registry import method_by_code
from orders.models import Order
from orders.selectors.documents import credit_notes_of, has_invoice_to_show
from orders.selectors.staff import for_list, for_staff, search_orders
from shop.common.money import format_money


@admin.register(Order)
class OrderAdmin(ManyPages):
    list_display = ("order", "customer", "sum", "state", "progress")
    list_filter = (
        ToDoFilter,
        "status",
        "payment_status",
        "fulfilment_status",
        PromiseFilter,
        MethodFilter,
        "placed_at",
    )
    search_fields = ("number",)
    search_help_text = _("Number, e-mail address, name, SKU or tracking number")
    actions = ("ship", "mark_processing", "mark_delivered", "mark_paid", "cancel", "refund")

    class Media:
        css = {"all": ["admin-tint/orders.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_refund_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.refund_order")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return for_list(super().get_queryset(request).select_related("user"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        return search_orders(queryset, search_term), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The order's own page: everything is read here, and changed by the pages and buttons below it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        key = unquote(object_id)
        order = for_staff(Order.objects.filter(pk=key)).first() if key.isascii() and key.isdecimal() else None
        if order is None:
            raise Http404
        return TemplateResponse(request, "admin/orders/order/page.html", self._context(request, order))

    def _context(self, request: HttpRequest, order: Order) -> dict[str, Any]:
        method = method_by_code(order.payment_method)
        addresses = {address.kind: address for address in order.addresses.all()}
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "title": _("Order %(number)s") % {"number": order.number},
            "subtitle": None,
            "order": order,
            "method": method.name if method else order.payment_method,
            "offers": offers(order, request.user),
            "delivery": addresses.get("shipping"),
            "billing": addresses.get("billing"),
            "invoice_url": page_url(order, "invoice") if has_invoice_to_show(order) else "",
            "credit_notes": list(credit_notes_of(order)),
            "note_form": NoteForm(auto_id="note_%s") if self.has_change_permission(request) else None,
            "note_url": page_url(order, "note"),
        }

    @admin.display(description=_("order, placed"), ordering="placed_at")
    def order(self, order: Order) -> SafeString:
        placed = date_format(localtime(order.placed_at), "j M Y, H:i")
        return format_html('<span class="amount">{}</span><br><span class="quiet">{}</span>', order.number, placed)

    @admin.display(description=_("customer"), ordering="email")
    def customer(self, order: Order) -> SafeString:
        sent_to = order.sent_to  # type: ignore[attr-defined]  # by the selector
        name = sent_to[0].full_name if sent_to else ""
        # Where the column is narrow, the address goes on below from its "@".
        email = format_html_join(SafeString("<wbr>@"), "{}", ((part,) for part in order.email.split("@")))
        return format_html('{}<br><span class="quiet">{}</span>', name or "—", email)

    @admin.display(description=_("total"), ordering="total")
    def sum(self, order: Order) -> SafeString:
        return format_html('<span class="amount">{}</span>', format_money(order.total, order.currency))

    @admin.display(description=_("status"), ordering="status")
    def state(self, order: Order) -> SafeString:
        return badge(order.status, order.get_status_display())

    @admin.display(description=_("payment, delivery"), ordering="payment_status")
    def progress(self, order: Order) -> SafeString:
        payment = badge(order.payment_status, order.get_payment_status_display())
        delivery = badge(order.fulfilment_status, order.get_fulfilment_status_display())
        return format_html("{}<br>{}", payment, delivery)

    @admin.action(description=_("Ship …"), permissions=["change"])
    def ship(self, request: HttpRequest, chosen: QuerySet[Order]) -> HttpResponse | None:
        return self.ask_first(request, chosen, "ship")

    @admin.action(description=_("Cancel, with everything back in stock …"), permissions=["change"])
    def cancel(self, request: HttpRequest, chosen: QuerySet[Order]) -> HttpResponse | None:
        return self.ask_first(request, chosen, "cancel")

    @admin.action(description=_("Refund …"), permissions=["refund"])
    def refund(self, request: HttpRequest, chosen: QuerySet[Order]) -> HttpResponse | None:
        if chosen.count() == 1:
            return HttpResponseRedirect(page_url(chosen.get(), "refund"))
        messages.error(request, _("Money goes back one order at a time. Please choose one."))
        return None

    @admin.action(description=_("Mark as being prepared"), permissions=["change"])
    def mark_processing(self, request: HttpRequest, chosen: QuerySet[Order]) -> None:
        self._step(request, chosen, "processing")

    @admin.action(description=_("Mark as delivered"), permissions=["change"])
    def mark_delivered(self, request: HttpRequest, chosen: QuerySet[Order]) -> None:
        self._step(request, chosen, "delivered")

    @admin.action(description=_("Mark as paid"), permissions=["change"])
    def mark_paid(self, request: HttpRequest, chosen: QuerySet[Order]) -> None:
        self._step(request, chosen, "paid")

    def _step(self, request: HttpRequest, chosen: QuerySet[Order], name: str) -> None:
        step = STEPS[name]
        self.apply_to_each(
            request, chosen, lambda order: step.verb(order_id=order.pk, actor_id=request.user.pk), done=step.done
        )


def badge(value: str, label: str) -> SafeString:
    """A state in words and colour."""
    return format_html('<span class="state state-{}">{}</span>', value, label)
