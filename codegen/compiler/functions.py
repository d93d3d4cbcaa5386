"""The compiler: which functions a package needs, each printed once, and the constants that they share."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from .. import names
from ..escapes import Code
from ..ir import JSON, ClassCode, FunctionCode, Location, ModuleCode, RootCode, Subschema
from .analysis import Analysis
from .contents import Contents
from .emit import text as printing
from .emit.body import Body
from .emit.decode import DecodePrinter
from .emit.encode import Encoder, class_body
from .emit.json_text import TextEncoder, text_body
from .emit.passes import PASSES
from .emit.pieces import Pieces
from .emit.tables import TableMaker
from .emit.templates import expression, statement
from .emit.tree import (
    Attribute,
    Constant,
    Dict,
    Expression,
    FunctionDef,
    Name,
    Parameter,
    Pass,
    Return,
    Statement,
    Tuple,
    literal,
    literals,
)
from .emit.validate import EVALUATED, MEMO, FastPrinter
from .keywords import Scope
from .lower import nodes
from .names.functions import FunctionNames, Request, by_document
from .nodes import Context, Node, Target
from .regex.translate import Pattern
from .types import Enumeration, Values


class _Made(NamedTuple):
    """A function that was requested, and those that do a part of its work."""

    order: int  # of its subschema in the schema
    name: str
    location: Location
    functions: tuple[FunctionDef, ...]


@dataclass(slots=True)
class _Module:
    """One module while it grows."""

    uri: str
    name: str
    constants: dict[tuple[str, Expression], Constant] = field(default_factory=dict)
    tables: dict[tuple[str, Expression], Constant] = field(default_factory=dict)
    taken: names.Taken = field(default_factory=names.Taken)
    functions: list[_Made] = field(default_factory=list)
    problems: list[tuple[int, str, JSON]] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    names: printing.Names = field(default_factory=set)  # that its text uses
    is_open: bool = False

    def is_used(self) -> bool:
        """Return whether anything of the module was requested."""
        return bool(self.functions or self.problems)


@dataclass(frozen=True)
class Compilation:
    """The subschemas and settings of a package, of which all its functions are made.

    `modules` names the module of each document; `labels` has the words for a location's functions and constants where
    they are not made from its pointer. Modules that are not `whole` have no public functions: only what was requested.
    While one instance is validated, the validity of what is `remembered` is kept. `passes` are the names of those that
    are not turned off.
    """

    analysis: Analysis
    modules: Mapping[str, str]
    labels: Mapping[Location, str]
    values: Values
    frozen: bool = False
    whole: bool = True
    remembered: frozenset[tuple[Location, Context]] = frozenset()
    passes: frozenset[str] = frozenset(PASSES)
    outlines: dict[tuple[Location, Context], tuple[Node, ...]] = field(default_factory=dict, repr=False, compare=False)
    pieces: Pieces = field(default_factory=Pieces, repr=False, compare=False)

    def entry(self, role: str, location: Location) -> Request:
        """Return the function of a role for a subschema that an instance starts at."""
        if role in ("write", "text"):
            return Request(role, location, Context(), evaluated=False)
        if role == "decode" and self.values.is_object(location):
            role = "read"
        return Request(role, location, self.analysis.enter(Context(), location), evaluated=False)

    def name(self, request: Request) -> Code:
        """Return the name of a function, which depends on the place of its subschema alone."""
        has_scope = request.role not in ("write", "text")
        usual = self.analysis.enter(Context(), request.location) if has_scope else Context()
        return self.names.of(request, usual)

    def table(self, request: Request) -> str:
        """Return the name of the rows of a subschema in the tables of problems."""
        return f"{self.modules[request.location.document]}/{_table_name(self.name(request))}"

    def public_requests(self, uri: str) -> Iterator[Request]:
        """Yield the functions that a module has for the public, if anything of it is requested."""
        yield from (self.entry(role, Location(uri)) for role in ("valid", "problems", "decode"))
        for location in self.classes.get(uri, ()):
            yield from (self.entry(role, location) for role in ("read", "write", "text", "problems"))

    @cached_property
    def names(self) -> FunctionNames:
        """The names of all functions that there may be."""
        first = {uri: (Location(uri), *self.classes.get(uri, ())) for uri in self.modules}
        return FunctionNames(self.modules, self.labels, first, by_document(self.order), self.analysis.anchored)

    @cached_property
    def classes(self) -> Mapping[str, Sequence[Location]]:
        """The classes of each document that has some."""
        return by_document(self.values.classes)

    @cached_property
    def enums(self) -> Mapping[str, Sequence[tuple[Location, Enumeration]]]:
        """The enums of each document that has some."""
        places = by_document(self.values.enums)
        return {uri: [(at, self.values.enums[at]) for at in locations] for uri, locations in places.items()}

    @cached_property
    def order(self) -> Mapping[Location, int]:
        """The place of each subschema among all of them."""
        return {location: index for index, location in enumerate(self.analysis.subschemas)}

    def outline(self, location: Location, context: Context) -> tuple[Node, ...]:
        """Return a subschema's nodes for a variable that nobody has; one object for equal ones without parts."""
        subschema = self.analysis[location]
        content = self.contents.of(location)
        if content is None or any(keyword.schemas for keyword in subschema.keywords.values()):
            return nodes(looked_at(self.analysis, subschema, context))
        if content not in self._of_contents:
            self._of_contents[content] = nodes(looked_at(self.analysis, subschema, context))
        return self._of_contents[content]

    @cached_property
    def _of_contents(self) -> dict[int, tuple[Node, ...]]:
        return {}

    @cached_property
    def contents(self) -> Contents:
        """The contents of subschemas that have nothing that is called after their place."""
        remembered = {location for location, _ in self.remembered}
        named = {*self.values.classes, *self.values.enums, *self.analysis.open_enums}
        return Contents(self.analysis, named | remembered)

    @cached_property
    def memo_users(self) -> frozenset[Location]:
        """The subschemas whose functions look at the memo of one instance, or pass it on."""
        return self.analysis.applying(location for location, _ in self.remembered)


