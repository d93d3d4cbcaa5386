"""The subschemas and settings of a package, of which all its functions are made, and the names of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from ..escapes import Code
from ..ir import JSON, Location, Subschema
from .analysis import Analysis
from .contents import Contents
from .emit.passes import PASSES
from .emit.pieces import Pieces
from .emit.tree import Name
from .keywords import Scope
from .lower import nodes
from .names.functions import FunctionNames, Request, by_document
from .nodes import Context, Node
from .types import Enumeration, Values

VALUE: Final = Name("value")
"""The variable of the instance in every function that takes one."""


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
        return f"{self.modules[request.location.document]}/{table_name(self.name(request))}"

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
        content = self.contents[location]
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


def table_name(name: str) -> str:
    """Return the name in a table of what no function is printed for, though it has the name of one."""
    return name.removeprefix("_problems_")


class _Unkept:
    """Constants of nodes that are only looked at."""

    def names(self, location: Location, values: Sequence[str]) -> Name:
        """Return a name that stands for a frozen set of strings."""
        return Name("_NAMES")

    def value(self, location: Location, value: JSON) -> Name:
        """Return a name that stands for a JSON value."""
        return Name("VALUE")

    def keys(self, location: Location, values: Sequence[JSON]) -> Name:
        """Return a name that stands for a frozen set of equality keys."""
        return Name("_KEYS")

    def search(self, location: Location, pattern: str) -> Name:
        """Return a name that stands for a search function."""
        return Name("_PATTERN")


def looked_at(analysis: Analysis, subschema: Subschema, context: Context) -> Scope:
    """Return the scope of a subschema whose nodes are looked at and not printed."""
    return Scope(analysis, subschema, VALUE, context, _Unkept())
