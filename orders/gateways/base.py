"""What a gateway has to be able to do. The services call it outside any transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from django.utils.functional import Promise

from orders.models import PaymentState
from shop.common.errors import ShopError

Text = str | Promise
# What a page sends as `token` to be led to the gateway's own page.
BY_REDIRECT = "redirect"


@dataclass(frozen=True, kw_only=True)
class PaymentMethod:
    """A way to pay, offered at checkout. `pay_within` None: the order waits for no payment.

    `settles_later` methods (transfer, on delivery) confirm the order at once; staff see the money come.
    `needs` names a setting without which the method is not offered. `public` says what a client's own page
    needs to know of the gateway, such as a publishable key: never a secret.
    """

    code: str
    name: Text
    description: Text = ""
    pay_within: timedelta | None
    settles_later: bool = False
    has_page: bool = False
    needs: str = ""
    public: Callable[[], dict[str, str]] = dict
    hosted: HostedPage | None = None


@dataclass(frozen=True, kw_only=True)
class HostedPage:
    """A method whose fields come from the gateway: `script` is our static file that mounts them.

    `key_setting` names the setting with the public key; `sources` are what the policy of the payment page,
    and of no other, allows. Without script the shopper is sent to the gateway's own page.
    """

    script: str
    key_setting: str
    sources: dict[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class PaymentRequest:
    """What is to be paid. `key` makes repeats harmless; `token` is what the shopper's page collected.

    `return_url` is where the gateway sends the shopper back to. "redirect" as `token` asks for the
    gateway's own page.
    """

    key: str
    order_number: str
    amount: Decimal
    currency: str
    started_at: datetime
    token: str = ""
    return_url: str = ""


@dataclass(frozen=True, kw_only=True)
class GatewayResult:
    """How a payment stands at the gateway. `error_message` is for the shopper.

    `key` is that of the PaymentRequest, where the gateway remembers it: it finds the payment whose
    answer never came. `refunded` is what was paid back of it in all, where the gateway tells.
    """

    state: PaymentState
    reference: str = ""
    key: str = ""
    captured: Decimal = Decimal(0)
    refunded: Decimal | None = None
    next_action: dict[str, Any] | None = None
    error_code: str = ""
    error_message: Text = ""


@dataclass(frozen=True, kw_only=True)
class RefundRequest:
    key: str
    reference: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class RefundResult:
    succeeded: bool
    reference: str = ""
    error_message: Text = ""


@dataclass(frozen=True, kw_only=True)
class GatewayMessage:
    """One verified event: its own id, what kind, and which payment (the gateway's reference) it is about."""

    event_id: str
    kind: str
    reference: str
    payload: dict[str, Any] = field(default_factory=dict)


class GatewayUnreachable(ShopError):
    """No answer came: the payment may or may not have happened, and will be asked about later."""

    code = "gateway_unreachable"
    status = 503


class Gateway(Protocol):
    code: str
    methods: tuple[PaymentMethod, ...]

    def start(self, request: PaymentRequest) -> GatewayResult:
        """Begin a payment, or find the one begun with the same key. Raises GatewayUnreachable."""

    def confirm(self, reference: str, *, approved: bool) -> GatewayResult:
        """The shopper came back from a challenge."""

    def capture(self, reference: str, amount: Decimal) -> GatewayResult:
        """Take authorised money."""

    def void(self, reference: str) -> GatewayResult:
        """Let go of a payment that is not captured. One that is answers as captured. Raises GatewayUnreachable."""

    def refund(self, request: RefundRequest) -> RefundResult:
        """Give money back. Raises GatewayUnreachable."""

    def fetch(self, reference: str) -> GatewayResult:
        """How the payment stands. Raises GatewayUnreachable, and InvalidInput for a reference it does not know."""

    def read_event(self, headers: Mapping[str, str], body: bytes) -> GatewayMessage:
        """Check the signature, then read. Raises InvalidInput for anything that is not from the gateway."""

    def messages_since(self, moment: datetime) -> Iterable[GatewayMessage]:
        """What it has told since then of money that went back, newest first, whether or not that arrived here.

        Nothing where it keeps no such list. Raises GatewayUnreachable.
        """
