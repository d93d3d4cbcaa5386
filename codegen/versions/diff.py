"""Changes: two versions of a document are compared keyword by keyword, with what can be proven of each.

A keyword is an assertion beside the others of its object, so that one more accepts no more instances, and one less
no fewer. That holds as far as nothing turns it round (`not`, `oneOf`, `if`, a bounded `contains`) and no keyword
takes what its neighbours leave over. Where it does not hold, nothing is proven.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from fractions import Fraction
from typing import Final, TypeAlias

from ..compiler.analysis import Analysis
from ..ir import JSON, Keyword, Location, Subschema
from ..pointer import value_at
from ..records import dataclass
from ..schema import vocabulary
from ..schema.equality import equal, key
from ..schema.listing import type_kinds
from ..schema.vocabulary import ENTRIES, Entry, Evaluates, Holds, Role


@dataclass(frozen=True, slots=True)
class Proof:
    """What is proven of a change: that what was valid is valid now, and that what is valid now was valid before."""

    old_stays: bool
    new_was: bool

    @property
    def reverse(self) -> Proof:
        """Return what is proven of the change back."""
        return Proof(self.new_was, self.old_stays)


NARROWER: Final = Proof(old_stays=False, new_was=True)
WIDER: Final = Proof(old_stays=True, new_was=False)
EQUAL: Final = Proof(old_stays=True, new_was=True)
NOTHING: Final = Proof(old_stays=False, new_was=False)


@dataclass(frozen=True, slots=True)
class Pair:
    """The same subschema in both versions."""

    old: Location
    new: Location


@dataclass(frozen=True, slots=True)
class Step:
    """One change, as `ir.Change` has it, between the subschemas of a pair, with what is proven of it."""

    pair: Pair
    keyword: str
    token: str
    before: tuple[JSON, ...]
    after: tuple[JSON, ...]
    proof: Proof


Compared: TypeAlias = Step | Pair


@dataclasses.dataclass(frozen=True)
class Comparison:
    """The comparison of two versions of a document; `before` and `after` are what its file held and holds."""

    old: Analysis
    new: Analysis
    before: JSON
    after: JSON
    turned: frozenset[Location]
    aimed_at: frozenset[Location]
    leaves_over: bool
    is_dynamic: bool

    def steps(self, root: Location) -> Iterator[Step]:
        """Yield the changes of the document with that root, each place before those below it."""
        loose = sorted(_loose(self.old, root) & _loose(self.new, root))
        pending = [Pair(location, location) for location in (root, *loose)]
        while pending:
            pair = pending.pop(0)
            compared = list(self._compared(pair))
            yield from (self._proven(each) for each in compared if isinstance(each, Step))
            pending[:0] = [each for each in compared if isinstance(each, Pair)]

    def _proven(self, step: Step) -> Step:
        if step.proof != EQUAL and (self.is_dynamic or {step.pair.old, step.pair.new} & self.turned):
            return replace(step, proof=NOTHING)
        return step

    def _compared(self, pair: Pair) -> Iterator[Compared]:
        was, now = self.old[pair.old], self.new[pair.new]
        if was.boolean is not None or now.boolean is not None:
            before, after = self._was(pair.old), self._is(pair.new)
            if not equal(before, after):
                narrower = was.boolean is True or now.boolean is False
                wider = was.boolean is False or now.boolean is True
                yield Step(pair, "", "", (before,), (after,), Proof(wider, narrower))
            return
        for name in dict.fromkeys((*now.keywords, *was.keywords)):
            one, other = was.keywords.get(name), now.keywords.get(name)
            by_member = _by_member(one or other)
            if by_member is not None:
                yield from by_member(self, pair, one, other)
            elif one is not None and other is not None:
                yield from self._changed(pair, one, other)
            elif one is not None:
                yield Step(pair, one.name, "", (one.value,), (), self._of_keyword(pair, one).reverse)
            elif other is not None:
                yield Step(pair, other.name, "", (), (other.value,), self._of_keyword(pair, other))

    def _was(self, location: Location) -> JSON:
        return value_at(location.pointer, self.before)

    def _is(self, location: Location) -> JSON:
        return value_at(location.pointer, self.after)

    # What is proven

    def _of_keyword(self, pair: Pair, keyword: Keyword) -> Proof:
        """Return what is proven of a keyword that came: nothing, if its row in the vocabulary says nothing of that."""
        entry = ENTRIES[keyword.name]
        if self._says_nothing(pair, entry):
            return EQUAL
        if keyword.name == "minContains":
            return _lower_bound(1, keyword.value)
        return NARROWER if entry.narrows and not (self.leaves_over and entry.evaluates) else NOTHING

    def _says_nothing(self, pair: Pair, entry: Entry) -> bool:
        """Return whether no instance is valid or not because of the keyword."""
        if entry.name == "format":
            return self.old.format(pair.old) is None and self.new.format(pair.new) is None
        # Where a reference leads is compared by itself, but not where a dynamic one does.
        return entry.role is Role.ANNOTATION or (entry.role is Role.IDENTIFIER and not self.is_dynamic)

    def _of_value(self, pair: Pair, one: Keyword, other: Keyword) -> Proof:
        """Return what is proven of a keyword with another value."""
        if self._says_nothing(pair, ENTRIES[one.name]):
            return EQUAL
        direction = _DIRECTIONS.get(one.name)
        return NOTHING if direction is None else direction(one.value, other.value)

    def _of_part(self, pair: Pair, name: str) -> Proof:
        """Return what is proven of a part that came to a keyword with an array of subschemas."""
        entry = ENTRIES[name]
        takes_nothing = entry.narrows or (name == "prefixItems" and self._both(pair, "items", _is_open))
        if self.leaves_over or not takes_nothing:
            return NOTHING
        return WIDER if entry.holds is Holds.SOME else NARROWER if entry.holds is Holds.ALL else NOTHING

    def _of_member(self, pair: Pair, name: str) -> Proof:
        """Return what is proven of a property that came: it narrows what was anything, and opens what was nothing."""
        entry = ENTRIES[name]
        if entry.role is Role.DEFINITIONS:
            return EQUAL
        if self.leaves_over or not (entry.narrows or name in _NAMING_PROPERTIES):
            return NOTHING
        if name not in _NAMING_PROPERTIES:
            return NARROWER if entry.holds in (Holds.ALL, Holds.AT_TIMES) else NOTHING
        if self._both(pair, "additionalProperties", _is_open):
            return NARROWER
        closed = self._both(pair, "additionalProperties", _is_closed)
        return WIDER if closed and self._both(pair, "patternProperties", _is_open) else NOTHING

    def _both(self, pair: Pair, name: str, is_so: Callable[[Keyword | None], bool]) -> bool:
        return is_so(self.old[pair.old].keywords.get(name)) and is_so(self.new[pair.new].keywords.get(name))

    # Keywords that both versions have

    def _changed(self, pair: Pair, one: Keyword, other: Keyword) -> Iterator[Compared]:
        if ENTRIES[one.name].role is Role.ANNOTATION or not (one.schemas or other.schemas):
            moved = one.target != other.target and not ENTRIES[one.name].is_dynamic
            if moved or not equal(one.value, other.value):
                yield Step(pair, one.name, "", (one.value,), (other.value,), self._of_value(pair, one, other))
            return
        befores = [self._was(location) for _, location in one.schemas]
        afters = [self._is(location) for _, location in other.schemas]
        parts = {location for _, location in (*one.schemas, *other.schemas)}
        keeps_places = one.name == "prefixItems" or not parts.isdisjoint(self.aimed_at)
        for was, now in _aligned(befores, afters, in_order=keeps_places):
            if was is not None and now is not None:
                yield Pair(one.schemas[was][1], other.schemas[now][1])
            elif was is not None:
                yield Step(pair, one.name, str(was), (befores[was],), (), self._of_part(pair, one.name).reverse)
            elif now is not None:
                yield Step(pair, one.name, str(now), (), (afters[now],), self._of_part(pair, one.name))

    # Keywords whose members come and go one by one

    def _members(self, pair: Pair, one: Keyword | None, other: Keyword | None) -> Iterator[Compared]:
        befores, afters = (dict(keyword.schemas) if keyword else {} for keyword in (one, other))
        name = next(keyword.name for keyword in (one, other) if keyword)
        for token in dict.fromkeys((*afters, *befores)):
            if token in befores and token in afters:
                yield Pair(befores[token], afters[token])
            elif token in befores:
                proof = self._of_member(pair, name).reverse
                yield Step(pair, name, token, (self._was(befores[token]),), (), proof)
            else:
                yield Step(pair, name, token, (), (self._is(afters[token]),), self._of_member(pair, name))

    def _required(self, pair: Pair, one: Keyword | None, other: Keyword | None) -> Iterator[Compared]:
        come, gone = _new(one, other), _new(other, one)
        yield from (Step(pair, "required", str(name), (), (name,), NARROWER) for name in come)
        yield from (Step(pair, "required", str(name), (name,), (), WIDER) for name in gone)

    def _enum(self, pair: Pair, one: Keyword | None, other: Keyword | None) -> Iterator[Compared]:
        if one is None or other is None:
            before, after = ((keyword.value,) if keyword else () for keyword in (one, other))
            yield Step(pair, "enum", "", before, after, WIDER if one else NARROWER)
            return
        come, gone = _new(one, other), _new(other, one)
        if come:
            yield Step(pair, "enum", "", (), (come,), WIDER)
        if gone:
            yield Step(pair, "enum", "", (gone,), (), NARROWER)

    def _dependent_required(self, pair: Pair, one: Keyword | None, other: Keyword | None) -> Iterator[Compared]:
        before, after = (dict(value) if isinstance(value, dict) else {} for value in map(_value, (one, other)))
        for token in dict.fromkeys((*after, *before)):
            was, now = ((rows[token],) if token in rows else () for rows in (before, after))
            if not equal(list(was), list(now)):
                fewer, more = ({key(name) for name in _list(row[0] if row else [])} for row in (was, now))
                proof = Proof(more <= fewer, fewer <= more)
                yield Step(pair, "dependentRequired", token, was, now, proof)


def comparison(old: Analysis, new: Analysis, before: JSON, after: JSON) -> Comparison:
    """Return the comparison of a document in two versions, of which the analyses have all subschemas."""
    every = {name for analysis in (old, new) for part in analysis.subschemas.values() for name in part.keywords}
    leaves_over = not every.isdisjoint(_LEFT_OVER)
    turned = _turned(old) | _turned(new)
    aimed_at = frozenset(_aims(old)) | frozenset(_aims(new))
    return Comparison(old, new, before, after, turned, aimed_at, leaves_over, not every.isdisjoint(_DYNAMIC))


# Places


def _loose(analysis: Analysis, root: Location) -> set[Location]:
    """Return the subschemas of a document that stand below no keyword of another: only references reach them."""
    held = {
        below for part in analysis.subschemas.values() for each in part.keywords.values() for _, below in each.schemas
    }
    return {at for at in analysis.subschemas if at.document == root.document and at != root and at not in held}


def _turned(analysis: Analysis) -> frozenset[Location]:
    """Return the subschemas that may make more instances valid by accepting fewer, or the reverse."""
    pending = [below for part in analysis.subschemas.values() for below in _turning(part)]
    turned: set[Location] = set()
    while pending:
        location = pending.pop()
        if location not in turned:
            turned.add(location)
            for keyword in analysis[location].keywords.values():
                pending += [below for _, below in keyword.schemas]
                pending += [keyword.target] if keyword.target is not None else []
    return frozenset(turned)


def _turning(part: Subschema) -> Iterator[Location]:
    for name, keyword in part.keywords.items():
        entry = ENTRIES[keyword.name]
        bounded = "maxContains" in part.keywords or part.value("minContains") == 0
        applied = entry.is_in_place or entry.role is Role.ON_PARTS
        if (applied and not entry.is_monotone) or (name == "contains" and bounded):
            yield from (below for _, below in keyword.schemas)


def _aims(analysis: Analysis) -> Iterator[Location]:
    """Yield what references lead to, and all that stands above it."""
    for target in {keyword.target for part in analysis.subschemas.values() for keyword in part.keywords.values()}:
        pointer = "" if target is None else target.pointer
        while target is not None and pointer:
            yield Location(target.document, pointer)
            pointer = pointer.rpartition("/")[0]


def _aligned(befores: list[JSON], afters: list[JSON], *, in_order: bool) -> Iterator[tuple[int | None, int | None]]:
    """Yield which part is which, as indices: equal ones first unless each keeps its index, the others in order."""
    if in_order or len(befores) == len(afters) == 1:
        for index in range(max(len(befores), len(afters))):
            yield index if index < len(befores) else None, index if index < len(afters) else None
        return
    matcher = SequenceMatcher(None, [*map(key, befores)], [*map(key, afters)], autojunk=False)
    for _, start, end, other_start, other_end in matcher.get_opcodes():
        for offset in range(max(end - start, other_end - other_start)):
            was, now = start + offset, other_start + offset
            yield was if was < end else None, now if now < other_end else None


# Values


def _value(keyword: Keyword | None) -> JSON:
    return None if keyword is None else keyword.value


def _list(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else []


def _new(one: Keyword | None, other: Keyword | None) -> list[JSON]:
    """Return what the other keyword lists and the one does not."""
    listed = {key(value) for value in _list(_value(one))}
    return [value for value in _list(_value(other)) if key(value) not in listed]


def _is_open(keyword: Keyword | None) -> bool:
    return keyword is None or keyword.value is True


def _is_closed(keyword: Keyword | None) -> bool:
    return keyword is not None and keyword.value is False


def _lower_bound(before: JSON, after: JSON) -> Proof:
    one, other = _number(before), _number(after)
    return Proof(other <= one, one <= other)


def _upper_bound(before: JSON, after: JSON) -> Proof:
    return _lower_bound(after, before)


def _number(value: JSON) -> Fraction:
    return Fraction(value) if isinstance(value, int | float) else Fraction(0)


def _multiple(before: JSON, after: JSON) -> Proof:
    if isinstance(before, int) and isinstance(after, int) and before and after:
        return Proof(before % after == 0, after % before == 0)
    return NOTHING


def _unique(before: JSON, after: JSON) -> Proof:
    return NARROWER if after is True else WIDER


def _types(before: JSON, after: JSON) -> Proof:
    one, other = type_kinds(before), type_kinds(after)
    return Proof(one <= other, other <= one)


_DIRECTIONS: Final[Mapping[str, Callable[[JSON, JSON], Proof]]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), _lower_bound),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), _upper_bound),
    "minContains": _lower_bound,
    "maxContains": _upper_bound,
    "multipleOf": _multiple,
    "uniqueItems": _unique,
    "type": _types,
}
"""What is proven of a keyword with another value; nothing for the others."""

_LEFT_OVER: Final = vocabulary.evaluating(Evaluates.UNEVALUATED_PROPERTIES, Evaluates.UNEVALUATED_ITEMS)
_DYNAMIC: Final = vocabulary.named(lambda entry: entry.is_dynamic)
_NAMING_PROPERTIES: Final = vocabulary.evaluating(Evaluates.NAMED_PROPERTIES, Evaluates.MATCHING_PROPERTIES)
"""Keywords of which one more property is one less for `additionalProperties`."""

_ByMember: TypeAlias = "Callable[[Comparison, Pair, Keyword | None, Keyword | None], Iterable[Compared]]"
_BY_MEMBER: Final[Mapping[str, _ByMember]] = {
    "required": Comparison._required,
    "enum": Comparison._enum,
    "dependentRequired": Comparison._dependent_required,
}

COVERAGE: Final = vocabulary.cover(
    "the pages of changes",
    {*_DIRECTIONS, *_BY_MEMBER},
    by_role={
        Role.ASSERTION: "of another value nothing is proven",
        **dict.fromkeys((Role.IN_PLACE, Role.ON_PARTS, Role.DEFINITIONS), "its subschemas are compared"),
        Role.REFERENCE: "where it leads is compared",
        **dict.fromkeys((Role.ANNOTATION, Role.IDENTIFIER), "another value is reported, and breaks nothing"),
        Role.DIALECT: "of another dialect nothing is proven",
    },
)
"""Whatever a keyword is, its row says what is proven if it comes or goes; what the row does not say is not proven."""


def _by_member(keyword: Keyword | None) -> _ByMember | None:
    """Return the comparison of a keyword whose members come and go one by one, None for any other."""
    if keyword is None:
        return None
    has_names = (ENTRIES[keyword.name].form or ())[:1] == vocabulary.OBJECT
    return Comparison._members if has_names else _BY_MEMBER.get(keyword.name)
