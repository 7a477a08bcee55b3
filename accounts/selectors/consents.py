"""What somebody agreed to."""

from __future__ import annotations

from accounts.models import Consent

NEWSLETTER = "newsletter"


def wants_newsletter(email: str) -> bool:
    """The last word counts; who never said one does not."""
    said = Consent.objects.filter(email=email, kind=NEWSLETTER).order_by("-created_at", "-pk")
    return bool(said.values_list("given", flat=True).first())
