"""Instances: valid JSON values made from a schema, as examples for its readers; the same ones on every run.

An instance is made keyword by keyword, which can go wrong where keywords play together (`not`, `oneOf`,
`uniqueItems`). So every place where there is a choice is noted, and whoever asks for an instance gets one after the
other, the plainest first, and takes the first that is valid.

What a reader can take in is short, and a schema whose parts name each other has instances of any size: an instance
that gets too long is made again with less in it. From some level on it has no optional part, and of alternatives the
one that ends soonest.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from itertools import islice
from typing import Final, NamedTuple

from ..compiler.analysis import KINDS
from ..compiler.regex.patterns import Untranslatable
from ..ir import JSON, Keyword, Location, Subschema, type_of
from ..records import dataclass
from ..schema import vocabulary
from ..schema.equality import key
from ..schema.listing import type_kinds
from ..schema.vocabulary import ENTRIES, IN_PLACE, Evaluates, Holds, Role
from .budget import LONGEST, Budget, SpentError
from .depths import depths

MAKING_STEPS: Final = 1_000_000
"""What the instances of one subschema may cost: characters, and some for all that is looked at to make them."""

_DEEP: Final = 30  # subschemas around an instance
_DEEPEST: Final = 60  # instances around an instance
_MOST: Final = 2000  # items of an array, names of an object
_LOOK: Final = 10  # steps for a subschema that is looked at

_FORMATS: Final = {
    "date-time": "2025-01-31T12:00:00Z",
    "date": "2025-01-31",
    "time": "12:00:00Z",
    "duration": "PT1H",
    "email": "user@example.com",
    "idn-email": "user@example.com",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uri-reference": "/path",
    "iri": "https://example.com/",
    "iri-reference": "/path",
    "uri-template": "https://example.com/{id}",
    "json-pointer": "/path",
    "relative-json-pointer": "0/path",
    "regex": "^[a-z]+$",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
}
_NAMES_PROPERTIES: Final = vocabulary.evaluating(
    Evaluates.NAMED_PROPERTIES, Evaluates.MATCHING_PROPERTIES, Evaluates.OTHER_PROPERTIES
)
_KEYWORDS_OF: Final = {kind: vocabulary.speaking_of(kind) for kind in ("object", "array", "string", "integer")}
_MADE_BY: Final = frozenset(
    {
        *vocabulary.holding(Holds.ALL, Holds.SOME, Holds.ONE, Holds.EITHER_WAY, Holds.AT_TIMES),
        *("type", "enum", "const", "examples", "default"),
        *("properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames"),
        *("required", "dependentRequired", "minProperties", "maxProperties"),
        *("prefixItems", "items", "unevaluatedItems", "contains", "minContains"),
        *("minItems", "maxItems", "uniqueItems"),
        *("minLength", "maxLength", "pattern", "format"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    }
)
COVERAGE: Final = vocabulary.cover(
    "the examples that are made",
    _MADE_BY,
    by_role={
        **dict.fromkeys((Role.ASSERTION, Role.IN_PLACE, Role.ON_PARTS), "what is made is validated by it all the same"),
        **{role: role.value for role in (Role.IDENTIFIER, Role.DIALECT, Role.DEFINITIONS, Role.ANNOTATION)},
    },
)
_SAYING: Final = _MADE_BY.union(*_KEYWORDS_OF.values())
"""The keywords that an instance may depend on: what only describes is none of them."""
_PLAINEST: Final = ("object", "string", "integer", "number", "boolean", "array", "null")


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much an instance has: down to which level how many optional properties, and how long it is at most."""

    levels: int
    properties: int
    characters: int
    tries: int


_SHORT: Final = 4000
_DETAILS: Final = (
    _Detail(30, _MOST, _SHORT, 200),
    *(_Detail(levels, properties, _SHORT, 30) for levels, properties in ((3, 50), (1, 20), (0, 20))),
    _Detail(-1, 0, 10 * _SHORT, 30),
)
"""From the fullest instance to the least one; the least may be longer, as there is no shorter one."""


