"""Components: every schema document and definition as a Schema Object of OpenAPI 3.1.

A component accepts exactly what its schema accepts, in whatever dialect that was written: its keywords are read
in the terms of 2020-12, which are those of OpenAPI 3.1. References become references to components, identifiers
become `x-` keywords, and forms that tools trip over are written in an equal one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from ...ir import JSON, Document, Keyword, Location, Package, Subschema
from ...names import Taken, camel, class_name
from ...pointer import tokens, value_at
from ...read_only import read_only
from ...schema import vocabulary
from ...schema.dialects import DIALECTS, VOCABULARY_2019, normal_uri
from ...schema.equality import distinct
from ...schema.vocabulary import DRAFT_2019_09, ENTRIES, WRITTEN, Evaluates, Role, Value
from .scopes import Bindings, Scoped, Scopes

_BOOLEANS_STAY: Final = frozenset({"additionalProperties", "unevaluatedProperties", "unevaluatedItems"})
_MOVED: Final = {"$schema": "x-schema", "$id": "x-id", "id": "x-id"}
_LEFT_OUT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("$anchor", "$dynamicAnchor", "$recursiveAnchor"), "references lead to components"),
    "$vocabulary": "it tells of dialects, and a component has that of OpenAPI",
    "$defs": "each definition that is used is a component",
}
_EVALUATING: Final = vocabulary.evaluating(Evaluates.BELOW, Evaluates.MATCHING_ITEMS)
_CONTAINS: Final = ("contains", "minContains", "maxContains")
_NOTHING_IN_A_NAME: Final = frozenset({"properties", "$defs", "definitions", "patternProperties"})

COVERAGE: Final = vocabulary.cover(
    "the components of OpenAPI",
    {*_MOVED, *vocabulary.named(lambda entry: entry.role is Role.REFERENCE)},
    _LEFT_OUT,
    by_role={
        **dict.fromkeys((Role.ASSERTION, Role.ANNOTATION), "it stands there as it is"),
        **dict.fromkeys((Role.IN_PLACE, Role.ON_PARTS), "it stands there, with a Schema Object for each subschema"),
    },
)


@dataclass(frozen=True, slots=True)
class Components:
    """The Schema Objects by component name, and each subschema's component."""

    schemas: Mapping[str, JSON]
    names: Mapping[Scoped, str]

    def name(self, location: Location) -> str | None:
        """Return the name of the component that says what the subschema says by itself, None if there is none."""
        found = [scoped for scoped in self.names if scoped.location == location]
        return self.names[min(found, key=_order)] if found else None


def components(package: Package, also: Iterable[Location] = ()) -> Components:
    """Return a component for every public document and definition, all that is referred to, and `also`."""
    lifting = _Lifting(package, Scopes(package))
    lifted = lifting.lifted([*_public(package), *also])
    names = lifting.names(lifted)
    schemas = {name: read_only(lifting.body(scoped, names)) for scoped, name in names.items()}
    return Components(dict(sorted(schemas.items())), names)


def reference(name: str) -> dict[str, JSON]:
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
    return len(scoped.bindings), scoped


