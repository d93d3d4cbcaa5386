# pyright: reportPrivateUsage=false
"""The JSON Schema of a class as far as the types of its fields say it: what it accepts, valid data is among."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from enum import Enum
from inspect import cleandoc
from ipaddress import IPv4Address, IPv6Address
from itertools import takewhile
from types import NoneType, UnionType
from uuid import UUID

from ._absent import ABSENT, Absent
from ._lazy import Any

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Refer: TypeAlias = Callable[[type[Any]], dict[str, Any]]  # gives the reference to the schema of a class or enum
else:
    Refer = Callable  # for those who evaluate annotations

_SCHEMAS: dict[Any, dict[str, Any]] = {
    NoneType: {"type": "null"},
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "format": "time"},
    timedelta: {"type": "string", "format": "duration"},
    bytes: {"type": "string", "contentEncoding": "base64"},
    UUID: {"type": "string", "format": "uuid"},
    IPv4Address: {"type": "string", "format": "ipv4"},
    IPv6Address: {"type": "string", "format": "ipv6"},
}


def schemas(cls: type[Any], refer: Refer) -> dict[type[Any], dict[str, Any]]:
    """Return the schema of a generated class, and of each class and enum that is named in it; `refer` refers to one."""
    made: dict[type[Any], dict[str, Any]] = {}
    missing = [cls]

    def noted(kind: type[Any]) -> dict[str, Any]:
        missing.append(kind)
        return refer(kind)

    while missing:
        kind = missing.pop()
        if kind not in made:
            made[kind] = {"title": kind.__name__, **_described(kind)}
            made[kind].update(_enum(kind) if issubclass(kind, Enum) else _object(generated(kind), noted))
    return made


def constants(cls: type[Any]) -> dict[str, list[Any]]:
    """Return by its name in JSON what each required property of a class can be, where that is one of a few values.

    Members of an enum are among these beside their values.
    """
    from typing import get_type_hints

    hints = get_type_hints(generated(cls))
    kinds = {name: _alternatives(hints[attribute]) for attribute, name, always in cls._fields if always}
    return {name: _constants(found[0]) for name, found in kinds.items() if len(found) == 1 and _constants(found[0])}


def _constants(kind: Any) -> list[Any]:
    from typing import Literal, get_args, get_origin

    if get_origin(kind) is Literal:
        return [*get_args(kind)]
    members = [*kind] if isinstance(kind, type) and issubclass(kind, Enum) else []
    return [*(member.value for member in members), *members]


def _described(kind: type[Any]) -> dict[str, Any]:
    text = vars(kind).get("__doc__")
    return {"description": cleandoc(text)} if text else {}


def _enum(kind: type[Enum]) -> dict[str, Any]:
    return {"enum": [member.value for member in kind]}


def generated(cls: type[Any]) -> type[Any]:
    """Return the generated class that a user's own is derived from, whose fields are those of the schema."""
    return next((base for base in cls.__mro__ if "_subschema" in vars(base)), cls)


def _object(cls: type[Any], refer: Refer) -> dict[str, Any]:
    from typing import get_type_hints

    hints = get_type_hints(cls)
    fields: dict[str, Any] = cls.__dataclass_fields__
    properties: dict[str, Any] = {}
    required: list[str] = []
    for attribute, name, always in cls._fields:
        kinds = _alternatives(hints[attribute]) if always else _present(hints[attribute], fields[attribute].default)
        properties[name] = _any(_of_one(kind, refer) for kind in kinds)
        required += [name] if always else []
    made: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        made["required"] = required
    others = _of(hints[_OTHERS], refer).get("additionalProperties", True) if _OTHERS in fields else False
    return made if others is True else {**made, "additionalProperties": others}


_OTHERS = "additional_properties"


def _present(hint: Any, absent: object) -> tuple[Any, ...]:
    """Return the types that a property has where it is there: None is null only where ABSENT is the default."""
    return tuple(kind for kind in _alternatives(hint) if kind is not (Absent if absent is ABSENT else NoneType))


def _alternatives(hint: Any) -> tuple[Any, ...]:
    from typing import Union, get_args, get_origin

    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _of(hint: Any, refer: Refer) -> dict[str, Any]:
    """Return the schema of a type; one that accepts all for a type that says nothing, or that is not known."""
    return _any(_of_one(kind, refer) for kind in _alternatives(hint))


def _of_one(kind: Any, refer: Refer) -> dict[str, Any]:
    from typing import get_args, get_origin

    if get_origin(kind) is not None:
        return _generic(get_origin(kind), get_args(kind), refer)
    return refer(kind) if _is_named(kind) else _SCHEMAS.get(kind, {})


def _is_named(kind: Any) -> bool:
    """Return whether a type is a generated class, or an enum."""
    return hasattr(kind, "_subschema") or (isinstance(kind, type) and issubclass(kind, Enum))


def _generic(origin: Any, inner: tuple[Any, ...], refer: Refer) -> dict[str, Any]:
    from typing import Literal

    if origin is Literal:
        return {"enum": [*inner]}
    if origin is list:
        return {"type": "array", "items": _of(inner[0], refer)}
    if origin is dict:
        values = _of(inner[1], refer)
        return {"type": "object", "additionalProperties": values} if values else {"type": "object"}
    return {"type": "array", **_items(inner, refer)} if origin is tuple else {}


def _items(inner: tuple[Any, ...], refer: Refer) -> dict[str, Any]:
    """Return what a tuple says of its items; nothing of those after the first where these are of any number."""
    first = list(takewhile(_is_one, inner))
    if inner[-1:] == (...,):
        return {"items": _of(inner[0], refer)}
    listed: dict[str, Any] = {"minItems": len(first), "prefixItems": [_of(kind, refer) for kind in first]}
    return listed if len(first) < len(inner) else {**listed, "items": False}


def _is_one(kind: Any) -> bool:
    """Return whether a part of a tuple is the type of one item, and does not stand for any number of them."""
    from typing import Unpack, get_origin

    return kind is not ... and get_origin(kind) is not Unpack and not getattr(kind, "__unpacked__", False)


def _any(schemas: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the schema of all that one of the schemas accepts."""
    different: list[dict[str, Any]] = []
    for schema in schemas:
        different += [] if schema in different else [schema]
    if {} in different or not different:
        return {}
    return {"anyOf": different} if different[1:] else different[0]