@dataclass(frozen=True, slots=True)
class Compiled:
    """The modules of some documents by their URI, and what these need of other documents."""

    modules: Mapping[str, ModuleCode]
    asked: tuple[Request, ...]


class Compiler:
    """Makes the modules of some documents, each function once; those of others are called by the names that they have.

    An instance can start at a class or at a document's root, so these have functions of their own, whatever their size.
    """

    def __init__(
        self, made_of: Compilation, documents: Iterable[str], translate: Callable[[str, Location], Pattern]
    ) -> None:
        self.made_of = made_of
        self.analysis = made_of.analysis
        self.frozen = made_of.frozen
        self.passes = made_of.passes
        self.remembered = made_of.remembered
        self.memo_users = made_of.memo_users
        self.values = made_of.values
        self.translate = translate
        self._modules = {uri: _Module(uri, made_of.modules[uri]) for uri in documents}
        self._names: dict[Request, Name] = {}
        self._pending: list[Request] = []
        self._elsewhere: dict[Request, None] = {}
        self._annotations: dict[tuple[Location, str], Code] = {}
        self._roots: dict[Location, RootCode] = {}
        self._class_codes: dict[Location, ClassCode] = {}
        self.requested = 0  # how many functions, constants and names were

    def run(self, public: Iterable[str] = (), asked: Iterable[Request] = ()) -> Compiled:
        """Print the public functions of some documents, every function that others call, and what all these call.

        A document of which nothing is requested has no module.
        """
        for uri in public:
            self.root(Location(uri))
        for request in asked:
            self._ask(request)
        while self._pending:
            self._make(self._pending.pop())
            if not self._pending:
                self._complete()
        modules = {uri: self._finished(module) for uri, module in self._modules.items() if module.is_used()}
        return Compiled(modules, tuple(self._elsewhere))

    def _complete(self) -> None:
        """Request all public functions of every module of which something was requested."""
        for uri, module in self._modules.items():
            if self.made_of.whole and module.is_used():
                self.root(Location(uri))
                for location in self.made_of.classes.get(uri, ()):
                    self.class_code(location)
                    for property_ in self.values.properties(location):
                        self.annotation(property_.location, location)  # it may need a module that no function does

    def valid(self, location: Location) -> Name:
        """Request the function that returns whether an instance that starts at a subschema is valid."""
        return self._ask(self.made_of.entry("valid", location))

    def problems(self, location: Location) -> str:
        """Request the rows of a subschema that an instance starts at; return their name in the tables of problems."""
        return self._in_table(self.made_of.entry("problems", location))

    def _in_table(self, request: Request) -> str:
        self._ask(request)
        return self.made_of.table(request)

    def decode(self, location: Location) -> Name:
        """Request the function that decodes an instance which starts at the subschema."""
        return self._ask(self.made_of.entry("decode", location))

    def read(self, location: Location) -> Name:
        """Request the function that makes an object of the class at the location."""
        return self._ask(self.made_of.entry("read", location))

    def write(self, location: Location) -> Name:
        """Request the function that makes a dict of an object of the class at the location."""
        return self._ask(self.made_of.entry("write", location))

    def text(self, location: Location) -> Name:
        """Request the function that writes an object of the class at the location as JSON text."""
        return self._ask(self.made_of.entry("text", location))

    def annotation(self, location: Location, at: Location) -> Code:
        """Return the annotation of a subschema's value as the other location's module writes it."""
        key = location, at.document
        if key not in self._annotations:
            module = self.module(at)
            self._annotations[key] = printing.expression(_Home(self, module).annotation(location), module.names)
        return self._annotations[key]

    def is_entry(self, location: Location) -> bool:
        """Return whether an instance can start at the location: a class, or the root of a document."""
        return location in self.values.classes or not location.pointer

    def trees(self) -> dict[str, tuple[Constant | FunctionDef, ...]]:
        """Return by document the constants and functions of the last run, as the trees that were printed."""
        return {
            module.uri: (
                *(*module.constants.values(), *module.tables.values()),
                *(function for each in module.functions for function in each.functions),
            )
            for module in self._modules.values()
            if module.is_used()
        }

    def root(self, location: Location) -> RootCode:
        """Request all that a document's root needs."""
        if location not in self._roots:
            self._roots[location] = self._root(location)
        return self._roots[location]

    def _root(self, location: Location) -> RootCode:
        is_class = self.values.is_object(location)
        arguments = f"data, {self.reference(location).identifier}" if is_class else "data"
        module = self.module(location)
        encoder = Encoder(self.values, _Home(self, module))
        return RootCode(
            annotation=self.annotation(location, location),
            valid=Code(self.valid(location).identifier),
            problems=self.problems(location),
            decode=Code(self.decode(location).identifier),
            arguments=Code(arguments),
            encoded=printing.expression(encoder.data(location, _VALUE), module.names),
            text=printing.expression(TextEncoder(encoder).text(location, _VALUE), module.names),
        )

    def class_code(self, location: Location) -> ClassCode:
        """Request all that a class needs."""
        if location not in self._class_codes:
            self._class_codes[location] = self._class_code(location)
        return self._class_codes[location]

    def _class_code(self, location: Location) -> ClassCode:
        item = self.values.map(location).item
        additional = Code("object") if item is None else self.annotation(item, location)
        return ClassCode(
            read=Code(self.read(location).identifier),
            write=Code(self.write(location).identifier),
            text=Code(self.text(location).identifier),
            problems=self.problems(location),
            members=Code(_Home(self, self.module(location)).fields(location).identifier),
            keeps_text=bool(self.values.kept(location)),
            additional=additional if self.values.has_additional(location) else Code(""),
        )

    def reference(self, location: Location) -> Name:
        """Return the name of a class or enum, as its own module writes it."""
        return self.values.named(location)

    def _finished(self, module: _Module) -> ModuleCode:
        """Return the code of a module, which is printed now that all of it is made."""
        root = self.root(Location(module.uri)) if self.made_of.whole else _NO_ROOT
        classes = {location: self.class_code(location) for location in self.made_of.classes.get(module.uri, ())}
        tables, constants = (_declared(lines.values(), module.names) for lines in (module.tables, module.constants))
        in_order = sorted(module.functions, key=itemgetter(0, 1))
        functions = tuple([each for made in in_order for each in _printed(made, module.names)])
        return ModuleCode(
            root=root,
            classes=classes,
            enums=tuple(location for location, _ in self.made_of.enums.get(module.uri, ())),
            tables=tables,
            constants=constants,
            functions=functions,
            names=tuple([Code(name) for name in _IMPORTED if name in module.names]),
            runtime=tuple([Code(name) for name in _RUNTIME if name in module.names]),
            imports=_aliases(module.imports),
            problems=json.dumps({name: rows for _, name, rows in sorted(module.problems, key=itemgetter(0, 1))}),
        )

    def module(self, location: Location) -> _Module:
        """Return the module that a location's code stands in."""
        return self._modules[location.document]

    def outline(self, target: Target) -> tuple[Node, ...]:
        """Return a target's nodes for a variable that nobody has; no constant is kept for them."""
        key, outlines = (target.location, target.context), self.made_of.outlines
        if key not in outlines:
            outlines[key] = self.made_of.outline(*key)
        return outlines[key]

    def request(self, role: str, target: Target, *, evaluated: bool = False) -> Name:
        """Request a function for a target; return its bare name."""
        return self._ask(Request(role, target.location, target.context, evaluated))

    def request_problems(self, target: Target) -> str:
        """Request the rows of a target; return their name in the tables of problems."""
        return self._in_table(Request("problems", target.location, target.context, evaluated=False))

    def _ask(self, request: Request) -> Name:
        self.requested += 1
        if request not in self._names:
            module = self._modules.get(request.location.document)
            if module is not None and self.made_of.whole and not module.is_open:
                module.is_open = True
                for other in self.made_of.public_requests(module.uri):
                    self._ask(other)
            if request not in self._names:
                self._names[request] = Name(self.made_of.name(request))
                if module is None:
                    self._elsewhere[request] = None
                else:
                    self._pending.append(request)
        return self._names[request]

    def label(self, location: Location) -> str:
        """Return the words for a location: its own label, or the nearest one above it and the way from there."""
        return self.made_of.names.label(location)

    def _make(self, request: Request) -> None:
        """Make the function, or the rows, of a request."""
        module, order, name = self.module(request.location), self.made_of.order[request.location], self._names[request]
        home, target = _Home(self, module), Target(request.location, request.context, "")
        if request.role == "problems":
            maker = TableMaker(self.analysis, home, self._expression)
            module.problems.append((order, _table_name(name.identifier), maker.subschema(target)))
        else:
            made = _MAKERS[request.role](home, target, name, evaluated=request.evaluated)
            module.functions.append(_Made(order, name.identifier, request.location, tuple(made)))

    def _expression(self, pattern: str, location: Location) -> str:
        return self.translate(pattern, location).source