@dataclass(frozen=True)
class _Lifting:
    """One package on its way to components."""

    package: Package
    scopes: Scopes

    # Which subschemas become components

    def lifted(self, first: Iterable[Location]) -> tuple[Scoped, ...]:
        """Return all subschemas that get a component: the first, and whatever is referred to from a component."""
        waiting = [self.scopes.enter((), location) for location in first]
        found: dict[Scoped, None] = {}
        while waiting:
            scoped = waiting.pop(0)
            if scoped not in found:
                found[scoped] = None
                waiting.extend(self._references(scoped))
        return tuple(found)

    def _references(self, scoped: Scoped) -> Iterator[Scoped]:
        waiting = [scoped]
        while waiting:
            inner = waiting.pop()
            for keyword in self.package.subschemas[inner.location].keywords.values():
                target = self.scopes.referred(inner.bindings, keyword)
                if target is not None:
                    yield target
                if keyword.name not in _LEFT_OUT:
                    waiting.extend(self.scopes.enter(inner.bindings, child) for _, child in keyword.schemas)

    # Names

    @cached_property
    def _documents(self) -> Mapping[str, Document]:
        return {document.location.document: document for document in self.package.documents}

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
        public = self._documents[scoped.location.document].public
        return (not public, scoped.location.pointer != "", *_order(scoped))

    def _wanted(self, scoped: Scoped) -> str:
        plain = self.scopes.enter((), scoped.location)
        other = [at for name, at in scoped.bindings if (name, at) not in plain.bindings]
        return "For".join([self._base(scoped.location), *(self._base(at) for at in dict.fromkeys(other))])

    def _full(self, scoped: Scoped) -> str:
        return camel(self._documents[scoped.location.document].module) + self._wanted(scoped)

    def _base(self, location: Location) -> str:
        if location in self.package.shapes:
            return self.package.shapes[location].name
        path = tokens(location.pointer)
        if len(path) > 1 and path[-2] in ("$defs", "definitions"):
            return class_name(path[-1], "Definition")
        root = self._base_of_root(location.document)
        return root + "".join(camel(token) for token in path if token not in _NOTHING_IN_A_NAME)

    def _base_of_root(self, document: str) -> str:
        root = Location(document)
        if root in self.package.shapes:
            return self.package.shapes[root].name
        return class_name(self._documents[document].module, "Document")

    # Schema Objects

    def body(self, scoped: Scoped, names: Mapping[Scoped, str]) -> JSON:
        """Return the Schema Object that says what the subschema says in its scope."""
        return self._object(scoped, names)

    def _object(self, scoped: Scoped, names: Mapping[Scoped, str]) -> dict[str, JSON]:
        subschema = self.package.subschemas[scoped.location]
        if subschema.boolean is not None:
            return {} if subschema.boolean else {"not": {}}
        body: dict[str, JSON] = {}
        more: list[JSON] = []
        for keyword in subschema.keywords.values():
            written = self._keyword(keyword, scoped.bindings, names)
            if written is None:
                continue
            name, value = written
            if name in body:
                more.append({name: value})
            else:
                body[name] = value
        body.update(self._unknown(subschema))
        return self._equal_forms(subschema, body, more)

    def _keyword(self, keyword: Keyword, bindings: Bindings, names: Mapping[Scoped, str]) -> tuple[str, JSON] | None:
        if keyword.name in _LEFT_OUT:
            return None
        target = self.scopes.referred(bindings, keyword)
        if target is not None:
            return "$ref", reference(names[target])["$ref"]
        if keyword.name in _MOVED:
            return _MOVED[keyword.name], keyword.value
        inner: dict[str, JSON] = {
            token: self._object(self.scopes.enter(bindings, child), names) for token, child in keyword.schemas
        }
        entry = ENTRIES[keyword.name]
        if keyword.name in _BOOLEANS_STAY and isinstance(keyword.value, bool):
            return keyword.name, keyword.value
        if entry.form is not None:
            made = vocabulary.rewritten(entry.form, keyword.value, lambda way, _: inner[vocabulary.token(way)])
            return keyword.name, made
        if entry.value is Value.COUNT and isinstance(keyword.value, float):
            return keyword.name, int(keyword.value)
        if keyword.name == "enum" and isinstance(keyword.value, list):
            return keyword.name, distinct(keyword.value)
        return keyword.name, keyword.value

    def _equal_forms(self, subschema: Subschema, body: dict[str, JSON], more: list[JSON]) -> dict[str, JSON]:
        """Return the Schema Object with what tools or this dialect can't take written in another way."""
        if not more and body.keys().isdisjoint(_EVALUATING):
            _say_plainly(body)
        if body.get("enum") == []:
            del body["enum"]
            more.append({"not": {}})
        kinds = body.get("type")
        has_arrays = kinds == "array" or (isinstance(kinds, list) and "array" in kinds)
        if has_arrays and "items" not in body and not self._looks_for_items:
            body["items"] = {}  # it would count as evaluating all items, if anybody asked
        if "contains" in body and self._looks_for_items and not self._contains_evaluates(subschema):
            # What stands below `not` asserts, and evaluates nothing.
            contains: JSON = {name: body.pop(name) for name in _CONTAINS if name in body}
            more.append({"not": {"not": contains}})
        if more:
            before = body.get("allOf", [])
            body["allOf"] = [*(before if isinstance(before, list) else []), *more]
        return body

    @cached_property
    def _looks_for_items(self) -> bool:
        return any("unevaluatedItems" in subschema.keywords for subschema in self.package.subschemas.values())

    def _dialect(self, subschema: Subschema) -> str:
        """Return the dialect of the subschema's resource: its own, or that of the resource around it."""
        location = subschema.resource
        while location.pointer:
            named = self.package.subschemas[location].value("$schema") if location in self.package.subschemas else None
            if isinstance(named, str):
                return normal_uri(named)
            location = Location(location.document, location.pointer.rpartition("/")[0])
        return self._documents[location.document].dialect

    def _contains_evaluates(self, subschema: Subschema) -> bool:
        """Return whether `contains` counts items as evaluated in the subschema's dialect (it does since 2020-12)."""
        dialect = self._dialect(subschema)
        metaschema = next((document for document in self.package.documents if document.uri == dialect), None)
        content = metaschema.content if metaschema is not None and isinstance(metaschema.content, dict) else {}
        vocabularies = content.get("$vocabulary")
        named = vocabularies if isinstance(vocabularies, dict) else ()
        return dialect != DRAFT_2019_09 and not any(uri.startswith(VOCABULARY_2019) for uri in named)

    def _unknown(self, subschema: Subschema) -> Iterator[tuple[str, JSON]]:
        """Yield what is no keyword of JSON Schema as specification extensions."""
        raw = self._raw(subschema.location)
        dialect = DIALECTS.get(self._dialect(subschema))
        lone = "$ref" in raw and dialect is not None and dialect.ref_hides_siblings
        for key, value in raw.items():
            if key not in WRITTEN and not key.startswith("$") and not lone and not _refers(value):
                yield key if key.startswith("x-") else f"x-{key}", value

    def _raw(self, location: Location) -> dict[str, JSON]:
        value = value_at(location.pointer, self._documents[location.document].content)
        return value if isinstance(value, dict) else {}


def _say_plainly(body: dict[str, JSON]) -> None:
    """Say what is unevaluated in the words that all tools know, where nothing else than the schema evaluates."""
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
