"""Where a signed-in customer writes a review."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from catalog.selectors.product_page import find_product
from catalog.selectors.reviews import own_review
from catalog.services.review_product import review_product
from catalog.web.forms import ReviewForm
from shop.common.errors import NotFound
from shop.common.forms import render_form


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
