"""Tests of a generated package that is not whole: what is wrong with it is told by its name."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

GENERATED = Path(__file__).parent.parent / "generated" / "models" / "models"
DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": lambda table: table.unlink(),
    "empty": lambda table: table.write_text(""),
    "cut in the middle": lambda table: table.write_text(table.read_text()[:400]),
    "cut in the JSON": lambda table: table.write_text('TABLE = "{"'),
    "with merge marks": lambda table: table.write_text("<<<<<<< ours\n" + table.read_text()),
    "no text": lambda table: table.write_bytes(b"\xff\x00"),
    "the folder is missing": lambda table: shutil.rmtree(table.parent),
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder of a copy of the generated package, which is imported as `damaged`."""
    shutil.copytree(GENERATED, tmp_path / "damaged", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / "damaged"
    for name in [name for name in sys.modules if name.partition(".")[0] == "damaged"]:
        del sys.modules[name]


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_table_of_problems_names_the_package(package: Path, damage: Callable[[Path], object]) -> None:
    damage(package / "_tables" / "session.py")
    session: ModuleType = importlib.import_module("damaged.session")
    for told in (session.problems, session.decode):
        with pytest.raises(ImportError, match="the package damaged is damaged: its table _tables/session"):
            told({})
