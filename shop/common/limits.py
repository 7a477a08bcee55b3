"""How a limit is written in the settings: "5/60" is five tries in each window of 60 seconds."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Limit:
    tries: int
    seconds: int

    def window_end(self, now: float) -> int:
        """When the window around `now` ends, both in seconds since the epoch. It begins at a multiple of its length."""
        return (int(now) // self.seconds + 1) * self.seconds


def parse_limit(text: str) -> Limit:
    """ "5/60" → five tries in 60 seconds. Raises ImproperlyConfigured for anything else."""
    tries, _, seconds = text.partition("/")
    if not (tries.strip().isdecimal() and seconds.strip().isdecimal()) or int(tries) < 1 or int(seconds) < 1:
        raise ImproperlyConfigured(f'A limit is written as tries/seconds, for example "5/60", not "{text}".')
    return Limit(tries=int(tries), seconds=int(seconds))
