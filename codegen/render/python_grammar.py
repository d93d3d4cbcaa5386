"""The check of the generated Python: what the compiler printed stands in it to the letter, and else only what is known.

A module of models begins with what templates and docstrings make, which `head_grammar` reads with `ast`. All else of
it is compared with the template's own functions, and with the constants, tables and functions as the compiler printed
them: what these can hold is up to the closed lists of its tree. Between them stand comments, one line each.

What is read here compiles on every supported Python, without a warning, so nobody has to try. Beside what the tree says
of functions, CPython's compiler refuses in a module: imports from `__future__` that are late, `__debug__` and what else
has no place in a class; in docstrings lone surrogates (Python 3.13 encodes them), in annotations f-strings (Python 3.11
spells annotations out and has no escapes within those). It recurs as deep as the making of a tree has, and that is made
of every part that could be too deep.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from ..compiler.emit import closed
from ..escapes.python import literal
from ..findings import Finding, Place, Rule
from ..ir import ClassCode, ModuleCode
from ..names import is_identifier
from ..records import dataclass
from . import flavour_grammar, table_grammar
from .head_grammar import Head

FOREIGN = Rule("grammar-foreign", "Generated Python is drawn from the closed grammar of the templates", exit_code=2)

_HELP: Final = (
    "nothing was written: a template, a printer or an escape has made something new; please report it with the schema"
)


@dataclass(frozen=True, slots=True)
class Generated:
    """One generated Python file of the models: its path in the output, its template, its text and the module's code."""

    path: str
    template: str
    text: str
    code: ModuleCode | None = None


READ: Final = frozenset({"module.py.jinja", "problems.py.jinja", "runtime.py.jinja", "flavour_runtime.py.jinja"})
"""The templates whose texts are known to compile when nothing in them is foreign; of the others every line is known.

Two of them give modules of ours, to the letter, below a comment.
"""

_Foreign: TypeAlias = tuple[int, str]
"""The line of something foreign, 0 where that is not known, and what it is."""


# The package as a whole

RUNTIME: Final = Path(__file__).parent.parent / "runtime"
"""The folder of the modules that every generated package holds as they are."""


def findings_in(file: Generated, folder: Path, modules: Collection[str]) -> Iterator[Finding]:
    """Yield a finding for all in a file that its template can't make; its package has these modules.

    `folder` is that of the artifact, with the templates. Raises what `ast.parse` raises for a text of one of the
    templates of `READ`; with no finding it compiles too.
    """
    for line, what in _foreign(file, folder, modules):
        message = f"{file.path} holds what no template makes: {what}"
        yield Finding(FOREIGN, Place(file.path, line, 1 if line else 0), message, _HELP)


def modules(files: Iterable[Generated]) -> frozenset[str]:
    """Return the names of the package's modules."""
    return frozenset(Path(file.path).stem for file in files if file.template == "module.py.jinja")


def words_in(file: Generated) -> frozenset[str]:
    """Return the words by which a file can name modules: those of its imports, or the first parts of its functions.

    Which of them are modules of the package decides whether it is within the grammar, and no other module does. What a
    module of models has below its head is compared to the letter, whatever modules there are.
    """
    if file.template == "problems.py.jinja":
        return frozenset(_IN_TABLE.findall(file.text))
    end = file.text.rfind(_FUNCTIONS) if file.template == "module.py.jinja" else -1
    lines = _IMPORT.findall(file.text, 0, end if end >= 0 else len(file.text))
    return frozenset(word for line in lines for word in _WORD.findall(line))


_IMPORT: Final = re.compile(r"\n *from .*")
_WORD: Final = re.compile(r"\w+")
_IN_TABLE: Final = re.compile(r',\s+"(\w+)/\w+"')  # the second item of a target


