"""The scripts behind `make run` and `make test`: what they write, refuse and leave behind."""

from __future__ import annotations

import importlib
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings

SCRIPTS = django_settings.BASE_DIR / "scripts"


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))


def script(name: str):
    return importlib.import_module(name)


@pytest.fixture
def dotenv(monkeypatch, tmp_path: Path):
    module = script("dotenv")
    monkeypatch.setattr(module, "FILE", tmp_path / ".env")
    return module


class TestDotenv:
    def test_it_is_made_once_for_its_owner_only(self, dotenv):
        dotenv.write_if_missing()
        assert stat.S_IMODE(dotenv.FILE.stat().st_mode) == 0o600
        first = dotenv.read()
        assert len(first["SECRET_KEY"]) > 60
        assert (first["DEBUG"], first["SHOP_HTTPS"], first["SHOP_DEMO"]) == ("false", "false", "true")
        dotenv.write_if_missing()
        assert dotenv.read() == first

    def test_each_shop_has_its_own_key(self, dotenv):
        dotenv.write_if_missing()
        key = dotenv.read()["SECRET_KEY"]
        dotenv.FILE.unlink()
        dotenv.write_if_missing()
        assert dotenv.read()["SECRET_KEY"] != key

    def test_reading(self, dotenv):
        dotenv.FILE.write_text("# a note=1\n\nexport A=1\nB = 'two words'\nURL=mysql://u:p=q@h/n?x=1\n")
        assert dotenv.read() == {"A": "1", "B": "two words", "URL": "mysql://u:p=q@h/n?x=1"}


class TestRun:
    @pytest.fixture
    def run(self, dotenv):
        return script("run")

    def test_a_port_that_is_taken_is_said_so(self, run, monkeypatch):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            monkeypatch.setenv("PORT", str(port))
            with pytest.raises(SystemExit, match=f"Port {port} is taken"):
                run.free_port()
        assert run.free_port() == port

    @pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
    def test_a_port_is_a_number(self, run, monkeypatch, port):
        monkeypatch.setenv("PORT", port)
        with pytest.raises(SystemExit, match="PORT is a number"):
            run.free_port()

    def test_the_demo_is_for_the_database_at_the_root(self, run, monkeypatch):
        monkeypatch.delenv("DATABASE_URL", raising=False)
        monkeypatch.delenv("SHOP_DEMO", raising=False)
        assert "SHOP_DEMO" not in run.environment(dev=False, port=8000)
        monkeypatch.setenv("DATABASE_URL", "mysql://u:p@h/n")
        assert run.environment(dev=False, port=8000)["SHOP_DEMO"] == "false"
        monkeypatch.setenv("SHOP_DEMO", "true")
        assert run.environment(dev=False, port=8000)["SHOP_DEMO"] == "true"

    def test_the_address_follows_the_port_unless_it_is_given(self, run, monkeypatch):
        monkeypatch.delenv("SHOP_URL", raising=False)
        assert run.environment(dev=False, port=9000)["SHOP_URL"] == "http://127.0.0.1:9000"
        monkeypatch.setenv("SHOP_URL", "https://shop.example")
        assert run.environment(dev=False, port=9000)["SHOP_URL"] == "https://shop.example"

    def test_what_is_installed(self, run):
        assert run.requirements({}, dev=False) == ["requirements.txt"]
        assert run.requirements({}, dev=True) == ["requirements-dev.txt"]
        mysql = {"DATABASE_URL": "mysql://u:p@h/n"}
        assert run.requirements(mysql, dev=False) == ["requirements.txt", "requirements-mysql.txt"]

    def test_development_has_its_switches(self, run):
        env = run.environment(dev=True, port=8000)
        assert (env["DEBUG"], env["SHOP_DEBUG_TOOLBAR"]) == ("true", "true")
        assert "runserver" in run.web_command(dev=True, port=8000)
        assert "granian" in run.web_command(dev=False, port=8000)

    def test_visitors_who_keep_their_line_open_leave_room_for_others(self, run):
        """The web server counts idle lines too: as many as threads, and a few dozen browsers would be a full house."""
        command = run.web_command(dev=False, port=8000)
        threads, lines = (int(command[command.index(name) + 1]) for name in ("--blocking-threads", "--backpressure"))
        assert (threads, lines) == (16, 512)


CHILD = "import os, time\nos.write(1, b'up\\n')\ntime.sleep(600)"
STUBBORN = "import os, signal, time\nsignal.signal(15, signal.SIG_IGN)\nos.write(1, b'up\\n')\ntime.sleep(600)"
SERVE = """
import os, sys
sys.path.insert(0, {scripts!r})
import run
run.STOP_SECONDS = 1
run.START_SECONDS = 0
sys.exit(run.serve([[sys.executable, "-c", child] for child in {children!r}], dict(os.environ), 1))
"""


