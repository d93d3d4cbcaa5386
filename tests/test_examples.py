"""Tests of examples: an invalid one is a finding with its place; a made one is valid and always the same."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import jsonschema
import pytest

from codegen.app import build
from codegen.findings import Finding, Severity
from codegen.ir import JSON
from codegen.schema.dialects import DRAFT_4, DRAFT_2020_12
from codegen.schema.resolver import attempt, resolve
from codegen.source import loader, values
from codegen.source.loader import Source
from codegen.validation import instances, strings
from codegen.validation.examples import faults, findings, schemas_in
from codegen.validation.instances import Maker


def findings_of(*sources: Source, dialect: str = DRAFT_2020_12, formats: str = "assert") -> tuple[Finding, ...]:
    resolution = resolve(sources, dialect=dialect, lookup=lambda uri: None)
    warnings = build.build(resolution, package="models", formats=formats, names={}).warnings
    return warnings


def written(text: str) -> Source:
    source, problems = loader.load_text("a.json", text)
    assert source is not None and not problems
    return source


# What a schema's author gives


def test_an_invalid_example_is_a_warning_with_its_place() -> None:
    text = '{"properties": {"a/b": {"type": "integer",\n   "examples": [1,\n     "x", 3]}}}'
    (finding,) = findings_of(written(text))
    assert (finding.rule.id, finding.rule.severity) == ("example-invalid", Severity.WARNING)
    place = finding.place
    assert (place.file, place.line, place.column) == ("a.json", 3, 6)
    assert place.pointer == "/properties/a~1b/examples/1"
    assert finding.message == "the example is not valid: must be an integer"


def test_the_place_within_an_example_is_reported() -> None:
    schema: JSON = {"examples": [{"a": [1, "x"]}], "properties": {"a": {"items": {"type": "integer"}}}}
    (finding,) = findings_of(values.from_value("a.json", schema))
    assert finding.message.endswith("must be an integer at /a/1")


def test_an_example_is_held_against_what_its_schema_refers_to() -> None:
    one: JSON = {"$ref": "b.json#/$defs/x", "examples": ["x", 1]}
    other: JSON = {"$defs": {"x": {"type": "string", "examples": [None]}}}
    pointers = [
        (each.place.file, each.place.pointer)
        for each in findings_of(values.from_value("a.json", one), values.from_value("b.json", other))
    ]
    assert pointers == [("a.json", "/examples/1"), ("b.json", "/$defs/x/examples/0")]


def test_formats_count_if_they_are_asserted() -> None:
    source = values.from_value("a.json", {"format": "date", "examples": ["2025-01-31", "soon"]})
    assert [each.place.pointer for each in findings_of(source)] == ["/examples/1"]
    assert findings_of(source, formats="annotate") == ()


def test_an_example_nested_too_deeply_to_be_decided_is_a_warning() -> None:
    deep: JSON = {}
    for _ in range(190):
        deep = {"n": deep}
    steps: JSON = {
        f"b{i}": {"anyOf": [{"$ref": f"#/$defs/b{i + 1}"}, {"minLength": 1}], "minProperties": 0} for i in range(12)
    }
    schema: JSON = {
        "$ref": "#/$defs/a",
        "examples": [deep],
        "$defs": {**steps, "b12": {"$ref": "#/$defs/a"}, "a": {"properties": {"n": {"$ref": "#/$defs/b0"}}}},
    }
    (finding,) = findings_of(values.from_value("a.json", schema))
    assert finding.message == "the example is not valid: must not be nested so deeply"


def test_what_is_no_keyword_of_the_draft_is_no_example() -> None:
    assert findings_of(values.from_value("a.json", {"type": "integer", "examples": ["x"]}), dialect=DRAFT_4) == ()


def test_a_schema_without_examples_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("codegen.validation.examples.reporters")
    resolution = resolve(
        [values.from_value("a.json", {"type": "integer"})], dialect=DRAFT_2020_12, lookup=lambda uri: None
    )
    assert list(findings(resolution, None, resolution.documents)) == []  # type: ignore[arg-type]


# What is made

SCHEMAS: list[JSON] = [
    *(True, {"type": "integer"}, {"type": ["null", "string"]}, {"const": [1]}, {"not": {"type": "string"}}),
    *({"minimum": 3, "exclusiveMaximum": 4}, {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5}),
    *({"type": "integer", "maximum": -5, "multipleOf": 3}, {"multipleOf": 0.1, "minimum": 2.05}),
    *(
        {"minLength": 5, "maxLength": 5},
        {"pattern": "^[A-Z]{2}-\\d+$", "minLength": 6},
        {"pattern": "x|^y{3}$", "minLength": 3},
    ),
    {"type": "array", "items": {"pattern": "^[a-c]+$", "type": "string"}, "uniqueItems": True, "minItems": 5},
    {"contains": {"const": 5}, "prefixItems": [{"type": "string"}], "items": {"type": "integer"}, "minContains": 2},
    {
        "type": "object",
        "patternProperties": {"^x-": {"type": "null"}},
        "additionalProperties": False,
        "minProperties": 3,
    },
    {"type": "object", "propertyNames": {"pattern": "^[a-z]{3}$"}, "minProperties": 2, "maxProperties": 2},
    {"required": ["a"], "dependentRequired": {"a": ["b"], "b": ["c"]}, "type": "object", "maxProperties": 3},
    {"oneOf": [{"type": "integer"}, {"minimum": 2}], "anyOf": [{"multipleOf": 7}, {"type": "string"}]},
    {"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}, "properties": {"a": {"type": "integer"}}},
    {
        "type": "object",
        "properties": {"me": {"$ref": "#/s"}, "all": {"items": {"$ref": "#/s"}, "type": "array"}},
        "required": ["all"],
    },
    {"type": "object", "properties": {"a": {"type": "integer", "examples": ["x"]}}, "required": ["a"]},
    {"unevaluatedProperties": False, "allOf": [{"properties": {"a": {"type": "null"}}, "required": ["a"]}]},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: json.dumps(schema)[:50])
def test_an_example_is_made_and_valid(schema: JSON) -> None:
    (made,) = schemas_in({"s": schema}, ["/s"]).example("/s")
    assert jsonschema.Draft202012Validator({"s": schema, "$ref": "#/s"}).is_valid(made)
    assert schemas_in({"s": schema}, ["/s"]).example("/s") == (made,)


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"enum": []},
        {"type": "string", "const": 1},
        {"minLength": 3, "maxLength": 2, "type": "string"},
        {"type": "array", "contains": {"$ref": "#/s"}},
    ],
    ids=json.dumps,
)
def test_what_has_no_instance_has_no_example(schema: JSON) -> None:
    assert schemas_in({"s": schema}, ["/s"]).example("/s") == ()


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        ({"type": "integer", "examples": [7], "default": 5}, 7),
        ({"type": "integer", "default": 5}, 5),
        ({"type": "object", "properties": {"a": {"examples": ["x"]}, "b": {"default": None}}}, {"a": "x", "b": None}),
        ({"properties": {"a": {"type": "object", "properties": {"a": {"$ref": "#/s"}}}}}, {"a": {}}),
        ({"type": "string", "format": "date"}, "2025-01-31"),
        # What speaks of objects wants to be shown by one
        *(({name: {"a": value}}, {}) for name, value in {"dependentRequired": ["b"], "dependentSchemas": True}.items()),
        ({"unevaluatedProperties": {"type": "integer"}}, {}),
        ({"allOf": [{"default": False, "type": "boolean"}, {"enum": [True, None]}]}, True),
        ({"allOf": [{"enum": ["a", "b", None]}, {"type": "null"}]}, None),
        ({"allOf": [{"enum": ["a", "b", "c"]}, {"enum": ["d", "c"]}]}, "c"),
        # The first is made and not valid, the second too long: the third comes before instances with less in them
        ({"not": {"const": 1}, "anyOf": [{"const": 1}, {"type": "string", "minLength": 5000}, {"const": 2}]}, 2),
    ],
    ids=repr,
)
def test_an_example_is_the_plainest_one(schema: JSON, example: JSON) -> None:
    assert schemas_in({"s": schema}, ["/s"]).example("/s") == (example,)


CASES = sorted((Path(__file__).parent / "cases").glob("*/schema"))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.parent.name)
def test_scalars_of_the_same_content_are_made_as_each_by_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources, _ = loader.load_folder(folder)
    resolution, _ = attempt(sources, dialect=DRAFT_2020_12, lookup=lambda uri: None)
    roots = [document.location for document in resolution.documents]
    together = Maker(resolution.subschemas)
    made = [list(islice(together.instances(root), 40)) for root in roots]
    monkeypatch.setattr(instances, "_content", lambda subschema: "")
    alone = Maker(resolution.subschemas)
    assert made == [list(islice(alone.instances(root), 40)) for root in roots]
    assert not alone.scalars


def test_the_session_has_an_example_with_every_property() -> None:
    schema = json.loads((Path(__file__).parent.parent / "schema" / "session.json").read_text())
    (made,) = schemas_in({"s": schema}, ["/s"]).example("/s")
    assert isinstance(made, dict)
    assert made.keys() == schema["properties"].keys()


@pytest.mark.parametrize(
    "pattern", ["^a{2,4}$", "^(ab|c)+$", "[^a-z]", "^\\p{Lu}x$", "\\d{3}$", "^$", "a\\.b", "^.{3}$"]
)
def test_a_text_matches_its_pattern(pattern: str) -> None:
    made = strings.matching([pattern], 0, None, 0)
    assert made is not None
    assert strings.search(pattern)(made)


def test_a_pattern_that_no_text_is_found_for_gives_none() -> None:
    assert strings.matching(["^a(?!a)a$"], 0, None, 0) is None


def test_what_is_wrong_with_a_schema_is_reported_with_its_place() -> None:
    messages = list(faults({"items": {"type": "strin"}}))
    assert [pointer for pointer, _ in messages] == ["/items/type"]
    assert [pointer for pointer, _ in faults({"patternProperties": {"(": {}}, "const": {"pattern": "("}})][-1:] == [
        "/patternProperties/("
    ]
