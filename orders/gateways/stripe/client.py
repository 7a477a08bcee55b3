"""Speaking to Stripe: one client, and its errors as the shop's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import stripe
from django.conf import settings

from orders.gateways.base import GatewayUnreachable

API_ADDRESS = "https://api.stripe.com"
# What this code was written against; Stripe keeps speaking it.
SECONDS = 20
RETRIES = 2  # the SDK repeats with the same idempotency key

logger = logging.getLogger(__name__)

# Nobody can tell what became of the request: it is asked about, or repeated with its key.
NO_ANSWER = (stripe.APIConnectionError, stripe.APIError, stripe.RateLimitError, stripe.IdempotencyError)
# The shop's own keys are wrong: nothing happened, and nothing will until somebody mends them.
REFUSED_US = (stripe.AuthenticationError, stripe.PermissionError)


def client() -> stripe.StripeClient:
    return stripe.StripeClient(
        settings.SHOP_STRIPE_SECRET_KEY,
        base_addresses={"api": API_ADDRESS},
        http_client=stripe.RequestsClient(timeout=SECONDS),
        max_network_retries=RETRIES,
    )


@contextmanager
def asking() -> Iterator[stripe.StripeClient]:
    """The client; without an answer GatewayUnreachable. Declines and wrong requests come through as Stripe's."""
    try:
        yield client()
    except REFUSED_US as error:
        logger.critical("stripe_refused_our_key", extra={"code": error.code})
        raise GatewayUnreachable from error
    except (stripe.CardError, stripe.InvalidRequestError):
        raise
    except NO_ANSWER as error:
        logger.warning("stripe_no_answer", extra={"kind": type(error).__name__})
        raise GatewayUnreachable from error
