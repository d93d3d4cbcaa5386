"""The projection: a document as datamodel-code-generator reads it best, and the way back to the original.

Every subschema that becomes a class, an enum or an alias is one definition of the projection, under its
class name; every place where its value is described refers to it. So no name depends on which reference
was met first, one odd subschema has no effect on another, and what comes out is found again by its definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from heapq import heappop, heappush

from codegen import names
from codegen.ir import JSON, Document, Keyword, Location, Subschema

DEFINITION = "#/$defs/"
"""What a reference to a definition of the projection begins with."""

_DEEPEST = 24
"""Levels of arrays, maps and unions within one annotation; what is deeper is `Any` to its reader."""

_LONGEST_WORDS = 1000
"""Characters from one named subschema to the next: a thousand levels of arrays must not add up to megabytes."""

_SCALAR_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
_TYPES = frozenset({*_SCALAR_TYPES.values(), "array", "object"})

_SAYS_A_TYPE = frozenset({"type", "const", "anyOf", "oneOf"})

_DESCRIBES_VALUES = (
    "$defs",
    "properties",
    "patternProperties",
    "additionalProperties",
    "items",
    "prefixItems",
    "allOf",
    "anyOf",
    "oneOf",
    "then",
    "else",
    "dependentSchemas",
)
"""The applicators below which an instance is described that a user may hold; `not`, `if` and `contains` only test."""


class Kind(Enum):
    """What a subschema becomes in Python."""

    CLASS = "class"
    ENUM = "enum"
    ALIAS = "alias"


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition of the projection: its subschema, its name, and what its fields or members stand for.

    `keys` are what the projection calls the properties or enum values `values`, one for one.
    """

    location: Location
    name: str
    kind: Kind
    keys: tuple[str, ...] = ()
    values: tuple[bool | int | float | str | None, ...] = ()
    bases: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True)
class Projection:
    """A document for datamodel-code-generator: its definitions by name, and the schema of each."""

    definitions: Mapping[str, Definition]
    schemas: Mapping[str, JSON]
    _names: Mapping[Location, str]

    @property
    def has_shapes(self) -> bool:
        """Return whether there is a class or an enum at all."""
        return any(definition.kind is not Kind.ALIAS for definition in self.definitions.values())

    def names_of(self, locations: Iterable[Location]) -> tuple[str, ...]:
        """Return the names of the definitions at these locations; those of other documents have none here."""
        return tuple(self._names[location] for location in locations if location in self._names)

    def alone(self, name: str) -> Projection:
        """Return the projection of one definition, with any value for its fields and its bases named as before."""
        schema = self.schemas[name]
        definition = self.definitions[name]
        if definition.kind is Kind.CLASS and isinstance(schema, dict):
            schema = {**schema, "properties": {key: {} for key in definition.keys}}
        return Projection({name: definition}, {name: schema}, self._names)


def projections(
    documents: Iterable[Document], subschemas: Mapping[Location, Subschema], pins: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[Document, Projection]]:
    """Yield the projection of each document; `pins` gives names by path and JSON Pointer (checked by the caller)."""
    kinds = _Kinds(subschemas)
    own: dict[str, list[Location]] = {}
    for location in subschemas:
        own.setdefault(location.document, []).append(location)
    for document in documents:
        yield document, _project(document, subschemas, kinds, own[document.location.document], pins)


def _project(
    document: Document,
    subschemas: Mapping[Location, Subschema],
    kinds: _Kinds,
    own: Sequence[Location],
    pins: Mapping[str, Mapping[str, str]],
) -> Projection:
    visits = tuple(_Walk(document, subschemas, kinds, own).visits())
    named = _named(visits, kinds, document, subschemas, pins.get(document.path, {}))
    in_use = frozenset(named.values())
    definitions = {name: _definition(subschemas[location], name, kinds, in_use) for location, name in named.items()}
    expressions = _Expressions(subschemas, named, kinds)
    schemas = {name: expressions.schema(each) for name, each in definitions.items()}
    return Projection(definitions, schemas, named)


