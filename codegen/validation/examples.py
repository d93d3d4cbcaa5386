"""Examples: those of a schema are validated against it, and where it has none, a valid one is made."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

from ..compiler.analysis import Analysis
from ..compiler.regex.on_demand import translate
from ..compiler.regex.patterns import Untranslatable
from ..findings import Finding, Rule, Severity
from ..ir import JSON, Document, Location, Subschema, escape_token
from ..read_only import plain
from ..records import dataclass
from ..schema import vocabulary
from ..schema.resolver import Resolution, resolve
from ..schema.vocabulary import DRAFT_2020_12, Value
from ..source import values
from . import metaschema
from .budget import Budget, SpentError
from .instances import MAKING_STEPS, Maker
from .validator import STEPS_A_CHARACTER, VALIDATION_STEPS, Report, reporters

INVALID_EXAMPLE: Final = Rule("example-invalid", "Every example in a schema is valid.", Severity.WARNING)
NO_EXAMPLE: Final = Rule("example-costly", "An example is made and validated in few steps.", Severity.WARNING)

_STEPS_FOR_ONE: Final = 10_000  # to validate one instance that was made
_STEPS_FOR_EACH: Final = 1_000  # for a place in a document, if others leave it none


def findings(resolution: Resolution, analysis: Analysis, documents: Iterable[Document]) -> Iterator[Finding]:
    """Yield every entry of `examples` in the documents that its own schema refuses; no artifact shows it.

    Nothing is said of a subschema that needs one of which something is left out.
    """
    public = {document.location.document for document in documents if document.public}
    places = [at for at, subschema in resolution.subschemas.items() if at.document in public and _listed(subschema)]
    if places and resolution.loose:
        undecided = analysis.applying(resolution.loose)
        places = [location for location in places if location not in undecided]
    reports = reporters(resolution, analysis, places) if places else {}
    sizes = {document.location.document: len(document.text) for document in resolution.documents}
    budgets = {uri: Budget(VALIDATION_STEPS + STEPS_A_CHARACTER * sizes[uri]) for uri in public}
    for location in places:
        budget = budgets[location.document]
        if not budget.ended:
            yield from _invalid(resolution, location, reports[location], budget)


def _invalid(resolution: Resolution, location: Location, report: Report, budget: Budget) -> Iterator[Finding]:
    """Yield what is wrong with the examples of a subschema; where the budget ends, that the rest was not validated."""
    for index, example in enumerate(_listed(resolution.subschemas[location])):
        place = resolution.place(location / "examples" / index)
        try:
            problems = report(example, budget)
        except SpentError:
            message = "validating the examples of the document takes too many steps: from this one on none is validated"
            yield Finding(NO_EXAMPLE, place, message, _SIMPLER)
            return
        if problems:
            where = f" at {problems[0].instance_location}" if problems[0].instance_location else ""
            message = f"the example is not valid: {problems[0].message}{where}"
            help = f"see {problems[0].keyword_location or 'the schema'}, or remove the example"
            yield Finding(INVALID_EXAMPLE, place, message, help)


_SIMPLER: Final = "let fewer subschemas lead to each other more than once, or remove examples"


def _listed(subschema: Subschema) -> list[JSON]:
    values = subschema.value("examples")
    return values if isinstance(values, list) else []


def maker(resolution: Resolution) -> Maker:
    """Return what makes instances of the subschemas of a resolution."""
    return Maker(resolution.subschemas)


def made(
    resolution: Resolution, reports: Mapping[Location, Report], maker: Maker
) -> tuple[dict[Location, JSON], list[Finding]]:
    """Return a valid instance of each document, and where none was found because that takes too many steps.

    It is the document's own example, else one that is made. `reports` has the function that reports
    every problem of an instance, by the root of each document.
    """
    instances: dict[Location, JSON] = {}
    costly: list[Finding] = []
    for location, report in reports.items():
        attempt = _Attempt(maker, report)
        for instance in attempt.valid(location, _listed(resolution.subschemas[location])):
            instances[location] = instance
        if location not in instances and attempt.ended:
            message = "no example was made: an instance that is short, or shown to be valid, takes too many steps"
            costly.append(Finding(NO_EXAMPLE, resolution.place(location), message, "give the schema one in `examples`"))
    return instances, costly


@dataclasses.dataclass(slots=True)
class _Attempt:
    """The search for one valid instance; `ended` says that it was given up."""

    maker: Maker
    report: Report
    ended: bool = False

    def valid(self, location: Location, listed: Iterable[JSON] = (), hidden: str = "") -> tuple[JSON, ...]:
        """Return the first valid one of the instances that are given and that can be made, nothing if none was found.

        `hidden` is `readOnly` or `writeOnly`: properties that have it are left out where they can be.
        """
        making, validating = Budget(MAKING_STEPS), Budget(VALIDATION_STEPS)
        for instances in chain([listed], self.maker.passes(location, hidden, making)):
            try:
                for instance in instances:
                    if not self.report(instance, validating.part(_STEPS_FOR_ONE)):
                        return (instance,)
            except SpentError:  # one with less in it may be easier
                self.ended = True
        self.ended = self.ended or making.ended
        return ()


class EndlessError(Exception):
    """A schema leads back to itself on the same instance; `pointer` is its place."""

    def __init__(self, pointer: str) -> None:
        super().__init__(pointer)
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Schemas:
    """Schemas within one JSON value, by JSON Pointer, ready to be asked what is valid; formats are asserted."""

    maker: Maker
    document: str
    reports: Mapping[Location, Report]
    validating: Budget

    def is_valid(self, pointer: str, instance: JSON) -> bool:
        """Return whether an instance is known to be valid against the schema at the pointer, one that was asked for."""
        try:
            return not self.reports[Location(self.document, pointer)](plain(instance), self.validating)
        except SpentError:
            return False

    def example(self, pointer: str, hidden: str = "") -> tuple[JSON, ...]:
        """Return one valid instance for the schema at the pointer, nothing if none could be made.

        `hidden` is `readOnly` or `writeOnly`: properties that have it are left out where they can be.
        """
        location = Location(self.document, pointer)
        return _Attempt(self.maker, self.reports[location]).valid(location, hidden=hidden)


def faults(schema: JSON) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a schema of 2020-12 by itself: a JSON Pointer into it, and a sentence."""
    for problem in metaschema.problems(plain(schema), DRAFT_2020_12):
        yield problem.instance_location, problem.message
    for pointer, pattern in _patterns(schema, ""):
        try:
            translate(pattern)
        except Untranslatable as error:
            yield pointer, f"the pattern {pattern!r} can't be carried over: {error}"


