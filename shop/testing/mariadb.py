"""A private MariaDB: its own data in a folder, reached by a socket only, gone after the run unless they are kept."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

HOW_TO_GET = "sudo apt install mariadb-server libmariadb-dev pkg-config gcc"
START_SECONDS = 60
ROOM_BYTES = 3 * 1024**3
# Each worker has a database of a hundred tables.
FOR_TESTS = ("--innodb-buffer-pool-size=256M", "--max-connections=600", "--table-definition-cache=2000")
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)  # loaded before any fork


def missing_for_mariadb() -> str:
    """One line that says how to get what tests on MariaDB need; "" when everything is there."""
    if importlib.util.find_spec("MySQLdb") is None:
        return f"needs mysqlclient: {HOW_TO_GET}, then pip install -r requirements-mysql.txt"
    return server_missing()


def server_missing() -> str:
    """One line that says how to get the server; "" when it is there."""
    found = server_program("mariadbd") and server_program("mariadb-install-db")
    return "" if found else f"needs MariaDB's server: {HOW_TO_GET}"


def server_program(name: str) -> str | None:
    """Debian keeps servers in /usr/sbin, which not every PATH has."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def quick_folder() -> str:
    """In memory where there is room: nothing there waits for a disk.

    A socket's path must be short, so not wherever TMPDIR leads.
    """
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_BYTES
    return str(memory) if roomy else "/tmp"


class PrivateMariaDB:
    """`folder` keeps the data for another run; without one they are temporary. Its path must be short."""

    def __init__(self, folder: Path | None = None, options: Sequence[str] = FOR_TESTS) -> None:
        self._is_kept = folder is not None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="shop-mariadb-", dir=quick_folder()))
        self.socket = self.folder / "socket"
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int:
        """Of the running server."""
        if self._process is None:
            raise RuntimeError("MariaDB has not been started.")
        return self._process.pid

    def start(self) -> str:
        """Return the DATABASE_URL of the running server."""
        data = self.folder / "data"
        if not data.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._install(data)
        self.socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                str(server_program("mariadbd")),
                "--no-defaults",
                "--skip-networking",
                f"--socket={self.socket}",
                f"--datadir={data}",
                # A server that starts throws away the temporary tables it finds: in /tmp those of its neighbours.
                f"--tmpdir={self.folder}",
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-flush-method=nosync",
                "--innodb-doublewrite=0",
                "--sync-frm=0",
                "--character-set-server=utf8mb4",
                *self._options,
                *self._user(),
            ],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("wb"),
            preexec_fn=end_with_parent,  # noqa: PLW1509 - no threads run yet
        )
        self._wait_until_up()
        return f"mysql://root@localhost/shop?unix_socket={self.socket}"

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=START_SECONDS)
        if not self._is_kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _install(self, data: Path) -> None:
        self._run(
            str(server_program("mariadb-install-db")),
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            *self._user(),
        )

    def _wait_until_up(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.socket.exists():
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("MariaDB did not start:\n" + (self.folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")

    def _user(self) -> list[str]:
        return ["--user=root"] if os.geteuid() == 0 else []


def end_with_parent() -> None:
    """Have the kernel end a child when the tests are killed; runs in the child."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
