"""The home page."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.selectors.frame import Frame
from catalog.selectors.home import get_home
from catalog.web.addresses import canonical
from catalog.web.shared import Context, SharedPage, respond


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return respond(request, SharedPage(template="catalog/home.html", build=_context))


def _context(frame: Frame) -> Context:
    return {"home": get_home(frame), "canonical": canonical(reverse("catalog:home"))}
