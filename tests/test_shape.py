"""The names of classes, fields, enums and members: which subschema has which, found again by pointer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from codegen.compiler.analysis import Analysis
from codegen.compiler.conjunctions import Conjunctions
from codegen.compiler.names import shapes
from codegen.compiler.names.naming import Shapes
from codegen.findings import Rejected
from codegen.ir import JSON
from codegen.schema import resolver
from codegen.schema.resolver import Resolution
from codegen.source import values
from tests.test_names import is_attribute_name

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SESSION = Path(__file__).parent.parent / "schema" / "session.json"


def shaped(schema: JSON, pins: Mapping[str, str] | None = None, dialect: str = DIALECT) -> Shapes:
    source = values.from_value("thing.json", schema)
    resolution = resolver.resolve([source], dialect=dialect, lookup=lambda uri: None)
    return shapes_of(resolution, pins or {})


def shapes_of(resolution: Resolution, pins: Mapping[str, str]) -> Shapes:
    document = resolution.documents[0]
    analysis = Analysis(resolution.subschemas, resolution.resources)
    overrides = {document.path: pins}
    return shapes.shapes([document], Conjunctions(analysis), overrides)[document.location.document]


def class_names(found: Shapes) -> dict[str, str]:
    models = {model.pointer: model.name for model in found.models}
    return models | {enum.pointer: enum.name for enum in found.enums}


def field_names(found: Shapes, pointer: str = "") -> list[str]:
    [model] = [model for model in found.models if model.pointer == pointer]
    return [field.json_name for field in model.fields]


def test_session() -> None:
    found = shaped(json.loads(SESSION.read_text(encoding="utf-8")), {"": "Session"})
    assert class_names(found) == {
        "": "Session",
        "/properties/mode": "SessionMode",
        "/properties/state": "SessionState",
    }
    mode, state = found.enums
    assert mode.members == (("DEDICATED", "dedicated"), ("BATCH", "batch"))
    assert [name for name, _ in state.members] == ["OPEN", "ACTIVE", "INACTIVE", "CLOSED"]
    [session] = found.models
    assert [field.name for field in session.fields] == field_names(found)
    assert field_names(found)[:2] == ["id", "backend_name"]


OBJECT: dict[str, JSON] = {"type": "object", "properties": {"x": {"type": "integer"}}}

PLACES: dict[str, tuple[JSON, str, str]] = {
    "properties": ({"properties": {"foo-bar": OBJECT}}, "/properties/foo-bar", "ThingFooBar"),
    "patternProperties": ({"patternProperties": {"^a/b": OBJECT}}, "/patternProperties/^a~1b", "ThingMatch"),
    "additionalProperties": ({"additionalProperties": OBJECT}, "/additionalProperties", "ThingValue"),
    "items": ({"items": {"items": OBJECT}}, "/items/items", "ThingItemItem"),
    "prefixItems": ({"prefixItems": [True, OBJECT]}, "/prefixItems/1", "ThingItem2"),
    "the only branch": ({"anyOf": [{"type": "null"}, OBJECT]}, "/anyOf/1", "Thing"),
    "one of two branches": ({"oneOf": [{"enum": ["a"]}, OBJECT]}, "/oneOf/1", "ThingOption2"),
    "a branch with a title": (
        {"oneOf": [{"enum": ["a"]}, {"title": "A circle", **OBJECT}]},
        "/oneOf/1",
        "ThingACircle",
    ),
    "allOf beside properties": ({"properties": {}, "allOf": [OBJECT]}, "/allOf/0", "ThingPart1"),
    "then": ({"if": True, "then": OBJECT}, "/then", "ThingThen"),
    "else": ({"if": True, "else": OBJECT}, "/else", "ThingElse"),
    "dependentSchemas": ({"dependentSchemas": {"a": OBJECT}}, "/dependentSchemas/a", "ThingWithA"),
    "$defs": ({"$defs": {"Address": OBJECT}}, "/$defs/Address", "Address"),
    "definitions": ({"definitions": {"an address": OBJECT}}, "/definitions/an address", "AnAddress"),
    "below an unknown keyword": ({"$ref": "#/x/Pet", "x": {"Pet": OBJECT}}, "/x/Pet", "Pet"),
    "$ref to an array's element": ({"$ref": "#/x/0", "x": [OBJECT]}, "/x/0", "X0"),
    "two references": ({"properties": {"a": OBJECT, "b": {"$ref": "#/properties/a"}}}, "/properties/a", "ThingA"),
}


@pytest.mark.parametrize("place", PLACES)
def test_an_object_is_a_class_wherever_it_describes_a_value(place: str) -> None:
    schema, pointer, name = PLACES[place]
    found = shaped(schema)
    assert class_names(found)[pointer] == name
    assert field_names(found, pointer) == ["x"]


@pytest.mark.parametrize("keyword", ["not", "if", "contains", "propertyNames"])
def test_what_only_tests_a_value_is_no_class(keyword: str) -> None:
    assert shaped({keyword: OBJECT}) == Shapes()


def test_every_part_of_a_composition_is_a_class() -> None:
    found = shaped(
        {
            "$ref": "#/$defs/Base",
            "properties": {"own": True, "both": {"allOf": [{"$ref": "#/$defs/Base"}, {"properties": {"more": True}}]}},
            "$defs": {"Base": {"properties": {"id": {"enum": ["a"]}}}},
        }
    )
    assert class_names(found).keys() >= {"", "/properties/both", "/properties/both/allOf/1", "/$defs/Base"}
    assert field_names(found, "/properties/both") == []
    assert field_names(found, "/properties/both/allOf/1") == ["more"]


def test_circles_end() -> None:
    found = shaped(
        {
            "properties": {"a": {"$ref": "#/$defs/A"}, "c": {"$ref": "#/$defs/C"}},
            "$defs": {
                "A": {"allOf": [{"$ref": "#/$defs/B"}]},
                "B": {"$ref": "#/$defs/A"},
                "C": {"anyOf": [{"$ref": "#/$defs/C"}, {"type": "array", "items": {"$ref": "#/$defs/C"}}]},
                "D": {"allOf": [{"$ref": "#/$defs/D"}], "properties": {"d": {"$ref": "#/$defs/D"}}},
            },
        }
    )
    assert class_names(found) == {"": "Thing", "/$defs/D": "D"}


HARD = ["class", "self", "from_dict", "foo-bar", "foo_bar", "", "😀", "__init__", "mro", "é", "e\u0301", "date", "str"]


def test_hard_property_names() -> None:
    [model] = shaped({"properties": {name: {"type": "string"} for name in HARD}}).models
    assert [field.json_name for field in model.fields] == HARD
    found = [field.name for field in model.fields]
    assert len(set(found)) == len(HARD)
    assert all(is_attribute_name(name) for name in found)


def test_hard_enum_values() -> None:
    values: list[JSON] = [
        "mro",
        "name",
        "value",
        "_x_",
        "",
        "a",
        "A",
        "H2O",
        "\ud800",
        None,
        True,
        1,
        1.0,
        1.5,
        10**300,
    ]
    [enum] = shaped({"enum": values}).enums
    assert [value for _, value in enum.members] == [value for value in values if type(value) is not float or value != 1]
    assert len({name for name, _ in enum.members}) == len(enum.members)
    assert all(is_attribute_name(name) and name.isupper() for name, _ in enum.members)


def test_class_names_that_the_module_needs_itself() -> None:
    schema: JSON = {
        "$defs": {name: {"properties": {}} for name in ("absent", "Enum", "decodeError", "none", "Address")}
    }
    assert list(class_names(shaped(schema)).values()) == ["Absent_", "Enum_", "DecodeError_", "None_", "Address"]


def test_a_field_named_like_a_class_does_not_hide_it() -> None:
    schema: JSON = {"properties": {"Address": {"$ref": "#/$defs/Address"}}, "$defs": {"Address": {"properties": {}}}}
    assert [field.name for field in shaped(schema).models[0].fields] == ["Address_"]


def test_a_definition_that_is_named_as_the_generator_names_a_root() -> None:
    found = shaped({"properties": {"any": {"$ref": "#/$defs/Model"}}, "$defs": {"Model": True, "model": OBJECT}})
    assert class_names(found) == {"": "Thing", "/$defs/model": "Model"}


def test_a_definition_has_its_name_before_one_that_only_reads_like_it() -> None:
    schema: JSON = {"$defs": {"address": {"properties": {}}, "Address": {"properties": {}}}}
    assert class_names(shaped(schema)) == {"/$defs/Address": "Address", "/$defs/address": "Address_2"}


def test_inserting_renames_nothing() -> None:
    properties: dict[str, JSON] = {"b": {"items": OBJECT}, "state": {"enum": ["x"]}, "u": {"oneOf": [OBJECT, OBJECT]}}
    before = shaped({"properties": properties, "$defs": {"B": OBJECT}})
    more: dict[str, JSON] = {
        "a": {"items": OBJECT, "enum": ["x"]},
        "again": {"$ref": "#/properties/b/items"},
        **properties,
    }
    after = shaped({"properties": more, "$defs": {"A": OBJECT, "B": OBJECT}})
    assert class_names(before).items() <= class_names(after).items()


def test_a_pin_names_what_is_below_it_too() -> None:
    schema: JSON = {"title": "A long title", "properties": {"a": {"properties": {"b": OBJECT}}}}
    found = shaped(schema, {"": "Root", "/properties/a": "Alpha"})
    assert list(class_names(found).values()) == ["Root", "Alpha", "AlphaB"]
    assert class_names(shaped(schema))["/properties/a"] == "ALongTitleA"


@pytest.mark.parametrize(
    ("pins", "told"),
    [
        ({"": "not a name"}, "is not a class name"),
        ({"": "Enum"}, "is not a class name"),
        ({"": "Same", "/properties/x": "Same"}, "is given twice"),
        ({"/properties/gone": "Gone"}, "no class or enum here to name Gone"),
    ],
)
def test_a_pin_that_cannot_be_kept_is_a_finding(pins: dict[str, str], told: str) -> None:
    with pytest.raises(Rejected, match=told):
        shaped({"properties": {"x": OBJECT}}, pins)


def test_an_older_dialect() -> None:
    found = shaped({"definitions": {"A": {"items": [OBJECT]}}}, dialect="http://json-schema.org/draft-07/schema#")
    assert class_names(found) == {"/definitions/A/items/0": "AItem1"}


MEMBERS = {
    "A11Y": "A11Y",
    "H2O": "H2O",
    "v1beta1": "V1BETA1",
    "camelCase": "CAMEL_CASE",
    "two words": "TWO_WORDS",
    "kebab-case": "KEBAB_CASE",
    "UUID": "UUID_",
    "1.0": "VALUE_1_0",
    "": "EMPTY",
    "\u00e9t\u00e9": "ÉTÉ",
}


def test_a_member_is_named_after_its_value() -> None:
    [enum] = shaped({"enum": list(MEMBERS)}).enums
    assert enum.members == tuple((name, value) for value, name in MEMBERS.items())


@pytest.mark.parametrize(
    ("offered", "members"),
    [
        ({"x-enum-varnames": ["LOW", "MID", "HIGH"]}, ["LOW", "MID", "HIGH"]),
        ({"x-enumNames": ["GreaterThan", "is low", ""]}, ["GREATER_THAN", "IS_LOW", "INT_3"]),
        ({"enumNames": ["A", "A", None]}, ["A", "A_2", "INT_3"]),
        ({"x-enum-varnames": ["LOW"]}, ["INT_1", "INT_2", "INT_3"]),
        ({"x-enum-varnames": "LOW"}, ["INT_1", "INT_2", "INT_3"]),
        ({"x-enum-varnames": ["TEXT", "MID", "HIGH"], "enum": ["a", 2, 3], "type": "integer"}, ["MID", "HIGH"]),
    ],
)
def test_a_member_has_the_name_that_the_schema_offers(offered: dict[str, JSON], members: list[str]) -> None:
    [enum] = shaped({"enum": [1, 2, 3], **offered}).enums
    assert [name for name, _ in enum.members] == members


def test_what_is_neither_class_nor_enum_has_no_shape() -> None:
    schemas: list[JSON] = [True, {"type": "array", "items": {"type": "string"}}, {"enum": [[1]]}]
    for schema in schemas:
        assert shaped(schema) == Shapes()
