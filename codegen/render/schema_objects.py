"""Components: every schema document and definition as a Schema Object of OpenAPI 3.1.

A component accepts exactly what its schema accepts, in whatever dialect that was written: its keywords are read
in the terms of 2020-12, which are those of OpenAPI 3.1. References become references to components, identifiers
become `x-` keywords, and forms that tools trip over are written in an equal one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from ..compiler.analysis import Analysis, entered, referred
from ..compiler.conjunctions import is_join
from ..compiler.nodes import Context
from ..ir import JSON, Keyword, Location, Package, Resource, Subschema
from ..names import Taken, camel, class_name, plain
from ..pointer import tokens, value_at
from ..read_only import read_only
from ..records import dataclass
from ..schema import vocabulary
from ..schema.dialects import DIALECTS
from ..schema.equality import distinct
from ..schema.vocabulary import ENTRIES, WRITTEN, Evaluates, Role, Value

_BOOLEANS_STAY: Final = frozenset({"additionalProperties", "unevaluatedProperties", "unevaluatedItems"})
_MOVED: Final = {"$schema": "x-schema", "$id": "x-id", "id": "x-id"}
_LEFT_OUT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("$anchor", "$dynamicAnchor", "$recursiveAnchor"), "references lead to components"),
    "$vocabulary": "it is about dialects, and a component has that of OpenAPI",
    "$defs": "each definition that is used is a component",
}
_EVALUATING: Final = vocabulary.evaluating(Evaluates.BELOW, Evaluates.MATCHING_ITEMS)
_CONTAINS: Final = ("contains", "minContains", "maxContains")
_NO_SCOPE: Final = Context()
_NOTHING_IN_A_NAME: Final = frozenset({"properties", "$defs", "definitions", "patternProperties"})

_AS_IT_IS: Final = (
    vocabulary.named(lambda entry: entry.form is None and entry.value is not Value.COUNT) - _MOVED.keys() - {"enum"}
)
"""The keywords that need no look at their value, if they refer to nothing."""

COVERAGE: Final = vocabulary.cover(
    "the components of OpenAPI",
    {*_MOVED, *vocabulary.named(lambda entry: entry.role is Role.REFERENCE)},
    _LEFT_OUT,
    by_role={
        **dict.fromkeys((Role.ASSERTION, Role.ANNOTATION), "it stands there as it is"),
        **dict.fromkeys((Role.IN_PLACE, Role.ON_PARTS), "it stands there, with a Schema Object for each subschema"),
    },
)


class Scoped(NamedTuple):
    """A subschema within a dynamic scope.

    OpenAPI has no dynamic references that all tools know: a subschema below which one is looked up becomes one
    component for every binding of its anchors, so that each reference is a plain one (Core 2020-12, section 8.2.3.2).
    """

    location: Location
    context: Context


@dataclass(frozen=True, slots=True)
class Components:
    """The Schema Objects by component name, and each subschema's component."""

    schemas: Mapping[str, JSON]
    names: Mapping[Scoped, str]

    def name(self, location: Location) -> str | None:
        """Return the name of the component that says what the subschema says by itself, None if there is none."""
        return self.by_location.get(location)

    @property
    def by_location(self) -> dict[Location, str]:
        """Return the name of each subschema's component, as `name` gives it."""
        return by_location(self.names)


@dataclass(frozen=True, slots=True)
class Lifted:
    """The subschemas that are components, by name, and all that a Schema Object is made of.

    It is what functions are given whose reads are recorded: `names` has the names by texts, so that to refer to a
    component is not to read the document that it comes from. `wanted` has by subschema the dynamic anchors that are
    looked up below it, `is_dynamic` is whether there are any, and `before` what stands before a name in a reference.
    """

    package: Package
    before: str
    scoped: Mapping[str, Scoped]
    names: Mapping[str, str]
    wanted: Mapping[Location, frozenset[str]]
    is_dynamic: bool
    has_unevaluated_items: bool

    def schema(self, scoped: Scoped) -> JSON:
        """Return the Schema Object of one of them."""
        return _Writing(self).object(scoped)


def components(
    package: Package, also: Iterable[Location] = (), references: str = "#/components/schemas/"
) -> Components:
    """Return a component for every public document and definition, all that is referred to, and `also`.

    `references` is what stands before the name of a component in a reference to it.
    """
    made = lifted(package, also, references)
    schemas = {name: read_only(made.schema(scoped)) for name, scoped in sorted(made.scoped.items())}
    return Components(schemas, {scoped: name for name, scoped in made.scoped.items()})


def lifted(package: Package, also: Iterable[Location] = (), references: str = "#/components/schemas/") -> Lifted:
    """Return which subschemas are components, and their names, as for `components`; none is written yet."""
    subschemas = {**package.subschemas, **package.joins} if package.joins else package.subschemas
    analysis = Analysis(subschemas, package.resources)
    lifting = _Lifting(package, analysis)
    names = lifting.names(lifting.lifted([*_public(package), *also]))
    return Lifted(
        package,
        references,
        MappingProxyType({name: scoped for scoped, name in names.items()}),
        MappingProxyType({_text(scoped): name for scoped, name in names.items()}),
        MappingProxyType(dict(analysis.wanted)),
        bool(analysis.wanted),
        any("unevaluatedItems" in subschema.keywords for subschema in package.subschemas.values()),
    )


