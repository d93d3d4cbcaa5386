"""The text of trees: the last step of making a function.

Precedence, quotes, the names used and the breaking of long lines are decided here alone. What a tree can hold, but not
at its place, raises ValueError: a method that is not called, all items of a value where one stands, a builtin that is
no variable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any, Final, TypeAlias

from ...escapes import Code
from ...escapes.python import escaped
from . import closed, tree
from .tree import (
    And,
    AnnAssign,
    Assign,
    Attribute,
    AugAssign,
    BinOp,
    Call,
    Comparison,
    Concatenation,
    Constant,
    Dict,
    DictComp,
    Expr,
    Expression,
    For,
    Formatted,
    FString,
    FunctionDef,
    GeneratorExp,
    Group,
    If,
    IfExp,
    IsSubset,
    List,
    ListComp,
    Literal,
    Loop,
    Name,
    Node,
    Not,
    Or,
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
    f_string,
)

Names: TypeAlias = set[str]
"""The names that a text uses: every identifier in it but those of attributes."""


def expression(node: Expression, names: Names | None = None) -> Code:
    """Return the text of an expression, and add the names that it uses if it stands alone, not in a function."""
    used = Names()
    text = Code(_text(node, used))
    if names is not None:
        _add(node, used, names)
    return text


def constant(node: Constant, names: Names | None = None) -> Code:
    """Return the line of a constant, and add the names that it uses."""
    used = Names()
    annotation = "" if node.annotation is None else f": {_text(node.annotation, used)}"
    text = Code(_line(f"{_name(node.name, used)}{annotation} = ", node.value, "", "", used))
    _add(node, used, names)
    return text


def statement(node: Statement, names: Names | None = None) -> Code:
    """Return the text of a statement alone, and add the names that it uses."""
    return block([node], 0, names)


def block(body: Iterable[Statement], depth: int, names: Names | None = None) -> Code:
    """Return the lines of statements at a depth, and add the names that they use."""
    lines: list[str] = []
    _block(body, "    " * depth, lines, set() if names is None else names)
    return Code("\n".join(lines))


def function(node: FunctionDef, names: Names | None = None) -> Code:
    """Return the text of a function, and add the names that it uses."""
    used = Names()
    parameters = [
        _text(each.name, used) + ("" if each.annotation is None else f": {_text(each.annotation, used)}")
        for each in node.parameters
    ]
    name, end = node.name.identifier, f" -> {_text(node.returns, used)}:"
    head = f"def {name}({', '.join(parameters)}){end}"
    if not _fits(head, 0):
        head = f"def {name}{_enclosed('()', [f'{parameter},' for parameter in parameters])}{end}"
    text = Code(f"{head}\n{block(node.body, 1, used)}")
    _add(node, used, names)
    return text


def _add(node: Node, used: Names, names: Names | None) -> None:
    """Add the names that a node uses; raises ValueError if one of them is a builtin that nothing ever uses."""
    hidden = used & closed.HIDDEN
    if hidden and type(node) is Constant:
        hidden -= closed.AT_TOP
    if hidden and (foreign := hidden - tree.variables(node)):
        raise ValueError(f"never used: {sorted(foreign)}")
    if names is not None:
        names |= used


# Expressions

_IF, _OR, _NOT, _COMPARED, _UNION, _SUM, _PRODUCT, _SIGN, _ATOM = range(9)
"""How strongly the parts of an expression hold together, the weakest first (Python, Language Reference 6.17).

