"""The shop and the floor behind the server that the shop runs on, with one worker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
SHOP, FLOOR = "shop.wsgi:application", "benchmarks.floor:application"


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where it listens, its process, and that of the database it asks, if that is one of this run's."""

    port: int
    pid: int
    database_pid: int | None = None


@contextmanager
def serving(application: str, database_pid: int | None = None) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-ws"]
    options += ["--blocking-threads", "16", "--backpressure", "512", "--log-level", "error"]
    command = [sys.executable, "-m", "granian", *options, application]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield Server(port=port, pid=process.pid, database_pid=database_pid)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("The server did not start.")