class Maker:
    """Makes instances for subschemas."""

    def __init__(self, subschemas: Mapping[Location, Subschema]) -> None:
        self.subschemas = subschemas
        self._depths: Mapping[Location, int] | None = None
        self._members: dict[tuple[Location, str], dict[str, Location]] = {}
        self._contents: dict[Location, str] = {}
        self.scalars: dict[tuple[str, bool, int], _Scalar] = {}

    def instances(self, location: Location, hidden: str = "", budget: Budget | None = None) -> Iterator[JSON]:
        """Yield instances for the subschema, the plainest first; not all of them are valid, and some are equal.

        An optional part whose schema has `hidden` (such as `readOnly`) set is left out. The budget has `ended` if it
        kept an instance from being made.
        """
        for made in self.passes(location, hidden, budget):
            yield from made

    def passes(self, location: Location, hidden: str = "", budget: Budget | None = None) -> Iterator[Iterator[JSON]]:
        """Yield the same instances, those of one detail after the other; each of these may be left early."""
        whole = budget or Budget(MAKING_STEPS)
        share = whole.left // len(_DETAILS)
        for detail in _DETAILS:
            left = whole.part(share)
            yield self._instances(location, hidden, detail, left)
        whole.ended = whole.ended or left.ended

    def _instances(self, location: Location, hidden: str, detail: _Detail, left: Budget) -> Iterator[JSON]:
        """Yield instances of one detail; none if the plainest ones are too long."""
        prefixes: list[tuple[int, ...]] = [()]
        has_made = False
        for prefix in prefixes:
            choices = _Choices(prefix)
            making = _Making(self, choices, hidden, detail, left, Budget(detail.characters))
            try:
                yield making.value((location,), _Around(), 0)
                has_made = True
            except (_Impossible, Untranslatable, RecursionError):
                pass  # the next way may lead to an instance
            except SpentError:
                left.ended = True
                if left.left < 0 or not (has_made or detail is _DETAILS[-1]):
                    return
            prefixes.extend(islice(choices.others(), max(0, detail.tries - len(prefixes))))

    def depth(self, location: Location) -> int:
        """Return how far the shallowest instance of a subschema goes down."""
        if self._depths is None:
            self._depths = depths(self.subschemas)
        return self._depths[location]

    def members(self, subschema: Subschema, keyword: str) -> dict[str, Location]:
        """Return the subschemas of a keyword by their tokens."""
        if keyword not in subschema.keywords:
            return {}
        key = subschema.location, keyword
        if key not in self._members:
            self._members[key] = dict(_children(subschema, keyword))
        return self._members[key]

    def content(self, location: Location) -> str:
        """Return all that a subschema says of its instances, "" if it leads to other ones or has a pattern."""
        if location not in self._contents:
            self._contents[location] = _content(self.subschemas[location])
        return self._contents[location]


def _content(subschema: Subschema) -> str:
    keywords = subschema.keywords
    if subschema.boolean is not None or "pattern" in keywords:
        return ""
    if any(keyword.schemas or keyword.target is not None for keyword in keywords.values()):
        return ""
    return repr({name: keyword.value for name, keyword in keywords.items() if name in _SAYING})


class _Scalar(NamedTuple):
    """The plainest scalar of a subschema: how long it is, and the choices that there were."""

    value: JSON
    characters: int
    counts: tuple[int, ...]


class _Impossible(Exception):
    """No instance can be made on this way."""


