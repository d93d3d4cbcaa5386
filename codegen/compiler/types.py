"""Values: what a Python programmer sees of a subschema's instances, and how the two are turned into each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import TypeAlias

from .. import names
from ..ir import JSON, Keyword, Location
from ..records import dataclass
from ..schema import vocabulary
from ..schema.listing import listed_values
from ..schema.vocabulary import ENTRIES, Holds, Role
from .analysis import KINDS, Analysis
from .conjunctions import CONJUNCTIONS, UNNAMED, Array, Conjunctions, Parts
from .emit.templates import expression
from .emit.tree import BinOp, Expression, Literal, Name, Starred, Subscript, Tuple, literal


@dataclass(frozen=True, slots=True)
class Class:
    """A dataclass as the shapes give it: its name, and the Python names of properties."""

    name: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Enumeration:
    """An enum as the shapes give it: its name and its members as (Python name, JSON value)."""

    name: str
    members: tuple[tuple[str, JSON], ...]


@dataclass(frozen=True, slots=True)
class Members:
    """Enum members, looked up by their JSON value; `nullable` where null is a value too (and stays None).

    `open` is whether another string is allowed, and stays as it is.
    """

    enum: Location
    nullable: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Constants:
    """Some of a few scalar values, given back as the schema writes them (1 for 1.0)."""

    values: tuple[JSON, ...]


@dataclass(frozen=True, slots=True)
class Through:
    """What another subschema on the same instance makes of it."""

    target: Location
    keyword: Keyword


@dataclass(frozen=True, slots=True)
class OneBranch:
    """What the branch of a choice that holds makes of it."""

    keyword: Keyword


@dataclass(frozen=True, slots=True)
class ByKind:
    """What the subschema itself says, for each JSON type separately."""


@dataclass(frozen=True, slots=True)
class Map:
    """The properties of an object that have no field: the subschema of their values, None if it can be any JSON."""

    item: Location | None


@dataclass(frozen=True, slots=True)
class Property:
    """One field of a class: its JSON name, its Python name, the place that gives its value, and when it is there.

    `own` is whether the class's own `properties` name it; else it comes through a `$ref` or an `allOf`. `keeps_text`
    is whether every value is made of a text that is kept beside it: that of a typed format. `described` are the
    subschemas that apply to it, the first of which names it.
    """

    json_name: str
    name: str
    location: Location
    required: bool
    nullable: bool
    own: bool
    keeps_text: bool
    described: Parts


_BY_KIND = ByKind()

Form: TypeAlias = Members | Constants | Through | OneBranch | ByKind

Reference = Callable[[Location], Expression]
"""How a class or enum is named where an annotation stands."""


@dataclasses.dataclass(frozen=True)
class Values:
    """The values of all subschemas of an analysis."""

    analysis: Analysis
    classes: Mapping[Location, Class]
    enums: Mapping[Location, Enumeration]
    _forms: dict[Location, Form] = field(default_factory=dict, repr=False, compare=False)
    _fields: dict[Location, tuple[Property, ...]] = field(default_factory=dict, repr=False, compare=False)
    _made: dict[Location, bool] = field(default_factory=dict, repr=False, compare=False)
    _coded: dict[Location, bool] = field(default_factory=dict, repr=False, compare=False)
    _arrays: dict[Location, Array] = field(default_factory=dict, repr=False, compare=False)
    _maps: dict[Location, Map] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def conjunctions(self) -> Conjunctions:
        """What applies to each value, together."""
        return Conjunctions(self.analysis)

    def is_object(self, location: Location) -> bool:
        """Return whether every value is an object of the class at the location."""
        return location in self.classes and self.kinds(location) <= {"object"}

    def named(self, location: Location) -> Name:
        """Return the name of the class or enum at a location."""
        shape = self.classes.get(location) or self.enums[location]
        return Name(shape.name)

    # How a value arises

    def form(self, location: Location) -> Form:
        """Return how decoding makes the value of a subschema's instance."""
        if location not in self._forms:
            self._forms[location] = self._find_form(location)
        return self._forms[location]

    def _find_form(self, location: Location) -> Form:
        keywords = self.analysis[location].keywords
        if not self.kinds(location):  # nothing is valid, so there is no value
            return _BY_KIND
        if location in self.enums and (enum := self._own_enum(location)) is not None:
            return enum
        if keywords.keys().isdisjoint(_TYPING):
            return self._own_enum(location) or _BY_KIND
        is_class = location in self.classes and "object" in self.kinds(location)
        whole = None if is_class else next(self._whole(location), None)
        if whole is not None:
            return whole
        enum = self._own_enum(location)
        if enum is not None:
            return enum
        if is_class or self._shapes_itself(location):
            return _BY_KIND
        return next(self._beside(location), _BY_KIND)

    def _whole(self, location: Location) -> Iterator[Form]:
        """Yield the forms that say all that is said here of the type."""
        for target, keyword in self._applied(location):
            if target in self._informative and self.conjunctions.covers(target, location):
                yield Through(target, keyword)

    def _beside(self, location: Location) -> Iterator[Form]:
        """Yield the forms that the in-place applicators give the value, if they give any: a class before a choice."""
        keywords = self.analysis[location].keywords
        applied = [pair for pair in self._applied(location) if pair[0] in self._informative]
        for name in _TYPING:
            keyword = keywords.get(name)
            if keyword is None:
                continue
            if name in _CHOICES and any(child in self._informative for _, child in keyword.schemas):
                yield OneBranch(keyword)
            here = [target for target, by in applied if by is keyword]
            in_order = sorted(here, key=lambda target: self._rank(target, location))
            yield from (Through(target, keyword) for target in in_order)

    def _rank(self, target: Location, location: Location) -> tuple[bool, int, str]:
        """Return a key that puts what says most of a type first, be it the first of its `allOf` or not."""
        keywords = self.analysis[target].keywords
        content = sorted((name, repr(keyword.value)) for name, keyword in keywords.items())
        is_class = bool(self.conjunctions.fields(target)) and self.conjunctions.makes_same_object(target, location)
        return not is_class, len(self.kinds(target)), repr(content)

    def _applied(self, location: Location) -> Iterator[tuple[Location, Keyword]]:
        """Yield the subschemas that one applies to the same value without a condition, and the keywords that do."""
        keywords = self.analysis[location].keywords
        for keyword in (keywords[name] for name in _TYPING if name in keywords and name not in _CHOICES):
            targets = [self.analysis.only_target(keyword)] if keyword.target else [at for _, at in keyword.schemas]
            yield from ((at, keyword) for at in targets if at is not None and at != location)

    @cached_property
    def _informative(self) -> frozenset[Location]:
        """The subschemas that say more of their value than plain JSON types, themselves or through another."""
        starts = (
            location
            for location, subschema in self.analysis.subschemas.items()
            if subschema.boolean is None
            and (
                self._own_enum(location) is not None
                or location in self.classes
                or self._shapes_itself(location)
                or self.kinds(location) == {"integer"}
            )
        )
        return self.analysis.reaching(starts, frozenset(_TYPING))

    def _own_enum(self, location: Location) -> Members | Constants | None:
        """Return what the values become that are listed here, be it by the subschema itself or by what it applies."""
        values = self.conjunctions.listed(location)
        if values is None:
            return self._open_enum(location)
        types = {type(value) for value in values} - {type(None)}
        listed = {value for value in values if isinstance(value, str | int) and value is not None}
        for enum in self._enums(location) if types in ({str}, {int}) else ():
            if listed == set(self.analysis.listed(enum) or ()) - {None}:
                return Members(enum, None in values, open=False)
        # In a table True would find 1, so the two are never in one; a float has no place in a Literal.
        if values and types <= {str, int, bool} and not {int, bool} <= types:
            return Constants(values)
        return None

    def _open_enum(self, location: Location) -> Members | None:
        """Return the members of an enum that allows other strings too."""
        for enum in self._enums(location) if self.analysis.open_enums else ():
            values = listed_values(self.analysis[enum]) if enum in self.analysis.open_enums else None
            if values and {type(value) for value in values} - {type(None)} == {str}:
                return Members(enum, None in values and "null" in self.kinds(location), open=True)
        return None

    def _enums(self, location: Location) -> Iterator[Location]:
        """Yield the enums among the subschemas here, the one here first."""
        own, *others = self.conjunctions.together(location)
        yield from (at for at in (own, *sorted(others)) if at in self.enums)

    def _shapes_itself(self, location: Location) -> bool:
        """Return whether its own keywords give the value a Python type that its JSON type does not."""
        kinds = self.kinds(location)
        array = self.array(location) if "array" in kinds else None
        if array is not None and (array.first or array.rest is not None):
            return True
        if "object" in kinds and self.map(location).item is not None:
            return True
        return "string" in kinds and self.typed_format(location)

    def typed_format(self, location: Location) -> bool:
        """Return whether a string here has a Python type of its own."""
        return self.conjunctions.python_type(location) is not None

    def kinds(self, location: Location) -> frozenset[str]:
        """Return the JSON types of the subschema's valid instances."""
        return self.analysis.kinds(location)

    def array(self, location: Location) -> Array:
        """Return what `prefixItems` and `items` make of an array."""
        if location not in self._arrays:
            self._arrays[location] = self.conjunctions.array(location)
        return self._arrays[location]

    def map(self, location: Location) -> Map:
        """Return what is known of an object's properties that have no field."""
        if location not in self.classes and self.conjunctions.fields(location):
            return Map(None)
        if location not in self._maps:
            self._maps[location] = Map(self.conjunctions.item(location))
        return self._maps[location]

    def properties(self, location: Location) -> tuple[Property, ...]:
        """Return the fields of a class: its own properties, then those that come through `$ref` and `allOf`."""
        if location not in self._fields:
            self._fields[location] = tuple(self._properties(location))
        return self._fields[location]

    def _properties(self, location: Location) -> Iterator[Property]:
        together = self.conjunctions
        keyword = self.analysis[location].keywords.get("properties")
        own = {token for token, _ in keyword.schemas} if keyword else set()
        required, fields = together.required(location), together.fields(location)
        names_of = dict(self._field_names(location, list(fields)))
        for name, parts in fields.items():
            place = together.field(location, name)
            nullable, keeps_text = "null" in self.kinds(place), self._is_typed_text(place)
            yield Property(name, names_of[name], place, name in required, nullable, name in own, keeps_text, parts)

    def kept(self, location: Location) -> tuple[Property, ...]:
        """Return the fields of a class whose text is kept beside their value."""
        return tuple([property_ for property_ in self.properties(location) if property_.keeps_text])

    def _is_typed_text(self, location: Location) -> bool:
        """Return whether every value is a string that a format turns into a value of its own."""
        is_text = self.kinds(location) == {"string"} and self.typed_format(location)
        return is_text and isinstance(self.form(location), ByKind)

    def _field_names(self, location: Location, wanted: list[str]) -> Iterator[tuple[str, str]]:
        overrides, hidden = self.classes[location].fields, self._names_in[location.document]
        taken = names.Taken(overrides[name] for name in wanted if name in overrides)
        for name in wanted:
            yield name, overrides[name] if name in overrides else taken.claim(names.field_name(name, hidden))

    @cached_property
    def _names_in(self) -> Mapping[str, frozenset[str]]:
        """The names of the classes and enums of each document, which annotations of its module are made of."""
        by_document: dict[str, set[str]] = {}
        for location, class_ in self.classes.items():
            by_document.setdefault(location.document, set()).add(class_.name)
        for location, enum in self.enums.items():
            by_document.setdefault(location.document, set()).add(enum.name)
        return {document: frozenset(listed) for document, listed in by_document.items()}

    def has_additional(self, location: Location) -> bool:
        """Return whether an object of a class can have properties without a field."""
        return not self.conjunctions.is_closed(location)

    def is_used(self, enum: Location) -> bool:
        """Return whether values of the subschema are members of its enum."""
        return isinstance(self.form(enum), Members)

    # Which values are plain JSON

    def plain(self, location: Location) -> bool:
        """Return whether the value is the JSON value itself, at every depth."""
        return not self._holds(location, self._made, lambda at: self._codes(at) or self._rewrites(at))

    def is_json(self, location: Location) -> bool:
        """Return whether the value is JSON data at every depth: the JSON value itself, or with 1 in place of 1.0."""
        return not self._holds(location, self._coded, self._codes)

    def _holds(self, location: Location, known: dict[Location, bool], makes: Callable[[Location], bool]) -> bool:
        """Return whether something holds of a subschema, or of a part of its values at any depth.

        It becomes `known` of all that the subschema leads to, and of nothing else.
        """
        if location in known:
            return known[location]
        users: dict[Location, list[Location]] = {location: []}
        reached = [location]
        for at in reached:  # which grows meanwhile
            for part in self._parts_of(at):
                if part not in users and part not in known:
                    reached.append(part)
                users.setdefault(part, []).append(at)
        pending = [at for at in users if (known[at] if at in known else makes(at))]
        known.update({**dict.fromkeys(reached, False), **dict.fromkeys(pending, True)})
        while pending:
            new = [user for user in users[pending.pop()] if not known[user]]
            known.update(dict.fromkeys(new, True))
            pending += new
        return known[location]

    def _codes(self, location: Location) -> bool:
        """Return whether the subschema itself gives a value that JSON does not have."""
        form = self.form(location)
        if isinstance(form, Members):
            return True
        if not isinstance(form, ByKind) or self.analysis[location].boolean is not None:
            return False
        kinds = self.kinds(location)
        return (
            ("object" in kinds and location in self.classes)
            or ("string" in kinds and self.typed_format(location))
            or ("array" in kinds and self.array(location).is_tuple)
        )

    def _rewrites(self, location: Location) -> bool:
        """Return whether the subschema itself can give 1 in place of 1.0."""
        form = self.form(location)
        if isinstance(form, Constants):
            return True
        kinds = self.kinds(location)
        is_by_kind = isinstance(form, ByKind) and self.analysis[location].boolean is None
        return is_by_kind and "integer" in kinds and "number" not in kinds

    def _parts_of(self, location: Location) -> Iterator[Location]:
        """Yield the subschemas whose values are within the value of this one, or are it."""
        if _LEADING.isdisjoint(self.analysis[location].keywords):
            return
        form = self.form(location)
        if isinstance(form, Through):
            yield form.target
        elif isinstance(form, OneBranch):
            yield from (child for _, child in form.keyword.schemas)
        elif isinstance(form, ByKind) and self.analysis[location].boolean is None:
            kinds = self.kinds(location)
            if "array" in kinds:
                array = self.array(location)
                yield from array.first
                yield from [array.rest] if array.rest else []
            if "object" in kinds and location not in self.classes:
                item = self.map(location).item
                yield from [item] if item else []

    def used(self, starts: Iterable[Location]) -> frozenset[Location]:
        """Return the classes and enums that values from the starts on can hold, the starts' own among them."""
        used: set[Location] = set()
        pending = list(starts)
        while pending:
            location = pending.pop()
            if location in used:
                continue
            used.add(location)
            pending.extend(self._parts_of(location))
            if location in self.classes:
                pending.extend(self.conjunctions.field(location, name) for name in self.conjunctions.fields(location))
                item = self.map(location).item
                pending.extend([item] if item else [])
        return frozenset(used)

    # Annotations

    def annotation(self, location: Location, name: Reference) -> Expression:
        """Return the type of the value as an annotation; classes and enums are named by the function."""
        return _union(self._parts(location, name, frozenset()), self.kinds(location))

    def _parts(self, location: Location, name: Reference, above: frozenset[Location]) -> list[tuple[str, Expression]]:
        """Return the alternatives of the type as (JSON type, annotation)."""
        if location in above or len(above) > _DEEPEST or self.analysis[location].boolean is not None:
            return list(_plain_parts(self.kinds(location)))
        deeper = above | {location}
        form = self.form(location)
        if isinstance(form, Members):
            null = [("null", _NONE)] if form.nullable else []
            other = [(KIND_OF_MEMBERS, Name("str"))] if form.open else []
            return [(KIND_OF_MEMBERS, name(form.enum)), *other, *null]
        if isinstance(form, Constants):
            return list(_literal_parts(form.values))
        if isinstance(form, Through):
            parts = self._parts(form.target, name, deeper)
        elif isinstance(form, OneBranch):
            parts = [part for _, at in form.keyword.schemas for part in self._parts(at, name, deeper)]
        else:
            return [(kind, self._own(location, kind, name, deeper)) for kind in _shown(self.kinds(location))]
        kinds = self.kinds(location)
        return [(kind, part) for kind, part in parts if kind in kinds or kind == KIND_OF_MEMBERS]

    def _own(self, location: Location, kind: str, name: Reference, above: frozenset[Location]) -> Expression:
        """Return the annotation for one JSON type, by the subschema's own keywords."""
        if kind == "object" and location in self.classes:
            return name(location)
        if kind == "object":
            item = self.map(location).item
            return expression("dict[str, {item}]", item=self._item(item, name, above))
        if kind == "array":
            return self._array_annotation(self.array(location), name, above)
        python_type = self.conjunctions.python_type(location) if kind == "string" else None
        if python_type is not None:
            words = python_type.annotation.split(".")
            # `datetime` has two names in one, so it is imported as a module; the others stand for themselves.
            return expression(".".join(words if words[0] == "datetime" else words[1:]))
        return _PLAIN[kind]

    def _item(self, location: Location | None, name: Reference, above: frozenset[Location]) -> Expression:
        if location is None:
            return _OBJECT
        return _union(self._parts(location, name, above), self.kinds(location))

    def _array_annotation(self, array: Array, name: Reference, above: frozenset[Location]) -> Expression:
        first = [self._item(location, name, above) for location in array.first]
        rest = self._item(array.rest, name, above) if array.rest or array.open else None
        if array.is_tuple:
            more = [] if rest is None else [Starred(expression("tuple[{rest}, ...]", rest=rest))]
            return _generic("tuple", [*first, *more])
        parts = [*first, *([] if rest is None else [rest])]
        return _generic("list", [_OBJECT if _OBJECT in parts or not parts else _either(dict.fromkeys(parts))])


