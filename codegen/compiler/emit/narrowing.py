"""Narrowing: the Python types that a value can have where a line stands, by the lines before it.

Type checkers know as much, and say that a comparison can't hold where the types have nothing in common. What would be
such a comparison is not printed: it stands in a function of its own, which knows nothing of its value yet, or is left
out where it can't hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ...ir import JSON, type_of
from ..nodes import Check, Choice, Kinds, Listed, Never, Node

Types = frozenset[str]
"""Python types of JSON values, each of the two truth values by itself."""

ANY: Types = frozenset({"dict", "list", "str", "int", "float", "True", "False", "None"})

_TYPES: Mapping[str, Types] = MappingProxyType(
    {
        "object": frozenset({"dict"}),
        "array": frozenset({"list"}),
        "string": frozenset({"str"}),
        "number": frozenset({"int", "float"}),
        "integer": frozenset({"int", "float"}),
        "boolean": frozenset({"True", "False"}),
        "null": frozenset({"None"}),
    }
)
_DECIDED_BY_TYPE: Mapping[str, Types] = MappingProxyType(
    {**_TYPES, "number": frozenset({"int"}), "integer": frozenset({"int"})}
)
"""By JSON type, the Python types all of whose values are of it: a float need not be an integer, nor finite."""


class Outcome(NamedTuple):
    """The types that a value can have if a test holds, and if it does not."""

    holds: Types = ANY
    fails: Types = ANY


def types_of(kinds: Iterable[str]) -> Types:
    """Return the Python types of the values of some JSON types."""
    return frozenset().union(*(_TYPES[kind] for kind in kinds))


def decided_by_type(kinds: Iterable[str]) -> Types:
    """Return the Python types all of whose values are of one of some JSON types."""
    return frozenset().union(*(_DECIDED_BY_TYPE[kind] for kind in kinds))


def outcome(node: Node) -> Outcome:
    """Return what a node implies for its value's type; for a node that applies a subschema, that it may be any."""
    match node:
        case Never():
            return Outcome(holds=frozenset())
        case Listed(values=values):
            single = frozenset(str(value) for value in values if value is None or isinstance(value, bool))
            return Outcome(frozenset().union(*map(_types_equal, values)), ANY - single)
        case Check(rule=("type", *kinds)):
            return Outcome(types_of(map(str, kinds)), ANY - decided_by_type(map(str, kinds)))
        case Kinds(cases=cases, otherwise=None):
            return Outcome(fails=types_of(kind for kind, _, _ in cases))
        case Kinds(cases=cases, otherwise=Check() as other):
            rest = outcome(other)
            return Outcome(rest.holds | types_of(kind for kind, _, _ in cases), rest.fails)
        case _:
            return Outcome()


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """Return what several tests of one value imply together, all of which must hold."""
    listed = list(outcomes)
    return Outcome(
        ANY.intersection(*(each.holds for each in listed)),
        frozenset().union(*(each.fails for each in listed)),
    )


def comparisons(body: Iterable[Node]) -> Iterator[Types]:
    """Yield the types of each comparison by which nodes look at their own value."""
    for node in body:
        match node:
            case Listed(values=values):
                yield from map(_types_equal, values)
            case Check(rule=("type", *kinds)):
                yield from _compared(map(str, kinds))
            case Kinds(cases=cases, otherwise=other):
                yield from _compared(kind for kind, _, _ in cases)
                yield from () if other is None else comparisons([other])
            case Choice(discriminator=discriminator) if discriminator is not None:
                yield _TYPES["object"]
            case _:
                pass


def listings(body: Iterable[Node]) -> Iterator[tuple[JSON, ...]]:
    """Yield the values that nodes compare their own value with."""
    return (node.values for node in body if isinstance(node, Listed))


def _compared(kinds: Iterable[str]) -> Iterator[Types]:
    for kind in kinds:
        if kind in ("number", "integer"):
            yield from (frozenset({"int"}), frozenset({"float"}))
        else:
            yield _TYPES[kind]


def _types_equal(value: JSON) -> Types:
    """Return the Python types of the values that JSON takes for equal to one."""
    if value is None or isinstance(value, bool):
        return frozenset({str(value)})
    return _TYPES["number" if isinstance(value, int | float) else type_of(value)]
