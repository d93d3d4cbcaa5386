"""The tree of the Python that the compiler makes: expressions and statements as frozen values.

There is a node for what generated functions are made of, and for nothing else. A schema's text has one way into it, a
`Literal`; names and attributes are identifiers, and what is called, looked up, caught and given a value is of the lists
in `closed`. So what can't be built can't be printed: there is no import, no class, no `lambda`, no keyword argument.
`templates` builds trees from Python with holes in it, `text` prints them, and refuses what is in the wrong place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from typing import Any, Final, TypeAlias

from ...escapes import Code
from ...escapes import python as escapes
from ...ir import JSON
from ...records import dataclass
from . import closed

# Expressions


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, a function, a class, a module: an ASCII identifier."""

    identifier: str

    def __post_init__(self) -> None:
        if not closed.is_name(self.identifier):
            raise ValueError(f"not an identifier of every Python: {self.identifier!r}")


@dataclass(frozen=True, slots=True)
class Literal:
    """A JSON value; `literal` makes one. Its text is compared, since Python takes 1, 1.0 and True for the same."""

    text: Code

    def __post_init__(self) -> None:
        if type(self.text) is not Code:
            raise TypeError(f"a plain string, not Code: {self.text!r}")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a value, one of those that are ever looked up in such a value."""

    value: Expression
    name: str

    def __post_init__(self) -> None:
        value = self.value
        owner: str | type = value.identifier if type(value) is Name else type(value)
        if not closed.is_attribute(owner, self.name):
            raise ValueError(f"never looked up in {self.value}: {self.name!r}")


@dataclass(frozen=True, slots=True)
class Subscript:
    """What a value has at an index, or a generic type with its arguments; Python warns of others than these."""

    value: Expression
    index: Expression | Slice

    def __post_init__(self) -> None:
        if type(self.value) not in _LOOKED_UP:
            raise ValueError(f"never subscripted: {self.value}")


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of a sequence between two bounds, each of which may be left out."""

    lower: Expression | None
    upper: Expression | None


@dataclass(frozen=True, slots=True)
class Call:
    """A call with positional arguments, of what is ever called."""

    function: Expression
    arguments: tuple[Expression, ...]

    def __post_init__(self) -> None:
        function = self.function
        if type(function) is Name:
            is_called = closed.is_called(function.identifier)
        else:
            is_called = type(function) is Attribute and closed.is_method(_owner(function.value), function.name)
            if is_called and function.name == "compile":  # type: ignore[union-attr]
                is_called = len(self.arguments) == 1 and _is_string(self.arguments[0])
        if not is_called:
            raise ValueError(f"never called: {function}")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of two values by an operator of `OPPOSITE`; of sets, `IsSubset` is one.

    `is` asks about what has a name or is looked up, None, True and False; Python warns of other literals.
    """

    left: Expression
    operator: str
    right: Expression

    def __post_init__(self) -> None:
        if self.operator not in OPPOSITE:
            raise ValueError(f"not a comparison: {self.operator!r}")
        if self.operator in _IDENTITY and not (_has_identity(self.left) and _has_identity(self.right)):
            raise ValueError(f"not for `is`: {self.left}, {self.right}")


@dataclass(frozen=True, slots=True)
class IsSubset:
    """Whether one set holds all of another, by `<=`: where that fails, `>` need not hold."""

    left: Expression
    right: Expression


OPPOSITE: Final[Mapping[str, str]] = {
    **{"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"},
    **{"is": "is not", "is not": "is", "in": "not in", "not in": "in"},
}
"""The comparisons, each with the one that holds where it does not."""


@dataclass(frozen=True, slots=True)
class Not:
    """The negation of what can't be turned round; `negated` makes one."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class And:
    """Two operands or more, all of which must hold."""

    operands: tuple[Expression, ...]

    def __post_init__(self) -> None:
        if len(self.operands) < 2:
            raise ValueError(f"fewer than two operands: {self.operands}")


