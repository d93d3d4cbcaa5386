"""The static analysis of all subschemas: their JSON types, dynamic scopes, and cycles on one instance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..ir import JSON, TYPES, Keyword, Location, Resource, Subschema, escape_token, type_of
from ..schema import vocabulary
from ..schema.listing import listed_values, type_kinds
from ..schema.vocabulary import ENTRIES, IN_PLACE, ON_PARTS, Evaluates, Holds, Role
from .emit.tree import Expression
from .formats import Format, find
from .nodes import Context, Member, Target

KINDS = frozenset(TYPES)

_MARKING = vocabulary.named(lambda entry: entry.role is Role.ON_PARTS and entry.evaluates is not None)
_MARKING_BELOW = vocabulary.evaluating(Evaluates.BELOW)
_APPLYING = IN_PLACE | ON_PARTS
_HOLDING = {name: entry.holds for name, entry in ENTRIES.items() if entry.is_in_place and not entry.is_dynamic}
_TYPED_BY = frozenset(name for name, holds in _HOLDING.items() if holds in (Holds.ALL, Holds.SOME, Holds.ONE))
"""The keywords whose subschemas, wherever they are, decide which JSON types the instance can have."""
_NARROWING = _TYPED_BY | {"type", "enum"}
_LISTING = frozenset({"enum", "const"})


def _kinds_by(keyword: Keyword, kinds: Mapping[Location, frozenset[str]]) -> frozenset[str]:
    """Return the JSON types that one keyword leaves."""
    if keyword.name == "type":
        return type_kinds(keyword.value)
    if keyword.name == "enum" and isinstance(keyword.value, list):
        return frozenset(map(type_of, keyword.value))  # be it open or not
    holds = _HOLDING.get(keyword.name)
    if holds in (Holds.SOME, Holds.ONE):
        return frozenset().union(*(kinds[child] for child in _applied(keyword)))
    return KINDS.intersection(*(kinds[child] for child in _applied(keyword))) if holds is Holds.ALL else KINDS


def _applied(keyword: Keyword) -> Iterator[Location]:
    """Yield the subschemas that a keyword applies at first."""
    yield from (child for _, child in keyword.schemas)
    if keyword.target is not None:
        yield keyword.target


_NO_SCOPE = Context()

LONGEST = 200
"""The most subschemas, each applied by the one before, that one instance goes through.

