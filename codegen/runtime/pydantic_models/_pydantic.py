"""What the pydantic models share: they ask the dataclasses' code what is valid, and write back what they read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import Enum
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Any, ClassVar, Self, TypeAlias, TypeVar
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    RootModel,
    SerializerFunctionWrapHandler,
    ValidationError,
    WrapSerializer,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from .. import _data, _datetimes, _ipaddresses, _numbers, _uuids
from .._absent import ABSENT as ABSENT
from .._absent import Absent as _Absent
from .._errors import DecodeError
from .._lazy import later as later
from .._problem import Problem, printable

__all__ = ["Any", "ClassVar", "Field"]

T = TypeVar("T")

_Error: Any = PydanticCustomError  # asks for literal strings, and a keyword is none

Decode: TypeAlias = Callable[[Any], object]
"""What decodes JSON data by the code of the dataclasses, and raises their DecodeError for data that is not valid."""


class Model(BaseModel):
    """An object: valid if its schema says so, with the properties that have no field kept."""

    model_config = ConfigDict(
        extra="allow",
        serialize_by_alias=True,
        protected_namespaces=(),
        use_attribute_docstrings=True,
    )
    __decode__: ClassVar[Decode]

    @model_validator(mode="wrap")
    @classmethod
    def _decide(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Return the object for data that is valid by its schema; raises ValidationError with every problem."""
        _ask(cls, cls.__decode__, data)
        return handler(data)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return pydantic's own schema of the class, without the defaults that stand for what is not there."""
        core = handler(schema)
        for field in handler.resolve_ref_schema(core).get("properties", {}).values():
            if field.get("default", "") in (None, ABSENT.value):
                del field["default"]
        return core


