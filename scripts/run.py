"""`make run` and `make dev`: install, prepare the database, then serve in the foreground until Ctrl-C.

The web server and the worker are children in one process group. If one ends, or this process does, all end.
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import dotenv
from environment import PYTHON, ROOT, check_python, prepare

HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 15
PR_SET_PDEATHSIG = 1


def main():
    check_python()
    dev = "--dev" in sys.argv
    port = free_port()
    dotenv.write_if_missing()
    env = environment(dev=dev, port=port)
    prepare(*requirements(env, dev=dev))
    if subprocess.run([str(PYTHON), "scripts/prepare.py"], cwd=ROOT, env=env, check=False).returncode:
        sys.exit("The shop could not be prepared.")
    sys.exit(serve([web_command(dev=dev, port=port), worker_command(dev=dev)], env, port))


def free_port():
    """The port asked for, if nobody listens there."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit(f"PORT is a number up to 65535, not {text!r}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except OSError as error:
            sys.exit(f"Port {text} is taken ({error.strerror}). Choose another: PORT={int(text) + 1} make run")
    return int(text)


def environment(*, dev, port):
    """What the shop's processes see. The environment goes before `.env`."""
    env = dict(os.environ)
    known = {**dotenv.read(), **env}
    if "SHOP_URL" not in known:
        env["SHOP_URL"] = f"http://{HOST}:{port}"
    if "DATABASE_URL" in env and "SHOP_DEMO" not in env:
        env["SHOP_DEMO"] = "false"  # the demo of .env is for the database at the root
    if dev:
        env.update(DEBUG="true", SHOP_DEBUG_TOOLBAR="true")
    return env


def requirements(env, *, dev):
    mysql = {**dotenv.read(), **env}.get("DATABASE_URL", "").startswith(("mysql", "mariadb"))
    files = ["requirements-dev.txt" if dev else "requirements.txt"]
    return [*files, "requirements-mysql.txt"] if mysql else files


def web_command(*, dev, port):
    if dev:
        return [str(PYTHON), "manage.py", "runserver", f"{HOST}:{port}"]
    options = ["--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "2", "--no-ws"]
    # Requests at once a worker, and so threads and connections to the database. A browser or app that has its answer
    # keeps its line open for half a minute: lines are counted apart, or a few dozen of them would be all the shop has.
    options += ["--blocking-threads", "16", "--backpressure", "512"]
    options += ["--respawn-failed-workers"]
    return [str(PYTHON), "-m", "granian", *options, "--log-level", "error", "shop.wsgi:application"]


def worker_command(*, dev):
    return [str(PYTHON), "manage.py", "run_worker", *(["--reload"] if dev else [])]


def serve(commands, env, port):
    """Run the commands until a signal comes or one of them ends. Returns the exit code."""
    asked_to_stop = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: asked_to_stop.append(number))
    children = start(commands, env)
    announce(children, asked_to_stop, port)
    while not asked_to_stop and all(child.poll() is None for child in children):
        time.sleep(0.1)
    if not asked_to_stop:
        print("A part of the shop has ended; ending the rest.", flush=True)
    stop(children)
    return 0 if asked_to_stop else 1


def start(commands, env):
    """Start the children in one process group of theirs: a terminal's Ctrl-C reaches this process only,
    which then ends each of them once. The web server hangs when its workers are told twice.
    """
    children = []
    for command in commands:
        group = children[0].pid if children else 0
        children.append(subprocess.Popen(command, cwd=ROOT, env=env, process_group=group, preexec_fn=end_with_parent))  # noqa: PLW1509 - no threads
    return children


def announce(children, asked_to_stop, port):
    """Say where the shop is, once it answers."""
    deadline = time.monotonic() + START_SECONDS
    while not asked_to_stop and all(child.poll() is None for child in children) and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/livez", timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
            continue
        print(
            f"\nThe shop    http://{HOST}:{port}/\nFor staff   http://{HOST}:{port}/admin/\n\nCtrl-C ends it.\n",
            flush=True,
        )
        return


def stop(children):
    """End the children: gently, then surely, with whatever they have started."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline and any(child.poll() is None for child in children):
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(children[0].pid, signal.SIGKILL)


def end_with_parent():
    """Have the kernel end a child when this process is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
