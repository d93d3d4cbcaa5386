"""The compiler: which functions a package needs, each printed once, and the constants that they share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple, cast

from .. import names
from ..escapes import Code, code, join
from ..escapes.python import identifier, literal
from ..ir import JSON, ClassCode, FunctionCode, Location, ModuleCode, RootCode
from .analysis import Program
from .emit.decode import DecodePrinter
from .emit.encode import Encoder, class_body
from .emit.json_text import TextEncoder, text_body
from .emit.lines import Lines
from .emit.tables import TableMaker
from .emit.validate import FastPrinter
from .keywords import Scope
from .lower import nodes
from .nodes import Context, Node, Target
from .regex.translate import Pattern
from .types import Values


@dataclass(slots=True)
class _Module:
    """One module while it grows."""

    uri: str
    name: str
    constants: dict[tuple[str, str], tuple[Code, Code]] = field(default_factory=dict)
    tables: dict[tuple[str, str], tuple[Code, Code]] = field(default_factory=dict)
    taken: names.Taken = field(default_factory=names.Taken)
    functions: list[tuple[int, FunctionCode]] = field(default_factory=list)
    problems: list[tuple[int, str, JSON]] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    is_open: bool = False

    def is_used(self) -> bool:
        """Return whether anything was asked of the module."""
        return bool(self.functions or self.problems)


class _Request(NamedTuple):
    """One function that somebody calls."""

    role: str
    location: Location
    context: Context
    seen: bool


class Compiler:
    """Makes the functions of a whole package on demand; `modules` names the module of each document.

    `labels` has the words for a location's functions and constants where they are not made from its pointer. An
    instance can start at a class or at a document's root, so these have functions of their own, whatever their size.
    Modules that are not `whole` have no public face: only what was asked for. While one instance is looked at, the
    answers are kept to what is `remembered`.
    """

    def __init__(
        self,
        program: Program,
        modules: Mapping[str, str],
        labels: Mapping[Location, str],
        values: Values,
        translate: Callable[[str, Location], Pattern],
        *,
        frozen: bool = False,
        whole: bool = True,
        remembered: frozenset[tuple[Location, Context]] = frozenset(),
    ) -> None:
        self.program = program
        self.frozen = frozen
        self.whole = whole
        self.remembered = remembered
        self.asking = program.applying(location for location, _ in remembered)
        self.values = values
        self.labels = labels
        self.translate = translate
        self._modules = {uri: _Module(uri, name) for uri, name in modules.items()}
        self._order = {location: index for index, location in enumerate(program.subschemas)}
        self._names: dict[_Request, Code] = {}
        self._own: frozenset[str] = frozenset()
        self._waiting: list[_Request] = []
        self._asked: dict[str, list[_Request]] = {uri: [] for uri in modules}
        self._elsewhere: dict[_Request, Code] = {}
        self._annotations: dict[tuple[Location, str], Code] = {}
        self._faces: dict[str, dict[_Request, None]] = {}
        self._classes: dict[str, list[Location]] = {uri: [] for uri in modules}
        for location in values.classes:
            self._classes[location.document].append(location)
        self._outlines: dict[tuple[Location, Context], tuple[Node, ...]] = {}

    def valid(self, location: Location) -> Code:
        """Ask for the function that answers valid or not for a subschema that an instance starts at."""
        return self._ask(self._entry("valid", location))

    def problems(self, location: Location) -> str:
        """Ask for the rows of a subschema that an instance starts at; return their name in the tables of problems."""
        return self._in_table(self._entry("problems", location))

    def _in_table(self, request: _Request) -> str:
        return f"{self.module(request.location).name}/{_table_name(self._ask(request))}"

    def decode(self, location: Location) -> Code:
        """Ask for the function that decodes an instance which starts at the subschema."""
        return self._ask(self._entry("decode", location))

    def read(self, location: Location) -> Code:
        """Ask for the function that makes an object of the class at the location."""
        return self._ask(self._entry("read", location))

    def write(self, location: Location) -> Code:
        """Ask for the function that makes a dict of an object of the class at the location."""
        return self._ask(self._entry("write", location))

    def text(self, location: Location) -> Code:
        """Ask for the function that writes an object of the class at the location as JSON text."""
        return self._ask(self._entry("text", location))

    def _entry(self, role: str, location: Location) -> _Request:
        if role in ("write", "text"):
            return _Request(role, location, Context(), seen=False)
        if role == "decode" and self.values.is_object(location):
            role = "read"
        return _Request(role, location, self.program.enter(Context(), location), seen=False)

    def annotation(self, location: Location, at: Location) -> Code:
        """Return the annotation of a subschema's value as the other location's module writes it."""
        key = location, at.document
        if key not in self._annotations:
            self._annotations[key] = _Home(self, self.module(at)).annotation(location)
        return self._annotations[key]

    def is_entry(self, location: Location) -> bool:
        """Return whether an instance can start at the location: a class, or the root of a document."""
        return location in self.values.classes or not location.pointer

    def run(self, documents: Iterable[str] | None = None) -> dict[str, ModuleCode]:
        """Print every function that was asked for in the documents (all, by default), and what these call of them.

        Returns the modules by document. What they call in others is asked for, and waits for a run with these.
        """
        own = list(self._modules if documents is None else documents)
        self._own, self._elsewhere = frozenset(own), {}
        self._waiting = [request for uri in own for request in self._asked[uri]]
        while self._waiting:
            self._print(self._waiting.pop())
            if not self._waiting:
                self._complete(own)
        found = {uri: self._finished(module) for uri in own if (module := self._modules[uri]).is_used()}
        self._own = frozenset()
        return found

    def _complete(self, documents: Iterable[str]) -> None:
        """Ask for the whole public face of every module that something was asked of."""
        for uri in documents:
            if self.whole and self._modules[uri].is_used():
                self.root(Location(uri))
                for location in self._classes[uri]:
                    self.class_code(location)
                    for found in self.values.properties(location):
                        self.annotation(found.location, location)  # it may need a module that no function does

    # What one run asks of documents that wait for another

    def asked_of(self, documents: Iterable[str]) -> JSON:
        """Return what was asked of documents beside the functions that every module has, with the names given."""
        faces = {request for uri in documents for request in self._face(uri)}
        return [_row(r, self._names[r]) for uri in documents for r in self._asked[uri] if r not in faces]

    def asked_elsewhere(self) -> JSON:
        """Return what the last run asked of other documents, with the names that it was given."""
        return [_row(request, name) for request, name in self._elsewhere.items()]

    def ask_again(self, rows: JSON) -> bool:
        """Ask for all that an earlier run asked for; return False, and ask nothing, if a name would be another one."""
        asked = [_request(row) for row in rows] if isinstance(rows, list) else []
        trials: dict[str, names.Taken] = {}
        for request, name in asked:
            uri = request.location.document
            if uri not in trials:
                trials[uri] = self._modules[uri].taken.copy()
                if not self._modules[uri].is_open:
                    for other in self._face(uri):
                        trials[uri].claim(self._wanted(other))
            is_face = request in self._face(uri)
            known = self._names.get(request)
            if not is_face and name != (known or trials[uri].claim(self._wanted(request))):
                return False
        for request, _ in asked:
            self._ask(request)
        return True

    def _face(self, uri: str) -> Mapping[_Request, None]:
        """Return what every module has, if anything is asked of it: its names come before others."""
        if uri not in self._faces:
            found = [self._entry(role, Location(uri)) for role in ("valid", "problems", "decode")]
            for location in self._classes[uri]:
                found += [self._entry(role, location) for role in ("read", "write", "text", "problems")]
            self._faces[uri] = dict.fromkeys(found)
        return self._faces[uri]

    def root(self, location: Location) -> RootCode:
        """Ask for all that a document's root needs."""
        is_class = self.values.is_object(location)
        arguments = code("data, {cls}", cls=self.reference(location)) if is_class else Code("data")
        encoder = Encoder(self.values, _Home(self, self.module(location)))
        return RootCode(
            annotation=self.annotation(location, location),
            valid=self.valid(location),
            problems=self.problems(location),
            decode=self.decode(location),
            arguments=arguments,
            encoded=encoder.data(location, Code("value")),
            text=TextEncoder(encoder).text(location, Code("value")),
        )

    def class_code(self, location: Location) -> ClassCode:
        """Ask for all that a class needs."""
        item = self.values.map(location).item
        additional = Code("object") if item is None else self.annotation(item, location)
        return ClassCode(
            read=self.read(location),
            write=self.write(location),
            text=self.text(location),
            problems=self.problems(location),
            members=_Home(self, self.module(location)).fields(location),
            keeps_text=bool(self.values.kept(location)),
            additional=additional if self.values.has_additional(location) else Code(""),
        )

    def reference(self, location: Location) -> Code:
        """Return the name of a class or enum, as its own module writes it."""
        return _Home(self, self.module(location)).reference(location)

    def _finished(self, module: _Module) -> ModuleCode:
        functions = _in_order(module.functions)
        lines = [line for _, line in (*module.constants.values(), *module.tables.values())]
        root = self.root(Location(module.uri)) if self.whole else _FACELESS
        text = "\n".join([*lines, root.encoded, root.text, *(function.source for function in functions)])
        return ModuleCode(
            root=root,
            classes={location: self.class_code(location) for location in self._classes[module.uri]},
            tables=tuple(line for _, line in sorted(module.tables.values())),
            constants=tuple(line for _, line in sorted(module.constants.values())),
            functions=functions,
            standard=(Code("re"),) if "re.compile(" in text else (),
            runtime=_runtime_modules(text),
            imports=_aliases(module.imports),
            problems=json.dumps({name: rows for _, name, rows in sorted(module.problems, key=itemgetter(0, 1))}),
        )

    def module(self, location: Location) -> _Module:
        """Return the module that a location's code stands in."""
        return self._modules[location.document]

    def outline(self, target: Target) -> tuple[Node, ...]:
        """Return a target's nodes for a variable that nobody has; no constant is kept for them."""
        key = target.location, target.context
        if key not in self._outlines:
            subschema = self.program[target.location]
            scope = Scope(self.program, subschema, Code("value"), target.context, _Unkept())
            self._outlines[key] = nodes(scope)
        return self._outlines[key]

    def request(self, role: str, target: Target, *, seen: bool = False) -> Code:
        """Ask for a function for a target; return its bare name."""
        return self._ask(_Request(role, target.location, target.context, seen))

    def request_problems(self, target: Target) -> str:
        """Ask for the rows of a target; return their name in the tables of problems."""
        return self._in_table(_Request("problems", target.location, target.context, seen=False))

    def _ask(self, request: _Request) -> Code:
        if request not in self._names:
            uri = request.location.document
            module = self._modules[uri]
            if self.whole and not module.is_open:
                module.is_open = True
                for other in self._face(uri):
                    self._ask(other)
            if request not in self._names:
                self._names[request] = identifier(module.taken.claim(self._wanted(request)))
                (self._waiting if uri in self._own else self._asked[uri]).append(request)
        if self._own and request.location.document not in self._own:
            self._elsewhere[request] = self._names[request]
        return self._names[request]

    def _wanted(self, request: _Request) -> str:
        return f"_{request.role}_{self.label(request.location)}" + ("_seen" if request.seen else "")

    def label(self, location: Location) -> str:
        """Return the words for a location: its own label, or the nearest one above it and the way from there."""
        words: list[str] = []
        at = location
        while at not in self.labels and at.pointer:
            above, _, token = at.pointer.rpartition("/")
            if token not in _UNSAID:
                words.insert(0, names.identifier(token, "item").lower().strip("_"))
            at = Location(at.document, above)
        start = self.labels.get(at, self.module(at).name)
        return "_".join([start, *words])

    def _print(self, request: _Request) -> None:
        module, order, name = self.module(request.location), self._order[request.location], self._names[request]
        home, target = _Home(self, module), Target(request.location, request.context, "")
        if request.role == "problems":
            maker = TableMaker(self.program, home, self._expression)
            module.problems.append((order, _table_name(name), maker.subschema(target)))
        else:
            source = _PRINT[request.role](home, target, name, seen=request.seen)
            module.functions.append((order, FunctionCode(request.location, name, source)))

    def _expression(self, pattern: str, location: Location) -> str:
        return self.translate(pattern, location).source


