"""The compiler: what problems say, and schemas and instances that are hard."""

from __future__ import annotations

import inspect
import json
import math
import warnings
from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator

import codegen
from codegen.app import build
from codegen.findings import Rejected
from codegen.ir import JSON
from codegen.runtime._equality import equal
from codegen.runtime._integers import are_small_integers
from codegen.schema.dialects import DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019_09, DRAFT_2020_12
from codegen.schema.resolver import resolve
from codegen.source import values

PET = {
    "$id": "https://example.com/pet.json",
    "type": "object",
    "properties": {"owner": {"$ref": "#/$defs/person"}, "a/b~c": {"type": "string"}},
    "$defs": {"person": {"$id": "person.json", "properties": {"name": {"type": "string", "minLength": 1}}}},
}
SHAPES: list[JSON] = [
    {"properties": {"kind": {"const": kind}, size: {"type": "number"}}, "required": ["kind", size], "type": "object"}
    for kind, size in (("circle", "radius"), ("square", "side"), ("line", "length"), ("star", "rays"))
]


def reported(model: ModuleType, data: JSON) -> list[tuple[str, str, str]]:
    """Return instance location, keyword location and message of every problem."""
    return [(one.instance_location, one.keyword_location, one.message) for one in model.problems(data)]


# What problems say


def test_both_locations_lead_through_references() -> None:
    model = codegen.compile_schema(PET)
    (problem,) = model.problems({"owner": {"name": ""}})
    assert problem.instance_location == "/owner/name"
    assert problem.keyword_location == "/properties/owner/$ref/properties/name/minLength"
    assert problem.absolute_keyword_location == "https://example.com/person.json#/properties/name/minLength"
    assert (problem.keyword, problem.value) == ("minLength", '""')


def test_locations_are_json_pointers() -> None:
    model = codegen.compile_schema(PET)
    assert reported(model, {"a/b~c": 1}) == [("/a~1b~0c", "/properties/a~1b~0c/type", "must be a string")]


ODD = ["a%b", "a b", "é", "\U0001f600", "\ud800", '"', "a~b", "#", "a/b?c", "[x]", "".join(map(chr, range(32, 127)))]


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_the_absolute_location_is_a_uri(name: str) -> None:
    model = codegen.compile_schema({"$id": "https://example.com/a", "properties": {name: {"type": "string"}}})
    (problem,) = model.problems({name: 1})
    pointer = problem.keyword_location
    assert pointer == f"/properties/{name.replace('~', '~0').replace('/', '~1')}/type"
    base, _, fragment = problem.absolute_keyword_location.partition("#")
    assert base == "https://example.com/a"
    assert fragment == quote(pointer, safe="/~!$&'()*+,;=:@-._?", errors="surrogatepass")


def test_the_error_has_the_basic_output_of_the_specification() -> None:
    model = codegen.compile_schema(PET)
    with pytest.raises(model.DecodeError) as caught:
        model.decode({"owner": {"name": 1}})
    location = "https://example.com/person.json#/properties/name/type"
    assert caught.value.output() == {
        "valid": False,
        "errors": [
            {
                "valid": False,
                "keywordLocation": "/properties/owner/$ref/properties/name/type",
                "absoluteKeywordLocation": location,
                "instanceLocation": "/owner/name",
                "error": "must be a string",
            }
        ],
    }


# What the output schema of 2020-12 asks of a unit, and of an array of units (Core, section 12).
UNIT: dict[str, JSON] = {
    "type": "object",
    "properties": {
        "valid": {"type": "boolean"},
        "keywordLocation": {"type": "string", "format": "json-pointer"},
        "absoluteKeywordLocation": {"type": "string", "format": "uri", "minLength": 1},
        "instanceLocation": {"type": "string", "format": "json-pointer"},
        "error": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#"}},
    },
    "required": ["valid", "keywordLocation", "instanceLocation"],
    "if": {"properties": {"keywordLocation": {"pattern": "/\\$(?:ref|dynamicRef)/"}}},
    "then": {"required": ["absoluteKeywordLocation"]},
}


