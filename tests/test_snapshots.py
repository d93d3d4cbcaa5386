"""The snapshots: every folder of tests/cases holds a schema/ and what it makes; the repository is case zero.

`nox -s tests -- --update-snapshots` writes what these tests compare. The modules of the runtime stand in no case: they
are held against `codegen/runtime`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.app.config import Config, read_config
from codegen.app.pipeline import generate
from codegen.output.drift import compare
from codegen.output.swap import write
from tests import packages
from tests.packages import parted

ROOT = Path(__file__).parent.parent
CASES = sorted(folder.parent for folder in (ROOT / "tests" / "cases").glob("*/schema"))


def configured(case: Path) -> Config:
    """Return the configuration of a case: its own triptych.toml, if it has one."""
    if case == ROOT:
        return read_config(cwd=ROOT)
    own = case / "triptych.toml"
    return read_config(config_file=own if own.exists() else None, out=Path("expected"), cwd=case)


@pytest.mark.parametrize("case", [ROOT, *CASES], ids=lambda case: "the repository" if case == ROOT else case.name)
def test_a_schema_makes_what_is_committed(case: Path, update_snapshots: bool) -> None:
    config = configured(case)
    files = generate(config)
    if case != ROOT:  # whose package people vendor as it stands
        files, runtime = parted(files)
        assert {path.rpartition("/")[2]: text for path, text in runtime.items()} == packages.runtime()
    if update_snapshots:
        write(config.out, files, keep_away=[config.schema])
    found = compare(config.out, files, "nox -s tests -- --update-snapshots")
    assert not found, "\n\n".join(f"{finding.message}\n{finding.help}\n{finding.detail}" for finding in found)


def test_the_same_bytes_come_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = generate(read_config(cwd=ROOT))
    monkeypatch.chdir(tmp_path)
    there = generate(read_config(config_file=ROOT / "pyproject.toml", out=tmp_path / "out", cwd=tmp_path))
    assert here == there
