"""Metaschemas: every document is held against its dialect's, which is compiled like any other schema."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

from codegen.artifacts.models.runtime import _formats, _runtime
from codegen.checks.compiler import Compiler
from codegen.checks.patterns import translate
from codegen.checks.program import Program
from codegen.checks.values import Values
from codegen.dialects import DIALECTS
from codegen.findings import Finding
from codegen.ir import JSON, Location, ModuleCode
from codegen.load import place
from codegen.resolve import INVALID_SCHEMA, Resolution, bundled, resolve

Tell = Callable[[JSON, str, str, list[_runtime.Problem]], None]


def findings(resolution: Resolution) -> Iterator[Finding]:
    """Yield what the metaschema of its dialect says against each document.

    A custom dialect's keywords are those of the drafts, so its documents are held against the default's metaschema.
    """
    for document in resolution.documents:
        if document.public and document.dialect in DIALECTS:
            problems: list[_runtime.Problem] = []
            _teller(document.dialect)(document.content, "", "", problems)
            source = resolution.sources[document.location.document]
            for problem in problems:
                told = place(source, problem.instance_location)
                message = f"the schema is not valid: {problem.message}, not {problem.value}"
                cure = f"see {problem.absolute_keyword_location}"
                yield Finding(INVALID_SCHEMA, told, message, cure)


@cache
def _teller(dialect: str) -> Tell:
    """Return the function that tells every problem of a schema, made by our own compiler."""
    source = bundled(dialect)
    if source is None:
        raise LookupError(f"no bundled metaschema {dialect}")
    resolution = resolve([source], dialect=dialect, lookup=lambda uri: None, retrieval={source.path: dialect})
    program = Program(resolution.subschemas, resolution.resources, assert_formats=False)
    modules = {document.location.document: document.module for document in resolution.documents}
    labels = {document.location: document.module for document in resolution.documents}
    values = Values(program, {}, {})
    compiler = Compiler(program, modules, labels, values, lambda text, location: translate(text))
    name = compiler.problems(Location(dialect))
    code = compiler.run()
    spaces = {modules[uri]: _executed(module) for uri, module in code.items()}
    for space in spaces.values():
        for module, other in spaces.items():
            space[f"_{module}"] = space[f"_{module}_problems"] = SimpleNamespace(**other)
    for space in spaces.values():
        for module, other in spaces.items():
            space[f"_{module}"].__dict__.update(other)
            space[f"_{module}_problems"].__dict__.update(other)
    teller: Any = spaces[modules[dialect]][name]
    return cast(Tell, teller)


def _executed(module: ModuleCode) -> dict[str, object]:
    functions = [function.source for function in (*module.functions, *module.problem_functions)]
    lines = ["from __future__ import annotations", *module.constants, *module.tables, *functions]
    space: dict[str, object] = {"re": re, "_runtime": _runtime, "_formats": _formats}
    for name in module.runtime:
        space[name] = importlib.import_module(f"codegen.artifacts.models.runtime.{name}")
    exec(compile("\n".join(lines), "<metaschema>", "exec"), space)
    return space