@dataclass(frozen=True, slots=True)
class Or:
    """Two operands or more, one of which must hold."""

    operands: tuple[Expression, ...]

    def __post_init__(self) -> None:
        if len(self.operands) < 2:
            raise ValueError(f"fewer than two operands: {self.operands}")


@dataclass(frozen=True, slots=True)
class BinOp:
    """Two operands or more with one operator between them: `+`, `-`, `*` or `|`."""

    operator: str
    operands: tuple[Expression, ...]

    def __post_init__(self) -> None:
        if len(self.operands) < 2:
            raise ValueError(f"fewer than two operands: {self.operands}")
        if self.operator not in BINARY:
            raise ValueError(f"not an operator: {self.operator!r}")


@dataclass(frozen=True, slots=True)
class IfExp:
    """One of two values, by a test."""

    test: Expression
    body: Expression
    orelse: Expression


@dataclass(frozen=True, slots=True)
class Starred:
    """All items of a value, in the place of one item of a tuple or list."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Tuple:
    """A tuple; `on_a_line` puts so many items on each line of their own, 0 all on one."""

    items: tuple[Expression, ...]
    on_a_line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class List:
    """A list; `is_tall` puts each item on a line of its own."""

    items: tuple[Expression, ...]
    is_tall: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Set:
    """A set of strings, which `in` looks into: there is no other place for one."""

    items: tuple[Expression, ...]

    def __post_init__(self) -> None:
        if not self.items or not all(map(_is_string, self.items)):
            raise ValueError(f"not a set of strings: {self.items}")


@dataclass(frozen=True, slots=True)
class Dict:
    """A dict, by its keys and values."""

    pairs: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """What a comprehension goes through: its variables, the values, and the test that chooses among them."""

    variables: tuple[Name, ...]
    values: Expression
    test: Expression | None = None

    def __post_init__(self) -> None:
        _check_variables(self.variables)


@dataclass(frozen=True, slots=True)
class ListComp:
    """A list of an expression for each turn of a loop."""

    item: Expression
    loop: Loop


@dataclass(frozen=True, slots=True)
class GeneratorExp:
    """A generator of an expression for each turn of a loop."""

    item: Expression
    loop: Loop


@dataclass(frozen=True, slots=True)
class DictComp:
    """A dict of a key and a value for each turn of a loop."""

    key: Expression
    value: Expression
    loop: Loop


@dataclass(frozen=True, slots=True)
class Formatted:
    """A number in an f-string, as its `repr`; only that of a variable is printed."""

    value: Expression


@dataclass(frozen=True, slots=True)
class FString:
    """An f-string of texts and expressions; `f_string` makes one."""

    parts: tuple[str | Expression | Formatted, ...]

    def __post_init__(self) -> None:
        _check_not_empty(self.parts)


@dataclass(frozen=True, slots=True)
class Concatenation:
    """String literals and f-strings one after the other, each on a line of its own."""

    parts: tuple[Expression, ...]

    def __post_init__(self) -> None:
        _check_not_empty(self.parts)


Expression: TypeAlias = (
    Name
    | Literal
    | Attribute
    | Subscript
    | Call
    | Comparison
    | IsSubset
    | Not
    | And
    | Or
    | BinOp
    | IfExp
    | Starred
    | Tuple
    | List
    | Set
    | Dict
    | ListComp
    | GeneratorExp
    | DictComp
    | FString
    | Concatenation
)

# Statements


@dataclass(frozen=True, slots=True)
class Assign:
    """A value given to one target, or to several from left to right: variables, fields of `self`, items."""

    targets: tuple[Expression, ...]
    value: Expression

    def __post_init__(self) -> None:
        if not self.targets or not all([_is_target(target) for target in self.targets]):
            raise ValueError(f"not targets: {self.targets}")


@dataclass(frozen=True, slots=True)
class AnnAssign:
    """A variable with its annotation, and the value that it begins with."""

    target: Name
    annotation: Expression
    value: Expression | None

    def __post_init__(self) -> None:
        _check_variables((self.target,))
        _check_annotation(self.annotation)


@dataclass(frozen=True, slots=True)
class AugAssign:
    """A variable that is changed by an operator of `BinOp`."""

    target: Expression
    operator: str
    value: Expression

    def __post_init__(self) -> None:
        _check_variables((self.target,))
        if self.operator not in BINARY:
            raise ValueError(f"not an operator: {self.operator!r}")


@dataclass(frozen=True, slots=True)
class Expr:
    """A call whose value nobody needs."""

    value: Expression

    def __post_init__(self) -> None:
        if type(self.value) is not Call:
            raise ValueError(f"not a call: {self.value}")


@dataclass(frozen=True, slots=True)
class Return:
    """The end of a function, with its value."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Raise:
    """The end of a function by `_errors.Invalid`, `from None` or not."""

    exception: Expression
    from_none: bool = False

    def __post_init__(self) -> None:
        if type(self.exception) is not Attribute or self.exception.name != "Invalid":
            raise ValueError(f"never raised: {self.exception}")