def _table_name(name: str) -> str:
    """Return the name in a table of what no function is printed for, though it has the name of one."""
    return name.removeprefix("_problems_")


def _declared(constants: Iterable[Constant], used: printing.Names) -> tuple[Code, ...]:
    """Return the lines that give names at the top level their values, in the order of the names."""
    in_order = sorted(constants, key=lambda constant: constant.name.identifier)
    return tuple([printing.constant(constant, used) for constant in in_order])


_IMPORTED = ("Any", "IPv4Address", "IPv6Address", "Literal", "UUID", "datetime", "quoted", "re")
"""What a module imports if its text uses it, beside modules of the package."""

_VALUE = Name("value")
_NO_ROOT = RootCode(*[Code("")] * 7)
_ROWS = expression("tuple[tuple[str, str, bool], ...]")
_RUNTIME = tuple(sorted(f"_{name}" for name in names.RUNTIME_MODULES))


def _printed(made: _Made, used: printing.Names) -> Iterator[FunctionCode]:
    """Yield a function and those that do a part of its work as text."""
    for function in made.functions:
        yield FunctionCode(made.location, Code(function.name.identifier), printing.function(function, used))


_ANY_JSON = expression("_data.JSON")
_TABLE = expression("dict[object, Any]")
_STRINGS = expression("frozenset[str]")
_TYPED = statement("value: _data.JSON = data")
_CLS = Parameter(Name("cls"), expression("type[Any]"))


