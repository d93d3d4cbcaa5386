"""Tests for the closed lists of the tree: what a function could be made to do, and none can be built or printed for."""

from __future__ import annotations

import ast
import importlib
import sys
import textwrap
import warnings
from collections.abc import Callable, Sequence
from types import CodeType

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from codegen import names
from codegen.compiler.emit import closed, templates, text, tree
from codegen.compiler.emit.tree import (
    And,
    AnnAssign,
    Assign,
    Attribute,
    Call,
    Comparison,
    Concatenation,
    Constant,
    Dict,
    DictComp,
    Expression,
    For,
    Formatted,
    FString,
    FunctionDef,
    If,
    Loop,
    Name,
    Parameter,
    Pass,
    Raise,
    Return,
    Set,
    Starred,
    Statement,
    Subscript,
    Try,
    Tuple,
    literal,
)

VALUE, BOOL = Name("value"), Name("bool")


def printed(body: str, head: str = "def _read_x(value: _data.JSON, cls: type[Any]) -> Any:") -> str:
    """Return the text of a function as it is printed, whose lines stand at the margin."""
    (function,) = templates.parsed(f"{head}\n{textwrap.indent(body, '    ')}\n")
    assert isinstance(function, FunctionDef)
    return text.function(function)


BODIES = """
import os
from os import system
from ._tables import people as reported
exec(value)
eval(value)
open(value)
value()
value.system(value)
value.__class__
value = value.__class__
value = value.__init__.__globals__
value = self.__dict__
value = _data.os
value = _errors.DecodeError.__init__
value = _gallery.__builtins__
value = (lambda: 1)()
value = lambda: 1
_fallback.retry(lambda: exec("1"), value, value)
_fallback.tell(lambda: 1)
value = map
value = classmethod
value = print
value = TYPE_CHECKING.x.y
value = "".join
value = "{}".format(1)
value = [1].append
value = {1}
value = value in {1}
value = value in {cls, "a"}
value = value == {"a"}
value = {**value}
value = (y := 1)
value = [*map(str, value)]
value = [1 for x in value for y in x]
value = yield
value = f"{value!s}"
value = f"{value[0]!r}"
value = f"{value:x}"
value = f"{exec(value)}"
value = value if exec(value) else 1
value = len(value, key=1)
value = len(*value)
value = len(**value)
value = 1 < 2 < 3
value = value @ value
value = *value
value, *value = value
value = value is 1
value = "a" is not value
value = () is value
value = value is -1
value = value is [value]
value = "a"[value]
value = 1[value]
value = [value][0]
value = {}[value]
value = (value, value)[0]
value = f"{value}"[0]
value: f"{value}" = 1
__debug__ = value
self.__debug__ = value
return *value
for value in *value: pass
for __debug__ in value: pass
value = value[1:2:3]
value = type(value)("x")
value = type(value).__subclasses__()
value = type("X", (), {})()
value[0]()
type = exec
len = value
_data = value
_new = value
self.__x = value
_fallback.retry = value
_gallery.Person = value
Person._read = value
value._read = value
value = self._read
value.x = 1
value @= 1
value: exec("1") = 1
def inner() -> bool: return True
class Inner: x: int
global _data
nonlocal value
del value
assert value
raise value
raise ValueError("x")
raise _errors.DecodeError
raise _errors.Invalid from value
while value: pass
with value: pass
try: pass\x00    except Exception: pass
try: pass\x00    except (KeyError, Exception): pass
try: pass\x00    except: pass
try: pass\x00    except AttributeError as error: pass
try: pass\x00    finally: pass
for value in value: pass\x00    else: pass
match value:\x00        case _: pass
"""


@pytest.mark.parametrize("body", BODIES.strip().split("\n"))
def test_a_foreign_form_can_not_be_printed(body: str) -> None:
    lines = body.replace("\x00    ", "\n").replace("\x00", "\n")
    ast.parse(f"def f():\n{textwrap.indent(lines, '    ')}")
    assert printed("self = _new(cls)\nreturn self")
    with pytest.raises((ValueError, KeyError)):
        printed(f"self = _new(cls)\n{lines}")


