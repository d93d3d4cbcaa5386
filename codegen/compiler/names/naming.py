"""Naming: what the classes, fields, enums and members of a document are called.

A name comes from the place of its subschema alone. So none depends on which reference was met first, and adding a
property renames nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from heapq import heappop, heappush

from ... import names
from ...ir import JSON, Document, Keyword, Location, Subschema
from ...pointer import last, value_at
from ...records import dataclass
from ...schema import vocabulary
from ...schema.equality import key
from ...schema.listing import listed_values
from ...schema.vocabulary import Holds, Role
from ..conjunctions import SAYING, Conjunctions, held_by, is_join

_LONGEST_WORDS = 1000
"""Characters from one named subschema to the next: a thousand levels of arrays must not add up to megabytes."""

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
"""The applicators below which an instance is described that a user may hold."""

COVERAGE = vocabulary.cover(
    "the names of classes and enums",
    _DESCRIBES_VALUES,
    {
        **dict.fromkeys((*vocabulary.holding(Holds.NONE, Holds.EITHER_WAY), "contains"), "it only tests"),
        **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems"), "what it takes depends on the rest"),
        "propertyNames": "a name is a str",
    },
    by_role={role: role.value for role in Role if role not in (Role.IN_PLACE, Role.ON_PARTS)},
)


_CONJUNCTIONS = vocabulary.holding(Holds.ALL)
_SHAPING = _CONJUNCTIONS | vocabulary.named(lambda entry: entry.role is Role.REFERENCE) | {"properties", "enum"}
"""The keywords without which a subschema is neither a class nor an enum."""

_LEADING = _SHAPING.union(_DESCRIBES_VALUES)
"""The keywords without which it does not lead to one either."""


_MEMBER_NAMES = ("x-enum-varnames", "x-enumNames", "enumNames")
"""The keywords by which schemas name the members of an enum: openapi-generator's, NSwag's, react-jsonschema-form's."""


class Kind(Enum):
    """What a subschema becomes in Python."""

    CLASS = "class"
    ENUM = "enum"


@dataclass(frozen=True, slots=True)
class ModelField:
    """One property of a class: its name in JSON and in Python."""

    json_name: str
    name: str


@dataclass(frozen=True, slots=True)
class Model:
    """One class: the JSON Pointer of its subschema, its name, and its own fields in the order of the schema."""

    pointer: str
    name: str
    fields: tuple[ModelField, ...]


