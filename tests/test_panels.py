"""Tests of the three panels together: models, component and raw schema give the same verdict on every instance."""

from __future__ import annotations

import copy
import importlib
import importlib.util
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

import codegen
from codegen.compiler import lower
from codegen.ir import JSON, Location
from codegen.render import schema_objects as lifting
from codegen.schema.dialects import DRAFT_2020_12
from codegen.schema.resolver import resolve
from codegen.source import values
from codegen.validation.instances import Maker
from tests.openapi.exactness import LENIENT, as_draft4
from tests.packages import search_locations
from tests.test_openapi import files, package

ROOT = Path(__file__).parent.parent
FEW = settings(max_examples=40, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))

Verdict = Callable[[JSON], bool]
Panels = Mapping[str, Verdict]


def disagreements(panels: Panels, values: Iterable[JSON]) -> list[tuple[JSON, dict[str, bool]]]:
    """Return the instances on which the panels differ, with what each says."""
    told = ((value, {name: verdict(copy.deepcopy(value)) for name, verdict in panels.items()}) for value in values)
    return [(value, verdicts) for value, verdicts in told if len(set(verdicts.values())) > 1]


# The three panels of one schema


def models(schema: JSON) -> Verdict:
    """Return the verdict of the dataclass models: what `decode` takes."""
    module = codegen.compile_schema(schema, formats="annotate")
    return lambda value: decodes(module, value)


def decodes(module: ModuleType, value: JSON) -> bool:
    try:
        module.decode(value)
    except module.DecodeError:
        return False
    return True


def component(schema: JSON) -> Verdict:
    """Return the verdict of the component in the OpenAPI document, as a reader of the file has it."""
    document = json.loads(files(package(case=schema))["openapi.json"])
    return component_of(document, "Case")


def component_of(document: Any, name: str, **options: Any) -> Verdict:
    whole = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return jsonschema.Draft202012Validator(whole, **options).is_valid


def raw(schema: JSON) -> Verdict:
    """Return the verdict of the reference validator on the schema as it was written."""
    return jsonschema.Draft202012Validator(schema).is_valid  # type: ignore[arg-type]


def panels(schema: JSON) -> Panels:
    return {"models": models(schema), "component": component(schema), "raw": raw(schema)}


# A table over all keywords

POOL: list[JSON] = [
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        2,
        3,
        4,
        1.0,
        1.5,
        0.1,
        -0.5,
        6,
        10**30,
        "",
        "a",
        "b",
        "ab",
        "abc",
        "\U0001f600",
        "1",
    ),
    *([], [None], [1], [1, 1], [1, 2], [1, True], ["a"], ["a", "b"], ["a", 1], [1, "a"], [2, "a", 3], [[]], [{}]),
    *([0, False], [1, 1.0], [1, 2, 3], [1, 2, 3, 4], [{"a": 1}, {"a": 1.0}], ["a", "a"], [None, "a", 1, 2]),
    *({}, {"a": 1}, {"a": "x"}, {"a": None}, {"b": 1}, {"a": 1, "b": 2}, {"a": "x", "b": "y"}, {"a": 1, "c": 1}),
    *({"ab": 1}, {"ab": "x"}, {"a": {"a": {"a": 1}}}, {"a": {"a": {"b": 1}}}, {"a": [1]}, {"a": 1, "b": 2, "c": 3}),
    *({"": 1}, {"c": 1}, {"kind": "a", "a": 1}, {"kind": "b", "b": 1}, {"kind": "a", "b": 1}, {"kind": "c"}),
]

