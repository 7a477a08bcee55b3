"""The home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.selectors.home import get_home
from catalog.web.addresses import canonical


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "catalog/home.html", {"home": get_home(), "canonical": canonical(reverse("catalog:home"))})
