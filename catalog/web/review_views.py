"""Where a signed-in customer writes a review."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.web.guards import SignedInRequest, private
from catalog.selectors.product_page import find_product
from catalog.selectors.reviews import own_review, reviews_of
from catalog.services.review_product import review_product
from catalog.web.forms import ReviewForm
from shop.common.errors import NotFound
from shop.common.forms import render_form

PAGE_SIZE = 10


@private
@require_safe
def my_reviews(request: SignedInRequest) -> HttpResponse:
    pages = Paginator(reviews_of(request.user.pk), PAGE_SIZE)
    return render(request, "catalog/my_reviews.html", {"page": pages.get_page(request.GET.get("page"))})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def review(request: HttpRequest, slug: str) -> HttpResponse:
    product = find_product(slug)
    if product is None or not isinstance(request.user, User):
        raise NotFound
    user, form = request.user, ReviewForm(request.POST or None)
    if request.method == "POST":
        written = form.attempt(lambda: review_product(user=user, product_id=product.pk, text=form.review_text()))
        if written is not None:
            messages.success(request, _("Thank you. Your review is shown once we have read it."))
            return redirect(product)
    return render_form(request, "catalog/review.html", form, product=product, written=own_review(product, user.pk))
