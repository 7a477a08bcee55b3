"""What the API answers where nothing is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from shop.api.problems import problem_response
from shop.common.errors import NotFound


@csrf_exempt
def unknown_path(request: HttpRequest) -> HttpResponse:
    message = _("There is nothing at this address. What there is stands at /api/docs/.")
    return problem_response(request, NotFound(message))
