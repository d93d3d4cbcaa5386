"""Dynamic scopes: which subschema a `$dynamicRef` leads to, told for each way that a subschema is reached.

OpenAPI has no dynamic references that all tools know. A subschema below which one is looked up becomes one
component for every binding of its anchors, so that each reference is a plain one (Core 2020-12, section 8.2.3.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from ...ir import Keyword, Location, Package, Subschema
from ...schema.resolver import RECURSIVE

Bindings: TypeAlias = tuple[tuple[str, Location], ...]
"""What each dynamic anchor that is looked up is bound to, sorted by anchor."""


@dataclass(frozen=True, slots=True, order=True)
class Scoped:
    """A subschema within a dynamic scope."""

    location: Location
    bindings: Bindings = ()


@dataclass(frozen=True)
class Scopes:
    """The dynamic scopes of a package."""

    package: Package

    def enter(self, bindings: Bindings, location: Location) -> Scoped:
        """Return the subschema in the scope that it has when it is reached from a scope; the outermost binding wins.

        Bindings that nothing below looks up are left out, so that what is equal stays one.
        """
        wanted = self._wanted.get(location)
        if not wanted:
            return Scoped(location)
        bound = {**self._anchors.get(self.package.subschemas[location].resource, {}), **dict(bindings)}
        return Scoped(location, tuple(sorted((name, at) for name, at in bound.items() if name in wanted)))

    def referred(self, bindings: Bindings, keyword: Keyword) -> Scoped | None:
        """Return where a `$ref` or `$dynamicRef` leads, None if the keyword is no reference."""
        if keyword.target is None:
            return None
        target = keyword.target
        if keyword.name == "$dynamicRef" and isinstance(keyword.value, str):
            target = dict(bindings).get(keyword.value, target)
        return self.enter(bindings, target)

    @cached_property
    def _anchors(self) -> Mapping[Location, Mapping[str, Location]]:
        """The dynamic anchors of each schema resource."""
        found: dict[Location, dict[str, Location]] = {}
        for location, subschema in self.package.subschemas.items():
            for name in _own_anchors(subschema):
                found.setdefault(subschema.resource, {})[name] = location
        return found

    @cached_property
    def _wanted(self) -> Mapping[Location, frozenset[str]]:
        """For each subschema the anchors that something reachable from it looks up."""
        wanted: dict[Location, set[str]] = {}
        callers: dict[Location, list[Location]] = {}
        for location, subschema in self.package.subschemas.items():
            for keyword in subschema.keywords.values():
                if keyword.name == "$dynamicRef" and isinstance(keyword.value, str):
                    wanted.setdefault(location, set()).add(keyword.value)
        if not wanted:
            return {}
        for location in self.package.subschemas:
            for child in self._edges(location):
                callers.setdefault(child, []).append(location)
        waiting = list(wanted)
        while waiting:
            location = waiting.pop()
            for caller in callers.get(location, ()):
                known = wanted.setdefault(caller, set())
                if not wanted[location] <= known:
                    known |= wanted[location]
                    waiting.append(caller)
        return {location: frozenset(names) for location, names in wanted.items()}

    def _edges(self, location: Location) -> Iterator[Location]:
        for keyword in self.package.subschemas[location].keywords.values():
            yield from (child for _, child in keyword.schemas)
            if keyword.target is not None:
                yield keyword.target
            if keyword.name == "$dynamicRef" and isinstance(keyword.value, str):
                yield from (anchors[keyword.value] for anchors in self._anchors.values() if keyword.value in anchors)


def _own_anchors(subschema: Subschema) -> Iterator[str]:
    name = subschema.value("$dynamicAnchor")
    if isinstance(name, str):
        yield name
    if subschema.value("$recursiveAnchor") is True and subschema.location == subschema.resource:
        yield RECURSIVE
