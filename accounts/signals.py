"""What others may do when somebody signs in by the API: carts take the guest's cart along."""

from __future__ import annotations

from django.dispatch import Signal

signed_in_by_api = Signal()  # request: HttpRequest, user: User