def _foreign(file: Generated, folder: Path, modules: Collection[str]) -> Iterable[_Foreign]:
    if file.template == "module.py.jinja":
        return _foreign_module(file, folder, modules)
    if file.template == "problems.py.jinja":
        return _foreign_table(file, folder, modules)
    if file.template == "flavour.py.jinja":
        statements = flavour_grammar.foreign(ast.parse(file.text, file.path), modules)
        return [(line, _shown(source)) for line, source in statements]
    if file.template == "runtime.py.jinja":
        return _differs(file, RUNTIME, folder)
    if file.template == "flavour_runtime.py.jinja":
        return _differs(file, RUNTIME / "pydantic_models", folder)
    if file.template == "schemas.py.jinja":
        return _foreign_schemas(ast.parse(file.text, file.path))
    if file.template in _OF_THE_PACKAGE:
        return _other_lines(file.text, (folder / file.template).read_text(encoding="utf-8"))
    return [(0, f"a file of the unknown template {file.template}")]


_OF_THE_PACKAGE: Final = frozenset(
    {"package.py.jinja", "problems_package.py.jinja", "schemas_package.py.jinja", "flavour_package.py.jinja"}
)


def _foreign_schemas(tree: ast.Module) -> Iterator[_Foreign]:
    """Yield what a module of JSON Schemas could not hold: it is a docstring, and one text of JSON."""
    for number, node in enumerate(tree.body):
        match number, node:
            case 0, ast.Expr(ast.Constant(str())):
                pass
            case 1, ast.Assign([ast.Name("SCHEMAS")], ast.Constant(str())):
                pass
            case _:
                yield node.lineno, _shown(ast.unparse(node))


def _differs(file: Generated, runtime: Path, folder: Path) -> list[_Foreign]:
    """Return a place if a file of the runtime is not, to the letter, the one that we keep in its folder."""
    original = runtime / Path(file.path).name
    template = (folder / file.template).read_text(encoding="utf-8")
    wanted = template.replace("{{ source }}", original.read_text(encoding="utf-8")) if original.is_file() else None
    return [] if file.text == wanted else [(0, "a runtime that differs from ours")]


_SLOT: Final = re.compile(r"\\\{\\\{.*?\\\}\\\}")


def _other_lines(text: str, template: str) -> Iterable[_Foreign]:
    """Yield the first line that is not a line of the template, where a slot holds a public name and nothing else."""
    lines = [line for line in template.split("\n") if not line.startswith("{%")]
    fixed = [line for line in lines if "{{" not in line]
    named = [re.compile(_slots(line)) for line in lines if "{{" in line]
    wanted = iter([*fixed, None])
    awaited = next(wanted)
    for number, line in enumerate(text.split("\n"), 1):
        if line == awaited:
            awaited = next(wanted)
        elif not any(_holds_names(pattern.fullmatch(line)) for pattern in named):
            yield number, _shown(line)
            return
    if awaited is not None:
        yield 0, f"an end before the line {_shown(awaited)}"


def _holds_names(line: re.Match[str] | None) -> bool:
    """Return whether a line is one of the template, with names in its slots."""
    return line is not None and all(map(is_identifier, line.groups()))


def _slots(line: str) -> str:
    """Return the pattern of a template's line: a public name for every slot, and the same for the same slot."""
    groups: dict[str, str] = {}

    def group(slot: re.Match[str]) -> str:
        reference = groups.get(slot[0])
        groups.setdefault(slot[0], rf"\{len(groups) + 1}")
        return reference or r"([^\W\d_]\w*)"

    return _SLOT.sub(group, re.escape(line))


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 80 else f"{text[:77]}...")


# Texts that are compared part by part


_Part: TypeAlias = str | None
"""A text that must stand there, to the letter; None for the rest of a comment's line, which may be any."""


def _end(text: str, at: int, parts: Iterable[_Part]) -> tuple[int, bool]:
    """Return where the parts end that a text holds from a place on, or where it differs from them, and if it does."""
    for part in parts:
        if part is None:
            end = text.find("\n", at)
            if not text[at:end].isprintable():
                return at, True
            at = end
        elif text.startswith(part, at):
            at += len(part)
        else:
            pairs = enumerate(zip(part, text[at:], strict=False))
            return at + next((number for number, (one, other) in pairs if one != other), len(text) - at), True
    return at, False