@dataclass(frozen=True, slots=True)
class Pass:
    """Nothing, where a statement must stand."""


@dataclass(frozen=True, slots=True)
class If:
    """The bodies of an `if` and of each `elif`, by their tests; and that of `else`, empty if there is none."""

    branches: tuple[tuple[Expression, tuple[Statement, ...]], ...]
    orelse: tuple[Statement, ...] = ()

    def __post_init__(self) -> None:
        if not self.branches:
            raise ValueError("an `if` without a test")
        for _, body in self.branches:
            if not body:
                raise ValueError("an `if` without a body")


@dataclass(frozen=True, slots=True)
class For:
    """A loop over values."""

    variables: tuple[Name, ...]
    values: Expression
    body: tuple[Statement, ...]

    def __post_init__(self) -> None:
        _check_variables(self.variables)
        _check_not_empty(self.body)


@dataclass(frozen=True, slots=True)
class Try:
    """A body, and what to do in its place if one of some exceptions ends it."""

    body: tuple[Statement, ...]
    exceptions: tuple[Expression, ...]
    handler: tuple[Statement, ...]

    def __post_init__(self) -> None:
        _check_not_empty(self.body, self.handler)
        if tuple([each.identifier if type(each) is Name else "" for each in self.exceptions]) not in closed.CAUGHT:
            raise ValueError(f"never caught: {self.exceptions}")


