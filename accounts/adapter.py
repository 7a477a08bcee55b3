"""What allauth asks of this shop."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """Say nothing: the shop's pages speak for themselves."""
