"""Templates: Python with holes in it, each of which takes a tree.

`expression("{v} - {v} == 0.0", v=value)` parses the template once and puts trees in the place of the holes. A template
is a constant of ours; what fills a hole is a tree, a number, or a tuple of trees where several may stand (as arguments,
or between brackets). Text is a TypeError, so a schema has no way into the grammar.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias

from .tree import (
    ELLIPSIS,
    And,
    AnnAssign,
    Assign,
    Attribute,
    AugAssign,
    BinOp,
    Call,
    Comparison,
    Dict,
    DictComp,
    Expr,
    Expression,
    For,
    Formatted,
    FString,
    FunctionDef,
    GeneratorExp,
    If,
    IfExp,
    List,
    ListComp,
    Loop,
    Name,
    Not,
    Or,
    Parameter,
    Pass,
    Raise,
    Return,
    Set,
    Slice,
    Starred,
    Statement,
    Subscript,
    Try,
    Tuple,
    literal,
)

Part: TypeAlias = Expression | int | tuple[Expression, ...]
"""What fills a hole."""

Parts = Mapping[str, Part]


def expression(template: str, **parts: Part) -> Expression:
    """Return the expression of a template."""
    made: Expression = _expression(template)(parts)
    return made


def statement(template: str, **parts: Part) -> Statement:
    """Return the statement of a template."""
    made: Statement = _statement(template)(parts)
    return made


def parsed(text: str) -> tuple[Statement | FunctionDef, ...]:
    """Return the statements of a text of our own, which has no holes; what the tree has no node for is a ValueError."""
    return tuple([_reader(node)({}) for node in ast.parse(text).body])


_Maker: TypeAlias = Callable[[Parts], Any]
"""Makes the node of a part of a template."""

_HOLE: Final = re.compile(r"\{(\w+)\}")
_STAND_IN: Final = "hole_"


@lru_cache(maxsize=1024)
def _expression(template: str) -> _Maker:
    return _reader(ast.parse(_HOLE.sub(rf"{_STAND_IN}\1", template), mode="eval").body)


@lru_cache(maxsize=1024)
def _statement(template: str) -> _Maker:
    (node,) = ast.parse(_HOLE.sub(rf"{_STAND_IN}\1", template)).body
    return _reader(node)


def _reader(node: Any) -> _Maker:
    """Return what makes a node; the node itself is made but once if there is no hole in it."""
    read = _READERS.get(type(node))
    if read is None:
        raise ValueError(f"not a node of the tree: {ast.unparse(node)}")
    maker = read(node)
    names = (name for name in ast.walk(node) if isinstance(name, ast.Name))
    if any(name.id.startswith(_STAND_IN) for name in names):
        return maker
    made = maker({})
    return lambda _: made


def _refuse(node: ast.AST, *parts: object) -> None:
    """Raise ValueError if a node has any of some parts, for which the tree has no room."""
    if any(parts):
        raise ValueError(f"not a node of the tree: {ast.unparse(node)}")


def _all(nodes: Sequence[ast.AST]) -> _Maker:
    """Return what makes a tuple of nodes; a hole among them may take several."""
    makers = [_reader(node) for node in nodes]
    holes = [isinstance(node, ast.Name) and node.id.startswith(_STAND_IN) for node in nodes]
    if not any(holes):
        return lambda parts: tuple([maker(parts) for maker in makers])
    if len(makers) == 1:
        (only,) = makers
        return lambda parts: node if type(node := only(parts)) is tuple else (node,)

    def made(parts: Parts) -> tuple[Any, ...]:
        flat: list[Any] = []
        for maker in makers:
            node = maker(parts)
            if type(node) is tuple:
                flat.extend(node)
            else:
                flat.append(node)
        return tuple(flat)

    return made


def _optional(node: ast.AST | None) -> _Maker:
    return _nothing if node is None else _reader(node)


def _nothing(_: Parts) -> None:
    return None


# Expressions


def _name(node: ast.Name) -> _Maker:
    if not node.id.startswith(_STAND_IN):
        made = Name(node.id)
        return lambda _: made
    hole = node.id.removeprefix(_STAND_IN)

    def filled(parts: Parts) -> Any:
        part = parts[hole]
        if type(part) in _EXPRESSIONS or (type(part) is tuple and all(type(each) in _EXPRESSIONS for each in part)):
            return part
        if type(part) is int:
            return literal(part)
        raise TypeError(f"{hole} is not a tree: {part!r}")

    return filled


_EXPRESSIONS: Final = frozenset(Expression.__args__)


def _constant(node: ast.Constant) -> _Maker:
    value: Any = node.value
    _refuse(node, not isinstance(value, str | int | float | type(...) | None))
    made = ELLIPSIS if value is ... else literal(value)
    return lambda _: made


def _attribute(node: ast.Attribute) -> _Maker:
    value, name = _reader(node.value), node.attr
    return lambda parts: Attribute(value(parts), name)


def _subscript(node: ast.Subscript) -> _Maker:
    value, index = _reader(node.value), _reader(node.slice)
    return lambda parts: Subscript(value(parts), index(parts))


def _slice(node: ast.Slice) -> _Maker:
    lower, upper = _optional(node.lower), _optional(node.upper)
    _refuse(node, node.step)
    return lambda parts: Slice(lower(parts), upper(parts))


def _call(node: ast.Call) -> _Maker:
    function, arguments = _reader(node.func), _all(node.args)
    _refuse(node, node.keywords)
    return lambda parts: Call(function(parts), arguments(parts))


def _compare(node: ast.Compare) -> _Maker:
    left, right = _reader(node.left), _reader(node.comparators[0])
    _refuse(node, len(node.ops) > 1)
    operator = _COMPARED[type(node.ops[0])]
    return lambda parts: Comparison(left(parts), operator, right(parts))


_COMPARED: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}


def _unary_op(node: ast.UnaryOp) -> _Maker:
    number = node.operand.value if isinstance(node.operand, ast.Constant) else None
    if isinstance(node.op, ast.USub) and isinstance(number, int | float):
        made = literal(-number)
        return lambda _: made
    _refuse(node, not isinstance(node.op, ast.Not))
    operand = _reader(node.operand)
    return lambda parts: Not(operand(parts))


def _bool_op(node: ast.BoolOp) -> _Maker:
    operands = _all(node.values)
    kind = And if isinstance(node.op, ast.And) else Or
    return lambda parts: kind(operands(parts))


def _bin_op(node: ast.BinOp) -> _Maker:
    operator = _operator(node.op)
    operands: list[ast.expr] = [node.right]
    left = node.left
    while isinstance(left, ast.BinOp) and type(left.op) is type(node.op):
        operands.append(left.right)
        left = left.left
    made = _all([left, *reversed(operands)])
    return lambda parts: BinOp(operator, made(parts))


def _operator(node: ast.operator) -> str:
    return {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.BitOr: "|"}[type(node)]


def _if_exp(node: ast.IfExp) -> _Maker:
    test, body, orelse = _reader(node.test), _reader(node.body), _reader(node.orelse)
    return lambda parts: IfExp(test(parts), body(parts), orelse(parts))


def _starred(node: ast.Starred) -> _Maker:
    value = _reader(node.value)
    return lambda parts: Starred(value(parts))


def _display(kind: type[Tuple | List | Set]) -> Callable[[Any], _Maker]:
    def read(node: ast.Tuple | ast.List | ast.Set) -> _Maker:
        items = _all(node.elts)
        return lambda parts: kind(items(parts))

    return read


def _dict(node: ast.Dict) -> _Maker:
    keys, values = _all([key for key in node.keys if key is not None]), _all(node.values)
    return lambda parts: Dict(tuple(zip(keys(parts), values(parts), strict=True)))


def _loop(generators: Sequence[ast.comprehension]) -> _Maker:
    (loop,) = generators
    variables, values = _targets(loop.target), _reader(loop.iter)
    if not loop.ifs:
        return lambda parts: Loop(variables(parts), values(parts))
    (only,) = loop.ifs
    test = _reader(only)
    return lambda parts: Loop(variables(parts), values(parts), test(parts))


def _targets(node: ast.expr) -> _Maker:
    return _all(node.elts if isinstance(node, ast.Tuple) else [node])


def _comprehension(kind: type[ListComp | GeneratorExp]) -> Callable[[Any], _Maker]:
    def read(node: ast.ListComp | ast.GeneratorExp) -> _Maker:
        item, loop = _reader(node.elt), _loop(node.generators)
        return lambda parts: kind(item(parts), loop(parts))

    return read


def _dict_comp(node: ast.DictComp) -> _Maker:
    key, value, loop = _reader(node.key), _reader(node.value), _loop(node.generators)
    return lambda parts: DictComp(key(parts), value(parts), loop(parts))


def _f_string(node: ast.JoinedStr) -> _Maker:
    makers = [_f_string_part(part) for part in node.values]
    return lambda parts: FString(tuple([maker(parts) for maker in makers]))


def _f_string_part(node: ast.expr) -> _Maker:
    if isinstance(node, ast.Constant):
        return lambda _: node.value
    if not isinstance(node, ast.FormattedValue):
        raise TypeError(f"no part of an f-string: {ast.unparse(node)}")
    _refuse(node, node.format_spec, node.conversion not in (-1, ord("r")))
    value = _reader(node.value)
    return value if node.conversion == -1 else lambda parts: Formatted(value(parts))


# Statements


def _assign(node: ast.Assign) -> _Maker:
    targets, value = [_reader(target) for target in node.targets], _reader(node.value)
    if len(targets) == 1:
        (target,) = targets
        return lambda parts: Assign((target(parts),), value(parts))
    return lambda parts: Assign(tuple([target(parts) for target in targets]), value(parts))


def _ann_assign(node: ast.AnnAssign) -> _Maker:
    target, annotation, value = _reader(node.target), _reader(node.annotation), _optional(node.value)
    return lambda parts: AnnAssign(target(parts), annotation(parts), value(parts))


def _aug_assign(node: ast.AugAssign) -> _Maker:
    target, operator, value = _reader(node.target), _operator(node.op), _reader(node.value)
    return lambda parts: AugAssign(target(parts), operator, value(parts))


def _expr(node: ast.Expr) -> _Maker:
    value = _reader(node.value)
    return lambda parts: Expr(value(parts))


def _return(node: ast.Return) -> _Maker:
    value = _reader(node.value)
    return lambda parts: Return(value(parts))


def _raise(node: ast.Raise) -> _Maker:
    exception, from_none = _reader(node.exc), node.cause is not None
    _refuse(node, from_none and not (isinstance(node.cause, ast.Constant) and node.cause.value is None))
    return lambda parts: Raise(exception(parts), from_none)


def _pass(_: ast.Pass) -> _Maker:
    return lambda _: Pass()


def _if(node: ast.If) -> _Maker:
    branches = [(node.test, node.body)]
    orelse = node.orelse
    while len(orelse) == 1 and isinstance(orelse[0], ast.If):
        branches.append((orelse[0].test, orelse[0].body))
        orelse = orelse[0].orelse
    makers, last = [(_reader(test), _all(body)) for test, body in branches], _all(orelse)
    return lambda parts: If(tuple([(test(parts), body(parts)) for test, body in makers]), last(parts))


def _for(node: ast.For) -> _Maker:
    variables, values, body = _targets(node.target), _reader(node.iter), _all(node.body)
    _refuse(node, node.orelse)
    return lambda parts: For(variables(parts), values(parts), body(parts))


def _try(node: ast.Try) -> _Maker:
    (handler,) = node.handlers
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    _refuse(node, handler.name, node.orelse, node.finalbody)
    body, exceptions, handled = _all(node.body), _all([each for each in types if each]), _all(handler.body)
    return lambda parts: Try(body(parts), exceptions(parts), handled(parts))


def _function_def(node: ast.FunctionDef) -> _Maker:
    head = node.args
    others = (head.posonlyargs, head.kwonlyargs, head.vararg, head.kwarg, head.defaults)
    _refuse(node, node.decorator_list, not node.returns, getattr(node, "type_params", None), *others)
    parameters = [(Name(each.arg), _optional(each.annotation)) for each in node.args.args]
    returns, body = _reader(node.returns), _all(node.body)

    def made(parts: Parts) -> FunctionDef:
        listed = [Parameter(name, annotation(parts)) for name, annotation in parameters]
        return FunctionDef(Name(node.name), tuple(listed), returns(parts), body(parts))

    return made


_READERS: Final[Mapping[type[ast.AST], Callable[[Any], _Maker]]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Call: _call,
    ast.Compare: _compare,
    ast.UnaryOp: _unary_op,
    ast.BoolOp: _bool_op,
    ast.BinOp: _bin_op,
    ast.IfExp: _if_exp,
    ast.Starred: _starred,
    ast.Tuple: _display(Tuple),
    ast.List: _display(List),
    ast.Set: _display(Set),
    ast.Dict: _dict,
    ast.ListComp: _comprehension(ListComp),
    ast.GeneratorExp: _comprehension(GeneratorExp),
    ast.DictComp: _dict_comp,
    ast.JoinedStr: _f_string,
    ast.Assign: _assign,
    ast.AnnAssign: _ann_assign,
    ast.AugAssign: _aug_assign,
    ast.Expr: _expr,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Pass: _pass,
    ast.If: _if,
    ast.For: _for,
    ast.Try: _try,
    ast.FunctionDef: _function_def,
}
"""By the node of Python's own tree, what reads it. What has none here can't be built."""
