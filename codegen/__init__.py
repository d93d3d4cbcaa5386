"""Triptych: JSON Schemas in, three panels out (dataclass models, OpenAPI, docs).

In Python there are two ways in: `generate` returns the text of all files of a configuration, `compile_schema` the
module of one schema's models, imported from memory. `read_config` makes a configuration as the command line does;
`Rejected` is what both raise, with every `Finding`. `ir` has the values that an artifact's `prepare.py` is given.
"""

from __future__ import annotations

TYPE_CHECKING = False  # the constant of `typing`, whose import costs more than a run with nothing to do
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import ModuleType
    from typing import Literal

    from . import ir
    from .app.config import Config
    from .findings import Finding, Place, Rejected, Rule, Severity
    from .ir import JSON

__all__ = [
    "Config",
    "Finding",
    "Place",
    "Rejected",
    "Rule",
    "Severity",
    "compile_schema",
    "generate",
    "ir",
    "read_config",
]

_HOMES = {
    "Config": "app.config",
    "Finding": "findings",
    "Place": "findings",
    "Rejected": "findings",
    "Rule": "findings",
    "Severity": "findings",
    "ir": "",
}
"""The module of each public class, which is imported on its first use."""


def __getattr__(name: str) -> object:
    """Return a public class or module on its first use (PEP 562); an ImportError names a module's new place."""
    if name in _HOMES:
        from importlib import import_module

        home = _HOMES[name]
        value = getattr(import_module(f".{home}", __name__), name) if home else import_module(f".{name}", __name__)
        globals()[name] = value
        return value
    from .moved import MODULES, hint

    if name in MODULES:
        raise ImportError(f"there is no module {__name__}.{name} any more: {hint(__name__, name)}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the public names, those too that were not used yet."""
    return sorted({*globals(), *__all__})


def read_config(
    file: Path | None = None,
    *,
    schema: Path | None = None,
    out: Path | None = None,
    package: str | None = None,
) -> Config:
    """Return what a run works on: `[tool.triptych]` of a TOML file, under what is given here.

    `file` is the configuration file (default: the `pyproject.toml` of the working folder), `schema` the folder of the
    schemas, `out` that of the generated files, both relative to the working folder, `package` the import name of the
    models. Raises `Rejected` with every finding: an unknown key, a value of the wrong type, a folder that is not
    there.
    """
    from pathlib import Path

    from .app.config import read_config

    return read_config(config_file=file, schema=schema, out=out, package=package, cwd=Path.cwd())


def generate(config: Config) -> dict[str, str]:
    """Return the text of every file by its path in the output folder; nothing is written.

    The paths are relative, with `/`: `models/...`, `openapi/...`, `docs/...`, `manifest.json`, and those of the
    configuration's own artifacts. Same input, same text, on any machine. Raises `Rejected` with every finding.
    """
    from .app.pipeline import generate  # its imports are heavy, and most importers want something else

    return generate(config)


def compile_schema(
    schema: JSON,
    *,
    uri: str = "",
    references: Mapping[str, JSON] | None = None,
    formats: Literal["assert", "annotate"] = "assert",
    dialect: str | None = None,
) -> ModuleType:
    """Return the module of one schema's models, generated and imported in memory: nothing is written.

    The module has `decode`, `encode`, `is_valid` and `problems` for Python's JSON values, `loads` and `dumps` for JSON
    text, and the schema's classes. `schema` is a JSON Schema as Python data: an object or a boolean. `uri` is where it
    was found (relative references start there: JSON Schema Core, section 9.1.2), `references` has the documents that it
    refers to by their URIs, `formats` says whether `format` is an assertion, `dialect` is the metaschema URI for a
    schema without `$schema` (default: 2020-12). Raises `Rejected` with every finding.
    """
    from .app.in_memory import compile_schema

    return compile_schema(schema, uri=uri, references=references or {}, formats=formats, dialect=dialect)


if __name__ == "codegen":  # in the repository; where it is installed, the package has its public name
    from .moved import install

    install()
