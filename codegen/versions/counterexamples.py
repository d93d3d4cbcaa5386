"""Counterexamples: instances that one version of a schema accepts and another refuses, because of a certain change."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from itertools import islice
from typing import Final, TypeAlias

from ..compiler.analysis import Analysis
from ..ir import JSON, Location, Subschema, escape_token
from ..records import dataclass
from ..schema import vocabulary
from ..schema.equality import equal
from ..schema.vocabulary import IN_PLACE, Holds, Role
from ..validation.budget import Budget, SpentError
from ..validation.instances import Maker
from ..validation.validator import Problem, Report
from .diff import Step

_MOST_TRIES: Final = 150  # values for one place
_MOST_CUTS: Final = 1000  # attempts to make one smaller
_BASES: Final = 2
_SAMPLES: Final[tuple[JSON, ...]] = (None, True, 0, 1.5, -1, "text", "", [], [0, 0], {}, {"other": 0})
_LONGEST: Final = 1000
_STEPS: Final = 1_000_000  # to validate what is tried for one change; an instance that is not decided shows nothing

Way: TypeAlias = "tuple[tuple[str | int, Location], ...]"
"""How one gets from an instance to the part that a subschema is for: keys and indices, each with its subschema."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document: its root, what reports the problems of an instance, and what makes instances."""

    analysis: Analysis
    root: Location
    report: Report
    ways: Mapping[Location, Way]
    maker: Maker
    bases: tuple[JSON, ...] = ()
    budget: Budget = field(default_factory=lambda: Budget(_STEPS))
    _made: dict[Location, list[JSON]] = field(default_factory=dict)

    def is_valid(self, instance: JSON) -> bool:
        """Return whether an instance is known to be valid."""
        return self._reported(instance) == []

    def problems(self, instance: JSON) -> list[Problem]:
        """Return what is known to be wrong with an instance."""
        return self._reported(instance) or []

    def _reported(self, instance: JSON) -> list[Problem] | None:
        try:
            return None if self.budget.ended else self.report(instance, self.budget)
        except SpentError:
            return None

    def made(self, location: Location) -> list[JSON]:
        """Return instances for a subschema; not all of them are valid."""
        if location not in self._made:
            instances = self.maker.instances(location) if location in self.analysis.subschemas else ()
            self._made[location] = list(islice(instances, 8))
        return self._made[location]


def version(analysis: Analysis, root: Location, report: Report) -> Version:
    """Return a version of the document with that root."""
    maker = Maker(analysis.subschemas)
    bare = Version(analysis, root, report, _ways(analysis.subschemas, root), maker)
    valid = list(islice((one for one in islice(maker.instances(root), 40) if bare.is_valid(one)), _BASES))
    least = [_smallest(one, bare.is_valid) for one in valid[:1]]
    return replace(bare, bases=(*least, *valid))


def counterexample(step: Step, valid: Version, refused: Version, places: tuple[Location, Location]) -> tuple[JSON, ...]:
    """Return an instance, as small as was found, that the change makes invalid; () if none was found.

    One that nothing else makes invalid comes first. `places` are those of the changed subschema, in the version where
    the instance is valid and in the one that refuses it.
    """
    way = valid.ways.get(places[0], refused.ways.get(places[1]))
    if way is None:
        return ()
    valid, refused = (replace(side, budget=Budget(_STEPS)) for side in (valid, refused))
    blamed = _Blamed(step, valid, refused, places[1], tuple(key for key, _ in way))
    part = next((part for base in valid.bases if (part := _part(base, way)) is not None), None)
    values = list(islice(_values(step, valid, refused, places, part), _MOST_TRIES))
    bases = (*(base for base in refused.bases if valid.is_valid(base)), *valid.bases)
    tries = (_planted(valid, base, way, value) for base in bases for value in values)
    other: tuple[JSON, ...] = ()
    for one in tries:
        if blamed.shows_alone(one):
            return (_smallest(one, blamed.shows_alone),)
        if not other and blamed.shows(one):
            other = (one,)
    return tuple(_smallest(one, blamed.shows) for one in other)


