"""What the pydantic models share: they ask the dataclasses' code what is valid, and write back what they read."""

from __future__ import annotations

from collections.abc import Callable
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
    WrapSerializer,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from .. import _datetimes, _ipaddresses, _numbers, _uuids
from .._absent import ABSENT as ABSENT
from .._absent import Absent as _Absent
from .._lazy import later as later
from .._pydantic_hooks import decided, invalid

__all__ = ["Any", "ClassVar", "Field"]

T = TypeVar("T")

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
    problems = () if isinstance(data, cls) else decided(decode, data)[1]
    if problems:
        raise invalid(cls.__name__, problems, data)


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