FUNCTIONS = """
async def _valid_x(value: _data.JSON) -> bool: return True
def run(value: _data.JSON) -> bool: return True
def __init__(value: _data.JSON) -> bool: return True
def _valid_x(value: _data.JSON): return True
def _valid_x(value: _data.JSON = 1) -> bool: return True
def _valid_x(value: _data.JSON, /) -> bool: return True
def _valid_x(*value: _data.JSON) -> bool: return True
def _valid_x(*, value: _data.JSON) -> bool: return True
def _valid_x(**value: _data.JSON) -> bool: return True
def _valid_x(other: _data.JSON) -> bool: return True
def _valid_x(value: _data.JSON, value: _data.JSON) -> bool: return True
def _valid_x(value: f"{_data.JSON}") -> bool: return True
def _valid_x(value: _data.JSON) -> bool: "\\ud800"
def _valid_x(value: _data.JSON) -> bool: "text"
def _valid_x(value: exec("1")) -> bool: return True
def _valid_x(value: len("1")) -> bool: return True
def _valid_x(value: [int]) -> bool: return True
def _valid_x(value: _data.JSON) -> eval: return True
@staticmethod\x00def _valid_x(value: _data.JSON) -> bool: return True
"""


@pytest.mark.parametrize("source", FUNCTIONS.strip().split("\n"))
def test_a_foreign_function_can_not_be_printed(source: str) -> None:
    source = source.replace("\x00", "\n")
    ast.parse(source)
    with pytest.raises((ValueError, KeyError)):
        text.function(templates.parsed(source)[0])  # type: ignore[arg-type]  # it is not even a function


@pytest.mark.skipif(sys.version_info < (3, 12), reason="there are no type parameters")
def test_a_function_has_no_type_parameters() -> None:
    with pytest.raises(ValueError, match="not a node of the tree"):
        templates.parsed("def _valid_x[T](value: _data.JSON) -> bool: return True")


CONSTANTS = """
_x = 1
X = 1
decode = 1
_new = 1
_X = open("/etc/passwd").read()
_X = __import__("os")
_X = lambda: 1
_X = [print(item) for item in ()]
_X = re.compile("a", 2).search
_X = re.compile("a").search("a")
_X = re.compile(_Y).search
_X = re.compile("a").match
_X = re.template("a").search
_X = (1).__class__
_X = "".format(1)
_X = f"{1!r}"
_X = f"{1:>10}"
_X = b"bytes"
_X = 1j
_X = {1, 2}
_X = {"a"}
_X = 2 ** 100
_X = ~1
_X = {**{}}
_X = _data.__dict__
_X = _data.sys
_X = _formats.os
_X = _gallery.Person()
_X = getattr(_data, "x")
_X = DecodeError("x")
_X = _problems_person(1).x
_X = Person._bind(1)
_X = exec
_X: exec("1") = 1
"""


@pytest.mark.parametrize("source", CONSTANTS.strip().split("\n"))
def test_a_foreign_constant_can_not_be_printed(source: str) -> None:
    (node,) = ast.parse(source).body
    with pytest.raises((ValueError, KeyError)):
        text.constant(constant(node))
    assert text.constant(constant(*ast.parse("_X: frozenset[str] = frozenset(map(_equality.key, [1]))").body))


def constant(node: ast.stmt) -> Constant:
    """Return the constant of an assignment."""
    match node:
        case ast.Assign([ast.Name(name)], value):
            return Constant(Name(name), None, templates._reader(value)({}))
        case ast.AnnAssign(ast.Name(name), annotation, ast.expr() as value):
            return Constant(Name(name), templates._reader(annotation)({}), templates._reader(value)({}))
    raise TypeError(ast.unparse(node))


