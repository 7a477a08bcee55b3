"""The pages of one order below its own: send, refund, cancel, add a note; and the buttons that need no page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from orders.admin.forms import CancelForm, NoteForm, RefundForm, RejectForm, ReturnForm, ShipForm
from orders.admin.steps import STEPS
from orders.documents.pdf import pdf_response
from orders.models import Order, Return, Shipment
from orders.selectors.staff import for_staff
from orders.services.add_note import add_note
from orders.services.cancel_order import cancel_order
from orders.services.cancel_rest import cancel_rest, rest_value
from orders.services.issue_documents import NoInvoice, issue_invoice
from orders.services.refund_order import GiveBack, refund_order
from orders.services.refunds import refundable, shipping_left
from orders.services.request_return import reject_return
from orders.services.return_order import ReturnOrder, open_return, return_order, returnable
from orders.services.ship_order import Parcel, ship_order
from shop.admin import ShopModelAdmin, change_url
from shop.admin_pages import FormPage, show_form_page
from shop.common.errors import Message
from shop.common.money import ZERO, format_money

VIEW, CHANGE, REFUND = "orders.view_order", "orders.change_order", "orders.refund_order"


class OrderPages(ShopModelAdmin):
    """Each page is one form and one service; each button is one POST and one service."""

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "ship": self.ship_page,
            "refund": self.refund_page,
            "return": self.return_page,
            "reject_return": self.reject_return_page,
            "cancel": self.cancel_page,
            "cancel_rest": self.cancel_rest_page,
            "note": self.note_page,
        }
        own = [self._path(name, view) for name, view in {**pages, "invoice": self.invoice_page}.items()]
        return [*own, *(self._path(name, self.step, step=name) for name in STEPS), *super().get_urls()]

    def _path(self, name: str, view: Any, **fixed: str) -> URLPattern:
        route = f"<int:order_id>/{name.replace('_', '-')}/"
        pattern: URLPattern = path(route, self.admin_site.admin_view(view), fixed, name=f"orders_order_{name}")
        return pattern

    def step(self, request: HttpRequest, order_id: int, step: str) -> HttpResponse:
        order = allowed_order(request, order_id, CHANGE)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        verb = STEPS[step].verb
        self.apply_to_each(
            request, [order], lambda row: verb(order_id=row.pk, actor_id=request.user.pk), done=STEPS[step].done
        )
        return HttpResponseRedirect(change_url(Order, order_id))

    def ship_page(self, request: HttpRequest, order_id: int) -> HttpResponse:
        order = allowed_order(request, order_id, CHANGE)
        lines = [line for line in order.lines.all() if line.open_quantity]
        form = ShipForm(request.POST or None, lines=lines, carrier=last_carrier())

        def submit(_values: dict[str, Any]) -> Message:
            parcel = Parcel(order_id=order_id, quantities=form.quantities(), actor_id=request.user.pk, **form.labels())
            ship_order(parcel)
            return self._did(request, order, _("The parcel is booked. The customer is told by mail."))

        page = self._page(
            order, title=_("Ship order %(number)s"), button=_("Book the parcel"), facts=_delivery_facts(order)
        )
        return show_form_page(self, request, form=form, page=page, submit=submit)

    def refund_page(self, request: HttpRequest, order_id: int) -> HttpResponse:
        order = allowed_order(request, order_id, REFUND)
        most = max(ZERO, refundable(order))
        shipping = max(ZERO, shipping_left(order))
        form = RefundForm(request.POST or None, most=most, shipping=shipping, currency=order.currency)

        def submit(values: dict[str, Any]) -> Message:
            refund_order(
                GiveBack(
                    order_id=order_id,
                    amount=values["amount"],
                    shipping=values["shipping"] or ZERO,
                    reason=values["why"],
                    actor_id=request.user.pk,
                    to_gift_card=values["to_gift_card"],
                )
            )
            by_mail = _("The gift card is on its way to the customer.")
            by_gateway = _("The refund is on its way to the payment provider.")
            return self._did(request, order, by_mail if values["to_gift_card"] else by_gateway)

        facts = [(_("Paid"), _money(order, order.captured)), (_("Refunded so far"), _money(order, order.refunded))]
        intro = _("Money goes back the way it came. When all of it has, what was not sent is free for others again.")
        page = self._page(order, title=_("Refund order %(number)s"), button=_("Refund"), facts=facts, intro=intro)
        return show_form_page(self, request, form=form, page=page, submit=submit)

    def return_page(self, request: HttpRequest, order_id: int) -> HttpResponse:
        """Money goes back along with it, so that needs the permission too."""
        order = allowed_order(request, order_id, CHANGE)
        require_refund_for_money(request, order)
        lines = [line for line in order.lines.all() if returnable(line)]
        left = max(ZERO, shipping_left(order))
        asked = open_return(order)
        form = ReturnForm(request.POST or None, lines=lines, shipping=left, currency=order.currency, asked=asked)

        def submit(values: dict[str, Any]) -> Message:
            return_order(
                ReturnOrder(
                    order_id=order_id,
                    lines=form.lines(),
                    shipping=values["shipping"],
                    refunds=values["refunds"],
                    to_gift_card=values["to_gift_card"],
                    reason=values["why"],
                    actor_id=request.user.pk,
                )
            )
            return self._did(request, order, _("The return is booked."))

        page = self._page(
            order,
            title=_("What came back of order %(number)s"),
            button=_("Book the return"),
            facts=[*_delivery_facts(order), *_asked_facts(asked)],
        )
        return show_form_page(self, request, form=form, page=page, submit=submit)

    def reject_return_page(self, request: HttpRequest, order_id: int) -> HttpResponse:
        order = allowed_order(request, order_id, CHANGE)

        def submit(values: dict[str, Any]) -> Message:
            reject_return(order_id=order_id, answer=values["answer"], actor_id=request.user.pk)
            return self._did(request, order, _("The customer is told by mail."))

        page = self._page(
            order,
            title=_("Reject the return of order %(number)s"),
            button=_("Reject it"),
            facts=_asked_facts(open_return(order)),
        )
        return show_form_page(self, request, form=RejectForm(request.POST or None), page=page, submit=submit)

    def cancel_page(self, request: HttpRequest, order_id: int) -> HttpResponse:
        order = allowed_order(request, order_id, CHANGE)
        require_refund_for_money(request, order)

        def submit(values: dict[str, Any]) -> Message:
            cancel_order(order_id=order_id, reason="staff", why=values["why"], actor_id=request.user.pk)
            return self._did(request, order, _("The order is cancelled. Its units can be sold again."))

        intro = _("Its units can be sold again at once, and the customer is told by mail. This cannot be undone.")
        page = self._page(
            order, title=_("Cancel order %(number)s"), button=_("Cancel the order"), facts=_back(order), intro=intro
        )
        return show_form_page(self, request, form=CancelForm(request.POST or None), page=page, submit=submit)

    def cancel_rest_page(self, request: HttpRequest, order_id: int) -> HttpResponse:
        order = allowed_order(request, order_id, CHANGE)
        require_refund_for_money(request, order)

        def submit(values: dict[str, Any]) -> Message:
            cancel_rest(order_id=order_id, why=values["why"], actor_id=request.user.pk)
            return self._did(request, order, _("The rest is cancelled. Its units can be sold again."))

        worth = rest_value(order, list(order.lines.all()))
        rest = "; ".join(f"{line.open_quantity} × {line.name}" for line in order.lines.all() if line.open_quantity)
        facts = [(_("Will not be sent"), rest), (_("Goes back to the customer"), _money(order, worth))]
        page = self._page(
            order, title=_("Cancel the rest of order %(number)s"), button=_("Cancel the rest"), facts=facts
        )
        return show_form_page(self, request, form=CancelForm(request.POST or None), page=page, submit=submit)

    def invoice_page(self, request: HttpRequest, order_id: int) -> HttpResponse:
        order = allowed_order(request, order_id, VIEW)
        try:
            return pdf_response(issue_invoice(order_id=order.pk))
        except NoInvoice as refusal:
            messages.error(request, str(refusal.message))
            return HttpResponseRedirect(change_url(Order, order_id))

    def note_page(self, request: HttpRequest, order_id: int) -> HttpResponse:
        order = allowed_order(request, order_id, CHANGE)

        def submit(values: dict[str, Any]) -> Message:
            add_note(order_id=order_id, actor_id=request.user.pk, **values)
            return _("The note is in the timeline.")

        page = self._page(order, title=_("Add a note to order %(number)s"), button=_("Add note"))
        return show_form_page(self, request, form=NoteForm(request.POST or None), page=page, submit=submit)

    def _page(self, order: Order, *, title: str, button: str, **around: Any) -> FormPage:
        number = {"number": order.number}
        return FormPage(
            title=title % number, button=button, back_url=change_url(Order, order.pk), back_label=order.number, **around
        )

    def _did(self, request: HttpRequest, order: Order, message: str) -> str:
        self.log_change(request, order, message)
        return message


def allowed_order(request: HttpRequest, order_id: int, permission: str) -> Order:
    """The order with everything on it. 403 without the permission, 404 when there is none."""
    if not request.user.has_perm(permission):
        raise PermissionDenied
    order = for_staff(Order.objects.filter(pk=order_id)).first()
    if order is None:
        raise Http404
    return order


def require_refund_for_money(request: HttpRequest, order: Order) -> None:
    """Where cancelling pays money back, the permission to refund is needed. Else 403."""
    if refundable(order) > ZERO and not request.user.has_perm(REFUND):
        raise PermissionDenied


def last_carrier() -> str:
    """Most parcels leave with the carrier of the one before."""
    return Shipment.objects.order_by("-id").values_list("carrier", flat=True).first() or ""


def _asked_facts(asked: Return | None) -> list[tuple[Message, str]]:
    """What the customer said, where they asked before."""
    if asked is None:
        return []
    wanted = "; ".join(str(part.quantity) + " × " + part.line.name for part in asked.lines.all())
    said = [(_("The customer says"), asked.reason)] if asked.reason else []
    return [(_("Asked for"), wanted), *said]


def _delivery_facts(order: Order) -> list[tuple[str, Any]]:
    address = next((address for address in order.addresses.all() if address.kind == "shipping"), None)
    return [(_("To"), address), (_("Delivery"), order.shipping_name)]


def _back(order: Order) -> list[tuple[str, Any]]:
    return [(_("Goes back to the customer"), _money(order, max(ZERO, refundable(order))))]


def _money(order: Order, amount: Any) -> str:
    return format_money(amount, order.currency)
