"""Words that mean the same to this shop's search."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from catalog.models import Synonym
from catalog.search.words import words_of
from catalog.services.changes import record_change
from catalog.services.checks import checked
from shop.common.errors import InvalidInput

MOST_WORDS_EACH = 4


def save_synonym(synonym: Synonym, *, words: str) -> Synonym:
    """A step: write a group of words, separated by commas, that are searched for alike. Raises InvalidInput."""
    phrases = list(dict.fromkeys(" ".join(part.split()) for part in words.split(",") if words_of(part)))
    if len({tuple(words_of(phrase)) for phrase in phrases}) < 2:
        raise InvalidInput(_("Write at least two words, separated by commas: sofa, couch."), field="words")
    if any(len(words_of(phrase)) > MOST_WORDS_EACH for phrase in phrases):
        raise InvalidInput(
            _("Use at most %(most)d words between two commas.") % {"most": MOST_WORDS_EACH}, field="words"
        )
    synonym.words = checked(Synonym, {"words": ", ".join(phrases)})["words"]
    synonym.save()
    record_change()
    return synonym


def drop_synonym(synonym: Synonym) -> None:
    """A step: delete the group."""
    synonym.delete()
    record_change()
