"""The compiler: which functions a package needs, each printed once, and the constants that they share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter

from .. import names
from ..escapes import Code
from ..ir import ClassCode, FunctionCode, Location, ModuleCode, RootCode
from ..records import dataclass
from .compilation import VALUE, Compilation, table_name
from .emit import text as printing
from .emit.encode import Encoder
from .emit.json_text import TextEncoder
from .emit.pieces import made_once
from .emit.tables import TableMaker
from .emit.tree import Constant, Expression, FunctionDef, Name
from .makers import MAKERS
from .module_scope import MadeFunction, Module, ModuleScope
from .names.functions import Request
from .nodes import Node, Target
from .regex.patterns import Pattern


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
        self.values = made_of.values
        self._translate = translate
        self._modules = {uri: Module(uri, made_of.modules[uri]) for uri in documents}
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
            scope = ModuleScope(self, self.module(at))
            content = scope.content(location)
            piece = None if content is None else ("annotation", content)
            self._annotations[key], used = made_once(scope, piece, lambda: _printed_alone(scope.annotation(location)))
            scope.module.names |= used
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
        encoder = Encoder(self.values, ModuleScope(self, module))
        return RootCode(
            annotation=self.annotation(location, location),
            valid=Code(self.valid(location).identifier),
            problems=self.problems(location),
            decode=Code(self.decode(location).identifier),
            arguments=Code(arguments),
            encoded=printing.expression(encoder.data(location, VALUE), module.names),
            text=printing.expression(TextEncoder(encoder).text(location, VALUE), module.names),
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
            members=Code(ModuleScope(self, self.module(location)).fields(location).identifier),
            keeps_text=bool(self.values.kept(location)),
            additional=additional if self.values.has_additional(location) else Code(""),
        )

    def reference(self, location: Location) -> Name:
        """Return the name of a class or enum, as its own module writes it."""
        return self.values.named(location)

    def _finished(self, module: Module) -> ModuleCode:
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

    def module(self, location: Location) -> Module:
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
        scope, target = ModuleScope(self, module), Target(request.location, request.context, "")
        if request.role == "problems":
            maker = TableMaker(self.analysis, scope, self._expression)
            module.problems.append((order, table_name(name.identifier), maker.subschema(target)))
        else:
            made = MAKERS[request.role](scope, target, name, evaluated=request.evaluated)
            module.functions.append(MadeFunction(order, name.identifier, request.location, tuple(made)))

    def translated(self, pattern: str, location: Location) -> Pattern:
        """Return an ECMA-262 pattern in Python's language."""
        return self._translate(pattern, location)

    def _expression(self, pattern: str, location: Location) -> str:
        self.requested += 1  # what is wrong with a pattern is said of its place
        return self.translated(pattern, location).source


def _printed_alone(node: Expression) -> tuple[Code, printing.Names]:
    """Return the text of an expression, and the names that it uses."""
    used = printing.Names()
    return printing.expression(node, used), used


def _declared(constants: Iterable[Constant], used: printing.Names) -> tuple[Code, ...]:
    """Return the lines that give names at the top level their values, in the order of the names."""
    in_order = sorted(constants, key=lambda constant: constant.name.identifier)
    return tuple([printing.constant(constant, used) for constant in in_order])


_IMPORTED = ("Any", "IPv4Address", "IPv6Address", "Literal", "UUID", "datetime", "quoted", "re")
"""What a module imports if its text uses it, beside modules of the package."""

_NO_ROOT = RootCode(*[Code("")] * 7)
_RUNTIME = tuple(sorted(f"_{name}" for name in names.RUNTIME_MODULES))


def _printed(made: MadeFunction, used: printing.Names) -> Iterator[FunctionCode]:
    """Yield a function and those that do a part of its work as text."""
    for function in made.functions:
        yield FunctionCode(made.location, Code(function.name.identifier), printing.function(function, used))


def _aliases(modules: Iterable[str]) -> Mapping[str, str]:
    return {
        Code(Name(module).identifier): Code(Name(names.module_alias(module)).identifier) for module in sorted(modules)
    }