class _Unkept:
    """Constants of nodes that are only looked at."""

    def names(self, location: Location, values: Sequence[str]) -> Name:
        """Return a name that stands for a frozen set of strings."""
        return Name("_NAMES")

    def value(self, location: Location, value: JSON) -> Name:
        """Return a name that stands for a JSON value."""
        return Name("_VALUE")

    def keys(self, location: Location, values: Sequence[JSON]) -> Name:
        """Return a name that stands for a frozen set of equality keys."""
        return Name("_KEYS")

    def search(self, location: Location, pattern: str) -> Name:
        """Return a name that stands for a search function."""
        return Name("_PATTERN")


def looked_at(analysis: Analysis, subschema: Subschema, context: Context) -> Scope:
    """Return the scope of a subschema whose nodes are looked at and not printed."""
    return Scope(analysis, subschema, _VALUE, context, _Unkept())


class _Home:
    """The module that a printer prints into: how functions and constants are called from there."""

    def __init__(self, compiler: Compiler, module: _Module) -> None:
        self.compiler = compiler
        self.module = module

    @property
    def passes(self) -> Collection[str]:
        """The names of the passes that are not turned off."""
        return self.compiler.passes

    # Pieces

    @property
    def pieces(self) -> Pieces:
        """The pieces that are kept of all modules."""
        return self.compiler.made_of.pieces

    @property
    def requested(self) -> int:
        """How many functions, constants and names were requested so far."""
        return self.compiler.requested

    def content(self, location: Location) -> int | None:
        """Return the number of a subschema's content, None if that leads elsewhere, or stands in another module."""
        return self.compiler.made_of.contents.of(location) if self.is_local(location) else None

    # Functions

    def valid(self, target: Target, *, evaluated: bool) -> Expression:
        """Return the function that returns whether a value is valid, as it is called from here."""
        return self._called(self.compiler.request("valid", target, evaluated=evaluated), target.location)

    def memoized(self, target: Target, *, evaluated: bool) -> Expression:
        """Return the function that returns whether a value is valid, and takes the memo, as it is called from here."""
        return self._called(self.compiler.request("memoized", target, evaluated=evaluated), target.location)

    def passes_memo(self, location: Location) -> bool:
        """Return whether the function of a location looks at the memo of one instance, or passes it on."""
        return location in self.compiler.memo_users

    def is_remembered(self, target: Target) -> bool:
        """Return whether the validity against a target is remembered while one instance is validated."""
        return (target.location, target.context) in self.compiler.remembered

    def problems(self, target: Target) -> str:
        """Return the name of the target's rows in the tables of problems."""
        return self.compiler.request_problems(target)

    def decode(self, target: Target) -> Expression:
        """Return the function that decodes a value, as it is called from here."""
        return self._called(self.compiler.request("decode", target), target.location)

    def decode_class(self, target: Target) -> Expression:
        """Return the function that makes an object of a class, as it is called from here."""
        return self._called(self.compiler.request("read", target), target.location)

    def write(self, location: Location) -> Expression | None:
        """Return the function that makes a dict of an object, None if it stands in another module."""
        return self.compiler.write(location) if self.is_local(location) else None

    def text(self, location: Location) -> Expression | None:
        """Return the function that writes an object as JSON text, None if it stands in another module."""
        return self.compiler.text(location) if self.is_local(location) else None

    # Values

    def reference(self, location: Location) -> Expression:
        """Return the name of the class or enum, as it is written here."""
        self.compiler.requested += 1
        if not self.is_local(location):
            self.compiler.valid(Location(location.document))  # so that there is a module, though nothing calls it
        return self._called(self.compiler.reference(location), location)

    def annotation(self, location: Location) -> Expression:
        """Return the annotation of a subschema's value, as it is written here."""
        return self.compiler.values.annotation(location, self.reference)

    def members(self, location: Location, *, nullable: bool) -> Expression:
        """Return the table of an enum's members by value, which is kept in this module."""
        enum = self.reference(location)
        pairs = "{member.value: member for member in {enum}}" + (" | {None: None}" if nullable else "")
        return self._table(location, "MEMBERS", expression(pairs, enum=enum))

    def constant_table(self, location: Location, values: tuple[JSON, ...]) -> Expression:
        """Return the table that gives each of the values for itself."""
        pairs = tuple([(listed := literal(value), listed) for value in values])
        return self._table(location, "VALUES", Dict(pairs))

    def made_of(self, location: Location) -> Expression:
        """Return what an object is made of: a frozen class has a twin that can be written to."""
        if not self.compiler.frozen:
            return Name("cls")
        twin = expression("_model.twin({cls})", cls=self.reference(location))
        return self._table(location, "TWIN", twin, expression("type[Any]"))

    def finish(self, location: Location, lines: Body) -> None:
        """Print the end of the function that makes an object; a frozen one becomes what it is."""
        if not self.compiler.frozen:
            lines.add("return self")
            return
        with lines.if_(expression("cls is not {cls}", cls=self.reference(location))):
            lines.add("return _model.as_subclass(self, cls)")
        lines.add("self.__class__ = cls")
        lines.add("return self")

    def fields(self, location: Location) -> Name:
        """Return the table of a class's fields as (Python name, JSON name, always there)."""
        rows = [
            Tuple((literal(property_.name), literal(property_.json_name), literal(property_.required)))
            for property_ in self.compiler.values.properties(location)
        ]
        return self._constant(location, "FIELDS", Tuple(tuple(rows), on_a_line=1), _ROWS)

    def _table(self, location: Location, kind: str, value: Expression, annotation: Expression = _TABLE) -> Name:
        self.compiler.requested += 1
        declared = self.module.tables.get((kind, value))
        if declared is None:
            declared = self.module.tables[kind, value] = Constant(self._claimed(location, kind), annotation, value)
        return declared.name

    def _claimed(self, location: Location, kind: str) -> Name:
        label = self.compiler.label(location).upper()
        ending = "" if label.endswith(f"_{kind}") else f"_{kind}"
        return Name(self.module.taken.claim(f"_{label}{ending}"))

    # Where things are

    def claim(self, name: str) -> Name:
        """Return a name that nothing else in the module has."""
        self.compiler.requested += 1
        return Name(self.module.taken.claim(name))

    def outline(self, target: Target) -> tuple[Node, ...]:
        """Return the target's nodes, to look at."""
        return self.compiler.outline(target)

    def is_local(self, location: Location) -> bool:
        """Return whether the location's code stands in this module."""
        return location.document == self.module.uri

    def has_function(self, location: Location) -> bool:
        """Return whether the location has a function of its own, whatever its size."""
        return self.compiler.is_entry(location)

    def _called(self, name: Name, location: Location) -> Expression:
        if not self.is_local(location):
            other = self.compiler.made_of.modules[location.document]
            self.module.imports.add(other)
            return Attribute(Name(names.module_alias(other)), name.identifier)
        return name

    # Constants

    def names(self, location: Location, values: Sequence[str]) -> Name:
        """Keep a frozen set of strings."""
        listed = literals(list(dict.fromkeys(values)))
        return self._constant(location, "NAMES", expression("frozenset({listed})", listed=listed), _STRINGS)

    def value(self, location: Location, value: JSON) -> Name:
        """Keep a JSON value."""
        return self._constant(location, "VALUE", literal(value), expression("_data.JSON"))

    def keys(self, location: Location, values: Sequence[JSON]) -> Name:
        """Keep a frozen set of the JSON values' equality keys."""
        keys = expression("frozenset(map(_equality.key, {listed}))", listed=literals(values))
        return self._constant(location, "KEYS", keys)

    def search(self, location: Location, pattern: str) -> Name:
        """Keep the search function of an ECMA-262 pattern."""
        source = literal(self.compiler.translate(pattern, location).source)
        return self._constant(location, "PATTERN", expression("re.compile({source}).search", source=source))

    def _constant(self, location: Location, kind: str, value: Expression, annotation: Expression | None = None) -> Name:
        self.compiler.requested += 1
        declared = self.module.constants.get((kind, value))
        if declared is None:
            declared = self.module.constants[kind, value] = Constant(self._claimed(location, kind), annotation, value)
        return declared.name