class TestServe:
    """The supervisor, with children that only sleep."""

    @pytest.fixture
    def serve(self):
        started = []

        def start(*children: str) -> subprocess.Popen[str]:
            code = SERVE.format(scripts=str(SCRIPTS), children=list(children))
            process = subprocess.Popen(
                [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
            )
            started.append(process)
            for _ in children:
                assert process.stdout.readline() == "up\n"
            return process

        yield start
        for process in started:
            process.kill()
            process.communicate()

    def children_of(self, process) -> list[int]:
        listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        return [int(number) for number in listed.split()]

    def gone(self, pids: list[int]) -> bool:
        deadline = time.monotonic() + 20
        while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.05)
        return not any(Path(f"/proc/{pid}").exists() for pid in pids)

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_a_signal_ends_everything(self, serve, number):
        process = serve(CHILD, CHILD)
        children = self.children_of(process)
        assert len(children) == 2
        assert len({os.getpgid(child) for child in children}) == 1
        os.killpg(process.pid, number)
        assert process.wait(20) == 0
        assert self.gone(children)

    def test_who_does_not_listen_is_ended_too(self, serve):
        process = serve(STUBBORN, CHILD)
        children = self.children_of(process)
        process.terminate()
        assert process.wait(20) == 0
        assert self.gone(children)

    def test_when_a_part_ends_the_rest_does(self, serve):
        process = serve(CHILD, CHILD)
        children = self.children_of(process)
        os.kill(children[1], signal.SIGKILL)
        assert process.wait(20) == 1
        assert self.gone(children)

    def test_nothing_survives_a_kill(self, serve):
        process = serve(CHILD, CHILD)
        children = self.children_of(process)
        process.kill()
        process.wait(20)
        assert self.gone(children)


class TestEnvironment:
    @pytest.fixture
    def environment(self, monkeypatch, tmp_path: Path):
        module = script("environment")
        monkeypatch.setattr(module, "ROOT", tmp_path)
        (tmp_path / "a.txt").write_text("django==1\n")
        (tmp_path / "b.txt").write_text("-r a.txt\nmysqlclient==1\n")
        return module

    @pytest.fixture
    def installed(self, environment, monkeypatch, tmp_path):
        """The names of what gets installed; nothing really is."""
        names: list[str] = []
        monkeypatch.setattr(environment, "STAMP", tmp_path / "installed.json")
        monkeypatch.setattr(environment, "works", lambda: True)
        monkeypatch.setattr(environment, "run", lambda command, otherwise: names.append(Path(command[-1]).name))
        return names

    def test_what_is_there_is_not_installed_again(self, environment, installed):
        environment.prepare("b.txt")
        environment.prepare("b.txt")
        environment.prepare("a.txt")
        assert installed == ["b.txt"]

    def test_a_changed_pin_is_noticed_through_includes(self, environment, installed, tmp_path):
        environment.prepare("b.txt")
        (tmp_path / "a.txt").write_text("django==2\n")
        environment.prepare("a.txt")
        environment.prepare("b.txt")
        assert installed == ["b.txt", "a.txt", "b.txt"]

    def test_installing_is_wheels_only_but_for_mysqlclient(self, environment, monkeypatch, tmp_path):
        commands: list[list[str]] = []
        monkeypatch.setattr(environment, "STAMP", tmp_path / "installed.json")
        monkeypatch.setattr(environment, "run", lambda command, otherwise: commands.append(command))
        (tmp_path / "requirements-mysql.txt").write_text("mysqlclient==1\n")
        environment.install("a.txt")
        environment.install("requirements-mysql.txt")
        assert [command[6:-2] for command in commands] == [
            ["--no-compile", "--only-binary", ":all:"],
            ["--no-compile", "--only-binary", ":all:", "--no-binary", "mysqlclient"],
        ]

    def test_an_old_python_is_named(self, environment, monkeypatch):
        monkeypatch.setattr(environment, "OLDEST", (99, 0))
        with pytest.raises(SystemExit, match=r"needs Python 99\.0 or newer"):
            environment.check_python()

    def test_a_missing_venv_module_is_named(self, environment, monkeypatch, tmp_path):
        monkeypatch.setattr(environment, "PYTHON", tmp_path / "none")
        monkeypatch.setattr(environment.importlib.util, "find_spec", lambda _: None)
        with pytest.raises(SystemExit, match="apt install python3-venv"):
            environment.check_python()

    def test_missing_debian_packages_are_named(self, environment, monkeypatch):
        monkeypatch.setattr(environment.shutil, "which", lambda _: None)
        assert "sudo apt install gcc pkg-config libmariadb-dev" in environment.missing_for_mysqlclient()
