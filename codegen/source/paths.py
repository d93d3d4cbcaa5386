"""Paths that people name: what they lead to, without an error where they lead nowhere."""

from __future__ import annotations

import os
from pathlib import Path

NOT_THERE = "is not there"


def real(path: Path) -> Path:
    """Return the path with its links followed; `Path.resolve` raises for a cycle of links."""
    return Path(os.path.realpath(path))


def not_a_folder(path: Path) -> str:
    """Return in words why a path is not a folder, "" if it is one."""
    return not_there(path) or ("" if os.path.isdir(path) else "is not a folder")


def not_there(path: Path) -> str:
    """Return in words why nothing can be found at a path, "" if something is there."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return NOT_THERE
    except (OSError, ValueError) as error:  # a name too long, a cycle of links, a folder that can't be searched
        return f"can't be accessed: {getattr(error, 'strerror', None) or error}"
    return ""


def working_folder() -> Path | None:
    """Return the working folder, None if it was deleted."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return None