_CHOICES = vocabulary.holding(Holds.SOME, Holds.ONE)
_REFERENCES = [name for name, entry in ENTRIES.items() if entry.role is Role.REFERENCE]
_IN_PLACE = [name for name in ENTRIES if name in (CONJUNCTIONS | _CHOICES).difference(_REFERENCES)]
_TYPING = (*_REFERENCES, *reversed(_IN_PLACE))
"""The applicators that can give a value its type, in the order in which they count: choices before `allOf`."""

_LEADING = frozenset({*_TYPING, "prefixItems", "items"}) | UNNAMED
"""The keywords without which the value of no other subschema is within a value."""

_DEEPEST = 12  # an annotation of more levels helps nobody

KIND_OF_MEMBERS = "members"
"""In place of a JSON type: enum members stand for values of several types."""

_OBJECT = Name("object")
_NONE = literal(None)
_PLAIN: Mapping[str, Expression] = {
    "object": expression("dict[str, object]"),
    "array": expression("list[object]"),
    "string": Name("str"),
    "number": Name("float"),
    "integer": Name("int"),
    "boolean": Name("bool"),
    "null": _NONE,
}


def _shown(kinds: frozenset[str]) -> Iterator[str]:
    """Yield the JSON types in the order of annotations; `float` takes an int too."""
    return (kind for kind in _PLAIN if kind in kinds and not (kind == "integer" and "number" in kinds))


