"""The TypeScript types of a document's instances, which say less than the schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ...ir import JSON, ClassShape, EnumShape, Location, Subschema
from ...names import Taken, class_name
from ...schema import vocabulary
from ...schema.equality import distinct
from ...schema.vocabulary import Role
from .keywords import Words
from .leaves import leaf, once_for_leaves
from .page_index import PageIndex, definition_name
from .property_types import REFERENCES, written_types

_MOST_LINES = 120
_DEEPEST = 12
_PLAIN = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")
_TYPES = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null"}
_RESERVED = ("Array", "Date", "Map", "Object", "Record", "Set", "String", "Number", "Boolean", "Symbol", "Error")


def typescript(words: Words, root: Location) -> str:
    """Return the declarations of a document's type and of what it refers to; "" if they would be too long."""
    names = _Names(words)
    names.name(root)
    lines: list[str] = []
    for location in names.declared:  # grows on the way
        name = names.name(location)
        lines += ["", *_declaration(name, location, names)]
        if len(lines) > _MOST_LINES:
            return ""
    return "\n".join(lines[1:])


@dataclass(slots=True)
class _Names:
    """The names of the types, and the subschemas whose types are declared, in order."""

    words: Words
    declared: list[Location] = field(default_factory=list)
    claimed: dict[Location, str] = field(default_factory=dict)
    taken: Taken = field(default_factory=lambda: Taken(_RESERVED))

    @property
    def page_index(self) -> PageIndex:
        """Where everything is."""
        return self.words.page_index

    def name(self, location: Location) -> str:
        """Return the name of the type of a subschema; it is declared from now on."""
        if location not in self.claimed:
            self.claimed[location] = self.taken.claim(self._wanted(location))
            self.declared.append(location)
        return self.claimed[location]

    def _wanted(self, location: Location) -> str:
        shape = self.page_index.package.shapes.get(location)
        if isinstance(shape, ClassShape | EnumShape):
            return shape.name
        document = self.page_index.package.by_uri.get(location.document)
        module = "" if document is None else document.module
        return class_name(definition_name(location) if location.pointer else module, "Value")


def _declaration(name: str, location: Location, names: _Names) -> list[str]:
    subschema = names.page_index.subschema(location)
    if _is_plain_object(subschema):
        body = _members(subschema, names, 0)
        return [f"export interface {name} {{", *body, "}"]
    return f"export type {name} = {_type(location, names, 0)};".split("\n")


def _is_plain_object(subschema: Subschema) -> bool:
    return (
        written_types(subschema) == ("object",)
        and "properties" in subschema.keywords
        and subschema.keywords.keys().isdisjoint({*REFERENCES, *_JOINED, "enum", "const"})
    )


def _members(subschema: Subschema, names: _Names, depth: int) -> list[str]:
    required = subschema.value("required")
    lines = []
    for name, location in subschema.keywords["properties"].schemas:
        key = name if _PLAIN.match(name) else json.dumps(name, ensure_ascii=False)
        optional = "" if isinstance(required, list) and name in required else "?"
        is_leaf = depth == 0 and leaf(names.words, location)
        readonly, made = _leaf_member(names.words, location) if is_leaf else _member(location, names, depth + 1)
        lines += f"  {readonly}{key}{optional}: {made};".split("\n")
    return lines


def _member(location: Location, names: _Names, depth: int) -> tuple[str, str]:
    """Return what stands before the name of a member, and its type, in further lines indented."""
    readonly = "readonly " if names.page_index.subschema(location).value("readOnly") is True else ""
    return readonly, _type(location, names, depth).replace("\n", "\n  ")


@once_for_leaves
def _leaf_member(words: Words, location: Location) -> tuple[str, str]:
    """Return the same of a member that names no other type."""
    return _member(location, _Names(words), 1)


def _type(location: Location, names: _Names, depth: int) -> str:
    subschema = names.page_index.subschema(location)
    if depth > _DEEPEST:
        return "unknown"
    if subschema.boolean is not None:
        return "unknown" if subschema.boolean else "never"
    return _all_of(list(_parts(subschema, names, depth)))


