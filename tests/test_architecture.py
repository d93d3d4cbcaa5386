"""Tests of the architecture: who imports whom, and where each foreign package lives."""

from __future__ import annotations

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.architecture import BESIDE, FILES, MODULES, ORDER, PACKAGE, ROOT, arrows, folder, imports, line_of, nodes

MOST_FOLDERS = 14

MAKES_FUNCTIONS = ROOT / "records.py"  # from the names of fields in our own source, as the standard library does

# What is not of the standard library has one home, so that replacing it is one file's work.
HOMES = {
    "jinja2": {"render/templates.py"},
    "datamodel_code_generator": {"artifacts/models/pydantic_flavour/generator.py"},
    "pydantic": {"runtime/pydantic_models/_pydantic.py"},
    "pydantic_core": {"runtime/pydantic_models/_pydantic.py"},
    "yaml": {"source/yaml_text.py"},
    "jsonschema_specifications": {"schema/resolver.py"},
    "referencing": {"schema/resolver.py"},
    "regex": {"compiler/regex/charsets.py"},
}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_folders_before_its_own(module: str) -> None:
    own = folder(module)
    others = {folder(target) for target in arrows()[module]} - {own}
    assert {name for name in others if line_of(name) >= line_of(own) and (own, name) not in BESIDE} == set()


def test_no_modules_import_each_other_in_a_cycle() -> None:
    try:
        TopologicalSorter(arrows()).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_everything_has_a_line_and_there_are_few_folders() -> None:
    assert {folder(module) for module in MODULES} == {name for names in ORDER for name in names}
    assert len([path for path in ROOT.iterdir() if (path / "__init__.py").exists()]) <= MOST_FOLDERS


def test_an_artifact_imports_no_other_artifact() -> None:
    for module in (module for module in MODULES if folder(module) == "artifacts"):
        targets = {target.split(".")[2] for target in arrows()[module] if folder(target) == "artifacts"}
        assert targets <= {module.split(".")[2]} if module.count(".") > 1 else not targets


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_of_ours_are_imported_relatively(path: Path) -> None:
    """So the package is the same under its two names: `codegen` in the repository, `triptych` where it is installed."""
    named = [node.module or "" for node in nodes(path) if isinstance(node, ast.ImportFrom) and not node.level]
    named += [name.name for node in nodes(path) if isinstance(node, ast.Import) for name in node.names]
    assert not {name for name in named if name.split(".")[0] in ("codegen", "triptych")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_that_is_generated_runs(path: Path) -> None:
    calls = [node.func for node in nodes(path) if isinstance(node, ast.Call)]
    refused = {"eval"} if path == MAKES_FUNCTIONS else {"exec", "eval"}
    assert not refused & {call.id for call in calls if isinstance(call, ast.Name)}


def test_a_foreign_package_has_one_home() -> None:
    homes: dict[str, set[str]] = {}
    for path in FILES:
        for _, name in imports(path):
            package = name.split(".")[0]
            if package not in sys.stdlib_module_names | {PACKAGE}:
                homes.setdefault(package, set()).add(path.relative_to(ROOT).as_posix())
    assert {package: files for package, files in homes.items() if files != HOMES.get(package)} == {}


@pytest.mark.parametrize(
    "name", ["__init__", "cli", "incremental/__init__", "incremental/stamp", "incremental/cache_folder", "printable"]
)
def test_the_front_door_opens_at_once(name: str) -> None:
    """Nothing that a bare interpreter does not have at hand is imported at the top of these."""
    tree = ast.parse((ROOT / f"{name}.py").read_text(encoding="utf-8"))
    names = {name for node in tree.body if isinstance(node, ast.Import) for name in (part.name for part in node.names)}
    names |= {node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom) if not node.level}
    assert names <= {"__future__", "os", "stat", "sys", "time"}
