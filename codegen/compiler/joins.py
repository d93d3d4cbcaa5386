"""Joins: subschemas that no file has, each of which stands for several that apply to one value together.

They are made before anything is named or compiled, so that nobody has to know them from others: a join has a location,
though none that a JSON Pointer can lead to, and what it says is `allOf`.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import field, replace

from ..ir import Keyword, Location, Subschema
from ..records import dataclass
from .analysis import KINDS, Analysis
from .conjunctions import CONJUNCTIONS, SAYING, Conjunctions, Parts


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Subschemas that leave no value together: for a part of what stands `at` a place (`way`), or for itself ("")."""

    at: Location
    way: str
    parts: Parts


@dataclasses.dataclass(frozen=True)
class _Joining(Conjunctions):
    """Conjunctions that make a join where one is missing, up to a depth, and up to a number in each document."""

    made: dict[Location, Subschema] = field(default_factory=dict)
    joins: dict[tuple[str, frozenset[Location]], Location] = field(default_factory=dict)
    depths: dict[Location, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    contradictions: dict[Contradiction, None] = field(default_factory=dict)

    def subschema(self, location: Location) -> Subschema:
        """Return the subschema at a place, be it a join."""
        return self.made.get(location) or self.analysis.subschemas[location]

    def kinds(self, location: Location) -> frozenset[str]:
        """Return the JSON types of a place, be it a join."""
        if location not in self.made:
            return self.analysis.kinds(location)
        return KINDS.intersection(*map(self.kinds, self.conjuncts(location)))

    def place(self, at: Location, way: str, parts: Parts) -> Location:
        """Return the place where all the parts apply; a join is made if none is there yet."""
        left = self.reduced(parts)
        if len(left) == 1:
            return left[0]
        known = at.document, frozenset(left)
        if known not in self.joins and self._is_allowed(at, left):
            self._make(known, at, way, left)
            if self.exclude_each_other(left):
                self.contradictions[Contradiction(at, way, left)] = None
        return self.joins.get(known, left[0])

    def _is_allowed(self, at: Location, parts: Parts) -> bool:
        """Return whether one more join may be made; of parts that may each be in a scope of its own there is none."""
        if any(part not in self.made and self.analysis.depends_on_scope(part) for part in parts):
            return False
        return self.depths.get(at, 0) < _DEEPEST and self.counts[at.document] < _MOST

    def _make(self, known: tuple[str, frozenset[Location]], at: Location, way: str, parts: Parts) -> None:
        join = self.joins[known] = Location(at.document, f"{at.pointer}/{way}")
        self.made[join] = _join(self.subschema(at), join, [self.subschema(part) for part in parts])
        self.depths[join] = self.depths.get(at, 0) + 1
        self.counts[at.document] += 1

    def look(self) -> None:
        """Make every join that a place needs, and those that these need."""
        subschemas = self.analysis.subschemas.items()
        pending = deque(at for at, each in subschemas if not _MEETING.isdisjoint(each.keywords) and self._may_meet(at))
        while pending:
            at, before = pending.popleft(), len(self.made)
            self._ask(at)
            pending += list(self.made)[before:] if len(self.made) > before else []

    def _may_meet(self, location: Location) -> bool:
        """Return whether several subschemas can meet on a part; where all is a reference, they do where that leads."""
        keywords = self.subschema(location).keywords
        if "patternProperties" in keywords and "properties" in keywords:
            return True
        if CONJUNCTIONS.isdisjoint(keywords):
            return False
        return not SAYING.isdisjoint(keywords) or len(list(self.conjuncts(location))) > 1

    def _ask(self, location: Location) -> None:
        """Ask for the places of all parts of a value, and note if there can be no value."""
        conjuncts = list(self.conjuncts(location))
        if self.exclude_each_other([location]):
            is_new = len(self.saying(location)) > 1 and not any(self.exclude_each_other([at]) for at in conjuncts)
            if is_new and location not in self.made:
                self.contradictions[Contradiction(location, "", tuple(conjuncts))] = None
            return
        for name in self.fields(location):
            self.field(location, name)
        self.array(location)
        self.item(location)


def joined(analysis: Analysis) -> tuple[Analysis, tuple[Contradiction, ...]]:
    """Return the analysis with all joins among its subschemas, and where subschemas leave no value together."""
    joining = _Joining(analysis)
    joining.look()
    if joining.made:
        subschemas = {**analysis.subschemas, **joining.made}
        analysis = replace(analysis, subschemas=subschemas, joins=joining.joins)
    return analysis, tuple(joining.contradictions)


def _join(holder: Subschema, location: Location, parts: Sequence[Subschema]) -> Subschema:
    """Return the subschema that stands for several; it is described as the first that is."""
    schemas = tuple((str(index), part.location) for index, part in enumerate(parts))
    keywords = {"allOf": Keyword("allOf", "allOf", [{} for _ in parts], schemas)}
    for name in ("title", "description"):
        keywords.update((name, part.keywords[name]) for part in reversed(parts) if name in part.keywords)
    uri = f"{holder.uri}{location.pointer[len(holder.location.pointer) :]}"
    return Subschema(location, uri, holder.resource, keywords=keywords)


_MEETING = CONJUNCTIONS | {"patternProperties"}
"""The keywords without which only one subschema says something of each part."""

_DEEPEST = 12
"""Joins within joins: an annotation of more levels helps nobody."""

_MOST = 2_000
"""Joins of one document: what combines a few recursive subschemas has some hundreds."""
