"""What else people call the demo shop's goods."""

from __future__ import annotations

from catalog.models import Synonym
from catalog.services.synonyms import save_synonym

SYNONYMS = ("print, poster", "mug, cup", "cushion, pillow", "tote, bag, shopping bag")


def seed_synonyms() -> int:
    """A step: write them where there are none at all. Returns how many were made."""
    if Synonym.objects.exists():
        return 0
    return len([save_synonym(Synonym(), words=words) for words in SYNONYMS])
