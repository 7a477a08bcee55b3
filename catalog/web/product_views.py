"""A product's page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django_htmx.http import replace_url

from catalog.selectors.product_page import Asked, ProductPage, product_page
from catalog.selectors.reviews import DEEPEST_PAGE, STARS
from catalog.web.addresses import canonical
from catalog.web.shared import Context, SharedPage, respond
from catalog.web.structured import product_data
from shop.common.errors import NotFound


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    page = product_page(slug, _asked(request))
    if page is None:
        raise NotFound
    shown = _address_of(page, _quantity(request, page))
    if "csrfmiddlewaretoken" in request.GET:
        # The form that buys was sent to look at another choice: leave only the choice in the address.
        return redirect(shown)
    asked = page.asked
    shared = SharedPage(
        template="catalog/product.html",
        build=lambda _frame: _shared(page),
        parameters=("reviews", "stars", "variant"),
        also=(page.chosen and page.chosen.id, page.sold, asked.review_page, asked.stars),
        personal=_personal(page, quantity=_quantity(request, page)),
        stock=page.stock,
        version=page.version,
    )
    response = respond(request, shared)
    return replace_url(response, shown) if getattr(request, "htmx", False) else response


def product_refused(request: HttpRequest, slug: str, *, message: str, quantity: str) -> HttpResponse:
    """The same page after its form could not be followed: why, with the choice and the `quantity` as sent."""
    choice = {**request.POST.dict(), "variant": request.POST.get("variant_id", "")}
    page = product_page(slug, Asked(choice=choice))
    if page is None:
        raise NotFound
    personal = _personal(page, quantity=quantity or "1", refusal=message)
    return render(request, "catalog/product.html", {**_shared(page), **personal})


def _shared(page: ProductPage) -> Context:
    """The same for everybody until the catalogue changes or something sells out."""
    return {
        "page": page,
        "product": page.product,
        "stars": page.asked.stars,
        "together": page.together,
        "related": page.related,
        "structured": product_data(page),
        "canonical": canonical(page.product.get_absolute_url()),
    }


def _personal(page: ProductPage, *, quantity: int | str, refusal: str = "") -> Context:
    """The form that buys: what lies in bags changes by the minute."""
    return {"page": page, "product": page.product, "quantity": quantity, "refusal": refusal}


def _asked(request: HttpRequest) -> Asked:
    choice = request.GET.dict()
    # htmx names the field that was changed: that choice stays, whatever else must give way.
    choice["changed"] = choice.get(request.headers.get("HX-Trigger-Name", ""), "")
    return Asked(choice=choice, review_page=_review_page(request), stars=_stars(request))


def _review_page(request: HttpRequest) -> int:
    text = request.GET.get("reviews", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= DEEPEST_PAGE else 1


def _stars(request: HttpRequest) -> int | None:
    text = request.GET.get("stars", "")
    return int(text) if text in {str(stars) for stars in STARS} else None


def _quantity(request: HttpRequest, page: ProductPage) -> int:
    """What the stepper shows: the number typed and one more or less, within what can be had."""
    most = page.chosen.most if page.chosen else 1
    text, step = request.GET.get("quantity", ""), request.GET.get("step", "")
    typed = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 1
    return min(max(1, typed + (int(step) if step in {"1", "-1"} else 0)), most)


def _address_of(page: ProductPage, quantity: int) -> str:
    parameters: dict[str, int] = {}
    if page.chosen and len(page.offers) > 1:
        parameters["variant"] = page.chosen.id
    if quantity > 1:
        parameters["quantity"] = quantity
    url = page.product.get_absolute_url()
    return f"{url}?{urlencode(parameters)}" if parameters else url
