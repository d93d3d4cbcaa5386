"""The rules of the rows in the tables of problems: what a value must be, by the words of JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from ._data import JSON, is_not_finite
from ._equality import equal, is_unique
from ._lazy import Any, loaded
from ._numbers import exact, is_multiple
from ._problem import named

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Row: TypeAlias = "list[Any]"
else:
    Row = object  # for those who evaluate annotations

KINDS: dict[type[Any], str] = {
    dict: "object",
    list: "array",
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    type(None): "null",
}


def kind_of(value: object) -> str:
    """Return the JSON type of a value, "" if it has none: a number may be an integer too."""
    return KINDS.get(type(value), "")


def applicable(rows: list[Row], value: Any) -> list[Row]:
    """Return the rows that are about a value: of its JSON type, and of the properties that it has."""
    if not any([row[0] in _CONDITIONS for row in rows]):
        return rows
    found: list[Row] = []
    for row in rows:
        if row[0] == "kinds":
            chosen = of_kind(row[1], value)
            if chosen is not None:
                found += applicable(chosen, value)
            elif row[2] is not None:
                found.append(row[2])
            elif is_not_finite(value):
                found.append(row)
        elif row[0] != "when":
            found.append(row)
        elif row[1] in value:
            found += applicable(row[2], value)
    return found


_CONDITIONS = frozenset({"kinds", "when"})


def of_kind(cases: Mapping[str, list[Row]], value: object) -> list[Row] | None:
    """Return what is said of values of a value's JSON type; None if nothing is, or if it has none."""
    kind = KINDS.get(type(value), "")
    if kind == "number":
        if is_not_finite(value):
            return None
        if "integer" in cases and is_whole(value):
            return cases["integer"]
    return cases.get(kind)


def is_whole(value: Any) -> bool:
    """Return whether a value is an integer, which JSON may write as 1.0."""
    return type(value) is int or (type(value) is float and float.is_integer(value))


def _is_one_of(value: object, *kinds: str) -> bool:
    return (kind_of(value) in kinds and not is_not_finite(value)) or ("integer" in kinds and is_whole(value))


def _is_listed(value: JSON, values: list[JSON]) -> bool:
    if type(value) is str:  # which is equal to what it is in Python
        return value in values
    return any(equal(value, other) for other in values)


def _matches(value: str, pattern: str) -> bool:
    return search(pattern)(value) is not None


@cache
def search(pattern: str) -> Callable[[str], re.Match[str] | None]:
    """Return what finds a pattern in a text."""
    return re.compile(pattern).search


@cache
def format_(module: str, function: str) -> Callable[[str], object]:
    """Return what says of a text whether it has a format: by a value that is true."""
    predicate: Callable[[str], object] = getattr(loaded(module, __name__.rpartition(".")[0]), function)
    return predicate


def _has_format(value: str, module: str, function: str) -> bool:
    return bool(format_(module, function)(value))


def _minimum(value: Any, limit: Any) -> bool:
    return bool(exact(value) >= exact(limit))


def _maximum(value: Any, limit: Any) -> bool:
    return bool(exact(value) <= exact(limit))


def _exclusive_minimum(value: Any, limit: Any) -> bool:
    return bool(exact(value) > exact(limit))


def _exclusive_maximum(value: Any, limit: Any) -> bool:
    return bool(exact(value) < exact(limit))


def _least(value: Any, limit: int) -> bool:
    return len(value) >= limit


def _most(value: Any, limit: int) -> bool:
    return len(value) <= limit


def _has(value: Any, name: str) -> bool:
    return name in value


RULES: dict[str, Callable[..., bool]] = {
    "type": _is_one_of,
    "enum": _is_listed,
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": _exclusive_minimum,
    "exclusiveMaximum": _exclusive_maximum,
    "multipleOf": is_multiple,
    "least": _least,
    "most": _most,
    "pattern": _matches,
    "format": _has_format,
    "unique": is_unique,
    "has": _has,
}


@lru_cache(maxsize=1024)
def missing(name: str) -> tuple[str, str]:
    """Return the keyword and the message of a property that is required and not there."""
    return "required", f"{named(name)} is missing"