NONE = literal(None)
NOT_BUILT: dict[str, Callable[[], object]] = {
    "a call of a variable": lambda: Call(VALUE, ()),
    "a call of a literal": lambda: Call(literal("a"), ()),
    "a call of a call": lambda: Call(Call(Name("len"), ()), ()),
    "a call of a builtin": lambda: Call(Name("getattr"), (VALUE, literal("a"))),
    "a call of a class": lambda: Call(Name("Person"), ()),
    "a call of another module's class": lambda: Call(Attribute(Name("_gallery"), "Work"), ()),
    "a call of a field": lambda: Call(Attribute(Name("self"), "run"), ()),
    "an attribute of a module that nothing uses": lambda: Attribute(Name("_data"), "sys"),
    "an attribute of the reporter": lambda: Attribute(Name("_reporter"), "Any"),
    "a private attribute of the object": lambda: Attribute(Name("self"), "_read"),
    "an attribute of a variable": lambda: Attribute(VALUE, "system"),
    "a builtin of another module": lambda: Attribute(Name("_gallery"), "__builtins__"),
    "an import of another module": lambda: Attribute(Name("_gallery"), "re"),
    "an attribute that is more": lambda: Attribute(Name("self"), "a\nimport os"),
    "a keyword": lambda: Name("import"),
    "the module's own name": lambda: Name("__name__"),
    "a name that is more": lambda: Name("a; import os"),
    "a variable that hides a builtin": lambda: Assign((Name("len"),), NONE),
    "a variable that hides a module": lambda: AnnAssign(Name("_data"), BOOL, None),
    "a variable that hides an import": lambda: For((Name("re"),), VALUE, (Pass(),)),
    "a variable that hides a function": lambda: Loop((Name("_read_x"),), VALUE),
    "a target of another object": lambda: Assign((Attribute(VALUE, "value"),), NONE),
    "a target in a module": lambda: Assign((Attribute(Name("_errors"), "Invalid"),), NONE),
    "a target that is a call": lambda: Assign((Call(Name("len"), ()),), NONE),
    "no target": lambda: Assign((), NONE),
    "another exception": lambda: Raise(Name("KeyError")),
    "every exception": lambda: Try((Pass(),), (Name("Exception"),), (Pass(),)),
    "one exception more": lambda: Try((Pass(),), (Name("KeyError"), Attribute(Name("_errors"), "Invalid")), (Pass(),)),
    "no exception": lambda: Try((Pass(),), (), (Pass(),)),
    "no handler": lambda: Try((Pass(),), (Name("KeyError"),), ()),
    "an `if` without a body": lambda: If(((VALUE, ()),)),
    "an `if` without a test": lambda: If((), (Pass(),)),
    "a function without a body": lambda: FunctionDef(Name("_valid_x"), (), BOOL, ()),
    "`and` of one": lambda: And((VALUE,)),
    "a chain": lambda: Comparison(VALUE, "< 1 <", VALUE),
    "`is` with a literal": lambda: Comparison(VALUE, "is", literal(1)),
    "a literal that is subscripted": lambda: Subscript(literal("a"), VALUE),
    "a set of numbers": lambda: Set((literal(1),)),
    "a set of variables": lambda: Set((VALUE,)),
    "an empty set": lambda: Set(()),
    "a lambda's parameter": lambda: Parameter(Name("other")),
    "an empty f-string": lambda: FString(()),
    "an empty concatenation": lambda: Concatenation(()),
    "a call for a type": lambda: Parameter(VALUE, Call(Name("type"), (VALUE,))),
    "an f-string for a type": lambda: AnnAssign(VALUE, FString((VALUE, "a")), None),
    "a value alone": lambda: tree.Expr(VALUE),
    "a text alone": lambda: tree.Expr(literal("a")),
}  # fmt: skip
NOT_PRINTED: dict[str, Expression | Statement] = {
    "a method": Attribute(VALUE, "get"),
    "the class of an object": Attribute(Name("self"), "__class__"),
    "a set": Set((literal("a"),)),
    "a set that is compared": Comparison(VALUE, "==", Set((literal("a"),))),
    "all items": Return(Starred(VALUE)),
    "all arguments": Call(Name("len"), (Starred(VALUE),)),
    "all items of a comparison": Comparison(Starred(VALUE), "==", VALUE),
    "all items of a dict": Dict(((literal("a"), Starred(VALUE)),)),
    "the `repr` of more than a number": FString(("a", Formatted(Attribute(Name("self"), "a")))),
    "an f-string with a backslash": FString(("a", Subscript(VALUE, literal("\n")))),
    "an f-string with both quotes": FString((Subscript(VALUE, literal('a"')), Subscript(VALUE, literal("'")))),
    "a dict in an f-string": FString(("a", Dict(()))),
    "a dict that begins in an f-string": FString(("a", DictComp(VALUE, VALUE, Loop((VALUE,), VALUE)))),
}


@pytest.mark.parametrize("what", NOT_BUILT)
def test_what_is_not_of_the_lists_can_not_be_built(what: str) -> None:
    with pytest.raises(ValueError):  # each says what it is
        NOT_BUILT[what]()


@pytest.mark.parametrize("what", NOT_PRINTED)
def test_what_is_at_the_wrong_place_can_not_be_printed(what: str) -> None:
    node = NOT_PRINTED[what]
    statement = node if isinstance(node, Return) else Return(node)  # type: ignore[arg-type]
    with pytest.raises((ValueError, KeyError)):
        text.statement(statement)
    with pytest.raises((ValueError, KeyError)), pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "_LONGEST", 5)
        text.statement(statement)


@pytest.mark.parametrize("builtin", sorted(closed.HIDDEN)[::5])
def test_a_builtin_is_used_as_a_variable_only(builtin: str) -> None:
    if not closed.is_name(builtin) or builtin in closed.AT_TOP:
        return
    assert f"{builtin} = value" in printed(f"{builtin} = value\nreturn {builtin}")
    in_a_loop, in_a_list = f"for {builtin} in value:\n    pass", f"value = [{builtin} for {builtin} in value]"
    for bound in (in_a_loop, in_a_list, f"{builtin}: list[Any] = []"):
        assert printed(f"{bound}\nreturn {builtin}")
    with pytest.raises(ValueError, match="never used"):
        printed(f"return {builtin}")
    with pytest.raises(ValueError, match="never used"):
        text.constant(Constant(Name("_X"), None, Tuple((Name("map"), Name(builtin)))))
    with pytest.raises(ValueError, match="never used"):
        text.expression(Tuple((Name(builtin),)), set())


