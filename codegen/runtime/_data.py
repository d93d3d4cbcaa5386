"""JSON data as Python values: which types it has, and what is made of values of other types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import chain

from ._errors import DecodeError, Foreign, Invalid, problem
from ._lazy import Any

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from typing import TypeAlias

    JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"
else:
    JSON = object  # for those who evaluate annotations

OWN_TYPES = frozenset({dict, list, str, int, float, bool, type(None)})
"""The Python types of JSON data as `json` makes it."""

identity = id  # under a name that no property has: in a function that asks for it, `id` may be a variable


def is_json(value: object) -> bool:
    """Return True for a value of a type that JSON data has by itself; raises Foreign for others, Invalid for NaN."""
    if type(value) not in OWN_TYPES:
        raise Foreign
    if is_not_finite(value):
        raise Invalid
    return True


def is_not_finite(value: object) -> bool:
    """Return whether a value is a float that JSON has no text for: NaN or an infinity."""
    return type(value) is float and value - value != 0.0


def refused(value: JSON) -> bool:
    """Return False, for a value of the wrong type; raises Foreign if it, or a name in it, is not JSON's own."""
    if type(value) not in OWN_TYPES:
        raise Foreign
    if type(value) is dict and not all([type(name) is str for name, _ in members(value)]):
        raise Foreign
    return False


def refused_items(items: Iterable[JSON]) -> bool:
    """Return False, for an array that lacks items of the right kind; raises Foreign if the type of one is foreign."""
    return any([refused(item) for item in items])


def is_plain(data: object) -> bool:
    """Return whether data is of JSON's own types throughout; False as well if there is too much of it to say."""
    pending: list[object] = [data]
    item: object
    for each in pending:
        value: Any = each
        of = type(each)
        if of is dict:
            if not _NAMES.issuperset(map(type, value)):
                return False
            value = value.values()
        elif of is list and len(value) > _FEW:
            if _IN_ARRAYS.issuperset(map(type, value)) and _SCALARS.issuperset(map(type, chain.from_iterable(value))):
                continue  # rows of numbers
        elif of is not list:
            return of in _SCALARS
        for item in value:
            kind = type(item)
            if kind is dict or kind is list:
                pending.append(item)
            elif kind not in _SCALARS:
                return False
        if len(pending) > _MANY:  # or it holds itself
            return False
    return True


def is_plain_but(value: dict[Any, Any], known: frozenset[str]) -> bool:
    """Return the same of the properties of an object without those that are known."""
    for name in value:
        if name not in known:
            item = value[name]
            if type(name) is not str or (type(item) not in _SCALARS and not is_plain(item)):
                return False
    return True


_FEW, _MANY = 8, 10_000_000
_NAMES = frozenset({str})
_IN_ARRAYS = frozenset({list})
_SCALARS = OWN_TYPES - {dict, list}


def plain(data: object, at: str = "") -> JSON:
    """Return a copy of data in JSON's own types: a mapping is a dict, a tuple a list, a subclass what it is one of.

    Raises DecodeError for what has no place in JSON, and for a property name that is not a string; `at` is the data's
    own place.
    """
    if data is None or isinstance(data, bool):
        return data
    if isinstance(data, str | int | float):
        return _scalar(data)
    if callable(getattr(data, "keys", None)):  # an object of a class may have a field of that name
        return {_name(name, at): plain(item, f"{at}/{token(name)}") for name, item in members(data)}
    if isinstance(data, list | tuple):
        return [plain(item, f"{at}/{index}") for index, item in enumerate(items(data))]
    raise DecodeError([problem(at, "must be JSON data", _named(data))])


def _named(value: object) -> str:
    return f"a Python {type(value).__name__}"


def _scalar(data: str | int | float) -> JSON:
    if isinstance(data, str):
        return str.__str__(data)
    return int(data) if isinstance(data, int) else float(data)


def _name(key: object, at: str) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    raise DecodeError([problem(at, "must have strings for property names", _named(key))])


def token(name: Any) -> str:
    """Return a property name as a reference token of a JSON Pointer (RFC 6901, section 3)."""
    return str.replace(name, "~", "~0").replace("/", "~1")


def members(mapping: Any) -> Iterator[tuple[object, object]]:
    """Yield the keys of any mapping with their values."""
    for name in mapping:
        yield name, mapping[name]


def items(sequence: Any) -> Iterator[object]:
    """Yield the items of any sequence."""
    yield from sequence


def encode(value: object) -> object:
    """Return the JSON value of a decoded value of any type; raises TypeError for what is none."""
    kind = type(value)
    if kind is str or kind is int or kind is float or kind is bool or value is None:
        return value
    if isinstance(value, dict):
        return {name: encode(item) for name, item in members(value)}
    if isinstance(value, list | tuple):
        return [encode(item) for item in items(value)]
    if isinstance(value, Enum):
        constant: object = value.value
        return constant
    to_dict = getattr(value, "to_dict", None)
    return to_dict() if to_dict is not None else _encode_format(value)


def _encode_format(value: object) -> str:
    """Return the text of a value that a format was decoded to."""
    # The modules of these types are imported already, since there is a value of one of them.
    from datetime import date, datetime, time
    from ipaddress import IPv4Address, IPv6Address
    from uuid import UUID

    from . import _datetimes, _ipaddresses, _uuids

    match value:
        case datetime():
            return _datetimes.encode_date_time(value)
        case date():
            return _datetimes.encode_date(value)
        case time():
            return _datetimes.encode_time(value)
        case UUID():
            return _uuids.encode_uuid(value)
        case IPv4Address():
            return _ipaddresses.encode_ipv4(value)
        case IPv6Address():
            return _ipaddresses.encode_ipv6(value)
        case _:
            raise TypeError(f"{type(value).__name__} is not a type of a JSON value")