def _function(home: _Home, target: Target, name: Name, body: Body, returns: str, *more: Parameter) -> FunctionDef:
    """Return a function of a value; one that an instance starts at takes what its caller has, untyped."""
    statements = body.statements() or (Pass(),)
    value = Parameter(_VALUE, _ANY_JSON)
    if home.compiler.is_entry(target.location):
        value, statements = Parameter(Name("data"), Name("Any")), (_TYPED, *statements)
    return FunctionDef(name, (value, *more), Name(returns), statements)


def _aliases(modules: Iterable[str]) -> Mapping[str, str]:
    return {
        Code(Name(module).identifier): Code(Name(names.module_alias(module)).identifier) for module in sorted(modules)
    }


def _valid(home: _Home, target: Target, name: Name, *, evaluated: bool) -> list[FunctionDef]:
    lines = Body("value", "data", "evaluated")
    parts: list[FunctionDef] = []
    if home.passes_memo(target.location):
        template = "return {f}(value, evaluated, {})" if evaluated else "return {f}(value, {})"
        lines.add(template, f=home.memoized(target, evaluated=evaluated))
    else:
        parts = _valid_body(home, target, name, lines, EVALUATED.name if evaluated else None)
    return [_function(home, target, name, lines, "bool", *([EVALUATED] if evaluated else [])), *parts]


