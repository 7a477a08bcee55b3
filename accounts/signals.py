"""What others may do when something happens to an account; accounts cannot know of them.

Carts take the guest's cart along, orders those that were placed with the same address.
"""

from __future__ import annotations

from django.dispatch import Signal

signed_in_by_api = Signal()  # request: HttpRequest, user: User
address_proved = Signal()  # user: User; sent inside the unit in which the address is known to be theirs
