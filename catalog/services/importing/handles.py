"""Handles of other shops as our slugs: always the same one, and never one for two."""

from __future__ import annotations

import hashlib

from django.utils.text import slugify

from catalog.services.slugs import slug_problem

LONGEST = 190
HASH_LENGTH = 6


def handle_slug(handle: str) -> str:
    """The handle itself where it can be a slug; else the nearest one, told apart by a few digits of a hash."""
    slug = slugify(handle)
    if slug == handle and len(slug) <= LONGEST and not slug_problem(slug):
        return slug
    digest = hashlib.sha256(handle.encode()).hexdigest()[:HASH_LENGTH]
    return f"{slug[:LONGEST].strip('-_') or 'product'}-p{digest}"