@dataclasses.dataclass(slots=True)
class _Choices:
    """The choices of one way: those of `prefix`, then the plainest ones; how many there were is kept."""

    prefix: tuple[int, ...]
    counts: list[int] = field(default_factory=list)

    @property
    def are_plain(self) -> bool:
        """Return whether all that is still to be chosen is the plainest."""
        return len(self.counts) >= len(self.prefix)

    def of(self, count: int) -> int:
        """Return which of so many it is."""
        at = len(self.counts)
        self.counts.append(count)
        return min(self.prefix[at], count - 1) if at < len(self.prefix) else 0

    def others(self) -> Iterator[tuple[int, ...]]:
        """Yield the ways that differ from this one in one more choice, the last ones first: those are the details."""
        for at in reversed(range(len(self.prefix), len(self.counts))):
            rest = (0,) * (at - len(self.prefix))
            yield from ((*self.prefix, *rest, other) for other in range(1, self.counts[at]))


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around an instance: how many instances, and the subschemas that they are made for."""

    depth: int = 0
    subschemas: frozenset[Location] = frozenset()


@dataclass(frozen=True, slots=True)
class _Parts:
    """The subschemas that hold for one instance together, and what stands around the instances within it."""

    subschemas: tuple[Subschema, ...]
    above: _Around
    is_deep: bool
    """Whether so much stands around that the instance should be a small one."""
    named: Mapping[str, list[Keyword]]
    """The keywords of all of them by name."""

    def keywords(self, name: str) -> Sequence[Keyword]:
        """Return the keyword of every subschema that has it."""
        return self.named.get(name, ())

    def values(self, name: str) -> list[JSON]:
        """Return the keyword's values."""
        return [keyword.value for keyword in self.keywords(name)]

    def children(self, name: str) -> list[Location]:
        """Return the subschemas of the keyword, where it has only one."""
        return [child for keyword in self.keywords(name) for token, child in keyword.schemas if token == ""]

    def texts(self, name: str) -> list[str]:
        """Return the keyword's values that are strings, or strings in an array."""
        rows = [value if isinstance(value, list) else [value] for value in self.values(name)]
        return [text for row in rows for text in row if isinstance(text, str)]

    def least(self, name: str) -> int:
        """Return the strictest lower bound of a count, 0 without one."""
        return max((int(value) for value in self.values(name) if isinstance(value, int | float)), default=0)

    def most(self, name: str) -> int | None:
        """Return the strictest upper bound of a count, None without one."""
        return min((int(value) for value in self.values(name) if isinstance(value, int | float)), default=None)


