"""Tests of codegen.render.python_grammar: generated Python holds what templates can make; all else stops the run."""

from __future__ import annotations

import ast
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codegen.app import pipeline
from codegen.app.config import Config
from codegen.compiler.emit import text as printing
from codegen.compiler.emit.tree import BinOp, Constant, Name, literal
from codegen.escapes.python import comment, docstring
from codegen.findings import Rejected
from codegen.render import python_grammar, table_grammar, templates
from codegen.render.head_grammar import Head
from codegen.render.templates import BUNDLED, Reading, Rendered
from codegen.runtime import _reporter, _rules

CASES = Path(__file__).parent / "cases"
FOLDER = BUNDLED / "models"


@pytest.fixture(scope="module")
def readings() -> dict[str, Reading]:
    """Return the Python of the gallery's models by path, as it is read again."""
    read: dict[str, Reading] = {}

    def faults(reading: Reading) -> tuple[()]:
        read[reading.file.path] = reading
        return ()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reading, "faults", faults)
        pipeline.generate(Config(base=CASES, schema=CASES / "gallery" / "schema", out=CASES / "out"))
    return {path: reading for path, reading in read.items() if path.endswith(".py")}


MODULES = frozenset({"gallery", "people", "sub_tree", "sub_dialect"})
MODULE = "models/models/people.py"
PROBLEMS = "models/models/_tables/people.py"


def reported(readings: dict[str, Reading], path: str, text: str) -> list[str]:
    """Return what is wrong with a text in the place of a generated file."""
    reading = readings[path]
    changed = replace(reading, file=replace(reading.file, text=text), modules=MODULES)
    return [str(finding.message) for finding in changed.faults()]


def text_of(readings: dict[str, Reading], path: str) -> str:
    """Return the text of a generated file."""
    return readings[path].file.text


def test_what_is_generated_is_in_the_grammar(readings: dict[str, Reading]) -> None:
    assert len(readings) > 10
    assert [message for path, each in readings.items() for message in reported(readings, path, each.file.text)] == []