def _line(text: str, at: int) -> _Foreign:
    """Return the number and the text of the line at a place, or that the text ends there."""
    start = text.rfind("\n", 0, at) + 1
    rest = text[start:].partition("\n")[0]
    return text.count("\n", 0, at) + 1, _shown(rest) if at < len(text) else "an end that is too early"


@cache
def _pieces(folder: Path, template: str, start: str, end: str) -> tuple[str, ...]:
    """Return a section of a template from one text on to another: fixed texts in turn with the names of slots."""
    text = (folder / template).read_text(encoding="utf-8")
    at = text.index(start)
    return tuple(re.split(r"\{\{ (.*?) \}\}", text[at : text.index(end, at) if end else len(text)]))


def _filled(pieces: Sequence[str], values: dict[str, str]) -> str:
    return "".join([values[piece] if number % 2 else piece for number, piece in enumerate(pieces)])


def _is_shallow(part: str) -> bool:
    """Return whether a part is so short that it can't be too deep: each level of types or of `elif` takes some letters.

    CPython reads 200 brackets within each other, and 2,900 levels of other things.
    """
    return len(part) < 8000 and part.count("[") + part.count("{") + part.count("(") < 190


# A table of problems


def _foreign_table(file: Generated, folder: Path, modules: Collection[str]) -> Iterator[_Foreign]:
    """Yield what a table of problems could not hold: below its head it is one text of JSON rows."""
    text = file.text
    docstring = _filled(_pieces(folder, file.template, '"""', "{{ table }}"), {"module": Path(file.path).stem})
    start, differs = _end(text, 0, ["# Generated by triptych from ", None, f'\n{docstring}r"""\n'])
    end = len(text) - len(_AFTER_TABLE)
    if differs or not text.endswith(_AFTER_TABLE, start - 1):
        yield _line(text, start if differs else end)
        return
    rows, has_defaults, defaults = text[start : max(start, end)].partition(_BEFORE_DEFAULTS)
    if has_defaults and not _is_object(defaults):
        yield text.count("\n", 0, start) + rows.count("\n"), _shown(defaults)
        return
    is_plain = rows.isascii() and rows.replace("\n", "").isprintable() and '"""' not in rows
    wrong = table_grammar.foreign(rows, modules, closed.MODULES) if is_plain else rows
    if wrong is not None:
        yield text.count("\n", 0, start), _shown(wrong)


def _is_object(text: str) -> bool:
    """Return whether a text is a JSON object that a raw literal can hold."""
    try:
        is_object = type(json.loads(text)) is dict
    except ValueError:
        return False
    return is_object and text.isascii() and text.replace("\n", "").isprintable() and '"""' not in text


_BEFORE_DEFAULTS: Final = '\n"""\n\nDEFAULTS = r"""\n'
_AFTER_TABLE: Final = '\n"""\n'


# A module of models


def _foreign_module(file: Generated, folder: Path, modules: Collection[str]) -> Iterator[_Foreign]:
    """Yield what a module of models could not hold, in the order of its lines."""
    text, code = file.text, file.code
    start = text.rfind(_FUNCTIONS)
    if code is None or start < 0:
        yield 0, "a module that nothing was compiled for"
        return
    head = Head(modules)
    for line, source in head.foreign(ast.parse(text[:start], file.path)):
        yield line, _shown(source)
    if len(head.dataclasses) != len(code.classes):
        yield 0, f"{len(head.dataclasses)} classes, where {len(code.classes)} were compiled"
        return
    used = {*_USED, *code.names, *code.runtime, *code.imports.values(), *(["_model"] if code.classes else [])}
    for name in sorted(used - head.bound):
        yield 0, f"no import of {_shown(name)}"
    loads = "loads_auto" if text.find("(_json.loads_auto(", start) > 0 else "loads"
    module = Path(file.path).stem if text.find("\n\n\ndef json_schema(", start) > 0 else None
    decoded = _WITH_DEFAULTS if text.find(f"    return {_WITH_DEFAULTS}\n", start) > 0 else "value"
    parts = [
        _public(folder, code, {"loads": loads, "decoded": decoded}, module),
        *_codec(code),
        *_bound(folder, head.dataclasses, code, loads),
    ]
    end, differs = _end(text, start, parts)
    if differs or end < len(text):
        yield _line(text, end)
    for part in parts:
        if part is not None and not _is_shallow(part):
            ast.parse(part)


