"""Former names of the modules of this package, for those who still import them by these.

In the repository the package is the folder `codegen`; installed it is `triptych`. There, `Moved` also gives the modules
of `triptych` to an artifact's `prepare.py` that is written for the installed package.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # `typing` itself would cost as much as a run with nothing to do
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

PUBLIC = "triptych"
"""The name that the package is installed under."""

OLD = "codegen"
"""The name that it was installed under, and that its folder has in the repository."""

MODULES = {
    "artifacts.models.projection": "compiler.names.naming",
    "artifacts.models.runtime": "runtime",
    "artifacts.models.shape": "compiler.names.shapes",
    "artifacts.openapi.components": "render.schema_objects",
    "budget": "validation.budget",
    "build": "app.build",
    "cache": "incremental.cache",
    "changes": "versions.diff",
    "checks": "compiler",
    "checks.assemble": "compiler.lower",
    "checks.backtracking": "compiler.regex.redos",
    "checks.charsets": "compiler.regex.charsets",
    "checks.compiler": "compiler.functions",
    "checks.decode": "compiler.emit.decode",
    "checks.encode": "compiler.emit.encode",
    "checks.fast": "compiler.emit.validate",
    "checks.json_text": "compiler.emit.json_text",
    "checks.lines": "compiler.emit.body",
    "checks.narrowing": "compiler.emit.narrowing",
    "checks.patterns": "compiler.regex.translate",
    "checks.printer": "compiler.emit.printer",
    "checks.program": "compiler.analysis",
    "checks.rewriting": "compiler.regex.rewriting",
    "checks.tables": "compiler.emit.tables",
    "checks.trees": "compiler.regex.trees",
    "checks.values": "compiler.types",
    "command": "app.command",
    "config": "app.config",
    "depths": "validation.depths",
    "dialects": "schema.dialects",
    "equality": "schema.equality",
    "examples": "validation.examples",
    "gaps": "schema.unreadable",
    "grammar": "render.python_grammar",
    "graphs": "compiler.graphs",
    "groups": "compiler.components",
    "guard": "app.sandbox",
    "history": "versions.history",
    "instances": "validation.instances",
    "json_reader": "source.json_text",
    "leftovers": "incremental.cache_folder",
    "listing": "schema.listing",
    "load": "source.loader",
    "memory": "app.in_memory",
    "metaschemas": "validation.metaschema",
    "nearest": "schema.suggestions",
    "paths": "source.paths",
    "pipeline": "app.pipeline",
    "positions": "source.positions",
    "report": "app.report",
    "resolve": "schema.resolver",
    "rows": "render.table_grammar",
    "sound": "schema.recovery",
    "texts": "validation.strings",
    "toml_places": "source.toml_text",
    "unchanged": "incremental.stamp",
    "uris": "schema.uris",
    "vendor": "output.vendor",
    "verdicts": "validation.validator",
    "witnesses": "versions.counterexamples",
    "yaml_reader": "source.yaml_text",
}
"""The modules that had another name up to version 0.1, each with its new one, below the package."""

_PARTS = sorted(MODULES, key=len, reverse=True)


def hint(module: str, name: str = "") -> str:
    """Return what to import in place of a module, or of a name from it; "" if there is nothing to say."""
    package, _, below = module.partition(".")
    if f"{below}.{name}".lstrip(".") in MODULES:
        below = f"{below}.{name}".lstrip(".")
    old = next((old for old in _PARTS if f"{below}.".startswith(f"{old}.")), "")
    new = MODULES[old] + below.removeprefix(old) if old else below
    if package not in (OLD, PUBLIC) or (package == PUBLIC and not old):
        return ""
    return f"import `{PUBLIC}{'.' if new else ''}{new}`"


class Moved:
    """A finder, the first to be asked: the public name leads here, and a former name to a message."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for a module of the public name; raises ImportError for one that has a new name."""
        package, _, module = fullname.partition(".")
        if package in (OLD, PUBLIC) and module in MODULES:
            raise ModuleNotFoundError(f"there is no module {fullname} any more: {hint(fullname)}", name=fullname)
        if package != PUBLIC:
            return None
        from importlib.machinery import ModuleSpec

        return ModuleSpec(fullname, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        """Let the import system make an empty module, whose place the real one takes."""

    def exec_module(self, module: ModuleType) -> None:
        """Put the module of this package in the place of the one of its public name."""
        from importlib import import_module

        sys.modules[module.__name__] = import_module(OLD + module.__name__.removeprefix(PUBLIC))


def install() -> None:
    """Let the finder be asked, in the repository: where the package is installed it is not needed."""
    if not any(isinstance(finder, Moved) for finder in sys.meta_path):
        sys.meta_path.insert(0, Moved())
