"""The validator of the browser: a package of npm, bundled once for a lock and the scripts of this folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
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
    (folder / "LICENSES.txt").write_text(_licences(), encoding="utf-8")
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


def _licences() -> str:
    """Return the licences of what the bundle holds."""
    files = sorted((HERE / "node_modules").rglob("LICENSE*"))
    kept = ("@hyperjump", "content-type", "idn-hostname", "just-curry-it", "punycode", "uuid")
    own = [file for file in files if file.relative_to(HERE / "node_modules").parts[0] in kept]
    parts = (
        f"{file.parent.relative_to(HERE / 'node_modules').as_posix()}\n\n{file.read_text('utf-8')}" for file in own
    )
    return "\n\n".join(parts)
