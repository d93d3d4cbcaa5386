"""The codec: records of what the compiler makes as JSON and back, for what is kept between runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Final, cast, get_args, get_origin, get_type_hints

from ..compiler.names.functions import Request
from ..compiler.nodes import Context
from ..escapes import Code
from ..ir import JSON, ClassCode, ClassShape, EnumShape, FieldShape, FunctionCode, Location, ModuleCode, RootCode

_PYTHON: Mapping[Any, tuple[str, ...]] = {
    **{each: tuple(each.__dataclass_fields__) for each in (ModuleCode, RootCode, ClassCode, FunctionCode)},
    FieldShape: ("annotation", "default"),
}
"""The fields whose texts are Python, which templates may print as they are."""

_RECORDS = (*_PYTHON, ClassShape, EnumShape, Request, Context, Location)


def to_json(value: object) -> JSON:
    """Return a record as JSON."""
    kind = type(value)
    if kind in _SCALARS:
        return cast(JSON, value)
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return [[to_json(key), to_json(item)] for key, item in value.items()]
    if is_dataclass(kind):
        return [to_json(getattr(value, name)) for name in _names(kind)]
    raise TypeError(f"not a record: {value!r}")


_SCALARS: Final = frozenset({str, Code, bool, int, float, type(None)})


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """Return the names of a record's fields."""
    return tuple(field.name for field in fields(kind))


def from_json(kind: Any, value: JSON) -> Any:
    """Return a record of a kind from its JSON; a ValueError for anything else."""
    return _read(kind, value, is_python=False)


def _read(kind: Any, value: JSON, *, is_python: bool) -> Any:
    if kind is str and isinstance(value, str):
        return Code(value) if is_python else value
    if isinstance(value, list):
        if kind in _RECORDS:
            hints = _hints(kind)
            return kind(*(_read(hint, item, is_python=python) for (hint, python), item in _pairs(hints, value)))
        if get_origin(kind) is tuple:
            return tuple(_items(get_args(kind), value, is_python=is_python))
        if get_origin(kind) is Mapping:
            pairs = (_items(get_args(kind), pair, is_python=is_python) for pair in value if isinstance(pair, list))
            return dict(map(tuple, pairs))
    elif (kind is bool and isinstance(value, bool)) or (kind not in (str, bool) and _is_scalar(kind)):
        return value
    raise ValueError(f"not a {kind}: {value!r:.80}")


def _items(kinds: tuple[Any, ...], values: list[JSON], *, is_python: bool) -> Iterator[Any]:
    """Yield the members of a tuple, which may have one kind for all of them."""
    every = kinds[:1] * len(values) if kinds[1:] == (...,) else kinds
    for kind, value in _pairs(every, values):
        yield _read(kind, value, is_python=is_python)


def _pairs(kinds: tuple[Any, ...], values: list[JSON]) -> Iterator[tuple[Any, JSON]]:
    return zip(kinds, values, strict=True)


def _is_scalar(kind: Any) -> bool:
    """Return whether a kind is a JSON value, of which an enum's members are scalars."""
    return type(None) in get_args(kind)


@cache
def _hints(kind: Any) -> tuple[tuple[Any, bool], ...]:
    """Return for each field of a record its kind, and whether its texts are Python."""
    hints = get_type_hints(kind)
    python = _PYTHON.get(kind, ())
    return tuple((hint, name in python) for name, hint in hints.items())
