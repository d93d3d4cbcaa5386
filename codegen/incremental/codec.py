"""The codec: records of what the compiler makes as JSON and back, for what is kept between runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, Final, TypeAlias, cast, get_args, get_origin, get_type_hints

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
        return _row(value)
    if is_dataclass(kind):
        return _row(_values(kind)(value))
    if isinstance(value, Mapping):
        return [_row(pair) for pair in value.items()]
    raise TypeError(f"not a record: {value!r}")


def _row(values: Iterable[Any]) -> JSON:
    return [value if type(value) in _SCALARS else to_json(value) for value in values]


_SCALARS: Final = frozenset({str, Code, bool, int, float, type(None)})


@cache
def _values(kind: Any) -> Callable[[Any], tuple[Any, ...]]:
    """Return the function that gives the values of a record's fields."""
    return attrgetter(*[field.name for field in fields(kind)])


def from_json(kind: Any, value: JSON) -> Any:
    """Return a record of a kind from its JSON; a ValueError for anything else."""
    return _reader(kind, is_python=False)(value)


_Reader: TypeAlias = Callable[[JSON], Any]
"""Makes a value of one kind from its JSON."""


@cache
def _reader(kind: Any, *, is_python: bool) -> _Reader:
    """Return the reader of a kind, whose texts are Python or not."""
    if kind in (str, bool):
        return _scalar(kind, Code if is_python and kind is str else None)
    if kind in _RECORDS:
        python = _PYTHON.get(kind, ())
        hints = get_type_hints(kind).items()
        return _listed([_reader(hint, is_python=name in python) for name, hint in hints], kind)
    arguments = get_args(kind)
    if type(None) in arguments:  # a JSON value, of which an enum's members are scalars
        return _any_scalar
    if get_origin(kind) is tuple and arguments[1:] != (...,):
        return _listed([_reader(argument, is_python=is_python) for argument in arguments], _tuple)
    read = [_reader(argument, is_python=is_python) for argument in arguments if argument is not ...]
    return _several(read[0], tuple) if get_origin(kind) is tuple else _several(_listed(read, _tuple), dict)


def _scalar(kind: type, made: Callable[[Any], Any] | None) -> _Reader:
    def read(value: JSON) -> Any:
        if type(value) is not kind:
            raise ValueError(f"not a {kind}: {value!r:.80}")
        return value if made is None else made(value)

    return read


def _any_scalar(value: JSON) -> Any:
    if isinstance(value, list):
        raise ValueError(f"not a scalar: {value!r:.80}")
    return value


def _listed(readers: Sequence[_Reader], make: Callable[..., Any]) -> _Reader:
    """Return the reader of a list that has a value for each of some readers."""

    def read(value: JSON) -> Any:
        if not isinstance(value, list):
            raise ValueError(f"not a list: {value!r:.80}")
        return make(*[read(item) for read, item in zip(readers, value, strict=True)])

    return read


def _tuple(*values: object) -> tuple[object, ...]:
    return values


def _several(reader: _Reader, make: Callable[[list[Any]], Any]) -> _Reader:
    """Return the reader of a list of values of one kind."""

    def read(value: JSON) -> Any:
        if not isinstance(value, list):
            raise ValueError(f"not a list: {value!r:.80}")
        return make([reader(item) for item in value])

    return read