`and` and `or` have one place, so that either within the other is in parentheses, as within itself.
"""

_BINARY: Final = {"|": _UNION, "+": _SUM, "-": _SUM, "*": _PRODUCT}
_ATOMS: Final = frozenset({Name, Attribute, Subscript, Call, Tuple, List, Set, Dict, ListComp, DictComp, FString})
_WEAK: Final = {IfExp: _IF, And: _OR, Or: _OR, Not: _NOT, Comparison: _COMPARED, IsSubset: _COMPARED}


def _strength(node: Any) -> int:
    kind = type(node)
    if kind is Literal and node.text[0] == "-":
        return _SIGN
    return _BINARY[node.operator] if kind is BinOp else _WEAK.get(kind, _ATOM)


def _text(node: Any, names: Names) -> str:
    return _TEXT[type(node)](node, names)


def _within(node: Expression | Slice, least: int, names: Names) -> str:
    """Return the text of an expression, in parentheses if it does not hold together as strongly as that."""
    kind = type(node)
    text = _TEXT[kind](node, names)
    return text if kind in _ATOMS or _strength(node) >= least else f"({text})"


def _listed(nodes: Iterable[Expression], names: Names) -> str:
    return ", ".join([_TEXT[type(node)](node, names) for node in nodes])


def _name(node: Name, names: Names) -> str:
    names.add(node.identifier)
    return node.identifier


def _literal(node: Literal, _: Names) -> str:
    return node.text


def _attribute(node: Attribute, names: Names) -> str:
    if node.name in _NEVER_ALONE and not _is_of_self_or_module(node):
        raise ValueError(f"never looked up but to be called, or to be set: {node.name}")
    return f"{_within(node.value, _ATOM, names)}.{node.name}"


_NEVER_ALONE: Final = closed.METHODS | {"__class__"}


def _is_of_self_or_module(node: Attribute) -> bool:
    owner = node.value.identifier if type(node.value) is Name else ""
    return (owner == "self" and node.name != "__class__") or owner[:1] == "_"


def _called(node: Expression, names: Names) -> str:
    """Return the text of what is called, where a method may stand."""
    return f"{_within(node.value, _ATOM, names)}.{node.name}" if type(node) is Attribute else _text(node, names)


def _subscript(node: Subscript, names: Names) -> str:
    return f"{_within(node.value, _ATOM, names)}[{_bare(node.index, names)}]"


def _bare(node: Expression | Slice, names: Names) -> str:
    """Return the text of what may be a tuple without parentheses."""
    if isinstance(node, Tuple) and not node.on_a_line and (len(node.items) > 1 or _is_starred(node.items)):
        return _items(node.items, names)
    return _ITEMS[type(node)](node, names)


def _is_starred(items: tuple[Expression, ...]) -> bool:
    return isinstance(items[0], Starred) if items else False


def _slice(node: Slice, names: Names) -> str:
    lower, upper = ("" if bound is None else _text(bound, names) for bound in (node.lower, node.upper))
    return f"{lower}:{upper}"


def _call(node: Call, names: Names) -> str:
    arguments = node.arguments
    only = arguments[0] if len(arguments) == 1 else None
    shown = _turns(only, names) if type(only) is GeneratorExp else _listed(arguments, names)
    return f"{_called(node.function, names)}({shown})"


def _comparison(node: Comparison, names: Names) -> str:
    return f"{_within(node.left, _UNION, names)} {node.operator} {_right(node, names)}"


def _right(node: Comparison | IsSubset, names: Names) -> str:
    """Return the text of the right side of a comparison, which may be a set to look into."""
    right = node.right
    if type(right) is Set and type(node) is Comparison and node.operator in _MEMBERSHIP:
        return f"{{{_listed(right.items, names)}}}"
    return _within(right, _UNION, names)


_MEMBERSHIP: Final = frozenset({"in", "not in"})


def _is_subset(node: IsSubset, names: Names) -> str:
    return f"{_within(node.left, _UNION, names)} <= {_right(node, names)}"


def _not(node: Not, names: Names) -> str:
    return f"not {_within(node.operand, _NOT, names)}"


def _and(node: And, names: Names) -> str:
    return " and ".join([_within(operand, _NOT, names) for operand in node.operands])


def _or(node: Or, names: Names) -> str:
    return " or ".join([_within(operand, _NOT, names) for operand in node.operands])


def _bin_op(node: BinOp, names: Names) -> str:
    least = _BINARY[node.operator] + 1
    return f" {node.operator} ".join([_within(operand, least, names) for operand in node.operands])


def _if_exp(node: IfExp, names: Names) -> str:
    body, test = _within(node.body, _OR, names), _within(node.test, _OR, names)
    return f"{body} if {test} else {_text(node.orelse, names)}"


def _starred(node: Starred, names: Names) -> str:
    return f"*{_within(node.value, _UNION, names)}"


def _tuple(node: Tuple, names: Names) -> str:
    items, size = node.items, node.on_a_line
    if size and items:
        lines = [f"{_items(items[at : at + size], names)}," for at in range(0, len(items), size)]
        return _enclosed("()", lines)
    return f"({_items(node.items, names)}{',' if len(node.items) == 1 else ''})"


def _list(node: List, names: Names) -> str:
    if node.is_tall:
        return _enclosed("[]", [f"{_ITEMS[type(item)](item, names)}," for item in node.items])
    return f"[{_items(node.items, names)}]"


def _items(nodes: Iterable[Expression], names: Names) -> str:
    """Return the items of a tuple or list, each of which may stand for all items of a value."""
    return ", ".join([_ITEMS[type(node)](node, names) for node in nodes])


def _dict(node: Dict, names: Names) -> str:
    pairs = [f"{_text(key, names)}: {_text(value, names)}" for key, value in node.pairs]
    return f"{{{', '.join(pairs)}}}"


def _loop(node: Loop, names: Names) -> str:
    test = "" if node.test is None else f" if {_within(node.test, _OR, names)}"
    return f"for {_listed(node.variables, names)} in {_within(node.values, _OR, names)}{test}"


def _turns(node: GeneratorExp | ListComp, names: Names) -> str:
    return f"{_text(node.item, names)} {_loop(node.loop, names)}"


def _list_comp(node: ListComp, names: Names) -> str:
    return f"[{_turns(node, names)}]"


def _generator(node: GeneratorExp, names: Names) -> str:
    return f"({_turns(node, names)})"


def _dict_comp(node: DictComp, names: Names) -> str:
    return f"{{{_text(node.key, names)}: {_text(node.value, names)} {_loop(node.loop, names)}}}"


def _formatted(node: Formatted, names: Names) -> str:
    if type(node.value) is not Name:
        raise ValueError(f"not a variable: {node.value}")
    return f"{_text(node.value, names)}!r"


def _f_string(node: FString, names: Names) -> str:
    shown = [part if type(part) is str else Code(f"{{{_text(part, names)}}}") for part in node.parts]
    quote = _quote_around(shown)
    return f"f{quote}{''.join([part if type(part) is Code else _inner(part, quote) for part in shown])}{quote}"


def _quote_around(parts: Iterable[str]) -> str:
    """Return the quote around an f-string of these texts and expressions (`Code`): none may stand in an expression.

    Nor may a backslash, before Python 3.12, and no expression begins with a brace, as that would be text.
    """
    codes, texts = set[str](), set[str]()
    for part in parts:
        (codes if type(part) is Code else texts).update(_QUOTES.intersection(part))
        if type(part) is Code and ("\\" in part or "\n" in part or part[1] in "{}"):
            raise ValueError(f"no expression of an f-string before Python 3.12: {part}")
    free = sorted(_QUOTES - codes, key=lambda quote: (quote in texts, quote))  # the double quote is the first of equals
    if not free:
        raise ValueError(f"no f-string before Python 3.12: {parts}")
    return free[0]


_QUOTES: Final = frozenset("\"'")


def _inner(text: str, quote: str) -> str:
    return escaped(text, quote).replace("{", "{{").replace("}", "}}")


def _concatenation(node: Concatenation, names: Names) -> str:
    return _enclosed("()", [_part(part, names) for part in node.parts])


def _part(node: Expression, names: Names) -> str:
    """Return a part of a concatenation: the text itself, or an f-string that holds the expression alone."""
    text, used = _part_by_itself(node)
    names |= used
    return text


@lru_cache(maxsize=8192)
def _part_by_itself(node: Expression) -> tuple[str, Names]:
    """Return the text of a part, and the names that it uses: one that writes a property stands in many functions."""
    used = Names()
    return _text(node if type(node) in (Literal, FString) else FString((node,)), used), used


_TEXT: Final[dict[type, Callable[[Any, Names], str]]] = {
    Name: _name,
    Literal: _literal,
    Attribute: _attribute,
    Subscript: _subscript,
    Slice: _slice,
    Call: _call,
    Comparison: _comparison,
    IsSubset: _is_subset,
    Not: _not,
    And: _and,
    Or: _or,
    BinOp: _bin_op,
    IfExp: _if_exp,
    Tuple: _tuple,
    List: _list,
    Dict: _dict,
    ListComp: _list_comp,
    GeneratorExp: _generator,
    DictComp: _dict_comp,
    Formatted: _formatted,
    FString: _f_string,
    Concatenation: _concatenation,
}
_ITEMS: Final[dict[type, Callable[[Any, Names], str]]] = {**_TEXT, Starred: _starred}

# Long lines

_LONGEST: Final = 120  # columns, which people read without scrolling


def _fits(text: str, indent: int) -> bool:
    """Return whether all lines of a text are short enough below an indentation of some columns."""
    room = _LONGEST - indent
    return len(text) <= room or ("\n" in text and max(map(len, text.split("\n"))) <= room)


def _enclosed(brackets: str, lines: Iterable[str]) -> str:
    """Return lines, which may be several each, one step deeper between two brackets."""
    inner = "\n".join(lines).replace("\n", "\n    ")
    return f"{brackets[0]}\n    {inner}\n{brackets[1]}"


def _fitted(node: Expression | Slice, before: str, after: str, indent: int, names: Names, least: int = _IF) -> str:
    """Return the text of an expression with what stands before and after it in a line, broken if that is too long.

    Where it breaks depends on how long names and texts are and not on what they say, and no token but a last comma is
    another for it.
    """
    text = f"{before}{_within(node, least, names)}{after}"
    if _fits(text, indent) or not _can_break(node):
        return text
    return f"{before}{_broken(node, indent, names, least)}{after}"


def _can_break(node: Any) -> bool:
    """Return whether an expression has a place where a line may end."""
    match node:
        case Name() | Literal() | Attribute() | Starred() | Slice() | Formatted():
            return False
        case Tuple(items=parts) | List(items=parts) | Dict(pairs=parts) | Call(arguments=parts):
            return bool(parts)
        case FString(parts=parts):
            return len(parts) > 1
        case Not(operand=operand):
            return _can_break(operand)
        case Subscript(value=value, index=index):
            return _can_break(value) or _can_break(index)
    return True


def _broken(node: Expression | Slice, indent: int, names: Names, least: int = _IF) -> str:
    """Return the text of an expression that can break, in lines below an indentation."""
    if type(node) in (Not, Comparison, IsSubset) and _strength(node) < least:
        return _enclosed("()", [_fitted(node, "", "", indent + 4, names)])
    return _BROKEN[type(node)](node, indent, names)


def _all_fitted(nodes: Iterable[Expression], indent: int, names: Names) -> list[str]:
    return [
        f"{_starred(node, names)}," if type(node) is Starred else _fitted(node, "", ",", indent + 4, names)
        for node in nodes
    ]


def _broken_call(node: Call, indent: int, names: Names) -> str:
    function, arguments = _called(node.function, names), node.arguments
    only = arguments[0] if len(arguments) == 1 else None
    if type(only) is GeneratorExp:
        return f"{function}{_broken_turns(only, indent, names)}"
    if type(only) in (List, Dict, ListComp, DictComp) and _can_break(only):
        return f"{function}({_broken(arguments[0], indent, names)})"
    line = _listed(arguments, names)
    return function + _enclosed("()", [line] if _fits(line, indent + 4) else _all_fitted(arguments, indent, names))


def _broken_subscript(node: Subscript, indent: int, names: Names) -> str:
    value, index = node.value, node.index
    if _can_break(value):
        return f"{_broken(value, indent, names, _ATOM)}[{_bare(index, names)}]"
    shown = _within(value, _ATOM, names)
    if isinstance(index, Tuple):
        return shown + _enclosed("[]", _all_fitted(index.items, indent, names))
    return f"{shown}[{_broken(index, indent, names)}]"


def _broken_comparison(node: Comparison | IsSubset, indent: int, names: Names) -> str:
    """Break the longer side of a comparison, the other one if that has no place for it."""
    sides = (node.left, node.right)
    left, right = _within(node.left, _UNION, names), _right(node, names)
    operator = "<=" if isinstance(node, IsSubset) else node.operator
    longer = max((0, 1), key=lambda index: (_can_break(sides[index]), len((left, right)[index])))
    if not _can_break(sides[longer]):
        return _enclosed("()", [f"{left} {operator} {right}"])
    broken = _broken(sides[longer], indent, names, _UNION)
    return f"{left} {operator} {broken}" if longer else f"{broken} {operator} {right}"


def _broken_not(node: Not, indent: int, names: Names) -> str:
    return f"not {_broken(node.operand, indent, names, _NOT)}"


def _broken_operands(node: And | Or | BinOp, indent: int, names: Names) -> str:
    """Put each operand on a line, with the operator before it."""
    if isinstance(node, BinOp):
        word, least = node.operator, _BINARY[node.operator] + 1
    else:
        word, least = ("and" if isinstance(node, And) else "or"), _NOT
    lines = [
        _fitted(operand, f"{word} " if number else "", "", indent + 4, names, least)
        for number, operand in enumerate(node.operands)
    ]
    return _enclosed("()", lines)


def _broken_if_exp(node: IfExp, indent: int, names: Names) -> str:
    deeper = indent + 4
    lines = (
        _fitted(node.body, "", "", deeper, names, _OR),
        _fitted(node.test, "if ", "", deeper, names, _OR),
        _fitted(node.orelse, "else ", "", deeper, names),
    )
    return _enclosed("()", lines)


def _broken_display(node: Tuple | List | Set, indent: int, names: Names) -> str:
    brackets = {Tuple: "()", List: "[]", Set: "{}"}[type(node)]
    return _enclosed(brackets, _all_fitted(node.items, indent, names))


def _broken_dict(node: Dict, indent: int, names: Names) -> str:
    return _enclosed(
        "{}", [_fitted(value, f"{_text(key, names)}: ", ",", indent + 4, names) for key, value in node.pairs]
    )


def _broken_turns(node: ListComp | GeneratorExp | DictComp, indent: int, names: Names) -> str:
    """Break a comprehension at its brackets, before its loop too if that is not enough."""
    deeper, loop = indent + 4, node.loop
    before = f"{_text(node.key, names)}: " if isinstance(node, DictComp) else ""
    item = node.value if isinstance(node, DictComp) else node.item
    lines = [f"{before}{_text(item, names)} {_loop(loop, names)}"]
    if not _fits(lines[0], deeper):
        head = f"for {_listed(loop.variables, names)} in "
        lines = [_fitted(item, before, "", deeper, names), _fitted(loop.values, head, "", deeper, names, _OR)]
        if loop.test is not None:
            lines.append(_fitted(loop.test, "if ", "", deeper, names, _OR))
    brackets = {ListComp: "[]", GeneratorExp: "()", DictComp: "{}"}[type(node)]
    return _enclosed(brackets, lines)


def _broken_f_string(node: FString, indent: int, names: Names) -> str:
    return _enclosed("()", _pieces(node, names))


def _pieces(node: FString, names: Names) -> Iterator[str]:
    """Yield an f-string's texts and expressions alone; Python joins them when it compiles, so they cost no more."""
    for is_text, same in groupby(node.parts, lambda part: isinstance(part, str)):
        parts = list(same)
        yield from [_text(f_string(*parts), names)] if is_text else [_text(FString((part,)), names) for part in parts]