@pytest.mark.parametrize("data", [{"owner": {"name": 1}}, {"owner": {"name": {1}}}, {1: 2}, []], ids=str)
def test_every_unit_of_output_is_one_of_the_specification(data: object) -> None:
    problems = codegen.compile_schema(PET).problems(data)
    assert problems
    for problem in problems:
        unit = problem.output_unit()
        Draft202012Validator(UNIT).validate(unit)
        assert (unit["valid"], unit["error"]) == (False, problem.message)


def test_a_long_function_is_parted() -> None:
    numbers = {f"n{n}": {"type": "number", "minimum": n} for n in range(4)}
    item = {"type": "object", "properties": {**numbers, "more": {"type": "array", "items": numbers["n1"]}}}
    groups = {f"group{n}": {"type": "array", "items": {**item, "title": f"Item {n}"}} for n in range(20)}
    values = {
        f"map{n}": {"type": "object", "additionalProperties": {"anyOf": [numbers["n2"], item]}} for n in range(20)
    }
    model = codegen.compile_schema({"type": "object", "properties": {**groups, **values}})
    codes = [function.__code__ for function in vars(model).values() if inspect.isfunction(function)]
    lines = [max(line or 0 for _, _, line in code.co_lines()) - code.co_firstlineno for code in codes]
    assert max(lines) < 400  # pyright gives up on some functions of 600
    for name, at in (("group19", "/group19/0/n3"), ("map19", "/map19/0/n3")):
        part = {"n3": 3, "more": [1]}
        good = {name: [part] if name == "group19" else {"0": part}}
        bad = json.loads(json.dumps(good).replace('"n3": 3', '"n3": 2'))
        assert model.is_valid(good) and model.encode(model.decode(good)) == good
        assert not model.is_valid(bad)
        with pytest.raises(model.DecodeError) as caught:
            model.decode(bad)
        assert at in {problem.instance_location for problem in caught.value.problems}


def test_all_problems_are_reported() -> None:
    model = codegen.compile_schema({"items": {"type": "integer", "minimum": 3}, "maxItems": 2, "uniqueItems": True})
    assert {place for place, _, _ in reported(model, [1, "a", 1])} == {"", "/0", "/1", "/2"}
    assert {way for _, way, _ in reported(model, [1, "a", 1])} == {
        *("/maxItems", "/uniqueItems", "/items/minimum", "/items/type")
    }


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"kind": "square", "side": "1"}, ("/side", "/1/properties/side/type", "must be a number")),
        ({"kind": "line"}, ("", "/2/required", "`length` is missing")),
    ],
)
def test_the_branch_that_was_meant_is_reported(keyword: str, data: JSON, problem: tuple[str, str, str]) -> None:
    place, way, message = problem
    model = codegen.compile_schema({keyword: SHAPES})
    assert reported(model, data) == [(place, f"/{keyword}{way}", message)]


def test_an_unknown_tag_is_reported_with_the_known_ones() -> None:
    (problem,) = codegen.compile_schema({"oneOf": SHAPES}).problems({"kind": "cube"})
    assert problem.keyword == "oneOf"
    assert all(f'"{kind}"' in problem.message for kind in ("circle", "square", "line", "star"))


def test_without_a_tag_the_branch_of_the_right_type_is_reported() -> None:
    schema = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "integer"}}, {"type": "null"}]}
    model = codegen.compile_schema(schema)
    assert reported(model, [1, "x"]) == [("/1", "/oneOf/1/items/type", "must be an integer")]
    (problem,) = model.problems(True)
    assert problem.message == "must be a string or an array or null"


def test_two_branches_that_hold_are_reported() -> None:
    (problem,) = codegen.compile_schema({"oneOf": [{"minimum": 1}, {"maximum": 9}]}).problems(5)
    assert problem.message.startswith("must match exactly one of 2 alternatives")


def test_a_large_value_is_shown_shortened() -> None:
    model = codegen.compile_schema({"type": "boolean"})
    values: list[JSON] = ["x" * 10**6, [0] * 10**5, 10**5000]
    assert all(len(model.problems(value)[0].value) < 100 for value in values)


# Hard instances


