"""The invoice of one's order."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from orders.api.papers import PDF, PdfOrProblem
from orders.api.viewer import TAKES_ORDER_TOKEN, OwnerEndpoint, own_order
from orders.documents.pdf import pdf_response
from orders.services.issue_documents import issue_invoice
from shop.api.schema import problems


class InvoiceEndpoint(OwnerEndpoint):
    renderer_classes = (PdfOrProblem, JSONRenderer)

    @extend_schema(
        tags=["orders"],
        summary="The invoice of an order",
        parameters=[TAKES_ORDER_TOKEN],
        responses={**PDF, **problems(401, 403, 404, 409)},
    )
    def get(self, request: Request, number: str) -> HttpResponse:
        """Always the same sheet, with the next number when it is first asked for. 409 `no_invoice` before the order
        is paid, or being prepared to be paid later."""
        return pdf_response(issue_invoice(order_id=own_order(request, number).pk))
