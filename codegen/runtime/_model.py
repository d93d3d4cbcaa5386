# pyright: reportPrivateUsage=false
"""What the objects of every generated class can do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module

from . import _errors, _json
from ._data import JSON, OWN_TYPES, items, members
from ._errors import STOPS, DecodeError
from ._fallback import UNWRITTEN, explained, retry
from ._lazy import Any

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from typing import ClassVar, TypeVar

    T = TypeVar("T")
    Made = TypeVar("Made", bound="Model")
    MadeFilled = TypeVar("MadeFilled", bound="Filled")
else:
    T = Made = MadeFilled = object  # for those who evaluate annotations

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
            for name, method in _own_methods(cls):
                if name not in vars(cls):
                    setattr(cls, name, method)

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
        try:
            data: Any = cls._loads(text)
            made = cls.from_dict(data)
        except DecodeError as error:
            error.locate(text, cls.__name__)
            raise
        return made

    def to_dict(self, *, validate: bool = False) -> dict[str, object]:
        """Return the object as JSON data, equal to what it was decoded from.

        With `validate`, raises DecodeError with every problem if the data would not be valid.
        """
        if validate and (problems := self.problems()):
            raise DecodeError(problems, type(self).__name__)
        try:
            data: dict[str, object] = self._write()
        except UNWRITTEN as error:
            raise explained(type(self), self, error) from None
        return data

    def to_json(self, *, validate: bool = False, indent: int | str | None = None) -> str:
        """Return the object as JSON text, on one line or indented as `json.dumps` does it.

        With `validate`, raises DecodeError with every problem if the text would not be valid.
        """
        if validate and (problems := self.problems()):
            raise DecodeError(problems, type(self).__name__)
        try:
            text: str = self._text() if indent is None else _json.indented(self._write(), indent)
        except UNWRITTEN as error:
            raise explained(type(self), self, error) from None
        return text

    def problems(self) -> tuple[_errors.Problem, ...]:
        """Return what is wrong with the object as it is now; nothing if it can be sent."""
        from ._drafts import problems  # which few need

        return problems(self)

    def __repr__(self) -> str:
        """Return how the object is made, without what is absent and empty."""
        from ._objects import shown  # which few programs need

        return shown(self)

    def __hash__(self) -> int:
        """Return a hash that equal objects share; `_bind` gives it to frozen classes."""
        from dataclasses import fields

        model: Any = self
        return hash(tuple([_hashable(getattr(model, field.name)) for field in fields(model) if field.compare]))

    def __replace__(self: Made, /, **changes: object) -> Made:
        """Return the object with other values in some fields: `copy.replace` asks."""
        from ._objects import replaced

        made: Made = replaced(self, changes)
        return made

    def __copy__(self: Made) -> Made:
        """Return an object of the same values."""
        cls: Any = type(self)
        made: Made = _restored(cls, _slots(self)) if cls._read is _read_derived else _moved(self, new(cls))
        return made

    def __deepcopy__(self: Made, memo: dict[int, Any]) -> Made:
        """Return an object of copied values: what reading its JSON data gives, if that is equal."""
        data = _written(self)
        made: Made | None = None if data is None else _reread(self, _copied(data, memo))
        if made is not None:
            return made
        from copy import deepcopy

        memo[id(self)] = copy = new(type(self))
        for name, value in _slots(self):
            _set(copy, name, deepcopy(value, memo))
        return copy

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        """Return how to pickle the object: as its JSON data if reading that gives an equal one, else by its slots."""
        data = _written(self)
        if data is None or _reread(self, data) is None:
            return _restored, (type(self), _slots(self))
        cls = type(self)
        return _unpickled, (cls.__module__, cls.__name__, data)

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
        for name, method in _own_methods(cls):
            setattr(cls, name, method)


class KeepsText(Model):
    """Remembers how the date-times of an object were written, so that they are written so again.

    The memory is not a field: equality, `repr` and `dataclasses.fields` do not see it, and a value that was set since
    is written by itself. Nor is it among `__slots__`, by which others compare objects, once it is a slot.
    """

    __slots__ = ("_kept",)
    if TYPE_CHECKING:  # see `Model`
        _kept: tuple[Any, ...]


type.__setattr__(KeepsText, "__slots__", ())


class Checked(Model):
    """Finds what is wrong with an object where it is made."""

    __slots__ = ()

    def __post_init__(self) -> None:
        """Raise DecodeError with every problem of the new object."""
        data = _written(self)
        if (data is None or _reread(self, data) is None) and (problems := self.problems()):
            raise DecodeError(problems, type(self).__name__)


class Filled(Model):
    """Has what the schema gives as default where data has nothing."""

    __slots__ = ()

    @classmethod
    def from_dict(cls: type[MadeFilled], data: Mapping[str, object]) -> MadeFilled:
        """Return the object for JSON data, with defaults for what is absent; raises DecodeError with every problem."""
        read: Any = super().from_dict(data)
        made: MadeFilled = apply_defaults(read)
        return made


def apply_defaults(value: T) -> T:
    """Return a value whose objects have what the schema gives as default for properties that are absent in them.

    Raises DecodeError if an object would not be valid with its defaults. What is given is not changed.
    """
    from ._defaults import applied  # which few need

    filled: T = applied(value)
    return filled


def replace(value: Made, /, **changes: object) -> Made:
    """Return an object with other values in some fields; what it remembers of its text stays."""
    return value.__replace__(**changes)


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
    return _restored(cls, _slots(made))


def _moved(made: Any, to: Any) -> Any:
    """Return a new object of a generated class after it was given what another one of this class holds."""
    for name in made.__dataclass_fields__:
        _set(to, name, getattr(made, name))
    if hasattr(made, "_kept"):
        _set(to, "_kept", made._kept)
    return to


def _restored(cls: type[Any], slots: Iterable[tuple[str, Any]]) -> Any:
    made = new(cls)
    for name, value in slots:
        _set(made, name, value)
    return made


def _unpickled(module: str, name: str, data: dict[str, Any]) -> Any:
    """Return the object of a generated class for its JSON data; to pickle the class too would take a third longer."""
    cls = getattr(sys.modules.get(module) or import_module(module), name)
    return cls._read(data, cls)


_set = object.__setattr__


def _slots(value: Any) -> list[tuple[str, Any]]:
    """Return the slots of an object that are filled, with their values, and what a user's own class holds beside."""
    cls: Any = value.__class__
    names: list[str] = [*_generated(cls).__dataclass_fields__, "_kept"]
    if cls._read is _read_derived:
        names += [name for base in cls.__mro__ for name in base.__dict__.get("__slots__", ())]
        names += getattr(value, "__dict__", {})
    held = [(name, getattr(value, name, _NOTHING)) for name in dict.fromkeys(names)]
    return [pair for pair in held if pair[1] is not _NOTHING]


