# pyright: reportPrivateUsage=false
"""What the objects of every generated class can do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from . import _errors
from ._data import JSON
from ._errors import STOPS, DecodeError
from ._fallback import retry
from ._lazy import Any

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from typing import ClassVar, TypeVar

    Made = TypeVar("Made", bound="Model")
else:
    Made = object  # for those who evaluate annotations

new = object.__new__


class Model:
    """What the objects of every class can do, by the functions that its class was given."""

    __slots__ = ()
    if TYPE_CHECKING:  # or they would count among the annotations of every class, and be evaluated with its own
        _read: ClassVar[Callable[[Any, type[Any]], Any]]
        _write: ClassVar[Any]  # a method, as `_text` is: type checkers don't agree on a Callable here
        _text: ClassVar[Any]
        _fields: ClassVar[tuple[tuple[str, str, bool], ...]]  # (Python name, JSON name, always there)
        _subschema: ClassVar[str]  # its name in the tables of problems
        _loads: ClassVar[Callable[[str | bytes], JSON]]

    def __init_subclass__(cls, **options: object) -> None:
        """Mark a class that a user derives from a generated one, which has its functions already."""
        super().__init_subclass__(**options)
        if hasattr(cls, "_read"):
            cls._read = _read_derived

    @classmethod
    def from_dict(cls: type[Made], data: Mapping[str, object]) -> Made:  # by `Self`, jedi means this class
        """Return the object for JSON data; raises DecodeError with every problem."""
        read = cls._read
        try:
            made: Made = read(data, cls)
        except STOPS:
            made = retry(cls._subschema, read, data, cls)
        if read is _read_derived:
            _complete(made, cls)
        return made

    @classmethod
    def from_json(cls: type[Made], text: str | bytes) -> Made:
        """Return the object for a JSON text; raises DecodeError with every problem."""
        data: Any = cls._loads(text)
        return cls.from_dict(data)

    def to_dict(self, *, validate: bool = False) -> dict[str, object]:
        """Return the object as JSON data, equal to what it was decoded from.

        With `validate`, raises DecodeError with every problem if the data would not be valid.
        """
        if validate and (problems := self.problems()):
            raise DecodeError(problems)
        data: dict[str, object] = self._write()
        return data

    def to_json(self) -> str:
        """Return the object as JSON text."""
        text: str = self._text()
        return text

    def problems(self) -> tuple[_errors.Problem, ...]:
        """Return what is wrong with the object as it is now; nothing if it can be sent."""
        from ._drafts import problems  # which few need

        return problems(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> Any:
        """Return how pydantic decides about data for the class, and writes its objects: pydantic asks."""
        from ._pydantic_hooks import core_schema  # which needs pydantic

        return core_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: object, handler: object) -> dict[str, Any]:
        """Return what pydantic shows of the class in a JSON Schema: pydantic asks."""
        from ._pydantic_hooks import json_schema

        return json_schema(cls, handler)

    @property
    def __pydantic_serializer__(self) -> Any:
        """Return what writes the object where pydantic knows no type for it: pydantic asks."""
        from ._pydantic_hooks import serializer

        kind: Any = type(self)
        return serializer(kind)

    @classmethod
    def _bind(
        cls,
        read: Callable[[Any, type[Any]], Any],
        write: Callable[[Any], dict[str, object]],
        text: Callable[[Any], str],
        fields: tuple[tuple[str, str, bool], ...],
        subschema: str,
        loads: Callable[[str | bytes], JSON],
    ) -> None:
        """Give the class the functions behind it, the table of its fields, and its name in the tables of problems."""
        cls._read, cls._write, cls._text, cls._fields = read, write, text, fields
        cls._subschema, cls._loads = subschema, loads


class KeepsText(Model):
    """Remembers how the date-times of an object were written, so that they are written so again.

    The memory is not a field: equality, `repr` and `dataclasses.fields` do not see it, and a value that was set since
    is written by itself.
    """

    __slots__ = ("_kept",)
    if TYPE_CHECKING:  # see `Model`
        _kept: tuple[Any, ...]

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        """Return how to copy and pickle the object, its memory with it: a frozen dataclass would leave that out."""
        return _restored, (type(self), dict(_slots(self)))


def no_members() -> dict[str, Any]:
    """Return an empty dict, of the type that its reader asks for."""
    return {}


def twin(cls: type[Any]) -> type[Any]:
    """Return a class of the same layout as a frozen dataclass, whose objects can be written to until they are done.

    It is a subclass: to become one of its base costs an object half of what it costs to become one of a sibling.
    """
    usual = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(f"{cls.__name__}Twin", (cls,), {"__slots__": (), **usual})


def as_subclass(made: Any, cls: type[Any]) -> Any:
    """Return an object of a subclass of a frozen dataclass, with what was made for the class itself."""
    return _restored(cls, dict(_slots(made)))


def _restored(cls: type[Any], slots: dict[str, Any]) -> Any:
    copy = new(cls)
    for name, value in slots.items():
        object.__setattr__(copy, name, value)
    return copy


def _slots(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the slots of an object that are filled, with their values, and what a user's own class holds beside."""
    for base in type(value).__mro__:
        for name in getattr(base, "__slots__", ()):
            if hasattr(value, name):
                yield name, getattr(value, name)
    yield from getattr(value, "__dict__", {}).items()


def _generated(cls: type[Any]) -> type[Any]:
    """Return the generated class that a user's own is derived from."""
    return next(base for base in cls.__mro__ if "_subschema" in vars(base))


def _read_derived(data: Any, cls: type[Any]) -> Any:
    """Return an object of a user's own class for JSON data, without the fields that are not of the schema."""
    return _generated(cls)._read(data, cls)


def _complete(made: Any, cls: type[Any]) -> None:
    """Give an object of a user's own class what its constructor would: defaults of its own fields, `__post_init__`."""
    from dataclasses import fields

    inherited = _generated(cls).__dataclass_fields__
    for field in fields(cls):
        if field.name not in inherited and (field.init or _has_default(field)):
            object.__setattr__(made, field.name, _default(cls, field))
    after = getattr(made, "__post_init__", None)
    if after is not None:
        # `dataclasses` has no public name for what is an argument of the constructor and no field: an InitVar.
        others: Iterable[Any] = cls.__dataclass_fields__.values()
        after(*[_default(cls, field) for field in others if str(field._field_type) == "_FIELD_INITVAR"])


def _has_default(field: Any) -> bool:
    from dataclasses import MISSING

    return field.default is not MISSING or field.default_factory is not MISSING


def _default(cls: type[Any], field: Any) -> object:
    """Return the value of a field that nobody gave; raises TypeError if it needs one."""
    from dataclasses import MISSING

    if not _has_default(field):
        raise TypeError(f"{cls.__name__} can't be made of JSON data: its field {field.name!r} has no default")
    return field.default_factory() if field.default is MISSING else field.default