def _plain_parts(kinds: frozenset[str]) -> Iterator[tuple[str, Expression]]:
    return ((kind, _PLAIN[kind]) for kind in _shown(kinds))


def _literal_parts(values: tuple[JSON, ...]) -> Iterator[tuple[str, Expression]]:
    for value in values:
        if value is None:
            yield "null", _NONE
        elif isinstance(value, int) and value.bit_length() > _LARGEST_LITERAL:
            yield "integer", _PLAIN["integer"]
        else:
            yield KIND_OF_MEMBERS, _generic("Literal", [literal(value)])


def _generic(name: str, arguments: Sequence[Expression]) -> Expression:
    """Return a generic type with its arguments."""
    return Subscript(Name(name), arguments[0] if len(arguments) == 1 else Tuple(tuple(arguments)))


def _either(types: Iterable[Expression]) -> Expression:
    """Return the union of types."""
    flat = [part for listed in types for part in _alternatives(listed)]
    return flat[0] if len(flat) == 1 else BinOp("|", tuple(flat))


def _alternatives(listed: Expression) -> tuple[Expression, ...]:
    return listed.operands if isinstance(listed, BinOp) else (listed,)


def _union(parts: list[tuple[str, Expression]], kinds: frozenset[str]) -> Expression:
    """Return the union of alternatives, None last; `object` if they are any JSON or nothing at all."""
    listed = list(dict.fromkeys(part for _, part in parts))
    if not listed or _OBJECT in listed or (kinds == KINDS and {*listed} == _ANY):
        return _OBJECT
    values = [value for part in listed if (value := _listed_value(part)) is not None]
    literals = [_generic("Literal", values)] if values else []
    others = [part for part in listed if part != _NONE and _listed_value(part) is None]
    return _either([*literals, *others, *([_NONE] if _NONE in listed else [])])


def _listed_value(part: Expression) -> Literal | None:
    """Return the value of a `Literal` type, None for any other type."""
    match part:
        case Subscript(Name("Literal"), Literal() as value):
            return value
    return None


_LARGEST_LITERAL = 63  # bits beside the sign; mypy knows no literals beyond

_ANY = {annotation for kind, annotation in _PLAIN.items() if kind != "integer"}
