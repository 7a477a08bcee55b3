"""What follows when a second factor is set up."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def show_added(request: HttpRequest, said: str, *, codes: Sequence[str]) -> HttpResponse:
    """Recovery codes come with the first factor only, and are shown this once."""
    messages.success(request, said)
    if not codes:
        return redirect("accounts:security")
    return render(request, "accounts/recovery_codes.html", {"codes": codes})