STATEMENTS = """
from __future__ import annotations
from . import _data
import re
import os
import os.path
import re as regex
from os import system
from . import people
from . import people as _other
from . import elsewhere as _elsewhere
from .elsewhere import _x
from .. import people
from __future__ import division
from .. import *
from ..people import *
from ..people import __debug__
from . import people as __debug__
exec("1")
eval("1")
print(1)
__import__("os")
open("file")
_X = __import__("os")
_X = lambda: 1
_X = open("/etc/passwd").read()
_X = [print(item) for item in ()]
_X = re.compile("a", 2).search
_X = re.template("a").search
_X = (1).__class__
_X = "".format(1)
_X = f"{1!r}"
_X = f"{1:>10}"
_X = b"bytes"
_X = 1j
_X = {1, 2}
_X = 1 + (yield)
_X = (y := 1)
_X = await_()
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
Person._bind(open)
Person._bind(exec("1"))
Person._bind(lambda: 1)
Person._bind(key=1)
Person._bind(*_X)
Person._bind
Person._bind(1)._bind(1)
Person.from_dict(1)
Elsewhere._bind(1)
_data._bind(1)
_model.Model._bind(1)
_X = Person._bind(1)
Person._read = _read_person
Person.to_dict = _write_person
_X = [*open("x")]
_x = 1
X = 1
decode = 1
_X: exec("1") = 1
_X, _Y = 1, 2
_X.y = 1
del re
global x
assert True
pass
raise ValueError
if True: pass
while True: pass
for x in (): pass
with open("x"): pass
try: pass\x00except Exception: pass
match 1:  case _: pass
async def _valid_x(value: _data.JSON) -> bool: return True
def run(value: _data.JSON) -> bool: return True
def _valid_x(value: _data.JSON): return True
def _valid_x(value: _data.JSON = 1) -> bool: return True
def _valid_x(*value: _data.JSON) -> bool: return True
def _valid_x(*, value: _data.JSON) -> bool: return True
def _valid_x(**value: _data.JSON) -> bool: return True
def _valid_x(other: _data.JSON) -> bool: return True
def _valid_x(value: _data.JSON, value: _data.JSON) -> bool: return True
def _valid_x(value: f"{_data.JSON}") -> bool: return True
def _valid_x(value: _data.JSON) -> bool: "\\ud800"
def _valid_x(value: exec("1")) -> bool: return True
def _valid_x(value: _data.JSON) -> eval: return True
@staticmethod\x00def _valid_x(value: _data.JSON) -> bool: return True
class A: pass\x00class B(A): x: int
class A(metaclass=type): x: int
class A(object): x: int
class A(_errors.DecodeError): x: int
class A(Enum, Mapping): X = 1
class A(Enum): X = print()
class A(Enum):\x00    X = 1\x00    def f(self) -> int: return 1
class A(Enum): _X = 1
class A(Enum): __debug__ = 1
class A(Enum): "\\ud800"
@dataclass(slots=True)\x00class A(_model.Model): x: int
@dataclass\x00class A(_model.Model): x: int
@print\x00class A(_model.Model): x: int
@dataclass(slots=True, kw_only=True, repr=False)\x00class A: x: int
@dataclass(slots=True, kw_only=True, repr=False)\x00class A(_model.Model): x: int = print()
@dataclass(slots=True, kw_only=True, repr=False)\x00class A(_model.Model): x: int = field(default_factory=print)
@dataclass(slots=True, kw_only=True, repr=False)\x00class A(_model.Model): __slots__: int
@dataclass(slots=True, kw_only=True, repr=False)\x00class A(_model.Model): x = 1
@dataclass(slots=True, kw_only=True, repr=False)\x00class A(_model.Model):\x00    def __del__(self) -> None: pass
@dataclass(slots=True, kw_only=True, repr=False)\x00class A(_model.Model):\x00    @property\x00    def x(self): 1
@dataclass(slots=True, kw_only=True, repr=False)\x00class A(_model.Model):\x00    class B: x: int
"""


def head_of(readings: dict[str, Reading], path: str = MODULE) -> str:
    """Return the head of a module, down to its classes."""
    return text_of(readings, path).partition("\n\n\ndef decode(data")[0]


def foreign(head: str) -> list[str]:
    """Return what the head of a module could not hold."""
    return [source for _, source in Head(MODULES).foreign(ast.parse(head))]


def written(statement: str) -> str:
    """Return a statement with its lines."""
    return statement.replace("\x00", "\n").replace("case _", "\n  case _")


@pytest.mark.parametrize("path", [MODULE, PROBLEMS])
@pytest.mark.parametrize("statement", STATEMENTS.strip().split("\n"))
def test_a_foreign_statement_stops_the_run(readings: dict[str, Reading], path: str, statement: str) -> None:
    text = f"{text_of(readings, path)}\n{written(statement)}\n"
    ast.parse(text)
    assert reported(readings, path, text) != []


@pytest.mark.parametrize("statement", STATEMENTS.strip().split("\n"))
def test_a_foreign_statement_among_the_classes_stops_the_run(readings: dict[str, Reading], statement: str) -> None:
    head = f"{head_of(readings)}\n\n\n{written(statement)}\n"
    assert foreign(head) != []
    assert reported(readings, MODULE, text_of(readings, MODULE).replace(head_of(readings), head, 1)) != []


@pytest.mark.parametrize(
    "statement",
    [
        "class A(Enum):\n    X = 1",
        "@dataclass(slots=True, kw_only=True, repr=False)\nclass A(_model.Model):\n    x: int",
    ],
)
def test_a_class_is_in_the_grammar_if_it_was_compiled(readings: dict[str, Reading], statement: str) -> None:
    head = f"{head_of(readings)}\n\n\n{statement}\n"
    assert foreign(head) == []
    if "dataclass" in statement:
        assert reported(readings, MODULE, text_of(readings, MODULE).replace(head_of(readings), head, 1)) != []


