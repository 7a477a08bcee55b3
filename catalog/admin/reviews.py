"""Reviews: shown once somebody approved them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from catalog.models import Product, Review
from catalog.services.moderate_review import approve_review, moderate, reject_review
from shop.admin import ShopModelAdmin, change_url


@admin.register(Review)
class ReviewAdmin(ShopModelAdmin):
    list_display = ("created_at", "product", "rating", "title", "author_name", "verified_purchase", "status")
    list_filter = ("status", "rating", "verified_purchase")
    list_select_related = ("product",)
    search_fields = ("title", "comment", "author_name", "product__name")
    actions = ("approve_selected", "reject_selected")
    readonly_fields = (
        "product_link",
        "rating",
        "title",
        "comment",
        "author_name",
        "verified_purchase",
        "created_at",
        "moderated_at",
    )
    fields = ("status", *readonly_fields)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rejecting keeps what was said, and keeps its author from saying it again."""
        return False

    @admin.display(description=_("product"))
    def product_link(self, review: Review) -> SafeString:
        return format_html('<a href="{}">{}</a>', change_url(Product, review.product_id), review.product.name)

    @admin.action(description=_("Approve selected reviews"), permissions=["change"])
    def approve_selected(self, request: HttpRequest, chosen: QuerySet[Review]) -> None:
        done = ngettext_lazy("%(count)d review is shown.", "%(count)d reviews are shown.", "count")
        self.apply_to_each(request, chosen, lambda review: approve_review(review_id=review.pk), done=done)

    @admin.action(description=_("Reject selected reviews"), permissions=["change"])
    def reject_selected(self, request: HttpRequest, chosen: QuerySet[Review]) -> None:
        done = ngettext_lazy("%(count)d review is not shown.", "%(count)d reviews are not shown.", "count")
        self.apply_to_each(request, chosen, lambda review: reject_review(review_id=review.pk), done=done)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        moderate(obj.pk, form.cleaned_data["status"])
