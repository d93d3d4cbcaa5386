"""Tests of Python data that `json` would not have made: mappings, tuples, subclasses, and what is no JSON at all."""

from __future__ import annotations

import json
import math
from collections import OrderedDict, UserDict
from collections.abc import Callable
from functools import cache
from types import MappingProxyType, ModuleType, SimpleNamespace
from typing import Any

import pytest

import codegen
from codegen.ir import JSON

NO_NUMBERS = (math.nan, math.inf, -math.inf)


@cache
def compiled(schema: str) -> ModuleType:
    """Return the models of a schema, made once for all that is tried with it."""
    return codegen.compile_schema(json.loads(schema))


AGREED: list[tuple[JSON, Callable[[Any], Any]]] = [
    ({"not": {"type": "string"}}, lambda number: number),
    ({"not": {"minimum": 1}}, lambda number: number),
    ({"if": {"type": "string"}}, lambda number: number),
    ({"anyOf": [{"type": "string"}, True]}, lambda number: number),
    ({"anyOf": [{"type": "string"}, {"maxLength": 1}]}, lambda number: number),
    ({"allOf": [True]}, lambda number: number),
    ({"properties": {"p": {"allOf": [True]}}}, lambda number: {"p": number}),
    ({"properties": {"p": {"oneOf": [{"type": "string"}, {"not": {"type": "string"}}]}}}, lambda number: {"p": number}),
    ({"type": "array"}, lambda number: [number]),
    ({"contains": {"const": 1}}, lambda number: [number, 1]),
    ({"contains": {"minimum": 1}}, lambda number: [number, 1]),
    ({"uniqueItems": True}, lambda number: [[number], 1]),
    ({"propertyNames": {"maxLength": 3}}, lambda number: {"a": number}),
    ({"unevaluatedProperties": {"type": "number"}}, lambda number: {"a": number}),
]


@pytest.mark.parametrize(("schema", "around"), AGREED, ids=lambda part: "" if callable(part) else str(part)[:60])
def test_the_roads_agree_about_what_is_no_number(schema: JSON, around: Callable[[Any], Any]) -> None:
    model = compiled(json.dumps(schema))
    data = around(math.nan)
    try:
        model.decode(data)
        is_decoded = True
    except model.DecodeError as error:
        is_decoded = False
        assert error.problems == model.problems(data)
        assert {problem.message for problem in error.problems} == {"must be JSON data"}
    assert model.is_valid(data) is is_decoded is (model.problems(data) == ())


NUMBERS: list[tuple[JSON, Callable[[Any], Any]]] = [
    ({"type": "number"}, lambda number: number),
    ({}, lambda number: number),
    (True, lambda number: number),
    ({"multipleOf": 0.5}, lambda number: number),
    ({"type": "integer", "multipleOf": 2}, lambda number: number),
    ({"minimum": 1}, lambda number: number),
    ({"maxLength": 3}, lambda number: number),
    ({"type": ["number", "null"], "exclusiveMaximum": 5}, lambda number: number),
    ({"anyOf": [{"type": "string"}, {"minimum": 0}]}, lambda number: number),
    ({"type": "array", "items": {"type": "number"}}, lambda number: [1, number]),
    ({"properties": {"a": {"type": "number", "minimum": 0, "maximum": 1}}}, lambda number: {"a": number}),
    ({"type": "object", "additionalProperties": {"type": "number"}}, lambda number: {"a": number}),
    ({"enum": [1, 2.5, "a"]}, lambda number: number),
    ({"enum": [1, 2, 3, 4, 5, 6, 7, 8, 9, "a"]}, lambda number: number),
]


@pytest.mark.parametrize(("schema", "around"), NUMBERS, ids=lambda part: "" if callable(part) else str(part)[:40])
@pytest.mark.parametrize("number", NO_NUMBERS, ids=str)
def test_what_is_no_number_in_json_is_refused_on_every_road(
    schema: JSON, around: Callable[[Any], Any], number: float
) -> None:
    model = compiled(json.dumps(schema))
    data = around(number)
    assert model.is_valid(data) is False
    with pytest.raises(model.DecodeError) as refused:
        model.decode(data)
    assert {problem.message for problem in refused.value.problems} == {"must be JSON data"}
    assert model.problems(data) == refused.value.problems