@dataclass(frozen=True, slots=True)
class Group:
    """Statements that stand together in many functions: what they look like at each indentation is kept with them."""

    body: tuple[Statement, ...]
    printed: dict[str, tuple[Collection[str], Collection[str]]] = field(default_factory=dict, compare=False, repr=False)
    blocks: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        _check_not_empty(self.body)
        object.__setattr__(self, "blocks", _blocks(self.body))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter with its annotation."""

    name: Name
    annotation: Expression | None = None

    def __post_init__(self) -> None:
        if self.name.identifier not in closed.PARAMETERS:
            raise ValueError(f"not a parameter: {self.name}")
        if self.annotation is not None:
            _check_annotation(self.annotation)


@dataclass(frozen=True, slots=True)
class FunctionDef:
    """A function of the top level."""

    name: Name
    parameters: tuple[Parameter, ...]
    returns: Expression
    body: tuple[Statement, ...]

    def __post_init__(self) -> None:
        _check_annotation(self.returns)
        _check_not_empty(self.body)
        if not closed.is_function(self.name.identifier):
            raise ValueError(f"not the name of a function: {self.name}")
        if len({each.name for each in self.parameters}) < len(self.parameters):
            raise ValueError(f"parameters of one name: {self.parameters}")
        if _blocks(self.body) > closed.DEEPEST:
            raise ValueError(f"too many blocks in blocks: {self.name.identifier}")


@dataclass(frozen=True, slots=True)
class Constant:
    """A name of the top level with its value, and its annotation or none."""

    name: Name
    annotation: Expression | None
    value: Expression

    def __post_init__(self) -> None:
        if not closed.is_constant(self.name.identifier):
            raise ValueError(f"not the name of a constant: {self.name}")
        if self.annotation is not None:
            _check_annotation(self.annotation)


Statement: TypeAlias = Assign | AnnAssign | AugAssign | Expr | Return | Raise | Pass | If | For | Try | Group

Node: TypeAlias = Expression | Statement | FunctionDef | Constant | Parameter | Loop | Slice | Formatted

# What can't be built

BINARY: Final = frozenset("+-*|")
"""The operators between values."""

_IDENTITY: Final = frozenset({"is", "is not"})
_LOOKED_UP: Final = frozenset({Name, Attribute, Call, Subscript})
_OF_ANNOTATIONS: Final = frozenset({Name, Literal, Attribute})


def _owner(value: Expression) -> str | type:
    """Return what an attribute is looked up in: a name, or the kind of an expression."""
    return value.identifier if type(value) is Name else type(value)


def _is_target(node: Expression) -> bool:
    if type(node) is Name:
        return closed.is_variable(node.identifier)
    if type(node) is Tuple:
        return node.items != () and all(type(item) is Name and _is_target(item) for item in node.items)
    return type(node) is Subscript or (type(node) is Attribute and _owner(node.value) == "self")


def _check_not_empty(*several: tuple[object, ...]) -> None:
    if not all(several):
        raise ValueError("nothing, where a statement or a part must stand")


def _check_variables(targets: tuple[Expression, ...]) -> None:
    _check_not_empty(targets)
    for target in targets:
        if type(target) is not Name or not closed.is_variable(target.identifier):
            raise ValueError(f"not a variable: {target}")


def _check_annotation(node: Expression | Slice) -> None:
    """Raise ValueError for what is not a type: Python 3.11 spells annotations out, and can't do so for all else."""
    if type(node) in _OF_ANNOTATIONS:
        return
    match node:
        case Subscript(value=value, index=index):
            parts: tuple[Expression | Slice, ...] = (value, index)
        case Tuple(items=items) | BinOp(operands=items):
            parts = items
        case Starred(value=value):
            parts = (value,)
        case _:
            raise ValueError(f"not a type: {node}")
    for part in parts:
        _check_annotation(part)


def _is_string(node: Expression) -> bool:
    return type(node) is Literal and node.text[0] in "\"'"


def _has_identity(node: Expression) -> bool:
    return type(node) in _LOOKED_UP or (type(node) is Literal and node.text in ("None", "True", "False"))


def _blocks(body: tuple[Statement, ...]) -> int:
    """Return how many loops and `try` stand within each other, as CPython counts them: a handler counts for two."""
    most = 0
    for node in body:
        if type(node) is If:
            for _, inner in node.branches:
                most = max(most, _blocks(inner))
            most = max(most, _blocks(node.orelse))
        elif type(node) is For:
            most = max(most, 1 + _blocks(node.body))
        elif type(node) is Try:
            most = max(most, 1 + _blocks(node.body), 2 + _blocks(node.handler))
        elif type(node) is Group:
            most = max(most, node.blocks)
    return most


# Making


def literal(value: JSON) -> Literal:
    """Return the literal of a JSON value; a float beyond a double is a ValueError."""
    return _of_text(value) if type(value) is str else Literal(escapes.literal(value))


@lru_cache(maxsize=4096)
def _of_text(text: str) -> Literal:
    """Return the literal of a text; a property's name is written in many places."""
    return Literal(escapes.literal(text))


def literals(values: Sequence[JSON]) -> List:
    """Return a list of literals, one on a line where one line would be long."""
    items = tuple([literal(value) for value in values])
    return List(items, is_tall=sum(len(item.text) + 2 for item in items) > 80)


