"""Five type checkers look at the models of SchemaStore's and of the official suite's schemas.

The exit code is 1 if one of them finds an error.
`nox -s checkers -- --every 40` takes one schema in 40, as CI does; `--checkers mypy ty` asks these only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from conformance.fetching import STORE, SUITE, fetched

from checkers.made import modules, of_the_store, of_the_suite, written

SHOWN = 20
WRONG = "wrong.py"
"""A module with an error: a checker that does not find it has looked at nothing."""

_STRICT = {"include": ["models_*"], "typeCheckingMode": "strict", "pythonVersion": "3.11"}


@dataclass(frozen=True, slots=True)
class Checker:
    """A type checker: its command, which is run in the folder of the packages, and how a line of an error begins."""

    name: str
    command: Sequence[str]
    sign: str


CHECKERS = (
    Checker("mypy", ["mypy", "--strict", "--config-file=", "--cache-dir", os.devnull], ": error:"),
    Checker("pyright", ["pyright", "--project", "pyrightconfig.json"], " - error:"),
    Checker("basedpyright", ["basedpyright", "--project", "pyrightconfig.json"], " - error:"),
    Checker("ty", ["ty", "check", "--error-on-warning", "--output-format", "concise"], "["),
    Checker("pyrefly", ["pyrefly", "check", "--output-format", "min-text", "--preset", "default"], "ERROR "),
)


def main() -> int:
    """Return 1 if a checker has found an error."""
    options = _options()
    suite = next(fetched(SUITE, options.room).glob("*/json"))
    schemas = [*of_the_store(fetched(STORE, options.room), options.every), *of_the_suite(suite, options.every)]
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        made = list(workers.map(modules, schemas))
    reasons = Counter(reason for reason in made if isinstance(reason, str))
    good = [each for each in made if not isinstance(each, str)]
    print(f"{len(good):,} of {len(schemas):,} schemas;", *(f"{count} {why};" for why, count in reasons.most_common()))
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder).resolve()
        packages = written(good, room)
        (packages[0].folder / WRONG).write_text('number: int = ""\n', encoding="utf-8")
        (room / "pyrightconfig.json").write_text(json.dumps(_STRICT), encoding="utf-8")
        names = [package.folder.name for package in packages]
        results = {each.name: _errors(each, names, room) for each in CHECKERS if each.name in options.checkers}
    return 1 if any(results.values()) else 0


def _errors(checker: Checker, packages: Sequence[str], room: Path) -> list[str]:
    """Return the errors that a checker finds in packages; they are printed, with the version and the seconds."""
    start = time.perf_counter()
    targets = [] if "--project" in checker.command else packages
    others = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment = {**others, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1", "NODE_OPTIONS": "--max-old-space-size=8192"}
    ended = subprocess.run(
        [*checker.command, *targets], cwd=room, env=environment, capture_output=True, text=True, check=False
    )
    lines = (ended.stdout + ended.stderr).splitlines()
    found = [line for line in lines if checker.sign in line]
    errors = [line for line in found if WRONG not in line]
    if len(found) == len(errors):
        errors += ["the error that is there was not found:", *lines[-SHOWN:]]
    seconds = time.perf_counter() - start
    print(f"{checker.name} {version(checker.name)}: {len(errors)} errors ({seconds:.0f} s)", flush=True)
    print(*(f"  {line}" for line in errors[:SHOWN]), sep="\n" if errors else "", end="\n" if errors else "")
    return errors


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nox -s checkers --", description=__doc__)
    parser.add_argument("--room", type=Path, required=True, help="where fetched packages are kept")
    parser.add_argument("--every", type=int, default=1, help="take one schema in so many")
    names = [checker.name for checker in CHECKERS]
    parser.add_argument("--checkers", nargs="+", choices=names, default=names, help="ask only these")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
