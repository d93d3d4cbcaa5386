"""The closed grammar of a module of pydantic models: what its template can make, and nothing else.

Text of a schema can stand in docstrings, in a literal, an alias or `__all__`; it never chooses an import, a base class,
a call, or an attribute of a module.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from ..names import is_identifier

_RUNTIME: Final = "_pydantic"
_TYPES: Final = frozenset("Absent Any Date DateTime IPv4 IPv6 Int Time Uuid".split())
_GENERIC: Final = frozenset("list dict tuple Literal _pydantic.Loose _pydantic.Member _pydantic.Row".split())
_PLAIN: Final = frozenset("str int float bool".split())
_BASES: Final = frozenset({"_pydantic.Model", "_pydantic.Root"})
_DECODE: Final = "_pydantic.ClassVar[_pydantic.Decode]"
_OPTIONS: Final = {
    "default": frozenset({"None", "_pydantic.ABSENT"}),
    "exclude_if": frozenset({"_pydantic.is_none", "_pydantic.is_absent"}),
}
_FIXED: Final = frozenset(
    {
        "from __future__ import annotations",
        "from typing import Literal",
        "from . import _pydantic",
        "TYPE_CHECKING: bool = False",
    }
)


def foreign(tree: ast.Module, modules: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield the line and the source of each statement that a module of the package's `modules` could not hold."""
    reader = _Reader(modules)
    for node in tree.body:
        if not reader.is_statement(node):
            yield getattr(node, "lineno", 0), ast.unparse(node)


class _Reader:
    def __init__(self, modules: Collection[str]) -> None:
        self._modules = modules

    def is_statement(self, node: ast.stmt) -> bool:
        """Return whether a statement may stand at the top of a module."""
        match node:
            case ast.ImportFrom(None, names, 2):
                return [name.asname for name in names] == ["_dataclasses"] and self._are_modules(names)
            case ast.ImportFrom(str(module), names, 2):
                return module in self._modules and all(_is_public(n.name) and n.name == n.asname for n in names)
            case ast.If(test, body, []):
                condition = ast.unparse(test)
                bind = {"TYPE_CHECKING": self._is_import, "not TYPE_CHECKING": self._is_later}.get(condition)
                return bind is not None and all(map(bind, body))
            case ast.Assign([ast.Name("__all__")], ast.List(names)):
                return all(map(_is_text, names))
            case ast.Assign([ast.Name("root")], ast.Name(name)):
                return _is_public(name)
            case ast.ClassDef(name, [base], [], body, []):
                return _is_public(name) and ast.unparse(base) in _BASES and all(map(self._is_member, body))
        return _is_docstring(node) or ast.unparse(node) in _FIXED

    def _are_modules(self, names: Iterable[ast.alias]) -> bool:
        return all(name.name in self._modules for name in names)

    def _is_import(self, node: ast.stmt) -> bool:
        match node:
            case ast.ImportFrom(None, names, 1):
                return self._are_modules(names) and all(_is_alias(name.asname or "") for name in names)
        return False

    def _is_later(self, node: ast.stmt) -> bool:
        match node:
            case ast.Assign(
                [ast.Name(alias)], ast.Call(called, [name, ast.Constant(own_name), ast.Constant(module)], [])
            ):
                is_sibling = isinstance(module, str) and module[:1] == "." and module[1:] in self._modules
                is_call = ast.unparse(called) == "_pydantic.later" and ast.unparse(name) == "__name__"
                return is_call and own_name == alias and is_sibling and _is_alias(alias)
        return False

    # Classes

    def _is_member(self, node: ast.stmt) -> bool:
        """Return whether a statement may stand in a class: a docstring, the function that decides, a field."""
        match node:
            case ast.AnnAssign(ast.Name("__decode__"), annotation, ast.Attribute() as value):
                return ast.unparse(annotation) == _DECODE and _is_decode(value)
            case ast.AnnAssign(ast.Name("__pydantic_extra__"), annotation, None):
                return self._is_type(annotation)
            case ast.AnnAssign(ast.Name(name), annotation, value):
                return _is_public(name) and self._is_type(annotation) and (value is None or _is_field(value))
        return _is_docstring(node)

    def _is_type(self, node: ast.expr) -> bool:
        match node:
            case ast.BinOp(left, ast.BitOr(), right):
                return self._is_type(left) and self._is_type(right)
            case ast.Constant(None):
                return True
            case ast.Name(name):
                return name in _PLAIN or _is_public(name)
            case ast.Attribute(ast.Name(owner), name):
                return name in _TYPES if owner == _RUNTIME else _is_alias(owner) and _is_public(name)
            case ast.Subscript(generic, inner):
                parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                named = ast.unparse(generic)
                return named in _GENERIC and all(map(_is_text if named == "Literal" else self._is_type, parts))
        return False


def _is_field(node: ast.expr) -> bool:
    match node:
        case ast.Call(called, [], keywords) if ast.unparse(called) == "_pydantic.Field":
            return all(
                _is_text(each.value)
                if each.arg == "alias"
                else ast.unparse(each.value) in _OPTIONS.get(str(each.arg), ())
                for each in keywords
            )
    return False


def _is_decode(node: ast.Attribute) -> bool:
    match node:
        case ast.Attribute(ast.Name("_dataclasses"), "decode"):
            return True
        case ast.Attribute(ast.Attribute(ast.Name("_dataclasses"), name), "from_dict"):
            return _is_public(name)
    return False


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and _is_text(node.value)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_public(name: str) -> bool:
    return is_identifier(name) and not name.startswith("_")


def _is_alias(name: str) -> bool:
    is_private = name.isascii() and name.startswith("_") and not name.startswith("__")
    return is_private and name not in (_RUNTIME, "_dataclasses")
