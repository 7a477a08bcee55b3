"""Clones the last commit, runs `make run` in it as a newcomer would, looks at the shop, ends it by Ctrl-C."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 600
STOP_SECONDS = 30
PAGES = ["/", "/products/", "/search/?search=print", "/cart/", "/login/", "/register/", "/admin/login/", "/api/health"]


def main():
    with tempfile.TemporaryDirectory(prefix="shop-smoke-") as folder:
        clone = Path(folder) / "shop"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        port = free_port()
        first = visit(clone, port)
        expect(stat.S_IMODE((clone / ".env").stat().st_mode) == 0o600, ".env is for its owner only")
        expect("admin@demo.example" in first, "the demo sign-ins are printed")
        key = (clone / ".env").read_text()
        second = visit(clone, port)
        expect("Installing" not in second, "the second start installs nothing")
        expect((clone / ".env").read_text() == key, "the second start keeps the key")
        expect(not changed(clone), "running leaves the checkout clean")


def visit(clone, port):
    """One life of the shop. Returns what it printed."""
    started = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        make = start(clone, port, output)
        try:
            wait_until_up(make, port, output)
            print(f"ok  answers after {time.monotonic() - started:.0f} s", flush=True)
            look_around(port)
            expect(refused(clone, port), "a second start says that the port is taken")
        finally:
            end(make)
        expect(not answers(port), "Ctrl-C ends every process")
        output.seek(0)
        return output.read()


def start(clone, port, output):
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = ["make", "run"]
    return subprocess.Popen(
        command, cwd=clone, env={**env, "PORT": str(port)}, stdout=output, stderr=output, start_new_session=True
    )


def wait_until_up(make, port, output):
    deadline = time.monotonic() + START_SECONDS
    while not answers(port):
        if make.poll() is not None or time.monotonic() > deadline:
            output.seek(0)
            sys.exit(f"The shop did not start:\n{output.read()[-4000:]}")
        time.sleep(0.2)


def look_around(port):
    for page in PAGES:
        expect(status(port, page) == 200, f"{page} answers")
    expect(status(port, "/nothing-here/") == 404, "what is not there is 404")
    listing = urllib.request.urlopen(f"http://127.0.0.1:{port}/products/").read().decode()
    product = re.search(r'href="(/products/[^"?]+/)"', listing)
    expect(product is not None and status(port, product[1]) == 200, "a product's page answers")
    styles = re.findall(r'href="(/static/[^"]+\.css)"', listing)
    expect(bool(styles) and all(status(port, style) == 200 for style in styles), "the style sheets are served")


def refused(clone, port):
    env = {**os.environ, "PORT": str(port)}
    again = subprocess.run(["make", "run"], cwd=clone, env=env, capture_output=True, text=True, check=False)
    return again.returncode != 0 and f"Port {port} is taken" in again.stderr


def end(make):
    """What a terminal does at Ctrl-C: a signal to the whole foreground group."""
    os.killpg(make.pid, signal.SIGINT)
    make.wait(STOP_SECONDS)


def status(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def changed(clone):
    return subprocess.run(["git", "status", "--short"], cwd=clone, capture_output=True, text=True, check=True).stdout


def expect(is_so, what):
    print(f"{'ok ' if is_so else 'NOT'} {what}", flush=True)
    if not is_so:
        sys.exit(1)


if __name__ == "__main__":
    main()
