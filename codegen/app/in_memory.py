"""Models in memory: the generated package of one schema is imported from strings, for a REPL, a test, a notebook."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from itertools import count
from types import CodeType, ModuleType

from ..ir import JSON, Package
from ..render import templates
from ..schema.dialects import DRAFT_2020_12
from ..schema.resolver import attempt
from ..source import values
from ..source.loader import Source
from . import build, name_overrides
from .artifact_toml import read_artifact

_PATH = "schema.json"


def compile_schema(
    schema: JSON,
    *,
    uri: str,
    references: Mapping[str, JSON],
    formats: str,
    dialect: str | None,
    flavours: Sequence[JSON] = (),
    schemas: bool = False,
) -> ModuleType:
    """Return the module of one schema's models; `codegen.compile_schema` says more.

    Those of the `flavours` are imported by their own names, from the package that the module is of. With `schemas`
    it has `json_schema`.
    """

    def lookup(target: str) -> Source | None:
        key = target if target in references else target + "#"
        return values.from_value(target, references[key]) if key in references else None

    source = values.from_value(_PATH, schema)
    retrieval = {_PATH: uri} if uri else {}
    resolution, findings = attempt([source], dialect=dialect or DRAFT_2020_12, lookup=lookup, retrieval=retrieval)
    name = new_name()
    built = build.build(resolution, package=name, formats=formats, names={}, before=name_overrides.Before(findings))
    return module_of(built.package, "schema", flavours, schemas=schemas)


def new_name() -> str:
    """Return the name of a package that nothing else has."""
    return f"_triptych_models_{next(_NUMBERS)}"


def module_of(package: Package, module: str, flavours: Sequence[JSON] = (), *, schemas: bool = False) -> ModuleType:
    """Return a module of a package with a new name: its models are printed, and imported from memory."""
    models = read_artifact(templates.BUNDLED / "models")
    settings: dict[str, JSON] = {"version": "0", "distribution": package.name, "frozen": False, "json": "standard"}
    settings.update(flavours=list(flavours), schemas=schemas)
    files = {file.path: file.text for file in templates.render(package, [models], {"models": settings})}
    return _imported(package.name, files, module)


_NUMBERS = count(1)


class _Packages(MetaPathFinder, InspectLoader):
    """Finds and loads the modules of packages that are kept as text."""

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}
        self.packages: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a module that is kept here."""
        if fullname not in self.sources:
            return None
        return spec_from_loader(fullname, self, is_package=self.is_package(fullname))

    def get_source(self, fullname: str) -> str:
        """Return a module's text, which tracebacks and `inspect` show."""
        return self.sources[fullname]

    def get_code(self, fullname: str) -> CodeType:
        """Return a module's code; that of the runtime is the same in every package."""
        return _code(self.sources[fullname])

    def is_package(self, fullname: str) -> bool:
        """Return whether other modules stand below the module."""
        return fullname in self.packages


@lru_cache(maxsize=64)
def _code(text: str) -> CodeType:
    return compile(text, "<string>", "exec", dont_inherit=True)


_PACKAGES = _Packages()


def _imported(name: str, files: Mapping[str, str], module: str) -> ModuleType:
    """Return a module of a package, imported under a name that nothing else has."""
    for path, text in files.items():
        if path.endswith(".py"):
            parts = path.removesuffix(".py").split("/")[1:]
            if parts[-1] == "__init__":
                _PACKAGES.packages.add(".".join(parts := parts[:-1]))
            _PACKAGES.sources[".".join(parts)] = text
    if _PACKAGES not in sys.meta_path:
        sys.meta_path.append(_PACKAGES)
    return importlib.import_module(f"{name}.{module}")