REF: JSON = {"$ref": "#/$defs/x", "$defs": {"x": {"type": "integer", "maximum": 3}}}
TABLE: dict[str, JSON] = {
    "true": True,
    "false": False,
    "type": {"type": "integer"},
    "type, several": {"type": ["string", "null", "object"]},
    "enum": {"enum": [1, "a", None, {"a": 1}, [1]]},
    "const": {"const": {"a": 1}},
    "const, a boolean": {"const": True},
    "multipleOf": {"multipleOf": 2},
    "multipleOf, a fraction": {"multipleOf": 0.5},
    "maximum": {"maximum": 1},
    "exclusiveMaximum": {"exclusiveMaximum": 1},
    "minimum": {"minimum": 1},
    "exclusiveMinimum": {"exclusiveMinimum": 1},
    "maxLength": {"maxLength": 1},
    "minLength": {"minLength": 2.0},
    "pattern": {"pattern": "^a+$"},
    "format": {"type": "string", "format": "unheard-of"},
    "maxItems": {"maxItems": 1},
    "minItems": {"minItems": 2},
    "uniqueItems": {"uniqueItems": True},
    "maxContains": {"contains": {"type": "integer"}, "maxContains": 1},
    "minContains": {"contains": {"type": "integer"}, "minContains": 2},
    "minContains, none": {"contains": {"type": "integer"}, "minContains": 0},
    "maxProperties": {"maxProperties": 1},
    "minProperties": {"minProperties": 2},
    "required": {"required": ["a"]},
    "dependentRequired": {"dependentRequired": {"a": ["b"]}},
    "dependentSchemas": {"dependentSchemas": {"a": {"maxProperties": 1}}},
    "properties": {"properties": {"a": {"type": "integer"}}},
    "patternProperties": {"patternProperties": {"^a": {"type": "integer"}}},
    "additionalProperties": {"properties": {"a": {}}, "additionalProperties": {"type": "string"}},
    "additionalProperties, none": {"properties": {"a": {}}, "additionalProperties": False},
    "propertyNames": {"propertyNames": {"maxLength": 1}},
    "unevaluatedProperties": {"anyOf": [{"properties": {"a": {"const": 1}}}, {}], "unevaluatedProperties": False},
    "items": {"items": {"type": "integer"}},
    "prefixItems": {"prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False},
    "contains": {"contains": {"const": "a"}},
    "unevaluatedItems": {"prefixItems": [{}], "contains": {"const": "a"}, "unevaluatedItems": {"type": "integer"}},
    "allOf": {"allOf": [{"minimum": 1}, {"type": "number"}]},
    "anyOf": {"anyOf": [{"minimum": 2}, {"type": "string"}]},
    "oneOf": {"oneOf": [{"type": "integer"}, {"minimum": 2}]},
    "oneOf, told apart": {
        "oneOf": [
            {"type": "object", "required": ["kind", "a"], "properties": {"kind": {"const": "a"}}},
            {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["b", "c"]}}},
        ]
    },
    "not": {"not": {"type": ["integer", "string"]}},
    "if, then, else": {"if": {"type": "integer"}, "then": {"minimum": 2}, "else": {"type": "array"}},
    "$ref": REF,
    "$ref beside others": {"$ref": "#/$defs/x", "minimum": 1, "$defs": {"x": {"type": "integer", "maximum": 3}}},
    "$ref to itself": {"properties": {"a": {"$ref": "#"}}, "additionalProperties": False},
    "$anchor": {"$ref": "#x", "$defs": {"x": {"$anchor": "x", "type": "string"}}},
    "$id": {"$ref": "urn:x", "$defs": {"y": {"$id": "urn:x", "$ref": "#/$defs/z", "$defs": {"z": {"minLength": 2}}}}},
    "$dynamicRef": {
        "$id": "urn:strict",
        "$dynamicAnchor": "node",
        "$ref": "urn:tree",
        "unevaluatedProperties": False,
        "$defs": {"tree": {"$id": "urn:tree", "$dynamicAnchor": "node", "properties": {"a": {"$dynamicRef": "#node"}}}},
    },
    "annotations": {
        **{"title": "T", "description": "D", "default": 1, "examples": ["x"], "deprecated": True, "readOnly": True},
        **{"writeOnly": True, "$comment": "C", "contentEncoding": "base64", "contentMediaType": "a/b", "own": {"a": 1}},
        **{"$schema": DRAFT_2020_12, "contentSchema": {"type": "null"}},
    },
}


@pytest.mark.parametrize("schema", TABLE.values(), ids=TABLE.keys())
def test_every_keyword_means_the_same_in_all_panels(schema: JSON) -> None:
    assert disagreements(panels(schema), POOL) == []


def test_the_table_has_every_keyword_that_asserts() -> None:
    said = re.findall(r'"([^"]+)":', json.dumps(TABLE))
    assert {*lower.ASSERTIONS, *lower.LAST, "$ref", "$dynamicRef"} <= set(said)


def test_the_table_tells_verdicts_apart() -> None:
    for name, schema in TABLE.items():
        told = set(map(raw(schema), POOL))
        assert told == {True, False} or name in ("true", "false", "format", "minContains, none", "annotations"), name


# Made schemas

SCALARS = st.sampled_from([None, True, 0, 1, 2, 1.5, "", "a", "ab"])
LEAVES = st.one_of(
    st.booleans(),
    st.fixed_dictionaries({"type": st.sampled_from(["object", "array", "string", "integer", "number", "null"])}),
    st.fixed_dictionaries({"enum": st.lists(SCALARS, min_size=1, max_size=3, unique_by=repr)}),
    st.fixed_dictionaries({}, optional={"minimum": st.integers(0, 3), "maximum": st.integers(0, 3)}),
    st.fixed_dictionaries({}, optional={"minLength": st.integers(0, 2), "pattern": st.sampled_from(["^a", "b$"])}),
    st.fixed_dictionaries({}, optional={"minItems": st.integers(0, 2), "uniqueItems": st.booleans()}),
    st.fixed_dictionaries({}, optional={"required": st.just(["a"]), "maxProperties": st.integers(0, 2)}),
)