def _parts(subschema: Subschema, names: _Names, depth: int) -> Iterator[str]:
    """Yield the types that all hold of a value."""
    if "const" in subschema.keywords:
        yield _value(subschema.value("const"))
        return
    values = subschema.value("enum")
    if isinstance(values, list) and values:
        yield _joined(" | ", [_value(value) for value in distinct(values)])
        return
    kinds = [_kind(kind, subschema, names, depth) for kind in written_types(subschema)]
    yield _joined(" | ", kinds) or "unknown"
    for name in REFERENCES:
        keyword = subschema.keywords.get(name)
        if keyword is not None and keyword.target is not None:
            yield names.name(keyword.target)
    for name in _JOINED:
        keyword = subschema.keywords.get(name)
        if keyword is not None:
            parts = [_type(below, names, depth + 1) for _, below in keyword.schemas]
            yield (
                _any_of(parts) if name != "allOf" else _joined(" & ", [p for p in parts if p != "unknown"]) or "unknown"
            )


_JOINED = ("anyOf", "oneOf", "allOf")

COVERAGE = vocabulary.cover(
    "the types of TypeScript",
    {
        *REFERENCES,
        *_JOINED,
        *("type", "enum", "const", "required", "readOnly"),
        *("properties", "additionalProperties", "items", "prefixItems"),
    },
    {
        "not": "TypeScript has no type for all but some values",
        **dict.fromkeys(("if", "then", "else", "dependentSchemas"), "a type is the same for every value"),
        **dict.fromkeys(("contains", "unevaluatedItems"), "an array has one type for all items behind the first"),
        **dict.fromkeys(("patternProperties", "unevaluatedProperties"), "only a property with a name has a type"),
        "propertyNames": "every name is a string",
    },
    by_role={
        Role.ASSERTION: "TypeScript has no type for a part of the numbers, strings, arrays or objects",
        **{role: role.value for role in (Role.IDENTIFIER, Role.DIALECT, Role.DEFINITIONS, Role.ANNOTATION)},
    },
)


def _all_of(parts: Sequence[str]) -> str:
    return _joined(" & ", [part for part in parts if part != "unknown"]) or "unknown"


def _any_of(parts: Sequence[str]) -> str:
    return "unknown" if "unknown" in parts else _joined(" | ", parts)


def _joined(separator: str, parts: Sequence[str]) -> str:
    apart = list(dict.fromkeys(parts)) if len(parts) > 1 else parts
    if len(apart) < 2:
        return "".join(apart)
    return separator.join(f"({part})" if _has_operator(part) else part for part in apart)


def _has_operator(part: str) -> bool:
    """Return whether a type is a union or intersection; a string literal may hold anything, so in doubt it is."""
    return " | " in part or " & " in part


def _value(value: JSON) -> str:
    """Return a literal type; of an array or object, what TypeScript can say about it."""
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return (
            "{ " + " ".join(f"{json.dumps(key, ensure_ascii=False)}: {_value(v)};" for key, v in value.items()) + " }"
        )
    return json.dumps(value, ensure_ascii=False)


def _kind(kind: str, subschema: Subschema, names: _Names, depth: int) -> str:
    if kind == "object":
        if "properties" in subschema.keywords:
            return "\n".join(["{", *_members(subschema, names, depth), "}"])
        return f"Record<string, {_only(subschema, 'additionalProperties', names, depth)}>"
    if kind == "array":
        return _array(subschema, names, depth)
    return _TYPES[kind]


def _only(subschema: Subschema, name: str, names: _Names, depth: int) -> str:
    keyword = subschema.keywords.get(name)
    return "unknown" if keyword is None else _type(keyword.schemas[0][1], names, depth + 1)


def _array(subschema: Subschema, names: _Names, depth: int) -> str:
    items = _only(subschema, "items", names, depth)
    prefix = subschema.keywords.get("prefixItems")
    if prefix is None:
        return f"Array<{items}>" if re.search(r"[^\w\[\]]", items) else f"{items}[]"
    # JSON Schema allows an array to end early, so every position may be missing.
    types = [_type(below, names, depth + 1) for _, below in prefix.schemas]
    first = [f"{made}?" if _PLAIN.match(made) else f"({made})?" for made in types]
    return f"[{', '.join([*first, *([] if items == 'never' else [f'...Array<{items}>'])])}]"