@dataclass(frozen=True, slots=True)
class _Blamed:
    """The question whether an instance is refused because of the change."""

    step: Step
    valid: Version
    refused: Version
    place: Location
    keys: tuple[str | int, ...]

    def shows(self, instance: JSON) -> bool:
        """Return whether the instance is valid in the one version, and refused in the other for this cause too."""
        return any(map(self._is_cause, self.refused.problems(instance))) and self.valid.is_valid(instance)

    def shows_alone(self, instance: JSON) -> bool:
        """Return whether there is no other cause."""
        problems = self.refused.problems(instance)
        return bool(problems) and all(map(self._is_cause, problems)) and self.valid.is_valid(instance)

    def _is_cause(self, problem: Problem) -> bool:
        """Return whether the changed keyword reports the problem, or one that takes what it leaves over."""
        subschema = self.refused.analysis[self.place]
        here = subschema.uri if "#" in subschema.uri else f"{subschema.uri}#"
        keyword = subschema.keywords.get(self.step.keyword)
        keyword_uri = problem.absolute_keyword_location
        if not self.step.keyword:
            return keyword_uri == here or keyword_uri.startswith(f"{here}/")
        if problem.keyword in _REPORTING_FOR_ALL and _is_below(here, keyword_uri):
            return True
        if keyword is not None and keyword.target is not None:
            return f"/{keyword.written}/" in f"{problem.keyword_location}/"
        token = self.step.token if self.step.keyword in _BY_NAME else ""
        if keyword is not None and not token:
            return _is_below(keyword_uri, f"{here}/{escape_token(keyword.written)}")
        inside = f"{''.join(f'/{escape_token(str(key))}' for key in self.keys)}/{escape_token(token)}"
        return _is_below(problem.instance_location, inside) and _is_below(keyword_uri, here)


_BY_NAME: Final = ("properties", "patternProperties")
_REPORTING_FOR_ALL: Final = {*vocabulary.holding(Holds.SOME, Holds.ONE, Holds.NONE), "contains"}
"""Keywords that report one problem for all that is below them."""


def _is_below(pointer: str, above: str) -> bool:
    return pointer == above or pointer.startswith(f"{above}/")


# Ways


def _ways(subschemas: Mapping[Location, Subschema], root: Location) -> dict[Location, Way]:
    """Return the shortest way to each subschema that an instance of the root can get to by names that are known."""
    ways: dict[Location, Way] = {root: ()}
    queue = deque([root])
    while queue:
        here = queue.popleft()
        for below, steps in _next(subschemas[here]):
            if below not in ways:
                ways[below] = (*ways[here], *((step, below) for step in steps))
                queue.append(below)
    return ways


def _next(subschema: Subschema) -> Iterator[tuple[Location, tuple[str | int, ...]]]:
    for name, keyword in subschema.keywords.items():
        if keyword.target is not None:
            yield keyword.target, ()
        for token, below in keyword.schemas:
            if name in IN_PLACE:
                yield below, ()
            elif name in ("properties", "prefixItems"):
                yield below, (int(token) if name == "prefixItems" else token,)
            elif name in ("items", "contains", "unevaluatedItems"):
                yield below, (len(tuple(_children(subschema, "prefixItems"))),)
            elif name in ("additionalProperties", "unevaluatedProperties"):
                yield below, ("other",)


COVERAGE: Final = vocabulary.cover(
    "the ways to a changed subschema",
    {
        *("properties", "prefixItems", "items", "contains", "unevaluatedItems"),
        *("additionalProperties", "unevaluatedProperties"),
    },
    dict.fromkeys(("patternProperties", "propertyNames"), "no name is known for it; what changes below is not decided"),
    by_role={role: role.value for role in Role if role is not Role.ON_PARTS},
)


def _part(instance: JSON, way: Way) -> JSON:
    for key, _ in way:
        if isinstance(instance, dict):
            instance = instance.get(str(key))
        elif isinstance(instance, list) and isinstance(key, int):
            instance = next(iter(instance[key : key + 1]), None)
        else:
            return None
    return instance


