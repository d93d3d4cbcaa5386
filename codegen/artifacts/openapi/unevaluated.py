"""Unevaluated properties and items, written without `unevaluatedProperties` and `unevaluatedItems`.

What is evaluated depends on which subschemas accept the same instance. Each combination is one case: a guard that
tests for it, and the properties and items that it evaluates (Core 2020-12, section 11). Within each case,
`unevaluatedProperties` is `additionalProperties`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from ...ir import JSON
from ...records import dataclass
from ...schema import vocabulary
from ...schema.equality import key
from ...schema.vocabulary import Role

MOST_CASES: Final = 64
"""How many cases there may be before a schema counts as too long to write."""

Target = Callable[[str], JSON]
"""Gives the schema that a reference leads to."""


@dataclass(frozen=True, slots=True)
class Case:
    """One combination of valid subschemas: its guards, and what it evaluates.

    Properties: those of `names`, those that `patterns` match. Items: the first `count`, and those that are valid
    against one of `matching`. All of either: `all_properties`, `all_items`.
    """

    guards: tuple[JSON, ...] = ()
    names: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    all_properties: bool = False
    count: int = 0
    matching: tuple[JSON, ...] = ()
    all_items: bool = False

    def __add__(self, other: Case) -> Case:
        """Return the case in which both hold."""
        return Case(
            self.guards + other.guards,
            tuple(dict.fromkeys(self.names + other.names)),
            tuple(dict.fromkeys(self.patterns + other.patterns)),
            self.all_properties or other.all_properties,
            max(self.count, other.count),
            self.matching + other.matching,
            self.all_items or other.all_items,
        )

    def guarded(self, guard: JSON) -> Case:
        """Return the case with one more guard."""
        return Case((guard,)) + self


class TooManyCasesError(Exception):
    """The cases of a schema can't be listed: there are too many, or it refers to itself."""


def without_unevaluated(schema: Mapping[str, JSON], keyword: str, target: Target) -> JSON:
    """Return what one of the two keywords asserts beside its neighbours, without it; raises TooManyCasesError."""
    rest = {key: value for key, value in schema.items() if key != keyword}
    value = schema[keyword]
    write = _unevaluated_properties if keyword == "unevaluatedProperties" else _unevaluated_items
    branches: list[JSON] = []
    for case in _cases(rest, target, ()):
        inner = write(case, value)
        branches.append({"allOf": [*case.guards, inner]} if case.guards else inner)
    return branches[0] if len(branches) == 1 else {"anyOf": branches}


def _unevaluated_properties(case: Case, value: JSON) -> JSON:
    if case.all_properties:
        return {}
    properties: JSON = {name: {} for name in case.names}
    schema: dict[str, JSON] = {"properties": properties, "additionalProperties": value}
    if case.patterns:
        schema["patternProperties"] = {pattern: {} for pattern in case.patterns}
    return schema


def _unevaluated_items(case: Case, value: JSON) -> JSON:
    if case.all_items:
        return {}
    items: JSON = {"anyOf": [*case.matching, value]} if case.matching else value
    return {"prefixItems": [{}] * case.count, "items": items} if case.count else {"items": items}


def _cases(schema: JSON, target: Target, above: tuple[str, ...]) -> list[Case]:
    """Return the cases in which the schema is valid."""
    if not isinstance(schema, dict):
        return [Case()]
    cases = [_by_itself(schema)]
    for keyword, value in schema.items():
        cases = _product(cases, _by(schema, keyword, value, target, above))
    return cases


def _by_itself(schema: Mapping[str, JSON]) -> Case:
    properties, patterns = schema.get("properties"), schema.get("patternProperties")
    prefix = schema.get("prefixItems")
    return Case(
        names=tuple(properties) if isinstance(properties, dict) else (),
        patterns=tuple(patterns) if isinstance(patterns, dict) else (),
        all_properties="additionalProperties" in schema or "unevaluatedProperties" in schema,
        count=len(prefix) if isinstance(prefix, list) else 0,
        matching=(schema["contains"],) if "contains" in schema else (),
        all_items="items" in schema or "unevaluatedItems" in schema,
    )


def _by(schema: Mapping[str, JSON], keyword: str, value: JSON, target: Target, above: tuple[str, ...]) -> list[Case]:
    """Return the cases that one keyword makes."""
    if keyword == "$ref" and isinstance(value, str):
        if value in above:
            raise TooManyCasesError
        return _cases(target(value), target, (*above, value))
    if keyword == "if":
        return _conditional(schema, target, above)
    if keyword == "oneOf" and isinstance(value, list):
        return _distinct(case.guarded(branch) for branch in value for case in _cases(branch, target, above))
    cases = [Case()]
    for guard, branch in _guarded(keyword, value):
        inner = _cases(branch, target, above)
        cases = _product(cases, inner if guard is None else _either(guard, inner))
    return cases


def _guarded(keyword: str, value: JSON) -> Iterator[tuple[JSON, JSON]]:
    """Yield the branches of a keyword that evaluate by themselves, each with its guard; None: it is valid."""
    if keyword in ("allOf", "anyOf") and isinstance(value, list):
        yield from ((branch if keyword == "anyOf" else None, branch) for branch in value)
    elif keyword == "dependentSchemas" and isinstance(value, dict):
        for name, branch in value.items():
            yield {"type": "object", "required": [name]}, branch


COVERAGE: Final = vocabulary.cover(
    "what is evaluated, in 3.0",
    {
        *("properties", "patternProperties", "additionalProperties", "unevaluatedProperties"),
        *("prefixItems", "items", "contains", "unevaluatedItems"),
        *("$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas"),
    },
    {
        "$dynamicRef": "a component has $ref in its place",
        **dict.fromkeys(("not", "propertyNames"), "it evaluates nothing"),
    },
    by_role={role: role.value for role in Role if role not in (Role.IN_PLACE, Role.ON_PARTS, Role.REFERENCE)},
)


def _conditional(schema: Mapping[str, JSON], target: Target, above: tuple[str, ...]) -> list[Case]:
    condition = schema["if"]
    valid = _product(_cases(condition, target, above), _cases(schema.get("then"), target, above))
    invalid = _cases(schema.get("else"), target, above)
    negation: JSON = {"not": condition}
    return _distinct([*(case.guarded(condition) for case in valid), *(case.guarded(negation) for case in invalid)])


def _either(guard: JSON, cases: list[Case]) -> list[Case]:
    """Return the cases with the guard, and the one without it."""
    return _distinct([*(case.guarded(guard) for case in cases), Case(({"not": guard},))])


def _distinct(cases: Iterable[Case]) -> list[Case]:
    """Return the cases, or one without guards if they all evaluate the same."""
    listed = list(cases)
    if all(len(case.guards) == 1 and _what(case) == _what(listed[0]) for case in listed):
        return [replace(listed[0], guards=())]
    return listed


def _what(case: Case) -> tuple[object, ...]:
    matching = tuple(map(key, case.matching))
    return case.names, case.patterns, case.all_properties, case.count, matching, case.all_items


def _product(one: list[Case], other: list[Case]) -> list[Case]:
    if len(one) * len(other) > MOST_CASES:
        raise TooManyCasesError
    return [first + second for first in one for second in other]
