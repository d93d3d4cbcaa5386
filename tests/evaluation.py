"""The trees of the compiler as Python's own, so that they run without being printed."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import codegen
from codegen.compiler.emit import tree
from codegen.compiler.emit.tree import Constant, FunctionDef, Node

RUNTIME = Path(codegen.__file__).parent / "runtime"

_COMPARED = {
    **{"==": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE},
    **{"is": ast.Is, "is not": ast.IsNot, "in": ast.In, "not in": ast.NotIn},
}
_BINARY = {"+": ast.Add, "-": ast.Sub, "*": ast.Mult, "|": ast.BitOr}


def functions(module: Iterable[Constant | FunctionDef]) -> dict[str, Any]:
    """Return what the statements of one module define, by name."""
    namespace: dict[str, Any] = {"re": importlib.import_module("re"), "Any": object}
    for file in RUNTIME.glob("_[a-z]*.py"):
        namespace[file.stem] = importlib.import_module(f"codegen.runtime.{file.stem}")
    body = ast.Module([_of(node) for node in module], type_ignores=[])
    exec(compile(ast.fix_missing_locations(body), "<tree>", "exec"), namespace)
    return namespace


def python(node: FunctionDef | Constant) -> ast.stmt:
    """Return Python's node for a function or a constant, without its annotations."""
    made: ast.stmt = _of(node)
    return made


def _of(node: Node) -> Any:
    """Return Python's node for one of ours; annotations are left out."""
    match node:
        case tree.FunctionDef(name, parameters, _, body):
            arguments = ast.arguments(
                [], [ast.arg(str(each.name.identifier)) for each in parameters], None, [], [], None, []
            )
            return ast.FunctionDef(str(name.identifier), arguments, _all(body), [])
        case tree.Assign(targets, value):
            return ast.Assign([_stored(target) for target in targets], _of(value))
        case tree.Constant(name, _, value):
            return ast.Assign([_stored(name)], _of(value))
        case tree.AnnAssign(_, _, None):
            return ast.Pass()
        case tree.AnnAssign(target, _, value) if value is not None:
            return ast.Assign([_stored(target)], _of(value))
        case tree.AugAssign(target, operator, value):
            return ast.AugAssign(_stored(target), _BINARY[operator](), _of(value))
        case tree.Expr(value):
            return ast.Expr(_of(value))
        case tree.Return(value):
            return ast.Return(_of(value))
        case tree.Raise(exception, from_none):
            return ast.Raise(_of(exception), ast.Constant(None) if from_none else None)
        case tree.Pass():
            return ast.Pass()
        case tree.If(((test, body), *others), orelse):
            last = [_of(tree.If(tuple(others), orelse))] if others else _all(orelse)
            return ast.If(_of(test), _all(body), last)
        case tree.For(variables, values, body):
            return ast.For(_variables(variables), _of(values), _all(body), [])
        case tree.Try(body, exceptions, handler):
            caught = _of(exceptions[0]) if len(exceptions) == 1 else ast.Tuple(_all(exceptions), ast.Load())
            return ast.Try(_all(body), [ast.ExceptHandler(caught, None, _all(handler))], [], [])
    return _expression(node)


def _expression(node: Node) -> Any:
    match node:
        case tree.Name(identifier):
            return ast.Name(str(identifier), ast.Load())
        case tree.Literal(text):
            return ast.Constant(...) if text == "..." else ast.parse(text, mode="eval").body
        case tree.Attribute(value, name):
            return ast.Attribute(_of(value), str(name), ast.Load())
        case tree.Subscript(value, index):
            return ast.Subscript(_of(value), _of(index), ast.Load())
        case tree.Slice(lower, upper):
            return ast.Slice(*[None if bound is None else _of(bound) for bound in (lower, upper)])
        case tree.Call(function, arguments):
            return ast.Call(_of(function), _all(arguments), [])
        case tree.Comparison(left, operator, right):
            return ast.Compare(_of(left), [_COMPARED[operator]()], [_of(right)])
        case tree.IsSubset(left, right):
            return ast.Compare(_of(left), [ast.LtE()], [_of(right)])
        case tree.Not(operand):
            return ast.UnaryOp(ast.Not(), _of(operand))
        case tree.And(operands) | tree.Or(operands):
            return ast.BoolOp(ast.And() if isinstance(node, tree.And) else ast.Or(), _all(operands))
        case tree.BinOp(operator, (first, *others)):
            made = _of(first)
            for other in others:
                made = ast.BinOp(made, _BINARY[operator](), _of(other))
            return made
        case tree.IfExp(test, body, orelse):
            return ast.IfExp(_of(test), _of(body), _of(orelse))
    return _display(node)


def _display(node: Node) -> Any:
    match node:
        case tree.Starred(value):
            return ast.Starred(_of(value), ast.Load())
        case tree.Tuple(items):
            return ast.Tuple(_all(items), ast.Load())
        case tree.List(items):
            return ast.List(_all(items), ast.Load())
        case tree.Set(items):
            return ast.Set(_all(items))
        case tree.Dict(pairs):
            return ast.Dict([_of(key) for key, _ in pairs], [_of(value) for _, value in pairs])
        case tree.ListComp(item, loop):
            return ast.ListComp(_of(item), [_loop(loop)])
        case tree.GeneratorExp(item, loop):
            return ast.GeneratorExp(_of(item), [_loop(loop)])
        case tree.DictComp(key, value, loop):
            return ast.DictComp(_of(key), _of(value), [_loop(loop)])
        case tree.FString(parts):
            return ast.JoinedStr(_merged(parts))
        case tree.Concatenation(parts):
            flat = [inner for part in parts for inner in (part.parts if isinstance(part, tree.FString) else [part])]
            return ast.JoinedStr(_merged(flat))
    raise TypeError(f"not a node of Python: {node}")


def _merged(parts: Iterable[str | tree.Expression | tree.Formatted]) -> list[Any]:
    """Return the values of an f-string, with one text where there are several in a row."""
    merged: list[Any] = []
    for part in parts:
        text = ast.literal_eval(part.text) if isinstance(part, tree.Literal) else part
        last = merged[-1] if merged else None
        if isinstance(text, str) and isinstance(last, ast.Constant):
            merged[-1] = ast.Constant(last.value + text)
        elif isinstance(text, str):
            merged += [ast.Constant(text)] if text else []
        elif isinstance(part, tree.Formatted):
            merged.append(ast.FormattedValue(_of(part.value), ord("r")))
        else:
            merged.append(ast.FormattedValue(_of(part), -1))  # type: ignore[arg-type]  # it is not a text
    return merged


def _all(nodes: Iterable[Node]) -> list[Any]:
    made: list[Any] = []
    for node in nodes:
        made += _all(node.body) if isinstance(node, tree.Group) else [_of(node)]
    return made


def _loop(loop: tree.Loop) -> ast.comprehension:
    tests = [] if loop.test is None else [_of(loop.test)]
    return ast.comprehension(_variables(loop.variables), _of(loop.values), tests, 0)


def _variables(names: tuple[tree.Name, ...]) -> Any:
    stored = [_stored(name) for name in names]
    return stored[0] if len(stored) == 1 else ast.Tuple(stored, ast.Store())


def _stored(node: tree.Expression) -> Any:
    made = _of(node)
    for each in (made, *(made.elts if isinstance(made, ast.Tuple) else ())):
        each.ctx = ast.Store()
    return made
