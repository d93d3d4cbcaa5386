"""Repeats: which subschemas one value can be held against so often that the time would double with every level.

`allOf: [N, N]`, `properties: {a: N}` beside `patternProperties: {"^a": N}`, or two branches of a union that look into
the same items ask the same of one value twice; where such subschemas follow each other, or come back to themselves,
n levels ask two to the power of n times. Of these the answer is remembered while one instance is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2

from ..ir import Keyword, Location
from ..schema import vocabulary
from ..schema.vocabulary import IN_PLACE, NOT_APPLIED, ON_PARTS, Evaluates, Holds, Role
from .analysis import Analysis
from .discriminators import discriminator
from .graphs import components
from .nodes import Context
from .regex.translate import Untranslatable, translate

State = tuple[Location, Context]
"""A subschema in its dynamic scope."""

Asked = Mapping[str, list[tuple[str, State]]]
"""What one state asks of the parts of its value: by keyword, (token, state)."""

_OFTEN = 16
"""So often at the most may be asked what is not remembered, over all states that follow each other."""

_BESIDE = vocabulary.evaluating(
    *(Evaluates.MATCHING_PROPERTIES, Evaluates.UNEVALUATED_PROPERTIES),
    *(Evaluates.MATCHING_ITEMS, Evaluates.UNEVALUATED_ITEMS),
)
"""The keywords that may ask of a part what another one beside them asks of it too."""

_CHOICES = vocabulary.holding(Holds.SOME, Holds.ONE)

COVERAGE = vocabulary.cover(
    "which subschemas are asked of one property or item",
    {
        *("properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames"),
        *("prefixItems", "items", "contains", "unevaluatedItems"),
    },
    by_role={role: "it asks nothing of parts" for role in Role if role is not Role.ON_PARTS},
)

_SETS = 20
"""So many sets of states are looked at for each subschema; where there are more, any state may be asked twice."""


def remembered(analysis: Analysis, starts: Iterable[Location]) -> frozenset[State]:
    """Return the states whose answer is worth remembering while an instance is looked at that begins at a start."""
    graph = _Graph(analysis)
    reached = graph.reached((at, analysis.enter(Context(), at)) for at in starts if analysis[at].boolean is None)
    times = graph.asked_often(reached)
    return _chained(reached, times) if times else frozenset()


@dataclass(frozen=True, slots=True)
class _Graph:
    """The states of a program, and what asks what; what was found out of each keyword is kept."""

    analysis: Analysis
    _targets: dict[tuple[int, Context], list[tuple[str, State]]] = field(default_factory=dict)
    _tagged: dict[int, tuple[bool, bool]] = field(default_factory=dict)
    _parts: dict[State, Asked] = field(default_factory=dict)
    _matches: dict[tuple[str, str], bool] = field(default_factory=dict)

    def targets(self, keyword: Keyword, context: Context) -> list[tuple[str, State]]:
        """Return the states that a keyword asks, with their tokens; `true` and `false` are none."""
        key = id(keyword), context
        if key not in self._targets:
            pairs = [("", self.analysis.referred(keyword, context))] if keyword.target else keyword.schemas
            found = [(token, at) for token, at in pairs if self.analysis[at].boolean is None]
            self._targets[key] = [(token, (at, self.analysis.enter(context, at))) for token, at in found]
        return self._targets[key]

    def reached(self, begun: Iterable[State]) -> dict[State, list[State]]:
        """Return what each state asks, of whatever, for all that can be reached."""
        found: dict[State, list[State]] = {}
        waiting = list(begun)
        while waiting:
            state = waiting.pop()
            if state not in found:
                applied = [k for k in self.analysis[state[0]].keywords.values() if k.name not in NOT_APPLIED]
                found[state] = [to for keyword in applied for _, to in self.targets(keyword, state[1])]
                waiting.extend(found[state])
        return found

    # What is asked of one value together

    def asked_often(self, states: Iterable[State]) -> Mapping[State, int]:
        """Return the states that are asked of one value in more than one way, with how many these are.

        The ways part at one of the states, so each is where a walk begins; it goes on where several ask together.
        """
        times: dict[State, int] = {}
        done: set[tuple[frozenset[State], bool]] = set()
        waiting: list[tuple[tuple[State, ...], bool]] = [
            ((state,), True) for state in states if self._parts_ways(state)
        ]
        most = 1000 + _SETS * len(self.analysis.subschemas)
        while waiting and len(done) <= most:
            asked, is_first = waiting.pop()
            for together, of_objects in self._together(asked, times):
                if (together, of_objects) not in done:
                    done.add((together, of_objects))
                    members = [found for state in together if (found := self._asked(state))]
                    if len(members) > 1 or is_first:
                        parts = _of_objects(self, members) if of_objects else _of_arrays(members)
                        waiting.extend((found, False) for found in parts if len(found) > 1)
        return {state: _OFTEN for together, _ in done for state in together} if waiting else times

    def _parts_ways(self, state: State) -> bool:
        """Return whether a state asks more than one thing of a value, or of a part of it."""
        keywords = self.analysis[state[0]].keywords
        in_place = sum(
            len(self.targets(keyword, state[1])) for keyword in keywords.values() if keyword.name in IN_PLACE
        )
        return in_place > 1 or (in_place == 1 and bool(self._asked(state))) or not keywords.keys().isdisjoint(_BESIDE)

    def _together(self, asked: Sequence[State], times: dict[State, int]) -> Iterator[tuple[frozenset[State], bool]]:
        """Yield what is asked of one value together, by itself for arrays and for objects: True for the latter.

        The branches of a choice that a tag tells apart are never asked together. There may be tags where anything
        but an object is let in: then they count for objects only.
        """
        for together in self._alternatives(asked, times, of_objects=False):
            yield together, False
        for together in self._alternatives(asked, times, of_objects=True):
            yield together, True

    def _alternatives(
        self, asked: Iterable[State], times: dict[State, int], *, of_objects: bool
    ) -> Iterator[frozenset[State]]:
        found, choices = self._in_place(asked, times, of_objects=of_objects)
        if not choices:
            yield found
            return
        choice, *others = choices
        for other in others:
            more, _ = self._in_place(other, times, of_objects=None)
            _add(times, dict.fromkeys(found & more, 2))
            found |= more
        for branch in choice:
            for inner in self._alternatives([branch], times, of_objects=of_objects) if branch not in found else ():
                _add(times, dict.fromkeys(found & inner, 2))
                yield found | inner

    def _in_place(
        self, asked: Iterable[State], times: dict[State, int], *, of_objects: bool | None
    ) -> tuple[frozenset[State], list[list[State]]]:
        """Return the states and all that these ask of the same value; and by themselves the choices by a tag.

        With None for `of_objects` there are none of the latter.
        """
        found: dict[State, int] = {}
        choices: list[list[State]] = []
        waiting = list(asked)
        while waiting:
            state = waiting.pop()
            found[state] = found.get(state, 0) + 1
            if found[state] > 1:
                continue
            for keyword in self.analysis[state[0]].keywords.values():
                if keyword.name in IN_PLACE:
                    targets = [target for _, target in self.targets(keyword, state[1])]
                    if of_objects is not None and self._is_tagged(keyword)[of_objects]:
                        choices.append(targets)
                    else:
                        waiting.extend(targets)
        _add(times, found)
        return frozenset(found), choices

    def _is_tagged(self, keyword: Keyword) -> tuple[bool, bool]:
        """Return whether a tag tells the branches of a choice apart, for all values and for objects."""
        if keyword.name not in _CHOICES:
            return False, False
        if id(keyword) not in self._tagged:
            branches = [at for _, at in keyword.schemas]
            found = discriminator(self.analysis, branches, among_objects=True)
            always = found is not None and all(self.analysis.kinds(at) <= {"object"} for at in branches)
            self._tagged[id(keyword)] = always, found is not None
        return self._tagged[id(keyword)]

    # What is asked of the parts of one value

    def _asked(self, state: State) -> Asked:
        if state not in self._parts:
            location, context = state
            keywords = self.analysis[location].keywords
            found = {name: self.targets(keywords[name], context) for name in ON_PARTS if name in keywords}
            self._parts[state] = {name: targets for name, targets in found.items() if targets}
        return self._parts[state]

    def of_property(self, asked: Asked, name: str | None) -> Iterator[State]:
        """Yield what is asked of a property by its name, None for one that no `properties` has."""
        taken = False
        for token, state in asked.get("properties", ()):
            if token == name:
                taken = True
                yield state
        for pattern, state in asked.get("patternProperties", ()):
            if name is None or self._is_match(pattern, name):
                taken = name is not None
                yield state
        if not taken:
            yield from (state for _, state in asked.get("additionalProperties", ()))
        yield from (state for _, state in asked.get("unevaluatedProperties", ()))

    def _is_match(self, pattern: str, name: str) -> bool:
        """Return whether a name can match a pattern; of one that can't be carried over, nothing is known."""
        key = pattern, name
        if key not in self._matches:
            try:
                self._matches[key] = re.search(translate(pattern).source, name) is not None
            except Untranslatable:
                self._matches[key] = True
        return self._matches[key]


