"""Tests of the OpenAPI artifact: its documents are legal, its components accept what the schemas accept."""

from __future__ import annotations

import copy
import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from ruamel.yaml import YAML

from codegen.app.artifact_toml import read_artifact
from codegen.app.config import check_settings
from codegen.app.settings import defaults
from codegen.app.settings_schema import described
from codegen.artifacts.openapi.downgrade import DECIMALS, Downgrade, Translation, downgrade
from codegen.escapes import Code
from codegen.escapes import json as json_escapes
from codegen.escapes import yaml as yaml_escapes
from codegen.findings import Finding, Rejected
from codegen.incremental import rendering
from codegen.incremental.cache import Cache
from codegen.ir import JSON, ClassShape, EnumShape, Location, Package
from codegen.render import templates
from codegen.render.schema_objects import Components, components
from codegen.schema.dialects import DRAFT_4, DRAFT_7, DRAFT_2019_09, DRAFT_2020_12
from codegen.schema.resolver import Places, resolve
from codegen.source import values
from tests.openapi.exactness import LENIENT, Group, as_draft4
from tests.openapi.report import regressions
from tests.openapi.tools import Verdict

HERE = Path(__file__).parent
ARTIFACT = read_artifact(templates.BUNDLED / "openapi")
DEFAULTS = defaults(ARTIFACT.settings)
SESSION = tomllib.loads((HERE / "openapi" / "session.toml").read_text())["tool"]["triptych"]["openapi"]


def package(*, dialect: str = DRAFT_2020_12, shapes: Mapping[Location, Any] | None = None, **schemas: JSON) -> Package:
    sources = [values.from_value(f"{name}.json", schema) for name, schema in schemas.items()]
    resolution = resolve(sources, dialect=dialect, lookup=lambda uri: None)
    resolved = {"resources": resolution.resources, "places": Places(resolution)}
    return Package("models", resolution.documents, resolution.subschemas, shapes or {}, {}, **resolved)


def session_package() -> Package:
    return package(session=json.loads((HERE.parent / "schema" / "session.json").read_text()))


def files(made: Package, **settings: JSON) -> dict[str, str]:
    rendered = templates.render(made, [ARTIFACT], {"openapi": {**DEFAULTS, **settings}})
    return {file.path.removeprefix("openapi/"): file.text for file in rendered}


def faults(made: Package, **settings: JSON) -> tuple[Finding, ...]:
    _, findings = check_settings("openapi", described(ARTIFACT.settings), settings)
    if findings:
        return findings
    with pytest.raises(Rejected) as caught:
        files(made, **settings)
    return caught.value.findings


# Components


def root(made: Package, lifted: Components) -> str:
    name = lifted.name(next(document.location for document in made.documents if document.public))
    assert name is not None
    return name


def validator31(schemas: Mapping[str, JSON], name: str) -> Any:
    whole = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    return jsonschema.Draft202012Validator(json.loads(json.dumps(whole)))


TREE: JSON = {"$id": "urn:t", "$dynamicAnchor": "node", "properties": {"next": {"$dynamicRef": "#node"}}}

