"""The static passes over all subschemas: JSON types, dynamic scopes, what consumes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from codegen.checks.formats import Format, known
from codegen.checks.nodes import Context, Target
from codegen.ir import JSON, Keyword, Location, Resource, Subschema

KINDS = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})

IN_PLACE = frozenset(
    {"$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"}
)
"""The applicators that put a subschema on the very instance that they stand on."""


_NOT_APPLIED = frozenset({"$defs", "contentSchema"})


def kind_of(value: JSON) -> str:
    """Return the JSON type of a value: `integer` for a number without a fraction."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    names = {str: "string", int: "integer", list: "array", dict: "object", type(None): "null"}
    return names[type(value)]


@dataclass(frozen=True)
class Program:
    """All subschemas and resources of a run, and what can be said of them without an instance.

    `assert_formats` is whether `format` is an assertion (it always is where a vocabulary says so).
    """

    subschemas: Mapping[Location, Subschema]
    resources: Mapping[Location, Resource]
    assert_formats: bool = True
    _kinds: dict[Location, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    def __getitem__(self, location: Location) -> Subschema:
        """Return the subschema at the location."""
        return self.subschemas[location]

    def resource(self, location: Location) -> Resource:
        """Return the schema resource that the subschema belongs to."""
        return self.resources[self.subschemas[location].resource]

    def asserts_format(self, location: Location) -> bool:
        """Return whether `format` is an assertion in the subschema."""
        return self.assert_formats or self.resource(location).asserts_format

    def format(self, location: Location) -> Format | None:
        """Return the format that the subschema asserts, None if it asserts none that its dialect knows."""
        name = self.subschemas[location].value("format")
        if not isinstance(name, str) or not self.asserts_format(location):
            return None
        return known(name, self.resource(location).dialect)

    def contains_evaluates(self, location: Location) -> bool:
        """Return whether `contains` counts items as evaluated (it does since 2020-12)."""
        return self.resource(location).contains_evaluates

    # JSON types

    def kinds(self, location: Location) -> frozenset[str]:
        """Return the JSON types that a valid instance can have; never too few."""
        if location not in self._kinds:
            self._kinds[location] = KINDS  # what a reference back to here sees
            self._kinds[location] = self._find_kinds(location)
        return self._kinds[location]

    def _find_kinds(self, location: Location) -> frozenset[str]:
        subschema = self.subschemas[location]
        if subschema.boolean is not None:
            return KINDS if subschema.boolean else frozenset()
        found = KINDS
        for keyword in subschema.keywords.values():
            found &= self._kinds_by(keyword)
        return found

    def _kinds_by(self, keyword: Keyword) -> frozenset[str]:
        if keyword.name == "type":
            return type_kinds(keyword.value)
        if keyword.name == "const":
            return frozenset({kind_of(keyword.value)})
        if keyword.name == "enum" and isinstance(keyword.value, list):
            return frozenset(kind_of(value) for value in keyword.value)
        if keyword.name == "$ref" and keyword.target is not None:
            return self.kinds(keyword.target)
        branches = [self.kinds(child) for _, child in keyword.schemas]
        if keyword.name in ("anyOf", "oneOf"):
            return frozenset().union(*branches)
        if keyword.name == "allOf":
            return KINDS.intersection(*branches)
        return KINDS

    # Dynamic scope

    @cached_property
    def _anchors(self) -> Mapping[str, frozenset[Location]]:
        """All subschemas that each dynamic anchor can be bound to."""
        found: dict[str, set[Location]] = {}
        for resource in self.resources.values():
            for name, location in resource.dynamic_anchors.items():
                found.setdefault(name, set()).add(location)
        return {name: frozenset(locations) for name, locations in found.items()}

    def _edges(self, location: Location) -> Iterator[Location]:
        for keyword in self.subschemas[location].keywords.values():
            for _, child in keyword.schemas:
                yield child
            if keyword.target is not None:
                yield keyword.target
            if keyword.name == "$dynamicRef" and isinstance(keyword.value, str):
                yield from self._anchors[keyword.value]

    @cached_property
    def _wanted(self) -> Mapping[Location, frozenset[str]]:
        """For each subschema the dynamic anchors that something reachable from it looks up."""
        wanted: dict[Location, set[str]] = {}
        callers: dict[Location, list[Location]] = {}
        waiting: list[Location] = []
        for location, subschema in self.subschemas.items():
            for keyword in subschema.keywords.values():
                if keyword.name == "$dynamicRef" and isinstance(keyword.value, str):
                    wanted.setdefault(location, set()).add(keyword.value)
                    waiting.append(location)
        if waiting:
            for location in self.subschemas:
                for child in self._edges(location):
                    callers.setdefault(child, []).append(location)
        while waiting:
            location = waiting.pop()
            for caller in callers.get(location, ()):
                known = wanted.setdefault(caller, set())
                if not wanted[location] <= known:
                    known |= wanted[location]
                    waiting.append(caller)
        return {location: frozenset(names) for location, names in wanted.items()}

    def enter(self, context: Context, location: Location) -> Context:
        """Return the dynamic scope within the subschema when it is reached from the given scope.

        The outermost binding of an anchor wins (Core 2020-12, section 8.2.3.2); anchors that nothing below
        looks up are left out, so that equal code is made once.
        """
        wanted = self._wanted.get(location)
        if not wanted:
            return Context()
        bindings = dict(self.resource(location).dynamic_anchors)
        bindings.update(context.bindings)
        return Context(tuple(sorted((name, at) for name, at in bindings.items() if name in wanted)))

    def target(self, context: Context, location: Location, path: str) -> Target:
        """Return a subschema as a target in the dynamic scope, with the keyword path that leads to it."""
        return Target(location, self.enter(context, location), path)

    def referred(self, keyword: Keyword, context: Context) -> Location:
        """Return where a `$ref` or `$dynamicRef` leads in the dynamic scope."""
        if keyword.target is None:
            raise ValueError(f"a reference without a target: {keyword}")
        if keyword.name == "$dynamicRef" and isinstance(keyword.value, str):
            return dict(context.bindings).get(keyword.value, keyword.target)
        return keyword.target

    def endless(self, starts: Iterable[Location]) -> tuple[Location, ...]:
        """Return the subschemas that come back to themselves on the same instance, reached from the starts."""
        seen: set[tuple[Location, Context]] = set()
        done: set[tuple[Location, Context]] = set()
        found: dict[Location, None] = {}
        waiting = [(start, self.enter(Context(), start)) for start in starts]
        while waiting:
            state = waiting.pop()
            if state not in seen:
                seen.add(state)
                found.update(dict.fromkeys(self._circles(state, done)))
                waiting.extend(self._next(state, in_place=False))
                waiting.extend(self._next(state, in_place=True))
        return tuple(found)

    def _circles(self, start: tuple[Location, Context], done: set[tuple[Location, Context]]) -> Iterator[Location]:
        """Yield where the in-place applicators from a state lead back to one that they come from."""
        path: dict[tuple[Location, Context], None] = {}
        waiting: list[tuple[tuple[Location, Context], bool]] = [(start, False)]
        while waiting:
            state, leaving = waiting.pop()
            if leaving:
                del path[state]
                done.add(state)
            elif state in path:
                yield state[0]
            elif state not in done:
                path[state] = None
                waiting.append((state, True))
                waiting.extend((inner, False) for inner in self._next(state, in_place=True))

    def _next(self, state: tuple[Location, Context], *, in_place: bool) -> Iterator[tuple[Location, Context]]:
        """Yield the subschemas that one applies, on the same instance or on its parts."""
        location, context = state
        for keyword in self.subschemas[location].keywords.values():
            if (keyword.name in IN_PLACE) is in_place and keyword.name not in _NOT_APPLIED:
                targets = [self.referred(keyword, context)] if keyword.target else [at for _, at in keyword.schemas]
                yield from ((target, self.enter(context, target)) for target in targets)

    def only_target(self, keyword: Keyword) -> Location | None:
        """Return the one subschema that a reference can lead to in any scope, None if there are several."""
        if keyword.name == "$dynamicRef" and isinstance(keyword.value, str):
            targets = self._anchors[keyword.value]
            return next(iter(targets)) if len(targets) == 1 else None
        return keyword.target


def type_kinds(value: JSON) -> frozenset[str]:
    """Return the JSON types that the value of `type` allows, `integer` among them wherever `number` is."""
    names = value if isinstance(value, list) else [value]
    kinds = frozenset(name for name in names if isinstance(name, str))
    return kinds | {"integer"} if "number" in kinds else kinds
