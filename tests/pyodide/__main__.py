"""Runs the generated models in Pyodide, whose Python is newer than the ones that are installed.

A consumer of the package has to run there, and the formats have to say of every text what they say here. The exit
code is 1 if either is not so.
"""

from __future__ import annotations

import subprocess
import sys
from itertools import zip_longest

from tests.pyodide.told import ROOT, lines

HEAD = """
import os, runpy, sys, warnings
os.chdir("/repository")
sys.path[:0] = ["/repository", "/repository/generated/models"]
"""
CONSUMER = """
warnings.simplefilter("error")
runpy.run_path("tests/consumer.py", run_name="__main__")
print(sys.version.split()[0])
"""
TOLD = """
from tests.pyodide.told import lines
print("\\n".join(lines()))
"""


def main(folder: str) -> int:
    """Return the exit code; the folder is that of node_modules."""
    version = run(folder, CONSUMER).splitlines()[-1]
    here, there = list(lines()), run(folder, TOLD).splitlines()
    differ = [(one, other) for one, other in zip_longest(here, there) if one != other]
    for one, other in differ[:20]:
        print(f"here:  {one}\n{version}: {other}")
    print(f"{len(here):,} texts on Python {version}: {len(differ)} told otherwise than on {sys.version.split()[0]}")
    return 1 if differ else 0


def run(folder: str, code: str) -> str:
    """Return what a program prints in Pyodide."""
    command = ["node", str(ROOT / "tests" / "pyodide" / "run.mjs"), folder, str(ROOT), HEAD + code]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
