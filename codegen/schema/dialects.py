"""Dialects as data: which keywords each draft of JSON Schema has, and how each reads in the terms of 2020-12."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..ir import JSON
from ..records import dataclass
from . import vocabulary
from .vocabulary import DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019_09, DRAFT_2020_12, DRAFTS, WRITTEN, Entry, Form, Role


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
    """One dialect: its metaschema's URI, its keywords, and the rules in which it differs from 2020-12."""

    uri: str
    keywords: Mapping[str, Entry]
    id_keyword: str = "$id"
    ref_hides_siblings: bool = False
    id_may_be_anchor: bool = False
    contains_evaluates: bool = True
    asserts_format: bool = False

    def readings(self, schema: Mapping[str, JSON]) -> Iterator[Reading]:
        """Yield each keyword of the schema object that this dialect knows, in the terms of 2020-12."""
        hidden = self.ref_hides_siblings and isinstance(schema.get("$ref"), str)
        for written, value in schema.items():
            entry = self.keywords.get(written)
            if entry is None or (hidden and written not in _BESIDE_REF):
                continue
            translate = _TRANSLATIONS.get(written)
            if translate is None:
                yield _reading(written, written, entry.form, value)
            else:
                yield from translate(self, schema)


def _reading(name: str, written: str, form: Form | None, value: JSON) -> Reading:
    children = vocabulary.below(form, value)
    return Reading(
        name, written, value, tuple((vocabulary.token(way), (written, *way), below) for way, below in children)
    )


def _items(dialect: Dialect, schema: Mapping[str, JSON]) -> Iterator[Reading]:
    value = schema["items"]
    if isinstance(value, list) and "prefixItems" not in dialect.keywords:
        yield _reading("prefixItems", "items", vocabulary.ARRAY, value)
    else:
        yield _reading("items", "items", vocabulary.ONE, value)


def _additional_items(dialect: Dialect, schema: Mapping[str, JSON]) -> Iterator[Reading]:
    if isinstance(schema.get("items"), list):
        yield _reading("items", "additionalItems", vocabulary.ONE, schema["additionalItems"])


def _dependencies(dialect: Dialect, schema: Mapping[str, JSON]) -> Iterator[Reading]:
    value = schema["dependencies"]
    if not isinstance(value, dict):
        return
    names: dict[str, JSON] = {key: item for key, item in value.items() if isinstance(item, list)}
    schemas: dict[str, JSON] = {key: item for key, item in value.items() if not isinstance(item, list)}
    if names:
        yield Reading("dependentRequired", "dependencies", names)
    if schemas:
        yield _reading("dependentSchemas", "dependencies", vocabulary.OBJECT, schemas)


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
    yield _reading("$defs", "definitions", vocabulary.OBJECT, schema["definitions"])


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

COVERAGE = vocabulary.cover(
    "the dialects",
    _TRANSLATIONS,
    {"$recursiveRef": "the resolver reads it, which knows where it leads"},
    by_role=dict.fromkeys(Role, "it reads as it is written"),
    rows=WRITTEN,
)

_BESIDE_REF = frozenset(
    name
    for name, entry in WRITTEN.items()
    if entry.vocabulary in (vocabulary.CORE, vocabulary.META_DATA) and entry.role is not Role.IDENTIFIER
)
"""The keywords that count beside `$ref` in drafts where it hides its neighbours: these change nothing."""

VOCABULARY_2019 = "https://json-schema.org/draft/2019-09/vocab/"
VOCABULARY_2020 = "https://json-schema.org/draft/2020-12/vocab/"
FORMAT_ASSERTION = VOCABULARY_2020 + "format-assertion"

_PARTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    VOCABULARY_2019: {
        **{name: (name,) for name in ("core", "validation", "meta-data", "format", "content")},
        "applicator": (vocabulary.APPLICATOR, vocabulary.UNEVALUATED),
    },
    VOCABULARY_2020: {
        **{name: (name,) for name in ("core", "applicator", "unevaluated", "validation", "meta-data", "content")},
        "format-annotation": (vocabulary.FORMAT,),
        "format-assertion": (vocabulary.FORMAT,),
    },
}
"""The vocabularies of each draft that has some, by what the rows call them."""


def _of(draft: str, parts: tuple[str, ...] = ()) -> dict[str, Entry]:
    """Return the keywords of a draft, or those of some of its vocabularies."""
    rows = ((name, entry) for name, entry in WRITTEN.items() if draft in entry.drafts)
    return {name: entry for name, entry in rows if not parts or entry.vocabulary in parts}


VOCABULARIES: Mapping[str, Mapping[str, Entry]] = {
    uri + name: _of(draft, parts)
    for uri, draft in ((VOCABULARY_2019, DRAFT_2019_09), (VOCABULARY_2020, DRAFT_2020_12))
    for name, parts in _PARTS[uri].items()
}

DIALECTS: Mapping[str, Dialect] = {
    dialect.uri: dialect
    for dialect in (
        Dialect(DRAFT_2020_12, _of(DRAFT_2020_12)),
        Dialect(DRAFT_2019_09, _of(DRAFT_2019_09), contains_evaluates=False),
        Dialect(DRAFT_7, _of(DRAFT_7), ref_hides_siblings=True, id_may_be_anchor=True),
        Dialect(DRAFT_6, _of(DRAFT_6), ref_hides_siblings=True, id_may_be_anchor=True),
        Dialect(DRAFT_4, _of(DRAFT_4), id_keyword="id", ref_hides_siblings=True, id_may_be_anchor=True),
    )
}


def normal_uri(uri: str) -> str:
    """Return a metaschema's URI as `DIALECTS` has it: no empty fragment, and the scheme that it was published with."""
    bare = uri.removesuffix("#")
    for published in DIALECTS:
        if bare.partition("://")[2] == published.partition("://")[2]:
            return published
    return bare


def custom_dialect(uri: str, vocabularies: Mapping[str, JSON]) -> tuple[Dialect, tuple[str, ...]]:
    """Return the dialect that a metaschema's `$vocabulary` describes, and those required that are not known."""
    is_of_2019 = any(each.startswith(VOCABULARY_2019) for each in vocabularies)
    keywords = dict(VOCABULARIES[(VOCABULARY_2019 if is_of_2019 else VOCABULARY_2020) + "core"])
    for each in vocabularies:
        keywords.update(VOCABULARIES.get(each, {}))
    unknown = tuple(each for each, required in vocabularies.items() if required is True and each not in VOCABULARIES)
    asserts_format = FORMAT_ASSERTION in vocabularies
    dialect = Dialect(uri, keywords, contains_evaluates=not is_of_2019, asserts_format=asserts_format)
    return dialect, unknown


__all__ = [
    "DIALECTS",
    "DRAFTS",
    "DRAFT_4",
    "DRAFT_6",
    "DRAFT_7",
    "DRAFT_2019_09",
    "DRAFT_2020_12",
    "FORMAT_ASSERTION",
    "VOCABULARIES",
    "VOCABULARY_2019",
    "Dialect",
    "Reading",
    "custom_dialect",
    "normal_uri",
]
