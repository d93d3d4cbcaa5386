"""The makers: by role, what makes a function of a target, as a tree, and the functions that do a part of its work."""

from __future__ import annotations

from collections.abc import Sequence

from .compilation import VALUE
from .emit.body import Body
from .emit.decode import DecodePrinter
from .emit.encode import Encoder, class_body
from .emit.json_text import text_body
from .emit.templates import expression, statement
from .emit.tree import Expression, FunctionDef, Name, Parameter, Pass, Return, Statement
from .emit.validate import EVALUATED, MEMO, FastPrinter
from .module_scope import ModuleScope
from .nodes import Target

_ANY_JSON = expression("_data.JSON")
_TYPED = statement("value: _data.JSON = data")
_VALUE = Parameter(VALUE, _ANY_JSON)
_DATA = Parameter(Name("data"), Name("Any"))
_CLS = Parameter(Name("cls"), expression("type[Any]"))


def _function(
    scope: ModuleScope, target: Target, name: Name, body: Body, returns: str, *more: Parameter
) -> FunctionDef:
    """Return a function of a value; one that an instance starts at takes what its caller has, untyped."""
    statements = body.statements() or (Pass(),)
    value = _VALUE
    if scope.compiler.is_entry(target.location):
        value, statements = _DATA, (_TYPED, *statements)
    return FunctionDef(name, (value, *more), Name(returns), statements)


def _valid(scope: ModuleScope, target: Target, name: Name, *, evaluated: bool) -> list[FunctionDef]:
    lines = Body("value", "data", "evaluated")
    parts: list[FunctionDef] = []
    if scope.passes_memo(target.location):
        template = "return {f}(value, evaluated, {})" if evaluated else "return {f}(value, {})"
        lines.add(template, f=scope.memoized(target, evaluated=evaluated))
    else:
        parts = _valid_body(scope, target, name, lines, EVALUATED.name if evaluated else None)
    return [_function(scope, target, name, lines, "bool", *([EVALUATED] if evaluated else [])), *parts]


def _memoized(scope: ModuleScope, target: Target, name: Name, *, evaluated: bool) -> list[FunctionDef]:
    """Return the function that is given the memo, in which a value counts as not valid until it is known to be."""
    lines = Body("value", "evaluated", "memo", "key", "evaluated_here")
    if not scope.is_remembered(target):
        parts = _valid_body(scope, target, name, lines, EVALUATED.name if evaluated else None, MEMO.name)
    else:
        lines.add("key = ({name}, _data.identity(value))", name=name)
        with lines.if_(expression("key in memo")):
            if evaluated:
                lines.add("evaluated.update(memo[key] or ())")
            lines.add("return memo[key] is not None")
        lines.add("memo[key] = None")
        lines.add("evaluated_here: set[str | int] = set()")
        end = [
            statement("memo[key] = evaluated_here"),
            *([statement("evaluated.update(evaluated_here)")] if evaluated else []),
        ]
        parts = _valid_body(scope, target, name, lines, Name("evaluated_here") if evaluated else None, MEMO.name, end)
    parameters = (_VALUE, *([EVALUATED] if evaluated else []), MEMO)
    return [FunctionDef(name, parameters, Name("bool"), lines.statements()), *parts]


def _valid_body(
    scope: ModuleScope,
    target: Target,
    name: Name,
    lines: Body,
    evaluated: Name | None,
    memo: Name | None = None,
    end: Sequence[Statement] = (),
) -> list[FunctionDef]:
    """Print all that the target says of `value`, and the statements that come at the end if it is valid.

    Returns the functions that do a part of it.
    """
    printer = FastPrinter(scope.compiler.values.analysis, scope, scope, lines, statement("return False"))
    printer.name, printer.memo = name.identifier, memo
    printer.subschema(target, VALUE, evaluated)
    printer.finish(end)
    return printer.parts


def _decode(scope: ModuleScope, target: Target, name: Name, *, evaluated: bool) -> list[FunctionDef]:
    lines = Body("value", "data", "memo")
    printer = _decoding(scope, lines)
    if scope.compiler.values.plain(target.location):
        printer.subschema(target, VALUE, None)
        lines.append(Return(VALUE))
    else:
        printer.decode_here(target, VALUE, lambda value: lines.append(Return(value)))
    _begin(printer)
    return [_function(scope, target, name, lines, "Any")]


def _read(scope: ModuleScope, target: Target, name: Name, *, evaluated: bool) -> list[FunctionDef]:
    lines = Body("value", "data", "self", "cls", "present", "memo")
    printer = _decoding(scope, lines)
    printer.class_body(target, VALUE)
    _begin(printer)
    return [_function(scope, target, name, lines, "Any", _CLS)]


def _decoding(scope: ModuleScope, lines: Body) -> DecodePrinter:
    printer = DecodePrinter(scope.compiler.values.analysis, scope, scope, lines, scope.compiler.values)
    printer.memo = MEMO.name
    return printer


def _begin(printer: DecodePrinter) -> None:
    """Print an empty memo, where something looks at that."""
    if printer.needs_memo:
        printer.lines.begin(statement("memo: dict[object, set[str | int] | None] = {}"))


def _text(scope: ModuleScope, target: Target, name: Name, *, evaluated: bool) -> list[FunctionDef]:
    lines = Body("self", "text")
    text_body(lines, Encoder(scope.compiler.values, scope), target.location)
    return [_method(scope, target, name, lines, Name("str"))]


def _write(scope: ModuleScope, target: Target, name: Name, *, evaluated: bool) -> list[FunctionDef]:
    lines = Body("self", "data")
    class_body(lines, Encoder(scope.compiler.values, scope), target.location)
    return [_method(scope, target, name, lines, expression("dict[str, object]"))]


def _method(scope: ModuleScope, target: Target, name: Name, body: Body, returns: Expression) -> FunctionDef:
    """Return a function of an object of the target's class."""
    return FunctionDef(name, (Parameter(Name("self"), scope.reference(target.location)),), returns, body.statements())


MAKERS = {"valid": _valid, "memoized": _memoized, "decode": _decode, "read": _read, "write": _write, "text": _text}
"""By role, what makes a function, and those that do a part of its work."""