def _broken_concatenation(node: Concatenation, indent: int, names: Names) -> str:
    lines: list[str] = []
    for part in node.parts:
        text = _part(part, names)
        breaks = isinstance(part, FString) and not _fits(text, indent + 4)
        lines.extend(_pieces(part, names) if breaks and isinstance(part, FString) else [text])
    return _enclosed("()", lines)


_BROKEN: Final[dict[type, Callable[[Any, int, Names], str]]] = {
    Call: _broken_call,
    Subscript: _broken_subscript,
    Comparison: _broken_comparison,
    IsSubset: _broken_comparison,
    Not: _broken_not,
    And: _broken_operands,
    Or: _broken_operands,
    BinOp: _broken_operands,
    IfExp: _broken_if_exp,
    Tuple: _broken_display,
    List: _broken_display,
    Set: _broken_display,
    Dict: _broken_dict,
    ListComp: _broken_turns,
    GeneratorExp: _broken_turns,
    DictComp: _broken_turns,
    FString: _broken_f_string,
    Concatenation: _broken_concatenation,
}

# Statements


def _block(body: Iterable[Statement], indent: str, lines: list[str], names: Names) -> None:
    """Add the lines of statements."""
    for node in body:
        kind = type(node)
        if (simple := _SIMPLE.get(kind)) is not None:
            lines.append(_line(*simple(node, names), indent, names))
        else:
            _COMPOUND[kind](node, indent, lines, names)