@dataclass(frozen=True, slots=True)
class _Making:
    """One way to an instance; `left` are steps, `room` is of characters."""

    maker: Maker
    choices: _Choices
    hidden: str
    detail: _Detail
    left: Budget
    room: Budget

    def value(self, locations: Sequence[Location], above: _Around, variant: int, *, optional: bool = False) -> JSON:
        """Return an instance for all of the subschemas together; raises _Impossible, or SpentError.

        One that is `optional` is not made within an instance of the same subschema.
        """
        if above.depth > _DEEPEST:
            raise _Impossible
        key = self._key(locations, above, variant)
        known = self.maker.scalars.get(key)
        if known is None:
            return self._made(locations, above, variant, key, optional=optional)
        self.left.spend(_LOOK)
        self.choices.counts += known.counts
        self._take(known.characters)
        return known.value

    def _key(self, locations: Sequence[Location], above: _Around, variant: int) -> tuple[str, bool, int]:
        """Return all that a scalar is made from; its content is "" if there may be more."""
        content = ""
        if len(locations) == 1 and self.choices.are_plain and not self.hidden and locations[0] not in above.subschemas:
            content = self.maker.content(locations[0])
        return content, above.depth > self.detail.levels or len(above.subschemas) >= _DEEP, variant

    def _made(
        self, locations: Sequence[Location], above: _Around, variant: int, key: tuple[str, bool, int], *, optional: bool
    ) -> JSON:
        before = len(self.choices.counts)
        value = self._found(locations, above, variant, optional=optional)
        if key[0] and not isinstance(value, dict | list):
            self.maker.scalars[key] = _Scalar(value, _length(value), tuple(self.choices.counts[before:]))
        return value

    def _found(self, locations: Sequence[Location], above: _Around, variant: int, *, optional: bool) -> JSON:
        parts = self._parts(locations, above)
        if optional and any(subschema.location in above.subschemas for subschema in parts.subschemas):
            raise _Impossible
        if optional and True in parts.values(self.hidden):
            raise _Impossible
        suggested = _suggested(parts)
        if suggested:
            chosen = self.choices.of(len(suggested) + 1)
            if chosen < len(suggested):
                return self._whole(suggested[(chosen + variant) % len(suggested)])
        listed = _listed(parts)
        if listed is not None:
            return self._whole(listed[(self.choices.of(len(listed)) + variant) % len(listed)])
        kinds = _kinds(parts)
        kind = kinds[self.choices.of(len(kinds))]
        if kind == "object":
            return self._object(parts)
        return self._array(parts) if kind == "array" else self._whole(self._scalar(kind, parts, variant))

    def _whole(self, value: JSON) -> JSON:
        """Return a value that takes all its room at once."""
        self._take(_length(value))
        return value

    def _take(self, characters: int) -> None:
        self.left.spend(characters)
        self.room.spend(characters)

    def _parts(self, locations: Iterable[Location], above: _Around) -> _Parts:
        """Return the subschemas and those that they apply to the same instance, one way through them."""
        applied: dict[Location, Subschema] = {}
        named: dict[str, list[Keyword]] = {}
        queue = deque(locations)
        deep = above.depth > self.detail.levels or len(above.subschemas) > _DEEP
        while queue:
            location = queue.popleft()
            if location in applied:
                continue
            self.left.spend(_LOOK)
            subschema = applied[location] = self.maker.subschemas[location]
            if subschema.boolean is False:
                raise _Impossible
            for name, keyword in subschema.keywords.items():
                named.setdefault(name, []).append(keyword)
                if name in IN_PLACE:
                    queue.extend(self._way(keyword, subschema, deep))
        around = _Around(above.depth + 1, above.subschemas | applied.keys())
        return _Parts(tuple(applied.values()), around, deep or len(around.subschemas) > _DEEP, named)

    def _way(self, keyword: Keyword, subschema: Subschema, deep: bool) -> list[Location]:
        schemas = [child for _, child in keyword.schemas]
        if keyword.target is not None:
            return [keyword.target]
        holds = ENTRIES[keyword.name].holds
        if holds is Holds.ALL:
            return schemas
        if holds in (Holds.SOME, Holds.ONE):
            schemas = sorted(schemas, key=self.maker.depth) if deep else schemas
            return [schemas[self.choices.of(len(schemas))]]
        if keyword.name == "if":
            branches = [subschema.keywords.get(name) for name in ("then", "else")]
            then, otherwise = ([child for _, child in branch.schemas] if branch else [] for branch in branches)
            return [*schemas, *then] if self.choices.of(2) == 0 else otherwise
        if holds is Holds.AT_TIMES and not ENTRIES[keyword.name].read_by:
            return [child for child in schemas if self.choices.of(2) == 1]
        return []

    # Objects

    def _object(self, parts: _Parts) -> JSON:
        made: dict[str, JSON] = {}
        most = parts.most("maxProperties")
        needed = self._needed(parts)
        for name in self._names(parts, needed):
            if name not in needed and most is not None and len(made) + len(needed - made.keys()) >= most:
                continue
            try:
                self._take(len(name) + 6)
                made[name] = self.value(self._for_name(parts, name), parts.above, 0, optional=name not in needed)
            except _Impossible:
                if name in needed:
                    raise
        return made

    def _needed(self, parts: _Parts) -> set[str]:
        needed = set(parts.texts("required"))
        pending = list(needed)
        while pending:
            name = pending.pop()
            for value in parts.values("dependentRequired"):
                others = value.get(name) if isinstance(value, dict) else None
                new = {str(other) for other in others} - needed if isinstance(others, list) else set()
                needed |= new
                pending.extend(new)
        return needed

    def _names(self, parts: _Parts, needed: set[str]) -> list[str]:
        """Return the names in the schema's order; optional ones too, unless the way is deep or the choice is not."""
        declared = [name for keyword in parts.keywords("properties") for name, _ in keyword.schemas]
        optional = len(declared) > len(needed) or parts.keywords("patternProperties") or _open(parts)
        full = not parts.is_deep and not (optional and self.choices.of(2))
        shown = {*declared[: self.detail.properties], *needed} if full else needed
        names = [name for name in declared if name in shown]
        names += sorted(needed - set(names))
        least = parts.least("minProperties")
        if full and not names and optional:
            least = max(least, 1)
        declared = list(dict.fromkeys((*names, *declared)))
        names = declared[: max(least, len(dict.fromkeys(names)))]
        for number in range(self._counted(least - len(names))):
            names.append(self._new_name(parts, number))
        return list(dict.fromkeys(names))

    def _counted(self, least: int) -> int:
        """Return how many there have to be; raises SpentError for more than there can be."""
        if least > _MOST:
            raise SpentError
        return max(0, least)

    def _new_name(self, parts: _Parts, number: int) -> str:
        patterns = [token for keyword in parts.keywords("patternProperties") for token, _ in keyword.schemas]
        if patterns:
            text = _matching([patterns[number % len(patterns)]], 1, None, number, self.left)
            if text is not None:
                return text
        rules = parts.children("propertyNames")
        name = self.value(rules, parts.above, number) if rules else None
        return name if isinstance(name, str) else "key" if number == 0 else f"key{number + 1}"

    def _for_name(self, parts: _Parts, name: str) -> list[Location]:
        schemas: list[Location] = []
        for part in parts.subschemas:
            if _NAMES_PROPERTIES.isdisjoint(part.keywords):
                continue
            patterns = self.maker.members(part, "patternProperties")
            self.left.spend(1 + len(patterns))
            named = self.maker.members(part, "properties").get(name)
            matching = [] if named is None else [named]
            matching += [child for pattern, child in patterns.items() if _matches(pattern, name)]
            schemas += matching or self.maker.members(part, "additionalProperties").values()
        return schemas or parts.children("unevaluatedProperties")

    # Arrays

    def _array(self, parts: _Parts) -> JSON:
        first = max((len(keyword.schemas) for keyword in parts.keywords("prefixItems")), default=0)
        held = parts.children("contains")
        count = 0 if not held else parts.least("minContains") if parts.values("minContains") else 1
        least, most = max(parts.least("minItems"), count), parts.most("maxItems")
        described = parts.children("items") or held or first
        preferred = max(least, first, 1 if described else 0) if not parts.is_deep else least
        length = [preferred, least][self.choices.of(2)] if preferred > least else least
        start = [0, first][self.choices.of(2)] if held and first else 0
        unique = True in parts.values("uniqueItems")
        made: list[JSON] = []
        for index in range(self._counted(length if most is None else min(length, most))):
            schemas = self._for_index(parts, index)
            if held and start <= index < start + count:
                schemas = [*schemas, *held]
            try:
                self._take(2)
                made.append(self.value(schemas, parts.above, index if unique else 0, optional=index >= least))
            except _Impossible:
                if index < least:
                    raise
                break
        return made

    def _for_index(self, parts: _Parts, index: int) -> list[Location]:
        schemas: list[Location] = []
        for part in parts.subschemas:
            positional = self.maker.members(part, "prefixItems").get(str(index))
            schemas += self.maker.members(part, "items").values() if positional is None else [positional]
        return schemas or parts.children("unevaluatedItems")

    # Scalars

    def _scalar(self, kind: str, parts: _Parts, variant: int) -> JSON:
        if kind == "null":
            return None
        if kind == "boolean":
            return (self.choices.of(2) + variant) % 2 == 0
        shifted = variant + self.choices.of(3)
        return _string(parts, shifted, self.left) if kind == "string" else _number(parts, kind == "integer", shifted)


