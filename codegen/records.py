"""Records: `dataclass(frozen=True, slots=True)`, made in a quarter of the time, and their values in two thirds of it.

The standard library makes six functions for each class, each from a text of its own, which took an eighth of a run
after a small change; and the initialiser of a frozen class took a sixteenth of every run. Here the initialiser alone is
made from a text. What a class is and does is the same, `tests/test_records.py` holds it: `fields`, `replace` and
`is_dataclass` know it, patterns match it, it is compared, hashed, shown and pickled by its fields.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """Return what makes a record of a class; both arguments are True, and there for who reads and for checkers."""
        if not (frozen and slots):
            raise TypeError("a record is frozen and has slots; others are made by the standard library")
        return _record


def _record(body: type) -> type:
    """Return the record whose fields a class declares."""
    record: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(body)
    fields = dataclasses.fields(record)
    compared = [field.name for field in fields if field.compare]
    values = attrgetter(*compared) if compared else lambda record: ()
    own = {"__init__": _initialiser(record, fields), "__eq__": _equality(values), "__hash__": _hash(values)}
    for name, function in {**_COMMON, **own}.items():
        if name not in body.__dict__:
            setattr(record, name, function)
    return record


def _initialiser(record: type, fields: tuple[Field[Any], ...]) -> Callable[..., None]:
    """Return the `__init__` of a record, which sets each field by its slot, past what refuses every other change."""
    names: dict[str, Any] = {"MISSING": MISSING}
    for field in fields:
        names[f"set_{field.name}"] = getattr(record, field.name).__set__
        names[f"default_{field.name}"] = field.default
        names[f"make_{field.name}"] = field.default_factory
    exec("\n".join(_text([field for field in fields if field.init], hasattr(record, "__post_init__"))), names)
    function: Callable[..., None] = names["__init__"]
    function.__qualname__ = f"{record.__qualname__}.__init__"
    return function


def _text(fields: Sequence[Field[Any]], is_completed: bool) -> Iterator[str]:
    """Yield the lines of an initialiser."""
    yield f"def __init__({', '.join(['self', *map(_parameter, fields)])}):"
    for field in fields:
        if field.default_factory is not MISSING:
            yield f"    if {field.name} is MISSING: {field.name} = make_{field.name}()"
        yield f"    set_{field.name}(self, {field.name})"
    yield "    self.__post_init__()" if is_completed else "    return None"


def _parameter(field: Field[Any]) -> str:
    if field.default is not MISSING:
        return f"{field.name}=default_{field.name}"
    return field.name if field.default_factory is MISSING else f"{field.name}=MISSING"


def _equality(values: Callable[[object], object]) -> Callable[[object, object], bool]:
    def equals(self: object, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return equals


def _hash(values: Callable[[object], object]) -> Callable[[object], int]:
    def hashed(self: object) -> int:
        return hash(values(self))

    return hashed


def _shown(self: Any) -> str:
    rows = [f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr]
    return f"{type(self).__qualname__}({', '.join(rows)})"


def _refused(self: object, name: str, *value: object) -> NoReturn:
    raise FrozenInstanceError(f"{type(self).__qualname__} is frozen: {name} can't be changed")


def _state(self: Any) -> list[object]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _restored(self: Any, state: list[object]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)


_COMMON: dict[str, Any] = {
    "__repr__": _shown,
    "__setattr__": _refused,
    "__delattr__": _refused,
    "__getstate__": _state,
    "__setstate__": _restored,
}
