"""Tests of the house: who imports whom, and where each foreign package lives; read with ast, nothing is imported."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "codegen"

# A module may import only what its line names: a row that is no module names a folder and all that is in it.
MAY_IMPORT = {
    "findings": "",
    "ir": "",
    "runtime": "",
    "read_only": "ir",
    "equality": "ir read_only runtime",
    "listing": "equality ir runtime",
    "graphs": "",
    "budget": "",
    "names": "",
    "uris": "",
    "printable": "",
    "leftovers": "",
    "unchanged": "leftovers printable",
    "cache": "ir leftovers",
    "dialects": "ir",
    "escapes": "ir",
    "paths": "",
    "toml_places": "findings",
    "config": "findings ir paths toml_places",
    "report": "findings printable",
    "positions": "findings ir",
    "json_reader": "ir positions",
    "yaml_reader": "ir positions",
    "load": "findings ir json_reader positions yaml_reader",
    "nearest": "ir positions",
    "resolve": "dialects findings ir load names nearest uris",
    "gaps": "resolve uris",
    "sound": "findings ir resolve",
    "checks": "dialects equality escapes findings graphs ir listing names runtime",
    "texts": "budget checks runtime",
    "depths": "checks ir listing",
    "instances": "budget checks depths ir listing texts",
    "rows": "",
    "grammar": "findings names rows",
    "verdicts": "budget checks ir resolve runtime",
    "metaschemas": "checks dialects findings ir load nearest resolve sound verdicts",
    "examples": "budget checks dialects findings instances ir load metaschemas read_only resolve verdicts",
    "changes": "checks ir listing",
    "witnesses": "budget changes checks instances ir verdicts",
    "history": "changes checks findings ir load resolve verdicts witnesses",
    "artifacts": "cache equality escapes examples findings ir listing names read_only",  # and each artifact only itself
    "groups": "escapes graphs ir resolve",
    "build": "artifacts cache checks escapes examples findings groups ir metaschemas names"
    " nearest resolve sound verdicts",
    "guard": "findings",
    "render": "cache escapes findings grammar ir names paths read_only toml_places",
    "output": "findings paths",
    "vendor": "findings output",
    "pipeline": "build cache config findings gaps guard history ir load output paths render resolve",
    "command": "cache config findings guard output paths pipeline report unchanged vendor",
    "cli": "command unchanged",
    "__main__": "cli",
    "memory": "build dialects ir load render resolve",
    "__init__": "config ir memory pipeline",
}

# What is not of the standard library has one home, so that replacing it is one file's work.
HOMES = {
    "jinja2": {"render.py"},
    "datamodel_code_generator": {"artifacts/models/shape.py"},
    "yaml": {"yaml_reader.py"},
    "jsonschema_specifications": {"resolve.py"},
    "referencing": {"resolve.py"},
    "regex": {"checks/charsets.py"},
}

# The runtime is what every generated package holds as it is: a room of its own, with the standard library only.
RUNTIME = ROOT / "artifacts" / "models" / "runtime"
FILES = sorted(ROOT.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of all that a file imports, wherever in the file; names of ours as `codegen.x.y`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= (RUNTIME in path.parents), f"{path}:{node.lineno} has a relative import"
            above = ".".join(("codegen", *path.relative_to(ROOT).parent.parts)) + "." if node.level else ""
            yield from (f"{above}{node.module or ''}.{name.name}" for name in node.names)


def room(path: Path) -> str:
    """Return the row of the table that a file belongs to."""
    return "runtime" if RUNTIME in path.parents else path.relative_to(ROOT).with_suffix("").parts[0]


def reached(path: Path) -> set[str]:
    """Return the rows of the table that a file imports from."""
    names = [name.split(".") for name in imports(path) if name.startswith("codegen.")]
    return {"runtime" if "runtime" in name else name[1] for name in names}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_imports_only_from_modules_before_it(path: Path) -> None:
    own = room(path)
    allowed = {*MAY_IMPORT[own].split(), own}
    assert reached(path) <= allowed


def test_an_artifact_imports_no_other_artifact() -> None:
    for path in (path for path in FILES if room(path) == "artifacts"):
        parts = [name.split(".") for name in imports(path) if name.startswith("codegen.artifacts.")]
        assert {part[2] for part in parts} <= {path.relative_to(ROOT).parts[1]}, path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_that_is_generated_runs(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    assert not {"exec", "eval"} & {call.id for call in calls if isinstance(call, ast.Name)}


def test_every_room_is_in_the_table() -> None:
    assert {room(path) for path in FILES} <= MAY_IMPORT.keys()


def test_a_foreign_package_has_one_home() -> None:
    homes: dict[str, set[str]] = {}
    for path in FILES:
        for name in imports(path):
            package = name.split(".")[0]
            if package not in sys.stdlib_module_names | {"codegen"}:
                homes.setdefault(package, set()).add(path.relative_to(ROOT).as_posix())
    assert {package: files for package, files in homes.items() if files != HOMES.get(package)} == {}


@pytest.mark.parametrize("name", ["__init__", "cli", "unchanged", "leftovers", "printable"])
def test_the_front_door_opens_at_once(name: str) -> None:
    """Nothing that a bare interpreter does not have at hand is imported at the top of these."""
    tree = ast.parse((ROOT / f"{name}.py").read_text(encoding="utf-8"))
    names = {name for node in tree.body if isinstance(node, ast.Import) for name in (part.name for part in node.names)}
    names |= {node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert names <= {"__future__", "os", "stat", "sys", "time", "codegen", "codegen.printable"}