def _length(value: JSON) -> int:
    """Return about how many characters a value has as JSON."""
    return len(value) + 2 if isinstance(value, str) else len(json.dumps(value))


def _children(subschema: Subschema, keyword: str) -> tuple[tuple[str, Location], ...]:
    entry = subschema.keywords.get(keyword)
    return entry.schemas if entry else ()


def _suggested(parts: _Parts) -> list[JSON]:
    """Return what the schema's author lists as examples, or else as the default, where all the subschemas list it."""
    examples = [value for values in parts.values("examples") if isinstance(values, list) for value in values]
    return _allowed(examples or parts.values("default"), parts, _lists(parts))


def _listed(parts: _Parts) -> list[JSON] | None:
    """Return the values of the shortest list of all that the others allow too, None without such a list."""
    lists = _lists(parts)
    shortest = min(lists, key=len, default=None)
    if shortest is None:
        return None
    allowed = _allowed(shortest, parts, lists)
    if not allowed:
        raise _Impossible
    return allowed


def _lists(parts: _Parts) -> list[list[JSON]]:
    constants = [[value] for value in parts.values("const")]
    return constants + [values for values in parts.values("enum") if isinstance(values, list) and values]


def _allowed(values: list[JSON], parts: _Parts, lists: Sequence[list[JSON]]) -> list[JSON]:
    """Return those of the values that every list has and that have a type which is allowed."""
    if not values:
        return []
    original = values
    kinds = KINDS.intersection(*map(type_kinds, parts.values("type")))
    if len(kinds) < len(KINDS):
        values = [value for value in values if type_of(value) in kinds]
    for others in lists:
        if others is not original and values:
            listed = set(map(key, others))
            values = [value for value in values if key(value) in listed]
    return values


