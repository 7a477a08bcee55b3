"""A Django that does nothing but answer 20 kB: what any page costs at least on the machine it is measured on."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

BODY = b"x" * 20_480

settings.configure(
    SECRET_KEY="the floor has no secrets",
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    DATABASES={},
    INSTALLED_APPS=[],
    MIDDLEWARE=[],
)


def floor(request: HttpRequest) -> HttpResponse:
    return HttpResponse(BODY)


urlpatterns = [path("", floor)]
application = get_wsgi_application()