class _Kinds:
    """What each subschema becomes; asked again and again, so answers are kept."""

    def __init__(self, subschemas: Mapping[Location, Subschema]) -> None:
        self._subschemas = subschemas
        self._shapes: dict[Location, Location | None] = {}

    def of(self, location: Location) -> Kind | None:
        """Return CLASS or ENUM if the subschema itself is one, else None."""
        if self.shape(location) != location:
            return None
        return Kind.CLASS if self._is_class(location) else Kind.ENUM

    def bases(self, location: Location) -> tuple[Location, ...]:
        """Return the classes that a subschema is composed of by `$ref` and `allOf`, itself left out."""
        shapes = (self.shape(part) for part in parts(self._subschemas[location]))
        return tuple(dict.fromkeys(s for s in shapes if s is not None and self._is_class(s) and s != location))

    def shape(self, location: Location) -> Location | None:
        """Return the class or enum that an instance of the subschema is, through references; None if there is none.

        A reference in a circle adds nothing. No recursion: chains of references may be long.
        """
        entered: set[Location] = set()
        waiting = [location]
        while waiting:
            here = waiting[-1]
            unknown = [] if here in self._shapes or here in entered else self._unknown(here)
            entered.add(here)
            if unknown:
                waiting.extend(part for part in unknown if part not in entered)
                continue
            waiting.pop()
            if here not in self._shapes:
                self._shapes[here] = self._find(here)
        return self._shapes[location]

    def _unknown(self, location: Location) -> list[Location]:
        subschema = self._subschemas.get(location)
        if subschema is None or _is_shape(subschema):
            return []
        return [part for part in parts(subschema) if part not in self._shapes]

    def _find(self, location: Location) -> Location | None:
        subschema = self._subschemas.get(location)
        if subschema is None:
            return None
        if _is_shape(subschema):
            return location
        found = dict.fromkeys(self._shapes.get(part) for part in parts(subschema))
        shapes = [shape for shape in found if shape is not None]
        if sum(map(self._is_class, shapes)) > 1:
            return location
        return shapes[0] if shapes else None

    def _is_class(self, location: Location) -> bool:
        subschema = self._subschemas[location]
        return "properties" in subschema.keywords or not enum_values(subschema)


def _is_shape(subschema: Subschema) -> bool:
    return "properties" in subschema.keywords or bool(enum_values(subschema))


def parts(subschema: Subschema) -> Iterator[Location]:
    """Return the subschemas that the same instance is held against without a condition: `$ref`s and `allOf`."""
    for keyword in subschema.keywords.values():
        if keyword.target is not None:
            yield keyword.target
        elif keyword.name == "allOf":
            yield from (location for _, location in keyword.schemas)


def enum_values(subschema: Subschema) -> tuple[bool | int | float | str | None, ...]:
    """Return the values of an `enum` of scalars, none twice in the sense of JSON; () if it is none."""
    values = subschema.value("enum")
    if not isinstance(values, list):
        return ()
    found: dict[tuple[bool, object], bool | int | float | str | None] = {}
    for value in values:
        if isinstance(value, list | dict):
            return ()
        found.setdefault((isinstance(value, bool), value), value)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Visit:
    """One subschema on the walk: the visit above whose name its name begins with, and the words that follow.

    `above` is None for the root, and for a definition, which has its own name; `definition` says which.
    """

    location: Location
    above: Location | None
    words: str
    named: bool = False


