"""Conjunctions: all that applies to one value, together.

A value is valid only if every subschema allows it that applies to it without a condition: the one that stands there,
what that refers to, and what its `allOf` has. What is known of the value is what all of these say, in whatever order.
So a property has every subschema that its object's conjuncts give it; where more than one of them says something, and
none of them says it all, a subschema of its own stands for them all: a join, `allOf` of these, at a location that no
file can have. Everybody who asks for a type asks a place, and joins are places like others.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from typing import TypeAlias

from ..ir import JSON, Location, Subschema, escape_token, type_of
from ..pointer import unescape
from ..records import dataclass
from ..schema import vocabulary
from ..schema.equality import key
from ..schema.listing import listed_values, type_kinds
from ..schema.vocabulary import Holds, Role
from .analysis import KINDS, Analysis
from .formats import PythonType
from .nodes import Target
from .regex.on_demand import translate
from .regex.patterns import Untranslatable

Parts: TypeAlias = tuple[Location, ...]
"""The subschemas that apply to a value, in the order in which the conjuncts of its holder have them."""


_JOIN = re.compile(r"(.*)/~(properties/[^/]*|prefixItems/[0-9]+|items|additionalProperties)", re.DOTALL)
"""The pointers of joins: `~` is followed by 0 or 1 in any that leads to something (RFC 6901, section 3)."""


def is_join(location: Location) -> bool:
    """Return whether a place is a join."""
    return "/~" in location.pointer and _JOIN.fullmatch(location.pointer) is not None


def held_by(join: Location) -> tuple[Location, tuple[str, ...]]:
    """Return the place whose values hold those of a join, and the way to it: the keyword, and a name or index in it."""
    found = _JOIN.fullmatch(join.pointer)
    if found is None:
        raise ValueError(f"no join: {join}")
    return Location(join.document, found[1]), tuple(map(unescape, found[2].split("/")))


@dataclass(frozen=True, slots=True)
class Array:
    """An array: the places of its first items, that of the rest, and whether it is a tuple.

    `rest` is None if no more items than the first can be there, or if nothing is said of them (`open`).
    """

    first: tuple[Location, ...]
    rest: Location | None
    open: bool
    is_tuple: bool


@dataclass(frozen=True, slots=True)
class _Items:
    """What one subschema says of an array: of its first items, of those behind them, and of their count."""

    first: Parts
    rest: Location | None
    closed: bool
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class _Others:
    """What one subschema says of properties by patterns, and of the rest (None: nothing)."""

    named: frozenset[str]
    patterns: tuple[tuple[str, Location], ...]
    rest: Location | None

    def of(self, name: str) -> Iterator[Location]:
        """Yield the subschemas that apply to a property of the name."""
        is_taken = name in self.named
        for pattern, child in self.patterns:
            search = _search(pattern)
            if search is None:  # it may apply or not
                is_taken = True
            elif search(name):
                is_taken = True
                yield child
        if not is_taken and self.rest is not None:
            yield self.rest


@dataclasses.dataclass(frozen=True)
class Conjunctions:
    """The places of an analysis, and the joins among them."""

    analysis: Analysis
    _together: dict[Location, Parts] = field(default_factory=dict, repr=False, compare=False)
    _fields: dict[Location, Mapping[str, Parts]] = field(default_factory=dict, repr=False, compare=False)
    _lists: dict[Location, tuple[JSON, ...] | None] = field(default_factory=dict, repr=False, compare=False)

    def subschema(self, location: Location) -> Subschema:
        """Return the subschema at a place."""
        return self.analysis.subschemas[location]

    def kinds(self, location: Location) -> frozenset[str]:
        """Return the JSON types of a place."""
        return self.analysis.kinds(location)

    # What applies

    def together(self, location: Location) -> Parts:
        """Return all subschemas that hold of every value here: the one here, then what it applies to the same value."""
        if CONJUNCTIONS.isdisjoint(self.subschema(location).keywords):
            return (location,)
        if location not in self._together:
            found: dict[Location, None] = {}
            pending = [location]
            while pending:
                here = pending.pop()
                if here not in found:
                    found[here] = None
                    if not CONJUNCTIONS.isdisjoint(self.subschema(here).keywords):
                        pending += reversed(list(self.conjuncts(here)))
            self._together[location] = tuple(found)
        return self._together[location]

    def holder(self, start: Target, part: Location) -> Target:
        """Return the subschema here that applies another to a part of the value, in the scope that it is reached in."""
        found: set[Location] = set()
        pending = [start]
        while pending:
            here = pending.pop()
            if here.location not in found:
                found.add(here.location)
                for keyword in self.subschema(here.location).keywords.values():
                    if keyword.name in vocabulary.ON_PARTS and any(child == part for _, child in keyword.schemas):
                        return here
                inner = [self.analysis.target(here.context, at, "") for at in self.conjuncts(here.location)]
                pending += reversed(inner)
        return start

    def conjuncts(self, location: Location) -> Iterator[Location]:
        """Yield the subschemas that one applies to the same value: through `$ref` and `allOf`."""
        for keyword in self.subschema(location).keywords.values():
            if keyword.target is not None:
                only = self.analysis.only_target(keyword)
                yield from [only] if only else []
            elif keyword.name in CONJUNCTIONS:
                yield from (child for _, child in keyword.schemas)

    def saying(self, location: Location) -> Parts:
        """Return those of the subschemas here that say something of the type by themselves."""
        return tuple(at for at in self.together(location) if self._says(at))

    def _says(self, location: Location) -> bool:
        keywords = self.subschema(location).keywords
        if keywords.keys().isdisjoint(SAYING):
            return False
        return any(name in SAYING and (name != "format" or self.python_type_of(location)) for name in keywords)

    # What they say together

    def listed(self, location: Location) -> tuple[JSON, ...] | None:
        """Return the values that all of them list, None if nobody lists any; the list of an open enum does not count.

        They are in the order of the shortest list.
        """
        if _LISTING.isdisjoint(self.subschema(location).keywords):
            return None
        if location not in self._lists:
            lists = [each for at in self.together(location) if (each := self._own_list(at)) is not None]
            shortest = min(lists, key=lambda values: (len(values), repr(values)), default=None)
            shared = set.intersection(*(set(map(key, values)) for values in lists)) if lists else set()
            kinds = self.kinds(location)
            self._lists[location] = (
                None
                if shortest is None
                else tuple(value for value in shortest if key(value) in shared and type_of(value) in kinds)
            )
        return self._lists[location]

    def _own_list(self, location: Location) -> tuple[JSON, ...] | None:
        """Return the values that one subschema lists by itself."""
        return listed_values(self.subschema(location), is_open=location in self.analysis.open_enums)

    def python_type(self, location: Location) -> PythonType | None:
        """Return the type that the formats here give a string, None if they give none, or several."""
        found = {type_ for at in self.together(location) if (type_ := self.python_type_of(at)) is not None}
        return found.pop() if len(found) == 1 else None

    def python_type_of(self, location: Location) -> PythonType | None:
        """Return the type that the format of one subschema gives a string."""
        if "format" not in self.subschema(location).keywords:
            return None
        format_ = self.analysis.format(location)
        return None if format_ is None else format_.python_type

    def required(self, location: Location) -> frozenset[str]:
        """Return the properties that every object here has."""
        return frozenset().union(*(_required(self.subschema(at)) for at in self.together(location)))

    def fields(self, location: Location) -> Mapping[str, Parts]:
        """Return the properties that are named here, each with all subschemas that apply to it, `properties` first."""
        if location not in self._fields:
            conjuncts = [self.subschema(at) for at in self.together(location)]
            named: dict[str, dict[Location, None]] = {}
            for subschema in conjuncts:
                for name, child in _schemas(subschema, "properties"):
                    named.setdefault(name, {})[child] = None
            for subschema in conjuncts if named else ():
                if (others := self._others(subschema)) is not None:
                    for name, parts in named.items():
                        parts.update(dict.fromkeys(others.of(name)))
            self._fields[location] = {name: tuple(parts) for name, parts in named.items()}
        return self._fields[location]

    def _others(self, subschema: Subschema) -> _Others | None:
        """Return what a subschema says of properties that it does not name, None if that is nothing for any type."""
        patterns = _schemas(subschema, "patternProperties")
        rest, _ = self._rest(subschema, "additionalProperties")
        is_said = rest is not None and self.subschema(rest).boolean is None
        if not patterns and not is_said:
            return None
        own = frozenset(name for name, _ in _schemas(subschema, "properties"))
        return _Others(own, patterns, rest if is_said else None)

    def field(self, location: Location, name: str) -> Location:
        """Return the place of a property that is named here."""
        parts = self.fields(location)[name]
        return parts[0] if len(parts) == 1 else self.place(location, f"~properties/{escape_token(name)}", parts)

    def item(self, location: Location) -> Location | None:
        """Return the place of all properties that are not named, None if different ones have different subschemas."""
        parts = [item for at in self.together(location) if (item := self._only_item(self.subschema(at))) is not None]
        return self.place(location, "~additionalProperties", tuple(dict.fromkeys(parts))) if parts else None

    def _only_item(self, subschema: Subschema) -> Location | None:
        """Return the subschema that one gives to all properties that it does not name."""
        patterns, (rest, closed) = (
            _schemas(subschema, "patternProperties"),
            self._rest(subschema, "additionalProperties"),
        )
        item = rest
        if patterns:
            item = patterns[0][1] if len(patterns) == 1 and closed else None
        return item if item is not None and self.subschema(item).boolean is None else None

    def is_closed(self, location: Location) -> bool:
        """Return whether an object here has no other properties than those that are named."""
        return any(
            self._rest(self.subschema(at), "additionalProperties")[1]
            and not _schemas(self.subschema(at), "patternProperties")
            for at in self.together(location)
        )

    def _rest(self, subschema: Subschema, name: str) -> tuple[Location | None, bool]:
        """Return the subschema of a keyword that has one, and whether it is `false`."""
        rest = next((child for _, child in _schemas(subschema, name)), None)
        return rest, rest is not None and self.subschema(rest).boolean is False

    def array(self, location: Location) -> Array:
        """Return what `prefixItems` and `items` make of an array here."""
        said = [
            self._items(subschema)
            for at in self.together(location)
            if _speaks_of_items(subschema := self.subschema(at))
        ]
        count = max((len(each.first) for each in said), default=0)
        first = tuple(
            self.place(location, f"~prefixItems/{index}", tuple(_items_at(said, index))) for index in range(count)
        )
        closed = any(each.closed and len(each.first) <= count for each in said)
        closed = closed or (count > 0 and min((each.most for each in said), default=count + 1) <= count)
        parts = tuple(
            dict.fromkeys(
                each.rest for each in said if each.rest is not None and self.subschema(each.rest).boolean is None
            )
        )
        rest = self.place(location, "~items", parts) if parts and not closed else None
        whole = count > 0 and max(each.least for each in said) >= count
        return Array(first, rest, not closed, whole)

    def _items(self, subschema: Subschema) -> _Items:
        first = tuple(child for _, child in _schemas(subschema, "prefixItems"))
        rest, closed = self._rest(subschema, "items")
        least, most = subschema.value("minItems"), subschema.value("maxItems")
        return _Items(
            first,
            None if closed else rest,
            closed,
            least if isinstance(least, int | float) else 0,
            most if isinstance(most, int | float) else float("inf"),
        )

    # Conjunctions of parts

    def place(self, at: Location, way: str, parts: Parts) -> Location:
        """Return the place where all the parts apply: one of them that says it all, else their join.

        `at` is the place that holds the value, `way` how it does.
        """
        left = self.reduced(parts)
        if len(left) == 1:
            return left[0]
        return self.analysis.joins.get((at.document, frozenset(left)), left[0])

    def reduced(self, parts: Parts) -> Parts:
        """Return the parts without those that say nothing of the type but what the others say; never none of them."""
        if len(parts) == 1:
            return parts
        left = [part for part in parts if self.saying(part)]
        for part in reversed(left[:]) if len(left) <= _MOST_COMPARED else ():
            others = [other for other in left if other != part]
            if others and all(any(self._implies(other, at) for other in others) for at in self.saying(part)):
                left = others
        return tuple(left) or parts[:1]

    def covers(self, one: Location, location: Location) -> bool:
        """Return whether a place says all that is said of the type at another."""
        return all(self._implies(one, at) for at in self.saying(location))

    def _implies(self, one: Location, said: Location) -> bool:
        """Return whether a place says of the type what one subschema says by itself."""
        if said in self.together(one):
            return True
        names = self.subschema(said).keywords.keys() & SAYING
        return all(_IMPLIED.get(name, _never)(self, one, said) for name in names) or self._is_repeated(one, said, names)

    def _is_repeated(self, one: Location, said: Location, names: Iterable[str]) -> bool:
        """Return whether one subschema here says the same in the same words, and these lead nowhere else."""
        values = {name: self.subschema(said).value(name) for name in names}
        return (
            bool(values)
            and not _refers(list(values.values()))
            and any(
                self._dialect(at) == self._dialect(said)
                and all(
                    name in self.subschema(at).keywords and key(self.subschema(at).value(name)) == key(value)
                    for name, value in values.items()
                )
                for at in self.together(one)
            )
        )

    def _dialect(self, location: Location) -> str:
        return self.analysis.resources[self.subschema(location).resource].dialect

    def exclude_each_other(self, parts: Sequence[Location]) -> bool:
        """Return whether no value is valid for all of the parts, by their types and listed values."""
        kinds = KINDS.intersection(*map(self.kinds, parts))
        lists = [set(map(key, values)) for part in parts if (values := self.listed(part)) is not None]
        if not kinds or not lists:
            return not kinds
        shared = set.intersection(*lists)
        values = next(values for part in parts if (values := self.listed(part)) is not None)
        return not any(key(value) in shared and type_of(value) in kinds for value in values)

    # Classes

    def makes_same_object(self, one: Location, other: Location) -> bool:
        """Return whether objects of two places have the same fields, of the same types."""
        fields, others = self.fields(one), self.fields(other)
        if fields.keys() != others.keys() or self.is_closed(one) != self.is_closed(other):
            return False
        if self.required(one) & fields.keys() != self.required(other) & fields.keys():
            return False
        items = [frozenset(self._item_parts(at)) for at in (one, other)]
        return items[0] == items[1] and all(
            self._told(parts) == self._told(others[name]) for name, parts in fields.items() if parts != others[name]
        )

    def _told(self, parts: Parts) -> frozenset[Location]:
        """Return the parts by which the type of a property is told from others."""
        return frozenset(part for part in self.reduced(parts) if self.saying(part))

    def _item_parts(self, location: Location) -> Parts:
        parts = (self._only_item(self.subschema(at)) for at in self.together(location))
        found = tuple(dict.fromkeys(part for part in parts if part is not None))
        return self.reduced(found) if found else ()


CONJUNCTIONS = vocabulary.holding(Holds.ALL)
_LISTING = CONJUNCTIONS | {"enum", "const"}
_CHOICES = vocabulary.holding(Holds.SOME, Holds.ONE)
UNNAMED = frozenset({"patternProperties", "additionalProperties"})
SAYING = _CHOICES | {
    *("type", "enum", "const", "format", "required", "minItems", "maxItems", "prefixItems", "items"),
    *("properties", "patternProperties", "additionalProperties"),
}
"""The keywords that can give a value its type."""

COVERAGE = vocabulary.cover(
    "the types of values",
    SAYING | CONJUNCTIONS,
    {
        **dict.fromkeys(vocabulary.holding(Holds.NONE, Holds.EITHER_WAY), "it only tests the value"),
        **dict.fromkeys(vocabulary.holding(Holds.AT_TIMES), "it says nothing of every value"),
        **dict.fromkeys(("contains", "unevaluatedItems"), "it says nothing of every item"),
        "unevaluatedProperties": "it says nothing of every property without a field",
        "propertyNames": "a name is a str",
    },
    by_role={role: role.value for role in Role if role not in (Role.REFERENCE, Role.IN_PLACE, Role.ON_PARTS)},
)


_MOST_COMPARED = 40
"""Parts that are compared with each other: the time for that grows with the square of their number."""


def _schemas(subschema: Subschema, name: str) -> tuple[tuple[str, Location], ...]:
    keyword = subschema.keywords.get(name)
    return () if keyword is None else keyword.schemas


def _required(subschema: Subschema) -> frozenset[str]:
    names = subschema.value("required")
    return frozenset(map(str, names)) if isinstance(names, list) else frozenset()


@lru_cache(maxsize=4096)
def _search(pattern: str) -> Callable[[str], object] | None:
    """Return the search function of an ECMA-262 pattern, None if there is none that is quick."""
    try:
        translated = translate(pattern)
    except Untranslatable:
        return None
    return re.compile(translated.source).search if translated.warning is None else None


def _speaks_of_items(subschema: Subschema) -> bool:
    return not _OF_ITEMS.isdisjoint(subschema.keywords)


_OF_ITEMS = frozenset({"prefixItems", "items", "minItems", "maxItems"})


def _items_at(said: Sequence[_Items], index: int) -> Iterator[Location]:
    """Yield the subschemas that apply to the item at an index."""
    for each in said:
        if index < len(each.first):
            yield each.first[index]
        elif each.rest is not None:
            yield each.rest


def _refers(value: JSON) -> bool:
    """Return whether a reference or an identifier may stand anywhere in a value."""
    if isinstance(value, Mapping):
        return any(name.startswith("$") or name == "id" for name in value) or any(map(_refers, value.values()))
    return isinstance(value, Sequence) and not isinstance(value, str) and any(map(_refers, value))


# What implies a keyword


def _has_types(conjunctions: Conjunctions, one: Location, said: Location) -> bool:
    return conjunctions.kinds(one) <= type_kinds(conjunctions.subschema(said).value("type"))


def _has_values(conjunctions: Conjunctions, one: Location, said: Location) -> bool:
    values, listed = conjunctions.listed(one), listed_values(conjunctions.subschema(said))
    return values is not None and set(map(key, values)) <= set(map(key, listed or ()))


def _has_format(conjunctions: Conjunctions, one: Location, said: Location) -> bool:
    return "string" not in conjunctions.kinds(one) or conjunctions.python_type(one) == conjunctions.python_type_of(said)


def _has_required(conjunctions: Conjunctions, one: Location, said: Location) -> bool:
    names = conjunctions.subschema(said).value("required")
    is_required = isinstance(names, list) and conjunctions.required(one).issuperset(map(str, names))
    return is_required or "object" not in conjunctions.kinds(one)


def _has_no_array(conjunctions: Conjunctions, one: Location, said: Location) -> bool:
    return "array" not in conjunctions.kinds(one)


def _has_no_object(conjunctions: Conjunctions, one: Location, said: Location) -> bool:
    return "object" not in conjunctions.kinds(one)


def _never(conjunctions: Conjunctions, one: Location, said: Location) -> bool:
    return False


_IMPLIED: Mapping[str, Callable[[Conjunctions, Location, Location], bool]] = {
    "type": _has_types,
    "enum": _has_values,
    "const": _has_values,
    "format": _has_format,
    "required": _has_required,
    **dict.fromkeys(_OF_ITEMS, _has_no_array),
    **dict.fromkeys(("properties", "patternProperties", "additionalProperties"), _has_no_object),
}
"""When a place says what a keyword of another subschema says of the type; what has no row, it never does."""
