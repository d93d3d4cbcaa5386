"""Dialects as data: which keywords each draft of JSON Schema has, and how each reads in the terms of 2020-12."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from ..ir import JSON

DRAFT_2020_12 = "https://json-schema.org/draft/2020-12/schema"
DRAFT_2019_09 = "https://json-schema.org/draft/2019-09/schema"
DRAFT_7 = "http://json-schema.org/draft-07/schema"
DRAFT_6 = "http://json-schema.org/draft-06/schema"
DRAFT_4 = "http://json-schema.org/draft-04/schema"


class Kind(Enum):
    """What a keyword's value holds: no subschema, one, an array of them, or an object of them."""

    VALUE = "value"
    SCHEMA = "schema"
    ARRAY = "array"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Reading:
    """One keyword of a schema object as 2020-12 reads it.

    `children` are the subschemas as (token, path below the schema object, value).
    """

    name: str
    written: str
    value: JSON
    children: tuple[tuple[str, tuple[str, ...], JSON], ...] = ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """One dialect: its metaschema's URI, its keywords, and the habits in which it differs from 2020-12."""

    uri: str
    keywords: Mapping[str, Kind]
    id_keyword: str = "$id"
    ref_hides_siblings: bool = False
    id_may_be_anchor: bool = False
    contains_evaluates: bool = True
    asserts_format: bool = False

    def readings(self, schema: Mapping[str, JSON]) -> Iterator[Reading]:
        """Yield each keyword of the schema object that this dialect knows, in the terms of 2020-12."""
        hidden = self.ref_hides_siblings and isinstance(schema.get("$ref"), str)
        for written, value in schema.items():
            kind = self.keywords.get(written)
            if kind is None or (hidden and written not in _BESIDE_REF):
                continue
            translate = _TRANSLATIONS.get(written)
            if translate is None:
                yield _reading(written, written, kind, value)
            else:
                yield from translate(self, schema)


def _reading(name: str, written: str, kind: Kind, value: JSON) -> Reading:
    return Reading(name, written, value, tuple(_children(written, kind, value)))


def _children(written: str, kind: Kind, value: JSON) -> Iterator[tuple[str, tuple[str, ...], JSON]]:
    if kind is Kind.SCHEMA:
        yield "", (written,), value
    elif kind is Kind.ARRAY and isinstance(value, list):
        for index, item in enumerate(value):
            yield str(index), (written, str(index)), item
    elif kind is Kind.OBJECT and isinstance(value, dict):
        for key, item in value.items():
            yield key, (written, key), item


def _items(dialect: Dialect, schema: Mapping[str, JSON]) -> Iterator[Reading]:
    value = schema["items"]
    if isinstance(value, list) and "prefixItems" not in dialect.keywords:
        yield _reading("prefixItems", "items", Kind.ARRAY, value)
    else:
        yield _reading("items", "items", Kind.SCHEMA, value)


def _additional_items(dialect: Dialect, schema: Mapping[str, JSON]) -> Iterator[Reading]:
    if isinstance(schema.get("items"), list):
        yield _reading("items", "additionalItems", Kind.SCHEMA, schema["additionalItems"])


def _dependencies(dialect: Dialect, schema: Mapping[str, JSON]) -> Iterator[Reading]:
    value = schema["dependencies"]
    if not isinstance(value, dict):
        return
    names: dict[str, JSON] = {key: item for key, item in value.items() if isinstance(item, list)}
    schemas: dict[str, JSON] = {key: item for key, item in value.items() if not isinstance(item, list)}
    if names:
        yield Reading("dependentRequired", "dependencies", names)
    if schemas:
        yield _reading("dependentSchemas", "dependencies", Kind.OBJECT, schemas)


def _minimum(dialect: Dialect, schema: Mapping[str, JSON]) -> Iterator[Reading]:
    yield from _bound("minimum", "exclusiveMinimum", schema)


def _maximum(dialect: Dialect, schema: Mapping[str, JSON]) -> Iterator[Reading]:
    yield from _bound("maximum", "exclusiveMaximum", schema)


def _bound(inclusive: str, exclusive: str, schema: Mapping[str, JSON]) -> Iterator[Reading]:
    """Yield a bound; in draft 4 the exclusive keyword is a flag that changes the meaning of the inclusive one."""
    name = exclusive if schema.get(exclusive) is True else inclusive
    yield Reading(name, inclusive, schema[inclusive])


def _exclusive_minimum(dialect: Dialect, schema: Mapping[str, JSON]) -> Iterator[Reading]:
    yield from _exclusive("exclusiveMinimum", schema)


def _exclusive_maximum(dialect: Dialect, schema: Mapping[str, JSON]) -> Iterator[Reading]:
    yield from _exclusive("exclusiveMaximum", schema)


def _exclusive(name: str, schema: Mapping[str, JSON]) -> Iterator[Reading]:
    if not isinstance(schema[name], bool):
        yield Reading(name, name, schema[name])


def _definitions(dialect: Dialect, schema: Mapping[str, JSON]) -> Iterator[Reading]:
    yield _reading("$defs", "definitions", Kind.OBJECT, schema["definitions"])


_TRANSLATIONS = {
    "items": _items,
    "additionalItems": _additional_items,
    "dependencies": _dependencies,
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": _exclusive_minimum,
    "exclusiveMaximum": _exclusive_maximum,
    "definitions": _definitions,
}

_ANNOTATIONS = ("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment")
_BESIDE_REF = frozenset({"$ref", "$schema", "definitions", *_ANNOTATIONS})