def _table_name(name: str) -> str:
    """Return the name in a table of what no function is printed for, though it has the name of one."""
    return name.removeprefix("_problems_")


def _row(request: _Request, name: Code) -> JSON:
    """Return a request and the name of its function as JSON."""
    at, bindings = request.location, request.context.bindings
    bound: list[JSON] = [[anchor, found.document, found.pointer] for anchor, found in bindings]
    return [request.role, at.document, at.pointer, bound, request.seen, name]


def _request(row: JSON) -> tuple[_Request, str]:
    """Return a request and the name of its function from their JSON."""
    role, document, pointer, bound, seen, name = cast(list[Any], row)
    context = Context(tuple((anchor, Location(uri, at)) for anchor, uri, at in bound))
    return _Request(role, Location(document, pointer), context, seen), name


_UNSAID = frozenset({"properties", "$defs", "definitions", "items", "allOf", "anyOf", "oneOf", "$ref"})


def _listed(values: Sequence[JSON]) -> Code:
    """Return a list of values, one on a line where one line would be long."""
    shown = literal(list(values))
    if len(shown) <= 80:
        return shown
    return code("[\n{lines}\n]", lines=join("\n", [code("    {value},", value=literal(value)) for value in values]))


def _runtime_modules(text: str) -> tuple[Code, ...]:
    """Return the modules of the runtime that a text uses."""
    used = set(_OF_RUNTIME.findall(text))
    return tuple(identifier(name) for name in _RUNTIME if name in used)


