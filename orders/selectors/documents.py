"""Invoices and credit notes."""

from __future__ import annotations

from django.db.models import QuerySet

from orders.models import Document, DocumentKind, Order, OrderStatus

UNSOLD = frozenset({OrderStatus.PENDING, OrderStatus.CANCELLED})


def may_have_invoice(order: Order) -> bool:
    """Whether something was sold: paid, or confirmed to be paid later."""
    return order.status not in UNSOLD


def invoice_of(order: Order) -> Document | None:
    return order.documents.filter(kind=DocumentKind.INVOICE).first()


def credit_notes_of(order: Order) -> QuerySet[Document]:
    """Oldest first."""
    return order.documents.filter(kind=DocumentKind.CREDIT_NOTE).order_by("id")


def has_invoice_to_show(order: Order) -> bool:
    """Whether asking for the invoice gives one; cancelled orders keep theirs."""
    return may_have_invoice(order) or invoice_of(order) is not None
