"""What recurs. The delivery itself is shop.webhooks.services.deliver.deliver_webhook."""

from __future__ import annotations

from shop.tasks.schedule import every
from shop.webhooks.services.forget import forget_old_events


@every(days=1)
def forget_webhook_events() -> None:
    forget_old_events()
