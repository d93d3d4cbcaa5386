"""The property type of a subschema: its JSON type, a link, or a few of them in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...escapes import Code, code, join
from ...escapes.markdown import json_text, literal
from ...ir import TYPES, Location, Subschema, type_of
from ...schema import vocabulary
from ...schema.equality import distinct
from ...schema.vocabulary import ENTRIES, IN_PLACE, Holds, Role
from .formats import FORMATS
from .page_index import PageIndex

_MOST_ALTERNATIVES = 4
_MOST_VALUES = 6
_LONGEST_VALUES = 70
_DEEPEST = 3

ANYTHING = Code("anything")
NOTHING = Code("nothing (never allowed)")


def property_type(page_index: PageIndex, location: Location, page: str, depth: int = 0) -> Code:
    """Return what a subschema is, as it follows its name: `string (date-time)`, `array of Address`."""
    subschema = page_index.subschema(location)
    if subschema.boolean is not None:
        return ANYTHING if subschema.boolean else NOTHING
    parts = list(_references(page_index, subschema, page))
    types = written_types(subschema)
    if types and not (parts and types == ("object",)):
        parts.insert(0, join(" or ", (_type(page_index, subschema, name, page, depth) for name in types)))
    if not parts:
        parts = list(_combined(page_index, subschema, page, depth))
    return _distinct(" and ", parts) if parts else ANYTHING


def written_types(subschema: Subschema) -> tuple[str, ...]:
    """Return the types that a subschema itself allows: by `type`, else by its values; () if it says nothing."""
    written = subschema.value("type")
    if isinstance(written, str):
        written = [written]
    if isinstance(written, list):
        return tuple(name for name in written if isinstance(name, str) and name in TYPES)
    if "const" in subschema.keywords:
        return (type_of(subschema.value("const")),)
    values = subschema.value("enum")
    return tuple(dict.fromkeys(type_of(value) for value in values)) if isinstance(values, list) else ()


_TYPE_ABOVE = {
    **{name: frozenset({ENTRIES[name].of}) for name in IN_PLACE if ENTRIES[name].of != vocabulary.ANY},
    "propertyNames": frozenset({"string"}),
}
"""The type of what the subschemas of a keyword validate, where it is for one type only, or for names."""


def possible_types(page_index: PageIndex, subschema: Subschema) -> frozenset[str]:
    """Return the types that can reach a subschema's keywords, by itself, its reference and what it is part of."""
    types = _types_by_itself(page_index, subschema)
    parent = page_index.parents.get(subschema.location)
    while parent is not None and parent.keyword in IN_PLACE - _TYPE_ABOVE.keys():
        types &= _types_by_itself(page_index, page_index.subschema(parent.location))
        parent = page_index.parents.get(parent.location)
    return types & _TYPE_ABOVE.get(parent.keyword, types) if parent is not None else types


def _types_by_itself(page_index: PageIndex, subschema: Subschema) -> frozenset[str]:
    visited: set[Location] = set()
    here = subschema
    while here.location not in visited:
        visited.add(here.location)
        types = written_types(here)
        if types:
            return frozenset(types)
        reference = here.keywords.get("$ref")
        if reference is not None and reference.target is not None:
            here = page_index.subschema(reference.target)
    return frozenset(TYPES)


def _references(page_index: PageIndex, subschema: Subschema, page: str) -> Iterator[Code]:
    for name in REFERENCES:
        keyword = subschema.keywords.get(name)
        if keyword is not None and keyword.target is not None:
            yield page_index.link(keyword.target, page)


def _type(page_index: PageIndex, subschema: Subschema, name: str, page: str, depth: int) -> Code:
    if name == "array" and "items" in subschema.keywords and "prefixItems" not in subschema.keywords:
        ((_, items),) = subschema.keywords["items"].schemas
        if depth < _DEEPEST and page_index.subschema(items).boolean is None:
            below = property_type(page_index, items, page, depth + 1)
            return Code("array") if below == ANYTHING else code("array of {items}", items=below)
    format_ = subschema.value("format")
    if name == "string" and format_ in FORMATS and subschema.location not in page_index.package.hints:
        return Code(f"string ({format_})")
    return Code(name)


_SEPARATORS = {"oneOf": " or ", "anyOf": " or ", "allOf": " and "}
REFERENCES = ("$ref", "$dynamicRef")

COVERAGE = vocabulary.cover(
    "the types that the docs show",
    {*_SEPARATORS, *REFERENCES, "type", "enum", "const", "format", "items", "prefixItems"},
    {
        **dict.fromkeys(vocabulary.holding(Holds.NONE, Holds.EITHER_WAY), "it only tests the value"),
        **dict.fromkeys(vocabulary.holding(Holds.AT_TIMES), "it says nothing about every value"),
    },
    by_role={role: "its words stand below the type" for role in Role if role not in (Role.IN_PLACE, Role.REFERENCE)},
)


def _combined(page_index: PageIndex, subschema: Subschema, page: str, depth: int) -> Iterator[Code]:
    """Yield what its alternatives or parts are, where each of them has a short property type."""
    for name, separator in _SEPARATORS.items():
        keyword = subschema.keywords.get(name)
        if keyword is None or depth >= _DEEPEST:
            continue
        parts = dict.fromkeys(property_type(page_index, below, page, depth + 1) for _, below in keyword.schemas)
        if name == "allOf":
            parts.pop(ANYTHING, None)
        if ANYTHING not in parts and 0 < len(parts) <= _MOST_ALTERNATIVES:
            yield _distinct(separator, parts)
        elif len(parts) > _MOST_ALTERNATIVES:
            yield Code(f"one of {len(keyword.schemas)} kinds" if name != "allOf" else f"{len(parts)} kinds in one")


def _distinct(separator: str, parts: Iterable[Code]) -> Code:
    return join(separator, dict.fromkeys(parts))


def short_values(subschema: Subschema) -> Code | None:
    """Return the allowed values as inline code where they are few and short, else None."""
    values = subschema.value("enum")
    if "const" in subschema.keywords:
        values = [subschema.value("const")]
    shown = distinct(values) if isinstance(values, list) else []
    if not 0 < len(shown) <= _MOST_VALUES or sum(len(json_text(value)) for value in shown) > _LONGEST_VALUES:
        return None
    return join(", ", map(literal, shown))
