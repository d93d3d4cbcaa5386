"""The schemas: every pair and triple of keywords on one place, with small values, in every kind of place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod
from random import Random

from codegen.ir import JSON

_A_STRING: JSON = {"type": "string"}
_AN_INTEGER: JSON = {"type": "integer"}
_SCHEMAS: tuple[JSON, ...] = (True, False, _A_STRING, _AN_INTEGER, {"const": "a"}, {"enum": ["a", 1, None]})
_TWO: tuple[JSON, ...] = (
    [_A_STRING, _AN_INTEGER],
    [{"const": "a"}, {"type": ["string", "array"]}],
    [{"properties": {"a": _AN_INTEGER}}, {"required": ["b"]}],
    [{"minimum": 1}, {"enum": ["a", "b", "c", "d"]}],
    [{"type": "object", "properties": {"a": {"const": "x"}}, "required": ["a"]}, {"type": "array"}],
)

KEYWORDS: Mapping[str, tuple[JSON, ...]] = {
    "type": (
        *("object", "array", "string", "number", "integer", "boolean", "null"),
        *(["array", "string"], ["integer", "null"], ["object", "boolean"], ["number", "string", "null"]),
    ),
    "enum": (
        *(["a", "b"], ["a", "b", "c", "d"], ["a"], [0, 2], [1, 2.0, 3], [1, "a", None], [True, "on"], [False, 0]),
        *([{"a": 1}, [1], "a"], [1.5, "a"], [None], ["a", "b", "c", "d", "e", "f", "g", "h", "i"]),
        *([1, 2, 3, 4, 5, 6, 7, 8, 9, True], [2**70, "a"], ["2020-01-01", "a"]),
    ),
    "const": ("a", "created", 1, 0, True, None, 1.5, 2**70, [1], {"a": 1}, [], "2020-01-01"),
    "multipleOf": (10, 7, 0.1, 1.5, 1),
    "minimum": (1, 0.5),
    "maximum": (1, 9),
    "exclusiveMinimum": (0,),
    "exclusiveMaximum": (2,),
    "minLength": (1, 2),
    "maxLength": (1, 0),
    "pattern": ("^a", "b$"),
    "format": ("date", "ipv4", "date-time"),
    "minItems": (1, 2),
    "maxItems": (1, 2),
    "uniqueItems": (True,),
    "prefixItems": ([_A_STRING], [_AN_INTEGER, {"format": "date"}]),
    "items": _SCHEMAS,
    "contains": (_A_STRING, False, {"const": 1}),
    "minContains": (0, 2),
    "maxContains": (1,),
    "unevaluatedItems": (False, _A_STRING),
    "required": (["a"], ["a", "b"]),
    "minProperties": (1, 2),
    "maxProperties": (1, 0),
    "properties": (
        *({}, {"a": True}, {"a": _AN_INTEGER}, {"a": False}, {"a": {"const": "a"}, "b": {"enum": [1, "a"]}}),
        *({"a": {"type": ["integer", "null"]}, "b": {"format": "date"}}, {"a": {"enum": ["a", "b"]}}),
        *({"b": {"type": "boolean", "const": 1, "properties": {}}},),
    ),
    "patternProperties": ({"^a": _AN_INTEGER}, {".": True}, {"a": {"enum": ["a", "b"]}, "^b": False}),
    "additionalProperties": _SCHEMAS,
    "propertyNames": ({"maxLength": 1}, {"const": "a"}, False, {"enum": ["a", "b"]}),
    "unevaluatedProperties": (False, _AN_INTEGER),
    "dependentRequired": ({"a": ["b"]},),
    "dependentSchemas": ({"a": {"required": ["b"]}}, {"b": {"properties": {"a": _A_STRING}}}, {"a": False}),
    "$ref": ("#/$defs/a", "#/$defs/b", "#/$defs/c"),
    "allOf": ([_A_STRING], *_TWO),
    "anyOf": ([True], [False, _AN_INTEGER], *_TWO),
    "oneOf": ([True, False], [True, _A_STRING], *_TWO),
    "not": (*_SCHEMAS[2:], {"required": ["a"]}, False, True),
    "if": (_A_STRING, {"required": ["a"]}, {"const": "a"}),
    "then": ({"minLength": 2}, False, {"properties": {"b": _AN_INTEGER}}),
    "else": (_AN_INTEGER, {"type": ["integer", "array"]}),
}
"""Every keyword that decides, each with small values."""

DEFINITIONS: JSON = {
    "a": {"type": "object", "properties": {"a": _AN_INTEGER}},
    "b": {"enum": ["a", "b"]},
    "c": {"type": ["string", "integer"], "minimum": 1, "format": "date"},
}


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of place: the schema that has a subschema there, and the instance that has a value there."""

    schema: Callable[[JSON], dict[str, JSON]]
    instance: Callable[[JSON], JSON]


