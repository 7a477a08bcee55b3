"""The browsable API under the shop's strict policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from csp.constants import UNSAFE_INLINE
from rest_framework.renderers import BrowsableAPIRenderer


class BrowsableRenderer(BrowsableAPIRenderer):
    """DRF's pages set a few floats by `style` attributes, which no nonce can allow; scripts stay the shop's own."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> str:
        response = (renderer_context or {}).get("response")
        if response is not None:
            response._csp_update = {"style-src-attr": [UNSAFE_INLINE]}  # noqa: SLF001 - as django-csp's decorators do
        return super().render(data, accepted_media_type, renderer_context)

    def get_context(self, data: Any, accepted_media_type: str | None, renderer_context: Mapping[str, Any]) -> Any:
        return super().get_context(data, accepted_media_type, renderer_context) | {"code_style": None}

    def get_filter_form(self, data: Any, view: Any, request: Any) -> None:
        """Filters are read by the views themselves: there is no form of DRF's backends to show."""