_FACELESS = RootCode(*[Code("")] * 7)
_ROWS = "tuple[tuple[str, str, bool], ...]"
_RUNTIME = tuple(sorted(f"_{name}" for name in names.RUNTIME_MODULES))
_OF_RUNTIME = re.compile(rf"(?<![\w.])({'|'.join(_RUNTIME)})\.")


def _in_order(functions: list[tuple[int, FunctionCode]]) -> tuple[FunctionCode, ...]:
    """Return functions in the order of the schema."""
    return tuple(function for _, function in sorted(functions, key=lambda pair: (pair[0], pair[1].name)))


class _Unkept:
    """Constants of nodes that are only looked at."""

    def names(self, location: Location, values: Sequence[str]) -> Code:
        """Return a name that stands for a frozen set of strings."""
        return Code("NAMES")

    def value(self, location: Location, value: JSON) -> Code:
        """Return a name that stands for a JSON value."""
        return Code("VALUE")

    def keys(self, location: Location, values: Sequence[JSON]) -> Code:
        """Return a name that stands for a frozen set of equality keys."""
        return Code("KEYS")

    def search(self, location: Location, pattern: str) -> Code:
        """Return a name that stands for a search function."""
        return Code("PATTERN")


class _Home:
    """What a printer knows of the module that it prints into: how things are called from there."""

    def __init__(self, compiler: Compiler, module: _Module) -> None:
        self.compiler = compiler
        self.module = module

    # Functions

    def valid(self, target: Target, *, seen: bool) -> Code:
        """Return the function that answers valid or not, as it is called from here."""
        return self._called(self.compiler.request("valid", target, seen=seen), target.location)

    def asked(self, target: Target, *, seen: bool) -> Code:
        """Return the function that answers valid or not, given what was asked before, as it is called from here."""
        return self._called(self.compiler.request("asked", target, seen=seen), target.location)

    def is_asking(self, location: Location) -> bool:
        """Return whether the function of a location looks at what was asked before, or hands it on."""
        return location in self.compiler.asking

    def is_remembered(self, target: Target) -> bool:
        """Return whether the answer to a target is remembered while one instance is looked at."""
        return (target.location, target.context) in self.compiler.remembered

    def problems(self, target: Target) -> str:
        """Return the name of the target's rows in the tables of problems."""
        return self.compiler.request_problems(target)

    def decode(self, target: Target) -> Code:
        """Return the function that decodes a value, as it is called from here."""
        return self._called(self.compiler.request("decode", target), target.location)

    def decode_class(self, target: Target) -> Code:
        """Return the function that makes an object of a class, as it is called from here."""
        return self._called(self.compiler.request("read", target), target.location)

    def write(self, location: Location) -> Code | None:
        """Return the function that makes a dict of an object, None if it stands in another module."""
        return self.compiler.write(location) if self.is_local(location) else None

    def text(self, location: Location) -> Code | None:
        """Return the function that writes an object as JSON text, None if it stands in another module."""
        return self.compiler.text(location) if self.is_local(location) else None

    # Values

    def reference(self, location: Location) -> Code:
        """Return the name of the class or enum, as it is written here."""
        values = self.compiler.values
        found = values.classes.get(location) or values.enums[location]
        if not self.is_local(location):
            self.compiler.valid(Location(location.document))  # so that there is a module, though nothing calls it
        return self._called(identifier(found.name), location)

    def annotation(self, location: Location) -> Code:
        """Return the annotation of a subschema's value, as it is written here."""
        return self.compiler.values.annotation(location, self.reference)

    def members(self, location: Location, *, nullable: bool) -> Code:
        """Return the table of an enum's members by value, which is kept in this module."""
        enum = self.reference(location)
        pairs = "{member.value: member for member in {enum}}" + (" | {None: None}" if nullable else "")
        return self._table(location, "MEMBERS", code(pairs, enum=enum))

    def constant_table(self, location: Location, values: tuple[JSON, ...]) -> Code:
        """Return the table that gives each of the values for itself."""
        pairs = join(", ", [code("{v}: {v}", v=literal(value)) for value in values])
        return self._table(location, "VALUES", code("{{pairs}}", pairs=pairs))

    def made_of(self, location: Location) -> Code:
        """Return what an object is made of: a frozen class has a twin that can be written to."""
        if not self.compiler.frozen:
            return Code("cls")
        return self._table(location, "TWIN", code("_model.twin({cls})", cls=self.reference(location)), "type[Any]")

    def finish(self, location: Location, lines: Lines) -> None:
        """Print the end of the function that makes an object; a frozen one becomes what it is."""
        if not self.compiler.frozen:
            lines.add("return self")
            return
        with lines.block("if cls is not {cls}:", cls=self.reference(location)):
            lines.add("return _model.as_subclass(self, cls)")
        lines.add("self.__class__ = cls")
        lines.add("return self")

    def fields(self, location: Location) -> Code:
        """Return the table of a class's fields as (Python name, JSON name, always there)."""
        rows = [
            code("    ({p}, {j}, {r}),\n", p=literal(found.name), j=literal(found.json_name), r=literal(found.required))
            for found in self.compiler.values.properties(location)
        ]
        return self._constant(location, "FIELDS", code("(\n{rows})", rows=join("", rows)), Code(_ROWS))

    def _table(self, location: Location, kind: str, value: Code, annotation: str = "dict[object, Any]") -> Code:
        known = self.module.tables.get((kind, value))
        if known is None:
            name = self._claimed(location, kind)
            line = code("{n}: {a} = {v}", n=name, a=Code(annotation), v=value)
            known = self.module.tables[kind, value] = (name, line)
        return known[0]

    def _claimed(self, location: Location, kind: str) -> Code:
        label = self.compiler.label(location).upper()
        ending = "" if label.endswith(f"_{kind}") else f"_{kind}"
        return identifier(self.module.taken.claim(f"_{label}{ending}"))

    # Where things are

    def claim(self, name: Code) -> Code:
        """Return a name that nothing else in the module has."""
        return identifier(self.module.taken.claim(name))

    def outline(self, target: Target) -> tuple[Node, ...]:
        """Return the target's nodes, to look at."""
        return self.compiler.outline(target)

    def is_local(self, location: Location) -> bool:
        """Return whether the location's code stands in this module."""
        return location.document == self.module.uri

    def has_function(self, location: Location) -> bool:
        """Return whether the location has a function of its own, whatever its size."""
        return self.compiler.is_entry(location)

    def _called(self, name: Code, location: Location) -> Code:
        if not self.is_local(location):
            other = self.compiler.module(location).name
            self.module.imports.add(other)
            return code("{module}.{name}", module=identifier(names.module_alias(other)), name=name)
        return name

    # Constants

    def names(self, location: Location, values: Sequence[str]) -> Code:
        """Keep a frozen set of strings."""
        listed = _listed(list(dict.fromkeys(values)))
        return self._constant(location, "NAMES", code("frozenset({listed})", listed=listed), Code("frozenset[str]"))

    def value(self, location: Location, value: JSON) -> Code:
        """Keep a JSON value."""
        return self._constant(location, "VALUE", literal(value), Code("_data.JSON"))

    def keys(self, location: Location, values: Sequence[JSON]) -> Code:
        """Keep a frozen set of the JSON values' equality keys."""
        listed = _listed(values)
        return self._constant(location, "KEYS", code("frozenset(map(_equality.key, {listed}))", listed=listed))

    def search(self, location: Location, pattern: str) -> Code:
        """Keep the search function of an ECMA-262 pattern."""
        source = literal(self.compiler.translate(pattern, location).source)
        return self._constant(location, "PATTERN", code("re.compile({source}).search", source=source))

    def _constant(self, location: Location, kind: str, value: Code, annotation: Code | None = None) -> Code:
        known = self.module.constants.get((kind, value))
        if known is None:
            name = self._claimed(location, kind)
            declared = name if annotation is None else code("{n}: {a}", n=name, a=annotation)
            known = self.module.constants[kind, value] = (name, code("{n} = {v}", n=declared, v=value))
        return known[0]


