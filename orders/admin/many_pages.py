"""Actions on several orders that ask for something first: they lead to a page that knows the chosen orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from orders.admin.forms import CancelForm, ShipManyForm
from orders.admin.order_pages import CHANGE, OrderPages, last_carrier, require_refund_for_money
from orders.admin.steps import page_url
from orders.models import Order
from orders.selectors.staff import for_staff
from orders.services.cancel_order import cancel_order
from orders.services.ship_order import Parcel, ship_order
from shop.admin import list_url
from shop.admin_pages import FormPage, show_form_page
from shop.common.errors import Message

MOST = 100
LARGEST_KEY = 2**63
SHIPPED = ngettext_lazy("%(count)d order shipped.", "%(count)d orders shipped.", "count")
CANCELLED = ngettext_lazy("%(count)d order cancelled.", "%(count)d orders cancelled.", "count")


class ManyPages(OrderPages):
    def get_urls(self) -> list[URLPattern]:
        own = [
            path("ship/", self.admin_site.admin_view(self.ship_many_page), name="orders_order_ship_many"),
            path("cancel/", self.admin_site.admin_view(self.cancel_many_page), name="orders_order_cancel_many"),
        ]
        return [*own, *super().get_urls()]

    def ask_first(self, request: HttpRequest, chosen: QuerySet[Order], name: str) -> HttpResponse | None:
        """Lead from the list to the page `name`: of the one order that is chosen, or of all of them."""
        ids = list(chosen.order_by("placed_at").values_list("pk", flat=True)[: MOST + 1])
        if len(ids) == 1:
            return HttpResponseRedirect(page_url(chosen.get(), name))
        if len(ids) > MOST:
            messages.error(request, _("Please choose at most %(most)d orders.") % {"most": MOST})
            return None
        query = urlencode({"ids": ",".join(str(pk) for pk in ids)})
        return HttpResponseRedirect(f"{reverse(f'admin:orders_order_{name}_many')}?{query}")

    def ship_many_page(self, request: HttpRequest) -> HttpResponse:
        orders = chosen_orders(request)
        form = ShipManyForm(request.POST or None, orders=orders, carrier=last_carrier())

        def ship(order: Order) -> None:
            number = form.tracking_number(order)
            ship_order(
                Parcel(
                    order_id=order.pk,
                    carrier=form.cleaned_data["carrier"],
                    tracking_number=number,
                    actor_id=request.user.pk,
                )
            )

        intro = _("One parcel for each order, with everything in it that is still to be sent.")
        page = _page(_("Ship %(count)d orders"), _("Book the parcels"), orders, intro=intro)
        submit = self._each(request, orders, ship, SHIPPED)
        return show_form_page(self, request, form=form, page=page, submit=submit)

    def cancel_many_page(self, request: HttpRequest) -> HttpResponse:
        orders = chosen_orders(request)
        for order in orders:
            require_refund_for_money(request, order)
        form = CancelForm(request.POST or None)

        def cancel(order: Order) -> None:
            why = form.cleaned_data["why"]
            cancel_order(order_id=order.pk, reason="staff", why=why, actor_id=request.user.pk)

        intro = _("Their units can be sold again at once, money that came goes back. This cannot be undone.")
        facts = [(order.number, "; ".join(str(line) for line in order.lines.all())) for order in orders]
        page = _page(_("Cancel %(count)d orders"), _("Cancel the orders"), orders, intro=intro, facts=facts)
        return show_form_page(
            self, request, form=form, page=page, submit=self._each(request, orders, cancel, CANCELLED)
        )

    def _each(
        self, request: HttpRequest, orders: Sequence[Order], verb: Callable[[Order], None], done: Any
    ) -> Callable[[dict[str, Any]], Message | None]:
        return lambda _values: self.apply_to_each(request, orders, verb, done=done)


def chosen_orders(request: HttpRequest) -> list[Order]:
    """The orders named in the address. 403 without the permission to change orders."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    ids = [int(text) for text in request.GET.get("ids", "").split(",") if text.isascii() and text.isdecimal()]
    return list(
        for_staff(Order.objects.filter(pk__in=[pk for pk in ids[:MOST] if pk < LARGEST_KEY]).order_by("placed_at"))
    )


def _page(title: str, button: str, orders: Sequence[Order], **around: Any) -> FormPage:
    return FormPage(title=title % {"count": len(orders)}, button=button, back_url=list_url(Order), **around)
