"""Tests of codegen.render.python_grammar: generated Python holds what templates can make; all else stops the run."""

from __future__ import annotations

import ast
import re
import sys
import textwrap
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from codegen.app import pipeline
from codegen.app.config import Config
from codegen.findings import Rejected
from codegen.render import python_grammar, table_grammar, templates
from codegen.render.templates import BUNDLED, Rendered
from codegen.runtime import _reporter

pytestmark = pytest.mark.usefixtures("size")
CASES = Path(__file__).parent / "cases"
FOLDER = BUNDLED / "models"


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """Return the models of the gallery by path, as they are rendered."""
    config = Config(base=CASES, schema=CASES / "gallery" / "schema", out=CASES / "out")
    return {path: text for path, text in pipeline.generate(config).items() if path.endswith(".py")}


@pytest.fixture(params=[200_000, 0], ids=["whole", "in parts"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let modules be read as a whole, or in as many parts as there can be."""
    monkeypatch.setattr(python_grammar, "_LARGEST_PART", request.param)


MODULES = {
    "gallery": frozenset({"Work"}),
    "people": frozenset({"Person"}),
    "sub_tree": frozenset({"Tree"}),
    "sub_dialect": frozenset[str](),
}
MODULE = "models/models/people.py"
PROBLEMS = "models/models/_tables/people.py"


def reported(path: str, text: str) -> list[str]:
    """Return what the grammar says of a text in the place of a generated file."""
    template = "problems.py.jinja" if "_tables/" in path else "module.py.jinja"
    if path.endswith("__init__.py"):
        template = "problems_package.py.jinja" if "_tables/" in path else "package.py.jinja"
    elif Path(path).stem.startswith("_"):
        template = "runtime.py.jinja"
    classes = {name: "".join(f"class {shape}(Enum):\n    A = 1\n" for shape in MODULES[name]) for name in MODULES}
    enum = "from enum import Enum\n"
    others = [
        python_grammar.Generated(f"models/models/{name}.py", "module.py.jinja", enum + classes[name])
        for name in MODULES
    ]
    findings = python_grammar.findings([*others, python_grammar.Generated(path, template, text)], FOLDER)
    return [finding.message for finding in findings]


def test_what_is_generated_is_in_the_grammar(files: dict[str, str]) -> None:
    assert len(files) > 10
    assert [message for path, text in files.items() for message in reported(path, text)] == []


def test_the_parts_of_a_module_are_the_module(files: dict[str, str]) -> None:
    in_a_text = 'x = 1\n\n"""\n\ndef f(): pass\n\n"""\n\n@a\nclass C:\n    pass\n\ndef f(): pass\n\nif x:\n    pass\n'
    for text in (*files.values(), in_a_text, in_a_text + "else:\n    pass\n\nclass D: pass\n"):
        whole = ast.parse(text)
        cut = list(python_grammar.parts(text))
        shown = [ast.dump(node, include_attributes=True) for tree in cut for node in tree.body]
        assert shown == [ast.dump(node, include_attributes=True) for node in whole.body]
    assert python_grammar._LARGEST_PART or len(list(python_grammar.parts(files[MODULE]))) > 5


@pytest.mark.parametrize(
    "broken", ["def f(:\n\ndef g(): pass\n", "def f(): pass\n\ndef g():\n", "x = (\n\ndef f(): pass"]
)
def test_a_part_that_is_broken_breaks_the_module(broken: str) -> None:
    with pytest.raises(SyntaxError):
        list(python_grammar.parts(broken))


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
@dataclass(slots=True, kw_only=True)\x00class A: x: int
@dataclass(slots=True, kw_only=True)\x00class A(_model.Model): x: int = print()
@dataclass(slots=True, kw_only=True)\x00class A(_model.Model): x: int = field(default_factory=print)
@dataclass(slots=True, kw_only=True)\x00class A(_model.Model): __slots__: int
@dataclass(slots=True, kw_only=True)\x00class A(_model.Model): x = 1
@dataclass(slots=True, kw_only=True)\x00class A(_model.Model):\x00    def __del__(self) -> None: pass
@dataclass(slots=True, kw_only=True)\x00class A(_model.Model):\x00    @property\x00    def x(self) -> int: return 1
@dataclass(slots=True, kw_only=True)\x00class A(_model.Model):\x00    class B: x: int
"""

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
value = _gallery.os
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


@pytest.mark.parametrize("path", [MODULE, PROBLEMS])
@pytest.mark.parametrize("statement", STATEMENTS.strip().split("\n"))
def test_a_foreign_statement_stops_the_run(files: dict[str, str], path: str, statement: str) -> None:
    statement = statement.replace("\x00", "\n").replace("case _", "\n  case _")
    text = f"{files[path]}\n{statement}\n"
    ast.parse(text)
    assert reported(path, text) != []


@pytest.mark.parametrize("body", BODIES.strip().split("\n"))
def test_a_foreign_form_within_a_function_stops_the_run(files: dict[str, str], body: str) -> None:
    head = "def _read_x(value: _data.JSON, cls: type[Any]) -> Any:\n"
    text = f"{files[MODULE]}\n{head}    self = _new(cls)\n    {body.replace(chr(0), chr(10))}\n"
    ast.parse(text)
    assert reported(MODULE, text) != []
    assert reported(MODULE, f"{files[MODULE]}\n{head}    self = _new(cls)\n    return self\n") == []


@pytest.mark.parametrize(
    "above", ["import re\n", "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    ", '"""Said."""\n\n""\n']
)
def test_the_future_is_imported_first(above: str) -> None:
    future = "from __future__ import annotations\n"
    assert reported(MODULE, f'"""Said."""\n{future}import re\n') == []
    assert reported(MODULE, above + future) != []


@pytest.mark.skipif(sys.version_info < (3, 12), reason="there are no type parameters")
@pytest.mark.parametrize("head", ["class A[T](Enum): X = 1", "def _valid_x[T](value: _data.JSON) -> bool: return True"])
def test_a_type_parameter_stops_the_run(files: dict[str, str], head: str) -> None:
    assert reported(MODULE, f"{files[MODULE]}\n{head}\n") != []


# What is in the grammar compiles


def compiled(text: str) -> CodeType:
    """Return the code of a text; raises a SyntaxWarning too."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return compile(text, MODULE, "exec", dont_inherit=True)


def function(body: str) -> str:
    """Return a module of one function with a body, whose lines stand at the margin."""
    inner = textwrap.indent(body, "    ")
    return f"from . import _data\nfrom ._lazy import Any\n\n\ndef _read_x(value: Any, cls: Any) -> Any:\n{inner}\n"


def nested(levels: Sequence[str], last: str) -> str:
    """Return lines, each of which opens a block for those after it, with the handlers that these want."""
    text = last
    for level in reversed(levels):
        inner = textwrap.indent(text, " ")
        text = {
            "for": f"for value in value:\n{inner}",
            "if": f"if value:\n{inner}",
            "try": f"try:\n{inner}\nexcept KeyError:\n pass",
            "except": f"try:\n pass\nexcept KeyError:\n{inner}",
        }[level]
    return text


def test_snapshots_compile() -> None:
    for file in CASES.glob("*/expected/models/**/*.py"):
        assert compiled(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "last", ["return [item for item in value]", "value = {key: (1 for item in ()) for key in value}"]
)
@pytest.mark.parametrize(
    "levels",
    [["for"] * 20, [*["try"] * 19, "for"], ["except"] * 10, [*["for", "if", "except", "try"] * 4, *["for"] * 4]],
    ids=["for", "try", "except", "all"],
)
def test_blocks_may_stand_in_twenty_others(levels: list[str], last: str) -> None:
    assert reported(MODULE, function(nested(levels, last))) == []
    assert compiled(function(nested(levels, last)))
    assert reported(MODULE, function(nested(["for", *levels], last))) != []


def test_what_is_too_deep_to_compile_is_too_deep_to_read() -> None:
    read = []
    for count in range(50, 12_000, 350):
        text = function(f"return {' + '.join(['value'] * count)}")
        try:
            read.append(reported(MODULE, text))
        except RecursionError:
            continue
        assert compiled(text)
    assert read
    assert not any(read)


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
LINES_OF_CODE = st.lists(LINES, min_size=1, max_size=3).map("\n".join)
LEVELS = st.lists(st.sampled_from(["for", "if", "try", "except"]), max_size=12)


@given(body=LINES_OF_CODE, levels=LEVELS)
def test_what_is_read_compiles(body: str, levels: list[str]) -> None:
    text = function(nested(levels, body))
    try:
        messages = reported(MODULE, text)
    except SyntaxError:
        return
    event(f"within the grammar: {messages == []}")
    assert messages or compiled(text)


@pytest.mark.parametrize("name", ["__init__.py", "_tables/__init__.py", "_model.py", "_formats.py"])
def test_what_is_copied_is_as_we_have_it(files: dict[str, str], name: str) -> None:
    path, text = f"models/models/{name}", files[f"models/models/{name}"]
    assert reported(path, text) == []
    for other in (
        text + "import os\n",
        text.replace("Generated", "Made", 1),
        text[:-20],
        text.replace("\n", "\n\n", 1),
    ):
        assert reported(path, other) != []


@pytest.mark.parametrize(
    "line", ['    "a-b",', '    "_a",', '    "a": "b"', "    from . import os as sys", '    "a": f"b",']
)
def test_a_line_of_names_holds_names_only(files: dict[str, str], line: str) -> None:
    path = "models/models/__init__.py"
    text = files[path].replace('    "Problem",\n', f'    "Problem",\n{line}\n', 1)
    assert text != files[path]
    assert reported(path, text) != []


def test_a_file_of_no_template_is_refused() -> None:
    findings = list(python_grammar.findings([python_grammar.Generated("models/models/x.py", "x.py.jinja", "")], FOLDER))
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


def test_the_check_is_linear(files: dict[str, str]) -> None:
    text = files[MODULE]
    allowed = python_grammar.forms(FOLDER)

    def seconds(times: int) -> float:
        functions = "".join(
            f"\ndef _valid_x{n}(value: _data.JSON) -> bool:\n    return len(value) > {n}\n" for n in range(times)
        )
        tree = ast.parse(text + functions)
        start = time.process_time()
        assert python_grammar.foreign([tree], MODULES, allowed) == []
        return time.process_time() - start

    seconds(1)
    assert seconds(8000) < 40 * max(seconds(1000), 0.005)


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


def table(rows: str) -> str:
    """Return the module of a table of one subschema with the rows."""
    text = f'{{"person": ["https://example.com/#", {rows}]}}'
    return f'"""What is to be reported."""\n\nTABLE = r"""\n{text}\n"""\n'


@pytest.mark.parametrize("row", SOUND.strip().split("\n"))
def test_a_row_of_every_kind_is_in_the_grammar(row: str) -> None:
    assert reported(PROBLEMS, table(f"[{row}]")) == []


@pytest.mark.parametrize("row", FOREIGN.strip().split("\n"))
def test_a_foreign_row_stops_the_run(row: str) -> None:
    assert reported(PROBLEMS, table(f"[{row}]")) != []
    nested = f'[["track"], ["not", ["/not", [["all", ["/allOf/0", [{row}]]]]]]]'
    assert reported(PROBLEMS, table(nested)) != []


@pytest.mark.parametrize(
    "text",
    "TABLE = 1|TABLE = f''|TABLE: str = '{}'|TABLE = X = '{}'|X = '{}'|TABLE = '['|TABLE = open('x')|1|'x'".split("|"),
)
def test_a_foreign_table_stops_the_run(text: str) -> None:
    assert reported(PROBLEMS, '"""What is to be reported."""\n\nTABLE = "{}"\n') == []
    assert reported(PROBLEMS, f'"""What is to be reported."""\n\n{text}\n') != []


def test_the_kinds_of_rows_are_those_that_the_data_reads() -> None:
    """The grammar's tables are kept apart from the reporter's: neither has a kind that the other lacks."""
    in_place = {"track", "kinds", "when", "properties", "items"}
    methods = {name[1:] for name in vars(_reporter._Evaluation) if re.fullmatch("_[a-z]+", name)}
    assert _reporter._RULES.keys() == table_grammar._RULES
    assert {*table_grammar._SHAPES, "required"} == in_place | methods - {"where", "branch", "plain"}