def _memoized(home: _Home, target: Target, name: Name, *, evaluated: bool) -> list[FunctionDef]:
    """Return the function that is given the memo, in which a value counts as not valid until it is known to be."""
    lines = Body("value", "evaluated", "memo", "key", "evaluated_here")
    if not home.is_remembered(target):
        parts = _valid_body(home, target, name, lines, EVALUATED.name if evaluated else None, MEMO.name)
    else:
        lines.add("key = ({name}, _data.identity(value))", name=name)
        with lines.if_(expression("key in memo")):
            if evaluated:
                lines.add("evaluated.update(memo[key] or ())")
            lines.add("return memo[key] is not None")
        lines.add("memo[key] = None")
        lines.add("evaluated_here: set[str | int] = set()")
        end = [
            statement("memo[key] = evaluated_here"),
            *([statement("evaluated.update(evaluated_here)")] if evaluated else []),
        ]
        parts = _valid_body(home, target, name, lines, Name("evaluated_here") if evaluated else None, MEMO.name, end)
    parameters = (Parameter(_VALUE, _ANY_JSON), *([EVALUATED] if evaluated else []), MEMO)
    return [FunctionDef(name, parameters, Name("bool"), lines.statements()), *parts]


def _valid_body(
    home: _Home,
    target: Target,
    name: Name,
    lines: Body,
    evaluated: Name | None,
    memo: Name | None = None,
    end: Sequence[Statement] = (),
) -> list[FunctionDef]:
    """Print all that the target says of `value`, and the statements that come at the end if it is valid.

    Returns the functions that do a part of it.
    """
    printer = FastPrinter(home.compiler.analysis, home, home, lines, statement("return False"))
    printer.name, printer.memo = name.identifier, memo
    printer.subschema(target, _VALUE, evaluated)
    printer.finish(end)
    return printer.parts


