"""The projection: the classes of one document as a JSON Schema of types and names of ours, with no text of the schema.

datamodel-code-generator makes pydantic models of it. What a field may hold is taken from the annotation of the
dataclass, which is right for every valid instance, and written as JSON Schema again, but wider where pydantic has no
type for it: of constants only strings stay, since `Literal[1]` is not 1.0, and a tuple with any number of items at its
end is an array of what any of them may be.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from ....ir import JSON
from ....records import dataclass
from ....schema.vocabulary import DRAFT_2020_12

OTHERS = "additional_properties"
"""What the projection calls the properties without a field: a name that no field has."""

_DEFINITION = "#/$defs/"
_OF_CONSTANT: Mapping[type, JSON] = {bool: {"type": "boolean"}, int: {"type": "integer"}}
_NAMED: Mapping[str, JSON] = {
    "None": {"type": "null"},
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "object": True,
    "UUID": {"type": "string", "format": "uuid"},
    "IPv4Address": {"type": "string", "format": "ipv4"},
    "IPv6Address": {"type": "string", "format": "ipv6"},
    "datetime.datetime": {"type": "string", "format": "date-time"},
    "datetime.date": {"type": "string", "format": "date"},
    "datetime.time": {"type": "string", "format": "time"},
}
_ABSENT = "_absent.Absent"
"""Stands in an annotation for what is not a JSON value."""


@dataclass(frozen=True, slots=True)
class Member:
    """One field for the projection: its name, the annotation of the dataclass, and whether it is always there."""

    name: str
    annotation: str
    required: bool


@dataclass(frozen=True, slots=True)
class Definition:
    """One model for the projection: an object with its members, or the whole document's value by its annotation."""

    name: str
    members: tuple[Member, ...] = ()
    root: str = ""


@dataclass(frozen=True, slots=True)
class Projection:
    """The input of datamodel-code-generator, and the way back from its output.

    `models` gives the definitions by their keys in the schema, `references` the names that annotations have for
    classes and enums that are not defined here, by key, and `constants` the strings behind their placeholders.
    """

    definitions: Mapping[str, JSON]
    models: Mapping[str, Definition]
    references: Mapping[str, str]
    constants: Mapping[str, str]

    @property
    def schema(self) -> dict[str, JSON]:
        """Return the JSON Schema."""
        return {"$schema": DRAFT_2020_12, "$defs": dict(self.definitions)}


def project(models: Sequence[Definition]) -> Projection:
    """Return the projection of the models of one document."""
    keys = {f"D{index}_{each.name}": each for index, each in enumerate(models)}
    types = _Types({each.name: key for key, each in keys.items() if not each.root})
    definitions: dict[str, JSON] = {key: _definition(each, types) for key, each in keys.items()}
    references = {key: name for name, key in types.references.items()}
    definitions.update((key, {"type": "object"}) for key in references)
    return Projection(definitions, keys, references, {key: text for text, key in types.constants.items()})


def _definition(each: Definition, types: _Types) -> JSON:
    if each.root:
        return types.of(each.root)
    properties: dict[str, JSON] = {member.name: types.of(member.annotation) for member in each.members}
    required: list[JSON] = [member.name for member in each.members if member.required]
    return {"type": "object", "properties": properties, "required": required}


@dataclasses.dataclass(slots=True)
class _Types:
    """Writes annotations as JSON Schema; the classes of the document have keys, others get one when met."""

    keys: Mapping[str, str]
    references: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)

    def of(self, annotation: str) -> JSON:
        """Return the schema of what an annotation allows."""
        return self._any([ast.parse(annotation, mode="eval").body])

    def _any(self, nodes: Iterable[ast.expr]) -> JSON:
        """Return the schema of all that the expressions allow."""
        schemas: list[JSON] = []
        for each in (each for node in nodes for each in self._alternatives(node)):
            schemas += [] if each in schemas else [each]
        if not schemas or True in schemas:
            return True
        return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}

    def _alternatives(self, node: ast.expr) -> Iterator[JSON]:
        match node:
            case ast.BinOp(left, ast.BitOr(), right):
                yield from self._alternatives(left)
                yield from self._alternatives(right)
            case ast.Subscript(ast.Name(name), ast.Tuple(items)):
                yield from self._generic(name, items)
            case ast.Subscript(ast.Name(name), item):
                yield from self._generic(name, [item])
            case _ if (name := ast.unparse(node)) != _ABSENT:
                yield _NAMED[name] if name in _NAMED else self._reference(name)

    def _reference(self, name: str) -> JSON:
        key = self.keys.get(name) or self.references.setdefault(name, f"R{len(self.references)}")
        return {"$ref": _DEFINITION + key}

    def _generic(self, name: str, items: Sequence[ast.expr]) -> Iterator[JSON]:
        match name:
            case "list":
                yield {"type": "array", "items": self._any(items)}
            case "dict":
                yield {"type": "object", "additionalProperties": self._any(items[1:])}
            case "tuple":
                yield self._tuple(items)
            case "Literal":
                yield from self._constants([item.value for item in items if isinstance(item, ast.Constant)])
            case _:
                raise ValueError(f"not an annotation of a dataclass: {name}[...]")

    def _tuple(self, items: Sequence[ast.expr]) -> JSON:
        match items[-1]:
            case ast.Starred(ast.Subscript(_, ast.Tuple([rest, _]))):
                return {"type": "array", "items": self._any([*items[:-1], rest])}
        first: list[JSON] = [self._any([item]) for item in items]
        return {"type": "array", "prefixItems": first, "items": False, "minItems": len(first), "maxItems": len(first)}

    def _constants(self, values: Sequence[object]) -> Iterator[JSON]:
        texts = [value for value in values if isinstance(value, str)]
        placeholders: list[JSON] = [self.constants.setdefault(text, f"c{len(self.constants)}") for text in texts]
        if placeholders:
            yield {"enum": placeholders}
        yield from (_OF_CONSTANT[kind] for kind in dict.fromkeys(map(type, values)) if kind in _OF_CONSTANT)
