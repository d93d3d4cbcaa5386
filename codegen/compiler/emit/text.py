"""The text of trees: the last step of making a function. Precedence, quotes and the names used are told here alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from ...escapes import Code
from ...escapes.python import escaped
from .tree import (
    OPPOSITE,
    And,
    AnnAssign,
    Assign,
    Attribute,
    AugAssign,
    BinOp,
    Call,
    Comparison,
    Concatenation,
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
    IsSubset,
    List,
    ListComp,
    Literal,
    Loop,
    Name,
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
)

Names = set[str]
"""The names that a text uses: every identifier in it but those of attributes."""


def expression(node: Expression, names: Names | None = None) -> Code:
    """Return the text of an expression, and add the names that it uses."""
    return Code(_text(node, set() if names is None else names))


def statement(node: Statement, names: Names | None = None) -> Code:
    """Return the text of a statement of the top level, and add the names that it uses."""
    return block([node], 0, names)


def block(body: Iterable[Statement], depth: int, names: Names | None = None) -> Code:
    """Return the lines of statements at a depth, and add the names that they use."""
    lines: list[str] = []
    _block(body, "    " * depth, lines, set() if names is None else names)
    return Code("\n".join(lines))


def function(node: FunctionDef, names: Names | None = None) -> Code:
    """Return the text of a function, and add the names that it uses."""
    found = set() if names is None else names
    parameters = [
        _text(each.name, found) + ("" if each.annotation is None else f": {_text(each.annotation, found)}")
        for each in node.parameters
    ]
    head = f"def {node.name.identifier}({', '.join(parameters)}) -> {_text(node.returns, found)}:\n"
    return Code(head + block(node.body, 1, found))


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


def _within(node: Expression, least: int, names: Names) -> str:
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
    return f"{_within(node.value, _ATOM, names)}.{node.name}"


def _subscript(node: Subscript, names: Names) -> str:
    return f"{_within(node.value, _ATOM, names)}[{_bare(node.index, names)}]"


def _bare(node: Expression | Slice, names: Names) -> str:
    """Return the text of what may be a tuple without parentheses."""
    if isinstance(node, Tuple) and (len(node.items) > 1 or isinstance(node.items[0], Starred)):
        return _listed(node.items, names)
    return _text(node, names)


def _slice(node: Slice, names: Names) -> str:
    lower, upper = ("" if bound is None else _text(bound, names) for bound in (node.lower, node.upper))
    return f"{lower}:{upper}"


def _call(node: Call, names: Names) -> str:
    arguments = node.arguments
    only = arguments[0] if len(arguments) == 1 else None
    shown = _turns(only, names) if type(only) is GeneratorExp else _listed(arguments, names)
    return f"{_within(node.function, _ATOM, names)}({shown})"


def _comparison(node: Comparison, names: Names) -> str:
    operator = node.operator
    if operator not in OPPOSITE:
        raise ValueError(f"no comparison: {operator!r}")
    return f"{_within(node.left, _UNION, names)} {operator} {_within(node.right, _UNION, names)}"


def _is_subset(node: IsSubset, names: Names) -> str:
    return f"{_within(node.left, _UNION, names)} <= {_within(node.right, _UNION, names)}"


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
    if node.is_tall:
        return f"(\n{_tall(node.items, names)})"
    return f"({_listed(node.items, names)}{',' if len(node.items) == 1 else ''})"


def _list(node: List, names: Names) -> str:
    return f"[\n{_tall(node.items, names)}]" if node.is_tall else f"[{_listed(node.items, names)}]"


def _tall(items: Iterable[Expression], names: Names) -> str:
    return "".join([f"    {_text(item, names)},\n" for item in items])


def _set(node: Set, names: Names) -> str:
    return f"{{{_listed(node.items, names)}}}"


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
    return f"{_text(node.value, names)}!r"


def _f_string(node: FString, names: Names) -> str:
    shown = [part if type(part) is str else Code(f"{{{_text(part, names)}}}") for part in node.parts]
    quote = _quote_around(shown)
    return f"f{quote}{''.join([part if type(part) is Code else _inner(part, quote) for part in shown])}{quote}"


def _quote_around(parts: Iterable[str]) -> str:
    """Return the quote around an f-string of these texts and expressions (`Code`): none may stand in an expression."""
    codes, texts = set[str](), set[str]()
    for part in parts:
        (codes if type(part) is Code else texts).update(_QUOTES.intersection(part))
    free = sorted(_QUOTES - codes, key=lambda quote: (quote in texts, quote))  # the double quote is the first of equals
    if not free:
        raise ValueError(f"no f-string before Python 3.12: {parts}")
    return free[0]


_QUOTES: Final = frozenset("\"'")


def _inner(text: str, quote: str) -> str:
    return escaped(text, quote).replace("{", "{{").replace("}", "}}")


def _concatenation(node: Concatenation, names: Names) -> str:
    return "".join(["(\n", *(f"    {_part(part, names)}\n" for part in node.parts), ")"])


def _part(node: Expression, names: Names) -> str:
    """Return a part of a concatenation: the text itself, or an f-string that holds the expression alone."""
    return _text(node if type(node) in (Literal, FString) else FString((node,)), names)


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
    Starred: _starred,
    Tuple: _tuple,
    List: _list,
    Set: _set,
    Dict: _dict,
    ListComp: _list_comp,
    GeneratorExp: _generator,
    DictComp: _dict_comp,
    Formatted: _formatted,
    FString: _f_string,
    Concatenation: _concatenation,
}

# Statements


def _block(body: Iterable[Statement], indent: str, lines: list[str], names: Names) -> None:
    """Add the lines of statements."""
    for node in body:
        kind = type(node)
        if (simple := _SIMPLE.get(kind)) is not None:
            text = indent + simple(node, names)
            lines.append(text.replace("\n", f"\n{indent}") if "\n" in text and indent else text)
        else:
            _COMPOUND[kind](node, indent, lines, names)


def _assign(node: Assign, names: Names) -> str:
    value = node.value
    shown = _TEXT[type(value)](value, names)
    if len(node.targets) == 1:
        return f"{_bare(node.targets[0], names)} = {shown}"
    return " = ".join([*(_bare(target, names) for target in node.targets), shown])


def _ann_assign(node: AnnAssign, names: Names) -> str:
    value = "" if node.value is None else f" = {_text(node.value, names)}"
    return f"{_text(node.target, names)}: {_text(node.annotation, names)}{value}"


def _aug_assign(node: AugAssign, names: Names) -> str:
    if node.operator not in _BINARY:
        raise ValueError(f"no operator: {node.operator!r}")
    return f"{_text(node.target, names)} {node.operator}= {_text(node.value, names)}"


def _expr(node: Expr, names: Names) -> str:
    return _text(node.value, names)


def _return(node: Return, names: Names) -> str:
    return f"return {_text(node.value, names)}"


def _raise(node: Raise, names: Names) -> str:
    return f"raise {_text(node.exception, names)}{' from None' if node.from_none else ''}"


def _pass(_: Pass, __: Names) -> str:
    return "pass"


_SIMPLE: Final[dict[type, Callable[[Any, Names], str]]] = {
    Assign: _assign,
    AnnAssign: _ann_assign,
    AugAssign: _aug_assign,
    Expr: _expr,
    Return: _return,
    Raise: _raise,
    Pass: _pass,
}


def _if(node: If, indent: str, lines: list[str], names: Names) -> None:
    word = "if"
    for test, body in node.branches:
        lines.append(f"{indent}{word} {_text(test, names)}:")
        _block(body, f"{indent}    ", lines, names)
        word = "elif"
    if node.orelse:
        lines.append(f"{indent}else:")
        _block(node.orelse, f"{indent}    ", lines, names)


def _for(node: For, indent: str, lines: list[str], names: Names) -> None:
    lines.append(f"{indent}for {_listed(node.variables, names)} in {_text(node.values, names)}:")
    _block(node.body, f"{indent}    ", lines, names)


def _try(node: Try, indent: str, lines: list[str], names: Names) -> None:
    lines.append(f"{indent}try:")
    _block(node.body, f"{indent}    ", lines, names)
    caught = _listed(node.exceptions, names)
    lines.append(f"{indent}except {caught if len(node.exceptions) == 1 else f'({caught})'}:")
    _block(node.handler, f"{indent}    ", lines, names)


_COMPOUND: Final[dict[type, Callable[[Any, str, list[str], Names], None]]] = {If: _if, For: _for, Try: _try}