class Root(RootModel[Any]):
    """A whole document whose instances are not the objects of one class."""

    __decode__: ClassVar[Decode]

    @model_validator(mode="wrap")
    @classmethod
    def _decide(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Return the value for data that is valid by its schema; raises ValidationError with every problem."""
        _ask(cls, cls.__decode__, data)
        return handler(data)


def _ask(cls: type[Any], decode: Decode, data: Any) -> None:
    """Raise ValidationError with every problem of data that is not valid; an object of the class was asked about."""
    problems = () if isinstance(data, cls) else _problems(decode, data)
    if problems:
        raise ValidationError.from_exception_data(cls.__name__, [_line(problem, data) for problem in problems])


def _problems(decode: Decode, data: Any) -> tuple[Problem, ...]:
    """Return what is wrong with data, which may hold the Python values that fields have: dates, members, objects."""
    try:
        decode(data)
    except DecodeError as error:
        try:
            drafted = _drafted(data)
        except (TypeError, ValueError, RecursionError):
            return error.problems
        if drafted is data:
            return error.problems
    else:
        return ()
    try:
        decode(drafted)
    except DecodeError as error:
        return error.problems
    return ()


def _drafted(value: Any) -> Any:
    """Return a value as JSON data; the very value if it is that already."""
    if value is None or isinstance(value, str | int | float):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, Mapping):
        return _drafted_members(value)
    if isinstance(value, list | tuple):
        return _drafted_items(value)
    return _data.encode(value)


def _drafted_members(mapping: Any) -> Any:
    drafted: dict[Any, Any] = {name: _drafted(item) for name, item in mapping.items() if item is not ABSENT}
    is_same = len(drafted) == len(mapping) and all(item is mapping[name] for name, item in drafted.items())
    return mapping if is_same else drafted


def _drafted_items(sequence: Any) -> Any:
    drafted: list[Any] = [_drafted(item) for item in sequence]
    return sequence if all(item is was for item, was in zip(drafted, sequence, strict=True)) else drafted


def _line(problem: Problem, data: Any) -> InitErrorDetails:
    """Return a problem as pydantic reports it: the keyword is its type, and `ctx` has its place in the schema."""
    place, value = _placed(problem.instance_location, data)
    context = {
        "keyword_location": problem.keyword_location,
        "absolute_keyword_location": problem.absolute_keyword_location,
        "message": printable(problem.message),
    }
    error = _Error(problem.keyword or "json", "{message}", context)
    return InitErrorDetails(type=error, loc=place, input=value)


def _placed(pointer: str, data: Any) -> tuple[tuple[int | str, ...], Any]:
    """Return the place of a JSON Pointer in data as names and indices, and what stands there."""
    place: list[int | str] = []
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        place.append(int(name) if isinstance(data, list | tuple) and name.isdecimal() else name)
        data = _member(data, place[-1])
    return tuple(place), data


def _member(data: Any, step: int | str) -> Any:
    """Return what stands in an array, in an object as data, or in a model; None if nothing does."""
    try:
        return data[step]
    except (LookupError, TypeError):
        return getattr(data, str(step), None)


# The types of fields


def _whole(value: Any) -> Any:
    """Return an integer for one that is written as 1.0, anything else as it is."""
    return int(_numbers.exact(value)) if isinstance(value, float) and value.is_integer() else value


Int = Annotated[int, BeforeValidator(_whole)]
"""An integer; of those that JSON writes as 1e300 pydantic's own takes only the small ones."""


class _AsValue:
    """Lets a member of an enum be written as its JSON value, and found by 1.0 where that is 1."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        written = core_schema.plain_serializer_function_ser_schema(self._written)
        return core_schema.no_info_before_validator_function(_whole, handler(source), serialization=written)

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema["schema"])

    def _written(self, value: Any) -> Any:
        return value.value if isinstance(value, Enum) else value


Loose = Annotated[T | Any, Field(union_mode="left_to_right")]
"""A class whose schema depends on the way to it (`$dynamicRef`): an object that it does not know stays as it came."""

Member = Annotated[T, _AsValue()]
"""A member of an enum, written as its JSON value."""


def _listed(value: Any, handler: SerializerFunctionWrapHandler) -> Any:
    serialized: Any = handler(value)
    return [*serialized] if isinstance(serialized, tuple) else serialized


Row = Annotated[T, WrapSerializer(_listed)]
"""A tuple, written as a list: JSON has no other."""


class _Text:
    """Makes a Python value of a string by a format, and writes that as it was written."""

    def __init__(self, kind: type[Any], format: str, read: Callable[[str], Any], write: Callable[[Any], str]) -> None:
        self._kind, self._format, self._read, self._write = kind, format, read, write

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self._decode, serialization=core_schema.plain_serializer_function_ser_schema(self._encode)
        )

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "format": self._format}

    def _decode(self, value: Any) -> Any:
        if isinstance(value, self._kind):
            return value
        decoded = self._read(value) if isinstance(value, str) else None
        if decoded is None:
            raise PydanticCustomError("format", "must be a {format}", {"format": self._format})
        return decoded

    def _encode(self, value: Any) -> Any:
        return self._write(value) if isinstance(value, self._kind) else value


DateTime = Annotated[datetime, _Text(datetime, "date-time", _datetimes.decode_date_time, _datetimes.encode_date_time)]
Date = Annotated[date, _Text(date, "date", _datetimes.decode_date, _datetimes.encode_date)]
Time = Annotated[time, _Text(time, "time", _datetimes.decode_time, _datetimes.encode_time)]
Uuid = Annotated[UUID, _Text(UUID, "uuid", _uuids.decode_uuid, _uuids.encode_uuid)]
IPv4 = Annotated[IPv4Address, _Text(IPv4Address, "ipv4", _ipaddresses.decode_ipv4, _ipaddresses.encode_ipv4)]
IPv6 = Annotated[IPv6Address, _Text(IPv6Address, "ipv6", _ipaddresses.decode_ipv6, _ipaddresses.encode_ipv6)]


class _IsAbsent:
    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.is_instance_schema(_Absent)


Absent = SkipJsonSchema[Annotated[_Absent, _IsAbsent()]]
"""The type of `ABSENT`, the value of a property that is not there where None would be null."""


def is_none(value: object) -> bool:
    """Return whether a property is not there: its field is not written."""
    return value is None


def is_absent(value: object) -> bool:
    """Return whether a property is not there which may be null: its field is not written."""
    return value is ABSENT