@pytest.mark.parametrize("opener", ["[", '{"a":'])
def test_ten_thousand_levels_end_in_a_decode_error(opener: str) -> None:
    model = codegen.compile_schema({"items": {"$ref": "#"}, "additionalProperties": {"$ref": "#"}})
    data: Any = None
    for _ in range(10_000):
        data = [data] if opener == "[" else {"a": data}
    with pytest.raises(model.DecodeError, match="nested"):
        model.decode(data)
    assert model.problems(data)
    with pytest.raises(model.DecodeError):
        model.loads(opener * 10_000)


NUMBERS = [
    ({"type": "integer"}, [1, 1.0, -0.0, 1e300, 10**400], [True, 1.5, "1"]),
    ({"type": "number"}, [1, 1.5, 10**400], [True, False, None]),
    ({"const": 1}, [1, 1.0], [True, "1"]),
    ({"const": False}, [False], [0, 0.0, None]),
    ({"enum": [True, "a"]}, [True, "a"], [1, 1.0]),
    ({"enum": [0, 2]}, [0, 0.0, 2.0], [False, True]),
    *(
        (
            {"type": "string", "enum": list("abcdefghijkl"[:number])},
            ["a", "b"],
            ["z", 1, True, None, [], ["a"], {"a": 1}],
        )
        for number in (2, 5, 12)
    ),
    ({"const": {"a": [1]}}, [{"a": [1.0]}], [{"a": [True]}]),
    ({"uniqueItems": True}, [[1, True], [0, False], [[1], [True]]], [[1, 1.0], [{"a": 1}, {"a": 1.0}]]),
    ({"multipleOf": 0.1}, [0.3, 1.1, 7, 1e300], [0.35, 0.123]),
    ({"multipleOf": 1e-8}, [12391239123, 1e-8, 0], [1e-9]),
    ({"maximum": 10**30}, [10**30, 1e30 - 1e15], [10**30 + 1]),
    ({"minLength": 1.0, "maxLength": 1}, ["\U0001f409", 5], ["", "ab"]),
]


@pytest.mark.parametrize(("schema", "valid", "invalid"), NUMBERS, ids=lambda part: json.dumps(part)[:40])
def test_equality_and_numbers_are_those_of_json(schema: JSON, valid: list[JSON], invalid: list[JSON]) -> None:
    model = codegen.compile_schema(schema)
    for data in [*valid, *invalid]:
        assert model.is_valid(data) is (data in valid and any(data is one for one in valid)), data
        if model.is_valid(data):
            assert equal(json.loads(model.dumps(model.decode(data))), data)
        else:
            with pytest.raises(model.DecodeError):
                model.decode(data)