_FUNCTIONS: Final = "\n\n\ndef decode(data: object) -> "
"""What the functions that are for the public begin with; below it no text of a schema has lines of its own."""


_WITH_DEFAULTS: Final = "_model.apply_defaults(value)"
"""What `decode` returns where the settings put defaults into what is decoded."""


def _public(folder: Path, code: ModuleCode, chosen: Mapping[str, str], module: str | None) -> str:
    """Return the text between the classes and the first constant: functions of the template, for this module's root.

    `chosen` are the values of slots by the settings, and `module` is the name of one that has `json_schema`.
    """
    root = code.root
    values = {f"code.root.{name}": str(getattr(root, name)) for name in _OF_ROOT}
    values |= {"code.root.problems | literal": literal(root.problems), **chosen}
    pieces = _pieces(folder, "module.py.jinja", _FUNCTIONS.lstrip("\n"), "{% if classes %}\n_new")
    if module is not None:
        values["module | literal"] = literal(module)
    else:
        pieces = _without_schemas(pieces)
    text = _filled(pieces, values).replace(_WITH_SCHEMAS, "").replace("{% endif %}\n", "")
    return f"\n\n\n{text}" + ("_new = _model.new\n" if code.classes else "")


_WITH_SCHEMAS: Final = "{% if has_schemas %}\n"
"""Stands above the function that only a package with JSON Schemas has."""


def _without_schemas(pieces: tuple[str, ...]) -> tuple[str, ...]:
    """Return a section of the template without that function, in which one slot is."""
    at = next(number for number, piece in enumerate(pieces) if _WITH_SCHEMAS in piece)
    joined = pieces[at].partition(_WITH_SCHEMAS)[0] + pieces[at + 2].partition("{% endif %}\n")[2]
    return (*pieces[:at], joined, *pieces[at + 3 :])


_USED: Final = frozenset("DecodeError Iterable Iterator _errors _fallback _json".split())
"""What the template's own functions use."""

_OF_ROOT: Final = "annotation valid decode arguments encoded text".split()


def _codec(code: ModuleCode) -> Iterator[_Part]:
    """Yield the constants, the tables and the functions, each of these below the comment that says what it is for."""
    yield "".join([f"{line}\n" for line in (*code.constants, *code.tables)])
    for function in code.functions:
        yield "\n\n# "
        yield None
        yield f"\n{function.source}\n"


def _bound(folder: Path, classes: Sequence[str], code: ModuleCode, loads: str) -> Iterator[str]:
    """Yield the calls that give the classes their functions."""
    pieces = _pieces(folder, "module.py.jinja", "{{ class.name }}._bind(", "{% endfor %}")
    for number, (name, made) in enumerate(zip(classes, code.classes.values(), strict=True)):
        yield ("" if number else "\n\n") + _filled(pieces, _of_class(name, made) | {"loads": loads})


def _of_class(name: str, code: ClassCode) -> dict[str, str]:
    functions = {"class.code.read": code.read, "class.code.write": code.write, "class.code.text": code.text}
    return {
        **functions,
        "class.name": name,
        "class.members": code.members,
        "class.code.problems | literal": literal(code.problems),
    }