_KINDS = {
    Kind.SCHEMA: (
        *("not", "if", "then", "else", "items", "additionalItems", "contains", "additionalProperties"),
        *("propertyNames", "unevaluatedItems", "unevaluatedProperties", "contentSchema"),
    ),
    Kind.ARRAY: ("allOf", "anyOf", "oneOf", "prefixItems"),
    Kind.OBJECT: ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"),
}
_KIND_OF = {keyword: kind for kind, keywords in _KINDS.items() for keyword in keywords}


def _table(*keywords: str) -> dict[str, Kind]:
    return {keyword: _KIND_OF.get(keyword, Kind.VALUE) for keyword in keywords}


_CORE_4 = ("$schema", "id", "$ref", "definitions")
_VALIDATION_4 = (
    *("type", "enum", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength"),
    *("minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties", "required"),
)
_APPLICATOR_4 = (
    *("items", "additionalItems", "properties", "patternProperties", "additionalProperties", "dependencies"),
    *("allOf", "anyOf", "oneOf", "not"),
)
_META_DATA_4 = ("title", "description", "default", "format")
_ADDED_6 = ("$id", "const", "contains", "propertyNames", "examples")
_ADDED_7 = ("if", "then", "else", "$comment", "readOnly", "writeOnly", "contentEncoding", "contentMediaType")

_DRAFT_4_KEYWORDS = _table(*_CORE_4, *_VALIDATION_4, *_APPLICATOR_4, *_META_DATA_4)
_DRAFT_6_KEYWORDS = {**{k: v for k, v in _DRAFT_4_KEYWORDS.items() if k != "id"}, **_table(*_ADDED_6)}
_DRAFT_7_KEYWORDS = {**_DRAFT_6_KEYWORDS, **_table(*_ADDED_7)}

_CORE = _table("$schema", "$id", "$ref", "$anchor", "$vocabulary", "$comment", "$defs", "definitions")
_CORE_2019 = {**_CORE, **_table("$recursiveRef", "$recursiveAnchor")}
_CORE_2020 = {**_CORE, **_table("$dynamicRef", "$dynamicAnchor")}
_APPLICATOR = _table(
    *("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "items", "contains"),
    *("properties", "patternProperties", "additionalProperties", "propertyNames"),
    # Not in these drafts' vocabularies, but in their metaschemas, as what came before; read as it was written then.
    "dependencies",
)
_VALIDATION = _table(
    *("type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"),
    *("maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxContains", "minContains"),
    *("maxProperties", "minProperties", "required", "dependentRequired"),
)
_UNEVALUATED = _table("unevaluatedItems", "unevaluatedProperties")
_META_DATA = _table("title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples")
_CONTENT = _table("contentEncoding", "contentMediaType", "contentSchema")
_FORMAT = _table("format")

_V2019 = "https://json-schema.org/draft/2019-09/vocab/"
_V2020 = "https://json-schema.org/draft/2020-12/vocab/"

VOCABULARIES: Mapping[str, Mapping[str, Kind]] = {
    _V2019 + "core": _CORE_2019,
    _V2019 + "applicator": {**_APPLICATOR, **_UNEVALUATED, **_table("additionalItems")},
    _V2019 + "validation": _VALIDATION,
    _V2019 + "meta-data": _META_DATA,
    _V2019 + "format": _FORMAT,
    _V2019 + "content": _CONTENT,
    _V2020 + "core": _CORE_2020,
    _V2020 + "applicator": {**_APPLICATOR, **_table("prefixItems")},
    _V2020 + "unevaluated": _UNEVALUATED,
    _V2020 + "validation": _VALIDATION,
    _V2020 + "meta-data": _META_DATA,
    _V2020 + "format-annotation": _FORMAT,
    _V2020 + "format-assertion": _FORMAT,
    _V2020 + "content": _CONTENT,
}
FORMAT_ASSERTION = _V2020 + "format-assertion"


def _with(prefix: str) -> dict[str, Kind]:
    return {
        keyword: kind
        for uri, table in VOCABULARIES.items()
        if uri.startswith(prefix)
        for keyword, kind in table.items()
    }


DIALECTS: Mapping[str, Dialect] = {
    dialect.uri: dialect
    for dialect in (
        Dialect(DRAFT_2020_12, _with(_V2020)),
        Dialect(DRAFT_2019_09, _with(_V2019), contains_evaluates=False),
        Dialect(DRAFT_7, _DRAFT_7_KEYWORDS, ref_hides_siblings=True, id_may_be_anchor=True),
        Dialect(DRAFT_6, _DRAFT_6_KEYWORDS, ref_hides_siblings=True, id_may_be_anchor=True),
        Dialect(DRAFT_4, _DRAFT_4_KEYWORDS, id_keyword="id", ref_hides_siblings=True, id_may_be_anchor=True),
    )
}


def normal_uri(uri: str) -> str:
    """Return a metaschema's URI as `DIALECTS` has it: no empty fragment, and the scheme that it was published with."""
    bare = uri.removesuffix("#")
    for known in DIALECTS:
        if bare.partition("://")[2] == known.partition("://")[2]:
            return known
    return bare


def custom_dialect(uri: str, vocabularies: Mapping[str, JSON]) -> tuple[Dialect, tuple[str, ...]]:
    """Return the dialect that a metaschema's `$vocabulary` describes, and the required ones that nobody knows."""
    keywords: dict[str, Kind] = dict(_CORE_2019 if any(v.startswith(_V2019) for v in vocabularies) else _CORE_2020)
    for vocabulary in vocabularies:
        keywords.update(VOCABULARIES.get(vocabulary, {}))
    unknown = tuple(v for v, required in vocabularies.items() if required is True and v not in VOCABULARIES)
    contains_evaluates = not any(v.startswith(_V2019) for v in vocabularies)
    asserts_format = FORMAT_ASSERTION in vocabularies
    dialect = Dialect(uri, keywords, contains_evaluates=contains_evaluates, asserts_format=asserts_format)
    return dialect, unknown
