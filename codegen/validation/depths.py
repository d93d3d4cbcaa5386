"""Depths: how far one has to go down from a subschema to the end of its shallowest instance.

A schema is a grammar of its instances, and the depth is that of a subschema's least derivation: what needs nothing
else has the depth 0, what needs other subschemas one more than these, and what needs itself has none. All are worked
out together, from the bottom up. Keywords are looked at one by one, so a depth may be too small, never too large.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..compiler.analysis import KINDS
from ..ir import Keyword, Location, Subschema
from ..schema import vocabulary
from ..schema.listing import type_kinds
from ..schema.vocabulary import Holds, Value

ENDLESS: Final = 1 << 30
"""The depth of a subschema that has no instance, or only endless ones."""

_Rows = tuple[tuple[Location, ...], ...]
"""What a subschema needs: one subschema of each row. One of no row at all is needed in vain."""

_LISTED: Final = vocabulary.named(lambda entry: entry.value is Value.INSTANCE)
_CONJUNCTIONS: Final = vocabulary.holding(Holds.ALL)
_CHOICES: Final = vocabulary.holding(Holds.SOME, Holds.ONE)


def depths(subschemas: Mapping[Location, Subschema]) -> dict[Location, int]:
    """Return the depth of each subschema."""
    needs = {location: _needs(subschema) for location, subschema in subschemas.items()}
    users: dict[Location, list[Location]] = {}
    for location, rows in needs.items():
        for other in dict.fromkeys(other for row in rows for other in row):
            users.setdefault(other, []).append(location)
    reached: dict[Location, int] = {}
    depth, pending = 0, list(needs)
    while pending:
        met = [at for at in dict.fromkeys(pending) if at not in reached and _is_met(needs[at], reached)]
        reached.update(dict.fromkeys(met, depth))
        pending = [user for location in met for user in users.get(location, ())]
        depth += 1
    return {location: reached.get(location, ENDLESS) for location in subschemas}


def _is_met(rows: _Rows, reached: Mapping[Location, int]) -> bool:
    return all(any(other in reached for other in row) for row in rows)


def _needs(subschema: Subschema) -> _Rows:
    if subschema.boolean is not None:
        return () if subschema.boolean else ((),)
    if not _LISTED.isdisjoint(subschema.keywords):
        return ()
    return (*_in_place(subschema), *_within(subschema))


def _in_place(subschema: Subschema) -> Iterator[tuple[Location, ...]]:
    for keyword in subschema.keywords.values():
        if keyword.target is not None:
            yield (keyword.target,)
        elif keyword.name in _CONJUNCTIONS:
            yield from ((child,) for _, child in keyword.schemas)
        elif keyword.name in _CHOICES:
            yield tuple(child for _, child in keyword.schemas)


def _within(subschema: Subschema) -> Iterator[tuple[Location, ...]]:
    """Yield what an instance needs that can only be an object, or only an array."""
    kinds = type_kinds(subschema.value("type")) if "type" in subschema.keywords else KINDS
    if kinds == {"object"}:
        required = subschema.value("required")
        names = [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
        properties = dict(_schemas(subschema, "properties"))
        yield from ((properties[name],) for name in names if name in properties)
    elif kinds == {"array"}:
        least = _count(subschema, "minItems", 0)
        first = _schemas(subschema, "prefixItems")
        yield from ((child,) for _, child in first[:least])
        yield from ((child,) for _, child in _schemas(subschema, "items") if least > len(first))
        yield from ((child,) for _, child in _schemas(subschema, "contains") if _count(subschema, "minContains", 1))


def _schemas(subschema: Subschema, name: str) -> tuple[tuple[str, Location], ...]:
    keyword: Keyword | None = subschema.keywords.get(name)
    return keyword.schemas if keyword is not None else ()


def _count(subschema: Subschema, name: str, default: int) -> int:
    value = subschema.value(name)
    return int(value) if isinstance(value, int | float) else default