def _line(before: str, value: Expression, after: str, indent: str, names: Names) -> str:
    """Return the line of a statement, or several if it is too long: an expression with what is before and after it."""
    line = f"{indent}{before}{_TEXT[type(value)](value, names)}{after}"
    if len(line) <= _LONGEST and "\n" not in line:  # as nearly all are
        return line
    text = line[len(indent) :]
    if not _fits(text, len(indent)) and _can_break(value):
        text = f"{before}{_broken(value, len(indent), names)}{after}"
    return indent + text.replace("\n", f"\n{indent}")


def _assign(node: Assign, names: Names) -> _Parts:
    if len(node.targets) == 1:
        return f"{_target(node.targets[0], names)} = ", node.value, ""
    return "".join([f"{_target(target, names)} = " for target in node.targets]), node.value, ""


def _target(node: Expression, names: Names) -> str:
    """Return what is given a value; of an object that may be its class."""
    return _called(node, names) if type(node) is Attribute else _bare(node, names)


def _ann_assign(node: AnnAssign, names: Names) -> _Parts:
    target = f"{_text(node.target, names)}: "
    if node.value is None:
        return target, node.annotation, ""
    return f"{target}{_text(node.annotation, names)} = ", node.value, ""


def _aug_assign(node: AugAssign, names: Names) -> _Parts:
    return f"{_text(node.target, names)} {node.operator}= ", node.value, ""