def _at_root(subschema: JSON) -> dict[str, JSON]:
    return dict(subschema) if isinstance(subschema, dict) else {"allOf": [subschema]}


def _in_object(keyword: str) -> Callable[[JSON], dict[str, JSON]]:
    def schema(subschema: JSON) -> dict[str, JSON]:
        more: dict[str, JSON] = {"required": ["p"]} if keyword == "required" else {}
        return {"type": "object", "properties": {"p": subschema}, **more}

    return schema


PLACES: Mapping[str, Place] = {
    "root": Place(_at_root, lambda value: value),
    "property": Place(_in_object("properties"), lambda value: {"p": value}),
    "required property": Place(_in_object("required"), lambda value: {"p": value}),
    "item": Place(lambda inner: {"type": "array", "items": inner}, lambda value: [value]),
    "items of two": Place(lambda inner: {"items": inner, "minItems": 2, "maxItems": 2}, lambda value: [value, value]),
    "map": Place(lambda inner: {"type": "object", "additionalProperties": inner}, lambda value: {"k": value}),
    "union": Place(lambda inner: {"anyOf": [inner, {"const": "other"}]}, lambda value: value),
    "reference": Place(lambda inner: {"allOf": [{"$ref": "#/$defs/it"}], "$defs": {"it": inner}}, lambda value: value),
    "tuple": Place(lambda inner: {"prefixItems": [True, inner], "minItems": 2}, lambda value: ["a", value]),
}
"""The kinds of place, each of which the printers write in its own way."""

VALUES: tuple[JSON, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        1.0,
        2,
        3,
        7,
        -1,
        0.5,
        1.5,
        0.3,
        10,
        1e23,
        9.199e31,
        2**70,
        float(2**70),
        2**70 + 1,
        -0.0,
    ),
    *("", "a", "b", "d", "ab", "created", "other", "2020-01-01", "2020-13-01", "127.0.0.1", "on", "1"),
    *([], ["a"], [1], ["a", "a"], [1, 1.0], [1, True], ["a", "2020-01-01"], [1, "2020-01-01"], [None], [[]], [{}]),
    *({}, {"a": 1}, {"a": 1.0}, {"a": "a"}, {"b": 1}, {"a": "a", "b": "a"}, {"a": None, "b": "2020-01-01"}),
    *({"a": 1, "b": 2}, {"c": 1}, {"ab": 1}, {"a": True}, {"a": "x"}, {"b": True}, {"b": 1.0}, {"p": "a"}),
)
"""Small values of every JSON type, equal ones of different types among them."""


@dataclass(frozen=True, slots=True)
class Case:
    """One schema with the instances to decide."""

    schema: dict[str, JSON]
    instances: tuple[JSON, ...]


def count(size: int) -> int:
    """Return how many subschemas of `size` keywords there are."""
    return sum(prod(len(KEYWORDS[name]) for name in names) for names in combinations(KEYWORDS, size))


def cases(sizes: Sequence[int], most: int, seed: int) -> Iterator[Case]:
    """Yield the cases of subschemas of so many keywords; of the first size that is beyond `most` a sample by the seed.

    Which kind of place a subschema stands in goes by turns, from a start that the seed gives.
    """
    for size in sizes:
        total = count(size)
        chosen = range(total) if total <= most else sorted(Random(seed).sample(range(total), most))
        most -= len(chosen)
        places = [*PLACES.values()]
        for index in chosen:
            yield _case(places[(index + seed) % len(places)], _subschema(size, index))


def _subschema(size: int, index: int) -> dict[str, JSON]:
    """Return the subschema of a number below `count(size)`."""
    for names in combinations(KEYWORDS, size):
        here = prod(len(KEYWORDS[name]) for name in names)
        if index < here:
            values = {}
            for name in names:
                index, which = divmod(index, len(KEYWORDS[name]))
                values[name] = KEYWORDS[name][which]
            return values
        index -= here
    raise IndexError(index)


def _case(place: Place, subschema: dict[str, JSON]) -> Case:
    schema = place.schema(subschema)
    definitions = schema.get("$defs", {})
    named = {**DEFINITIONS, **definitions} if isinstance(definitions, dict) and isinstance(DEFINITIONS, dict) else {}
    return Case({**schema, "$defs": named}, tuple(place.instance(value) for value in VALUES))
