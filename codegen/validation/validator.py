"""Validation of instances by the tables of problems that our own compiler makes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol

from ..compiler.analysis import Analysis
from ..compiler.compilation import Compilation
from ..compiler.functions import Compiler
from ..compiler.regex.on_demand import translate
from ..compiler.types import Values
from ..ir import JSON, Location, ModuleCode
from ..runtime._errors import undecided
from ..runtime._problem import Problem as Problem
from ..runtime._reporter import Reporter, Tables
from ..schema.resolver import Resolution
from .budget import Budget

VALIDATION_STEPS: Final = 60_000
"""What validating the instances of one document may cost: rows of the tables, and this much for a character of it."""
STEPS_A_CHARACTER: Final = 5


class Report(Protocol):
    """Reports every problem of an instance, none of a valid one; raises SpentError if that exceeds the budget."""

    def __call__(self, instance: JSON, budget: Budget | None = None, /) -> list[Problem]: ...  # noqa: D102


class _Counting(Tables):
    """Tables that count the rows of every subschema that an instance is held against."""

    budget: Budget | None = None

    def subschema(self, name: str) -> list[Any]:
        uri_and_rows = super().subschema(name)
        if self.budget is not None:
            self.budget.spend(1 + len(uri_and_rows[1]))
        return uri_and_rows


def reporters(resolution: Resolution, analysis: Analysis, locations: Iterable[Location]) -> Mapping[Location, Report]:
    """Return for each subschema the function that reports every problem of an instance, none of a valid one.

    Raises `Untranslatable` for a pattern that can't be carried over.
    """
    named, tables = problem_tables(resolution, analysis, locations)
    counting = _Counting(lambda module: json.loads(tables[module]))
    return {location: _report(counting, name) for location, name in named.items()}


def problem_tables(
    resolution: Resolution, analysis: Analysis, locations: Iterable[Location]
) -> tuple[Mapping[Location, str], Mapping[str, str]]:
    """Return the names of subschemas in the tables of problems, and the text of each table by its module.

    Raises `Untranslatable` for a pattern that can't be carried over.
    """
    modules = {document.location.document: document.module for document in resolution.documents}
    labels = {document.location: document.module for document in resolution.documents}
    compilation = Compilation(analysis, modules, labels, Values(analysis, {}, {}), whole=False)
    requests = {location: compilation.entry("problems", location) for location in locations}
    compiled = Compiler(compilation, modules, lambda text, at: translate(text)).run(asked=requests.values())
    named = {location: compilation.table(request) for location, request in requests.items()}
    return named, {modules[uri]: code.problems for uri, code in compiled.modules.items()}


def by_code(code: Mapping[str, ModuleCode], modules: Mapping[str, str]) -> Callable[[str], Report]:
    """Return what gives the function for a name in the tables; the code and the names of modules are by document.

    Each function keeps the tables that it comes to for itself, and as long as it is there.
    """
    homes = {module: uri for uri, module in modules.items()}

    def read(module: str) -> Mapping[str, list[Any]]:
        table: Mapping[str, list[Any]] = json.loads(code[homes[module]].problems)
        return table

    return lambda name: _report(_Counting(read), str(name))  # the reporter looks at the very type of what its rows hold


def reporter(tables: Mapping[str, Mapping[str, list[Any]]], name: str) -> Report:
    """Return the function that reports every problem, for a name in tables that were made before, by their modules."""
    return _report(_Counting(tables.__getitem__), name)


def _report(counting: _Counting, name: str) -> Report:
    reporter = Reporter(counting, dearest=0)  # a test would spare a part its rows, and these are what is counted

    def report(instance: JSON, budget: Budget | None = None, /) -> list[Problem]:
        counting.budget = budget
        try:
            return reporter.problems(name, instance)
        except RecursionError as stop:
            return [undecided(instance, stop)]

    return report