def _signature(home: _Home, target: Target, template: str, body: Lines, **parts: Code) -> Code:
    """Return a function's source; one that an instance starts at takes what its caller has, untyped."""
    entry = home.compiler.is_entry(target.location)
    start = "    value: _data.JSON = data\n" if entry else ""
    value = Code("data: Any" if entry else "value: _data.JSON")
    text = body.text() if len(body) else Code("    pass")
    return code("def " + template + ":\n" + start + "{body}", value=value, body=text, **parts)


_SEEN = Code(", seen: set[str | int]")
_ASKED = Code("dict[object, set[str | int] | None]")


def _aliases(modules: Iterable[str]) -> Mapping[str, str]:
    return {identifier(module): identifier(names.module_alias(module)) for module in sorted(modules)}


def _print_valid(home: _Home, target: Target, name: Code, *, seen: bool) -> Code:
    lines = Lines("value", "data", "seen")
    parts: list[Code] = []
    if home.is_asking(target.location):
        arguments = Code("value, seen, {}" if seen else "value, {}")
        lines.add("return {f}({arguments})", f=home.asked(target, seen=seen), arguments=arguments)
    else:
        parts = _valid_body(home, target, name, lines, Code("seen") if seen else None)
    more = _SEEN if seen else Code("")
    return _with(parts, _signature(home, target, "{name}({value}{more}) -> bool", lines, name=name, more=more))