TOLD = "slots=True, kw_only=True, repr=False"


@pytest.mark.parametrize(
    "options",
    [f"{TOLD}, frozen=1", f"{TOLD}, frozen=False", f"{TOLD}, eq=1", f"{TOLD}, eq=True", "slots=True, kw_only=True",
     "kw_only=True, slots=True, repr=False", "slots=True", "slots=True, **True", f"True, {TOLD}",
     "slots=1, kw_only=True, repr=False", "slots=True, kw_only=True, repr=0", "slots=True, kw_only=exec('1')"],
)  # fmt: skip
def test_a_dataclass_is_told_what_templates_tell_it(readings: dict[str, Reading], options: str) -> None:
    class_ = "\n\n\n@{}\nclass A(_model.Model):\n    x: int\n"
    told = [f"dataclass({each})" for each in (TOLD, f"{TOLD}, frozen=True")]
    assert [foreign(head_of(readings) + class_.format(each)) for each in told] == [[], []]
    others = [f"dataclass({options})", f"_model.{told[0]}", f"exec({options})", "dataclass", f"{told[0]}\n@{told[0]}"]
    assert all(foreign(head_of(readings) + class_.format(each)) for each in others)


@pytest.mark.parametrize(
    "default",
    ["0", "...", "b''", "ABSENT", "_model.ABSENT", "_absent.exec", "_absent.ABSENT.x", "x._absent.ABSENT", "field()",
     "field(None)", "field(default=None)", "field(default_factory=exec)", "field(default_factory=_model.exec)",
     "field(default_factory=_absent.no_members)", "field(default_factory=_model.no_members())", "field(**None)",
     "field(_model.no_members)", "field(default_factory=_model.no_members, init=False)", "[None]",
     "_model.field(default_factory=_model.no_members)", "field(None, default_factory=_model.no_members)"],
)  # fmt: skip
def test_a_default_is_one_of_three(readings: dict[str, Reading], default: str) -> None:
    field = "\n\n\n@dataclass(slots=True, kw_only=True, repr=False)\nclass A(_model.Model):\n    x: int = {}\n"
    for known in ("None", "_absent.ABSENT", "field(default_factory=_model.no_members)"):
        assert foreign(head_of(readings) + field.format(known)) == []
    assert foreign(head_of(readings) + field.format(default)) != []


def test_the_modules_that_a_text_names_are_known(readings: dict[str, Reading]) -> None:
    for path, text, named in (
        (MODULE, head_of(readings) + "\nif not TYPE_CHECKING:\n    from . import sub_tree as _sub_tree", {"sub_tree"}),
        (PROBLEMS, '["/a", "sub_tree/x"], ["/b/gallery", [["all", ["~1\\"",\n  "people/y"]]]]', {"sub_tree", "people"}),
    ):
        file = readings[path].file
        generated = python_grammar.Generated(file.path, file.template, text)
        assert python_grammar.words_in(generated) >= named


@pytest.mark.parametrize("type_", ["exec", "Elsewhere", "_data.os", "_gallery.exec", "_gallery.__builtins__", "len(x)",
                                   "lambda: 1", "f''", "int + str", "{int: str}", "~int", "b''", "1j"])  # fmt: skip
def test_an_annotation_is_a_type(readings: dict[str, Reading], type_: str) -> None:
    field = "\n\n\n@dataclass(slots=True, kw_only=True, repr=False)\nclass A(_model.Model):\n    x: {}\n"
    head = head_of(readings)
    assert foreign(head + field.format("dict[str, int | list[None]] | tuple[*tuple[_model.Model, ...]] | Work")) != []
    assert foreign(head + field.format("dict[str, int | list[None]] | tuple[*tuple[int, ...]] | Person")) == []
    assert foreign(head + field.format(type_)) == [type_]