@dataclass(frozen=True, slots=True)
class EnumModel:
    """One enum: the JSON Pointer of its subschema, its name, its members as (Python name, JSON value)."""

    pointer: str
    name: str
    members: tuple[tuple[str, JSON], ...]


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes of one document, each kind in the order in which the document comes to them."""

    models: tuple[Model, ...] = ()
    enums: tuple[EnumModel, ...] = ()


def named(
    documents: Iterable[Document], conjunctions: Conjunctions, overrides: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[Document, Shapes]]:
    """Yield the shapes of each document; `overrides` gives names by path and JSON Pointer (checked by the caller)."""
    subschemas = conjunctions.analysis.subschemas
    kinds, joins = _Kinds(conjunctions), _by_holder(conjunctions)
    roots = _roots(subschemas)
    for document in documents:
        visits = tuple(_Walk(document, subschemas, kinds, roots.get(document.location.document, ()), joins).visits())
        assigned = _named(visits, kinds, document, subschemas, overrides.get(document.path, {}))
        yield document, _shapes(document, assigned, subschemas, kinds)


def _roots(subschemas: Mapping[Location, Subschema]) -> Mapping[str, Sequence[Location]]:
    """Return by document the subschemas that no keyword has: its root, and what stands below unknown keywords."""
    keywords = [keyword for subschema in subschemas.values() for keyword in subschema.keywords.values()]
    children = {child for keyword in keywords if keyword.schemas for _, child in keyword.schemas}
    by_document: dict[str, list[Location]] = {}
    for location in subschemas:
        if location not in children and not is_join(location):
            by_document.setdefault(location.document, []).append(location)
    return by_document


def _shapes(
    document: Document, assigned: Mapping[Location, str], subschemas: Mapping[Location, Subschema], kinds: _Kinds
) -> Shapes:
    """Return the shapes of one document, whose classes and enums have these names."""
    in_use = frozenset(assigned.values())
    models = []
    enums = []
    for location, name in assigned.items():
        if kinds.of(location) is Kind.ENUM:
            enums.append(EnumModel(location.pointer, name, _members(subschemas[location], document)))
        else:
            models.append(Model(location.pointer, name, _fields(subschemas[location], in_use)))
    return Shapes(tuple(models), tuple(enums))


def _members(subschema: Subschema, document: Document) -> tuple[tuple[str, JSON], ...]:
    values = enum_values(subschema)
    offered = _offered(value_at(subschema.location.pointer, document.content))
    texts = [offered.get(key(value)) or names.member_text(value) for value in values]
    return tuple(zip(names.distinct(texts, names.member_name), values, strict=True))


def _offered(schema: JSON) -> Mapping[object, str]:
    """Return what a schema calls the members of its enum, by their values.

    Those keywords are none of JSON Schema's: names of another number or kind are no fault, and count for nothing.
    """
    keywords = schema if isinstance(schema, dict) else {}
    enum = keywords.get("enum")
    for given in map(keywords.get, _MEMBER_NAMES):
        if isinstance(enum, list) and isinstance(given, list) and len(given) == len(enum):
            return {key(value): name for value, name in zip(enum, given, strict=True) if isinstance(name, str)}
    return {}


def _fields(subschema: Subschema, classes: frozenset[str]) -> tuple[ModelField, ...]:
    keyword = subschema.keywords.get("properties")
    properties = [token for token, _ in keyword.schemas] if keyword else []
    spelled = names.distinct(properties, lambda token: names.field_name(token, classes))
    return tuple(map(ModelField, properties, spelled))


class _Kinds:
    """What each subschema becomes; needed again and again, so the results are kept."""

    def __init__(self, conjunctions: Conjunctions) -> None:
        self._conjunctions = conjunctions
        self._subschemas = conjunctions.analysis.subschemas
        self._shapes: dict[Location, Location | None] = {}

    def of(self, location: Location) -> Kind | None:
        """Return CLASS or ENUM if the subschema itself is one, else None."""
        if self.shape(location) != location:
            return None
        return Kind.CLASS if self._is_class(location) else Kind.ENUM

    def shape(self, location: Location) -> Location | None:
        """Return the class or enum that an instance of the subschema is, through references; None if there is none.

        A reference in a cycle adds nothing. No recursion: chains of references may be long.
        """
        if location not in self._shapes:
            self._look(location)
        return self._shapes[location]

    def _look(self, location: Location) -> None:
        if location in self._subschemas and _SHAPING.isdisjoint(self._subschemas[location].keywords):
            self._shapes[location] = None
            return
        entered: set[Location] = set()
        pending = [location]
        while pending:
            here = pending[-1]
            unknown = [] if here in self._shapes or here in entered else self._unknown(here)
            entered.add(here)
            if unknown:
                pending.extend(part for part in unknown if part not in entered)
                continue
            pending.pop()
            if here not in self._shapes:
                self._shapes[here] = self._find(here)

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
        of_parts = dict.fromkeys(self._shapes.get(part) for part in parts(subschema))
        shapes = [shape for shape in of_parts if shape is not None]
        classes = [shape for shape in shapes if self._is_class(shape)]
        if not classes or (len(of_parts) == 1 and SAYING.isdisjoint(subschema.keywords)):
            return shapes[0] if shapes else None
        # Of several, one that stands here is no better known than the whole.
        known = [shape for shape in classes if len(classes) == 1 or not _is_below(shape, location)]
        same = (shape for shape in known if self._conjunctions.makes_same_object(shape, location))
        return next(same, location)

    def _is_class(self, location: Location) -> bool:
        subschema = self._subschemas[location]
        return "properties" in subschema.keywords or not enum_values(subschema)


def _by_holder(conjunctions: Conjunctions) -> Mapping[Location, Sequence[tuple[str, Location]]]:
    """Return the joins by the place that holds them, each with what it adds to the name.

    What is below a join is named after it, not after the parts that it stands for; so it comes before these.
    """
    by_holder: dict[Location, list[tuple[str, Location]]] = {}
    for join in conjunctions.analysis.joins.values():
        holder, way = held_by(join)
        by_holder.setdefault(holder, []).append((_WORD_OF_WAY[way[0]](way[1:]), join))
    return by_holder


_WORD_OF_WAY: Mapping[str, Callable[[Sequence[str]], str]] = {
    "properties": lambda rest: names.camel(names.identifier(rest[0], "value")),
    "prefixItems": lambda rest: f"Item{int(rest[0]) + 1}",
    "items": lambda rest: "Item",
    "additionalProperties": lambda rest: "Value",
}


def _is_below(inner: Location, location: Location) -> bool:
    return inner.document == location.document and inner.pointer.startswith(f"{location.pointer}/allOf/")


def _is_shape(subschema: Subschema) -> bool:
    return "properties" in subschema.keywords or bool(enum_values(subschema))


def parts(subschema: Subschema) -> Iterator[Location]:
    """Return the subschemas that the same instance is validated against without a condition: `$ref`s and `allOf`."""
    for keyword in subschema.keywords.values():
        if keyword.target is not None:
            yield keyword.target
        elif keyword.name in _CONJUNCTIONS:
            yield from (location for _, location in keyword.schemas)


def enum_values(subschema: Subschema) -> tuple[bool | int | float | str | None, ...]:
    """Return the values that an `enum` of scalars leaves, with `type` and `const` beside it; () if it is none."""
    values = listed_values(subschema) if "enum" in subschema.keywords else None
    scalars = tuple(value for value in values or () if not isinstance(value, list | dict))
    return scalars if values is not None and len(scalars) == len(values) else ()


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
        self,
        document: Document,
        subschemas: Mapping[Location, Subschema],
        kinds: _Kinds,
        roots: Sequence[Location],
        joins: Mapping[Location, Sequence[tuple[str, Location]]],
    ) -> None:
        self._document = document
        self._subschemas = subschemas
        self._kinds = kinds
        self._roots = roots
        self._joins = joins

    def visits(self) -> Iterator[_Visit]:
        """Return the visits: from the root, then from each reference target that the root does not lead to.

        Of those the outermost comes first, so that what lies within it is named after it. What is neither a class nor
        an enum, and leads to none, is not among them.
        """
        visited: set[Location] = set()
        pending = [_Visit(self._document.location, None, "", named=True)]
        targets: list[tuple[int, int, Location]] = []
        while pending or targets:
            visit = pending.pop() if pending else self._target(heappop(targets)[2])
            if visit.location not in visited and self._leads(visit.location):
                visited.add(visit.location)
                yield visit
                pending.extend(reversed(list(self._children(visit))))
                for target in self._targets(visit.location):
                    heappush(targets, (target.pointer.count("/"), len(visited), target))
            if not pending and not targets:
                pending.extend(map(self._target, self._unreached(visited)))

    def _leads(self, location: Location) -> bool:
        """Return whether a subschema is a class or an enum, or may lead to one."""
        subschema = self._subschemas.get(location)
        return subschema is not None and not _LEADING.isdisjoint(subschema.keywords)

    def _targets(self, location: Location) -> Iterator[Location]:
        for keyword in self._subschemas[location].keywords.values():
            if keyword.target is not None and keyword.target.document == location.document:
                yield keyword.target

    def _unreached(self, visited: set[Location]) -> list[Location]:
        """Return the roots that only another document refers to: below a keyword that JSON Schema does not have."""
        return [root for root in reversed(self._roots) if root not in visited and self._leads(root)]

    def _target(self, location: Location) -> _Visit:
        """Return the visit of a reference target by itself: it is named after the end of its pointer."""
        token = last(location.pointer)
        if token.isdigit():
            above = location.pointer.rpartition("/")[0].rpartition("/")[2]
            token = f"{above} {token}"
        return _Visit(location, None, token, named=True)

    def _children(self, visit: _Visit) -> Iterator[_Visit]:
        keywords = self._subschemas[visit.location].keywords.values()
        above, words = (visit.location, "") if self._is_prefix(visit) else (visit.above, visit.words)
        for word, location in self._joins.get(visit.location, ()):
            yield _Visit(location, above, (words + word)[:_LONGEST_WORDS])
        for keyword in () if is_join(visit.location) else keywords:
            if keyword.name == "$defs":
                yield from (_Visit(location, None, token, named=True) for token, location in keyword.schemas)
            elif keyword.name in _DESCRIBES_VALUES:
                for (_, location), word in zip(keyword.schemas, self._words(visit, keyword), strict=True):
                    if self._leads(location):
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
    overrides: Mapping[str, str],
) -> dict[Location, str]:
    """Return the name of every definition: name overrides, the root, then what has a name of its own, then the rest."""
    shapes = [visit for visit in visits if kinds.of(visit.location) is not None]
    naming = _Naming(document, subschemas, overrides, visits)
    for group in (
        [visit for visit in shapes if visit.location.pointer in overrides],
        [visit for visit in shapes if visit.location == document.location],
        sorted((v for v in shapes if v.named), key=lambda v: names.class_name(v.words, "") != v.words),
        shapes,
    ):
        naming.name(group)
    order = [visit.location for visit in visits if visit.location in naming.assigned]
    return {location: naming.assigned[location] for location in order}


class _Naming:
    """The names of a document so far: what came first has the plain name, what came later has a number behind it."""

    def __init__(
        self,
        document: Document,
        subschemas: Mapping[Location, Subschema],
        overrides: Mapping[str, str],
        visits: Sequence[_Visit],
    ) -> None:
        self.assigned: dict[Location, str] = {}
        self._root = document.location
        self._module = document.module
        self._title = _title(subschemas.get(document.location))
        self._overrides = overrides
        self._visits = {visit.location: visit for visit in visits}
        self._taken = names.Taken(overrides.values())

    def name(self, group: Iterable[_Visit]) -> None:
        """Give a name to each that has none yet."""
        for visit in group:
            if visit.location in self.assigned:
                continue
            overridden = self._overrides.get(visit.location.pointer)
            self.assigned[visit.location] = overridden or self._taken.claim(self._wanted(visit))

    def _wanted(self, visit: _Visit) -> str:
        if visit.location == self._root:
            return names.class_name(self._title or self._module, "Model")
        if visit.above is None:
            return names.class_name(names.identifier(visit.words, "model"), "Model")
        above = self._visits[visit.above]
        prefix = self._overrides.get(above.location.pointer) or self.assigned.get(above.location) or self._wanted(above)
        return names.class_name(prefix + visit.words, "Model")