def by_location(names: Mapping[Scoped, str]) -> dict[Location, str]:
    """Return the name of each subschema's component: of several, that of the one that says what it says by itself."""
    return {scoped.location: names[scoped] for scoped in sorted(names, key=_order, reverse=True)}


def reference(name: str) -> dict[str, str]:
    """Return a Reference Object to the component schema with that name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _public(package: Package) -> Iterator[Location]:
    documents = {document.location.document for document in package.documents if document.public}
    for document in package.documents:
        if document.public:
            yield document.location
    for location, subschema in package.subschemas.items():
        definitions = subschema.keywords.get("$defs")
        if definitions is not None and location.document in documents:
            yield from (child for _, child in definitions.schemas)


def _order(scoped: Scoped) -> tuple[int, Scoped]:
    return len(scoped.context.bindings), scoped


def _text(scoped: Scoped) -> str:
    """Return a text for a subschema in a dynamic scope, which no other one has."""
    location, context = scoped
    return f"{location.document}#{location.pointer}{context.bindings or ''}"


@dataclass(frozen=True, slots=True)
class _Lifting:
    """One package on its way to components."""

    package: Package
    analysis: Analysis

    def _entered(self, context: Context, location: Location) -> Scoped:
        """Return a subschema in the dynamic scope that it is reached in."""
        return Scoped(location, self.analysis.enter(context, location))

    # Which subschemas become components

    def lifted(self, first: Iterable[Location]) -> tuple[Scoped, ...]:
        """Return all subschemas that get a component: the first, and whatever is referred to from a component."""
        queue = deque(self._entered(Context(), location) for location in first)
        reached: dict[Scoped, None] = {}
        while queue:
            scoped = queue.popleft()
            if scoped not in reached:
                reached[scoped] = None
                queue.extend(self._references(scoped))
        return tuple(reached)

    def _references(self, scoped: Scoped) -> Iterator[Scoped]:
        pending = [scoped]
        while pending:
            inner = pending.pop()
            for keyword in self.analysis[inner.location].keywords.values():
                if keyword.target is not None:
                    yield self._entered(inner.context, referred(keyword, inner.context))
                if keyword.schemas and keyword.name not in _LEFT_OUT:
                    pending.extend(self._entered(inner.context, child) for _, child in keyword.schemas)

    # Names

    def names(self, lifted: Iterable[Scoped]) -> dict[Scoped, str]:
        """Return a name for each component: its class's, else one of its pointer; a clash adds the module's."""
        ordered = sorted(lifted, key=self._rank)
        wanted = {scoped: self._wanted(scoped) for scoped in ordered}
        holders: dict[str, set[str]] = {}
        for scoped, name in wanted.items():
            holders.setdefault(name, set()).add(scoped.location.document)
        taken = Taken()
        return {
            scoped: taken.claim(name if len(holders[name]) == 1 or not scoped.location.pointer else self._full(scoped))
            for scoped, name in wanted.items()
        }

    def _rank(self, scoped: Scoped) -> tuple[bool, bool, int, Scoped]:
        """Return a key that puts roots before definitions, and what stands by itself before its variants."""
        public = self.package.by_uri[scoped.location.document].public
        return (not public, scoped.location.pointer != "", *_order(scoped))

    def _wanted(self, scoped: Scoped) -> str:
        plain = self.analysis.enter(Context(), scoped.location).bindings
        other = [at for name, at in scoped.context.bindings if (name, at) not in plain]
        return "For".join([self._base(scoped.location), *(self._base(at) for at in dict.fromkeys(other))])

    def _full(self, scoped: Scoped) -> str:
        return camel(self.package.by_uri[scoped.location.document].module) + self._wanted(scoped)

    def _base(self, location: Location) -> str:
        if location in self.package.shapes:
            return plain(self.package.shapes[location].name, "Schema")
        path = tokens(location.pointer)
        if len(path) > 1 and path[-2] in ("$defs", "definitions"):
            return plain(class_name(path[-1], "Definition"), "Definition")
        root = self._base_of_root(location.document)
        return root + "".join(plain(camel(token), "") for token in path if token not in _NOTHING_IN_A_NAME)

    def _base_of_root(self, document: str) -> str:
        root = Location(document)
        if root in self.package.shapes:
            return plain(self.package.shapes[root].name, "Schema")
        return class_name(self.package.by_uri[document].module, "Document")


@dataclass(frozen=True, slots=True)
class _Writing:
    """Components on their way to Schema Objects."""

    lifted: Lifted

    def object(self, scoped: Scoped) -> dict[str, JSON]:
        """Return the Schema Object that says what the subschema says in its scope."""
        subschema = self.lifted.package.subschema(scoped.location)
        if subschema.boolean is not None:
            return {} if subschema.boolean else {"not": {}}
        body: dict[str, JSON] = {}
        more: list[JSON] = []
        for keyword in subschema.keywords.values():
            written = self._keyword(keyword, scoped.context)
            if written is None:
                continue
            name, value = written
            if name in body:
                more.append({name: value})
            else:
                body[name] = value
        body.update(self._unknown(subschema))
        return self._equal_forms(subschema, body, more)

    def _keyword(self, keyword: Keyword, context: Context) -> tuple[str, JSON] | None:
        name = keyword.name
        if name in _LEFT_OUT:
            return None
        if name in _AS_IT_IS and keyword.target is None:
            return name, keyword.value
        if keyword.target is not None:
            target = self._entered(context, referred(keyword, context))
            return "$ref", self.lifted.before + self.lifted.names[_text(target)]
        if name in _MOVED:
            return _MOVED[name], keyword.value
        entry = ENTRIES[name]
        if name in _BOOLEANS_STAY and isinstance(keyword.value, bool):
            return name, keyword.value
        if entry.form is not None:
            inner: dict[str, JSON] = {
                token: self.object(self._entered(context, child)) for token, child in keyword.schemas
            }
            return name, vocabulary.rewritten(entry.form, keyword.value, lambda way, _: inner[vocabulary.token(way)])
        if entry.value is Value.COUNT and isinstance(keyword.value, float):
            return name, int(keyword.value)
        if name == "enum" and isinstance(keyword.value, list):
            return name, distinct(keyword.value)
        return name, keyword.value

    def _equal_forms(self, subschema: Subschema, body: dict[str, JSON], more: list[JSON]) -> dict[str, JSON]:
        """Return the Schema Object with what tools or this dialect can't take written in another way."""
        if not more and body.keys().isdisjoint(_EVALUATING):
            _write_plainly(body)
        if body.get("enum") == []:
            del body["enum"]
            more.append({"not": {}})
        kinds = body.get("type")
        has_arrays = kinds == "array" or (isinstance(kinds, list) and "array" in kinds)
        if has_arrays and "items" not in body and not self.lifted.has_unevaluated_items:
            body["items"] = {}  # with unevaluatedItems it would count as evaluating all items
        if (
            "contains" in body
            and self.lifted.has_unevaluated_items
            and not self._resource(subschema).contains_evaluates
        ):
            # What stands below `not` asserts, and evaluates nothing.
            contains: JSON = {name: body.pop(name) for name in _CONTAINS if name in body}
            more.append({"not": {"not": contains}})
        if more:
            before = body.get("allOf", [])
            body["allOf"] = [*(before if isinstance(before, list) else []), *more]
        return body

    def _entered(self, context: Context, location: Location) -> Scoped:
        """Return a subschema in the dynamic scope that it is reached in."""
        wanted = self.lifted.wanted.get(location) if self.lifted.is_dynamic else None
        if not wanted:
            return Scoped(location, _NO_SCOPE)
        return Scoped(location, entered(context, self._resource(self.lifted.package.subschema(location)), wanted))

    def _resource(self, subschema: Subschema) -> Resource:
        return self.lifted.package.resources[subschema.resource]

    def _unknown(self, subschema: Subschema) -> Iterator[tuple[str, JSON]]:
        """Yield what is no keyword of JSON Schema as specification extensions."""
        raw = self._raw(subschema.location)
        unknown = [key for key in raw if key not in WRITTEN and not key.startswith("$")]
        dialect = DIALECTS.get(self._resource(subschema).dialect) if unknown and "$ref" in raw else None
        if dialect is None or not dialect.ref_hides_siblings:
            for key in unknown:
                if not _refers(raw[key]):
                    yield key if key.startswith("x-") else f"x-{key}", raw[key]

    def _raw(self, location: Location) -> dict[str, JSON]:
        if is_join(location):  # it stands in no file
            return {}
        value = value_at(location.pointer, self.lifted.package.by_uri[location.document].content)
        return value if isinstance(value, dict) else {}


def _write_plainly(body: dict[str, JSON]) -> None:
    """Write `unevaluated*` in the keywords that all tools know, where nothing else than the schema evaluates."""
    if "unevaluatedProperties" in body and "additionalProperties" not in body:
        body["additionalProperties"] = body.pop("unevaluatedProperties")
    if "unevaluatedItems" in body and "items" not in body:
        value = body.pop("unevaluatedItems")
        body["items"] = value if not isinstance(value, bool) else {} if value else {"not": {}}


def _refers(value: JSON) -> bool:
    """Return whether a reference or an identifier stands anywhere in the value; tools would follow it."""
    if isinstance(value, dict):
        return any(key in value for key in ("$ref", "$id", "$dynamicRef")) or any(map(_refers, value.values()))
    return isinstance(value, list) and any(map(_refers, value))
