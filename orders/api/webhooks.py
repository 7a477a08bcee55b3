"""Where gateways tell us how payments stand."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import MethodNotAllowed

from orders.services.gateway_events import LARGEST_BYTES, EventTooLarge, receive_event
from shop.api.problems import problem_response
from shop.common.errors import ShopError


@csrf_exempt
def receive(request: HttpRequest, gateway: str) -> HttpResponse:
    """2xx means stored; a gateway sends everything else again."""
    if request.method != "POST":
        response: HttpResponse = problem_response(request, MethodNotAllowed(str(request.method)))
        response["Allow"] = "POST"
        return response
    try:
        receive_event(gateway_code=gateway, headers=request.headers, body=_body(request))
    except ShopError as error:
        return problem_response(request, error)
    return HttpResponse(status=204)


def _body(request: HttpRequest) -> bytes:
    """Raises EventTooLarge, without reading what is said to be too large."""
    said = request.headers.get("Content-Length", "")
    if said.isdecimal() and int(said) > LARGEST_BYTES:
        raise EventTooLarge
    try:
        return request.body
    except RequestDataTooBig as error:
        raise EventTooLarge from error
