"""The types of a pydantic model as a module of ours prints them, from the expressions of the generator."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from ....escapes import Code, code, join
from ....escapes.python import identifier, literal
from ....records import dataclass
from .generator import UnreadableError
from .projection import Projection

_BUILTIN: Mapping[str, Code] = {
    "str": Code("str"),
    "bool": Code("bool"),
    "int": Code("_pydantic.Int"),  # takes 1e300 too
    "float": Code("int | float"),  # a double is not every integer
    "list": Code("list[_pydantic.Any]"),
    "dict": Code("dict[str, _pydantic.Any]"),
}
_IMPORTED: Mapping[str, Code] = {
    "typing.Any": Code("_pydantic.Any"),
    "pydantic.AwareDatetime": Code("_pydantic.DateTime"),
    "datetime.date": Code("_pydantic.Date"),
    "datetime.time": Code("_pydantic.Time"),
    "uuid.UUID": Code("_pydantic.Uuid"),
    "ipaddress.IPv4Address": Code("_pydantic.IPv4"),
    "ipaddress.IPv6Address": Code("_pydantic.IPv6"),
}
"""What the flavour's own runtime has for the types that the generator chooses: they write back what they read."""


@dataclass(frozen=True, slots=True)
class Types:
    """Prints the types of one document.

    `enums` are the references to an enum, whose members are written as values; `loose` are the classes, as annotations
    name them, that don't accept all that is valid where they are named.
    """

    projection: Projection
    imported: Mapping[str, str]
    enums: frozenset[str]
    loose: frozenset[str]

    def printed(self, node: ast.expr) -> Code:
        """Return a type as source; raises UnreadableError for an expression that the generator does not make."""
        match node:
            case ast.BinOp(left, ast.BitOr(), right):
                return code("{left} | {right}", left=self.printed(left), right=self.printed(right))
            case ast.Constant(None):
                return Code("None")
            case ast.Name(name):
                return self._named(name)
            case ast.Subscript(ast.Name("list" | "dict" as name), inner):
                items = [self.printed(item) for item in (inner.elts if isinstance(inner, ast.Tuple) else [inner])]
                return code("{name}[{items}]", name=identifier(name), items=join(", ", items))
            case ast.Subscript(ast.Name("tuple"), inner):
                items = [self.printed(item) for item in (inner.elts if isinstance(inner, ast.Tuple) else [inner])]
                return code("_pydantic.Row[tuple[{items}]]", items=join(", ", items))
            case ast.Subscript(ast.Name("Literal"), inner) if self.imported.get("Literal") == "typing.Literal":
                values = list(self._constants(inner.elts if isinstance(inner, ast.Tuple) else [inner]))
                return code("Literal[{values}]", values=join(", ", values))
        raise UnreadableError(f"it wrote the type {ast.unparse(node)[:80]!r}")

    def _named(self, name: str) -> Code:
        if name in self.imported and self.imported[name] in _IMPORTED:
            return _IMPORTED[self.imported[name]]
        if name in _BUILTIN:
            return _BUILTIN[name]
        if name in self.projection.models:
            return self._reference(self.projection.models[name].name)
        if name in self.projection.references:
            return self._reference(self.projection.references[name])
        raise UnreadableError(f"it wrote the type {name[:80]!r}")

    def _reference(self, name: str) -> Code:
        printed = join(".", [identifier(word) for word in name.split(".")])
        if name in self.enums:
            return code("_pydantic.Member[{name}]", name=printed)
        return code("_pydantic.Loose[{name}]", name=printed) if name in self.loose else printed

    def _constants(self, nodes: Sequence[ast.expr]) -> Iterator[Code]:
        for node in nodes:
            match node:
                case ast.Constant(str(key)) if key in self.projection.constants:
                    yield literal(self.projection.constants[key])
                case _:
                    raise UnreadableError(f"it wrote the constant {ast.unparse(node)[:80]!r}")