SAME: dict[str, tuple[str, JSON, list[JSON], list[JSON]]] = {
    "boolean": (DRAFT_2020_12, False, [], [1, None, {}]),
    "a definition": (DRAFT_2020_12, {"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}, ["x"], [1]),
    "a lone anchor": (DRAFT_2020_12, {"$ref": "#x", "$defs": {"a": {"$anchor": "x", "minimum": 3}}}, [3], [2]),
    "a pointer to any place": (
        DRAFT_2020_12,
        {"prefixItems": [{"type": "null"}, {"$ref": "#/prefixItems/0"}]},
        [[None, None]],
        [[None, 1]],
    ),
    "an embedded resource": (
        DRAFT_2020_12,
        {
            "$id": "urn:a",
            "$ref": "urn:b",
            "$defs": {"x": {"$id": "urn:b", "$ref": "#/$defs/y", "$defs": {"y": {"const": 1}}}},
        },
        [1],
        [2],
    ),
    "recursion": (
        DRAFT_2020_12,
        {"additionalProperties": {"$ref": "#"}, "type": "object"},
        [{"a": {"b": {}}}],
        [{"a": {"b": 1}}],
    ),
    "a dynamic scope": (
        DRAFT_2020_12,
        {
            "$id": "urn:s",
            "$dynamicAnchor": "node",
            "$ref": "urn:t",
            "unevaluatedProperties": False,
            "$defs": {"t": TREE},
        },
        [{"next": {"next": {}}}],
        [{"next": {"nxt": 1}}],
    ),
    "recursive anchors": (
        DRAFT_2019_09,
        {
            "$id": "urn:s",
            "$recursiveAnchor": True,
            "required": ["x"],
            "anyOf": [{"$ref": "urn:t"}],
            "$defs": {"t": {"$id": "urn:t", "$recursiveAnchor": True, "properties": {"next": {"$recursiveRef": "#"}}}},
        },
        [{"x": 1, "next": {"x": 1}}],
        [{"x": 1, "next": {}}],
    ),
    "contains of 2019-09 evaluates nothing": (
        DRAFT_2019_09,
        {"contains": {"type": "string"}, "unevaluatedItems": {"type": "integer"}},
        [],
        [["x"], [1], []],
    ),
    "contains of 2020-12 evaluates": (
        DRAFT_2020_12,
        {"contains": {"type": "string"}, "unevaluatedItems": {"type": "integer"}},
        [["x"], ["x", 1]],
        [[1], [], ["x", None]],
    ),
    "bare arrays beside unevaluatedItems": (DRAFT_2020_12, {"type": "array", "unevaluatedItems": False}, [[]], [[1]]),
    "a lone $ref of draft 7": (
        DRAFT_7,
        {"properties": {"a": {"$ref": "#/definitions/s", "maxLength": 1}}, "definitions": {"s": {"type": "string"}}},
        [{"a": "xyz"}],
        [{"a": 1}],
    ),
    "dependencies of draft 7": (
        DRAFT_7,
        {"dependencies": {"a": ["b"], "c": {"required": ["d"]}}},
        [{}, {"a": 1, "b": 1}],
        [{"a": 1}, {"c": 1}],
    ),
    "tuples of draft 7": (
        DRAFT_7,
        {"items": [{"type": "null"}], "additionalItems": False},
        [[None], []],
        [[1], [None, 1]],
    ),
    "keywords that the draft does not have": (DRAFT_7, {"minContains": 0, "contains": {"const": 1}}, [[1]], [[2]]),
    "exclusive bounds of draft 4": (DRAFT_4, {"minimum": 3, "exclusiveMinimum": True}, [4], [3]),
    "an enum without values": (DRAFT_2020_12, {"enum": [], "allOf": [{}]}, [], [1, None]),
    "a property named $ref": (
        DRAFT_2020_12,
        {"properties": {"$ref": {"type": "string"}}},
        [{"$ref": "x"}],
        [{"$ref": 1}],
    ),
}


@pytest.mark.parametrize(("dialect", "schema", "valid", "invalid"), SAME.values(), ids=SAME.keys())
def test_a_component_accepts_what_its_schema_accepts(
    dialect: str, schema: JSON, valid: list[JSON], invalid: list[JSON]
) -> None:
    made = package(dialect=dialect, case=schema)
    lifted = components(made)
    validator = validator31(lifted.schemas, root(made, lifted))
    assert [validator.is_valid(value) for value in valid] == [True] * len(valid)
    assert [validator.is_valid(value) for value in invalid] == [False] * len(invalid)


@pytest.mark.parametrize(("dialect", "schema"), [row[:2] for row in SAME.values()], ids=SAME.keys())
def test_nothing_that_tools_trip_over_is_left(dialect: str, schema: JSON) -> None:
    def keys(value: JSON) -> Iterator[str]:
        if isinstance(value, dict):
            yield from value
            for item in value.values():
                yield from keys(item)
        elif isinstance(value, list):
            for item in value:
                yield from keys(item)

    lifted = components(package(dialect=dialect, case=schema))
    forbidden = {"$defs", "definitions", "$id", "$schema", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef"}
    assert not forbidden & set(keys(dict(lifted.schemas)))


def test_what_is_unevaluated_is_said_in_plainer_words_where_that_is_equal() -> None:
    plain: JSON = {
        "prefixItems": [{}],
        "unevaluatedItems": False,
        "properties": {"a": {}},
        "unevaluatedProperties": False,
    }
    (component,) = components(package(case=plain)).schemas.values()
    assert isinstance(component, dict)
    assert (component["items"], component["additionalProperties"]) == ({"not": {}}, False)
    kept: JSON = {"anyOf": [{"properties": {"a": {}}}], "unevaluatedProperties": False}
    assert components(package(case=kept)).schemas == {"Case": kept}


def test_a_schema_that_only_refers_to_itself_counts_as_unused() -> None:
    schema: JSON = {"properties": {"next": {"$ref": "#"}}}
    document = json.loads(files(package(a=schema))["openapi.json"])
    unused = document["components"]["pathItems"]["Schemas"]["parameters"]
    assert [each["name"] for each in unused] == ["A"]


def test_definitions_have_the_names_of_their_classes() -> None:
    defs: JSON = {"$defs": {"foo-bar": {"type": "object"}, "kind": {"enum": ["a"]}}}
    plain = package(orders=defs)
    document = plain.documents[0].location
    shapes = {
        document / "$defs" / "foo-bar": ClassShape(document / "$defs" / "foo-bar", "Pinned", ()),
        document / "$defs" / "kind": EnumShape(document / "$defs" / "kind", "OrderKind", ()),
    }
    assert list(components(plain).schemas) == ["FooBar", "Kind", "Orders"]
    assert list(components(package(orders=defs, shapes=shapes)).schemas) == ["OrderKind", "Orders", "Pinned"]


def test_names_that_clash_get_the_name_of_their_document() -> None:
    schema: JSON = {"$defs": {"item": {"type": "string"}, "users": {}}}
    lifted = components(package(orders=schema, users={"$defs": {"item": {"type": "null"}}}))
    assert list(lifted.schemas) == ["Orders", "OrdersItem", "OrdersUsers", "Users", "UsersItem"]


def test_a_definition_that_documents_share_stands_once() -> None:
    lifted = components(package(a={"$ref": "c.json#/$defs/x"}, b={"$ref": "c.json#/$defs/x"}, c={"$defs": {"x": {}}}))
    assert list(lifted.schemas) == ["A", "B", "C", "X"]
    assert lifted.schemas["A"] == lifted.schemas["B"] == {"$ref": "#/components/schemas/X"}


def test_annotations_reach_the_component() -> None:
    kept: dict[str, JSON] = {
        **{"title": "T", "description": "D", "default": 1, "examples": [1, 2], "deprecated": True, "readOnly": True},
        **{"writeOnly": False, "$comment": "C", "format": "int32"},
    }
    schema: JSON = {**kept, "$id": "urn:x", "$schema": DRAFT_2020_12, "unit": "s", "x-own": {"a": 1}}
    (component,) = components(package(case=schema)).schemas.values()
    assert component == {**kept, "x-id": "urn:x", "x-schema": DRAFT_2020_12, "x-unit": "s", "x-own": {"a": 1}}


# The downgrade


def downgraded(schema: JSON, reader: Any = LENIENT) -> tuple[Downgrade, Any]:
    """Return the downgrade of a schema and a validator for the component of its root, as a reader of 3.0 has it."""
    made = package(case=schema)
    lifted = components(made)
    older, down = downgrade(lifted.schemas)
    info = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}}
    document = json.loads(json.dumps({**info, "components": {"schemas": older}}))
    assert [error.message for error in OpenAPIV30SpecValidator(document).iter_errors()] == []
    schemas = {name: as_draft4(value) for name, value in older.items()}
    name = root(made, lifted)
    whole = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    return down, reader(json.loads(json.dumps(whole)))


def test_the_downgrade_looks_again_only_at_what_leads_to_something_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    others: dict[str, JSON] = {f"Other{index}": {"type": "string"} for index in range(20)}
    chain: dict[str, JSON] = {f"C{index}": {"$ref": f"#/components/schemas/C{index + 1}"} for index in range(5)}
    lost: JSON = {"anyOf": [{"$ref": "#/components/schemas/C0"}, {"propertyNames": {"maxLength": 2}}]}
    older, made = downgrade({**others, **chain, "C5": lost})
    assert (made.wider, made.exact) == ({*chain, "C5"}, frozenset(others))
    looked: list[str] = []
    translate = Translation.schema

    def counting(self: Translation, value: JSON, wide: bool, at: str, *rest: Any) -> dict[str, JSON]:
        looked.append(at)
        return translate(self, value, wide, at, *rest)

    monkeypatch.setattr(Translation, "schema", counting)
    again = downgrade({**others, **chain, "C5": lost})
    assert again == (older, made)
    assert Counter(at for at in looked if at.count("/") == 3) == Counter(
        {f"/components/schemas/{name}": 1 if name in others else 2 for name in (*others, *chain, "C5")}
    )


EXACT: list[tuple[JSON, list[JSON], list[JSON]]] = [
    ({"type": "null"}, [None], [0, "", {}]),
    ({"type": ["string", "null"], "minLength": 2}, ["ab", None], ["a", 1]),
    ({"type": ["integer", "array"]}, [1, 1.0, []], [1.5, "x", None]),
    ({"type": "integer"}, [1, 1.0], [1.5, True]),
    ({"type": "integer", "multipleOf": 0.4}, [2, 4], [1, 0.4]),
    ({"type": "integer", "multipleOf": 3}, [3], [1, 1.5]),
    ({"const": {"a": None}}, [{"a": None}], [{}, None]),
    ({"const": None, "enum": [None, 1]}, [None], [1]),
    ({"exclusiveMinimum": 3, "minimum": 1}, [4], [3, 2]),
    ({"exclusiveMaximum": 5, "maximum": 3}, [3], [4]),
    ({"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"minimum": 2}}, ["ab", 2, None], ["a", 1]),
    ({"dependentRequired": {"a": ["b"]}}, [{}, {"a": 1, "b": 1}, 1], [{"a": 1}]),
    ({"dependentSchemas": {"a": {"minProperties": 2}}}, [{}, {"b": 1}, {"a": 1, "b": 1}, 1], [{"a": 1}]),
    ({"contains": {"const": 1}}, [[1], [0, 1], "x"], [[], [0]]),
    ({"contains": {"const": 1}, "minContains": 0, "maxContains": 0}, [[], [2]], [[1], [2, 1]]),
    ({"contains": True, "minContains": 2, "maxContains": 3}, [[1, 1], "x"], [[1], [1, 1, 1, 1]]),
    ({"contains": {}, "minContains": 3, "maxContains": 2}, ["x"], [[], [1, 1, 1]]),
    ({"$ref": "#/$defs/a", "minimum": 3, "$defs": {"a": {"maximum": 5}}}, [3, 5], [2, 6]),
    ({"propertyNames": {"enum": ["a", "b"]}}, [{"a": 1}, {}, 1], [{"c": 1}]),
    ({"propertyNames": False}, [{}, 1], [{"a": 1}]),
    ({"prefixItems": [{}, {}], "items": False}, [[1, 2], []], [[1, 2, 3]]),
    ({"prefixItems": [{"type": "string"}, False]}, [["a"], []], [[1], ["a", "b"]]),
    ({"patternProperties": {"": {"type": "null"}}, "additionalProperties": False}, [{"a": None}], [{"a": 1}]),
    ({"properties": {"a": {}}, "unevaluatedProperties": False}, [{"a": 1}, 1], [{"b": 1}]),
    (
        {
            "anyOf": [{"required": ["a"], "properties": {"a": {}}}, {"properties": {"b": {}}}],
            "unevaluatedProperties": False,
        },
        [{"a": 1, "b": 1}, {"b": 1}, {}],
        [{"c": 1}, {"a": 1, "c": 1}],
    ),
    (
        {
            "if": {"required": ["a"], "properties": {"a": {"const": 1}}},
            "then": {"properties": {"b": {}}},
            "else": {"properties": {"c": {}}},
            "unevaluatedProperties": False,
        },
        [{"a": 1, "b": 1}, {"c": 1}],
        [{"a": 1, "c": 1}, {"b": 1}],
    ),
    ({"allOf": [{"prefixItems": [{}]}], "unevaluatedItems": False}, [[1], []], [[1, 2]]),
    ({"prefixItems": [{"type": "string"}], "unevaluatedItems": False}, [["a"], []], [[1], ["a", "b"]]),
    ({"maxItems": 1, "not": {"prefixItems": [{"const": 1}, {"const": 2}]}}, [[2]], [[1], [], [2, 2]]),
    ({"allOf": [{"prefixItems": [{"const": 1}, {"const": 2}]}, {"maxItems": 1}]}, [[1], []], [[2], [1, 2]]),
    ({"unevaluatedItems": {"if": {"prefixItems": [{"const": 1}]}, "unevaluatedItems": False}}, [[[1]], [[]]], [[[2]]]),
    ({"contains": {"const": 1}, "unevaluatedItems": {"const": 2}}, [[1, 2], [1]], [[2], [1, 3]]),
    ({"not": {"oneOf": [{"minimum": 3}, {"type": "integer"}]}}, [2.5, 3], [1, 3.5]),
    ({"enum": []}, [], [1, None]),
    ({"type": "object", "patternProperties": {".*": {"type": "string"}}}, [{"a": ""}, {}], [{"a": 1}, 1]),
    ({"patternProperties": {".*": {"minimum": 1}, "^": {"maximum": 3}}}, [{"a": 2}], [{"a": 0}, {"a": 4}]),
    (
        {"properties": {"a": {"minimum": 1}}, "patternProperties": {"": {"maximum": 3}}},
        [{"a": 2}],
        [{"a": 4}, {"a": 0}],
    ),
    (
        {"oneOf": [{"contains": {"const": 1}}, {"contains": {"const": True}}], "unevaluatedItems": False},
        [[1], [True]],
        [[1, True], [True, 1], [1, 2]],
    ),
]


@pytest.mark.parametrize(("schema", "valid", "invalid"), EXACT, ids=lambda value: json.dumps(value)[:60])
def test_what_3_0_can_say_is_said(schema: JSON, valid: list[JSON], invalid: list[JSON]) -> None:
    down, validator = downgraded(schema)
    assert {loss.reason for loss in down.losses} <= {DECIMALS}
    assert not down.wider
    assert [validator.is_valid(value) for value in valid] == [True] * len(valid)
    assert [validator.is_valid(value) for value in invalid] == [False] * len(invalid)


INTEGERS: list[tuple[JSON, list[JSON], str]] = [
    # schema, instances whose validity depends on whether 1.0 is an integer, and where that is reported
    ({"type": "integer"}, [1.0], ""),
    ({"type": ["integer", "null"]}, [1.0], ""),
    ({"type": ["array", "integer"]}, [1.0], ""),
    ({"type": "integer", "multipleOf": 0.4}, [2.0], ""),
    ({"type": "integer", "enum": [1, 2.0]}, [1.0, 2.0], ""),
    ({"items": {"type": "integer"}}, [[1.0]], "/items"),
    ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, [1.0], "/oneOf/0"),
    ({"oneOf": [{"type": "integer"}, {"minimum": 2}]}, [1.0, 2.0], "/oneOf/0"),
    ({"if": {"type": "integer"}, "else": {"type": "string"}}, [1.0], "/if"),
    ({"anyOf": [{"properties": {"a": {}}}], "unevaluatedProperties": {"type": "integer"}}, [{"b": 1.0}], ""),
    ({"not": {"$ref": "#/$defs/a"}, "$defs": {"a": {"type": "integer"}}}, [1.0], "A"),
    ({"not": {"type": "integer"}}, [], ""),
    ({"not": {"type": "integer", "multipleOf": 3}}, [], ""),
    ({"type": ["integer", "number"]}, [], ""),
    ({"type": "number", "multipleOf": 1}, [], ""),
]


@pytest.mark.parametrize(("schema", "apart", "where"), INTEGERS, ids=lambda value: json.dumps(value)[:60])
def test_where_1_0_depends_on_the_reader_is_reported(schema: JSON, apart: list[JSON], where: str) -> None:
    (down, lenient), (_, strict) = downgraded(schema), downgraded(schema, jsonschema.Draft4Validator)
    original = jsonschema.Draft202012Validator(schema)  # type: ignore[arg-type]
    rest: list[JSON] = [1, 1.5, 3, "x", None, [], [1], [1.5], {}, {"b": 1}, {"b": 1.5}, *apart]
    validity = [original.is_valid(value) for value in rest]
    assert [lenient.is_valid(value) for value in rest] == validity
    assert [value for value in apart if strict.is_valid(value) != original.is_valid(value)] == apart
    assert not down.wider
    assert ("Case" in down.integers, "Case" in down.exact) == ((True, False) if apart else (False, True))
    below = "/components/schemas/" + (where if where.isalpha() else f"Case{where}")
    assert [loss.pointer for loss in down.losses] == ([below] if apart else [])


def test_a_client_has_integers() -> None:
    count: JSON = {"type": "integer", "minimum": 0, "default": 1.0, "enum": [1.0, 2]}
    schema: JSON = {"properties": {"a": count, "b": {"type": ["integer", "null"]}}}
    component = downgrade(components(package(case=schema)).schemas)[0]["Case"]
    assert component == {
        "properties": {
            "a": {"type": "integer", "minimum": 0, "default": 1, "enum": [1, 2]},
            "b": {"type": "integer", "nullable": True},
        }
    }
    written = json.dumps(component)
    assert "1.0" not in written


def test_what_refers_to_an_integer_has_one_too() -> None:
    chain: dict[str, JSON] = {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(50)}
    down, _ = downgraded({"$ref": "#/$defs/d0", "$defs": {**chain, "d50": {"type": "integer"}, "other": {}}})
    assert down.exact == {"Other"}
    assert len(down.losses) == 1


ONCE: list[tuple[list[JSON], list[JSON]]] = [
    (["a", "b", "a"], ["a", "b"]),
    ([1, 1.0, 2], [1, 2]),
    ([1.0, 1], [1.0]),
    ([True, 1, 1.0, False, 0], [True, 1, False, 0]),
    ([None, None], [None]),
    ([{"a": 1, "b": [2]}, {"b": [2.0], "a": 1.0}, {"a": True, "b": [2]}], [{"a": 1, "b": [2]}, {"a": True, "b": [2]}]),
    ([[1], [1.0], [True], [[]], [{}]], [[1], [True], [[]], [{}]]),
]


@pytest.mark.parametrize(("values", "once"), ONCE, ids=lambda value: json.dumps(value)[:60])
def test_no_value_of_an_enum_stands_twice(values: list[JSON], once: list[JSON]) -> None:
    schema: JSON = {"properties": {"a": {"enum": values}}}
    made = files(package(dialect=DRAFT_7, case=schema), schemas={"Own": copy.deepcopy(schema)})
    for name in ("openapi", "fragment", "openapi-3.0"):
        document = json.loads(made[f"{name}.json"])
        for component in [document["components"]["schemas"].get(each) for each in ("Case", "Own")]:
            if component is not None:
                shown = component["properties"]["a"]["enum"]
                assert (json.dumps(shown), Distinct.is_valid(shown)) == (json.dumps(once), True)
    assert [error.message for error in OpenAPIV30SpecValidator(document).iter_errors()] == []
    assert set(json.loads(made["openapi-3.0-losses.json"])["exact"]) == {"Case", "Own"}


Distinct = jsonschema.Draft4Validator({"uniqueItems": True})


def test_a_value_in_the_settings_is_not_a_schema() -> None:
    value: JSON = {"enum": ["a", "a"]}
    schema: JSON = {
        "default": value,
        "const": value,
        "properties": {"default": {"enum": [1, 1]}, "enum": {"type": "array"}},
    }
    made = json.loads(files(package(case={}), schemas={"Own": schema})["openapi.json"])["components"]["schemas"]["Own"]
    assert (made["default"], made["const"]) == (value, value)
    assert made["properties"] == {"default": {"enum": [1]}, "enum": {"type": "array"}}


LONE: dict[str, tuple[JSON, list[str], bool]] = {
    # a schema with lone surrogates, the keywords that are reported, and whether what is valid depends on them
    "title": ({"title": "a\ud800"}, ["title"], False),
    "description": ({"description": "\udfff"}, ["description"], False),
    "default": ({"default": {"\ud800": 1}}, ["default"], False),
    "pattern": ({"pattern": "^\ud800[\udc00-\udfff]$"}, ["pattern"], False),
    "enum": ({"enum": ["\ud800", "b"]}, ["enum"], True),
    "const": ({"const": [{"a": "\ud800"}]}, ["enum"], True),
    "a property": ({"properties": {"\ud800": {}, "\\ud800": True, "\\u{d800}": {}}}, ["properties"], True),
    "required": ({"required": ["\ud800"]}, ["required"], True),
    "a keyword of one's own": ({"\ud800": "\ud800"}, ["x-\ud800"], False),
    "below": ({"items": {"not": {"enum": ["\udfff"]}}}, ["enum"], True),
    "in a component": ({"$ref": "#/$defs/a", "$defs": {"a": {"enum": ["\ud800"]}}}, ["enum"], True),
    "a pair": ({"title": "\U0001f600", "enum": ["\U0001f600"]}, [], False),
}


@pytest.mark.parametrize(("schema", "keywords", "asserts"), LONE.values(), ids=LONE.keys())
def test_what_yaml_can_not_hold_is_spelled_out_and_reported(schema: JSON, keywords: list[str], asserts: bool) -> None:
    made = files(package(case=schema))
    report = json.loads(made["openapi-3.0-losses.json"])
    assert [row["keyword"] for row in report["losses"]] == keywords
    assert ("Case" in report["spelled"], "Case" in report["exact"]) == (asserts, not asserts)
    for name in ("openapi", "fragment", "openapi-3.0"):
        text = made[f"{name}.yaml"]
        read = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        assert read == YAML(typ="safe", pure=True).load(text)
        assert leaves(read) == leaves(json.loads(made[f"{name}.json"]))
        assert ("spelled out" in text) == bool(keywords)


def leaves(value: Any) -> int:
    """Return how many keys and values there are."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(leaves, items))


def test_no_key_becomes_like_another_one() -> None:
    names = ["\ud800", "\\ud800", "\\u{d800}", "\\u{0d800}", "\udfff"]
    value: JSON = {name: index for index, name in enumerate(names)}
    wanted = {"\\u{00d800}": 0, "\\ud800": 1, "\\u{d800}": 2, "\\u{0d800}": 3, "\\udfff": 4}
    assert YAML(typ="safe", pure=True).load(yaml_escapes.block(value)) == wanted


LOSSY: list[tuple[JSON, str, list[JSON], list[JSON]]] = [
    # schema, the keyword that is lost, what stays valid, what stays invalid
    (
        {"prefixItems": [{"type": "string"}, {"type": "null"}], "items": False},
        "prefixItems",
        [["a", None]],
        [[1], ["", None, ""]],
    ),
    (
        {"patternProperties": {"^a": {"type": "null"}}, "additionalProperties": False},
        "patternProperties",
        [{"ab": None}],
        [{"a": 1}],
    ),
    (
        {"patternProperties": {"^a": {"const": True}}, "additionalProperties": {"const": 1}},
        "patternProperties",
        [{"ab": True, "b": 1}],
        [{"b": 2}],
    ),
    (
        {"patternProperties": {"^a": {"const": 1}, ".*": {"maximum": 3}}, "additionalProperties": {"const": 1}},
        "patternProperties",
        [{"b": 2, "ab": 1}],
        [{"a": 4}, {"b": 4}],
    ),
    ({"prefixItems": [{"const": 1}], "items": {"const": True}}, "prefixItems", [[1, True], [1]], [[2]]),
    ({"properties": {"a": {"type": "null"}}, "patternProperties": {"^a": {}}}, "", [{"a": None, "ab": 1}], [{"a": 1}]),
    ({"propertyNames": {"maxLength": 2}}, "propertyNames", [{"ab": 1}, 1], []),
    ({"contains": {"const": 1}, "minContains": 2}, "minContains", [[1, 1]], [[1], [2, 2]]),
    ({"contains": {"const": 1}, "maxContains": 1}, "maxContains", [[1, 2]], [[2]]),
    ({"not": {"propertyNames": {"maxLength": 2}}}, "propertyNames", [{"abc": 1}], []),
    ({"not": {"not": {"propertyNames": {"maxLength": 2}, "type": "object"}}}, "propertyNames", [{"a": 1}], [1]),
    ({"oneOf": [{"propertyNames": {"maxLength": 2}}, {"required": ["abc"]}]}, "oneOf", [{"a": 1}, {"abc": 1}], []),
    (
        {"if": {"propertyNames": {"maxLength": 1}}, "then": {"maxProperties": 1}},
        "propertyNames",
        [{"ab": 1, "cd": 1}],
        [],
    ),
    ({"not": {"$ref": "#/$defs/a"}, "$defs": {"a": {"propertyNames": {"maxLength": 1}}}}, "$ref", [{"ab": 1}], []),
    (
        {
            "anyOf": [{"required": [name], "properties": {name: {}}} for name in "abcdefg"],
            "unevaluatedProperties": False,
        },
        "unevaluatedProperties",
        [{"a": 1, "g": 1}],
        [{"h": 1}],
    ),
]


@pytest.mark.parametrize(("schema", "keyword", "valid", "invalid"), LOSSY, ids=lambda value: json.dumps(value)[:60])
def test_what_3_0_can_not_say_is_told_and_refuses_nothing_valid(
    schema: JSON, keyword: str, valid: list[JSON], invalid: list[JSON]
) -> None:
    down, validator = downgraded(schema)
    assert keyword in {"", *(loss.keyword for loss in down.losses)}
    assert bool(down.losses) == bool(keyword)
    assert all(
        loss.pointer.startswith("/components/schemas/Case") or loss.pointer.count("/") == 3 for loss in down.losses
    )
    assert [validator.is_valid(value) for value in valid] == [True] * len(valid)
    assert [validator.is_valid(value) for value in invalid] == [False] * len(invalid)


def test_a_loss_stands_in_its_place() -> None:
    schema: JSON = {"properties": {"a/b": {"type": "object", "propertyNames": {"maxLength": 2}}}}
    older, down = downgrade(components(package(case=schema)).schemas)
    (loss,) = down.losses
    assert (loss.pointer, loss.keyword) == ("/components/schemas/Case/properties/a~1b", "propertyNames")
    component = older["Case"]
    assert isinstance(component, dict)
    lost: JSON = {"propertyNames": {"maxLength": 2}}
    assert component["properties"] == {"a/b": {"type": "object", "x-lost": lost}}
    assert down.exact == frozenset()


def test_what_refers_to_an_inexact_component_is_inexact() -> None:
    names: JSON = {"propertyNames": {"maxLength": 2}}
    schema: JSON = {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": names, "c": {}}, "$ref": "#/$defs/c"}
    down, _ = downgraded(schema)
    assert down.exact == {"C", "Case"}


def test_annotations_of_3_1_become_those_of_3_0() -> None:
    schema: JSON = {"$comment": "C", "examples": [1, 2], "default": 3, "contentMediaType": "a/b"}
    older, _ = downgrade(components(package(case=schema)).schemas)
    made: JSON = {"x-comment": "C", "example": 1, "x-examples": [1, 2], "default": 3, "x-contentMediaType": "a/b"}
    assert older == {"Case": made}


# Documents


def test_the_documents_of_the_session_are_legal() -> None:
    made = files(session_package(), **SESSION)
    assert [path for path in made if not path.endswith(".json")] == [
        "fragment.yaml",
        "openapi-3.0.yaml",
        "openapi.yaml",
    ]
    for name in ("openapi", "fragment"):
        document = json.loads(made[f"{name}.json"])
        assert document["openapi"] == "3.1.1"
        assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    older = json.loads(made["openapi-3.0.json"])
    assert older["openapi"] == "3.0.3"
    assert [error.message for error in OpenAPIV30SpecValidator(older).iter_errors()] == []
    report = json.loads(made["openapi-3.0-losses.json"])
    assert report["wider"] == []
    assert {row["reason"] for row in report["losses"]} == {DECIMALS}
    written = {row["pointer"].rpartition("/")[2] for row in report["losses"]}
    assert written == {"max_time", "max_session_ttl", "interactive_timeout", "code"}


def test_the_operation_of_the_session_is_whole() -> None:
    document = json.loads(files(session_package(), **SESSION)["openapi.json"])
    operation = document["paths"]["/v1/sessions/{id}"]["get"]
    ok = operation["responses"].pop("200")["content"]["application/json"]
    assert ok["schema"] == {"$ref": "#/components/schemas/Session"}
    assert operation["responses"] == {
        "401": {"$ref": "#/components/responses/Unauthorized"},
        "404": {"$ref": "#/components/responses/NotFound"},
        "422": {"$ref": "#/components/responses/UnprocessableEntity"},
    }
    parameters = document["components"]["parameters"]
    assert [(each["name"], each["in"]) for each in parameters.values()] == [
        ("id", "path"),
        ("Service-CRN", "header"),
        ("IBM-API-Version", "header"),
    ]
    assert parameters["SessionId"]["required"] is True
    assert "format" not in parameters["APIVersion"]["schema"]  # it makes a client generator drop the operation
    error = document["components"]["responses"]["NotFound"]["content"]["application/json"]["schema"]
    assert error == {"$ref": "#/components/schemas/ErrorContainer"}


def test_a_folder_without_settings_gives_a_legal_document() -> None:
    document = json.loads(files(package(a={"$defs": {"b": {}}}, c=True))["openapi.json"])
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    assert (document["info"]["title"], document["servers"], document["paths"]) == ("models", [{"url": "/"}], {})
    unused = document["components"]["pathItems"]["Schemas"]["parameters"]
    assert [each["name"] for each in unused] == ["A", "B", "C"]


def test_yaml_and_json_say_the_same() -> None:
    made = files(session_package(), **SESSION)
    for name in ("openapi", "fragment", "openapi-3.0"):
        assert yaml.safe_load(made[f"{name}.yaml"]) == json.loads(made[f"{name}.json"])


def test_the_components_are_shared_out_and_what_was_made_is_taken() -> None:
    cache, shared = Cache(), list[int]()

    def share_out(work: Any, jobs: Any) -> Any:
        shared.append(len(jobs))
        return [work(job) for job in jobs]

    def run(made: Package) -> tuple[int, Any]:
        shared.clear()
        files = rendering.render(made, [ARTIFACT], {"openapi": DEFAULTS}, {}, cache, share_out)
        return shared[0], files

    one, other = ({"a": {"$ref": "c.json"}, "b": {"title": title}, "c": {"default": 1}} for title in ("One", "Other"))
    count, first = run(package(**one))
    assert (count, run(package(**one))) == (3, (0, first))
    assert run(package(**other)) == (1, templates.render(package(**other), [ARTIFACT], {"openapi": DEFAULTS}))


def test_the_order_of_the_documents_does_not_matter() -> None:
    b: JSON = {"$ref": "a.json#/$defs/x"}
    a: JSON = {"$defs": {"x": {}, "w": {"$ref": "b.json"}}}
    one = files(package(a=a, b=b))
    other = files(package(b=b, a=a))
    assert one["openapi.json"] == other["openapi.json"]


def test_a_default_that_its_schema_refuses_is_an_extension() -> None:
    properties: JSON = {"a": {"type": "integer", "default": "x"}, "b": {"type": "integer", "default": 1}}
    made = files(package(case={"properties": properties}))
    for name in ("openapi.json", "openapi-3.0.json"):
        written = json.loads(made[name])["components"]["schemas"]["Case"]["properties"]
        assert (written["a"].get("x-default"), "default" in written["a"]) == ("x", False)
        assert written["b"]["default"] == 1


# Examples


def shown(**settings: JSON) -> Any:
    schema: JSON = {
        "type": "object",
        "required": ["kind", "size", "tags"],
        "properties": {
            "kind": {"enum": ["a", "b"], "default": "b"},
            "size": {"type": "integer", "minimum": 3, "examples": ["large", 5]},
            "tags": {"type": "array", "items": {"pattern": "^[a-z]{3}$"}, "uniqueItems": True, "minItems": 2},
            "when": {"format": "date"},
        },
    }
    return json.loads(files(package(a=schema), operations=[operation()], **settings)["openapi.json"])


def test_an_example_is_the_schemas_own_or_made_and_always_valid() -> None:
    document = shown()
    body = document["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]
    assert body["example"] == {"kind": "b", "size": 5, "tags": ["aaa", "bbb"], "when": "2025-01-31"}
    assert validator31(document["components"]["schemas"], "A").is_valid(body["example"])


def test_an_example_that_its_schema_refuses_is_an_extension() -> None:
    size = shown()["components"]["schemas"]["A"]["properties"]["size"]
    assert (size["examples"], size["x-invalid-examples"]) == ([5], ["large"])


def test_what_has_no_instance_has_no_example() -> None:
    made = files(package(a={"type": "string", "enum": [1]}), operations=[operation()])
    for name in ("openapi.json", "openapi-3.0.json"):
        body = json.loads(made[name])["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]
        assert "example" not in body


def test_an_example_shows_what_goes_its_way() -> None:
    properties: JSON = {"id": {"readOnly": True}, "key": {"writeOnly": True}, "name": {}}
    setting = operation(method="post", request={"schema": "a.json"})
    made = files(package(a={"type": "object", "properties": properties}), operations=[setting])
    written = json.loads(made["openapi.json"])["paths"]["/a"]["post"]
    bodies = [written["requestBody"], written["responses"]["200"]]
    shown = [body["content"]["application/json"]["example"] for body in bodies]
    assert shown == [{"key": "string", "name": "string"}, {"id": "string", "name": "string"}]


def test_an_example_stays_as_it_is_in_3_0() -> None:
    schema: JSON = {"const": {"schema": {"type": ["string", "null"]}, "default": 1}}
    made = files(package(a=schema), operations=[operation()])
    for name in ("openapi.json", "openapi-3.0.json"):
        body = json.loads(made[name])["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]
        assert body["example"] == {"schema": {"type": ["string", "null"]}, "default": 1}


def operation(**changes: JSON) -> dict[str, JSON]:
    made: dict[str, JSON] = {
        "method": "get",
        "path": "/a",
        "operation_id": "a",
        "responses": {"200": {"schema": "a.json"}},
    }
    return {**made, **changes}


def test_an_operation_has_bodies_tags_and_servers_of_its_own() -> None:
    setting = operation(
        method="post",
        path="/a/{b}",
        tags=["T"],
        deprecated=True,
        servers=[{"url": "https://example.org"}],
        parameters=[{"name": "b", "in": "path", "schema": "a.json#/$defs/id"}],
        request={"schema": {"type": "array", "items": {"$ref": "a.json"}}, "media_type": "application/x-a"},
    )
    schema: JSON = {"$defs": {"id": {"type": "string"}}}
    document = json.loads(files(package(a=schema), operations=[setting])["openapi.json"])
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    made = document["paths"]["/a/{b}"]["post"]
    items = {"type": "array", "items": {"$ref": "#/components/schemas/A"}}
    body = {"schema": items, "example": ["string"]}
    assert made["requestBody"] == {"required": True, "content": {"application/x-a": body}}
    assert made["parameters"][0]["schema"] == {"$ref": "#/components/schemas/Id"}
    assert (made["tags"], document["tags"], made["deprecated"]) == (["T"], [{"name": "T"}], True)
    assert made["responses"]["200"]["description"] == "OK"


WRONG: list[tuple[dict[str, JSON], str]] = [
    ({"operations": [operation(colour=1)]}, "~.operations.0.colour is not known"),
    ({"operations": [operation(method="GET")]}, '~.operations.0.method is "GET"'),
    ({"operations": [operation(path=1)]}, "~.operations.0.path is of the type integer"),
    (
        {"operations": [operation(path="a")]},
        '~.operations.0.path is "a", which is not a path of an API',
    ),
    ({"operations": [operation(path="/{id}")]}, "operations.0.path: {id} is not a parameter"),
    (
        {"operations": [operation(parameters=[{"name": "x", "in": "path"}])]},
        "operations.0.parameters: the path has no {x}",
    ),
    ({"operations": [operation(parameters=["X"])]}, "operations.0.parameters.0: there is no parameter 'X'"),
    (
        {"operations": [operation(responses={"20": {}})]},
        'the key "20" in ~.operations.0.responses is not an HTTP status',
    ),
    (
        {"operations": [operation(responses={})]},
        "~.operations.0.responses must have at least 1 property",
    ),
    (
        {"operations": [operation(responses={"200": {"schema": "b.json"}})]},
        "operations.0.responses.200.schema: 'b.json' is not a schema",
    ),
    ({"operations": [operation(), operation(path="/b")]}, "operations.1.operation_id: 'a' is used twice"),
    ({"operations": [operation(), operation(operation_id="b")]}, "operations.1.path: get /a is defined twice"),
    ({"operations": [operation(security=[{"X": []}])]}, "operations.0.security.0: there is no scheme 'X'"),
    ({"operations": [{}]}, "~.operations.0.path is missing"),
    ({"operations": [1]}, "~.operations.0 is of the type integer"),
    ({"security": [{"X": []}]}, "security.0: there is no scheme 'X'"),
    (
        {"parameters": {"a b": {"name": "a", "in": "query"}}},
        'the key "a b" in ~.parameters is not a name of a component',
    ),
    ({"contact": {"nmae": "X"}}, "~.contact.nmae is not known"),
    ({"license": {"identifier": "MIT"}}, "~.license.name is missing"),
    ({"security_schemes": {"X": {"type": "htpp"}}}, '~.security_schemes.X.type is "htpp"'),
    ({"security": [{"X": "all"}]}, "~.security.0.X is of the type string"),
    ({"operations": [operation(tags=[1])]}, "~.operations.0.tags.0 is of the type integer"),
    ({"schemas": {"A": {}}}, "schemas.A: a schema of the folder has this name"),
    ({"schemas": {"B": {"items": {"$ref": "c"}}}}, "schemas.B.items.$ref: 'c' is not a schema"),
    ({"servers": [{"description": "x"}]}, "~.servers.0.url is missing"),
    ({"schemas": {"B": {"items": {"type": "strin"}}}}, "schemas.B.items.type: this is not a schema: must be one of"),
    ({"schemas": {"B": {"pattern": "(", "type": "string"}}}, "schemas.B.pattern: this is not a schema"),
    ({"schemas": {"B": {"allOf": [{"$ref": "B"}]}}}, "schemas.B: the schema refers to itself"),
    (
        {"parameters": {"p": {"name": "p", "in": "query", "schema": {"minimum": "x"}}}},
        "parameters.p.schema.minimum: this is not a schema: must be a number",
    ),
]


@pytest.mark.parametrize(("settings", "message"), WRONG, ids=[message for _, message in WRONG])
def test_a_wrong_setting_is_a_finding(settings: dict[str, JSON], message: str) -> None:
    findings = faults(package(a={}), **settings)
    assert [finding.rule.id for finding in findings] == ["openapi-setting"] * len(findings)
    assert any(finding.message.startswith(message.replace("~", "tool.triptych.openapi")) for finding in findings)


# Escapes

TEXTS = [
    *(
        "",
        " ",
        "a",
        "a b",
        "yes",
        "No",
        "null",
        "~",
        "1",
        "1.5",
        "1e3",
        "0x1",
        "1:30",
        "2020-01-01",
        "<<",
        "=",
        "-",
        "- a",
    ),
    *(
        "a: b",
        "a #b",
        "#",
        "'",
        '"',
        "\\",
        "{a}",
        "[a]",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "|",
        ">",
        "?",
        "? a",
        "a:",
        "a ",
    ),
    *(
        "a\nb",
        "\t",
        "\r",
        "\x00",
        "\x7f",
        "\x85",
        "\xa0",
        "\u2028",
        "\ufeff",
        "\u202e",
        "\ud7ff",
        "é",
        "漢",
        "😀",
        "\U000e0001",
    ),
    *(".inf", ".nan", "y", "on", "a, b", "{{ a }}", "...", "---", "k" * 2000),
]


ENTRIES: list[dict[str, JSON]] = [
    {"A": {"type": "string"}, "B": {}, "C": {"enum": [1, "\ud800", []], "x-é\u2028": None}},
    {"A": {"not": {}}},
    {},
]


@pytest.mark.parametrize("schemas", ENTRIES)
def test_what_is_joined_from_entries_is_what_is_written_in_one_piece(schemas: dict[str, JSON]) -> None:
    whole: JSON = {"info": {"title": "t"}, "components": {"schemas": schemas, "responses": {}}}
    in_json = json_escapes.members([json_escapes.member(*each, 4) for each in schemas.items()], 4)
    joined: JSON = {"info": {"title": "t"}, "components": {"schemas": in_json, "responses": {}}}
    assert json_escapes.document(joined) == json_escapes.document(whole)
    in_yaml = Code("".join(yaml_escapes.entry(*each, 4) for each in schemas.items()))
    joined = {"info": {"title": "t"}, "components": {"schemas": in_yaml or {}, "responses": {}}}
    assert yaml_escapes.block(joined) == yaml_escapes.block(whole)


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_text_comes_back_from_yaml_1_1_and_1_2_and_json(text: str) -> None:
    value: JSON = {"value": text, "values": [text, [text]], text: {text: [{text: text}]}}
    written = str(yaml_escapes.block(value))
    assert yaml.safe_load(written) == value
    assert YAML(typ="safe", pure=True).load(written) == value
    assert json.loads(json_escapes.document(value)) == value


NUMBERS: list[JSON] = [0, -1, 10**30, 1.0, -0.5, 1e22, 1e-7, 1.5e300, True, False, None, [], {}, [[]], [{}]]


@pytest.mark.parametrize("value", NUMBERS, ids=repr)
def test_other_values_come_back(value: JSON) -> None:
    for text in (yaml_escapes.block([value, {"a": value}]), yaml_escapes.entry("b", [value])):
        for loaded in (yaml.safe_load(text), YAML(typ="safe", pure=True).load(str(text))):
            assert repr(value) in repr(loaded)


def test_text_that_a_reader_can_not_see_is_escaped() -> None:
    text = "a\u202eb\x7f\U000e0001\ud800"
    assert yaml_escapes.scalar(text) == '"a\\u202eb\\u007f\\U000e0001\\\\ud800"'
    assert json_escapes.compact(text) == '"a\\u202eb\\u007f\\udb40\\udc01\\ud800"'


def test_a_comment_stays_on_its_line() -> None:
    assert yaml_escapes.comment("a\nb: c\u2028d") == "# a b: c d"


@pytest.mark.parametrize("escape", [yaml_escapes.scalar, yaml_escapes.block, json_escapes.document])
def test_what_is_not_json_is_refused(escape: Any) -> None:
    with pytest.raises(ValueError, match="Out of range"):
        escape(float("inf"))
    with pytest.raises(TypeError):
        yaml_escapes.scalar([])


# The report of `nox -s openapi`


GOOD_LOSSES: dict[str, list[str]] = {"wider": [], "integers": [], "losses": []}
GOOD = Group("a.json", "g", told=True, wider=0, refused=0, losses=(), illegal="")
TAKEN = Verdict("t", "1", "openapi.yaml", "", 0.0)
REGRESSIONS: list[tuple[str, Verdict, dict[str, list[str]], Group]] = [
    ("", TAKEN, GOOD_LOSSES, GOOD),
    ("t refuses openapi.yaml: no", replace(TAKEN, fault="no"), GOOD_LOSSES, GOOD),
    ("A is wider in 3.0, and no loss is told", TAKEN, {**GOOD_LOSSES, "wider": ["A"]}, GOOD),
    ("A has integers, and it is not told", TAKEN, {**GOOD_LOSSES, "integers": ["A"]}, GOOD),
    ("a.json: g: 1.0 hangs on the reader, and that is not told", TAKEN, GOOD_LOSSES, replace(GOOD, differ=1)),
    ("", TAKEN, GOOD_LOSSES, replace(GOOD, differ=1, integers=True)),
    ("a.json: g: an illegal document: x", TAKEN, GOOD_LOSSES, replace(GOOD, illegal="x")),
    ("a.json: g: a valid instance is refused", TAKEN, GOOD_LOSSES, replace(GOOD, refused=1)),
    ("a.json: g: a loss is not told", TAKEN, GOOD_LOSSES, replace(GOOD, wider=1)),
    ("0 of 1 groups are exact, less than 85%", TAKEN, GOOD_LOSSES, replace(GOOD, told=False)),
]


@pytest.mark.parametrize(("message", "verdict", "losses", "group"), REGRESSIONS, ids=[row[0] for row in REGRESSIONS])
def test_what_got_worse_is_reported(message: str, verdict: Verdict, losses: dict[str, list[str]], group: Group) -> None:
    messages = regressions([verdict], losses, [group])
    assert (message in messages) if message else messages == []