def _open(parts: _Parts) -> bool:
    """Return whether the schema says something of properties that it does not name."""
    return bool(parts.children("additionalProperties"))


def _kinds(parts: _Parts) -> list[str]:
    """Return the JSON types that are allowed, those that the keywords are for first."""
    allowed = KINDS.intersection(*map(type_kinds, parts.values("type")))
    constrained = [kind for kind, keywords in _KEYWORDS_OF.items() if not keywords.isdisjoint(parts.named)]
    order = [*constrained, *(kind for kind in _PLAINEST if kind not in constrained)]
    if parts.is_deep:
        order.sort(key=lambda kind: kind in ("object", "array"))
    if not parts.values("type") and not constrained:
        order.remove("object")
        order.append("object")
    kinds = [kind for kind in order if kind in allowed]
    if "number" in kinds and "integer" in kinds and any("number" in _row(value) for value in parts.values("type")):
        kinds.remove("integer")
    if not kinds:
        raise _Impossible
    return kinds


def _row(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else [value]


def _string(parts: _Parts, variant: int, left: Budget) -> str:
    least, most = parts.least("minLength"), parts.most("maxLength")
    if least > LONGEST:
        raise SpentError
    patterns = parts.texts("pattern")
    if patterns:
        matching = _matching(patterns, least, most, variant, left)
        if matching is None:
            raise _Impossible
        return matching
    formatted = [_FORMATS[name] for name in parts.texts("format") if name in _FORMATS]
    text = formatted[0] if formatted else "string" + (str(variant) if variant else "")
    if len(text) < least:
        text = (text * (least // len(text) + 1))[:least]
    return text if most is None else text[len(text) - most :] if variant else text[:most]


def _matching(patterns: Sequence[str], least: int, most: int | None, variant: int, left: Budget) -> str | None:
    from . import strings  # with the parser of patterns a sixteenth of all imports, and many schemas have none

    return strings.matching(patterns, least, most, variant, left)


def _matches(pattern: str, text: str) -> bool:
    from . import strings

    return strings.search(pattern)(text) is not None


def _number(parts: _Parts, whole: bool, variant: int) -> int | float:
    """Return a number within the bounds, if there is one; in fractions, as sums of floats are not exact."""
    low, high = _bound(parts, "minimum", "exclusiveMinimum", 1), _bound(parts, "maximum", "exclusiveMaximum", -1)
    multiples = [_fraction(value) for value in parts.values("multipleOf") if isinstance(value, int | float)]
    step = math.prod(multiples, start=Fraction(1))
    if whole:
        step = Fraction(step.numerator)
    number = max(step, math.ceil(low / step) * step) if low is not None else step
    if high is not None and number > high:
        number = math.floor(high / step) * step
        if low is not None and number < low and not whole and not multiples:
            number = (low + high) / 2
        variant = -variant
    number += variant * step
    return int(number) if number.denominator == 1 else float(number)


def _bound(parts: _Parts, inclusive: str, exclusive: str, inwards: int) -> Fraction | None:
    """Return the strictest bound; one that is exclusive stands a little further within."""
    bounds = [_fraction(value) for value in parts.values(inclusive) if isinstance(value, int | float)]
    opened = [_fraction(value) for value in parts.values(exclusive) if isinstance(value, int | float)]
    bounds += [value + inwards * Fraction(1, 1024) for value in opened]
    if not bounds:
        return None
    return max(bounds) if inwards > 0 else min(bounds)


def _fraction(value: int | float) -> Fraction:
    return Fraction(repr(value))