def _decode(home: _Home, target: Target, name: Name, *, evaluated: bool) -> list[FunctionDef]:
    lines = Body("value", "data", "memo")
    printer = _decoding(home, lines)
    if home.compiler.values.plain(target.location):
        printer.subschema(target, _VALUE, None)
        lines.append(Return(_VALUE))
    else:
        printer.decode_here(target, _VALUE, lambda value: lines.append(Return(value)))
    _begin(printer)
    return [_function(home, target, name, lines, "Any")]


def _read(home: _Home, target: Target, name: Name, *, evaluated: bool) -> list[FunctionDef]:
    lines = Body("value", "data", "self", "cls", "present", "memo")
    printer = _decoding(home, lines)
    printer.class_body(target, _VALUE)
    _begin(printer)
    return [_function(home, target, name, lines, "Any", _CLS)]


def _decoding(home: _Home, lines: Body) -> DecodePrinter:
    printer = DecodePrinter(home.compiler.analysis, home, home, lines, home.compiler.values)
    printer.memo = MEMO.name
    return printer


def _begin(printer: DecodePrinter) -> None:
    """Print an empty memo, where something looks at that."""
    if printer.needs_memo:
        printer.lines.begin(statement("memo: dict[object, set[str | int] | None] = {}"))


def _text(home: _Home, target: Target, name: Name, *, evaluated: bool) -> list[FunctionDef]:
    lines = Body("self", "text")
    text_body(lines, Encoder(home.compiler.values, home), target.location)
    return [_method(home, target, name, lines, Name("str"))]


def _write(home: _Home, target: Target, name: Name, *, evaluated: bool) -> list[FunctionDef]:
    lines = Body("self", "data")
    class_body(lines, Encoder(home.compiler.values, home), target.location)
    return [_method(home, target, name, lines, expression("dict[str, object]"))]


def _method(home: _Home, target: Target, name: Name, body: Body, returns: Expression) -> FunctionDef:
    """Return a function of an object of the target's class."""
    return FunctionDef(name, (Parameter(Name("self"), home.reference(target.location)),), returns, body.statements())


_MAKERS = {"valid": _valid, "memoized": _memoized, "decode": _decode, "read": _read, "write": _write, "text": _text}
"""By role, what makes a function, and those that do a part of its work."""
