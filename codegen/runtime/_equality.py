"""JSON equality (Core 2020-12, section 4.2.2): 1 and 1.0 are equal, 1 and true are not."""

from __future__ import annotations

from ._data import JSON, OWN_TYPES
from ._errors import Foreign
from ._numbers import LARGEST_EXACT, exact


def equal(one: JSON, other: JSON) -> bool:
    """Return whether two JSON values are equal: 1 and 1.0 are, 1 and true are not; raises Foreign for other types."""
    if type(one) is not type(other):
        if type(one) not in OWN_TYPES or type(other) not in OWN_TYPES:
            raise Foreign
        return type(one) is not bool and type(other) is not bool and bool(exact(one) == exact(other))
    if type(one) is dict and type(other) is dict:
        return one.keys() == other.keys() and all([equal(value, other[key]) for key, value in one.items()])
    if type(one) is list and type(other) is list:
        return len(one) == len(other) and all(map(equal, one, other))
    return one == other


def key(value: JSON) -> object:
    """Return a hashable value that is equal for JSON-equal values only.

    What a sender could choose to have one hash (large numbers, and tuples of any) is hashed as text, which is seeded.
    """
    if type(value) is bool:
        return (bool, value)
    if type(value) is dict or type(value) is list:
        return (type(value), _as_text(value))
    if type(value) is int and not -LARGEST_EXACT <= value <= LARGEST_EXACT:
        return (int, _as_text(value))
    if type(value) is float and not -LARGEST_EXACT <= value <= LARGEST_EXACT:
        return (int, _as_text(value))
    if type(value) not in OWN_TYPES:
        raise Foreign
    return value


def _as_text(value: JSON) -> str:
    """Return a text that is the same for JSON-equal values only: numbers as they count, properties in order."""
    if type(value) is dict:
        members = [(name, value[name]) for name in sorted(value)]
        return f"{{{','.join([f'{name!r}:{_as_text(item)}' for name, item in members])}}}"
    if type(value) is list:
        return f"[{','.join(map(_as_text, value))}]"
    if type(value) is float and float.is_integer(value):
        value = int(exact(value))
    return f"{value:x}" if type(value) is int else repr(value)


def keys(values: list[JSON]) -> frozenset[object]:
    """Return the keys of values, to look one up among them."""
    return frozenset(map(key, values))


def is_unique(items: list[JSON]) -> bool:
    """Return whether no two items are JSON-equal."""
    return len(set(map(key, items))) == len(items)


def twins(items: list[JSON]) -> tuple[int, int] | None:
    """Return the indices of the first two items that are JSON-equal, None if all differ."""
    seen: dict[object, int] = {}
    for index, item in enumerate(items):
        first = seen.setdefault(key(item), index)
        if first != index:
            return first, index
    return None
