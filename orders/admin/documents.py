"""Every invoice and credit note there is, for the books."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from orders.documents.pdf import pdf_response
from orders.models import Document, Order
from shop.admin import ReadOnlyMixin, ShopModelAdmin, change_url
from shop.common.money import format_money


@admin.register(Document)
class DocumentAdmin(ReadOnlyMixin, ShopModelAdmin):
    list_display = ("number", "kind", "of_order", "sum", "issued_at", "sheet")
    list_filter = ("kind", "issued_at")
    search_fields = ("number", "=order__number")
    fields = ("number", "kind", "of_order", "sum", "issued_at", "sheet")
    readonly_fields = fields

    class Media:
        css = {"all": ["admin-tint/orders.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        return super().get_queryset(request).select_related("order")

    def get_urls(self) -> list[URLPattern]:
        own = path("<int:document_id>/pdf/", self.admin_site.admin_view(self.pdf_page), name="orders_document_pdf")
        return [own, *super().get_urls()]

    def pdf_page(self, request: HttpRequest, document_id: int) -> HttpResponse:
        if not (request.user.has_perm("orders.view_document") or request.user.has_perm("orders.view_order")):
            raise PermissionDenied
        document = Document.objects.filter(pk=document_id).first()
        if document is None:
            raise Http404
        return pdf_response(document)

    @admin.display(description=_("order"), ordering="order__number")
    def of_order(self, row: Document) -> SafeString:
        return format_html('<a class="amount" href="{}">{}</a>', change_url(Order, row.order_id), row.order.number)

    @admin.display(description=_("total"))
    def sum(self, row: Document) -> SafeString:
        text = format_money(Decimal(row.content["total"]), row.content["currency"])
        return format_html('<span class="amount">{}</span>', text)

    @admin.display(description=_("sheet"))
    def sheet(self, row: Document) -> SafeString:
        return format_html('<a href="{}">PDF</a>', reverse("admin:orders_document_pdf", args=[row.pk]))
