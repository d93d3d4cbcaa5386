"""Verdicts: what JSON Schema says of an instance, from functions that our own compiler makes and runs in memory."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any, cast

from codegen.artifacts.models.runtime import _runtime
from codegen.checks.compiler import Compiler
from codegen.checks.patterns import translate
from codegen.checks.program import Program
from codegen.checks.values import Values
from codegen.ir import JSON, Location, ModuleCode
from codegen.resolve import Resolution

Problem = _runtime.Problem
Tell = Callable[[JSON], list[Problem]]


def tellers(resolution: Resolution, program: Program, locations: Iterable[Location]) -> Mapping[Location, Tell]:
    """Return for each subschema the function that tells every problem of an instance, none of a valid one.

    Raises `Untranslatable` for a pattern that can't be carried over.
    """
    modules = {document.location.document: document.module for document in resolution.documents}
    labels = {document.location: document.module for document in resolution.documents}
    compiler = Compiler(program, modules, labels, Values(program, {}, {}), lambda text, location: translate(text))
    names = {location: compiler.problems(location) for location in locations}
    spaces = _linked({modules[uri]: _executed(module) for uri, module in compiler.run().items()})
    return {location: _teller(spaces[modules[location.document]][name]) for location, name in names.items()}


def _teller(function: Any) -> Tell:
    tell = cast(Callable[[JSON, str, str, list[Problem]], None], function)

    def told(instance: JSON) -> list[Problem]:
        problems: list[Problem] = []
        tell(instance, "", "", problems)
        return problems

    return told


def _linked(spaces: Mapping[str, dict[str, object]]) -> Mapping[str, dict[str, object]]:
    """Return the modules with each of them at hand in all others, under the names that the code has for them."""
    for space in spaces.values():
        for module in spaces:
            space[f"_{module}"] = space[f"_{module}_problems"] = SimpleNamespace()
    for space in spaces.values():
        for module, other in spaces.items():
            cast(SimpleNamespace, space[f"_{module}"]).__dict__.update(other)
    return spaces


def _executed(module: ModuleCode) -> dict[str, object]:
    functions = [function.source for function in (*module.functions, *module.problem_functions)]
    lines = ["from __future__ import annotations", *module.constants, *module.tables, *functions]
    space: dict[str, object] = {"re": re}
    for name in ("_runtime", *module.runtime, *module.problem_runtime):
        space[name] = importlib.import_module(f"codegen.artifacts.models.runtime.{name}")
    exec(compile("\n".join(lines), "<verdicts>", "exec"), space)
    return space
