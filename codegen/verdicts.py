"""Verdicts: what JSON Schema says of an instance, from functions that our own compiler makes and runs in memory."""

from __future__ import annotations
import __future__

import ast
import importlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from types import CodeType
from typing import Any, cast

from codegen import grammar
from codegen.artifacts.models.runtime import _runtime
from codegen.checks.compiler import Compiler
from codegen.checks.patterns import translate
from codegen.checks.program import Program
from codegen.checks.values import Values
from codegen.findings import Rejected
from codegen.ir import JSON, Location, ModuleCode
from codegen.resolve import Resolution

Problem = _runtime.Problem
Tell = Callable[[JSON], list[Problem]]
Valid = Callable[[JSON], bool]


def tellers(resolution: Resolution, program: Program, locations: Iterable[Location]) -> Mapping[Location, Tell]:
    """Return for each subschema the function that tells every problem of an instance, none of a valid one.

    Raises `Untranslatable` for a pattern that can't be carried over.
    """
    modules = {document.location.document: document.module for document in resolution.documents}
    labels = {document.location: document.module for document in resolution.documents}
    compiler = Compiler(
        program, modules, labels, Values(program, {}, {}), lambda text, at: translate(text), whole=False
    )
    names = {location: compiler.problems(location) for location in locations}
    spaces = _linked(compiler.run(), modules, _telling)
    return {location: _teller(spaces[modules[location.document]][name]) for location, name in names.items()}


def validators(made: Mapping[str, ModuleCode], modules: Mapping[str, str]) -> Mapping[str, Valid]:
    """Return for each document, by URI, the function that says whether an instance is valid, from its own module."""
    spaces = _linked(made, modules, _validating)
    return {uri: _validator(spaces[modules[uri]][module.root.valid]) for uri, module in made.items()}


def _validator(function: Any) -> Valid:
    def valid(instance: JSON) -> bool:
        try:
            return _runtime.is_valid(cast(Valid, function), instance)
        except _runtime.DecodeError:  # it is nested too deeply to say
            return False

    return valid


def _teller(function: Any) -> Tell:
    tell = cast(Callable[[JSON, str, str, list[Problem]], None], function)
    return lambda instance: list(_runtime.problems(tell, instance))


def _linked(
    made: Mapping[str, ModuleCode], modules: Mapping[str, str], wanted: Callable[[ModuleCode], Iterable[str]]
) -> Mapping[str, dict[str, object]]:
    """Return what the wanted lines of the modules define, each module with those at hand that it refers to."""
    names = set(modules.values())
    spaces = {modules[uri]: _executed(module, wanted(module), names) for uri, module in made.items()}
    values = {name: _Module(space) for name, space in spaces.items()}
    for uri, module in made.items():
        for other, alias in {**module.imports, **module.problem_imports}.items():
            spaces[modules[uri]].update({alias: values[other], f"{alias}_problems": values[other]})
    return spaces


class _Module:
    """A module as others see it: its names as attributes."""

    def __init__(self, space: dict[str, object]) -> None:
        self.__dict__ = space


def _telling(module: ModuleCode) -> Iterator[str]:
    functions = (*module.functions, *module.problem_functions)
    return chain(module.constants, module.tables, (function.source for function in functions))


def _validating(module: ModuleCode) -> Iterator[str]:
    valid = (function.source for function in module.functions if function.name.startswith("_valid_"))
    return chain(module.constants, valid)


def _executed(module: ModuleCode, lines: Iterable[str], modules: Iterable[str]) -> dict[str, object]:
    """Return what some lines of a module define; nothing runs that is not drawn from the closed grammar."""
    space: dict[str, object] = {"re": re}
    runtime = ("_runtime", *module.runtime, *module.problem_runtime)
    for name in runtime:
        space[name] = importlib.import_module(f"codegen.artifacts.models.runtime.{name}")
    others = {**module.imports, **module.problem_imports}
    head = [*_HEAD, *(f"from . import {name}" for name in sorted({*runtime}))]
    head += [
        f"from . import {name} as {alias}{suffix}"
        for name, alias in sorted(others.items())
        for suffix in ("", "_problems")
    ]
    compiled: list[CodeType] = []
    trees = _compiling(grammar.parts("\n\n".join([*head, *lines])), compiled)
    foreign = grammar.foreign(trees, {name: frozenset() for name in modules}, grammar.forms(_MODELS))
    if foreign:
        raise Rejected([grammar.finding(f"the code of {module.root.valid}", line, what) for line, what in foreign])
    for part in compiled:
        exec(part, space)
    return space


def _compiling(trees: Iterable[ast.Module], compiled: list[CodeType]) -> Iterator[ast.Module]:
    """Yield trees to be read, and keep the code of each without its imports, which nobody runs before all are read."""
    for tree in trees:
        yield tree
        tree.body = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom | ast.If)]
        compiled.append(compile(tree, "<verdicts>", "exec", __future__.annotations.compiler_flag))


_MODELS = Path(__file__).parent / "artifacts" / "models"
_HEAD = (
    "import re",
    "TYPE_CHECKING = False",
    "if TYPE_CHECKING:",
    "    from typing import Any",
    "    from ._runtime import JSON",
)
