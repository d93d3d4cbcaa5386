"""Listings: the JSON values that `enum`, `const` and `type` of one subschema leave together.

What a place lists is determined here and nowhere else, so that no two readers of a schema differ about it.
"""

from __future__ import annotations

from functools import lru_cache

from ..ir import JSON, Subschema, type_of
from ..runtime._numbers import LARGEST_EXACT
from .equality import key


def type_kinds(value: JSON) -> frozenset[str]:
    """Return the JSON types that the value of `type` allows, `integer` among them wherever `number` is."""
    if isinstance(value, list):
        return frozenset().union(*(type_kinds(name) for name in value if not isinstance(name, list)))
    return _kinds_named(value) if isinstance(value, str) else frozenset()


@lru_cache(maxsize=64)
def _kinds_named(name: str) -> frozenset[str]:
    return frozenset({"number", "integer"} if name == "number" else {name})


def is_beyond_doubles(value: JSON) -> bool:
    """Return whether a value is a number that Python's own comparison may not tell from its neighbours."""
    return isinstance(value, int | float) and not -LARGEST_EXACT <= value <= LARGEST_EXACT


def listed_values(subschema: Subschema, *, is_open: bool = False) -> tuple[JSON, ...] | None:
    """Return the values that `enum`, `const` and `type` all allow, each once; None if no value is listed.

    They are in the order of `enum`, which counts for nothing if it `is_open`. None at all is a contradiction, which no
    instance meets. Values are told apart as JSON tells them (Core 2020-12, section 4.2.2): 1 and 1.0 are one, 1 and
    true are two.
    """
    if "enum" not in subschema.keywords and "const" not in subschema.keywords:
        return None
    lists = [[subschema.keywords["const"].value]] if "const" in subschema.keywords else []
    enum = subschema.value("enum")
    if isinstance(enum, list) and not is_open:
        lists.insert(0, enum)
    if not lists:
        return None
    by_key: dict[object, JSON] = {}
    for value in lists[0]:
        by_key.setdefault(key(value), value)
    shared = set(by_key).intersection(*(map(key, values) for values in lists[1:]))
    kinds = type_kinds(subschema.value("type")) if "type" in subschema.keywords else None
    return tuple(
        by_key[each] for each in by_key if each in shared and (kinds is None or type_of(by_key[each]) in kinds)
    )
