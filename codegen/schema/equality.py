"""Equality of JSON values as JSON Schema has it (Core 2020-12, section 4.2.2): 1 and 1.0 are equal, 1 and true not."""

from __future__ import annotations

from collections.abc import Iterable

from ..ir import JSON
from ..read_only import plain
from ..runtime import _equality


def equal(one: JSON, other: JSON) -> bool:
    """Return whether two values are equal."""
    return key(one) == key(other)


def distinct(values: Iterable[JSON]) -> list[JSON]:
    """Return the values in their order, of equal ones the first."""
    first: dict[object, JSON] = {}
    for value in values:
        first.setdefault(key(value), value)
    return list(first.values())


def key(value: JSON) -> object:
    """Return something hashable that is equal for equal values only, be they read-only or not."""
    return _equality.key(plain(value))
