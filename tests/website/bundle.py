"""The validator of the browser: a package of npm, bundled once for a lock and the scripts of this folder."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


class BundleError(Exception):
    """The bundle could not be made; the text says why."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The folder of the bundle: `box.js` with `box.css`, `validator.js` that it loads, and the licences."""

    folder: Path


def made(folder: Path) -> Bundle:
    """Return the bundle, made in the folder; raises BundleError."""
    install()
    folder.mkdir(parents=True)
    _run("node", "bundle.mjs", str(folder))
    shutil.copy(HERE / "box.css", folder)
    packages = folder / "packages.json"
    text = licences([HERE / name for name in json.loads(packages.read_text(encoding="utf-8"))])
    packages.unlink()
    (folder / "LICENSES.txt").write_text(text, encoding="utf-8")
    return Bundle(folder)


def install() -> None:
    """Install the locked packages, unless they are there already; raises BundleError."""
    lock = (HERE / "package-lock.json").read_bytes()
    stamp = HERE / "node_modules/.locked"
    wanted = hashlib.sha256(lock).hexdigest()
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        _run("npm", "ci")
        stamp.write_text(wanted, encoding="utf-8")


def _run(*command: str) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise BundleError(f"{command[0]} is missing: install Node.js 20 or newer, or leave the box out with --no-box")
    done = subprocess.run([program, *command[1:]], cwd=HERE, capture_output=True, text=True, env=os.environ)
    if done.returncode:
        raise BundleError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def licences(packages: Iterable[Path]) -> str:
    """Return the licences of the packages, each below its name; raises BundleError for one that has none."""
    found = {package: _files(package) for package in packages}
    without = [package.name for package, files in found.items() if not files]
    if without:
        raise BundleError(f"no licence stands in the bundled packages {', '.join(without)}")
    texts = ((package, file.read_text("utf-8")) for package, files in found.items() for file in files)
    return "\n\n".join(f"{_name(package)}\n\n{text}" for package, text in texts)


def _files(package: Path) -> list[Path]:
    """Return the files of a package that hold its licence, however that is spelt."""
    return sorted(file for file in package.iterdir() if file.is_file() and _LICENCE.match(file.name))


_LICENCE = re.compile(r"(?:un)?licen[cs]e|copying", re.IGNORECASE)


def _name(package: Path) -> str:
    return package.as_posix().rpartition("node_modules/")[2]