@pytest.mark.parametrize(
    "above", ["import re\n", "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    ", '"""Said."""\n\n""\n']
)
def test_the_future_is_imported_first(above: str) -> None:
    future = "from __future__ import annotations\n"
    assert foreign(f'"""Said."""\n{future}import re\n') == []
    assert foreign(above + future) != []


@pytest.mark.skipif(sys.version_info < (3, 12), reason="there are no type parameters")
def test_a_type_parameter_stops_the_run(readings: dict[str, Reading]) -> None:
    assert foreign(f"{head_of(readings)}\n\n\nclass A[T](Enum):\n    X = 1\n") != []


def test_head_and_docstrings_can_not_end_early() -> None:
    smuggled = '"""\n\n\ndef decode(data: object) -> int:\n    ...\nimport os\n'
    assert foreign(f"{docstring(smuggled)}\nfrom __future__ import annotations\n") == []
    assert foreign(f'"""{smuggled}\n') != []


# Below the head all is to the letter


def test_all_that_was_compiled_stands_there_to_the_letter(readings: dict[str, Reading]) -> None:
    """A line that is changed, dropped or doubled is foreign, and is named; a comment says what it likes on its line."""
    text = text_of(readings, MODULE)
    above = head_of(readings).count("\n")
    lines = text.split("\n")
    for number in range(above + 3, len(lines) - 1):
        line = lines[number]
        changes = [[f"{line}  # "], [f"{line};"], ["pass", line], [f"{line}x"] if line else [" "]]
        for change in (*changes, [] if line else ["", ""], [line, line]):
            is_free = line.startswith("# people.json#") and len(change) == 1 and change[0].startswith("# ")
            changed = "\n".join([*lines[:number], *change, *lines[number + 1 :]])
            wrong = reported(readings, MODULE, changed)
            assert (wrong == []) is is_free, (line, change)
    assert reported(readings, MODULE, text + "\n") != []
    assert reported(readings, MODULE, text[:-1]) != []


def test_functions_stand_in_their_order_and_all_of_them(readings: dict[str, Reading]) -> None:
    text = text_of(readings, MODULE)
    first, second, *rest = text.split("\n\n\n# people.json#")[1:]
    above, end = text.split("\n\n\n# people.json#")[0], rest[-1].split("\n\n\n", 1)[1]
    swapped, dropped, doubled = [second, first, *rest], [first, *rest], [first, first, second, *rest]
    for parts in (swapped, dropped, doubled, [first, second, *rest[:-1], end]):
        assert reported(readings, MODULE, "\n\n\n# people.json#".join([above, *parts])) != []


@pytest.mark.parametrize("end", ["\r", "\x0b", "\x0c", "\x00", "\u2028", "\x85"])
def test_a_comment_ends_with_its_line(readings: dict[str, Reading], end: str) -> None:
    text = text_of(readings, MODULE)
    line = next(line for line in text.split("\n") if line.startswith("# people.json#"))
    assert reported(readings, MODULE, text.replace(line, f"{line} more", 1)) == []
    assert reported(readings, MODULE, text.replace(line, f"{line}{end}import os", 1)) != []
    assert end not in comment(f"a{end}b")


@pytest.mark.parametrize(
    "line",
    [
        *("import re", "from ._lazy import Any", "from ._errors import DecodeError"),
        *("from collections.abc import Iterable, Iterator", "    from . import people as _people"),
    ],
)
def test_what_functions_use_is_imported(readings: dict[str, Reading], line: str) -> None:
    text = text_of(readings, "models/models/gallery.py")
    assert f"\n{line}\n" in text
    assert reported(readings, "models/models/gallery.py", text.replace(f"{line}\n", "", 1)) != []


def test_the_code_is_that_of_the_module(readings: dict[str, Reading]) -> None:
    other = readings["models/models/gallery.py"].file.text
    assert reported(readings, MODULE, other) != []
    alone = replace(readings[MODULE], package=replace(readings[MODULE].package, modules={}))
    assert [finding.rule.id for finding in alone.faults()] == ["grammar-foreign"]