def _expr(node: Expr, _: Names) -> _Parts:
    return "", node.value, ""


def _return(node: Return, _: Names) -> _Parts:
    return "return ", node.value, ""


def _raise(node: Raise, _: Names) -> _Parts:
    return "raise ", node.exception, " from None" if node.from_none else ""


_Parts: TypeAlias = tuple[str, Expression, str]
"""The expression that a simple statement ends with, and what stands before and after it."""

_SIMPLE: Final[dict[type, Callable[[Any, Names], _Parts]]] = {
    Assign: _assign,
    AnnAssign: _ann_assign,
    AugAssign: _aug_assign,
    Expr: _expr,
    Return: _return,
    Raise: _raise,
}


def _pass(_: Pass, indent: str, lines: list[str], __: Names) -> None:
    lines.append(f"{indent}pass")


def _if(node: If, indent: str, lines: list[str], names: Names) -> None:
    word = "if"
    for test, body in node.branches:
        lines.append(_line(f"{word} ", test, ":", indent, names))
        _block(body, f"{indent}    ", lines, names)
        word = "elif"
    if node.orelse:
        lines.append(f"{indent}else:")
        _block(node.orelse, f"{indent}    ", lines, names)


def _for(node: For, indent: str, lines: list[str], names: Names) -> None:
    lines.append(_line(f"for {_listed(node.variables, names)} in ", node.values, ":", indent, names))
    _block(node.body, f"{indent}    ", lines, names)


def _try(node: Try, indent: str, lines: list[str], names: Names) -> None:
    lines.append(f"{indent}try:")
    _block(node.body, f"{indent}    ", lines, names)
    caught = _listed(node.exceptions, names)
    lines.append(f"{indent}except {caught if len(node.exceptions) == 1 else f'({caught})'}:")
    _block(node.handler, f"{indent}    ", lines, names)


def _group(node: Group, indent: str, lines: list[str], names: Names) -> None:
    if indent not in node.printed:
        own: list[str] = []
        used: Names = set()
        _block(node.body, indent, own, used)
        node.printed[indent] = own, used
    printed, used_there = node.printed[indent]
    lines.extend(printed)
    names.update(used_there)


_COMPOUND: Final[dict[type, Callable[[Any, str, list[str], Names], None]]] = {
    Pass: _pass,
    If: _if,
    For: _for,
    Try: _try,
    Group: _group,
}