def _larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    rows = st.lists(inner, min_size=1, max_size=2)
    tables = st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2)
    keywords = {
        **{"allOf": rows, "anyOf": rows, "oneOf": rows, "not": inner, "if": inner, "then": inner, "else": inner},
        **{"properties": tables, "additionalProperties": inner, "unevaluatedProperties": inner, "contains": inner},
        **{"prefixItems": rows, "items": inner, "unevaluatedItems": inner, "dependentSchemas": tables},
    }
    return st.lists(st.sampled_from(sorted(keywords)), min_size=1, max_size=3, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: keywords[name] for name in names})
    )


SCHEMAS = st.recursive(LEAVES, _larger, max_leaves=5)


@settings(FEW, max_examples=15)
@given(SCHEMAS)
def test_made_schemas_mean_the_same_in_all_panels(schema: JSON) -> None:
    assert disagreements(panels(schema), POOL) == []


# What 3.0 says, and what the report of its losses says of that


def untold(schema: JSON) -> list[tuple[JSON, bool, bool, bool]]:
    """Return the instances that 3.0 decides otherwise without telling: the verdicts of the schema and both readers."""
    made = files(package(case=schema))
    report = json.loads(made["openapi-3.0-losses.json"])
    components = {"schemas": as_draft4(json.loads(made["openapi-3.0.json"])["components"]["schemas"])}
    whole = {"$ref": "#/components/schemas/Case", "components": components}
    lenient, strict = LENIENT(whole), jsonschema.Draft4Validator(whole)
    original = raw(schema)
    told = ((value, original(value), lenient.is_valid(value), strict.is_valid(value)) for value in POOL)
    return [
        row
        for row in told
        if row[1] > row[2]
        or (row[1] != row[2] and "Case" not in report["wider"])
        or (row[2] != row[3] and "Case" not in report["integers"])
    ]


@pytest.mark.parametrize("schema", TABLE.values(), ids=TABLE.keys())
def test_3_0_differs_only_where_it_is_told(schema: JSON) -> None:
    assert untold(schema) == []


@settings(FEW, max_examples=30)
@given(SCHEMAS)
def test_made_schemas_differ_in_3_0_only_where_it_is_told(schema: JSON) -> None:
    assert untold(schema) == []


# Each panel that moves is noticed


def without_minimum(schema: JSON) -> Verdict:
    """Return the verdict of a reference validator that does not know `minimum`."""
    lax = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"minimum": lambda *rest: ()})
    return lax(schema).is_valid  # type: ignore[arg-type]


@pytest.mark.parametrize("moved", ["models", "component", "raw"])
def test_a_panel_that_moves_is_noticed(moved: str, monkeypatch: pytest.MonkeyPatch) -> None:
    schema: JSON = {"type": "integer", "minimum": 3}
    told = dict(panels(schema))
    assert disagreements(told, POOL) == []
    if moved == "models":
        less = {name: row for name, row in lower.ASSERTIONS.items() if name != "minimum"}
        monkeypatch.setattr(lower, "ASSERTIONS", less)
        told["models"] = models(schema)
    elif moved == "component":
        monkeypatch.setattr(lifting, "_LEFT_OUT", {**lifting._LEFT_OUT, "minimum": ""})
        told["component"] = component(schema)
    else:
        told["raw"] = without_minimum(schema)
    found = disagreements(told, POOL)
    assert found
    assert all(said[moved] and sum(said.values()) == 1 for _, said in found)


# The cases and the repository's own schema, as they are committed

DOCUMENTS = [
    # case, document, package, module, component
    ("", "session.json", "models", "session", "Session"),
    ("gallery", "gallery.json", "models", "gallery", "Exhibition"),
    ("gallery", "people.json", "models", "people", "People"),
    ("gallery", "sub/dialect.json", "models", "sub_dialect", "SubDialect"),
    ("gallery", "sub/tree.json", "models", "sub_tree", "Tree"),
    ("history", "customer.json", "models", "customer", "Customer"),
    ("history", "order.json", "models", "order", "Order"),
    ("history", "refund.json", "models", "refund", "Refund"),
    ("listings", "listings.json", "models", "listings", "Listings"),
    ("names", "names.json", "models", "names", "Names"),
    ("names", "shadows.json", "models", "shadows", "Shadows"),
    ("references", "order.yaml", "shop", "order", "Order"),
    ("references", "parts/line.schema.json", "shop", "parts_line", "Line"),
    ("together", "animals.json", "models", "animals", "Shelter"),
]
FORMATS = jsonschema.FormatChecker(formats=["email", "uuid"])


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value: object) -> bool:
    return not isinstance(value, str) or bool(
        re.search(r"T.*(Z|[+-]\d\d:\d\d)$", value) and datetime.fromisoformat(value)
    )


