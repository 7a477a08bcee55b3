"""`manage.py run_worker`: does the shop's tasks and schedule until SIGTERM or SIGINT."""

from __future__ import annotations

import logging
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.autoreload import run_with_reloader
from django.utils.module_loading import autodiscover_modules

from shop.tasks.beside import Companions
from shop.tasks.presence import Presence
from shop.tasks.worker import Worker

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Does tasks (mail and the like) and the schedule. Run one or more beside the web server."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", "--once", action="store_true", help="end when nothing is due, for cron")
        parser.add_argument("--reload", action="store_true", help="start anew when the code changes, for development")

    def handle(self, *, batch: bool, reload: bool, **_: Any) -> None:
        autodiscover_modules("tasks")
        if reload:
            run_with_reloader(work, batch=batch, on_signals=False)  # the reloader listens to them
        else:
            work(batch=batch, on_signals=True)


def work(*, batch: bool, on_signals: bool) -> None:
    with Presence() as worker_id, Companions():
        worker = Worker(worker_id)
        if on_signals:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: worker.stop())
        logger.info("worker_started", extra={"worker_id": worker_id})
        worker.run(batch=batch)
        logger.info("worker_stopped", extra={"worker_id": worker_id})
