# pyright: reportPrivateUsage=false
"""What pydantic is told when it asks a generated class how to validate, write and show it; needs pydantic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import cache
from importlib import import_module

from . import _class_schemas, _errors, _field_schemas
from ._absent import ABSENT
from ._data import encode, is_not_finite, items, members
from ._errors import DecodeError
from ._lazy import Any
from ._problem import printable, shown


def _pydantic_core() -> Any:
    """Return pydantic's core, by its name: type checkers take the package where pydantic is not installed."""
    return import_module("pydantic_core")


def _core_schemas() -> Any:
    return import_module("pydantic_core.core_schema")


def core_schema(cls: type[Any]) -> Any:
    """Return how to validate data for the class, and how to write its objects, in pydantic's words."""

    def validated(data: Any, handler: object) -> Any:
        return _validated(cls, data)

    validated.__name__ = cls.__name__  # the places of errors have it where a union has the class
    schemas = _core_schemas()
    written = schemas.plain_serializer_function_ser_schema(_written, info_arg=True)
    return schemas.no_info_wrap_validator_function(validated, _tags(cls), ref=_reference(cls), serialization=written)


def _tags(cls: type[Any]) -> Any:
    """Return what a discriminator finds its values in; nothing is validated by it."""
    schemas = _core_schemas()
    constants = _field_schemas.constants(cls)
    found = {name: values for name, values in constants.items() if all(map(_is_text, [name, *values]))}
    fields = {name: schemas.typed_dict_field(schemas.literal_schema(values)) for name, values in found.items()}
    return schemas.typed_dict_schema(fields)


def _is_text(value: object) -> bool:
    """Return whether a constant, or the value of a member, is a text that pydantic can take: whole characters."""
    text = value.value if isinstance(value, Enum) else value
    return isinstance(text, str) and printable(text) == text


@cache
def serializer(cls: type[Any]) -> Any:
    """Return what writes the objects of the class."""
    return _pydantic_core().SchemaSerializer(core_schema(cls))


def json_schema(cls: type[Any], handler: Any) -> dict[str, Any]:
    """Return the JSON Schema of the class; those of the classes that it names are left with pydantic's handler."""

    def refer(kind: Any) -> dict[str, Any]:
        return dict(handler(_core_schemas().definition_reference_schema(_reference(kind))))

    made = {kind: _without_references(schema) for kind, schema in _class_schemas.schemas(cls, refer).items()}
    for kind, schema in made.items():
        if kind is not cls:  # nor is it where a user's own class is derived from a generated one
            _define(handler, _reference(kind), schema)
    return next(iter(made.values()))


_OF_NAMES = frozenset(("$defs", "dependentSchemas", "patternProperties", "properties"))
_OF_DATA = frozenset(("const", "default", "enum"))


def _without_references(value: Any, *, is_named: bool = False) -> Any:
    """Return a copy of a schema, or of schemas by names, without data that pydantic would take for references.

    It raises KeyError for a member `$ref` wherever one stands, but below `examples`.
    """
    if isinstance(value, list):
        return [_without_references(item) for item in items(value)]
    if not isinstance(value, dict):
        return value
    made: dict[object, Any] = {}
    for name, item in members(value):
        is_data = not is_named and isinstance(name, str) and (name in _OF_DATA or name.startswith("x-"))
        if not is_data:
            made[name] = _without_references(item, is_named=not is_named and name in _OF_NAMES)
        elif not _has_reference(item):
            made[name] = item
    return made


def _has_reference(data: Any) -> bool:
    """Return whether JSON data holds an object with a text `$ref`."""
    if isinstance(data, dict):
        return any((name == "$ref" and isinstance(item, str)) or _has_reference(item) for name, item in members(data))
    return isinstance(data, list) and any(map(_has_reference, items(data)))


def _define(handler: Any, reference: str, schema: dict[str, Any]) -> None:
    """Leave a schema with pydantic's handler as what a reference leads to."""

    def as_it_is(core: object, handler: object) -> dict[str, Any]:
        return schema

    schemas = _core_schemas()
    definition = schemas.any_schema(ref=reference, metadata={"pydantic_js_functions": [as_it_is]})
    handler(schemas.definitions_schema(schemas.any_schema(), [definition]))


def _reference(kind: Any) -> str:
    """Return the reference to a class as pydantic makes it, so that what has the class in both ways has it once."""
    return kind if isinstance(kind, str) else f"{kind.__module__}.{kind.__qualname__}:{id(kind)}"


