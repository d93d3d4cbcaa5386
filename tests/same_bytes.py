"""Says whether this Python makes the committed bytes in other folders, under other hash seeds, locales and time zones.

`nox -s bytes` runs it on every Python that is installed; all are held against the same committed files, so that
they are held against each other.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.packages import parted

ROOT = Path(__file__).parent.parent
SURROUNDINGS = [
    {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "4242", "LC_ALL": "C.UTF-8", "TZ": "Asia/Kolkata", "PYTHONUTF8": "1"},
]
FOLDERS = ["a", "deeper/with a space/\N{LATIN SMALL LETTER E WITH ACUTE}"]


def main() -> int:
    """Return the exit code: how many trials gave other bytes."""
    cases = sorted(folder.parent for folder in (ROOT / "tests" / "cases").glob("*/schema"))
    failed = 0
    for surroundings, folder in zip(SURROUNDINGS, FOLDERS, strict=True):
        with tempfile.TemporaryDirectory() as room:
            for case in cases:
                copy = Path(room, folder, case.name)
                shutil.copytree(case, copy)
                same = _is_same(copy, {**surroundings, "XDG_CACHE_HOME": room})
                print("same" if same else "DIFFERENT", case.name, folder, surroundings)
                failed += not same
    return failed


def _is_same(case: Path, surroundings: dict[str, str]) -> bool:
    command = [sys.executable, "-m", "codegen", "generate", "--schema", "schema", "--out", "made"]
    if (case / "triptych.toml").exists():
        command += ["--config", "triptych.toml"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **surroundings}
    subprocess.run(command, cwd=case, env=environment, check=True)
    made, _ = parted(_texts(case / "made"))
    return made == _texts(case / "expected")


def _texts(folder: Path) -> dict[str, str]:
    """Return the files of a folder by their paths in it, but for the bytecode of tests that have imported some."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.parent.name != "__pycache__")
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in paths}


if __name__ == "__main__":
    sys.exit(main())