def _with(parts: Sequence[Code], function: Code) -> Code:
    """Return a function's source, with those of the functions that do a part of its work."""
    return join("\n\n\n", [function, *parts])


def _print_asked(home: _Home, target: Target, name: Code, *, seen: bool) -> Code:
    """Return the function that is given what was asked before: no answer is an answer of no, until there is another."""
    lines = Lines("value", "seen", "asked", "key", "found", "own")
    if not home.is_remembered(target):
        parts = _valid_body(home, target, name, lines, Code("seen") if seen else None, Code("asked"))
    else:
        lines.add("key = {name}, _data.identity(value)", name=name)
        with lines.block("if key in asked:"):
            if seen:
                lines.add("seen.update(asked[key] or ())")
            lines.add("return asked[key] is not None")
        lines.add("asked[key] = None")
        lines.add("own: set[str | int] = set()")
        end = ("asked[key] = own", *(["seen.update(own)"] if seen else []))
        parts = _valid_body(home, target, name, lines, Code("own") if seen else None, Code("asked"), end)
    more = _SEEN if seen else Code("")
    template = "def {name}(value: _data.JSON{more}, asked: {dict}) -> bool:\n{body}"
    return _with(parts, code(template, name=name, more=more, dict=_ASKED, body=lines.text()))


