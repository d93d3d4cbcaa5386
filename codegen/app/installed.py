"""Installed tools: their versions, as pip has recorded them beside their modules.

What `importlib.metadata` does, for those that stand in a folder of `sys.path`; its import, with that of `email`, takes
a tenth of a run with little to do.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path


def version(tool: str) -> str:
    """Return the version of a tool; raises ModuleNotFoundError if it is not installed."""
    for line in record(tool).read_text(encoding="utf-8").splitlines():
        if line.startswith("Version: "):
            return line.removeprefix("Version: ").strip()
    raise LookupError(f"the record of {tool} has no version")


@cache
def record(tool: str) -> Path:
    """Return a file that changes whenever the tool is installed anew; raises ModuleNotFoundError if it is not there."""
    for folder in sys.path:
        for name in _listed(folder or "."):
            if name.endswith(".dist-info") and _normal(name.partition("-")[0]) == _normal(tool):
                return Path(folder, name, "METADATA")
    from importlib.metadata import distribution  # it knows older forms, and raises its own error

    files = distribution(tool).files or ()
    return Path(str(next(path.locate() for path in files if path.name in ("METADATA", "PKG-INFO"))))


def _listed(folder: str) -> Iterator[str]:
    try:
        yield from os.listdir(folder)
    except OSError:  # a zip, or a folder that is not there
        return


def _normal(name: str) -> str:
    """Return the name of a distribution as PEP 503 compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()
