"""`make relevance`: runs a program of benchmarks/ in the environment, its arguments after its name."""

import subprocess
import sys

from environment import PYTHON, ROOT, prepare

if __name__ == "__main__":
    prepare("requirements.txt")
    name, *arguments = sys.argv[1:]
    done = subprocess.run([str(PYTHON), f"benchmarks/{name}.py", *arguments], cwd=ROOT, check=False)
    sys.exit(done.returncode)