class _Walk:
    """The walk over the subschemas of one document that describe values, a parent before its children."""

    def __init__(
        self, document: Document, subschemas: Mapping[Location, Subschema], kinds: _Kinds, own: Sequence[Location]
    ) -> None:
        self._document = document
        self._subschemas = subschemas
        self._kinds = kinds
        self._own = own

    def visits(self) -> Iterator[_Visit]:
        """Return the visits: from the root, then from each reference target that the root does not lead to.

        Of those the outermost comes first, so that what lies within it is named after it.
        """
        seen: set[Location] = set()
        waiting = [_Visit(self._document.location, None, "", named=True)]
        targets: list[tuple[int, int, Location]] = []
        while waiting or targets:
            visit = waiting.pop() if waiting else self._target(heappop(targets)[2])
            if visit.location not in seen and visit.location in self._subschemas:
                seen.add(visit.location)
                yield visit
                waiting.extend(reversed(list(self._children(visit))))
                for target in self._targets(visit.location):
                    heappush(targets, (target.pointer.count("/"), len(seen), target))
            if not waiting and not targets:
                waiting.extend(map(self._target, self._strangers(seen)))

    def _targets(self, location: Location) -> Iterator[Location]:
        for keyword in self._subschemas[location].keywords.values():
            if keyword.target is not None and keyword.target.document == location.document:
                yield keyword.target

    def _strangers(self, seen: set[Location]) -> list[Location]:
        """Return the roots that only another document refers to: below a keyword that is none of JSON Schema's."""
        if len(self._own) == len(seen):
            return []
        keywords = (keyword for key in self._own for keyword in self._subschemas[key].keywords.values())
        children = {child for keyword in keywords for _, child in keyword.schemas}
        return [key for key in reversed(self._own) if key not in seen and key not in children]

    def _target(self, location: Location) -> _Visit:
        """Return the visit of a reference target by itself: it is named after the end of its pointer."""
        token = location.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        if token.isdigit():
            above = location.pointer.rpartition("/")[0].rpartition("/")[2]
            token = f"{above} {token}"
        return _Visit(location, None, token, named=True)

    def _children(self, visit: _Visit) -> Iterator[_Visit]:
        keywords = self._subschemas[visit.location].keywords.values()
        above, words = (visit.location, "") if self._is_prefix(visit) else (visit.above, visit.words)
        for keyword in keywords:
            if keyword.name == "$defs":
                yield from (_Visit(location, None, token, named=True) for token, location in keyword.schemas)
            elif keyword.name in _DESCRIBES_VALUES:
                for (_, location), word in zip(keyword.schemas, self._words(visit, keyword), strict=True):
                    yield _Visit(location, above, (words + word)[:_LONGEST_WORDS])

    def _is_prefix(self, visit: _Visit) -> bool:
        return visit.named or self._kinds.of(visit.location) is not None

    def _words(self, visit: _Visit, keyword: Keyword) -> Iterable[str]:
        """Return what the keyword adds to the name of each of its subschemas."""
        tokens = [token for token, _ in keyword.schemas]
        match keyword.name:
            case "properties":
                return [names.camel(names.identifier(token, "value")) for token in tokens]
            case "dependentSchemas":
                return [f"With{names.camel(names.identifier(token, 'value'))}" for token in tokens]
            case "patternProperties":
                return ["Match" if index == 0 else f"Match{index + 1}" for index in range(len(tokens))]
            case "prefixItems":
                return [f"Item{index + 1}" for index in range(len(tokens))]
            case "allOf" | "anyOf" | "oneOf":
                return self._branch_words(visit, keyword)
        word = {"items": "Item", "additionalProperties": "Value", "then": "Then", "else": "Else"}[keyword.name]
        return [word] * len(tokens)

    def _branch_words(self, visit: _Visit, keyword: Keyword) -> list[str]:
        """Return a branch's title if it has one to itself, "" for the only branch that is a class, else its number."""
        locations = [location for _, location in keyword.schemas]
        shaped = [location for location in locations if self._kinds.of(location) is not None]
        if len(shaped) == 1 and self._kinds.of(visit.location) is None:
            return ["" if location in shaped else f"Option{i + 1}" for i, location in enumerate(locations)]
        titles = [_title(self._subschemas.get(location)) for location in locations]
        number = "Part" if keyword.name == "allOf" else "Option"
        return [
            title if title and titles.count(title) == 1 else f"{number}{index + 1}"
            for index, title in enumerate(titles)
        ]


