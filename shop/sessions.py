"""Sessions in the database that bear two windows at once: each request writes only the keys it changed.

Django's own store writes the whole session, so that of two requests at once the slower one takes back
what the other remembered: the order a guest placed a moment ago, or their bag.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction

GONE = object()


class SessionStore(DatabaseStore):
    _before: dict[str, Any] | None = None

    def load(self) -> dict[str, Any]:
        data: dict[str, Any] = super().load()
        self._before = deepcopy(data)
        return data

    def save(self, must_create: bool = False) -> None:
        """Raises UpdateError, as Django's, for a session that ended meanwhile."""
        if must_create or self.session_key is None:
            super().save(must_create)
            self._before = deepcopy(self._get_session(no_load=True))  # type: ignore[attr-defined]
            return
        mine: dict[str, Any] = self._get_session()  # type: ignore[attr-defined]
        with transaction.atomic():
            row = self.model.objects.select_for_update().filter(session_key=self.session_key).first()
            if row is None:
                raise UpdateError
            merged = _merged(row.get_decoded(), before=self._before or {}, after=mine)
            self._session_cache = merged
            super().save()
        self._before = deepcopy(merged)


def _merged(stored: dict[str, Any], *, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    merged = dict(stored)
    for key in before.keys() | after.keys():
        value = after.get(key, GONE)
        if value is GONE:
            merged.pop(key, None)
        elif value != before.get(key, GONE):
            merged[key] = value
    return merged
