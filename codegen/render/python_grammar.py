"""The closed grammar of the generated models: what the templates and the compiler can make, and nothing else.

Everything that is rendered for the package of models is parsed and compared with the tables below before it is
written. They are kept by hand and apart from the templates, as a check that does not depend on these. Whoever changes
what a template or a printer makes adds the new form here; a schema never can.

Names that come from a schema (classes, fields, variables) may be any; what they are never allowed to do is to
choose an import, a decorator, a base class, a call or an attribute of a module.

What parses and is within the grammar compiles on every supported Python, without a warning, so nobody has to try. Of
what CPython's symbol table and compiler refuse in a tree:
- `return`, `yield`, `await`, `break` and `continue` in the wrong place, `nonlocal` and `global`, `:=`, `except*` and a
  bare `except`, `match`, `assert`, keyword arguments, type parameters and what is asynchronous have no reader, or one
  that refuses them; `return` is read in functions only.
- `_head` refuses an argument of a name twice, `_nest` blocks within too many others, `_import_from` a late
  `__future__`, `*` and dunders, `_sequence` alone reads a starred item, and only where it is loaded; `__debug__`, a
  dunder, is bound nowhere.
- `_docstring` refuses lone surrogates (Python 3.13 encodes docstrings), `_annotate` f-strings (Python 3.11 spells
  annotations out and has no escapes within those).
- It warns of `is` with a literal, which `_compare` refuses, and of literals that are called or subscripted, which
  `_call` and `_subscript` do.
- It recurs as deep as the making of the tree has, which was made before.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from .. import names
from ..findings import Finding, Place, Rule
from . import flavour_grammar, table_grammar

FOREIGN = Rule("grammar-foreign", "Generated Python is drawn from the closed grammar of the templates", exit_code=2)

_HELP: Final = (
    "nothing was written: a template, a printer or an escape has made something new; please report it with the schema"
)


@dataclass(frozen=True, slots=True)
class Generated:
    """One generated Python file of the models: its path in the output, its template and its text."""

    path: str
    template: str
    text: str


READ: Final = frozenset({"module.py.jinja", "problems.py.jinja"})
"""The templates whose texts are parsed and read node by node; of the others every line is known."""


# The tables

_MODULES: Final[Mapping[str, frozenset[str]]] = {
    "datetime": frozenset("date datetime time".split()),
    "ipaddress": frozenset("IPv4Address IPv6Address".split()),
    "uuid": frozenset({"UUID"}),
    "re": frozenset({"compile"}),
}
"""For each module the attributes that are ever looked up in it.

The modules of the package's own runtime have the public names that their files define.
"""

_METHODS: Final = frozenset("add append count get is_integer items join keys to_dict to_json update values".split())
"""Methods that are called of values: those of JSON's types and of the generated classes."""

_VALUES: Final = frozenset({"value", "_value_", "_kept"})
"""Attributes of values that are not methods: of an enum's member, and the texts that an object keeps."""

_BUILTINS: Final = frozenset(
    (
        "AttributeError KeyError TypeError bool dict enumerate float int len list object range set str sum tuple type"
    ).split()
)
"""Builtins of function bodies and annotations; no variable may have such a name."""

_AT_TOP: Final = _BUILTINS | frozenset("frozenset map".split())
_OF_TEMPLATES: Final = _BUILTINS | frozenset({"RecursionError", "bytes"})
_CALLED: Final = frozenset("enumerate len range set sum type".split())
_CALLED_AT_TOP: Final = _CALLED | frozenset("frozenset map".split())
_ARGUMENTS: Final = frozenset("cls data evaluated memo name self text value".split())
_LATER: Final = re.compile(r"(?P<alias>\w+) = _lazy\.later\(__name__, '(?P=alias)', '\.(?P<module>\w+)'\)", re.ASCII)
_LITERAL: Final = "Literal = _lazy.Literal"
_BASES: Final = (["_model.Model"], ["_model.KeepsText"])
_CAUGHT: Final = (
    ["_errors.STOPS"],
    ["AttributeError"],
    ["_errors.Invalid", "RecursionError"],
    *(list(some) for size in (1, 2) for some in combinations(("KeyError", "TypeError"), size)),
)
_ROLE: Final = re.compile(rf"_(?:{'|'.join(names.ROLES)})_\w+\Z", re.ASCII)
_CONSTANT: Final = re.compile(r"(?:_[A-Z0-9_]+|_new)\Z")