@pytest.mark.parametrize(
    ("schema", "valid", "invalid"),
    [
        ({"required": ["a"], "properties": {"a": False}}, [1], [{}, {"a": 1}]),
        ({"properties": {"Global": {"type": "string"}}}, [{"Global": "x"}], [{"Global": 1}]),
        ({"properties": {"a": {"enum": [True, False]}}}, [{"a": False}], [{"a": 0}, {"a": 1.0}]),
        ({"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"enum": [True, False]}}}, [True, False], [0, 1]),
    ],
    ids=json.dumps,
)
def test_what_was_once_wrong_is_right(schema: JSON, valid: list[JSON], invalid: list[JSON]) -> None:
    model = codegen.compile_schema(schema)
    assert [model.is_valid(data) for data in valid + invalid] == [True] * len(valid) + [False] * len(invalid)
    assert [model.encode(model.decode(data)) for data in valid] == valid
    assert all(model.problems(data) for data in invalid)


FIELDS: dict[str, JSON] = {
    "properties": {
        "text": {"type": ["string", "null"]},
        "flag": {"type": "boolean"},
        "perhaps": {"type": ["boolean", "null"]},
        "count": {"type": ["integer", "null"]},
        "share": {"type": "number"},
        "moments": {"type": "array", "items": {"type": "string", "format": "date-time"}},
        "either": {"anyOf": [{"type": "null"}, {"type": "string"}]},
    },
    "type": "object",
}
EMPTY: list[JSON] = [
    {},
    {"text": None},
    {"text": "a"},
    {"flag": True},
    {"flag": False},
    {"perhaps": None},
    {"perhaps": False},
]
FILLED: list[JSON] = [
    {"count": None},
    {"count": 2.0},
    {"share": 1e-7},
    {"share": 2},
    {"either": None},
    {"either": '"\n'},
]
LISTED: list[JSON] = [
    {"moments": []},
    {"moments": ["2024-01-01T00:00:00Z"]},
    {"other": [1]},
    {"flag": True, "other": None},
]


@pytest.mark.parametrize("required", [[], ["text"], ["flag", "either"], ["count"], ["share"], ["moments"], ["perhaps"]])
def test_the_text_of_an_object_is_that_of_its_data(required: list[JSON]) -> None:
    model = codegen.compile_schema({**FIELDS, "required": required}, formats="assert")
    for data in [*EMPTY, *FILLED, *LISTED]:
        if model.is_valid(data):
            assert json.loads(model.dumps(model.decode(data))) == data


PAIRS: JSON = {
    "type": "array",
    "items": {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 2, "maxItems": 2},
}


def test_an_array_of_integers_is_copied_only_where_one_is_written_as_a_float() -> None:
    model = codegen.compile_schema(PAIRS)
    whole: JSON = [[1, 2], [3, 4]]
    assert model.decode(whole) is whole
    decoded = model.decode([[1, 2.0], [3, 4]])
    assert decoded == [[1, 2], [3, 4]]
    assert all(type(number) is int for pair in decoded for number in pair)  # type: ignore[attr-defined]
    for data in ([[1]], [[1, 2, 3]], [[1, 2.5]], [[1, True]], [[1, -1]], [[1.0, -1.0]], [1], [[[1], 2]]):
        assert not model.is_valid(data)
        with pytest.raises(model.DecodeError):
            model.decode(data)


class Number(int):
    """A subclass, which is not a type of JSON's."""


ITEMS: list[Any] = [0, 2**31 - 1, 2**31, -1, 10**30, True, 1.0, 1.5, None, "i", b"i\0\0\0\0", Number(1)]
ROWS: list[Any] = [*ITEMS, [], [0], (0, 1), [0, 1, 2], [[0], 1], {}, {0: 1}, {"0": 1}, bytearray(b"[\2\0\0\0")]


def decoded(model: ModuleType, data: JSON) -> list[JSON] | None:
    """Return the value of an array, None if it is refused."""
    try:
        value: list[JSON] = model.decode(data)
    except model.DecodeError:
        with suppress(model.DecodeError):  # of what has no place in JSON
            assert not model.is_valid(data)
        return None
    assert model.is_valid(data)
    return value


@pytest.mark.parametrize("size", [{}, {"minItems": 2, "maxItems": 2}], ids=["any size", "pairs"])
@pytest.mark.parametrize("bounds", [{}, {"minimum": 0}, {"minimum": 1, "maximum": 2}, {"multipleOf": 1}], ids=str)
def test_many_rows_of_integers_are_reported_as_few_are(size: dict[str, JSON], bounds: dict[str, JSON]) -> None:
    row: JSON = {"type": "array", "items": {"type": "integer", **bounds}, **size}
    model = codegen.compile_schema({"type": "array", "items": row})
    others: list[Any] = [[1, 2]] * 40
    for odd in [*ROWS, *([1, number] for number in ITEMS), *([number, 1] for number in ITEMS)]:
        alone = decoded(model, [odd])
        assert repr(decoded(model, [odd, *others])) == repr(alone and [*alone, *others])
        assert repr(decoded(model, [*others, odd])) == repr(alone and [*others, *alone])


def nested(number: int) -> Iterator[list[Any]]:
    """Yield every list of so many integers and lists, at all depths together."""
    if number == 0:
        yield []
    for size in range(1, number + 1):
        firsts = [*([0] if size == 1 else []), *nested(size - 1)]
        yield from ([first, *others] for others in nested(number - size) for first in firsts)


def test_rows_are_proved_to_be_of_small_integers_where_they_are() -> None:
    for rows in (rows for number in range(8) for rows in nested(number)):
        are_rows = all(type(row) is list and all(type(item) is int for item in row) for row in rows)
        sizes = {len(row) for row in rows} if are_rows else set()
        for size in (1, 2, 3, None):
            is_right = are_rows and (len(sizes) <= 1 if size is None else sizes <= {size})
            assert are_small_integers(rows, size, None, None) is are_small_integers(rows, size, 0, 0) is is_right, rows
            assert not are_small_integers(rows, size, 1, None) or not any(rows)


@pytest.mark.parametrize("bounds", [(None, None), (0, None), (None, 0), (-2, 200), (0.5, 1e9), (1.5, 1.5)])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_an_integer_is_small_if_it_is_in_the_table_itself(bounds: tuple[Any, Any], size: int) -> None:
    low = -math.inf if bounds[0] is None else bounds[0]
    high = math.inf if bounds[1] is None else bounds[1]
    for item in [*range(-300, 600), *ITEMS]:
        proved = are_small_integers([[item] * size], size, *bounds)
        assert not proved or (type(item) is int and low <= item <= high), item
        assert proved or not (type(item) is int and -5 <= item <= 256 and low <= item <= high), item


def test_an_array_that_holds_itself_is_reported() -> None:
    model = codegen.compile_schema(PAIRS)
    endless: list[Any] = []
    endless += [endless] * 40
    twice: list[Any] = []
    twice += [twice, twice]
    for data in (endless, [*[[0, 1]] * 40, twice]):
        with pytest.raises(model.DecodeError, match="nested so deeply"):
            model.decode(data)


@pytest.mark.parametrize(
    ("odd", "reported"),
    [
        (object(), "/1/0: must be JSON data, not a Python object"),
        ({1: 2}, "/1/0: must have strings for property names, not a Python int"),
    ],
)
def test_what_has_no_place_in_json_is_reported_where_it_is(odd: Any, reported: str) -> None:
    model = codegen.compile_schema(PAIRS)
    data: list[Any] = [[0, 1], [odd, 1]]
    assert [str(problem) for problem in model.problems(data)] == [reported]
    for function in (model.decode, model.is_valid):
        with pytest.raises(model.DecodeError) as error:
            function(data)
        assert str(error.value).split("\n")[1:] == [f"  {reported}"]


INTEGER: JSON = {"type": "integer"}
CLOSED: list[dict[str, JSON]] = [
    {"properties": {"a": INTEGER, "b": INTEGER}, "required": ["a", "b"]},
    {"properties": {"a": INTEGER, "b": INTEGER, "c": INTEGER}, "required": ["b"]},
    {"properties": {"a": INTEGER, "b": {}, "c": True}, "required": ["b"]},
    {"properties": {"a": INTEGER, "b": False}},
    {"properties": {"a": INTEGER, "b": False}, "required": ["b"]},
    {"properties": {"a": INTEGER, "b": {"properties": {"c": INTEGER}, "additionalProperties": False}}},
    {"properties": {"a": INTEGER}, "patternProperties": {"b": INTEGER}},
    {"properties": {"a": INTEGER}, "allOf": [{"properties": {"a": {}, "b": INTEGER}}]},
    {"properties": {"a": INTEGER, "b": INTEGER}, "allOf": [{"properties": {"a": {"minimum": 0}}}]},
    {"properties": {"a": INTEGER}, "required": ["b"]},
]


@pytest.mark.parametrize("rest", [{"additionalProperties": False}, {"unevaluatedProperties": False}], ids=str)
@pytest.mark.parametrize("schema", CLOSED, ids=str)
@pytest.mark.parametrize("kind", [{}, {"type": "object"}], ids=["any", "object"])
def test_a_closed_object_has_no_more_than_its_properties(
    schema: dict[str, JSON], rest: dict[str, JSON], kind: dict[str, JSON]
) -> None:
    schema = {**schema, **rest, **kind}
    model, reference = codegen.compile_schema(schema), Draft202012Validator(schema)
    for names in (names for size in range(5) for names in combinations("abcx", size)):
        for data in ({name: 1 for name in names}, {name: {"c": 1} for name in names}, {name: "1" for name in names}):
            assert model.is_valid(data) is (not model.problems(data)) is reference.is_valid(data), data
            if reference.is_valid(data):
                assert model.encode(model.decode(data)) == data
            else:
                with pytest.raises(model.DecodeError):
                    model.decode(data)


VISITS: JSON = {
    "properties": {"visits": {"type": "array", "items": {"$ref": "#/$defs/visit"}}},
    "$defs": {
        "visit": {
            "type": "object",
            "required": ["from", "who"],
            "properties": {
                "from": {"type": "string", "format": "date-time"},
                "to": {"type": "string", "format": "date-time"},
                "who": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
                "seen": {"type": "array", "items": {"type": "string", "format": "date-time"}},
                "why": {"anyOf": [{"type": "null"}, {"type": "string", "format": "date-time"}]},
                **{f"note{number}": {"type": "string"} for number in range(5)},
            },
        }
    },
}
VISIT: dict[str, JSON] = {"from": "2024-05-01T12:34:56Z", "who": {"name": "a"}, "seen": ["2024-05-01T12:34:56.5Z"]}


@pytest.mark.parametrize("number", [0, 20])
def test_an_object_is_reported_by_itself_as_among_many(number: int) -> None:
    model = codegen.compile_schema(VISITS)
    for change, is_valid in (
        ({}, True),
        ({"to": "2016-12-31T23:59:60Z", "why": None, "note4": ""}, True),
        ({"why": "2024-05-01T12:34:56Z", "seen": []}, True),
        *(({name: "2024-02-30T12:34:56Z"}, False) for name in ("from", "to", "why", "who")),
        ({"from": None}, False),
        ({"seen": ["2024-05-01T12:34:56Z", "24:00"]}, False),
        ({"who": {}}, False),
        ({"note4": 1}, False),
    ):
        visits: list[JSON] = [VISIT] * number
        assert model.is_valid({"visits": [*visits, {**VISIT, **change}, *visits]}) is is_valid, change
    assert not model.is_valid({"visits": [*visits, {"from": VISIT["from"]}]})
    assert not model.is_valid({"visits": [*visits, 1]})


# Dialects

SIBLINGS: JSON = {"properties": {"a": {"$ref": "#/definitions/any", "maximum": 1}}, "definitions": {"any": {}}}


@pytest.mark.parametrize(
    ("dialect", "looks"),
    [(DRAFT_4, False), (DRAFT_6, False), (DRAFT_7, False), (DRAFT_2019_09, True), (DRAFT_2020_12, True)],
)
def test_siblings_of_a_reference_count_since_2019(dialect: str, looks: bool) -> None:
    model = codegen.compile_schema(SIBLINGS, dialect=dialect)
    assert model.is_valid({"a": 5}) is not looks
    own = codegen.compile_schema({"$schema": dialect, **dict(SIBLINGS)}, dialect=DRAFT_2020_12)  # type: ignore[arg-type]
    assert own.is_valid({"a": 5}) is not looks


def test_a_pointer_as_identifier_names_nothing() -> None:
    schema = {"properties": {n: {"$id": "#/properties/x", "type": "string"} for n in ("a", "b")}}
    assert not codegen.compile_schema(schema, dialect=DRAFT_7).is_valid({"b": 1})


# Hard schemas


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"anyOf": [{"type": "null"}, {"not": {"$ref": "#"}}]}}},
        {"$dynamicRef": "#n", "$dynamicAnchor": "n"},
    ],
    ids=["itself", "through others", "dynamic"],
)
def test_references_in_a_circle_are_a_finding(schema: JSON) -> None:
    with pytest.raises(Rejected) as caught:
        codegen.compile_schema(schema)
    assert {finding.rule.id for finding in caught.value.findings} == {"endless-reference"}
    assert all(finding.place.line and finding.help for finding in caught.value.findings)