_INSTANCES: Final = vocabulary.named(lambda entry: entry.value is Value.INSTANCE)


def _patterns(value: JSON, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _patterns(item, f"{at}/{index}")
    for key, item in value.items() if isinstance(value, dict) else ():
        here = f"{at}/{escape_token(key)}"
        if key == "pattern" and isinstance(item, str):
            yield here, item
        elif key == "patternProperties" and isinstance(item, dict):
            yield from ((f"{here}/{escape_token(pattern)}", pattern) for pattern in item)
        if key not in _INSTANCES:
            yield from _patterns(item, here)


def schemas_in(content: JSON, pointers: Iterable[str], also: Iterable[str] = ()) -> Schemas:
    """Return the schemas of 2020-12 at the pointers in a JSON value that need be no schema itself.

    Raises `EndlessError` for a schema there, or at one of the pointers in `also`, that leads back to itself on the
    same instance.
    """
    wanted = list(pointers)
    every = [*wanted, *also]
    roots: JSON = [{"$ref": f"#{pointer.replace('%', '%25')}"} for pointer in every]
    copied = plain(content)  # the reporters look at the very type of a value
    whole = {**(copied if isinstance(copied, dict) else {}), "allOf": roots}
    resolution = resolve([values.from_value("document.json", whole)], dialect=DRAFT_2020_12, lookup=lambda uri: None)
    document = resolution.documents[0].location.document
    analysis = Analysis(resolution.subschemas, resolution.resources, assert_formats=True)
    cycles = analysis.endless(Location(document, pointer) for pointer in every)
    if cycles:
        raise EndlessError(cycles[0].pointer)
    reports = reporters(resolution, analysis, [Location(document, pointer) for pointer in wanted])
    validating = Budget(VALIDATION_STEPS + _STEPS_FOR_EACH * len(wanted))
    return Schemas(Maker(resolution.subschemas), document, reports, validating)
