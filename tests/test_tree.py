"""Tests for the tree under the printers: what it prints, what it can't hold, and that a negation is one."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from evaluation import python
from hypothesis import given
from hypothesis import strategies as st
from test_snapshots import CASES, configured, generate

from codegen.compiler.emit import templates, text, tree
from codegen.compiler.emit.body import Body
from codegen.compiler.emit.templates import expression, statement
from codegen.compiler.emit.tree import Comparison, IsSubset, Name, every, f_string, literal, negated, some
from codegen.escapes import Code, code

VALUE = Name("value")


def read(source: str) -> tree.Expression:
    """Return the tree of an expression in which no braces are holes."""
    (only,) = templates.parsed(f"return {source}")
    assert isinstance(only, tree.Return)
    return only.value


EXPRESSIONS = [
    "value - value == 0.0",
    "(type(value) is float and value - value == 0.0) or type(value) is int",
    "(a or b) and not c",
    "(a and b) and c",
    "not (a if b else c)",
    "a if b or c else d if e else f",
    "(a if b else c) if d else e",
    "[value].count(True) != 1",
    "(a - b) * -1",
    "(a == b) in c",
    "'\"' + text[1:] + '}'".replace("'}'", '"}"'),
    "{key: item for key, item in value.items() if key not in _NAMES}",
    "{member.value: member for member in Kind} | {None: None}",
    "sum(1 for item in value if item == 1 or item is None)",
    "len(value, (a for a in b))",
    'f"a{value}b{value!r}"',
    "f'{\",\".join([quoted(item) for item in value])}'",
    "dict[str, list[int] | tuple[*tuple[str, ...]] | None]",
    "(first, *rest)",
    "(first,)",
    'value in {"a", "b"}',
    "{}",
    "value[:1]",
    're.compile("a").search',
]


@pytest.mark.parametrize("source", EXPRESSIONS)
def test_an_expression_is_printed_as_it_was_written(source: str) -> None:
    assert text.expression(read(source)) == source


STATEMENTS = """\
def _valid_a(value: _data.JSON, evaluated: set[str | int]) -> bool:
    marked: set[str | int] = set()
    key = self.a = None
    first, second = value
    if "a" in value:
        raise _errors.Invalid
    elif key in evaluated:
        evaluated |= marked
    else:
        pass
    for index, _ in enumerate(value):
        evaluated.add(index)
    try:
        present -= 1
    except (KeyError, TypeError):
        raise _errors.Invalid from None
    items: list[Any]
    return not _formats.uri(value)"""


def test_statements_are_printed_as_they_were_written() -> None:
    (function,) = templates.parsed(STATEMENTS)
    assert isinstance(function, tree.FunctionDef)
    names = set[str]()
    assert text.function(function, names) == STATEMENTS
    assert {"_data", "_errors", "_formats", "KeyError", "value", "Any"} <= names
    assert names.isdisjoint({"Invalid", "uri", "add"})  # attributes are not names


def test_what_is_tall_stands_on_lines_of_its_own() -> None:
    names = [f"name {number}" for number in range(9)]
    assert text.expression(tree.literals(names[:2])) == '["name 0", "name 1"]'
    assert text.expression(tree.literals(names)) == "[\n" + "".join(f'    "{name}",\n' for name in names) + "]"
    parts = (literal("a"), f_string("b", VALUE), VALUE)
    shown = text.block([statement("return {text}", text=tree.Concatenation(parts))], 1)
    assert shown == '    return (\n        "a"\n        f"b{value}"\n        f"{value}"\n    )'


# Long lines

BROKEN = [
    ("a < 1111 and (b or c)", "(\n    a < 1111\n    and (b or c)\n)"),
    ("a and (bbbbbbbbb or not (c and ddddd))", "(\n    a\n    and (\n        bbbbbbbbb\n        or not (\n"
     "            c\n            and ddddd\n        )\n    )\n)"),
    ("not len(aaaaaaaa, bbbbb)", "not len(\n    aaaaaaaa, bbbbb\n)"),
    ("len(aaaaaaaaaaa, bbbbbbbbbb)", "len(\n    aaaaaaaaaaa,\n    bbbbbbbbbb,\n)"),
    ("len({aaaaaaaa: b, c: ddddd})", "len({\n    aaaaaaaa: b,\n    c: ddddd,\n})"),
    ("len(aaaaaaaaaaaaa)[1:-1]", "len(\n    aaaaaaaaaaaaa\n)[1:-1]"),
    ("aaaaa == len(bbbbbbbbb)", "aaaaa == len(\n    bbbbbbbbb\n)"),
    ("aaaaaaaaaa == bbbbbbbbbb", "(\n    aaaaaaaaaa == bbbbbbbbbb\n)"),
    ("[aaaaaaa for aaaaaaa in b if c]", "[\n    aaaaaaa\n    for aaaaaaa in b\n    if c\n]"),
    ("sum(1 for a in bbbb if c)", "sum(\n    1\n    for a in bbbb\n    if c\n)"),
    ('"" if a is None else f"aaaa{b}"', '(\n    ""\n    if a is None\n    else f"aaaa{b}"\n)'),
    ('f",\'a\':{bbbb}{cccccccc}{d!r}"', '(\n    ",\'a\':"\n    f"{bbbb}"\n    f"{cccccccc}"\n    f"{d!r}"\n)'),
    ("(aaaaaaaaaa, *bbbbbbbb)", "(\n    aaaaaaaaaa,\n    *bbbbbbbb,\n)"),
    ("dict[aaaaaaaaaa, bbbbbbbb]", "dict[\n    aaaaaaaaaa,\n    bbbbbbbb,\n]"),
    ("aaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaa"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "broken"), BROKEN)
def test_a_long_line_is_broken_within_brackets(source: str, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_LONGEST", 20)
    assert text._line("", read(source), "", "", set()) == broken
    assert read(broken) == read(source)


def test_a_long_statement_keeps_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_LONGEST", 30)
    source = [
        "def _text_a(self: Aaaaaa, text: str) -> str:",
        "    if aaaaaaaaaaaaaaa and bbbbbbbbbbbb:",
        "        data: dict[str, object] = {'a': b}",
        "    return f'aaaaaaaaaa{b}'",
    ]
    (function,) = templates.parsed("\n".join(source))
    assert isinstance(function, tree.FunctionDef)
    assert text.function(function).split("\n") == [
        "def _text_a(",
        "    self: Aaaaaa,",
        "    text: str,",
        ") -> str:",
        "    if (",
        "        aaaaaaaaaaaaaaa",
        "        and bbbbbbbbbbbb",
        "    ):",
        "        data: dict[str, object] = {",
        '            "a": b,',
        "        }",
        '    return f"aaaaaaaaaa{b}"',
    ]
    assert templates.parsed(text.function(function)) == (function,)


# What can't be built


@pytest.mark.parametrize(
    "part", ["value", Code("value"), code("value"), True, 1.0, None, ["value"], (VALUE, "value")], ids=repr
)
def test_a_hole_takes_trees_only(part: object) -> None:
    with pytest.raises(TypeError, match="v is not a tree"):
        expression("len({v})", v=part)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "identifier", ["", "a b", "1a", "a.b", "e\u0301", "ﬁn", "a\n", 'a"', "class", "None", "__import__", "__debug__"]
)
def test_a_name_is_an_identifier(identifier: str) -> None:
    with pytest.raises(ValueError, match="not an identifier of every Python"):
        Name(identifier)
    for owner in (Name("self"), VALUE, Name("_other")):
        with pytest.raises(ValueError, match=r"not an identifier of every Python|never looked up"):
            tree.Attribute(owner, identifier)


def test_a_literal_is_escaped_text() -> None:
    with pytest.raises(TypeError, match="a plain string"):
        tree.Literal("1; import os")  # type: ignore[arg-type]
    assert text.expression(literal('"\n')) == "'\"\\n'"


@pytest.mark.parametrize(
    "source",
    [
        *("import os", "from os import path", "class A: pass", "global a", "del a", "while a: pass", "assert a"),
        *("lambda: a", "f(a=1)", "f(**a)", "a < b < c", "a @ b", "~a", "await a", "(a := b)", "b'a'", "a[::2]"),
        *("f'{a:3}'", "{**a}", "[a for b in c for d in e]", "try:\n  a()\nfinally:\n  b()", "with a: pass"),
        *("async def f(): pass", "yield a", "for a in b:\n  c()\nelse:\n  d()", "@a\ndef b() -> int: pass"),
    ],
)
def test_what_has_no_node_is_refused(source: str) -> None:
    with pytest.raises((ValueError, SyntaxError, KeyError)):
        templates.parsed(source)


@pytest.mark.parametrize(
    "made", [Comparison, lambda *parts: tree.BinOp(parts[1], parts[::2]), tree.AugAssign], ids=["is", "between", "to"]
)
def test_an_operator_is_one_of_the_tables(made: Callable[..., tree.Node]) -> None:
    with pytest.raises(ValueError, match=r"not an? (comparison|operator)"):
        made(VALUE, "; import os;", VALUE)


# Laws

_NAMES = st.sampled_from("abc").map(Name)
_LEAVES = st.one_of(
    st.builds(Comparison, _NAMES, st.sampled_from([*tree.OPPOSITE][:8]), _NAMES),
    st.builds(lambda value: expression("_new({v})", v=value), _NAMES),
    st.sampled_from([tree.ALWAYS, tree.NOTHING]),
)
_TESTS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(every), st.lists(inner, max_size=3).map(some), inner.map(negated)
    ),
    max_leaves=12,
)
_SINGLE = [literal(value) for value in (None, True, False)]
_EXPRESSIONS = st.recursive(
    st.one_of(_NAMES, st.one_of(st.integers(), st.text(max_size=3), st.booleans(), st.none()).map(literal)),
    lambda inner: st.one_of(
        st.builds(tree.Not, inner),
        st.builds(Comparison, inner, st.sampled_from([*tree.OPPOSITE.keys() - {"is", "is not"}]), inner),
        st.builds(Comparison, _NAMES, st.sampled_from(["is", "is not"]), _NAMES | st.sampled_from(_SINGLE)),
        st.builds(tree.IfExp, inner, inner, inner),
        st.builds(tree.Call, st.sampled_from([Name("len"), Name("_read_a")]), st.lists(inner, max_size=2).map(tuple)),
        st.builds(lambda items: tree.And(tuple(items)), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda items: tree.Or(tuple(items)), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda value, index: tree.Subscript(value, index), _NAMES, inner),
        st.builds(lambda items: tree.Tuple(tuple(items)), st.lists(inner, max_size=3)),
        st.builds(lambda items: tree.BinOp("+", tuple(items)), st.lists(_NAMES, min_size=2, max_size=3)),
        st.builds(lambda item, values: tree.ListComp(item, tree.Loop((Name("a"),), values, item)), inner, inner),
    ),
    max_leaves=12,
)


@given(_TESTS, st.lists(st.integers(0, 2), min_size=3, max_size=3))
def test_a_negation_holds_where_the_test_does_not(test: tree.Expression, values: list[int]) -> None:
    variables = {**dict(zip("abc", values, strict=True)), "_new": bool}
    holds, fails = (eval(text.expression(one), variables) for one in (test, negated(test)))
    assert bool(holds) is not bool(fails)
    assert negated(negated(test)) == test


@given(_EXPRESSIONS, st.sampled_from([1, 10, 20, 120]))
def test_what_is_printed_reads_as_the_tree(node: tree.Expression, longest: int) -> None:
    assert expression(text.expression(node)) == node
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "_LONGEST", longest)
        assert templates.parsed(text.statement(tree.Return(node))) == (tree.Return(node),)


def test_a_subset_is_negated_as_a_whole() -> None:
    test = IsSubset(expression("value.keys()"), Name("_NAMES"))
    assert text.expression(negated(test)) == "not value.keys() <= _NAMES"
    assert negated(negated(test)) == test


def test_every_node_is_printed_and_walked() -> None:
    nodes = {*get_args(tree.Node)} - {tree.FunctionDef, tree.Constant, tree.Parameter, tree.Loop, tree.Set}
    assert nodes <= text._ITEMS.keys() | text._SIMPLE.keys() | text._COMPOUND.keys()
    assert {*get_args(tree.Node)} == tree._FIELDS.keys()


def test_literals_of_equal_values_are_different() -> None:
    assert len({literal(1), literal(1.0), literal(True), literal("1")}) == 4


def test_searches_are_for_names_and_not_for_text() -> None:
    node = expression('value["value"] == other.value and value is None')
    assert tree.count(node, VALUE) == 2
    assert tree.uses(node, Name("other"))
    assert not tree.uses(node, Name("Any"))


# The builder


def test_a_body_is_built_as_it_is_printed() -> None:
    lines = Body("value")
    place = lines.place()
    with lines.for_(VALUE, lines.fresh("value"), item := lines.fresh("item")):
        with lines.if_(expression("{i} == 1", i=item)):
            lines.add("present -= 1")
        with lines.elif_(expression("{i} == 2", i=item)):
            pass
        with lines.else_():
            lines.append(statement("return False"))
    with lines.for_(VALUE, lines.fresh("item")), lines.if_(tree.ALWAYS):
        pass
    with lines.for_(VALUE, lines.fresh("item")):
        pass
    lines.insert(place, "texts: list[str] = []")
    with lines.try_([statement("raise _errors.Invalid from None")], Name("TypeError")):
        lines.add("return {v}", v=VALUE)
    shown = text.block(lines.statements(), 0)
    assert shown.split("\n") == [
        "texts: list[str] = []",
        "for _, item in value:",
        "    if item == 1:",
        "        present -= 1",
        "    elif item == 2:",
        "        pass",
        "    else:",
        "        return False",
        "for _ in value:",
        "    if True:",
        "        pass",
        "try:",
        "    return value",
        "except TypeError:",
        "    raise _errors.Invalid from None",
    ]
    assert len(lines) == len(shown.split("\n"))


def test_a_variable_that_nothing_uses_is_taken_back() -> None:
    lines = Body()
    place, evaluated = lines.place(), lines.fresh("evaluated")
    lines.add("{evaluated}: set[str | int] = set()", evaluated=evaluated)
    lines.add('len("evaluated")')
    lines.drop_unused(place, evaluated)
    assert text.block(lines.statements(), 0) == 'len("evaluated")'
    assert len(lines) == 1


# What the compiler prints


class _Bare(ast.NodeTransformer):
    """Takes the annotations away, as evaluation does."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.returns = None
        for argument in node.args.args:
            argument.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        return ast.Pass() if node.value is None else ast.Assign([node.target], node.value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_the_compiler_prints_is_the_tree(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[tuple[tree.FunctionDef | tree.Constant, str]] = []

    def watched(whole: Callable[..., Code]) -> Callable[..., Code]:
        def shown(node: tree.FunctionDef | tree.Constant, names: text.Names | None = None) -> Code:
            printed.append((node, whole(node, names)))
            return whole(node, names)

        return shown

    monkeypatch.setattr(text, "function", watched(text.function))
    monkeypatch.setattr(text, "constant", watched(text.constant))
    generate(configured(case))
    assert {type(node) for node, _ in printed} == {tree.FunctionDef, tree.Constant}
    for node, shown in printed:
        (parsed,) = _Bare().visit(ast.parse(shown)).body
        assert ast.dump(parsed) == ast.dump(python(node)), shown