def test_the_place_of_what_is_foreign_is_named(readings: dict[str, Reading]) -> None:
    reading = readings[MODULE]
    text = reading.file.text.replace("def problems(data: object)", "def problems(data: object, *more: object)", 1)
    line = 1 + text[: text.index("def problems(")].count("\n")
    (finding,) = replace(reading, file=replace(reading.file, text=text)).faults()
    assert (finding.place.file, finding.place.line) == (MODULE, line)
    assert "'def problems(data: object, *more: object)" in finding.message


# What Python's own parser would say


@pytest.mark.parametrize("path", ["coding=utf-7 .json", "coding: latin-1.json", "coding:x.json", "a coding= b.json"])
def test_the_name_of_a_file_declares_no_encoding(tmp_path: Path, path: str) -> None:
    (tmp_path / path).write_text('{"description": "+ACIAIgAi-"}', encoding="utf-8")
    made = pipeline.generate(Config(base=tmp_path, schema=tmp_path, out=tmp_path / "out"))
    modules = [text for name, text in made.items() if name.endswith(".py") and "coding" in name]
    assert len(modules) == 2
    for text in modules:
        assert ast.dump(ast.parse(text.encode())) == ast.dump(ast.parse(text))


@pytest.mark.parametrize("encoding", ["UTF-8", "utf8", "utf_8"])
def test_a_text_may_say_that_it_is_utf_8(encoding: str) -> None:
    templates._check_encoding(f"# coding: {encoding}\n")


def test_a_text_that_declares_an_encoding_is_refused(readings: dict[str, Reading]) -> None:
    text = text_of(readings, MODULE)
    for line in ("# coding: utf-7", "# Generated by triptych from coding=latin-1 .json. Do not edit: run `x`."):
        (message,) = reported(readings, MODULE, "\n".join([line, *text.split("\n")[1:]]))
        assert "encoding" in message


@pytest.mark.parametrize("levels", [195, 202, 400])
def test_brackets_within_brackets_are_parsed(levels: int) -> None:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    part = printing.constant(Constant(Name("_A"), None, literal(value)))
    assert not python_grammar._is_shallow(part)


@pytest.mark.parametrize("count", [100, 1000, 3000, 12_000])
def test_what_is_not_parsed_is_never_too_deep(count: int) -> None:
    part = printing.constant(Constant(Name("_A"), BinOp("|", (Name("A"),) * count), literal(1)))
    branches = "".join(f"    elif a == {n}:\n        b = {n}\n" for n in range(count))
    for text in (part, f"def f():\n    if a:\n        pass\n{branches}"):
        if python_grammar._is_shallow(text):
            assert compiled(text)
        else:
            assert count > 500


