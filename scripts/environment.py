"""Makes `.venv` and installs the pinned requirements named; quick when nothing has changed.

Runs on a bare Python: nothing but the standard library here.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
OLDEST = (3, 11)


def prepare(*files):
    """Have everything in those requirements files installed, and return the environment's Python."""
    check_python()
    if not works():
        make()
    for name in files:
        if stamps().get(name) != fingerprint(name):
            install(name)
    return PYTHON


def make():
    print(f"Making {VENV.name} with Python {sys.version.split()[0]} …", flush=True)
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The environment could not be made.")
    packages = Path(next(VENV.glob("lib/python*/site-packages")))
    (packages / "storekeeper.pth").write_text(f"{ROOT}\n")  # so that tools find the shop from anywhere


def check_python():
    if sys.version_info < OLDEST:
        sys.exit(f"The shop needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}.")
    if not PYTHON.exists() and importlib.util.find_spec("ensurepip") is None:
        sys.exit("Python's venv module is missing. On Debian: sudo apt install python3-venv")


def works():
    """Whether there is an environment of this Python; one of another version is made anew."""
    return (VENV / "lib" / "python{}.{}".format(*sys.version_info[:2])).is_dir() and PYTHON.exists()


def included(name):
    """The files that one includes, and those in turn."""
    for line in (ROOT / name).read_text().splitlines():
        if line.startswith("-r "):
            yield line[3:].strip()
            yield from included(line[3:].strip())


def fingerprint(name):
    """Of what a file and those it includes ask for."""
    texts = [(ROOT / part).read_text() for part in (name, *included(name))]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def stamps():
    """What was installed last, by file."""
    return json.loads(STAMP.read_text()) if STAMP.exists() else {}


def install(name):
    print(f"Installing {name} …", flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # Compiling all of it takes longer than installing it; Python compiles what is used, when it first is.
    command += ["--no-compile", "--only-binary", ":all:", "-r", str(ROOT / name)]
    if name == "requirements-mysql.txt":
        command[-2:-2] = ["--no-binary", "mysqlclient"]
        run(command, missing_for_mysqlclient() or "mysqlclient could not be built.")
    else:
        run(command, "The requirements could not be installed.")
    done = {part: fingerprint(part) for part in (name, *included(name))}
    STAMP.write_text(json.dumps({**stamps(), **done}))


def missing_for_mysqlclient():
    """Which Debian packages building mysqlclient lacks; "" when there are all."""
    packages = {
        "gcc": shutil.which("gcc") or shutil.which("cc"),
        "pkg-config": shutil.which("pkg-config"),
        "libmariadb-dev": has_library("libmariadb") or has_library("mysqlclient") or has_library("mariadb"),
        "python3-dev": Path(sysconfig.get_path("include"), "Python.h").exists(),
    }
    missing = [name for name, found in packages.items() if not found]
    return f"Building mysqlclient needs more. On Debian: sudo apt install {' '.join(missing)}" if missing else ""


def has_library(name):
    if shutil.which("pkg-config") is None:
        return False
    return subprocess.run(["pkg-config", "--exists", name], check=False).returncode == 0


def run(command, otherwise):
    """Run a command; when it fails, end with that sentence."""
    if subprocess.run(command, check=False, env={**os.environ, "PIP_NO_INPUT": "1"}).returncode:
        sys.exit(otherwise)


if __name__ == "__main__":
    prepare(*sys.argv[1:])
