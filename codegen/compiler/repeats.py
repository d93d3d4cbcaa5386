"""Repeats: which subschemas one value can be validated against so often that time doubles with every level.

`allOf: [N, N]`, `properties: {a: N}` beside `patternProperties: {"^a": N}`, or two branches of a union that look into
the same items apply the same to one value twice; where such subschemas follow each other, or come back to themselves,
n levels apply it two to the power of n times. Of these the validity is remembered while one instance is validated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from math import log2

from ..ir import Keyword, Location, Subschema
from ..records import dataclass
from ..schema import vocabulary
from ..schema.vocabulary import IN_PLACE, NOT_APPLIED, ON_PARTS, Evaluates, Holds, Role
from .analysis import Analysis
from .discriminators import discriminator
from .graphs import components
from .nodes import Context
from .regex.on_demand import translate
from .regex.patterns import Untranslatable

State = tuple[Location, Context]
"""A subschema in its dynamic scope."""

Applied = Mapping[str, list[tuple[str, State]]]
"""What one state applies to the parts of its value: by keyword, (token, state)."""

_OFTEN = 16
"""So often at the most may be applied what is not remembered, over all states that follow each other."""

_BESIDE = vocabulary.evaluating(
    *(Evaluates.MATCHING_PROPERTIES, Evaluates.UNEVALUATED_PROPERTIES),
    *(Evaluates.MATCHING_ITEMS, Evaluates.UNEVALUATED_ITEMS),
)
"""The keywords that may apply to a part what another one beside them applies to it too."""

_CHOICES = vocabulary.holding(Holds.SOME, Holds.ONE)

COVERAGE = vocabulary.cover(
    "which subschemas are applied to one property or item",
    {
        *("properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames"),
        *("prefixItems", "items", "contains", "unevaluatedItems"),
    },
    by_role={role: "it applies nothing to parts" for role in Role if role is not Role.ON_PARTS},
)

_SETS = 20
"""So many sets of states are looked at for each subschema; where there are more, any state may be applied twice."""


def remembered(analysis: Analysis, starts: Iterable[Location]) -> frozenset[State]:
    """Return the states whose validity is worth remembering while an instance is validated from a start."""
    if not any(map(_may_part_ways, analysis.subschemas.values())):
        return frozenset()
    graph = _Graph(analysis)
    reached = graph.reached((at, analysis.enter(Context(), at)) for at in starts if analysis[at].boolean is None)
    times = graph.applied_often(reached)
    return _chained(reached, times) if times else frozenset()


def _may_part_ways(subschema: Subschema) -> bool:
    """Return whether a subschema can apply more than one thing to a value, or to a part of it, in any scope."""
    keywords = subschema.keywords
    in_place = [max(1, len(keyword.schemas)) for keyword in keywords.values() if keyword.name in IN_PLACE]
    beside = _BESIDE | ON_PARTS if in_place else _BESIDE
    return sum(in_place) > 1 or not beside.isdisjoint(keywords)


@dataclass(frozen=True, slots=True)
class _Graph:
    """The states of an analysis, and what applies what; what is known of each keyword is kept."""

    analysis: Analysis
    _targets: dict[tuple[int, Context], list[tuple[str, State]]] = field(default_factory=dict)
    _tagged: dict[int, tuple[bool, bool]] = field(default_factory=dict)
    _parts: dict[State, Applied] = field(default_factory=dict)
    _matches: dict[tuple[str, str], bool] = field(default_factory=dict)

    def targets(self, keyword: Keyword, context: Context) -> list[tuple[str, State]]:
        """Return the states that a keyword applies, with their tokens, without `true` and `false`."""
        key = id(keyword), context
        if key not in self._targets:
            pairs = [("", self.analysis.referred(keyword, context))] if keyword.target else keyword.schemas
            applied = [(token, at) for token, at in pairs if self.analysis[at].boolean is None]
            self._targets[key] = [(token, (at, self.analysis.enter(context, at))) for token, at in applied]
        return self._targets[key]

    def reached(self, starts: Iterable[State]) -> dict[State, list[State]]:
        """Return what each state applies, to whatever, for all that can be reached."""
        graph: dict[State, list[State]] = {}
        pending = list(starts)
        while pending:
            state = pending.pop()
            if state not in graph:
                applied = [k for k in self.analysis[state[0]].keywords.values() if k.name not in NOT_APPLIED]
                graph[state] = [to for keyword in applied for _, to in self.targets(keyword, state[1])]
                pending.extend(graph[state])
        return graph

    # What is applied to one value together

    def applied_often(self, states: Iterable[State]) -> Mapping[State, int]:
        """Return the states that are applied to one value in more than one way, with how many these are.

        The ways part at one of the states, so each is where a walk begins; it goes on where several apply together.
        """
        times: dict[State, int] = {}
        visited: set[tuple[frozenset[State], bool]] = set()
        pending: list[tuple[tuple[State, ...], bool]] = [
            ((state,), True) for state in states if self._parts_ways(state)
        ]
        most = 1000 + _SETS * len(self.analysis.subschemas)
        while pending and len(visited) <= most:
            candidates, is_first = pending.pop()
            for together, of_objects in self._together(candidates, times):
                if (together, of_objects) not in visited:
                    visited.add((together, of_objects))
                    members = [applied for state in together if (applied := self._applied(state))]
                    if len(members) > 1 or is_first:
                        parts = _of_objects(self, members) if of_objects else _of_arrays(members)
                        pending.extend((part, False) for part in parts if len(part) > 1)
        return {state: _OFTEN for together, _ in visited for state in together} if pending else times

    def _parts_ways(self, state: State) -> bool:
        """Return whether a state applies more than one thing to a value, or to a part of it."""
        keywords = self.analysis[state[0]].keywords
        in_place = sum(
            len(self.targets(keyword, state[1])) for keyword in keywords.values() if keyword.name in IN_PLACE
        )
        return in_place > 1 or (in_place == 1 and bool(self._applied(state))) or not keywords.keys().isdisjoint(_BESIDE)

    def _together(self, states: Sequence[State], times: dict[State, int]) -> Iterator[tuple[frozenset[State], bool]]:
        """Yield what is applied to one value together, by itself for arrays and for objects: True for the latter.

        The branches of a choice that a tag selects are never applied together. There may be tags where anything
        but an object is allowed: then they count for objects only.
        """
        for together in self._alternatives(states, times, of_objects=False):
            yield together, False
        for together in self._alternatives(states, times, of_objects=True):
            yield together, True

    def _alternatives(
        self, states: Iterable[State], times: dict[State, int], *, of_objects: bool
    ) -> Iterator[frozenset[State]]:
        together, choices = self._in_place(states, times, of_objects=of_objects)
        if not choices:
            yield together
            return
        choice, *others = choices
        for other in others:
            more, _ = self._in_place(other, times, of_objects=None)
            _add(times, dict.fromkeys(together & more, 2))
            together |= more
        for branch in choice:
            for inner in self._alternatives([branch], times, of_objects=of_objects) if branch not in together else ():
                _add(times, dict.fromkeys(together & inner, 2))
                yield together | inner

    def _in_place(
        self, states: Iterable[State], times: dict[State, int], *, of_objects: bool | None
    ) -> tuple[frozenset[State], list[list[State]]]:
        """Return the states and all that these apply to the same value; and by themselves the choices by a tag.

        With None for `of_objects` there are none of the latter.
        """
        counts: dict[State, int] = {}
        choices: list[list[State]] = []
        pending = list(states)
        while pending:
            state = pending.pop()
            counts[state] = counts.get(state, 0) + 1
            if counts[state] > 1:
                continue
            for keyword in self.analysis[state[0]].keywords.values():
                if keyword.name in IN_PLACE:
                    targets = [target for _, target in self.targets(keyword, state[1])]
                    if of_objects is not None and self._is_tagged(keyword)[of_objects]:
                        choices.append(targets)
                    else:
                        pending.extend(targets)
        _add(times, counts)
        return frozenset(counts), choices

    def _is_tagged(self, keyword: Keyword) -> tuple[bool, bool]:
        """Return whether a tag selects the branch of a choice, for all values and for objects."""
        if keyword.name not in _CHOICES:
            return False, False
        if id(keyword) not in self._tagged:
            branches = [at for _, at in keyword.schemas]
            tag = discriminator(self.analysis, branches, among_objects=True)
            always = tag is not None and all(self.analysis.kinds(at) <= {"object"} for at in branches)
            self._tagged[id(keyword)] = always, tag is not None
        return self._tagged[id(keyword)]

    # What is applied to the parts of one value

    def _applied(self, state: State) -> Applied:
        if state not in self._parts:
            location, context = state
            keywords = self.analysis[location].keywords
            by_keyword = {name: self.targets(keywords[name], context) for name in ON_PARTS if name in keywords}
            self._parts[state] = {name: targets for name, targets in by_keyword.items() if targets}
        return self._parts[state]

    def of_property(self, applied: Applied, name: str | None) -> Iterator[State]:
        """Yield what is applied to a property by its name, None for one that no `properties` has."""
        taken = False
        for token, state in applied.get("properties", ()):
            if token == name:
                taken = True
                yield state
        for pattern, state in applied.get("patternProperties", ()):
            if name is None or self._is_match(pattern, name):
                taken = name is not None
                yield state
        if not taken:
            yield from (state for _, state in applied.get("additionalProperties", ()))
        yield from (state for _, state in applied.get("unevaluatedProperties", ()))

    def _is_match(self, pattern: str, name: str) -> bool:
        """Return whether a name can match a pattern; a pattern that can't be translated may match any."""
        key = pattern, name
        if key not in self._matches:
            try:
                self._matches[key] = re.search(translate(pattern).source, name) is not None
            except Untranslatable:
                self._matches[key] = True
        return self._matches[key]