def _title(subschema: Subschema | None) -> str:
    title = None if subschema is None else subschema.value("title")
    return names.camel(title) if isinstance(title, str) and len(title) <= names.LONGEST else ""


def _named(
    visits: Sequence[_Visit],
    kinds: _Kinds,
    document: Document,
    subschemas: Mapping[Location, Subschema],
    pins: Mapping[str, str],
) -> dict[Location, str]:
    """Return the name of every definition: pins, the root, then what has a name of its own, then the rest."""
    keywords = (keyword for visit in visits for keyword in subschemas[visit.location].keywords.values())
    targets = {keyword.target for keyword in keywords}
    shapes = [visit for visit in visits if kinds.of(visit.location) is not None]
    aliases = [v for v in visits if kinds.of(v.location) is None and (v.named or v.location in targets)]
    naming = _Naming(document, subschemas, pins, visits)
    for group in (
        [visit for visit in shapes if visit.location.pointer in pins],
        [visit for visit in shapes if visit.location == document.location],
        sorted((v for v in shapes if v.named), key=lambda v: names.class_name(v.words, "") != v.words),
        shapes,
        aliases,
    ):
        naming.name(group)
    order = [visit.location for visit in visits if visit.location in naming.assigned]
    return {location: naming.assigned[location] for location in order}


class _Naming:
    """Names given so far: what came first has the plain name, what came later has a number behind it."""

    def __init__(
        self,
        document: Document,
        subschemas: Mapping[Location, Subschema],
        pins: Mapping[str, str],
        visits: Sequence[_Visit],
    ) -> None:
        self.assigned: dict[Location, str] = {}
        self._root = document.location
        self._module = document.module
        self._title = _title(subschemas.get(document.location))
        self._pins = pins
        self._visits = {visit.location: visit for visit in visits}
        self._taken = names.Taken(pins.values())

    def name(self, group: Iterable[_Visit]) -> None:
        """Give a name to each that has none yet."""
        for visit in group:
            if visit.location in self.assigned:
                continue
            pinned = self._pins.get(visit.location.pointer)
            self.assigned[visit.location] = pinned or self._taken.claim(self._wanted(visit))

    def _wanted(self, visit: _Visit) -> str:
        if visit.location == self._root:
            return names.class_name(self._title or self._module, "Model")
        if visit.above is None:
            return names.class_name(names.identifier(visit.words, "model"), "Model")
        above = self._visits[visit.above]
        prefix = self._pins.get(above.location.pointer) or self.assigned.get(above.location) or self._wanted(above)
        return names.class_name(prefix + visit.words, "Model")


def _definition(subschema: Subschema, name: str, kinds: _Kinds, in_use: frozenset[str]) -> Definition:
    location = subschema.location
    kind = kinds.of(location)
    if kind is Kind.CLASS:
        properties = tuple(token for token, _ in _children(subschema, "properties"))
        keys = names.distinct(properties, lambda token: _field_name(token, in_use))
        return Definition(location, name, kind, keys, properties, kinds.bases(location))
    if kind is Kind.ENUM:
        values = enum_values(subschema)
        keys = names.distinct([names.member_text(value) for value in values], names.member_name)
        return Definition(location, name, kind, keys, values)
    return Definition(location, name, Kind.ALIAS)


def _field_name(token: str, in_use: frozenset[str]) -> str:
    """Return a field's name; one that is a class's too ends in `_`, or annotations below it would mean the field."""
    name = names.field_name(token)
    return f"{name}_" if name in in_use else name


def _children(subschema: Subschema, keyword: str) -> tuple[tuple[str, Location], ...]:
    found = subschema.keywords.get(keyword)
    return () if found is None else found.schemas