def test_a_recursion_that_consumes_is_none() -> None:
    model = codegen.compile_schema({"properties": {"next": {"$ref": "#"}}, "required": ["value"], "type": "object"})
    assert model.is_valid({"value": 1, "next": {"value": 2}})
    assert reported(model, {"value": 1, "next": {"value": 2, "next": {}}})[0][0] == "/next/next"


def test_five_thousand_enum_values() -> None:
    values = [f"value {number}" for number in range(5000)]
    model = codegen.compile_schema({"enum": values})
    assert model.is_valid(values[-1]) and not model.is_valid("value 5000")
    assert [model.encode(model.decode(value)) for value in values] == values
    assert len(model.problems("x")[0].message) < 1000


def test_hundreds_of_definitions_in_one_document() -> None:
    definitions: dict[str, JSON] = {
        f"d{n}": {"type": "object", "properties": {"next": {"$ref": f"#/$defs/d{(n + 1) % 300}"}, "n": {"const": n}}}
        for n in range(300)
    }
    model = codegen.compile_schema({"$ref": "#/$defs/d0", "$defs": definitions})
    data: JSON = {"n": 0, "next": {"n": 1, "next": {"n": 2}}}
    assert model.encode(model.decode(data)) == data
    assert reported(model, {"next": {"next": {"n": 3}}})[0][0] == "/next/next/n"