def folder(case: str) -> Path:
    return ROOT / "tests" / "cases" / case if case else ROOT


def schemas(case: str) -> dict[str, Any]:
    """Return the case's schemas by their paths in its folders."""
    read: dict[str, Any] = {}
    for home in ("schema", "home"):
        for path in sorted((folder(case) / home).rglob("*.*")):
            text = path.read_text(encoding="utf-8")
            name = path.relative_to(folder(case) / home).as_posix()
            read[name] = yaml.safe_load(text) if path.suffix == ".yaml" else json.loads(text)
    return read


@cache
def committed(case: str, document: str, package: str, module: str, name: str) -> Panels:
    """Return the three panels of a document: the committed package, the committed OpenAPI file, the schema's file."""
    made = folder(case) / ("expected" if case else "generated")
    options: dict[str, Any] = {"format_checker": FORMATS}
    openapi = json.loads((made / "openapi" / "openapi.json").read_text(encoding="utf-8"))
    alone = f"panels_{case or 'repository'}"
    if importlib.util.find_spec(alone) is None:
        _import(alone, made / "models" / package)
    found = importlib.import_module(f"{alone}.{module}")
    base = "https://example.org/"
    known = {base + path: content for path, content in schemas(case).items()}
    resources = [(uri, Resource.from_contents(content, DRAFT202012)) for uri, content in known.items()]
    registry = Registry().with_resources(resources).crawl()
    reference = {"$ref": base + document}
    return {
        "models": lambda value: decodes(found, value),
        "component": component_of(openapi, name, **options),
        "raw": jsonschema.Draft202012Validator(reference, registry=registry, **options).is_valid,
    }


def _import(name: str, where: Path) -> None:
    spec = importlib.util.spec_from_file_location(
        name, where / "__init__.py", submodule_search_locations=search_locations(where)
    )
    assert spec is not None and spec.loader is not None
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])


@cache
def made_instances(case: str, document: str) -> list[JSON]:
    """Return instances for a document, most of them valid."""
    contents = schemas(case)
    sources = [values.from_value(path, content) for path, content in contents.items()]
    lookup = {
        content["$id"]: values.from_value(path, content) for path, content in contents.items() if "$id" in content
    }
    own = [source for source in sources if source.path != "address.json"]
    resolution = resolve(own, dialect=DRAFT_2020_12, lookup=lookup.get)
    location = next(each.location for each in resolution.documents if each.path == document)
    return list(islice(Maker(resolution.subschemas).instances(Location(location.document)), 60))


def changed(value: JSON, choose: Callable[[st.SearchStrategy[Any]], Any]) -> JSON:
    """Return the value with one thing changed, somewhere."""
    inside = choose(st.booleans())
    if isinstance(value, dict) and value and inside:
        name = choose(st.sampled_from(sorted(value)))
        kept = {key: item for key, item in value.items() if key != name}
        return kept if choose(st.integers(0, 3)) == 0 else {**value, name: changed(value[name], choose)}
    if isinstance(value, list) and value and inside:
        at = choose(st.integers(0, len(value) - 1))
        return [*value[:at], changed(value[at], choose), *value[at + 1 :]]
    if isinstance(value, dict) and choose(st.booleans()):
        return {**value, choose(st.sampled_from(["a", "b", "new"])): choose(st.sampled_from(POOL))}
    return copy.deepcopy(choose(st.sampled_from(POOL)))


@pytest.mark.parametrize("row", DOCUMENTS, ids=lambda row: f"{row[0] or 'repository'}/{row[1]}")
def test_what_is_committed_means_the_same_in_all_panels(row: tuple[str, str, str, str, str]) -> None:
    told = committed(*row)
    bases = made_instances(*row[:2])
    assert any(told["raw"](value) for value in bases)

    @FEW
    @given(st.data())
    def check(data: st.DataObject) -> None:
        value = data.draw(st.sampled_from(bases))
        for _ in range(data.draw(st.integers(0, 3))):
            value = changed(value, data.draw)
        assert disagreements(told, [value]) == []

    assert disagreements(told, [*bases, *POOL]) == []
    check()


def test_every_document_of_the_cases_is_held() -> None:
    cases = [path.parent.name for path in (ROOT / "tests" / "cases").glob("*/schema")]
    there = {(case, path) for case in ["", *cases] for path in schemas(case) if path != "address.json"}
    assert there == {row[:2] for row in DOCUMENTS}
