"""Webhooks in the admin: made, tried out, and what was sent to them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from shop.admin import ReadOnlyMixin, Secret, ShopModelAdmin, ShownOnceMixin
from shop.common.errors import ShopError
from shop.webhooks.events import SUBSCRIPTIONS
from shop.webhooks.models import DeliveryState, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from shop.webhooks.selectors import endpoints, secrets_of
from shop.webhooks.services.endpoints import EndpointFields, create_step, ping, redeliver, rotate_secret, update_step

PINGED = ngettext_lazy("%(count)d test event is on its way.", "%(count)d test events are on their way.", "count")
AGAIN = ngettext_lazy("%(count)d event is sent again.", "%(count)d events are sent again.", "count")
LOOKS = {DeliveryState.PENDING: "pending", DeliveryState.DELIVERED: "delivered", DeliveryState.FAILED: "failed"}


class EndpointForm(forms.ModelForm[WebhookEndpoint]):
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        choices=[(name, name) for name in SUBSCRIPTIONS],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("“order.*” is every event of orders, now and later; “*” is everything."),
    )
    url = forms.URLField(
        label=gettext_lazy("Address"), max_length=500, assume_scheme="https", widget=AdminURLFieldWidget
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("url", "description", "events", "is_active")


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ShownOnceMixin, ShopModelAdmin):
    form = EndpointForm
    list_display = ("url", "description", "subscribed", "is_active", "last_delivery", "disabled_reason")
    list_filter = ("is_active",)
    search_fields = ("url", "description")
    actions = ("send_ping", "new_secret")
    fields = ("url", "description", "events", "is_active")

    class Media:
        css = {"all": ["admin-tint/orders.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookEndpoint]:
        return endpoints()

    def save_model(self, request: HttpRequest, obj: WebhookEndpoint, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in self.fields}
        fields = EndpointFields(**values)
        if change:
            update_step(obj, fields)
        else:
            create_step(obj, fields)

    def response_add(
        self, request: HttpRequest, obj: WebhookEndpoint, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._show_secret(request, obj)

    @admin.display(description=gettext_lazy("events"))
    def subscribed(self, endpoint: WebhookEndpoint) -> str:
        return ", ".join(endpoint.events)

    @admin.display(description=gettext_lazy("last delivery"))
    def last_delivery(self, endpoint: WebhookEndpoint) -> SafeString | str:
        state = endpoint.last_state  # type: ignore[attr-defined]  # by the selector
        return _badge(state) if state else "—"

    @admin.action(description=gettext_lazy("Send a test event"), permissions=["change"])
    def send_ping(self, request: HttpRequest, chosen: QuerySet[WebhookEndpoint]) -> None:
        self.apply_to_each(request, chosen, lambda endpoint: ping(public_id=endpoint.public_id), done=PINGED)

    @admin.action(description=gettext_lazy("Make a new secret"), permissions=["change"])
    def new_secret(self, request: HttpRequest, chosen: QuerySet[WebhookEndpoint]) -> HttpResponse | None:
        if chosen.count() != 1:
            messages.error(request, _("Secrets are shown one at a time. Please choose one webhook."))
            return None
        try:
            endpoint = rotate_secret(public_id=chosen.get().public_id)
        except ShopError as refusal:
            messages.error(request, str(refusal.message))
            return None
        self.log_change(request, endpoint, _("Made a new secret."))
        return self._show_secret(request, endpoint)

    def _show_secret(self, request: HttpRequest, endpoint: WebhookEndpoint) -> HttpResponse:
        about = _("Messages to %(url)s are signed with this secret.") % {"url": endpoint.url}
        if endpoint.previous_until:
            until = localize(timezone.localtime(endpoint.previous_until))
            about += " " + _("Until %(until)s they carry a signature by the old one as well.") % {"until": until}
        title = _("The secret of your webhook")
        return self.show_once(
            request, Secret(title=title, about=about, label=_("Secret"), value=secrets_of(endpoint)[0])
        )


class AttemptInline(ReadOnlyMixin, admin.TabularInline[WebhookAttempt, WebhookDelivery]):
    model = WebhookAttempt
    fields = ("created_at", "status_code", "duration_ms", "error", "response")
    extra = 0


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyMixin, ShopModelAdmin):
    list_display = ("created_at", "kind", "endpoint", "how", "tries", "next_at", "delivered_at")
    list_display_links = ("created_at",)
    list_select_related = ("event", "endpoint")
    list_filter = ("state", "event__kind", "endpoint")
    search_fields = ("=event__public_id", "=public_id")
    inlines = (AttemptInline,)
    actions = ("send_again",)
    fields = ("kind", "webhook_id", "endpoint", "how", "tries", "next_at", "give_up_at", "delivered_at", "payload")
    readonly_fields = fields

    class Media:
        css = {"all": ["admin-tint/orders.css"]}

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("webhooks.change_webhookendpoint")

    @admin.display(description=gettext_lazy("event"), ordering="event__kind")
    def kind(self, delivery: WebhookDelivery) -> str:
        return delivery.event.kind

    @admin.display(description="webhook-id")
    def webhook_id(self, delivery: WebhookDelivery) -> str:
        return delivery.event.public_id

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def how(self, delivery: WebhookDelivery) -> SafeString:
        return _badge(delivery.state)

    @admin.display(description=gettext_lazy("data"))
    def payload(self, delivery: WebhookDelivery) -> str:
        return str(delivery.event.data)

    @admin.action(description=gettext_lazy("Send again"), permissions=["resend"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[WebhookDelivery]) -> None:
        self.apply_to_each(request, chosen, lambda row: redeliver(public_id=row.public_id), done=AGAIN)


def _badge(state: str) -> SafeString:
    known = DeliveryState(state)
    return format_html('<span class="state state-{}">{}</span>', LOOKS[known], known.label)
