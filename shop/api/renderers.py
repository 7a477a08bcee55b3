"""The browsable API, in the shop's look and under its strict policy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from rest_framework.renderers import BrowsableAPIRenderer

from shop.api.operations import example_of


class BrowsableRenderer(BrowsableAPIRenderer):
    """DRF's page is the shop's own template: its look, nothing inline."""

    renderer_context: Mapping[str, Any]

    def get_context(self, data: Any, accepted_media_type: str | None, renderer_context: Mapping[str, Any]) -> Any:
        return super().get_context(data, accepted_media_type, renderer_context) | {"code_style": None}

    def get_raw_data_form(self, data: Any, view: Any, method: str, request: Any) -> Any:
        """A form that can be sent as it stands: what was shown just now, or the description's example."""
        form = super().get_raw_data_form(data, view, method, request)
        if form:
            shown = data if method in ("PUT", "PATCH") and self._shows_it() else example_of(view, method)
            form.fields["_content"].initial = json.dumps(shown, indent=4, ensure_ascii=False) if shown else ""
        return form

    def _shows_it(self) -> bool:
        return bool(self.renderer_context["response"].status_code == HTTPStatus.OK)

    def get_filter_form(self, data: Any, view: Any, request: Any) -> None:
        """Filters are read by the views themselves: there is no form of DRF's backends to show."""
