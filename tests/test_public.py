"""Tests of the public road: what `import triptych` gives, and the message for those who import a former name."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import codegen
from codegen import moved
from tests.architecture import MODULES, ROOT

PUBLIC = {
    *("Config", "Finding", "Place", "Rejected", "Rule", "Severity"),
    *("compile_schema", "generate", "ir", "read_config"),
}


def test_the_public_names() -> None:
    assert set(codegen.__all__) == PUBLIC
    assert set(dir(codegen)) >= PUBLIC
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = codegen.nothing


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_name_says_what_it_is(name: str) -> None:
    public = getattr(codegen, name)
    assert public.__doc__ and public.__doc__[0].isupper()
    if name in ("compile_schema", "generate", "read_config"):
        assert "Raises `Rejected`" in public.__doc__


def test_a_configuration_is_read_and_generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "a.json").write_text('{"type": "object", "properties": {"b": {"type": "string"}}}')
    (tmp_path / "pyproject.toml").write_text('[tool.triptych]\npackage = "things"\n')
    monkeypatch.chdir(tmp_path)
    files = codegen.generate(codegen.read_config())
    assert "models/things/a.py" in files
    with pytest.raises(codegen.Rejected) as caught:
        codegen.read_config(Path("nowhere.toml"))
    assert [finding.rule.id for finding in caught.value.findings] == ["config-unreadable"]
    assert isinstance(caught.value.findings[0], codegen.Finding)


def test_importing_the_package_costs_nothing() -> None:
    program = "import sys; before = set(sys.modules); import codegen; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['__future__', 'codegen', 'codegen.moved']"


def test_in_the_repository_the_public_name_leads_to_the_same_modules() -> None:
    import triptych  # type: ignore[import-not-found]

    assert triptych is codegen
    assert importlib.import_module("triptych.escapes.python") is importlib.import_module("codegen.escapes.python")
    assert importlib.import_module("triptych.ir").Package is codegen.ir.Package


@pytest.mark.parametrize(("old", "new"), moved.MODULES.items())
def test_a_former_name_is_reported_with_its_new_one(old: str, new: str) -> None:
    assert f"codegen.{new}" in MODULES
    assert moved.hint(f"codegen.{old}") == moved.hint(f"triptych.{old}") == f"import `triptych.{new}`"
    if "." not in old:
        for package in ("codegen", "triptych"):
            with pytest.raises(ImportError, match=f"import `triptych.{new}`"):
                importlib.import_module(f"{package}.{old}")
        with pytest.raises(ImportError, match=f"import `triptych.{new}`"):
            getattr(codegen, old)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("codegen", "import `triptych`"),
        ("codegen build", "import `triptych.app.build`"),
        ("codegen generate", "import `triptych`"),
        ("codegen.ir Package", "import `triptych.ir`"),
        ("codegen.checks.compiler", "import `triptych.compiler.functions`"),
        ("codegen.cache Cache", "import `triptych.incremental.cache`"),
        ("triptych.ir", ""),
        ("numpy", ""),
        ("codegenerator.build", ""),
    ],
)
def test_the_hint_for_an_import(line: str, hint: str) -> None:
    assert moved.hint(*line.split()) == hint