_FROM: Final[Mapping[tuple[int, str], frozenset[str]]] = {
    (0, "dataclasses"): frozenset({"dataclass", "field"}),
    (0, "uuid"): frozenset({"UUID"}),
    (0, "ipaddress"): frozenset({"IPv4Address", "IPv6Address"}),
    (1, "_errors"): frozenset({"DecodeError"}),
    (1, "_json"): frozenset({"quoted"}),
    (1, "_lazy"): frozenset({"Any"}),
}
"""What is imported from where beside what the templates spell out and the modules of the package itself."""

_OPERATORS: Final = frozenset(
    {ast.And, ast.Or, ast.Not, ast.Is, ast.IsNot, ast.In, ast.NotIn, ast.Eq, ast.NotEq}
    | {ast.Lt, ast.LtE, ast.Gt, ast.GtE}
)
_DATACLASS: Final = [
    [ast.dump(ast.parse(text, mode="eval").body)]
    for text in ("dataclass(slots=True, kw_only=True)", "dataclass(slots=True, kw_only=True, frozen=True)")
]
_NO_MEMBERS: Final = ast.dump(ast.parse("field(default_factory=_model.no_members)", mode="eval").body)
_LITERALS: Final = frozenset({str, int, float, bool, type(None), type(...)})
_IDENTITY: Final = frozenset({ast.Is, ast.IsNot})
_MEMBERSHIP: Final = frozenset({ast.In, ast.NotIn})
_LOOKED_UP: Final = frozenset({ast.Name, ast.Attribute, ast.Call, ast.Subscript})
"""Expressions that may be subscripted, and be asked for by `is`."""

_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_DEEPEST: Final = 20  # loops and `try` within each other, the most that CPython before 3.14 can do


# The package as a whole

RUNTIME: Final = Path(__file__).parent.parent / "runtime"
"""The folder of the modules that every generated package holds as they are."""


def findings(files: Sequence[Generated], folder: Path) -> Iterator[Finding]:
    """Yield a finding for every file that holds anything but what its template can make.

    `folder` is that of the artifact, with the templates and the runtime, whose files are copied as they are.
    """
    modules = classes(files)
    for file in files:
        yield from findings_in(file, folder, modules)


