"""A sample of the schemas of `nox -s combinations`: keywords that meet on one place, decided by every road."""

from __future__ import annotations

import pytest
from combinations.deciding import faults
from combinations.schemas import KEYWORDS, cases
from conformance.official import faults_of

import codegen
from codegen.ir import JSON
from codegen.schema.vocabulary import DECIDING

# What once was decided otherwise by one road, with what every road has to say.
ONCE_WRONG: list[tuple[JSON, list[JSON], list[JSON]]] = [
    ({"enum": ["created", "deleted"], "const": "created"}, ["created"], ["deleted", "other"]),
    ({"const": 1, "enum": [0, 2]}, [], [0, 1, 2, True]),
    ({"const": 1, "enum": [0, 1.0, 2]}, [1, 1.0], [0, 2, True]),
    ({"type": "integer", "enum": ["a", "b"]}, [], ["a", "b", 1]),
    ({"type": "string", "enum": ["a", False, None]}, ["a"], ["b", False, None]),
    ({"type": ["array", "string"], "enum": ["a", "b", "c", "d"]}, ["a"], ["e", [], [[]], {}, None]),
    ({"type": "integer", "enum": [1.0, 1.5, "a"]}, [1, 1.0], [1.5, "a", True]),
    (
        {"properties": {"p": {"type": "boolean", "const": 1, "properties": {}}}},
        [{}],
        [{"p": {}}, {"p": 1}, {"p": True}],
    ),
    ({"type": "string", "enum": ["a", "bcd"], "minLength": 2}, ["bcd"], ["a", 1, []]),
    ({"not": {"enum": ["a", "b", "c", "d"]}}, [[], {}, "e", 1], ["a", "d"]),
    ({"anyOf": [{"enum": ["a", "b", "c", "d"]}, {"type": "array"}]}, ["a", []], [{}, "e"]),
    (
        {
            "properties": {"p": {"properties": {}, "$ref": "#/$defs/c"}},
            "$defs": {"c": {"type": ["string", "integer"], "format": "date"}},
        },
        [{"p": "2020-01-01"}, {"p": 1}],
        [{"p": "x"}, {"p": {}}],
    ),
    ({"type": "integer", "multipleOf": 10}, [1e23, 10**23, -1e23], [10**23 + 1, 15.0, 1.5]),
    ({"type": "integer", "multipleOf": 7}, [7 * 10**30], [9.199e31, 10**31]),
    ({"minimum": 10**23}, [1e23, 10**23], [10**23 - 1, 1e22]),
    ({"maximum": 1e23}, [1e23, 10**23], [10**23 + 1]),
    ({"const": 2**70}, [2**70], [float(2**70), 2**70 + 1]),
    ({"enum": [1e23, 1]}, [10**23, 1e23, 1], [int(1e23), True]),
    ({"uniqueItems": True}, [[int(1e23), 1e23]], [[10**23, 1e23], [2**60, float(2**60), 2**60 + 0.0]]),
]


@pytest.mark.parametrize(("schema", "valid", "invalid"), ONCE_WRONG, ids=lambda part: str(part)[:50])
def test_what_was_decided_otherwise_is_right_on_every_road(
    schema: JSON, valid: list[JSON], invalid: list[JSON]
) -> None:
    model = codegen.compile_schema(schema)
    told = [(data, fault) for data in valid for fault in faults_of(model, data, True)]
    told += [(data, fault) for data in invalid for fault in faults_of(model, data, False)]
    assert told == []


def test_every_keyword_that_decides_is_tried() -> None:
    assert set(KEYWORDS) == DECIDING - {"$dynamicRef"}


def test_keywords_that_meet_on_one_place_are_decided_by_every_road_as_by_the_reference() -> None:
    assert list(faults(list(cases((3,), 80, seed=0)))) == []  # `nox -s combinations` tries thousands
