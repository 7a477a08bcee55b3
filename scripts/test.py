"""`make test`: the tests on SQLite, then those that need MariaDB on a private one.

TEST_DATABASE=sqlite or mariadb runs all of them on that one. Arguments go to pytest: make test ARGS="-k cart".
"""

import os
import subprocess
import sys

from environment import PYTHON, ROOT, missing_for_mysqlclient, prepare

sys.path.insert(0, str(ROOT))
from shop.testing.mariadb import server_missing


def main():
    database = os.environ.get("TEST_DATABASE", "")
    if database not in {"", "sqlite", "mariadb"}:
        sys.exit(f"TEST_DATABASE is sqlite or mariadb, not {database!r}.")
    lacking = server_missing() or missing_for_mysqlclient()
    prepare("requirements-dev.txt", *([] if lacking or database == "sqlite" else ["requirements-mysql.txt"]))
    if database == "mariadb" and lacking:
        sys.exit(lacking)
    code = pytest(database or "sqlite", *sys.argv[1:])
    if not database and not sys.argv[1:] and not code:
        code = on_mariadb_too(lacking)
    sys.exit(code)


def on_mariadb_too(lacking):
    if lacking:
        print(f"\nTests that need MariaDB were left out. {lacking}", flush=True)
        return 0
    print("\nOn a private MariaDB, those that need one:", flush=True)
    return pytest("mariadb", "-m", "mariadb")


def pytest(database, *arguments):
    # Two more than there are cores: tests also wait, for the database, browsers and each other.
    workers = len(os.sched_getaffinity(0)) + 2
    command = [str(PYTHON), "-m", "pytest", "-q", "-n", str(workers), *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "TEST_DATABASE": database}, check=False).returncode


if __name__ == "__main__":
    main()