def findings_in(file: Generated, folder: Path, modules: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    """Yield the findings of one file, whose package has these modules with these classes.

    Raises what `ast.parse` raises for a text of one of the templates of `READ`; with no finding it compiles too.
    """
    for line, what in _foreign(file, folder, modules):
        yield finding(file.path, line, what)


def finding(where: str, line: int, what: str) -> Finding:
    """Return the finding that a text holds something foreign at a line, 0 where that is not known."""
    message = f"{where} holds what no template makes: {what}"
    return Finding(FOREIGN, Place(where, line, 1 if line else 0), message, _HELP)


def classes(files: Iterable[Generated]) -> dict[str, frozenset[str]]:
    """Return the package's modules with the names of their classes."""
    models = (file for file in files if file.template == "module.py.jinja")
    return {Path(file.path).stem: frozenset(_CLASS.findall(file.text)) for file in models}


def named_in(text: str, modules: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return those of the modules that a text imports, or names: no others decide whether it is within the grammar."""
    words = {word for line in _IMPORT.findall(text) for word in _WORD.findall(line)} | {*_IN_TABLE.findall(text)}
    return {name: modules[name] for name in sorted(words & modules.keys())}


_IMPORT: Final = re.compile(r"\n *from .*")
_WORD: Final = re.compile(r"\w+")
_IN_TABLE: Final = re.compile(r'"(\w+)/\w+"')
_CLASS: Final = re.compile(r"\nclass (\w+)", re.ASCII)


def _foreign(file: Generated, folder: Path, modules: Mapping[str, frozenset[str]]) -> Iterable[tuple[int, str]]:
    if file.template == "module.py.jinja":
        return foreign(parts(file.text, file.path), modules, forms(folder))
    if file.template == "problems.py.jinja":
        return _foreign_table(parts(file.text, file.path), modules, forms(folder))
    if file.template == "flavour.py.jinja":
        statements = flavour_grammar.foreign(ast.parse(file.text, file.path), modules)
        return [(line, _shown(source)) for line, source in statements]
    if file.template == "runtime.py.jinja":
        return _differs(file, RUNTIME, folder)
    if file.template == "flavour_runtime.py.jinja":
        return _differs(file, RUNTIME / "pydantic_models", folder)
    if file.template in ("package.py.jinja", "problems_package.py.jinja", "flavour_package.py.jinja"):
        return _other_lines(file.text, (folder / file.template).read_text(encoding="utf-8"))
    return [(0, f"a file of the unknown template {file.template}")]


def _foreign_table(trees: Iterable[ast.Module], modules: Collection[str], allowed: Forms) -> Iterator[tuple[int, str]]:
    """Yield what a table of problems could not hold: it is a docstring, and one text of JSON rows."""
    for number, node in enumerate(node for tree in trees for node in tree.body):
        match number, node:
            case 0, ast.Expr(ast.Constant(str())):
                pass
            case 1, ast.Assign([ast.Name("TABLE")], ast.Constant(str(text))):
                if (wrong := table_grammar.foreign(text, modules, allowed.attributes)) is not None:
                    yield node.lineno, _shown(wrong)
            case _:
                yield node.lineno, _shown(ast.unparse(node))


def _differs(file: Generated, runtime: Path, folder: Path) -> list[tuple[int, str]]:
    """Return a place if a file of the runtime is not, to the letter, the one that we keep in its folder."""
    original = runtime / Path(file.path).name
    template = (folder / file.template).read_text(encoding="utf-8")
    wanted = template.replace("{{ source }}", original.read_text(encoding="utf-8")) if original.is_file() else None
    return [] if file.text == wanted else [(0, "a runtime that differs from ours")]


_SLOT: Final = re.compile(r"\\\{\\\{.*?\\\}\\\}")


def _other_lines(text: str, template: str) -> Iterable[tuple[int, str]]:
    """Yield the first line that is not a line of the template, where a slot holds a public name and nothing else."""
    lines = [line for line in template.split("\n") if not line.startswith("{%")]
    fixed = [line for line in lines if "{{" not in line]
    named = [re.compile(_slots(line), re.ASCII) for line in lines if "{{" in line]
    wanted = iter([*fixed, None])
    awaited = next(wanted)
    for number, line in enumerate(text.split("\n"), 1):
        if line == awaited:
            awaited = next(wanted)
        elif not any(pattern.fullmatch(line) for pattern in named):
            yield number, _shown(line)
            return
    if awaited is not None:
        yield 0, f"an end before the line {_shown(awaited)}"


def _slots(line: str) -> str:
    """Return the pattern of a template's line: a public name for every slot, and the same for the same slot."""
    groups: dict[str, str] = {}

    def group(slot: re.Match[str]) -> str:
        reference = groups.get(slot[0])
        groups.setdefault(slot[0], rf"\{len(groups) + 1}")
        return reference or r"([A-Za-z]\w*)"

    return _SLOT.sub(group, re.escape(line))


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 80 else f"{text[:77]}...")


@dataclass(frozen=True, slots=True)
class Forms:
    """What the artifact's own files allow: attributes by module of the runtime, and what the templates spell out.

    `functions` are the names that the templates define, `arguments` those of their parameters, and `imports` the names
    that they import, by level and module.
    """

    attributes: Mapping[str, frozenset[str]]
    functions: frozenset[str]
    arguments: frozenset[str]
    imports: Mapping[tuple[int, str], frozenset[str]]


@cache
def forms(folder: Path) -> Forms:
    """Return what the files of an artifact's folder allow."""
    runtime = {file.stem: file.read_text(encoding="utf-8") for file in RUNTIME.glob("_[a-z]*.py")}
    attributes = {module: frozenset(match[1] for match in _DEFINED.finditer(text)) for module, text in runtime.items()}
    template = (folder / "module.py.jinja").read_text(encoding="utf-8")
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", template)
    heads = re.findall(r"^def (\w+)\((.*?)\)", text, re.MULTILINE)
    arguments = frozenset(name for _, head in heads for name in re.findall(r"(\w+)(?=[:,]|$)", head))
    imports = dict(_FROM)
    for dots, module, listed in re.findall(r"^ *from (\.*)(\w[\w.]*) import (.+)$", text, re.MULTILINE):
        key = (len(dots), module)
        imports[key] = imports.get(key, frozenset()) | frozenset(re.findall(r"\w+", listed))
    return Forms(
        {**_MODULES, **attributes},
        frozenset(name for name, _ in heads),
        arguments | _ARGUMENTS,
        imports,
    )


# A name at the top level, or within an `if` of it: there what is assigned has a capital, and no local variable has.
_DEFINED: Final = re.compile(
    r"^(?: {4}(?=def |\w+: TypeAlias|[A-Z]\w* = )| {4}from [\w.]+ import \w+ as )?"
    r"(?:def |class )?([A-Za-z]\w*)(?:\(| =|:|$)",
    re.ASCII | re.MULTILINE,
)


def foreign(
    trees: Iterable[ast.Module], modules: Mapping[str, frozenset[str]], allowed: Forms
) -> list[tuple[int, str]]:
    """Return the line and the text of all that a module of the package could not hold; [] if nothing is foreign.

    `trees` are the parts of the module, `modules` the package's modules, which may import each other, with the names of
    their classes.
    """
    reader = _Reader(modules, allowed)
    for tree in trees:
        reader.part(tree)
    return reader.end()


def parts(text: str, path: str = "<unknown>") -> Iterator[ast.Module]:
    """Yield the trees of a module's parts, each of some statements: a tree takes a hundred times the room of its text.

    A text that is cut in two parses to what its parts parse to, one after the other, if each part parses alone. So
    where a part does not, all that is left is parsed as one. Raises what `ast.parse` raises.
    """
    cuts = [0]
    for cut in _CUT.finditer(text) if len(text) > _LARGEST_PART else ():
        if cut.start() - cuts[-1] > _LARGEST_PART:
            cuts.append(cut.start())
    lines = 0
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        above = "\n" * lines  # so that a place is that in the whole text
        try:
            tree = ast.parse(above + text[start:end], path)
        except SyntaxError:
            yield ast.parse(above + text[start:], path)
            return
        yield tree
        lines += text.count("\n", start, end)


_LARGEST_PART: Final = 200_000  # characters
_CUT: Final = re.compile(r"(?<=\n\n)(?=def |class |@|# )")


# One module


class _Reader:
    """Reads one module; every kind of node has a method here, and what has none is foreign."""

    def __init__(self, modules: Mapping[str, frozenset[str]], allowed: Forms) -> None:
        self.foreign: list[tuple[int, str]] = []
        self._modules = modules
        self._allowed = allowed
        self._attributes = allowed.attributes
        self._bound: set[str] = set()  # what the module's top level binds
        self._dataclasses: set[str] = set()
        self._awaited: dict[str, int] = {}  # what it must bind yet, with the lines of those who want it
        self._has_begun = False
        self._is_head = True  # whether nothing stands above but the docstring and the imports from `__future__`
        self._defines = False  # whether a class or a function stands above: no import may follow
        self._siblings: dict[str, str] = {}  # the modules of the package that it imports, by the names given to them
        self._stack: list[Any] = []
        self._depth = 0  # of loops and `try` in the function
        self._loads: dict[str, ast.AST] = {}
        self._stores: dict[str, ast.AST] = {}
        self._calls: dict[str, ast.AST] = {}

    def refuse(self, node: ast.AST) -> None:
        """Keep a node as foreign."""
        self.foreign.append((getattr(node, "lineno", 0), _shown(ast.unparse(node))))

    def part(self, tree: ast.Module) -> None:
        """Read the whole module, or its next part."""
        for node in tree.body:
            kind = type(node)
            self._is_head = self._is_head and kind in (ast.Expr, ast.ImportFrom)
            if kind is ast.FunctionDef:
                self._top_function(node)
            elif (read := _TOP.get(kind)) is not None:
                read(self, node)
                self._close(_AT_TOP, _CALLED_AT_TOP)
            else:
                self.refuse(node)
            self._has_begun = True

    def end(self) -> list[tuple[int, str]]:
        """Return all that is foreign, after the last part; names that no part has bound are."""
        unbound = ((line, _shown(name)) for name, line in self._awaited.items() if name not in self._bound)
        return [*self.foreign, *unbound]

    def _docstring(self, node: Any, *, first: bool) -> None:
        text = node.value.value if type(node.value) is ast.Constant else None
        if not first or type(text) is not str or _SURROGATE.search(text):
            self.refuse(node)

    def _top_function(self, node: Any) -> None:
        self._bound.add(node.name)
        self._defines = True
        named = node.name in self._allowed.functions or _ROLE.match(node.name) is not None
        self._function(node, named and not node.decorator_list)

    def _close(self, free: Collection[str], called: Collection[str]) -> None:
        """Read all that is pending, then see that every name of this scope is bound, and every call is of a known one.

        What the top level binds further down is awaited.
        """
        self._read(_NODES)
        for name, node in self._stores.items():
            if name in _BUILTINS or name.startswith("_") or (name in self._attributes and name in self._bound):
                self.refuse(node)
        for name, node in self._loads.items():
            if name.startswith("__") and name != "__all__":
                self.refuse(node)
            elif name not in self._bound and name not in free and name not in self._stores:
                self._awaited.setdefault(name, getattr(node, "lineno", 0))
        for name, node in self._calls.items():
            is_callable = name not in self._stores and (name in self._allowed.functions or _is_callable(name))
            if name not in called and not is_callable:
                self.refuse(node)
        self._loads, self._stores, self._calls = {}, {}, {}

    def _read(self, nodes: Mapping[type[Any], _Read]) -> None:
        stack = self._stack
        while stack:
            node = stack.pop()
            read = nodes.get(type(node))
            if read is None:
                self.refuse(node)
            else:
                read(self, node)

    def _annotate(self, node: ast.expr) -> None:
        self._stack, pending = [node], self._stack
        self._read(_ANNOTATIONS)
        self._stack = pending

    # The top level

    def _import(self, node: ast.Import) -> None:
        for name in node.names:
            is_allowed = name.name in ("datetime", "ipaddress", "re", "uuid") and name.asname is None
            if not is_allowed or self._defines:
                self.refuse(node)
            self._bound.add(name.name)

    def _import_from(self, node: ast.ImportFrom) -> None:
        self._is_head = self._is_head and node.module == "__future__"
        importable = self._allowed.imports.get((node.level, node.module or ""), frozenset())
        for name in node.names:
            bound = name.asname or name.name
            is_allowed = (name.name in importable and name.asname is None) or self._imports_sibling(node, name)
            is_plain = bound != "*" and not bound.startswith("__")
            is_late = self._defines or (node.module == "__future__" and not self._is_head)
            if not is_allowed or not is_plain or is_late:
                self.refuse(node)
            self._bound.add(bound)

    def _imports_sibling(self, node: ast.ImportFrom, name: ast.alias) -> bool:
        """Return whether a module of the package is imported."""
        if node.module is None and name.asname is None:
            return name.name in self._attributes and name.name not in _MODULES
        if node.module is None and name.name in self._modules and name.asname is not None:
            self._siblings[name.asname] = name.name
            return name.asname == names.module_alias(name.name)
        return False

    def _type_checking(self, node: ast.If) -> None:
        """Read what is imported for type checkers only, and what stands for it at run time."""
        if ast.unparse(node.test) != "not TYPE_CHECKING":
            self.refuse(node)
        for inner in node.orelse:
            if type(inner) is ast.ImportFrom:
                self._import_from(inner)
            else:
                self.refuse(inner)
        for other in node.body:
            if ast.unparse(other) != _LITERAL and not (isinstance(other, ast.Assign) and self._is_later(other)):
                self.refuse(other)

    def _is_later(self, node: ast.Assign) -> bool:
        """Return whether another module of the package, imported for type checkers, is loaded when it is used."""
        match = _LATER.fullmatch(ast.unparse(node))
        return (
            match is not None
            and match["alias"] in self._bound
            and self._siblings.get(match["alias"]) == match["module"]
        )

    def _constant(self, node: ast.Assign | ast.AnnAssign) -> None:
        """Read an assignment of the top level: a constant, a table, or one of the three names that a module has."""
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        several = isinstance(node, ast.Assign) and len(node.targets) > 1
        if several or not isinstance(target, ast.Name) or not _is_constant(target.id):
            self.refuse(node)
            return
        self._bound.add(target.id)
        if isinstance(node, ast.AnnAssign):
            self._annotate(node.annotation)
        if node.value is not None and not _is_search(node.value):
            self._stack.append(node.value)

    def _expression(self, node: ast.Expr) -> None:
        """Read an expression of the top level: a docstring, or the call that gives a dataclass its functions."""
        if isinstance(node.value, ast.Call) and self._binds(node.value.func):
            self._arguments(node.value)
        else:
            self._docstring(node, first=not self._has_begun)

    def _binds(self, function: ast.expr) -> bool:
        """Return whether a dataclass of the module is given its functions."""
        if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
            return False
        return function.attr == "_bind" and function.value.id in self._dataclasses

    def _class(self, node: ast.ClassDef) -> None:
        """Read a class: a dataclass with our own base, or an enum without decorators; neither has methods."""
        self._bound.add(node.name)
        self._defines = True
        bases = [_dotted(base) for base in node.bases]
        decorators = [ast.dump(decorator) for decorator in node.decorator_list]
        is_enum = bases == ["Enum"] and not decorators
        is_plain = node.name.isascii() and not node.name.startswith("_")
        is_plain = is_plain and not node.keywords and not getattr(node, "type_params", None)
        if not is_plain or not (is_enum or (bases in _BASES and decorators in _DATACLASS)):
            self.refuse(node)
            return
        if not is_enum:
            self._dataclasses.add(node.name)
        for index, inner in enumerate(node.body):
            if type(inner) is ast.Expr:
                self._docstring(inner, first=index == 0 or type(node.body[index - 1]) is ast.AnnAssign)
            elif is_enum and type(inner) is ast.Assign:
                self._member(inner)
            elif not is_enum and type(inner) is ast.AnnAssign:
                self._field(inner)
            else:
                self.refuse(inner)

    def _member(self, node: ast.Assign) -> None:
        target = node.targets[0]
        if len(node.targets) > 1 or type(target) is not ast.Name or target.id.startswith("_"):
            self.refuse(node)
        self._literal(node.value)

    def _literal(self, value: ast.expr) -> None:
        number = value.operand if type(value) is ast.UnaryOp and type(value.op) is ast.USub else value
        if type(number) is not ast.Constant or type(number.value) not in _LITERALS:
            self.refuse(value)

    def _field(self, node: ast.AnnAssign) -> None:
        if type(node.target) is not ast.Name or node.target.id.startswith("_") or not node.simple:
            self.refuse(node)
        self._annotate(node.annotation)
        value = node.value
        if value is None or type(value) is ast.Constant or ast.dump(value) == _NO_MEMBERS:
            return
        self._stack.append(value)

    # Functions

    def _function(self, node: ast.FunctionDef, is_named: bool) -> None:
        """Read one function: its name and its head are of the closed lists, and its body is drawn from the nodes."""
        self._head(node.args)
        if not is_named or node.returns is None or getattr(node, "type_params", None):
            self.refuse(node)
        else:
            self._annotate(node.returns)
        for index, inner in enumerate(node.body):
            if index == 0 and type(inner) is ast.Expr and type(inner.value) is ast.Constant:
                self._docstring(inner, first=True)
            else:
                self._stack.append(inner)
        self._close(_BUILTINS if _ROLE.match(node.name) else _OF_TEMPLATES, _CALLED)

    def _head(self, head: ast.arguments) -> None:
        if head.posonlyargs or head.kwonlyargs or head.vararg or head.kwarg or head.defaults:
            self.refuse(head)
        for argument in head.args:
            if argument.arg not in self._allowed.arguments or argument.arg in self._stores:
                self.refuse(argument)
            self._stores[argument.arg] = argument
            if argument.annotation is not None:
                self._annotate(argument.annotation)

    def _assign(self, node: ast.Assign) -> None:
        self._stack += (*node.targets, node.value)

    def _ann_assign(self, node: ast.AnnAssign) -> None:
        if type(node.target) is not ast.Name:
            self.refuse(node)
        self._annotate(node.annotation)
        self._stack.append(node.target)
        if node.value is not None:
            self._stack.append(node.value)

    def _aug_assign(self, node: ast.AugAssign) -> None:
        if type(node.target) is not ast.Name or type(node.op) not in (ast.Add, ast.Sub, ast.BitOr):
            self.refuse(node)
        self._stack += (node.target, node.value)

    def _expr(self, node: ast.Expr) -> None:
        if type(node.value) is ast.Call:
            self._stack.append(node.value)
        else:
            self.refuse(node)

    def _return(self, node: ast.Return) -> None:
        if node.value is not None:
            self._stack.append(node.value)

    def _if(self, node: ast.If) -> None:
        self._stack.append(node.test)
        self._stack += node.body
        self._stack += node.orelse

    def _for(self, node: ast.For) -> None:
        if node.orelse:
            self.refuse(node)
        targets = node.target.elts if type(node.target) is ast.Tuple else [node.target]
        self._stack += (*[each for each in targets if not _is_unused(each)], node.iter)
        self._nest(node.body, 1)

    def _try(self, node: ast.Try) -> None:
        if node.orelse or node.finalbody:
            self.refuse(node)
        for handler in node.handlers:
            types = handler.type.elts if type(handler.type) is ast.Tuple else [handler.type]
            if [*map(_dotted, types)] not in _CAUGHT or handler.name is not None:
                self.refuse(handler)
            self._nest(handler.body, 2)
        self._nest(node.body, 1)

    def _nest(self, body: Sequence[ast.stmt], blocks: int) -> None:
        """Read a body within as many more blocks, as CPython counts them."""
        inner = self._depth + blocks
        if inner > _DEEPEST:
            self.refuse(body[0])
        self._stack += (self._depth, *body, inner)

    def _at(self, depth: int) -> None:
        self._depth = depth

    def _raise(self, node: ast.Raise) -> None:
        cause = node.cause
        no_cause = cause is None or (type(cause) is ast.Constant and cause.value is None)
        if not no_cause or type(node.exc) is not ast.Attribute or node.exc.attr != "Invalid":
            self.refuse(node)
        else:
            self._stack.append(node.exc)

    def _pass(self, node: ast.Pass) -> None:
        """Read what says nothing."""

    # Expressions

    def _name(self, node: ast.Name) -> None:
        names = self._loads if type(node.ctx) is ast.Load else self._stores
        if node.id not in names:
            names[node.id] = node

    def _attribute(self, node: ast.Attribute, *, called: bool = False) -> None:
        """Read the look-up of an attribute: of a module by the table, of an object a field, of a value a method."""
        base, loads = node.value, type(node.ctx) is ast.Load
        if type(base) is ast.Name:
            is_allowed = self._of_name(base.id, node.attr, called=called, loads=loads)
            self._name(base)
        else:
            based = type(base) in (ast.Attribute, ast.List) or (type(base) is ast.Constant and node.attr == "join")
            is_allowed = based and loads and node.attr in (_METHODS if called else _VALUES)
            self._stack.append(base)
        if not is_allowed:
            self.refuse(node)

    def _of_name(self, name: str, attribute: str, *, called: bool, loads: bool) -> bool:
        """Return whether an attribute may be looked up in what has that name, or set there."""
        if name in self._bound and name in self._attributes:
            return loads and attribute in self._attributes[name]
        if name in self._bound and (module := self._siblings.get(name)) is not None:
            return loads and (_ROLE.match(attribute) is not None or (not called and attribute in self._modules[module]))
        if name == "self" and not called:
            return attribute[0] != "_" or attribute in _VALUES or (attribute == "__class__" and not loads)
        return loads and attribute in (_METHODS if called else _VALUES)

    def _call(self, node: ast.Call) -> None:
        function = node.func
        if type(function) is ast.Name:
            self._calls.setdefault(function.id, node)
            self._name(function)
        elif type(function) is ast.Attribute:
            self._attribute(function, called=True)
        else:
            self.refuse(node)
        self._arguments(node)

    def _arguments(self, node: ast.Call) -> None:
        if node.keywords or any(type(argument) is ast.Starred for argument in node.args):
            self.refuse(node)
        self._stack += node.args

    def _literal_node(self, node: ast.Constant) -> None:
        if type(node.value) not in _LITERALS:
            self.refuse(node)

    def _bool_op(self, node: ast.BoolOp) -> None:
        self._stack += node.values

    def _compare(self, node: ast.Compare) -> None:
        operator, left, right = type(node.ops[0]), node.left, node.comparators[0]
        is_allowed = len(node.ops) == 1 and operator in _OPERATORS
        if operator in _IDENTITY:
            is_allowed = is_allowed and _has_identity(left) and _has_identity(right)
        if not is_allowed:
            self.refuse(node)
        self._stack.append(left)
        if not (operator in _MEMBERSHIP and _is_listing(right)):
            self._stack.append(right)

    def _unary_op(self, node: ast.UnaryOp) -> None:
        if type(node.op) is ast.USub:
            self._literal(node)
        elif type(node.op) is ast.Not:
            self._stack.append(node.operand)
        else:
            self.refuse(node)

    def _bin_op(self, node: ast.BinOp) -> None:
        if type(node.op) not in (ast.BitOr, ast.Add, ast.Sub, ast.Mult):
            self.refuse(node)
        self._stack += (node.left, node.right)

    def _if_exp(self, node: ast.IfExp) -> None:
        self._stack += (node.test, node.body, node.orelse)

    def _subscript(self, node: ast.Subscript) -> None:
        if type(node.value) not in _LOOKED_UP:
            self.refuse(node)
        self._stack += (node.value, node.slice)

    def _slice(self, node: ast.Slice) -> None:
        if node.step is not None:
            self.refuse(node)
        self._stack += (part for part in (node.lower, node.upper) if part is not None)

    def _sequence(self, node: ast.List | ast.Tuple) -> None:
        is_loaded = type(node.ctx) is ast.Load
        self._stack += (each.value if is_loaded and type(each) is ast.Starred else each for each in node.elts)

    def _dict(self, node: ast.Dict) -> None:
        if None in node.keys:
            self.refuse(node)
        self._stack += (key for key in node.keys if key is not None)
        self._stack += node.values

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.DictComp) -> None:
        self._stack += (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        if len(node.generators) != 1:
            self.refuse(node)
        for generator in node.generators:
            if generator.is_async:
                self.refuse(node)
            self._stack += (generator.target, generator.iter, *generator.ifs)

    def _joined(self, node: ast.JoinedStr) -> None:
        for part in node.values:
            if type(part) is ast.FormattedValue:
                shown = part.conversion == ord("r") and type(part.value) is ast.Name  # a number, in a variable
                if not (shown or part.conversion == -1) or part.format_spec is not None:
                    self.refuse(part)
                self._stack.append(part.value)
            elif type(part) is not ast.Constant:
                self.refuse(part)


def _dotted(node: ast.expr | None) -> str:
    """Return a name, or an attribute of one, as it is written; "" for any other expression."""
    if type(node) is ast.Attribute and type(node.value) is ast.Name:
        return f"{node.value.id}.{node.attr}"
    return node.id if type(node) is ast.Name else ""


def _is_unused(target: ast.expr) -> bool:
    """Return whether a loop has no use for a variable."""
    return type(target) is ast.Name and target.id == "_"


def _has_identity(node: ast.expr) -> bool:
    """Return whether `is` may ask about an expression: what has a name, what is looked up, None, True or False."""
    if type(node) is ast.Constant:
        return node.value is None or type(node.value) is bool
    return type(node) in _LOOKED_UP


def _is_listing(node: ast.expr) -> bool:
    """Return whether a set holds strings only, as one does that is looked into: there is no other place for a set."""
    return type(node) is ast.Set and all(type(item) is ast.Constant and type(item.value) is str for item in node.elts)


def _is_callable(name: str) -> bool:
    """Return whether a name of the top level stands for a function: by its role, as an alias, or as a pattern."""
    return name in ("_new", "quoted") or _ROLE.match(name) is not None or "_PATTERN" in name


def _is_constant(name: str) -> bool:
    return name in ("TYPE_CHECKING", "__all__", "TELL") or _CONSTANT.match(name) is not None


def _is_search(node: ast.expr) -> bool:
    """Return whether the node is `re.compile("...").search`."""
    if type(node) is not ast.Attribute or node.attr != "search" or type(node.value) is not ast.Call:
        return False
    call = node.value
    plain = len(call.args) == 1 and not call.keywords and type(call.args[0]) is ast.Constant
    return plain and _dotted(call.func) == "re.compile" and type(call.args[0].value) is str  # type: ignore[attr-defined]


_Read = Callable[[_Reader, Any], None]

_TOP: Final[Mapping[type[ast.stmt], _Read]] = {
    ast.Expr: _Reader._expression,
    ast.Import: _Reader._import,
    ast.ImportFrom: _Reader._import_from,
    ast.If: _Reader._type_checking,
    ast.Assign: _Reader._constant,
    ast.AnnAssign: _Reader._constant,
    ast.ClassDef: _Reader._class,
}
"""The statements of a module's top level, beside its functions."""

_NODES: Final[Mapping[type[Any], _Read]] = {
    int: _Reader._at,
    ast.Assign: _Reader._assign,
    ast.AnnAssign: _Reader._ann_assign,
    ast.AugAssign: _Reader._aug_assign,
    ast.Expr: _Reader._expr,
    ast.Return: _Reader._return,
    ast.If: _Reader._if,
    ast.For: _Reader._for,
    ast.Try: _Reader._try,
    ast.Raise: _Reader._raise,
    ast.Pass: _Reader._pass,
    ast.Name: _Reader._name,
    ast.Attribute: _Reader._attribute,
    ast.Call: _Reader._call,
    ast.Constant: _Reader._literal_node,
    ast.BoolOp: _Reader._bool_op,
    ast.Compare: _Reader._compare,
    ast.UnaryOp: _Reader._unary_op,
    ast.BinOp: _Reader._bin_op,
    ast.IfExp: _Reader._if_exp,
    ast.Subscript: _Reader._subscript,
    ast.Slice: _Reader._slice,
    ast.List: _Reader._sequence,
    ast.Tuple: _Reader._sequence,
    ast.Dict: _Reader._dict,
    ast.ListComp: _Reader._comprehension,
    ast.GeneratorExp: _Reader._comprehension,
    ast.DictComp: _Reader._comprehension,
    ast.JoinedStr: _Reader._joined,
}
"""The statements of a function's body with the depths where it changes, and all expressions."""

_ANNOTATIONS: Final[Mapping[type[Any], _Read]] = {
    kind: _NODES[kind]
    for kind in (ast.Name, ast.Attribute, ast.Subscript, ast.Tuple, ast.Constant, ast.UnaryOp, ast.BinOp)
}
"""The expressions of an annotation."""
