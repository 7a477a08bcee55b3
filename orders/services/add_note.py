from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orders.models import OrderEvent
from orders.services.transitions import Note, checked_text, lock_order, write_event
from shop.common.errors import InvalidInput
from shop.common.unit import transactional


@transactional
def add_note(*, order_id: int, text: str, is_public: bool = False, actor_id: int | None = None) -> OrderEvent:
    """Staff write into the timeline; the customer sees it when `is_public`. Raises InvalidInput, NotFound."""
    text = checked_text(text, field="note")
    if not text:
        raise InvalidInput(_("Please write a note."), field="note")
    order = lock_order(order_id)
    return write_event(order, Note(kind="note", message=text, is_public=is_public, actor_id=actor_id))