def _valid_body(
    home: _Home,
    target: Target,
    name: Code,
    lines: Lines,
    seen: Code | None,
    asked: Code | None = None,
    end: Sequence[str] = (),
) -> list[Code]:
    """Print all that the target says of `value`, and what comes at the end before it is valid.

    Returns the functions that do a part of it.
    """
    printer = FastPrinter(home.compiler.program, home, home, lines, Code("return False"))
    printer.name, printer.asked = name, asked
    printer.subschema(target, Code("value"), seen)
    printer.finish(end)
    return printer.parts


def _print_decode(home: _Home, target: Target, name: Code, *, seen: bool) -> Code:
    lines = Lines("value", "data", "asked")
    printer = _decoding(home, lines)
    if home.compiler.values.plain(target.location):
        printer.subschema(target, Code("value"), None)
        lines.add("return value")
    else:
        printer.decode_here(target, Code("value"), lambda value: lines.add("return {value}", value=value))
    _begin(printer)
    return _signature(home, target, "{name}({value}) -> Any", lines, name=name)


def _print_read(home: _Home, target: Target, name: Code, *, seen: bool) -> Code:
    lines = Lines("value", "data", "self", "cls", "known", "asked")
    printer = _decoding(home, lines)
    printer.class_body(target, Code("value"))
    _begin(printer)
    return _signature(home, target, "{name}({value}, cls: type[Any]) -> Any", lines, name=name)


