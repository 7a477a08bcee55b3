"""Issuing invoices and credit notes. Their numbers have no gap: each is taken in the unit that writes its document."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from orders.models import Document, DocumentKind, DocumentSequence, Order, OrderStatus, Refund, RefundState
from orders.selectors.documents import credit_notes_of, invoice_of, may_have_invoice
from orders.services.credit_shares import Credited
from orders.services.document_content import credit_content, invoice_content
from orders.services.transitions import lock_order
from shop.common.errors import Conflict
from shop.common.money import ZERO
from shop.common.unit import transactional

ENDED = frozenset({OrderStatus.CANCELLED, OrderStatus.REFUNDED})
PREFIXES = {DocumentKind.INVOICE: "INV", DocumentKind.CREDIT_NOTE: "CN"}


class NoInvoice(Conflict):
    code = "no_invoice"
    default_message = _("There is an invoice once the order is paid, or being prepared.")


@transactional
def issue_invoice(*, order_id: int) -> Document:
    """The order's invoice: issued now, or the one it has. Raises NotFound, NoInvoice.

    An order of which money went back before gets its credit notes with it.
    """
    order = lock_order(order_id)
    invoice = invoice_of(order)
    if invoice is None:
        if not may_have_invoice(order):
            raise NoInvoice
        invoice = _issue(order, DocumentKind.INVOICE, invoice_content(order))
        credit_step(order)
    return invoice


def credit_step(order: Order) -> None:
    """A step, with the order locked: credit notes for what went back of an order that has an invoice."""
    invoice = invoice_of(order)
    if invoice is None:
        return
    uncredited = order.refunds.filter(state=RefundState.SUCCEEDED, credit_note=None).order_by("id")
    for refund in list(uncredited):
        _credit(order, invoice, most=refund.amount, refund=refund)
    if order.status in ENDED:
        # What was invoiced and never paid: nothing of it comes any more.
        _credit(order, invoice, most=order.total, refund=None)


def next_number(kind: DocumentKind) -> str:
    """A step: the next number of a kind; others wait for this unit's end, and get it if the unit fails."""
    series = DocumentSequence.objects.filter(series=kind)
    if not series.update(last=F("last") + 1):
        DocumentSequence.objects.bulk_create([DocumentSequence(series=kind)], ignore_conflicts=True)
        series.update(last=F("last") + 1)
    return f"{PREFIXES[kind]}-{series.get().last:06d}"


def _credit(order: Order, invoice: Document, *, most: Decimal, refund: Refund | None) -> None:
    """No more than the shop no longer keeps of what was invoiced: money paid twice is on no invoice."""
    notes = [note.content for note in credit_notes_of(order)]
    gone = order.total - max(ZERO, order.captured - order.refunded)
    amount = min(most, gone - sum((Decimal(note["total"]) for note in notes), ZERO))
    if amount > ZERO:
        credited = Credited(number=invoice.number, invoice=invoice.content, notes=notes)
        content = credit_content(order, amount=amount, of=credited, refund=refund)
        _issue(order, DocumentKind.CREDIT_NOTE, content, refund=refund)


def _issue(order: Order, kind: DocumentKind, content: dict[str, object], refund: Refund | None = None) -> Document:
    return Document.objects.create(order=order, kind=kind, number=next_number(kind), content=content, refund=refund)