_NOTHING = object()


def _written(model: Any) -> dict[str, object] | None:
    """Return the JSON data of an object; None if it has none, or if a user's own class may hold more."""
    cls: Any = model.__class__
    if cls._read is _read_derived:
        return None
    try:
        data: dict[str, object] = model._write()
    except (*UNWRITTEN, RecursionError):
        return None
    return data


def _reread(model: Any, data: object) -> Any:
    """Return the object for the JSON data of another one, if it is equal to that; else None."""
    cls: Any = model.__class__
    try:
        made = cls._read(data, cls)
        return made if made == model else None
    except STOPS:
        return None


def _copied(value: Any, memo: dict[int, Any]) -> Any:
    """Return a deep copy of JSON data, and of what stands in it of other types."""
    kind: Any = value.__class__
    if kind is dict:
        return {name: item if item.__class__ in _SCALARS else _copied(item, memo) for name, item in value.items()}
    if kind is list:
        return [item if item.__class__ in _SCALARS else _copied(item, memo) for item in value]
    if kind in _SCALARS:
        return value
    from copy import deepcopy

    return deepcopy(value, memo)


_SCALARS = OWN_TYPES - {dict, list}


def _hashable(value: object) -> object:
    """Return what stands for a value in a hash: equal values have equal ones."""
    if isinstance(value, dict):
        return frozenset([(name, _hashable(item)) for name, item in members(value)])
    return tuple(map(_hashable, items(value))) if isinstance(value, list | tuple) else value


def _own_methods(cls: type[Any]) -> Iterator[tuple[str, Any]]:
    """Yield the methods of Model that `dataclass` would write, or has written, with their names."""
    yield "__repr__", Model.__repr__
    yield "__replace__", Model.__replace__
    if cls.__dataclass_params__.frozen:
        yield "__hash__", Model.__hash__


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