def _decoding(home: _Home, lines: Lines) -> DecodePrinter:
    printer = DecodePrinter(home.compiler.program, home, home, lines, home.compiler.values)
    printer.asked = Code("asked")
    return printer


def _begin(printer: DecodePrinter) -> None:
    """Print that nothing was asked before, where something looks at that."""
    if printer.has_asked:
        printer.lines.insert((0, 1), "asked: {dict} = {}", dict=_ASKED)


def _print_text(home: _Home, target: Target, name: Code, *, seen: bool) -> Code:
    lines = Lines("self", "text")
    text_body(lines, Encoder(home.compiler.values, home), target.location)
    parts = {"name": name, "cls": home.reference(target.location), "body": lines.text()}
    return code("def {name}(self: {cls}) -> str:\n{body}", **parts)


def _print_write(home: _Home, target: Target, name: Code, *, seen: bool) -> Code:
    lines = Lines("self", "data")
    class_body(lines, Encoder(home.compiler.values, home), target.location)
    parts = {"name": name, "cls": home.reference(target.location), "body": lines.text()}
    return code("def {name}(self: {cls}) -> dict[str, object]:\n{body}", **parts)


_PRINT = {
    "valid": _print_valid,
    "asked": _print_asked,
    "decode": _print_decode,
    "read": _print_read,
    "write": _print_write,
    "text": _print_text,
}