def _chained(graph: Mapping[State, list[State]], times: Mapping[State, int]) -> frozenset[State]:
    """Return those that come back to themselves, or that stand in a chain that applies too often."""
    parts = list(components(graph))
    home = {state: index for index, part in enumerate(parts) for state in part}
    weights = [sum(log2(times.get(state, 1)) for state in part) for part in parts]
    leads = [{home[to] for state in part for to in graph[state]} for part in parts]
    below, above = list(weights), list(weights)
    for index in reversed(range(len(parts))):  # what a part leads to stands behind it
        below[index] += max((below[to] for to in leads[index] if to != index), default=0)
    for index, following in enumerate(leads):
        for to in following - {index}:
            above[to] = max(above[to], above[index] + weights[to])
    chained = {i for i in range(len(parts)) if i in leads[i] or above[i] + below[i] - weights[i] > log2(_OFTEN)}
    return frozenset(state for state in times if home[state] in chained)


def _add(times: dict[State, int], counts: Mapping[State, int]) -> None:
    """Add how often states are applied where that is more than once, and more than was known."""
    for state, count in counts.items():
        if count > times.get(state, 1):
            times[state] = count


def _of_objects(graph: _Graph, members: Sequence[Applied]) -> Iterator[tuple[State, ...]]:
    """Yield what may be applied to one property or one property name, for each of which that differs."""
    names = dict.fromkeys(token for applied in members for token, _ in applied.get("properties", ()))
    for name in (*names, None):
        yield tuple(state for applied in members for state in graph.of_property(applied, name))
    yield tuple(state for applied in members for _, state in applied.get("propertyNames", ()))


def _of_arrays(members: Sequence[Applied]) -> Iterator[tuple[State, ...]]:
    """Yield what may be applied to one item, for each index for which that differs."""
    for index in range(1 + max((len(applied.get("prefixItems", ())) for applied in members), default=0)):
        yield tuple(state for applied in members for state in _of_item(applied, str(index)))


def _of_item(applied: Applied, index: str) -> Iterator[State]:
    """Yield what is applied to an item by its index."""
    by_index = [state for token, state in applied.get("prefixItems", ()) if token == index]
    yield from by_index or (state for _, state in applied.get("items", ()))
    for name in ("contains", "unevaluatedItems"):
        yield from (state for _, state in applied.get(name, ()))
