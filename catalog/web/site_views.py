"""Pages that staff write, and what crawlers and browsers ask for."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from catalog.selectors.pages import shown_pages
from catalog.web.addresses import canonical


@require_safe
def content_page(request: HttpRequest, slug: str) -> HttpResponse:
    page = get_object_or_404(shown_pages(), slug=slug)
    context = {"page": page, "canonical": canonical(page.get_absolute_url())}
    return render(request, "catalog/page.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    context = {"shop_url": settings.SHOP_URL}
    return render(request, "robots.txt", context, content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For what asks without reading the page; pages name the drawing themselves."""
    return redirect(static("favicon.svg"), permanent=False)