def _written(value: Any, info: Any) -> Any:
    """Return an object as JSON data; in a union, pydantic asks so which of the classes a value is of."""
    if not _is_ours(value):
        raise _pydantic_core().PydanticSerializationUnexpectedValue(f"expected an object of a model, not {value!r}")
    data = value.to_dict()
    if info.mode == "json":
        _require_finite(data)  # or pydantic writes null
    if info.include is None and info.exclude is None:
        return data
    return _pydantic_core().to_jsonable_python(data, include=info.include, exclude=info.exclude)


def _require_finite(data: Any) -> None:
    """Raise ValueError if JSON data holds a number that JSON has no text for."""
    if isinstance(data, dict):
        for _, item in members(data):
            _require_finite(item)
    elif isinstance(data, list):
        for item in items(data):
            _require_finite(item)
    elif is_not_finite(data):
        raise ValueError(f"{data!r} is no number of JSON")


def _is_ours(value: object) -> bool:
    """Return whether a value is an object of a generated class."""
    return hasattr(type(value), "_subschema")


def _validated(cls: type[Any], data: Any) -> Any:
    """Return the object of a class for data; raises pydantic's ValidationError with every problem."""
    if isinstance(data, cls):
        return data
    if _is_ours(data):
        problems = [_errors.problem("", f"must be JSON data, or of the class {cls.__name__}", shown(data))]
        raise invalid(cls.__name__, problems, data)
    value, reasons = decided(cls.from_dict, data)
    if reasons:
        raise invalid(cls.__name__, reasons, data)
    return value


# What the pydantic models of the flavour do too


def decided(decode: Callable[[Any], Any], data: Any) -> tuple[Any, tuple[_errors.Problem, ...]]:
    """Return the value for data, and what is wrong with that.

    The data may hold the Python values that fields have: dates, members, objects.
    """
    try:
        return decode(data), ()
    except DecodeError as error:
        problems = error.problems
    try:
        drafted = _drafted(data)
    except (TypeError, ValueError, RecursionError):
        return None, problems
    if drafted is data:
        return None, problems
    try:
        return decode(drafted), ()
    except DecodeError as error:
        return None, error.problems


def _drafted(value: Any) -> Any:
    """Return a value as JSON data; the very value if it is that already."""
    if value is None or isinstance(value, str | int | float):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, Mapping):
        return _drafted_members(value)
    if isinstance(value, list | tuple):
        return _drafted_items(value)
    dump = getattr(value, "model_dump", None)
    return encode(value) if dump is None else dump(mode="json", by_alias=True)


def _drafted_members(mapping: Any) -> Any:
    drafted: dict[Any, Any] = {name: _drafted(item) for name, item in mapping.items() if item is not ABSENT}
    is_same = len(drafted) == len(mapping) and all(item is mapping[name] for name, item in drafted.items())
    return mapping if is_same else drafted


def _drafted_items(sequence: Any) -> Any:
    drafted: list[Any] = [_drafted(item) for item in sequence]
    return sequence if all(item is was for item, was in zip(drafted, sequence, strict=True)) else drafted


def invalid(name: str, problems: Iterable[_errors.Problem], data: Any) -> Exception:
    """Return pydantic's ValidationError with every problem."""
    lines = [_line(problem, data) for problem in problems]
    error: Exception = _pydantic_core().ValidationError.from_exception_data(name, lines)
    return error


def _line(problem: _errors.Problem, data: Any) -> dict[str, Any]:
    """Return a problem as pydantic reports it: the keyword is its type, and `ctx` has its place in the schema."""
    place, value = _placed(problem.instance_location, data)
    context = {
        "keyword_location": problem.keyword_location,
        "absolute_keyword_location": problem.absolute_keyword_location,
        "message": printable(problem.message),
    }
    error = _pydantic_core().PydanticCustomError(problem.keyword or "json", "{message}", context)
    return {"type": error, "loc": place, "input": _sendable(value)}


def _sendable(value: Any) -> Any:
    """Return a value, or a text in its place if it has no JSON text in UTF-8: servers put it into their answers."""
    import json

    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:  # NaN, or half of a surrogate pair
        return shown(value)
    except (TypeError, RecursionError):  # other values are for the server to write
        return value
    return value


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
