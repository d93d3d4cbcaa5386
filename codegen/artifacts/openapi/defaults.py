"""Defaults that their own schema refuses: JSON Schema allows them, tools for OpenAPI take them for errors.

Such a default becomes an extension. A schema is asked in the terms of 3.0, which are few; there it accepts at
least what it accepts, so that a default which it refuses is certainly wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from codegen.artifacts.openapi.downgrade import Downgrade, downgrade, kind_of
from codegen.ir import JSON

_ONE: Final = frozenset(
    [
        "not",
        "if",
        "then",
        "else",
        "items",
        "contains",
        "additionalProperties",
        "propertyNames",
        "unevaluatedItems",
        "unevaluatedProperties",
    ]
)
_ARRAYS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_OBJECTS: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})


def with_valid_defaults(schemas: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return the component schemas with each default that is not valid as `x-default`."""
    downgraded = downgrade(schemas)
    return {name: _checked(schema, downgraded) for name, schema in schemas.items()}


def _checked(schema: JSON, downgraded: Downgrade) -> JSON:
    if not isinstance(schema, dict):
        return schema
    checked: dict[str, JSON] = {}
    for keyword, value in schema.items():
        if keyword in _ONE:
            checked[keyword] = _checked(value, downgraded)
        elif keyword in _ARRAYS and isinstance(value, list):
            checked[keyword] = [_checked(item, downgraded) for item in value]
        elif keyword in _OBJECTS and isinstance(value, dict):
            checked[keyword] = {name: _checked(item, downgraded) for name, item in value.items()}
        elif keyword == "default" and not accepts(downgraded.schema(schema, "")[0], value, downgraded.schemas):
            checked["x-default"] = value
        else:
            checked[keyword] = value
    return checked


def accepts(schema: JSON, value: JSON, components: Mapping[str, JSON], above: tuple[str, ...] = ()) -> bool:
    """Return whether a schema of OpenAPI 3.0 accepts the value; `above` are the components on the way here."""
    if not isinstance(schema, dict):
        return schema is not False
    reference = schema.get("$ref")
    if isinstance(reference, str):
        name = reference.rpartition("/")[2]
        return name in above or accepts(components.get(name, {}), value, components, (*above, name))

    def inner(branch: JSON) -> bool:
        return accepts(branch, value, components, above)

    def branches(keyword: str) -> list[bool]:
        found = schema.get(keyword)
        return [inner(branch) for branch in found] if isinstance(found, list) else []

    return (
        _has_type(schema, value)
        and all(branches("allOf"))
        and ("anyOf" not in schema or any(branches("anyOf")))
        and ("oneOf" not in schema or sum(branches("oneOf")) == 1)
        and ("not" not in schema or not inner(schema["not"]))
        and _own(schema, value)
        and _children(schema, value, components)
    )


def _has_type(schema: Mapping[str, JSON], value: JSON) -> bool:
    values = schema.get("enum")
    if isinstance(values, list) and not any(_equal(value, each) for each in values):
        return False
    kind = schema.get("type")
    return kind is None or kind == kind_of(value) or (value is None and schema.get("nullable") is True)


def _equal(one: JSON, other: JSON) -> bool:
    if kind_of(one) != kind_of(other):
        return False
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(item, other[key]) for key, item in one.items())
    return one == other


def _own(schema: Mapping[str, JSON], value: JSON) -> bool:
    """Return whether the value keeps the bounds that stand in the schema itself."""
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, int | float):
        return _number(schema, value)
    if isinstance(value, str):
        return _within(schema, "Length", len(value)) and _matches(schema.get("pattern"), value)
    if isinstance(value, list):
        different = not any(_equal(item, other) for at, item in enumerate(value) for other in value[:at])
        return _within(schema, "Items", len(value)) and (schema.get("uniqueItems") is not True or different)
    required = schema.get("required")
    return _within(schema, "Properties", len(value)) and all(
        name in value for name in (required if isinstance(required, list) else [])
    )


def _within(schema: Mapping[str, JSON], what: str, size: int) -> bool:
    least, most = schema.get(f"min{what}"), schema.get(f"max{what}")
    return (not isinstance(least, int) or size >= least) and (not isinstance(most, int) or size <= most)


def _matches(pattern: JSON, text: str) -> bool:
    if not isinstance(pattern, str):
        return True
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return True  # an expression of ECMA-262 that Python reads otherwise: not certainly wrong


def _number(schema: Mapping[str, JSON], value: int | float) -> bool:
    least, most, step = schema.get("minimum"), schema.get("maximum"), schema.get("multipleOf")
    if isinstance(least, int | float) and (
        value < least or (value == least and schema.get("exclusiveMinimum") is True)
    ):
        return False
    if isinstance(most, int | float) and (value > most or (value == most and schema.get("exclusiveMaximum") is True)):
        return False
    # What floats say of a multiple is not certain.
    return not (isinstance(step, int) and isinstance(value, int)) or value % step == 0


def _children(schema: Mapping[str, JSON], value: JSON, components: Mapping[str, JSON]) -> bool:
    if isinstance(value, list):
        return all(accepts(schema.get("items", {}), item, components) for item in value)
    if not isinstance(value, dict):
        return True
    properties = schema.get("properties")
    known = properties if isinstance(properties, dict) else {}
    return all(
        accepts(known.get(name, schema.get("additionalProperties", {})), item, components)
        for name, item in value.items()
    )
