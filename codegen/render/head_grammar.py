"""The closed grammar of the head of a module of models: what templates and docstrings make, down to its classes.

Names that come from a schema (classes, fields, members) may be any; what they are never allowed to do is to choose an
import, a decorator, a base class, a default or an attribute of a module. The lists are kept by hand and apart from the
templates: whoever changes what a template prints there adds it here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

from .. import names
from ..compiler.emit import closed

_IMPORTED: Final[dict[tuple[int, str | None], frozenset[str]]] = {
    (0, "__future__"): frozenset({"annotations"}),
    (0, "collections.abc"): frozenset({"Iterable", "Iterator"}),
    (0, "dataclasses"): frozenset({"dataclass", "field"}),
    (0, "enum"): frozenset({"Enum", "StrEnum"}),
    (0, "ipaddress"): frozenset({"IPv4Address", "IPv6Address"}),
    (0, "uuid"): frozenset({"UUID"}),
    (1, None): frozenset(f"_{name}" for name in names.RUNTIME_MODULES),
    (1, "_errors"): frozenset({"DecodeError"}),
    (1, "_json"): frozenset({"quoted"}),
    (1, "_lazy"): frozenset({"Any"}),
    (1, "_model"): frozenset({"apply_defaults", "replace"}),
}
"""What is imported from where, beside the modules of the package itself, which only type checkers import."""

_LITERAL: Final = "Literal = _lazy.Literal"
_FROM_TYPING: Final = "from typing import Literal"
_LATER: Final = re.compile(r"(?P<alias>\w+) = _lazy\.later\(__name__, '(?P=alias)', '\.(?P<module>\w+)'\)", re.ASCII)
_OPTIONS: Final = (
    ["slots=True", "kw_only=True", "repr=False"],
    ["slots=True", "kw_only=True", "repr=False", "frozen=True"],
)
"""What a dataclass is told."""
_MORE_BASES: Final[tuple[list[str], ...]] = ([], ["Checked"], ["Filled"], ["Checked", "Filled"])
"""The bases of a class before `Model` or `KeepsText`."""

_LITERALS: Final = frozenset({str, int, float, bool, type(None), type(...)})
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


class Head:
    """Reads the head of one module; what is not one of these statements, at its place among them, is foreign.

    Then `dataclasses` are the names of these in their order, and `bound` all names that there are.
    """

    def __init__(self, modules: Collection[str]) -> None:
        self.dataclasses: list[str] = []
        self.bound = {*closed.BUILTINS}
        self._modules = modules
        self._annotations: list[ast.expr] = []

    def foreign(self, tree: ast.Module) -> Iterator[tuple[int, str]]:
        """Yield the line and the source of each statement or type that the head of a module could not hold."""
        last = -1
        for node in tree.body:
            read = _TOP.get(type(node))
            rank = read(self, node) if read is not None else None
            if rank is None or rank < last or (rank == last and rank not in _SEVERAL):
                yield node.lineno, ast.unparse(node)
            last = last if rank is None else rank
        for annotation in self._annotations:
            if not self._is_type(annotation):
                yield annotation.lineno, ast.unparse(annotation)

    # Each of these returns the place of a statement among the others, None if it is foreign.

    def _expression(self, node: ast.Expr) -> int | None:
        return 0 if _is_docstring(node) else None

    def _import(self, node: ast.Import) -> int | None:
        is_known = all(name.name in ("datetime", "re") and name.asname is None for name in node.names)
        self.bound.update(name.name for name in node.names)
        return 2 if is_known else None

    def _import_from(self, node: ast.ImportFrom) -> int | None:
        known = _IMPORTED.get((node.level, node.module), ())
        self.bound.update(name.name for name in node.names)
        if not all(name.name in known and name.asname is None for name in node.names):
            return None
        return 1 if node.module == "__future__" else 2

    def _annotated(self, node: ast.AnnAssign) -> int | None:
        return 3 if ast.unparse(node) == "TYPE_CHECKING: bool = False" else None

    def _type_checking(self, node: ast.If) -> int | None:
        """Read what is imported for type checkers only, and what stands for it at run time."""
        if ast.unparse(node.test) != "not TYPE_CHECKING":
            return None
        return 4 if all(map(self._is_later, node.body)) and all(map(self._is_sibling, node.orelse)) else None

    def _is_later(self, node: ast.stmt) -> bool:
        """Return whether another module of the package, imported for type checkers, is loaded when it is used."""
        source = ast.unparse(node)
        match = _LATER.fullmatch(source)
        return source == _LITERAL or (match is not None and self._is_alias(match["module"], match["alias"]))

    def _is_sibling(self, node: ast.stmt) -> bool:
        """Return whether a module of the package is imported, or what types are made of."""
        match node:
            case ast.ImportFrom(None, [ast.alias(module, str(alias))], 1) if self._is_alias(module, alias):
                self.bound.add(alias)
                return True
        self.bound.add("Literal")
        return ast.unparse(node) == _FROM_TYPING

    def _is_alias(self, module: str, alias: str) -> bool:
        return module in self._modules and alias == names.module_alias(module)

    def _exported(self, node: ast.Assign) -> int | None:
        match node:
            case ast.Assign([ast.Name("__all__")], ast.List(items)) if all(map(_is_text, items)):
                return 5
        return None

    # Classes

    def _class(self, node: ast.ClassDef) -> int | None:
        """Read a class: a dataclass with our own base, or an enum without decorators; neither has methods."""
        is_plain = names.is_class_name(node.name) and not node.keywords and not getattr(node, "type_params", None)
        is_enum = False
        match node.bases, node.decorator_list:
            case [ast.Name("Enum" | "StrEnum")], []:
                is_enum = True
            case [*before, ast.Attribute(ast.Name("_model"), "Model" | "KeepsText")], [decorator]:
                self.dataclasses.append(node.name)
                is_plain = is_plain and _names(before) in _MORE_BASES and _is_dataclass(decorator)
            case _:
                is_plain = False
        self.bound.add(node.name)
        is_part: Callable[[ast.stmt], bool] = _is_member if is_enum else self._is_field
        above = [None, *node.body]
        is_known = [
            is_part(inner) or (_is_docstring(inner) and (before is None or isinstance(before, ast.AnnAssign)))
            for before, inner in zip(above, node.body, strict=False)
        ]
        return 6 if is_plain and all(is_known) else None

    def _is_field(self, node: ast.stmt) -> bool:
        match node:
            case ast.AnnAssign(ast.Name(name), annotation, value, 1):
                self._annotations.append(annotation)
                return name[0] != "_" and (value is None or _is_default(value))
        return False

    def _is_type(self, annotation: ast.expr) -> bool:
        """Return whether an annotation is a type: of names that the module has, and of literals."""
        pending = [annotation]
        while pending:
            match pending.pop():
                case ast.Name(name) if name in self.bound:
                    pass
                case ast.Attribute(ast.Name(owner), name) if owner in self.bound and closed.is_attribute(owner, name):
                    pass
                case ast.Subscript(left, right) | ast.BinOp(left, ast.BitOr(), right):
                    pending += (left, right)
                case ast.Tuple(items):
                    pending += items
                case ast.Starred(value):
                    pending.append(value)
                case node if not _is_literal(node):
                    return False
        return True


def _is_dataclass(decorator: ast.expr) -> bool:
    match decorator:
        case ast.Call(ast.Name("dataclass"), [], options):
            told = [f"{each.arg}={each.value.value!r}" for each in options if isinstance(each.value, ast.Constant)]
            return len(told) == len(options) and told in _OPTIONS
    return False


def _names(bases: list[ast.expr]) -> list[str]:
    """Return what bases of the runtime are called; "" for another expression."""
    named = []
    for base in bases:
        match base:
            case ast.Attribute(ast.Name("_model"), name):
                named.append(name)
            case _:
                named.append("")
    return named


def _is_default(value: ast.expr) -> bool:
    match value:
        case ast.Constant(None) | ast.Attribute(ast.Name("_absent"), "ABSENT"):
            return True
        case ast.Call(ast.Name("field"), [], [ast.keyword("default_factory", ast.Attribute(owner, "no_members"))]):
            return isinstance(owner, ast.Name) and owner.id == "_model"
    return False


def _is_member(node: ast.stmt) -> bool:
    match node:
        case ast.Assign([ast.Name(name)], value):
            return name[0] != "_" and _is_literal(value)
    return False


def _is_literal(node: ast.expr) -> bool:
    number = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
    return isinstance(number, ast.Constant) and type(number.value) in _LITERALS


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_docstring(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Expr) else None
    text = value.value if isinstance(value, ast.Constant) else None
    return isinstance(text, str) and _SURROGATE.search(text) is None


_TOP: Final[dict[type[ast.stmt], Callable[[Head, Any], int | None]]] = {
    ast.Expr: Head._expression,
    ast.Import: Head._import,
    ast.ImportFrom: Head._import_from,
    ast.AnnAssign: Head._annotated,
    ast.If: Head._type_checking,
    ast.Assign: Head._exported,
    ast.ClassDef: Head._class,
}
"""The statements of a module's head."""

_SEVERAL: Final = frozenset({2, 6})
"""The places at which several statements may stand: imports, and classes."""
