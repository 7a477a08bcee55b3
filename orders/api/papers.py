"""Papers by API: the invoice as PDF."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.renderers import JSONRenderer

PDF = {(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, description="The sheet.")}


class PdfOrProblem(JSONRenderer):
    """Takes part in choosing by Accept; the sheet is made elsewhere, and what is rendered here is a problem."""

    media_type = "application/pdf"
    format = "json"
