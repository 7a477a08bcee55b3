"""A customer's papers: the invoice of an order, and credit notes for what went back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orders.documents.pdf import pdf_response
from orders.selectors.documents import credit_notes_of
from orders.services.issue_documents import NoInvoice, issue_invoice
from orders.web.viewer import own_order


@never_cache
@require_safe
def invoice(request: HttpRequest, number: str) -> HttpResponse:
    order = own_order(request, number)
    try:
        return pdf_response(issue_invoice(order_id=order.pk))
    except NoInvoice as refusal:
        messages.error(request, str(refusal.message))
        return redirect(order)


@never_cache
@require_safe
def credit_note(request: HttpRequest, number: str, note: str) -> HttpResponse:
    found = credit_notes_of(own_order(request, number)).filter(number=note).first()
    if found is None:
        raise Http404
    return pdf_response(found)
