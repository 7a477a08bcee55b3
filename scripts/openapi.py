"""`make openapi`: write docs/openapi.yaml, the API's description, from the code as it is."""

import os
import subprocess

from environment import PYTHON, ROOT, prepare

# The description of a shop as it comes: nothing of this machine's own settings.
AS_IT_COMES = {
    "SHOP_ENV_FILE": "/nonexistent",
    "SECRET_KEY": "only-to-write-a-file",
    "DEBUG": "true",
    "DATABASE_URL": "sqlite://:memory:",
}


def main():
    prepare("requirements.txt")
    env = {name: value for name, value in os.environ.items() if not name.startswith("SHOP_")} | AS_IT_COMES
    command = [str(PYTHON), "manage.py", "spectacular", "--file", "docs/openapi.yaml", "--validate", "--fail-on-warn"]
    subprocess.run(command, cwd=ROOT, env=env, check=True)


if __name__ == "__main__":
    main()
