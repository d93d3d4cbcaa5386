"""Verdicts: what JSON Schema says of an instance, by the tables of problems that our own compiler makes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from codegen.artifacts.models.runtime import _runtime, _teller
from codegen.checks.compiler import Compiler
from codegen.checks.patterns import translate
from codegen.checks.program import Program
from codegen.checks.values import Values
from codegen.ir import JSON, Location, ModuleCode
from codegen.resolve import Resolution

Problem = _teller.Problem
Tell = Callable[[JSON], list[Problem]]


def tellers(resolution: Resolution, program: Program, locations: Iterable[Location]) -> Mapping[Location, Tell]:
    """Return for each subschema the function that tells every problem of an instance, none of a valid one.

    Raises `Untranslatable` for a pattern that can't be carried over.
    """
    modules = {document.location.document: document.module for document in resolution.documents}
    labels = {document.location: document.module for document in resolution.documents}
    compiler = Compiler(
        program, modules, labels, Values(program, {}, {}), lambda text, at: translate(text), whole=False
    )
    named = {location: compiler.problems(location) for location in locations}
    tell = telling(compiler.run(), modules)
    return {location: tell(name) for location, name in named.items()}


def telling(code: Mapping[str, ModuleCode], modules: Mapping[str, str]) -> Callable[[str], Tell]:
    """Return what gives the function for a name in the tables; the code and the names of modules are by document."""
    homes = {module: uri for uri, module in modules.items()}
    teller = _teller.Teller(lambda module: json.loads(code[homes[module]].problems))
    return lambda name: _tell(teller, name)


def _tell(teller: _teller.Teller, name: str) -> Tell:
    def tell(instance: JSON) -> list[Problem]:
        try:
            return teller.problems(name, instance)
        except RecursionError as stop:
            return [_runtime.unsaid(instance, stop)]

    return tell
