"""Errors on their way to people: the pages for them, and for the API its own form."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from shop.api.problems import Unforeseen, problem_response
from shop.common.errors import Forbidden, InvalidInput, NotFound, ShopError, TooManyRequests

PAGES: dict[type[ShopError], str] = {NotFound: "404.html", Forbidden: "403.html", TooManyRequests: "429.html"}


class ShopErrorMiddleware:
    """A service's refusal that a page let through becomes the page that says so.

    Only those that no form can mend: what was typed wrong is shown beside its field by the view itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        template = next((page for kind, page in PAGES.items() if isinstance(error, kind)), None)
        if template is None or not isinstance(error, ShopError):
            return None
        if not isinstance(error, TooManyRequests):
            return render(request, template, status=error.status)
        response = render(request, template, {"retry_after": error.retry_after}, status=error.status)
        response["Retry-After"] = str(error.retry_after)
        return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404"""
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403"""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: mostly a page left open over night, or cookies switched off."""
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: what Django itself refuses to read, such as a foreign Host or a form of a thousand fields."""
    if is_api(request):
        return problem_response(request, InvalidInput(_("The request could not be read.")))
    return _plain_page("400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: the page asks neither the database nor the session, for they may be what failed."""
    if is_api(request):
        return problem_response(request, Unforeseen())
    return _plain_page("500.html", status=500)


def _plain_page(template: str, *, status: int) -> HttpResponse:
    """Nothing is read of the request: Django's own handlers look for a CSRF token in a form that may be what failed."""
    return HttpResponse(render_to_string(template), status=status)


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
