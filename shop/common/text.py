"""What people type."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext_lazy as _

from shop.common.errors import Message

LONGEST_TEXT = 60_000
LAYOUT_CHARACTERS = frozenset("\n\r\t")
# How yes and no are said in the query string of an address.
YES = frozenset({"true", "1", "on", "yes"})
NO = frozenset({"false", "0", "off", "no"})


def text_problem(text: str, *, longest: int = LONGEST_TEXT) -> Message | None:
    """What is wrong with a text; None when it will do. Line breaks and tabs are fine, other controls are not."""
    if len(text) > longest:
        return _("Use at most %(count)d characters; these are %(length)d.") % {"count": longest, "length": len(text)}
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in LAYOUT_CHARACTERS for c in text):
        return _("This contains characters that cannot be stored.")
    return None