class Text(str):
    """A subclass, which is not one of JSON's types."""


MAPPINGS = (OrderedDict, UserDict, MappingProxyType, lambda found: {Text(name): item for name, item in found.items()})
OBJECTS: list[tuple[JSON, dict[str, Any], dict[str, Any]]] = [
    ({"type": "object", "properties": {"a": {"type": "integer"}}}, {"a": 1}, {"a": "x"}),
    ({"properties": {"a": {"type": "integer"}}}, {"a": 1}, {"a": "x"}),
    ({"anyOf": [{"type": "null"}, {"type": "object", "required": ["a"]}]}, {"a": 1}, {"b": 1}),
    ({"properties": {"a": {"type": "string"}}}, {"a": Text("x")}, {"a": True}),
    ({"properties": {"a": {"enum": ["p", "q", "r", "s"]}}}, {"a": Text("p")}, {"a": Text("x")}),
    ({"properties": {"a": {"type": "array", "items": {"type": "integer"}}}}, {"a": (1, 2)}, {"a": (1, "x")}),
    ({"properties": {"a": {"items": {"type": "integer"}}}}, {"a": (1, 2)}, {"a": (1, "x")}),
    ({"properties": {"a": {"const": [1]}}}, {"a": (1,)}, {"a": (2,)}),
    ({"const": {"a": 1}}, {"a": 1}, {"a": True}),
    ({"enum": [{"a": 0}, {"a": [1]}]}, {"a": (1,)}, {"a": (True,)}),
    ({"properties": {"a": {"const": {"b": 1}}}}, {"a": OrderedDict(b=1)}, {"a": OrderedDict(b=True)}),
    ({"properties": {"a": {"contains": {"const": {"b": 1}}}}}, {"a": [UserDict(b=1)]}, {"a": [UserDict(b=True)]}),
    ({"properties": {"a": {"contains": {"type": "string"}}}}, {"a": [Text("x")]}, {"a": [(1,)]}),
    ({"properties": {"a": {"uniqueItems": True}}}, {"a": [{}, UserDict(b=1)]}, {"a": [{}, UserDict()]}),
]


@pytest.mark.parametrize(("schema", "valid", "invalid"), OBJECTS, ids=lambda part: str(part)[:60])
@pytest.mark.parametrize("mapping", MAPPINGS, ids=["OrderedDict", "UserDict", "MappingProxyType", "subclassed names"])
def test_mappings_tuples_and_subclasses_are_decided_as_what_they_stand_for(
    schema: JSON, valid: dict[str, Any], invalid: dict[str, Any], mapping: Callable[[Any], Any]
) -> None:
    model = compiled(json.dumps(schema))
    for data, is_valid in ((valid, True), (invalid, False)):
        for made in (mapping(data), data):
            assert model.is_valid(made) is is_valid
            assert (model.problems(made) == ()) is is_valid
    model.decode(mapping(valid))
    with pytest.raises(model.DecodeError):
        model.decode(mapping(invalid))


def test_what_json_has_read_is_not_copied_to_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    model = codegen.compile_schema({"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "null"}]}})

    def copied(*arguments: object) -> None:
        raise AssertionError("data was copied")

    monkeypatch.setattr(model._fallback, "plain", copied)
    assert not model.is_valid([1, None, "x"])
    assert not model.is_valid({"a": 1})


@pytest.mark.parametrize(
    "data",
    [{1}, object(), {"a": {1}}, b"x", SimpleNamespace(keys=[1])],
    ids=["set", "object", "a set within", "bytes", "an object with a field that mappings have a method for"],
)
def test_what_has_no_place_in_json_is_told_as_such(data: object) -> None:
    model = codegen.compile_schema({"properties": {"a": {"type": "string"}}, "propertyNames": {"type": "string"}})
    (problem,) = model.problems(data)
    assert problem.message == "must be JSON data"
    for road in (model.decode, model.is_valid):
        with pytest.raises(model.DecodeError) as refused:
            road(data)
        assert refused.value.problems == (problem,)


def test_the_place_of_what_has_none_in_json_is_a_json_pointer() -> None:
    model = codegen.compile_schema({"type": "object"})
    (problem,) = model.problems({"a/b": [{"~": {1}}]})
    assert problem.instance_location == "/a~1b/0/~0"