@dataclass(frozen=True, slots=True)
class _Expressions:
    """What the projection says of values: types, arrays, maps and unions, and references to definitions."""

    subschemas: Mapping[Location, Subschema]
    named: Mapping[Location, str]
    kinds: _Kinds

    def schema(self, definition: Definition) -> JSON:
        """Return the schema of a definition."""
        if definition.kind is Kind.ENUM:
            return {"type": "string", "enum": list(definition.keys)}
        if definition.kind is Kind.ALIAS:
            return self._alias(definition.location)
        subschema = self.subschemas[definition.location]
        children = _children(subschema, "properties")
        keys = {token: key for (token, _), key in zip(children, definition.keys, strict=True)}
        required = subschema.value("required")
        return {
            "type": "object",
            "properties": {keys[token]: self.value(location, 0) for token, location in children},
            "required": [keys[token] for token in dict.fromkeys(_strings(required)) if token in keys],
        }

    def _alias(self, location: Location) -> JSON:
        if self.kinds.shape(location) is not None or self._end(location) != location:
            return self.value(location, 0)
        return self._plain(location, 0)

    def value(self, location: Location, depth: int) -> JSON:
        """Return a schema for the values that a subschema describes, as a reader of an annotation needs it."""
        shape = self.kinds.shape(location)
        if shape is not None:
            return _reference(self.named.get(shape))
        end = self._end(location)
        if end is None:
            return {}
        return _reference(self.named[end]) if end in self.named else self._plain(end, depth)

    def _plain(self, location: Location, depth: int) -> JSON:
        """Return what the subschema itself says: neither class nor enum nor a bare reference."""
        subschema = self.subschemas.get(location)
        if subschema is None or depth > _DEEPEST:
            return {}
        for keyword in ("anyOf", "oneOf"):
            branches = _children(subschema, keyword)
            if branches:
                return {"anyOf": [self.value(branch, depth + 1) for _, branch in branches]}
        return self._typed(subschema, depth)

    def _typed(self, subschema: Subschema, depth: int) -> JSON:
        types = _types(subschema)
        if types == ["array"]:
            items = [] if "prefixItems" in subschema.keywords else _children(subschema, "items")
            return {"type": "array", "items": self.value(items[0][1], depth + 1) if items else {}}
        if types == ["object"]:
            values = [*_children(subschema, "additionalProperties"), *_children(subschema, "patternProperties")]
            described = [location for _, location in values if self._describes(location)]
            one = self.value(described[0], depth + 1) if len(values) == len(described) == 1 else {}
            return {"type": "object", "additionalProperties": one or True}
        return {"type": types[0] if len(types) == 1 else types} if types else {}

    def _describes(self, location: Location) -> bool:
        subschema = self.subschemas.get(location)
        return subschema is not None and subschema.boolean is None

    def _end(self, location: Location) -> Location | None:
        """Return where a chain of subschemas that only refer on ends (itself if it is none); None in a circle."""
        seen: set[Location] = set()
        while location not in seen:
            seen.add(location)
            subschema = self.subschemas.get(location)
            onward = [] if subschema is None or subschema.keywords.keys() & _SAYS_A_TYPE else list(parts(subschema))
            if len(onward) != 1:
                return location
            location = onward[0]
        return None


def _reference(name: str | None) -> JSON:
    """Return a reference to a definition; what has none here (it is another document's) is unconstrained."""
    return {} if name is None else {"$ref": DEFINITION + name}


def _strings(value: JSON) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _types(subschema: Subschema) -> list[JSON]:
    """Return the names of the types that a subschema allows; [] if it says nothing of them."""
    if "const" in subschema.keywords:
        value = subschema.value("const")
        return [_SCALAR_TYPES.get(type(value), "array" if isinstance(value, list) else "object")]
    given = subschema.value("type")
    found = [given] if isinstance(given, str) else _strings(given)
    return [name for name in dict.fromkeys(found) if name in _TYPES]
