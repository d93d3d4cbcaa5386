"""One module while it grows, and the scope of its functions: what they may name, and how it is called there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, Protocol

from .. import names
from ..ir import JSON, Location
from .compilation import Compilation
from .emit import text as printing
from .emit.body import Body
from .emit.pieces import Pieces
from .emit.templates import expression
from .emit.tree import Attribute, Constant, Dict, Expression, FunctionDef, Name, Tuple, literal, literals
from .nodes import Node, Target
from .regex.patterns import Pattern
from .types import Values

_ROWS = expression("tuple[tuple[str, str, bool], ...]")
_TABLE = expression("dict[Any, Any]")
_STRINGS = expression("frozenset[str]")


@lru_cache(maxsize=4096)
def _row_of(name: str, json_name: str, is_required: bool) -> Tuple:
    """Return the row of a field in the table of its class."""
    return Tuple((literal(name), literal(json_name), literal(is_required)))


class MadeFunction(NamedTuple):
    """A function that was requested, and those that do a part of its work."""

    order: int  # of its subschema in the schema
    name: str
    location: Location
    functions: tuple[FunctionDef, ...]


@dataclass(slots=True)
class Module:
    """One module while it grows."""

    uri: str
    name: str
    constants: dict[tuple[str, Expression], Constant] = field(default_factory=dict)
    tables: dict[tuple[str, Expression], Constant] = field(default_factory=dict)
    taken: names.Taken = field(default_factory=names.Taken)
    functions: list[MadeFunction] = field(default_factory=list)
    problems: list[tuple[int, str, JSON]] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    names: printing.Names = field(default_factory=set)  # that its text uses
    is_open: bool = False

    def is_used(self) -> bool:
        """Return whether anything of the module was requested."""
        return bool(self.functions or self.problems)


class Requests(Protocol):
    """The compiler, as far as a scope needs it: each method requests a function, and returns its name."""

    requested: int
    """How many functions, constants and names were requested so far."""

    @property
    def made_of(self) -> Compilation:
        """What all functions are made of."""

    @property
    def values(self) -> Values:
        """What Python sees of the subschemas."""

    def request(self, role: str, target: Target, *, evaluated: bool = False) -> Name:
        """Request a function for a target."""

    def request_problems(self, target: Target) -> str:
        """Request the rows of a target; return their name in the tables of problems."""

    def valid(self, location: Location) -> Name:
        """Request the function that returns whether an instance that starts at a subschema is valid."""

    def write(self, location: Location) -> Name:
        """Request the function that makes a dict of an object of the class at the location."""

    def text(self, location: Location) -> Name:
        """Request the function that writes an object of the class at the location as JSON text."""

    def reference(self, location: Location) -> Name:
        """Return the name of a class or enum, as its own module writes it."""

    def label(self, location: Location) -> str:
        """Return the words for a location."""

    def outline(self, target: Target) -> tuple[Node, ...]:
        """Return a target's nodes for a variable that nobody has."""

    def is_entry(self, location: Location) -> bool:
        """Return whether an instance can start at the location."""

    def translated(self, pattern: str, location: Location) -> Pattern:
        """Return an ECMA-262 pattern in Python's language."""


class ModuleScope:
    """What the printers of one module may name: functions, classes and constants, as they are called from there."""

    def __init__(self, compiler: Requests, module: Module) -> None:
        self.compiler = compiler
        self.module = module
        self._contents = compiler.made_of.contents

    @property
    def passes(self) -> Collection[str]:
        """The names of the passes that are not turned off."""
        return self.compiler.made_of.passes

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
        return self._contents[location] if location.document == self.module.uri else None

    # Functions

    def valid(self, target: Target, *, evaluated: bool) -> Expression:
        """Return the function that returns whether a value is valid, as it is called from here."""
        return self._called(self.compiler.request("valid", target, evaluated=evaluated), target.location)

    def memoized(self, target: Target, *, evaluated: bool) -> Expression:
        """Return the function that returns whether a value is valid, and takes the memo, as it is called from here."""
        return self._called(self.compiler.request("memoized", target, evaluated=evaluated), target.location)

    def passes_memo(self, location: Location) -> bool:
        """Return whether the function of a location looks at the memo of one instance, or passes it on."""
        return location in self.compiler.made_of.memo_users

    def is_remembered(self, target: Target) -> bool:
        """Return whether the validity against a target is remembered while one instance is validated."""
        return (target.location, target.context) in self.compiler.made_of.remembered

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
        if not self.compiler.made_of.frozen:
            return Name("cls")
        twin = expression("_model.twin({cls})", cls=self.reference(location))
        return self._table(location, "TWIN", twin, expression("type[Any]"))

    def finish(self, location: Location, lines: Body) -> None:
        """Print the end of the function that makes an object; a frozen one becomes what it is."""
        if not self.compiler.made_of.frozen:
            lines.add("return self")
            return
        with lines.if_(expression("cls is not {cls}", cls=self.reference(location))):
            lines.add("return _model.as_subclass(self, cls)")
        lines.add("self.__class__ = cls")
        lines.add("return self")

    def fields(self, location: Location) -> Name:
        """Return the table of a class's fields as (Python name, JSON name, always there)."""
        rows = [_row_of(each.name, each.json_name, each.required) for each in self.compiler.values.properties(location)]
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
        keys = expression("_equality.keys({listed})", listed=literals(values))
        return self._constant(location, "KEYS", keys)

    def search(self, location: Location, pattern: str) -> Name:
        """Keep the search function of an ECMA-262 pattern."""
        source = literal(self.compiler.translated(pattern, location).source)
        return self._constant(location, "PATTERN", expression("re.compile({source}).search", source=source))

    def _constant(self, location: Location, kind: str, value: Expression, annotation: Expression | None = None) -> Name:
        self.compiler.requested += 1
        declared = self.module.constants.get((kind, value))
        if declared is None:
            declared = self.module.constants[kind, value] = Constant(self._claimed(location, kind), annotation, value)
        return declared.name