def compiled(text: str) -> Any:
    """Return the code of a text; raises a SyntaxWarning too."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return compile(text, MODULE, "exec", dont_inherit=True)


def test_snapshots_compile() -> None:
    for file in CASES.glob("*/expected/models/**/*.py"):
        assert compiled(file.read_text(encoding="utf-8"))


# What is copied


@pytest.mark.parametrize("file", sorted(python_grammar.RUNTIME.rglob("*.py")), ids=lambda file: file.name)
def test_what_is_copied_compiles(file: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compile(file.read_text(encoding="utf-8"), file.name, "exec", dont_inherit=True)


@pytest.mark.parametrize("name", ["__init__.py", "_tables/__init__.py", "_model.py", "_formats.py"])
def test_what_is_copied_is_as_we_have_it(readings: dict[str, Reading], name: str) -> None:
    path, text = f"models/models/{name}", text_of(readings, f"models/models/{name}")
    assert reported(readings, path, text) == []
    for other in (
        text + "import os\n",
        text.replace("Generated", "Made", 1),
        text[:-20],
        text.replace("\n", "\n\n", 1),
    ):
        assert reported(readings, path, other) != []


@pytest.mark.parametrize(
    "line", ['    "a-b",', '    "_a",', '    "a": "b"', "    from . import os as sys", '    "a": f"b",']
)
def test_a_line_of_names_holds_names_only(readings: dict[str, Reading], line: str) -> None:
    path = "models/models/__init__.py"
    text = text_of(readings, path).replace('    "Problem",\n', f'    "Problem",\n{line}\n', 1)
    assert text != text_of(readings, path)
    assert reported(readings, path, text) != []


def test_a_file_of_no_template_is_refused() -> None:
    file = python_grammar.Generated("models/models/x.py", "x.py.jinja", "")
    findings = list(python_grammar.findings_in(file, FOLDER, []))
    assert [finding.rule.exit_code for finding in findings] == [2]


def test_the_run_itself_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"properties": {"a": {"type": "string"}}}')

    def broken(path: str, text: str, *about: Any) -> Rendered:
        return Rendered(path, text + "import os\n" if path.endswith("/a.py") else text, *about)

    monkeypatch.setattr(templates, "Rendered", broken)
    with pytest.raises(Rejected) as caught:
        pipeline.generate(Config(base=tmp_path, schema=tmp_path, out=tmp_path / "out"))
    assert {finding.rule.id for finding in caught.value.findings} == {"grammar-foreign"}
    assert any("'import os'" in finding.message for finding in caught.value.findings)


# Tables of problems

SOUND = """
["track"]
["never"]
["kinds", {"string": [["never"]], "null": []}, ["type", "type", "must be text"]]
["kinds", {}, null]
["when", "a", []]
["required", "a", "b"]
["properties", {"a": ["/properties/a", []]}]
["properties", {"a": ["/properties/a", [["never"]], "https://example.com/#/$defs/a"]}]
["properties", {"a": ["/$ref", "people/person"]}]
["others", ["", []], ["a"], ["^a"], null, true]
["names", ["", []]]
["item", 0, ["", []]]
["items", 0, ["", []], false]
["contains", ["", []], 1, null, true]
["all", ["", []]]
["any", "oneOf", true, [["/oneOf/0", []]]]
["tagged", "oneOf", "kind", [[["a"], ["/oneOf/0", []]]]]
["not", ["", []]]
["if", ["", []], null, ["", []]]
["type", "type", "must be text", "string", "null"]
["enum", "const", "must be {}", [{}]]
["format", "format", "must be a date", "_formats", "date"]
["unique", "uniqueItems", "must be unique"]
["pattern", "pattern", "must match", "^a"]
"""

FOREIGN = """
"never"
[]
[1]
["never", 1]
["elsewhere"]
["kinds", {"text": []}, null]
["kinds", {"string": [["elsewhere"]]}, null]
["kinds", {}, ["elsewhere"]]
["kinds", [], null]
["when", "a", [["elsewhere"]]]
["when", 1, []]
["required", 1]
["properties", {"a": []}]
["properties", {"a": 1}]
["properties", []]
["properties", {"a": ["/properties/a"]}]
["properties", {"a": ["/properties/a", [], 1]}]
["properties", {"a": ["/properties/a", [], "", ""]}]
["properties", {"a": ["/properties/a", [["elsewhere"]]]}]
["properties", {"a": ["/$ref", "person"]}]
["properties", {"a": ["/$ref", "elsewhere/person"]}]
["properties", {"a": ["/$ref", "people/per.son"]}]
["properties", {"a": ["/$ref", "../people/person"]}]
["others", ["", []], ["a"], ["^a"], null, 1]
["others", ["", []], "a", ["^a"], null, true]
["item", "0", ["", []]]
["any", "oneOf", true, ["/oneOf/0", []]]
["tagged", "oneOf", "kind", [["a", ["/oneOf/0", []]]]]
["tagged", "oneOf", "kind", [[["a"], ["/oneOf/0", [["elsewhere"]]]]]]
["if", null, null, null]
["type", "type"]
["type", "type", 1]
["type", "type", "must be text", "text"]
["minimum", "minimum", "must be more"]
["minimum", "minimum", "must be more", 1, 2]
["unique", "uniqueItems", "must be unique", 1]
["pattern", "pattern", "must match", 1]
["format", "format", "must be a date", "_formats"]
["format", "format", "must be a date", "_formats", "_matches"]
["format", "format", "must be a date", "_formats", "__builtins__"]
["format", "format", "must be a date", "os", "system"]
["format", "format", "must be a date", "people", "decode"]
"""


def table(readings: dict[str, Reading], rows: str) -> str:
    """Return the module of a table of one subschema with the rows."""
    above = text_of(readings, PROBLEMS).partition("TABLE")[0]
    return f'{above}TABLE = r"""\n{{"person": ["https://example.com/#", {rows}]}}\n"""\n'


@pytest.mark.parametrize("row", SOUND.strip().split("\n"))
def test_a_row_of_every_kind_is_in_the_grammar(readings: dict[str, Reading], row: str) -> None:
    assert reported(readings, PROBLEMS, table(readings, f"[{row}]")) == []


@pytest.mark.parametrize("row", FOREIGN.strip().split("\n"))
def test_a_foreign_row_stops_the_run(readings: dict[str, Reading], row: str) -> None:
    assert reported(readings, PROBLEMS, table(readings, f"[{row}]")) != []
    nested = f'[["track"], ["not", ["/not", [["all", ["/allOf/0", [{row}]]]]]]]'
    assert reported(readings, PROBLEMS, table(readings, nested)) != []


OTHER_TABLES = r"""
1
f""
{}
"{}"
open("x")
b"{}"
r'''\n{}\n'''
'''\n{}\n'''
rQ{}Q
rQ\n{}Q
rQ{}\nQ
rQ\n[\nQ
rQ\n[]\nQ
rQ\n\nQ
rQ\nQ
rQ
rQ\n{}\nQ + ""
rQ\n{}\nQ; import os
rQ\n{}\nQ\nimport os
rQ\n{}\nQ  # more
rQ\n{"a": ["Q, []]}\nQ
rQ\n{"a": ["\u00e9", []]} \x00\nQ
""".replace("Q", '"' * 3)


@pytest.mark.parametrize("text", ["", *OTHER_TABLES.strip().split("\n")])
def test_a_foreign_table_stops_the_run(readings: dict[str, Reading], text: str) -> None:
    above = text_of(readings, PROBLEMS).partition("TABLE")[0]
    assert reported(readings, PROBLEMS, f'{above}TABLE = r"""\n{{}}\n"""\n') == []
    written = text.replace("\\n", "\n").replace("\\x00", "\0")
    assert reported(readings, PROBLEMS, f"{above}TABLE = {written}\n") != []
    rows = f'{above}TABLE = r"""\n{{}}\n"""\n'
    assert reported(readings, PROBLEMS, f'{rows}\nDEFAULTS = r"""\n{{"a": {{"b": 1}}}}\n"""\n') == []
    assert reported(readings, PROBLEMS, f"{rows}\nDEFAULTS = {written}\n") != []
    for name in ("TABLE: str", "TABLE = X", "X", "import os\nTABLE"):
        assert reported(readings, PROBLEMS, f'{above}{name} = r"""\n{{}}\n"""\n') != []


def test_the_kinds_of_rows_are_those_that_the_data_reads() -> None:
    """The grammar's tables are kept apart from the reporter's: neither has a kind that the other lacks."""
    in_place = {"track", "kinds", "when"}
    assert _rules.RULES.keys() == table_grammar._RULES
    assert {*table_grammar._SHAPES, "required"} == in_place | _reporter._PARTS.keys() | _reporter._WHOLE.keys()
