"""Nodes: what a keyword says of an instance, before it is printed as Python or made a row of a table.

The keyword functions make nodes; the printers turn the same nodes into code that validates and
code that decodes, and `tables` into the rows by which every problem is reported. A node never holds schema text but as
a literal.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from ..ir import JSON, Location
from ..records import dataclass
from .emit.tree import Expression


class Context(NamedTuple):
    """The dynamic scope as far as it matters: which subschema each dynamic anchor is bound to."""

    bindings: tuple[tuple[str, Location], ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A subschema in its dynamic scope, and the keyword path (a JSON Pointer) to it from the one that applies it."""

    location: Location
    context: Context
    path: str


Rule: TypeAlias = tuple[JSON, ...]
"""A condition for the tables of problems: a rule of the runtime's `_reporter`, and what that needs beside the value."""


@dataclass(frozen=True, slots=True)
class Check:
    """The instance is valid only if the test holds, which is the rule in Python; `message` says so to a person."""

    test: Expression
    rule: Rule
    keyword: str
    message: str
    drop: str = ""  # the conversion that does this check's work when it decodes: format
    value: Expression | None = None  # whose type the test looks at
    many: tuple[Expression, Expression] | None = None
    """The text, and the function that says of a list of texts if all are valid."""
    is_gathered: bool = False
    """Whether that function looks at the texts of a loop together; a pass says so."""


@dataclass(frozen=True, slots=True)
class TableCheck:
    """A check for the tables of problems alone: as code, it is part of another node."""

    rule: Rule
    keyword: str
    message: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The instance is one of the values, none of which may be left.

    `quick` is the test for a value of any type that raises TypeError for one without a hash, where there is such.
    `checks` are those of each keyword that the values come from.
    """

    value: Expression
    values: tuple[JSON, ...]
    test: Expression
    quick: Expression | None
    checks: tuple[Node, ...]
    is_quick: bool = False  # whether a pass has made the quick one the test


@dataclass(frozen=True, slots=True)
class Required:
    """The object has the property."""

    value: Expression
    name: str


@dataclass(frozen=True, slots=True)
class When:
    """The nodes count only if the object has the property, which the test says too."""

    test: Expression
    name: str
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Kinds:
    """Nodes by the JSON type of the instance; `otherwise` counts for an instance of no case's type."""

    value: Expression
    cases: tuple[tuple[str, Expression, tuple[Node, ...]], ...]
    otherwise: Check | None


@dataclass(frozen=True, slots=True)
class Apply:
    """The value itself is valid against the target."""

    value: Expression
    target: Target


@dataclass(frozen=True, slots=True)
class Member:
    """If the object has the property, its value is valid against the target."""

    value: Expression
    name: str
    target: Target
    required: bool = False
    in_place: bool = False  # whether its value needs no variable; a pass says so


@dataclass(frozen=True, slots=True)
class Each:
    """The value of every property that no name and no pattern takes is valid against the target.

    `named` are the names; `patterns` are expressions of search functions; `only` turns the choice round: it is the
    pattern that a property's name must match. `unevaluated` restricts it to what nothing has evaluated yet.
    `expressions` and `expression` say the same as in the schema, each pattern with its place.
    """

    value: Expression
    target: Target
    patterns: tuple[Expression, ...] = ()
    only: Expression | None = None
    unevaluated: bool = False
    named: tuple[str, ...] = ()
    expressions: tuple[tuple[str, Location], ...] = ()
    expression: tuple[str, Location] | None = None


@dataclass(frozen=True, slots=True)
class ClosedObject:
    """The nodes count, and the object has no more properties than those name of which it has any; a pass makes one."""

    value: Expression
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Every property name is valid against the target."""

    value: Expression
    target: Target


@dataclass(frozen=True, slots=True)
class Item:
    """If the array is that long, its item at the index is valid against the target."""

    value: Expression
    index: int
    target: Target


@dataclass(frozen=True, slots=True)
class Items:
    """Every item from `start` on is valid against the target; `unevaluated` leaves out what was evaluated.

    `proof` is what a pass says of rows of integers: their size and their bounds.
    """

    value: Expression
    start: int
    target: Target
    unevaluated: bool = False
    proof: tuple[JSON, ...] | None = None


@dataclass(frozen=True, slots=True)
class Contains:
    """From `least` to `most` items are valid against the target."""

    value: Expression
    target: Target
    least: int | float
    most: int | float | None
    evaluates: bool


@dataclass(frozen=True, slots=True)
class Discriminator:
    """A required property whose string values are different in every branch: for each branch, its values."""

    name: str
    values: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The value is valid against at least one branch, or exactly one if `exclusive`."""

    value: Expression
    keyword: str
    branches: tuple[Target, ...]
    exclusive: bool
    discriminator: Discriminator | None = None


@dataclass(frozen=True, slots=True)
class Negation:
    """The value is not valid against the target."""

    value: Expression
    target: Target


@dataclass(frozen=True, slots=True)
class Conditional:
    """The value is valid against `then` if it is valid against the condition, against `orelse` if not."""

    value: Expression
    condition: Target
    then: Target | None
    orelse: Target | None


@dataclass(frozen=True, slots=True)
class Never:
    """No instance is valid: the subschema `false`."""


Node: TypeAlias = (
    Check
    | TableCheck
    | Listed
    | Required
    | When
    | Kinds
    | Apply
    | Member
    | Each
    | ClosedObject
    | Names
    | Item
    | Items
    | Contains
    | Choice
    | Negation
    | Conditional
    | Never
)
