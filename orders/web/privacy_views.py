"""What somebody decides about their data: the newsletter, having it all, and going."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import DataExport
from accounts.selectors.consents import wants_newsletter
from accounts.services.newsletter import newsletter_text, set_newsletter
from accounts.web.forms import PresentPasswordForm
from accounts.web.guards import SignedInRequest, get_or_post, missing_is_404, private
from orders.services.anonymize_customer import close_account
from orders.services.export_customer import ready_export, request_export
from shop.common.forms import render_form


@private
@require_safe
def privacy(request: SignedInRequest) -> HttpResponse:
    context = {
        "wants_newsletter": wants_newsletter(request.user.email),
        "newsletter_text": newsletter_text(settings.SHOP_NAME),
        "exports": DataExport.objects.filter(user=request.user).defer("content")[:5],
    }
    return render(request, "orders/privacy.html", context)


@private
@require_POST
def newsletter(request: SignedInRequest) -> HttpResponse:
    wanted = request.POST.get("newsletter") == "on"
    set_newsletter(user=request.user, wanted=wanted, text=newsletter_text(settings.SHOP_NAME))
    messages.success(request, _("You are on the list.") if wanted else _("You get no newsletter."))
    return redirect("orders:privacy")


@private
@require_POST
def export(request: SignedInRequest) -> HttpResponse:
    request_export(user=request.user)
    messages.success(request, _("We are packing it. A mail tells you when it is ready."))
    return redirect("orders:privacy")


@private
@require_safe
@missing_is_404
def download(request: SignedInRequest, public_id: str) -> HttpResponse:
    content = ready_export(user=request.user, public_id=public_id)
    headers = {"Content-Disposition": 'attachment; filename="your-data.zip"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/zip", headers=headers)


@private
@get_or_post
def close(request: SignedInRequest) -> HttpResponse:
    form = PresentPasswordForm(request.POST if request.method == "POST" else None, user=request.user)
    form.attempt(lambda: close_account(user=request.user, **form.cleaned_data))
    if not form.is_valid():
        return render_form(request, "orders/close_account.html", form)
    logout(request)
    messages.success(request, _("Your account is closed. Goodbye, and all the best."))
    return redirect("catalog:home")