What is generated calls a function for each, as do the passes here, and Python's stack ends at 1,000 calls.
"""


def entered(context: Context, resource: Resource, wanted: frozenset[str]) -> Context:
    """Return the dynamic scope within a subschema of a resource, of which the `wanted` anchors are looked up."""
    bindings = {**resource.dynamic_anchors, **dict(context.bindings)}
    return Context(tuple(sorted((name, at) for name, at in bindings.items() if name in wanted)))


def referred(keyword: Keyword, context: Context) -> Location:
    """Return where a `$ref` or `$dynamicRef` leads in the dynamic scope."""
    if keyword.target is None:
        raise ValueError(f"a reference without a target: {keyword}")
    if keyword.name == "$dynamicRef" and isinstance(keyword.value, str):
        return dict(context.bindings).get(keyword.value, keyword.target)
    return keyword.target


@dataclass(slots=True)
class _Chains:
    """What the in-place applicators lead to: cycles, and chains with their lengths, cut where they get too long."""

    cycles: dict[Location, None] = field(default_factory=dict)
    ends: dict[Location, None] = field(default_factory=dict)
    lengths: dict[tuple[Location, Context], int] = field(default_factory=dict)

    def leave(self, state: tuple[Location, Context], following: Iterable[tuple[Location, Context]]) -> None:
        """Add a state after all that follow it."""
        length = 1 + max((self.lengths.get(other, 0) for other in following), default=0)
        if length > LONGEST:
            self.ends[state[0]] = None
            length = 1
        self.lengths[state] = length


@dataclass(frozen=True)
class Analysis:
    """All subschemas and resources of a run, and what follows from them without an instance.

    `assert_formats` is whether `format` is an assertion (it always is where a vocabulary says so). `open_enums` are
    the subschemas whose `enum` lists strings, and allows any other string too. `joins` has by document the subschemas
    that stand for several others together (`conjunctions`).
    """

    subschemas: Mapping[Location, Subschema]
    resources: Mapping[Location, Resource]
    assert_formats: bool = True
    open_enums: frozenset[Location] = frozenset()
    joins: Mapping[tuple[str, frozenset[Location]], Location] = field(default_factory=dict)

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
        return find(name, self.resource(location).dialect)

    def contains_evaluates(self, location: Location) -> bool:
        """Return whether `contains` counts items as evaluated (it does since 2020-12)."""
        return self.resource(location).contains_evaluates

    # Listed values

    def listed(self, location: Location) -> tuple[JSON, ...] | None:
        """Return the values of which a valid instance is one, by `enum`, `const` and `type`; None if none are listed.

        The list of an open enum does not count.
        """
        if _LISTING.isdisjoint(self.subschemas[location].keywords):
            return None
        if location not in self._listed:
            is_open = location in self.open_enums
            self._listed[location] = listed_values(self.subschemas[location], is_open=is_open)
        return self._listed[location]

    @cached_property
    def _listed(self) -> dict[Location, tuple[JSON, ...] | None]:
        return {}

    # JSON types

    def kinds(self, location: Location) -> frozenset[str]:
        """Return the JSON types that a valid instance can have; never too few."""
        kinds = self._kinds
        if location not in kinds:
            if _TYPED_BY.isdisjoint(self.subschemas[location].keywords):
                kinds[location] = self._narrowed(location)
            else:
                self._narrow(location)
        return kinds[location]

    @cached_property
    def _kinds(self) -> dict[Location, frozenset[str]]:
        """The JSON types of the subschemas that were asked for, and of all that these depend on."""
        return {}

    def _narrow(self, location: Location) -> None:
        """Narrow the JSON types of a subschema, and of all that it depends on, from all types on to what is left."""
        users: dict[Location, list[Location]] = {location: []}
        reached = [location]
        for at in reached:  # which grows meanwhile
            for child in self._deciding(at):
                if child not in users and child not in self._kinds:
                    reached.append(child)
                users.setdefault(child, []).append(at)
        self._kinds.update(dict.fromkeys(reached, KINDS))
        while reached:
            at = reached.pop()
            narrowed = self._narrowed(at)
            if narrowed != self._kinds[at]:
                self._kinds[at] = narrowed
                reached.extend(users[at])

    def _deciding(self, location: Location) -> Iterator[Location]:
        """Yield the subschemas that decide which JSON types an instance of this one can have."""
        for keyword in self.subschemas[location].keywords.values():
            if keyword.name in _TYPED_BY:
                yield from _applied(keyword)

    def _narrowed(self, location: Location) -> frozenset[str]:
        subschema = self.subschemas[location]
        if subschema.boolean is not None:
            return KINDS if subschema.boolean else frozenset()
        values = self.listed(location)
        listed = KINDS if values is None else frozenset(map(type_of, values))
        narrowing = [keyword for keyword in subschema.keywords.values() if keyword.name in _NARROWING]
        return listed.intersection(*[_kinds_by(keyword, self._kinds) for keyword in narrowing])

    def _users(self, names: frozenset[str]) -> Mapping[Location, list[Location]]:
        """Return for each subschema those that apply it by one of the keywords, in whatever scope."""
        users: dict[Location, list[Location]] = {}
        for location, subschema in self.subschemas.items():
            if names.isdisjoint(subschema.keywords):
                continue
            for keyword in subschema.keywords.values():
                if keyword.name in names:
                    for child in self._applied(keyword):
                        users.setdefault(child, []).append(location)
        return users

    def _applied(self, keyword: Keyword) -> Iterator[Location]:
        """Yield the subschemas that a keyword can apply, in whatever scope."""
        yield from _applied(keyword)
        if keyword.name == "$dynamicRef" and isinstance(keyword.value, str):
            yield from self._anchors[keyword.value]

    def reaching(self, starts: Iterable[Location], names: frozenset[str]) -> frozenset[Location]:
        """Return the starts, and all subschemas that apply one of them by the keywords, over any number of steps."""
        reached: set[Location] = set()
        pending = list(starts)
        users = self._users(names) if pending else {}
        while pending:
            location = pending.pop()
            if location not in reached:
                reached.add(location)
                pending.extend(users.get(location, ()))
        return frozenset(reached)

    def applying(self, starts: Iterable[Location]) -> frozenset[Location]:
        """Return the starts, and all subschemas whose validity may depend on one of them."""
        return self.reaching(starts, _APPLYING)

    def applied(self, starts: Iterable[Location]) -> frozenset[Location]:
        """Return the starts, and all subschemas that their validity may depend on."""
        reached: set[Location] = set()
        pending = list(starts)
        while pending:
            location = pending.pop()
            if location not in reached:
                reached.add(location)
                for keyword in self.subschemas[location].keywords.values():
                    pending.extend(self._applied(keyword) if keyword.name in _APPLYING else ())
        return frozenset(reached)

    @cached_property
    def marking(self) -> frozenset[Location]:
        """The subschemas that can evaluate properties or items of their instance."""
        starts = (at for at, subschema in self.subschemas.items() if not _MARKING.isdisjoint(subschema.keywords))
        return self.reaching(starts, _MARKING_BELOW)

    @cached_property
    def _appliers(self) -> Mapping[Location, list[Location]]:
        return self._users(_APPLYING)

    def is_only_item(self, location: Location) -> bool:
        """Return whether its document applies the subschema once only, by `items`, be it through references."""
        visited: set[Location] = set()
        while location not in visited:
            visited.add(location)
            users = [user for user in self._appliers.get(location, ()) if user.document == location.document]
            if len(users) != 1:
                return False
            keywords = self.subschemas[users[0]].keywords
            if "items" in keywords and location in (child for _, child in keywords["items"].schemas):
                return True
            if not any(keyword.target == location for keyword in keywords.values()):
                return False
            location = users[0]
        return False

    # Dynamic scope

    @cached_property
    def _anchors(self) -> Mapping[str, frozenset[Location]]:
        """All subschemas that each dynamic anchor can be bound to."""
        anchors: dict[str, set[Location]] = {}
        for resource in self.resources.values():
            for name, location in resource.dynamic_anchors.items():
                anchors.setdefault(name, set()).add(location)
        return {name: frozenset(locations) for name, locations in anchors.items()}

    @cached_property
    def anchored(self) -> Sequence[Location]:
        """The subschemas that dynamic anchors can be bound to, in order."""
        return sorted(location for locations in self._anchors.values() for location in locations)

    @cached_property
    def wanted(self) -> Mapping[Location, frozenset[str]]:
        """For each subschema the dynamic anchors that something reachable from it looks up."""
        lookups: dict[str, list[Location]] = {}
        for location, subschema in self.subschemas.items():
            for keyword in subschema.keywords.values():
                if keyword.name == "$dynamicRef" and isinstance(keyword.value, str):
                    lookups.setdefault(keyword.value, []).append(location)
        wanted: dict[Location, set[str]] = {}
        for name, starts in lookups.items():
            for location in self.reaching(starts, _APPLYING):
                wanted.setdefault(location, set()).add(name)
        return {location: frozenset(names) for location, names in wanted.items()}

    def depends_on_scope(self, location: Location) -> bool:
        """Return whether something reachable from the subschema looks up an anchor that more than one has."""
        return any(len(self._anchors.get(name, ())) > 1 for name in self.wanted.get(location, ()))

    def enter(self, context: Context, location: Location) -> Context:
        """Return the dynamic scope within the subschema when it is reached from the given scope.

        The outermost binding of an anchor wins (Core 2020-12, section 8.2.3.2); anchors that nothing below
        looks up are left out, so that equal code is made once.
        """
        wanted = self.wanted.get(location)
        return entered(context, self.resource(location), wanted) if wanted else _NO_SCOPE

    def target(self, context: Context, location: Location, path: str) -> Target:
        """Return a subschema as a target in the dynamic scope, with the keyword path that leads to it."""
        return Target(location, self.enter(context, location), path)

    def targets(self, location: Location, keyword: Keyword, context: Context) -> Iterator[tuple[str, Target]]:
        """Yield the subschemas of a keyword of the one at the location, as (token, target)."""
        above = location.pointer
        for token, child in keyword.schemas:
            is_below = child.pointer.startswith(above)  # what a join applies stands elsewhere
            path = child.pointer[len(above) :] if is_below else f"/{keyword.written}/{escape_token(token)}"
            yield token, self.target(context, child, path)

    def members(self, value: Expression, location: Location, keyword: Keyword, context: Context) -> tuple[Member, ...]:
        """Return what `properties` of the subschema at the location says of a value: made once for all functions."""
        known = value, location, context
        if known not in self._members:
            targets = self.targets(location, keyword, context)
            self._members[known] = tuple([Member(value, name, target) for name, target in targets])
        return self._members[known]

    @cached_property
    def _members(self) -> dict[tuple[Expression, Location, Context], tuple[Member, ...]]:
        return {}

    def referred(self, keyword: Keyword, context: Context) -> Location:
        """Return where a `$ref` or `$dynamicRef` leads in the dynamic scope."""
        return referred(keyword, context)

    def endless(self, starts: Iterable[Location]) -> tuple[Location, ...]:
        """Return the subschemas that come back to themselves on the same instance, reached from the starts."""
        return self.chains(starts)[0]

    def chains(self, starts: Iterable[Location]) -> tuple[tuple[Location, ...], tuple[Location, ...]]:
        """Return the subschemas that come back to themselves on the same instance, reached from the starts.

        And where the `LONGEST` chain of subschemas on one instance would go on: without these no chain is longer.
        """
        chains = self._on_one_instance(starts)
        return tuple(chains.cycles), tuple(chains.ends)

    def _on_one_instance(self, starts: Iterable[Location]) -> _Chains:
        """Return what the in-place applicators lead to; where nothing is applied, nothing is looked at."""
        chains = _Chains()
        visited: set[tuple[Location, Context]] = set()
        pending = [(start, self.enter(_NO_SCOPE, start)) for start in starts]
        while pending:
            state = pending.pop()
            if state[0] in self._applying and state not in visited:
                visited.add(state)
                self._follow(state, chains)
                pending.extend(self._next(state, ON_PARTS))
                pending.extend(self._next(state, IN_PLACE))
        return chains

    @cached_property
    def _applying(self) -> frozenset[Location]:
        """The subschemas that apply others."""
        return frozenset(at for at, each in self.subschemas.items() if not _APPLYING.isdisjoint(each.keywords))

    def _follow(self, start: tuple[Location, Context], chains: _Chains) -> None:
        """Follow the in-place applicators from a state: to cycles, and to the ends of chains."""
        path: dict[tuple[Location, Context], None] = {}
        pending: list[tuple[tuple[Location, Context], bool]] = [(start, False)]
        while pending:
            state, leaving = pending.pop()
            if leaving:
                del path[state]
                chains.leave(state, self._next(state, IN_PLACE))
            elif state in path:
                chains.cycles[state[0]] = None
            elif state not in chains.lengths:
                path[state] = None
                pending.append((state, True))
                pending.extend((inner, False) for inner in self._next(state, IN_PLACE))

    def _next(self, state: tuple[Location, Context], names: frozenset[str]) -> Iterator[tuple[Location, Context]]:
        """Yield the subschemas that one applies by the keywords of these names."""
        location, context = state
        for keyword in self.subschemas[location].keywords.values():
            if keyword.name in names:
                targets = [self.referred(keyword, context)] if keyword.target else [at for _, at in keyword.schemas]
                yield from ((target, self.enter(context, target)) for target in targets)

    def only_target(self, keyword: Keyword) -> Location | None:
        """Return the one subschema that a reference can lead to in any scope, None if there are several."""
        if keyword.name == "$dynamicRef" and isinstance(keyword.value, str):
            targets = self._anchors[keyword.value]
            return next(iter(targets)) if len(targets) == 1 else None
        return keyword.target
