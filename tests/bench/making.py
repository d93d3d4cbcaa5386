"""The models of every contestant, made from the same schemas: ours, and three kinds of datamodel-code-generator's."""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = ("session", "jobs", "backend", "unbounded")
SETTINGS = {"ours": "", "frozen": "frozen = true", "auto": 'json = "auto"'}
"""Our own kinds of models, each with what it sets in `[tool.triptych.models]`."""
KINDS = {"pydantic": "pydantic_v2.BaseModel", "msgspec": "msgspec.Struct", "plain": "dataclasses.dataclass"}


@dataclass(frozen=True, slots=True)
class Models:
    """Schemas by document, and for each kind of models (one of SETTINGS or KINDS) its modules by document."""

    schemas: Mapping[str, object]
    modules: Mapping[str, Mapping[str, ModuleType]]


def make(room: Path) -> Models:
    """Return the models of the three documents, made and imported from the folder."""
    schemas = room / "schema"
    shutil.copytree(Path(__file__).parent / "schema", schemas)
    shutil.copy(ROOT / "schema" / "session.json", schemas)
    names = (Path(__file__).parent / "triptych.toml").read_text(encoding="utf-8")
    for kind, setting in SETTINGS.items():
        config = room / f"{kind}.toml"
        config.write_text(f"{names}[tool.triptych.models]\n{setting}\n", encoding="utf-8")
        generate(schemas, room / out(kind), kind, "--config", str(config))
    for kind in KINDS:
        for document in DOCUMENTS:
            generate_other(schemas / f"{document}.json", room / "others" / f"{kind}_{document}.py", kind)
    sys.path[:0] = [*(str(room / out(kind) / "models") for kind in SETTINGS), str(room / "others")]
    modules = {kind: {d: importlib.import_module(f"{kind}_{d}") for d in DOCUMENTS} for kind in KINDS}
    modules |= {kind: {d: importlib.import_module(f"{kind}.{d}") for d in DOCUMENTS} for kind in SETTINGS}
    return Models({d: json.loads((schemas / f"{d}.json").read_text(encoding="utf-8")) for d in DOCUMENTS}, modules)


def out(kind: str) -> str:
    """Return the name of the folder of one of our own kinds."""
    return "out" if kind == "ours" else f"out_{kind}"


def generate(schemas: Path, out: Path, package: str, *options: str, root: Path = ROOT) -> None:
    """Write our package of a folder of schemas to `out/models`, by this checkout or by another one."""
    command = [sys.executable, "-m", "codegen", "generate", "--schema", str(schemas), "--out", str(out)]
    subprocess.run([*command, "--package", package, *options], check=True, cwd=root)


def generate_other(source: Path, made: Path, kind: str) -> None:
    """Write the models of a kind for one schema, or for a folder of them."""
    made.parent.mkdir(parents=True, exist_ok=True)
    options = ["--formatters", "builtin", "--disable-timestamp", "--keyword-only", "--target-python-version", "3.11"]
    if kind == "pydantic":
        options += ["--extra-fields", "allow"]
    else:
        options += ["--output-datetime-class", "datetime"]
    command = [sys.executable, "-m", "datamodel_code_generator", "--input", str(source), "--output", str(made)]
    kinds = ["--input-file-type", "jsonschema", "--output-model-type", KINDS[kind]]
    subprocess.run([*command, *kinds, *options], check=True)


def root(module: ModuleType, document: str) -> type:
    """Return the class of a document's root: a generator may have taken its name from the title."""
    names = (document.title(), "IbmQuantumRuntimeSession")
    found: type = next(getattr(module, name) for name in names if hasattr(module, name))
    return found