ALWAYS: Final = literal(True)
"""What holds for everything."""

NOTHING: Final = literal(False)
"""What holds for nothing."""


ELLIPSIS: Final = Literal(Code("..."))
"""What stands in a type for any number of items."""


def f_string(*parts: Expression | Formatted | str) -> Expression:
    """Return an f-string of texts and expressions; a lone part is a literal or the expression."""
    parts = tuple([part for part in parts if not isinstance(part, str) or part])
    if all(isinstance(part, str) for part in parts):
        return literal("".join(map(str, parts)))
    only = parts[0]
    return FString(parts) if len(parts) > 1 or isinstance(only, str | Formatted) else only


# Negation


def negated(test: Expression) -> Expression:
    """Return the test that holds where this one does not."""
    match test:
        case Comparison(left=left, operator=operator, right=right):
            return Comparison(left, OPPOSITE[operator], right)
        case And(operands=operands):
            return Or(tuple([negated(operand) for operand in operands]))
        case Or(operands=operands):
            return And(tuple([negated(operand) for operand in operands]))
        case Not(operand=operand):
            return operand
        case Literal() if test in (ALWAYS, NOTHING):
            return NOTHING if test == ALWAYS else ALWAYS
    return Not(test)


def every(tests: Sequence[Expression]) -> Expression:
    """Return the test that all of the tests hold."""
    return _joined(tests, And, ALWAYS, NOTHING)


def some(tests: Sequence[Expression]) -> Expression:
    """Return the test that at least one of the tests holds."""
    return _joined(tests, Or, NOTHING, ALWAYS)


def _joined(tests: Sequence[Expression], kind: type[And | Or], neutral: Literal, decisive: Literal) -> Expression:
    if decisive in tests:
        return decisive
    left = [test for test in tests if test != neutral]
    if len(left) < 2:
        return left[0] if left else neutral
    return kind(tuple(left))


# Searching


def walk(node: Any) -> Iterator[Node]:
    """Yield a node and all that stands within it, in the order of the text."""
    pending: list[Any] = [node]
    while pending:
        at = pending.pop()
        if type(at) is tuple:
            pending.extend(reversed(at))
        elif at.__class__ in _FIELDS:
            yield at
            pending.extend([getattr(at, name) for name in _FIELDS[at.__class__]])


def count(node: object, part: Expression) -> int:
    """Return how often an expression stands within a node, or a tuple of nodes."""
    return sum(inner == part for inner in walk(node))


def uses(node: object, name: Name) -> bool:
    """Return whether a name stands within a node, or a tuple of nodes."""
    return any(inner == name for inner in walk(node))


def variables(node: Node) -> set[str]:
    """Return the names of all variables that something within a node gives a value to, and of its parameters."""
    found: set[str] = set()
    for inner in walk(node):
        match inner:
            case Assign(targets=targets):
                flat = [item for target in targets for item in (target.items if type(target) is Tuple else (target,))]
                found.update(item.identifier for item in flat if type(item) is Name)
            case AnnAssign(target=Name(only)) | AugAssign(target=Name(only)) | Parameter(name=Name(only)):
                found.add(only)
            case For(variables=several) | Loop(variables=several):
                found.update(each.identifier for each in several)
    return found


_FIELDS: Final = {
    kind: tuple(reversed(kind.__slots__))
    for kind in (
        *(Name, Literal, Attribute, Subscript, Slice, Call, Comparison, IsSubset, Not, And, Or, BinOp, IfExp, Starred),
        *(Tuple, List, Set, Dict, Loop, ListComp, GeneratorExp, DictComp, Formatted, FString, Concatenation),
        *(Assign, AnnAssign, AugAssign, Expr, Return, Raise, Pass, If, For, Try, Group),
        *(Parameter, FunctionDef, Constant),
    )
}
"""The classes of all nodes, with the names of their fields from the last to the first."""