def test_the_lists_are_of_what_there_is() -> None:
    for name, attributes in closed.MODULES.items():
        prefix = "codegen.runtime." if name.removeprefix("_") in names.RUNTIME_MODULES else ""
        if attributes:
            module = importlib.import_module(f"{prefix}{name}")
            assert [each for each in attributes if not hasattr(module, each)] == [], name
    assert closed.HIDDEN.isdisjoint(closed.BUILTINS)
    assert {"open", "exec", "eval", "getattr", "print", "compile", "globals", "vars"} <= closed.HIDDEN


# What is printed compiles


def compiled(source: str) -> CodeType:
    """Return the code of a text; raises a SyntaxWarning too."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return compile(f"from __future__ import annotations\n{source}", "x.py", "exec", dont_inherit=True)


def nested(levels: Sequence[str], last: Statement) -> Statement:
    """Return a statement within blocks, from the outermost on."""
    statement = last
    for level in reversed(levels):
        body: tuple[Statement, ...] = (statement,)
        statement = {
            "for": lambda body: For((VALUE,), VALUE, body),
            "if": lambda body: If(((VALUE, body),)),
            "else": lambda body: If(((VALUE, (Pass(),)),), body),
            "try": lambda body: Try(body, (Name("KeyError"),), (Pass(),)),
            "except": lambda body: Try((Pass(),), (Name("KeyError"),), body),
        }[level](body)
    return statement


def function(body: Statement) -> FunctionDef:
    """Return a function of one statement."""
    return FunctionDef(Name("_valid_x"), (Parameter(VALUE, Name("Any")),), Name("Any"), (body,))


@pytest.mark.parametrize(
    "last", ["return [item for item in value]", "value = {key: (1 for item in ()) for key in value}"]
)
@pytest.mark.parametrize(
    "levels",
    [
        ["for"] * 20,
        [*["try"] * 19, "for"],
        ["except"] * 10,
        [*["for", "if", "except", "else", "try"] * 4, *["for"] * 4],
    ],
    ids=["for", "try", "except", "all"],
)
def test_blocks_may_stand_in_twenty_others(levels: list[str], last: str) -> None:
    (statement,) = templates.parsed(last)
    assert not isinstance(statement, FunctionDef)
    assert compiled(text.function(function(nested(levels, statement))))
    with pytest.raises(ValueError, match="too many blocks"):
        function(nested(["for", *levels], statement))


ATOMS = ["value", "cls", "1", "-1", '"a"', "None", "True", "...", "()", "[]", "{}", "_absent.ABSENT", "f'{value}'"]
FORMS = """
({0}) is ({1})
({0}) is not ({1})
({0}) in ({1})
({0})[{1}]
({0})[1:]
({0}).get({1})
len({0})
type({0})
({0}, *({1}))
[*({0}), {1}]
*({0}), {1}
{{"a": {0}}}
({0}) if ({1}) else None
not ({0})
-({0})
({0}) * ({1})
f"{{{0}}}"
[item for item in ({0}) if ({1})]
""".strip().split("\n")
EXPRESSIONS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.builds(lambda form, *parts: form.format(*parts), st.sampled_from(FORMS), inner, inner),
    max_leaves=4,
)
LINE_FORMS = """
return {0}
value = {0}
value = item = {0}
value: {1} = {0}
value, item = {0}
item += {0}
""".strip().split("\n")
LINES = st.builds(lambda form, *parts: form.format(*parts), st.sampled_from(LINE_FORMS), EXPRESSIONS, EXPRESSIONS)
LINES_OF_CODE = st.lists(LINES, min_size=1, max_size=3)
LEVELS = st.lists(st.sampled_from(["for", "if", "else", "try", "except"]), max_size=12)


@settings(deadline=None)
@given(lines=LINES_OF_CODE, levels=LEVELS, longest=st.sampled_from([20, 120]))
def test_what_is_printed_compiles(lines: list[str], levels: list[str], longest: int) -> None:
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(text, "_LONGEST", longest)
            inner = templates.parsed("\n".join(lines))
            source = text.function(function(nested(levels, If(((VALUE, inner),)))))  # type: ignore[arg-type]
    except (ValueError, KeyError, SyntaxError):
        event("not printed")
        return
    event("printed")
    assert compiled(source)
