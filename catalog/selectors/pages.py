"""Pages that staff write."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from catalog.models import ContentPage

# Parts of other pages, not pages of their own.
PARTS = Q(slug="strip") | Q(slug="delivery-note") | Q(slug="home") | Q(slug__startswith="home-")


def shown_pages() -> QuerySet[ContentPage]:
    return ContentPage.objects.filter(is_active=True).exclude(PARTS)
