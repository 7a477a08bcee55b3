"""What allauth asks of this shop about accounts elsewhere. Whose account opens, the service of that name decides."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers import registry
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors.providers import NAMES, active_providers
from accounts.services.providers import Identity, connect_provider, sign_in_by_provider
from accounts.services.sign_in import EmailNotVerified
from accounts.web.ask_to_verify import ask_to_verify
from accounts.web.door import sign_in
from shop.common.errors import ShopError
from shop.observability.client import client_address

CONNECTS = "connects"


class SocialAdapter(DefaultSocialAccountAdapter):
    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """From the settings alone: no table is asked."""
        keys = settings.SHOP_PROVIDERS
        return [SocialApp(provider=name, **keys[name]) for name in keys if provider in (None, name)]

    def new_user(self, request: HttpRequest, sociallogin: SocialLogin) -> Any:
        """The connection keeps the number there and nothing else; a new account takes address and names once."""
        sociallogin.account.extra_data = {}
        return super().new_user(request, sociallogin)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Always answers itself: allauth's own sign-up and its table of addresses are not used."""
        raise ImmediateHttpResponse(_finish(request, sociallogin))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_kwargs: Any) -> None:
        name = NAMES.get(provider.id, "")
        messages.error(request, _("%(name)s did not let you in. Try again, or another way.") % {"name": name})
        raise ImmediateHttpResponse(_back(request))


def lead_to(request: HttpRequest, provider_id: str, *, then: str = "", connects: int = 0) -> HttpResponse:
    """To the provider's own page. `connects` is whose account is to be connected."""
    provider = SocialAdapter(request).get_provider(request, provider_id)
    data = {CONNECTS: connects} if connects else {}
    response: HttpResponse = provider.redirect(request, process="login", next_url=then, data=data)
    return response


def may_lead_away(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Browsers hold the redirect after a form to the page's policy: with it, forms may end at the providers."""
    origins = list(dict.fromkeys(_origin(one.id) for one in active_providers()))
    return cast("HttpResponse", csp_update({"form-action": origins})(lambda _request: response)(request))


def _origin(provider_id: str) -> str:
    address = urlsplit(registry.get_class(provider_id).oauth2_adapter_class.authorize_url)
    return f"{address.scheme}://{address.netloc}"


def _finish(request: HttpRequest, sociallogin: SocialLogin) -> HttpResponse:
    identity = _identity(sociallogin)
    try:
        if CONNECTS in (sociallogin.state.get("data") or {}):
            return _connect(request, sociallogin.state["data"][CONNECTS], identity)
        user = sign_in_by_provider(identity=identity, client_address=client_address(request))
    except EmailNotVerified as error:
        return ask_to_verify(request, error.user)
    except ShopError as error:
        messages.error(request, str(error.message))
        return _back(request)
    then = sociallogin.state.get("next") or resolve_url(settings.LOGIN_REDIRECT_URL)
    return sign_in(request, user, remember=False, then=then)


def _connect(request: HttpRequest, user_id: int, identity: Identity) -> HttpResponse:
    """Only for who asked for it: somebody else may have signed in meanwhile."""
    if not isinstance(request.user, User) or request.user.pk != user_id:
        return redirect("accounts:login")
    connect_provider(user=request.user, identity=identity)
    messages.success(request, _("You can sign in with %(name)s now.") % {"name": NAMES[identity.provider]})
    return redirect("accounts:security")


def _identity(sociallogin: SocialLogin) -> Identity:
    """By the first address, which is the provider's main one, confirmed or not: another one is not what people know."""
    address = sociallogin.email_addresses[0] if sociallogin.email_addresses else None
    suggested: Any = sociallogin.user
    return Identity(
        provider=sociallogin.account.provider,
        uid=sociallogin.account.uid,
        email=address.email if address else "",
        confirmed=bool(address and address.verified),
        first_name=suggested.first_name or "",
        last_name=suggested.last_name or "",
    )


def _back(request: HttpRequest) -> HttpResponse:
    return redirect("accounts:security" if request.user.is_authenticated else "accounts:login")