def test_a_metaschema_is_a_schema_like_any_other() -> None:
    model = codegen.compile_schema({"$ref": DRAFT_2020_12})
    data: JSON = {"type": "object", "properties": {"a": {"$ref": "#"}}, "x-own": [1]}
    assert model.encode(model.decode(data)) == data
    assert reported(model, {"properties": {"a": {"type": 1}}})[0][0] == "/properties/a/type"


def findings_of(schema: JSON) -> list[str]:
    """Return the ids of the warnings for a schema."""
    resolution = resolve([values.from_value("schema.json", schema)], dialect=DRAFT_2020_12, lookup=lambda uri: None)
    warnings = build.build(resolution, package="models", formats="assert", names={}).warnings
    return [finding.rule.id for finding in warnings]


@pytest.mark.parametrize(
    ("pattern", "ids"),
    [
        ("^(a+)+$", ["pattern-slow"]),
        ("(a|a)*b", ["pattern-slow"]),
        ("^[a-z]+(-[a-z]+)*$", []),
        (r"\s+$", []),
        (r"(?:[a-z]+\.)+com$", ["pattern-slow"]),
        ("(a|b)*" * 2000, ["pattern-slow"]),
        (r"(?=(a))?\1", []),
    ],
)
def test_a_pattern_that_backtracks_without_end_is_warned_of(pattern: str, ids: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert findings_of({"pattern": pattern}) == ids


@pytest.mark.parametrize(
    ("pattern", "accepted", "refused"),
    [
        (r"^(?=(x))?(a)(b)(c)\3$", "abcb", "abca"),
        (r"^(?:(?=(a)))?a\1$", "a", "aa"),
        ("^(?i:a)b$", "Ab", "AB"),
        (r"^(?:(?<n>a)|(?<n>b))\k<n>$", "bb", "ab"),
        (r"[^@\s]+@[^@\s]+\.[^@\s]+$", "a@b.c", "a@b.c "),
    ],
)
def test_all_roads_read_a_pattern_alike(pattern: str, accepted: str, refused: str) -> None:
    schema = {"properties": {"x": {"pattern": pattern}}, "patternProperties": {pattern: False}, "title": "One"}
    model = codegen.compile_schema({**schema, "type": "object"})
    for good, bad in [({"x": accepted}, {"x": refused}), ({refused: 1}, {accepted: 1})]:
        assert model.is_valid(good)
        assert not model.problems(good)
        model.One.from_dict(good)
        assert not model.is_valid(bad)
        assert len(model.problems(bad)) == 1
        with pytest.raises(model.DecodeError):
            model.One.from_dict(bad)


def test_a_field_may_name_a_class_of_a_document_that_only_another_one_refers_to() -> None:
    lists = {"type": "array", "items": {"$ref": "https://x.example/a"}}
    own = {"title": "Own", "properties": {"x": {"type": "integer"}}, "type": "object"}
    model = codegen.compile_schema(
        {"title": "One", "type": "object", "properties": {"others": {"$ref": "https://x.example/b"}}},
        references={"https://x.example/b": lists, "https://x.example/a": own},
    )
    assert model.One.from_dict({"others": [{"x": 1}]}).others[0].x == 1
