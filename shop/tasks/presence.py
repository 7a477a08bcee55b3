"""Who is alive: workers say so every few seconds, from a thread that goes on while a long task runs."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from shop.tasks.models import Worker

BEAT_SECONDS = 10
LOST_AFTER = timedelta(seconds=30)

logger = logging.getLogger(__name__)


def living_workers() -> set[str]:
    """Ids of the workers that were heard of within LOST_AFTER."""
    return set(Worker.objects.filter(seen_at__gte=timezone.now() - LOST_AFTER).values_list("id", flat=True))


def forget_lost_workers() -> None:
    Worker.objects.filter(seen_at__lt=timezone.now() - 10 * LOST_AFTER).delete()


class Presence:
    """This process's sign of life: `with Presence() as worker_id: …`."""

    def __init__(self) -> None:
        self.worker_id = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat_until_ended, name="presence", daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return self.worker_id

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(timeout=5)

    def _beat_until_ended(self) -> None:
        started = timezone.now()
        while True:
            try:
                self.beat(started)
            except (DatabaseError, InterfaceError) as error:
                logger.warning("worker_presence_lost", extra={"error": str(error)})
                connection.close()
            if self._ended.wait(BEAT_SECONDS):
                break
        self._leave()

    def beat(self, started: datetime) -> None:
        Worker.objects.update_or_create(
            id=self.worker_id,
            defaults={"seen_at": timezone.now()},
            create_defaults={"seen_at": timezone.now(), "started_at": started, "host": socket.gethostname()[:120]},
        )

    def _leave(self) -> None:
        try:
            Worker.objects.filter(id=self.worker_id).delete()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("worker_presence_lost", extra={"error": str(error)})
        finally:
            connection.close()