def _chained(graph: Mapping[State, list[State]], times: Mapping[State, int]) -> frozenset[State]:
    """Return those that come back to themselves, or that stand in a chain that asks too often."""
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


def _add(times: dict[State, int], found: Mapping[State, int]) -> None:
    """Add how often states are asked where that is more than once, and more than was known."""
    for state, count in found.items():
        if count > times.get(state, 1):
            times[state] = count


def _of_objects(graph: _Graph, members: Sequence[Asked]) -> Iterator[tuple[State, ...]]:
    """Yield what may be asked of one property or one property name, for each of which that differs."""
    names = dict.fromkeys(token for asked in members for token, _ in asked.get("properties", ()))
    for name in (*names, None):
        yield tuple(state for asked in members for state in graph.of_property(asked, name))
    yield tuple(state for asked in members for _, state in asked.get("propertyNames", ()))


def _of_arrays(members: Sequence[Asked]) -> Iterator[tuple[State, ...]]:
    """Yield what may be asked of one item, for each index for which that differs."""
    for index in range(1 + max((len(asked.get("prefixItems", ())) for asked in members), default=0)):
        yield tuple(state for asked in members for state in _of_item(asked, str(index)))


def _of_item(asked: Asked, index: str) -> Iterator[State]:
    """Yield what is asked of an item by its index."""
    own = [state for token, state in asked.get("prefixItems", ()) if token == index]
    yield from own or (state for _, state in asked.get("items", ()))
    for name in ("contains", "unevaluatedItems"):
        yield from (state for _, state in asked.get(name, ()))