def _planted(valid: Version, base: JSON, way: Way, value: JSON, at: int = 0) -> JSON:
    """Return the instance with the value at the end of the way; what is missing before it is made."""
    if at == len(way):
        return copy.deepcopy(value)
    key, _ = way[at]
    if isinstance(key, str):
        members = dict(base) if isinstance(base, dict) else {}
        members[key] = _planted(valid, members.get(key, _first(valid, way, at)), way, value, at + 1)
        return members
    row = list(base) if isinstance(base, list) else []
    row += [copy.deepcopy(_first(valid, way, at)) for _ in range(key + 1 - len(row))]
    row[key] = _planted(valid, row[key], way, value, at + 1)
    return row


def _first(valid: Version, way: Way, at: int) -> JSON:
    return next(iter(valid.made(way[at][1])), None)


# Values for the place of the change


def _values(
    step: Step, valid: Version, refused: Version, places: tuple[Location, Location], base: JSON
) -> Iterator[JSON]:
    """Yield values that may be valid before and not after, or the reverse; the likeliest first."""
    for value in (*step.before, *step.after):
        yield from _near(step.keyword, value, base)
    for side, place in ((valid, places[0]), (refused, places[1])):
        for value in side.made(place):
            yield from _touched(step, value, side, place)
    if isinstance(base, dict):
        yield from _touched(step, base, valid, places[0])
        yield {**base, "other": 0}
        yield from ({key: item for key, item in base.items() if key != name} for name in base)
    yield from _SAMPLES


def _near(keyword: str, value: JSON, base: JSON) -> Iterator[JSON]:
    """Yield values at and beside what a keyword says."""
    if keyword in ("enum", "const", "default"):
        yield from value if keyword == "enum" and isinstance(value, list) else [value]
    if keyword == "type":
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield from (value, value - 1, value + 1, value * 2, value * 3, value + 0.5)
        for length in (int(value) + more for more in (-1, 0, 1)) if 0 <= value <= _LONGEST else ():
            yield "a" * length
            yield [0] * length
            yield list(range(length))
            yield {f"key{number}": 0 for number in range(length)}
            if isinstance(base, list) and base:
                yield [copy.deepcopy(base[index % len(base)]) for index in range(length)]
            if isinstance(base, dict):
                yield dict(list(base.items())[: max(0, length)])
    if keyword == "uniqueItems" and isinstance(base, list) and base:
        yield [*base, base[0]]


def _touched(step: Step, value: JSON, side: Version, place: Location) -> Iterator[JSON]:
    """Yield a value as it is, and with and without the member that the change names."""
    yield value
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield value + 0.5
    if not step.token:
        return
    value = value if isinstance(value, dict) else {}
    yield {name: item for name, item in value.items() if name != step.token}
    child = next((below for name, below in _children(side.analysis[place], step.keyword) if name == step.token), None)
    for item in (*(side.made(child) if child is not None else ()), *_SAMPLES):
        yield {**value, step.token: item}
    if step.keyword in ("dependentRequired", "dependentSchemas"):
        yield {step.token: value.get(step.token, 0)}


def _children(subschema: Subschema, keyword: str) -> Iterable[tuple[str, Location]]:
    entry = subschema.keywords.get(keyword)
    return entry.schemas if entry is not None else ()


# A small one


def _smallest(instance: JSON, is_one: Callable[[JSON], bool]) -> JSON:
    """Return the instance without all that can be left out."""
    cuts = 0
    smaller = True
    while smaller:
        smaller = False
        for one in _cut(instance):
            cuts += 1
            if cuts > _MOST_CUTS:
                return instance
            if not equal(one, instance) and is_one(one):
                instance, smaller = one, True
                break
    return instance


def _cut(value: JSON) -> Iterator[JSON]:
    """Yield the value without one of its members or items, the outer ones first."""
    if isinstance(value, dict):
        yield from ({name: item for name, item in value.items() if name != left} for left in value)
        yield from ({**value, name: one} for name, item in value.items() for one in _cut(item))
    elif isinstance(value, list):
        yield from ([*value[:at], *value[at + 1 :]] for at in range(len(value)))
        yield from ([*value[:at], one, *value[at + 1 :]] for at, item in enumerate(value) for one in _cut(item))
