"""What OPTIONS answers: what the address is, and what it takes and gives. Never the rows behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.metadata import SimpleMetadata
from rest_framework.request import Request

if TYPE_CHECKING:  # DRF's views import this module while they are loaded
    from rest_framework.views import APIView


class ShopMetadata(SimpleMetadata):
    """DRF's own looks up the row to say which fields can be written; /api/schema says that for everybody."""

    def determine_actions(self, request: Request, view: APIView) -> dict[str, Any]:
        return {}
