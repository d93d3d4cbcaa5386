"""Laws for every schema: what is valid is what the references say, nothing is lost, only DecodeError is raised.

`nox -s laws` tries more schemas; `TRIPTYCH_EXAMPLES=5000 pytest tests/test_laws.py` many more, and new ones every time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from random import Random
from types import ModuleType
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from conformance.instances import Maker
from conformance.official import faults_of
from conformance.store import whole
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

import codegen
from codegen.findings import Rejected
from codegen.ir import JSON
from codegen.runtime._equality import equal
from codegen.schema.dialects import DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019_09, DRAFT_2020_12
from codegen.schema.resolver import bundled, resolve
from codegen.source.values import from_value

MANY = int(os.environ.get("TRIPTYCH_EXAMPLES", "0"))
LAWS = settings(
    max_examples=MANY or 10,
    derandomize=not MANY,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

# Schemas

NAMES = st.sampled_from(["a", "b", "c", "a1"])
SCALARS = st.sampled_from([None, True, False, 0, 1, 1.0, -1, 2, 1.5, "", "a", "b", "ab", "a1", "\U0001f409"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=5
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | NAMES, inner),
    max_leaves=20,
)
COUNTS = st.sampled_from([0, 1, 2, 2.0, 3])
LIMITS = st.sampled_from([-1, 0, 1, 1.0, 1.5, 2, 10])
STEPS = st.sampled_from([1, 2, 0.5, 0.1, 1.5, 3])
TYPES = st.sampled_from(["object", "array", "string", "number", "integer", "boolean", "null"])
PATTERNS = st.sampled_from(["a", "^a", "b$", "^[a-b]+$", r"\d", "^.$", "^$"])
FORMATS = st.sampled_from(["date", "ipv4", "uuid", "unheard-of"])
OLD_FORMATS = st.sampled_from(["ipv4", "unheard-of"])  # `jsonschema-rs` asserts in drafts 4 and 6 what they don't name
PLACES = "# urn:root urn:root#/$defs/a urn:root#/$defs/b urn:root#/$defs/c urn:root#fixed urn:inner".split()
REFERENCES = st.sampled_from(PLACES)
# A `$ref` to a `$dynamicAnchor` is one to a plain anchor (Core 8.2.2); both references look it up dynamically.
DYNAMIC_REFERENCES = st.sampled_from([*PLACES, "#node", "urn:root#node", "urn:inner#node"])
OLD_REFERENCES = st.sampled_from(["#", "#/definitions/a", "#/definitions/b", "#/definitions/c"])

Keywords = Mapping[str, st.SearchStrategy[Any]]


def keywords(schemas: st.SearchStrategy[Any], dialect: str) -> dict[str, st.SearchStrategy[Any]]:
    """Return a strategy for the value of each keyword of a dialect."""
    one_or_more = st.lists(schemas, min_size=1, max_size=3)
    named = st.dictionaries(NAMES, schemas, max_size=3)
    unique_names = st.lists(NAMES, min_size=1, max_size=2, unique=True)
    keywords: dict[str, st.SearchStrategy[Any]] = {
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
        "enum": st.lists(VALUES, min_size=1, max_size=4, unique_by=_key),
        "multipleOf": STEPS,
        **dict.fromkeys(("minimum", "maximum"), LIMITS),
        **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), COUNTS),
        "pattern": PATTERNS,
        "format": OLD_FORMATS if dialect in (DRAFT_4, DRAFT_6) else FORMATS,
        "uniqueItems": st.booleans(),
        "required": unique_names,
        "properties": named,
        "patternProperties": st.dictionaries(PATTERNS, schemas, max_size=2),
        "additionalProperties": schemas,
        "items": schemas,
        **dict.fromkeys(("allOf", "anyOf", "oneOf"), one_or_more),
        "not": schemas,
    }
    newer = {
        "const": VALUES,
        "contains": schemas,
        "propertyNames": schemas,
        **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), LIMITS),
        **dict.fromkeys(("if", "then", "else"), schemas),
    }
    newest = {
        **dict.fromkeys(("minContains", "maxContains"), COUNTS),
        "dependentRequired": st.dictionaries(NAMES, unique_names, max_size=2),
        "dependentSchemas": st.dictionaries(NAMES, schemas, max_size=2),
        **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties"), schemas),
    }
    if dialect == DRAFT_2020_12:
        references = {"prefixItems": one_or_more, "$ref": REFERENCES, "$dynamicRef": DYNAMIC_REFERENCES}
        return {**keywords, **newer, **newest, **references}
    older = {
        "items": schemas | one_or_more,
        "additionalItems": schemas,
        "dependencies": st.dictionaries(NAMES, schemas | unique_names, max_size=2),
        "$ref": OLD_REFERENCES,
    }
    if dialect == DRAFT_4:
        flags = dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), st.booleans())
        return {**keywords, **older, **flags}
    if dialect == DRAFT_2019_09:
        references = {"$recursiveRef": st.just("#"), "$recursiveAnchor": st.booleans(), "$ref": OLD_REFERENCES}
        del older["dependencies"]
        return {**keywords, **newer, **newest, **older, **references}
    names = {name for name in newer if dialect == DRAFT_7 or name not in ("if", "then", "else")}
    return {**keywords, **older, **{name: newer[name] for name in newer if name in names}}


# Keywords that mean something only together are likely to come together.
FRIENDS = (
    ("type", "properties", "required", "additionalProperties"),
    ("properties", "patternProperties", "additionalProperties"),
    ("properties", "required", "unevaluatedProperties", "allOf"),
    ("anyOf", "unevaluatedProperties"),
    ("$ref", "unevaluatedProperties"),
    ("prefixItems", "items", "minItems"),
    ("prefixItems", "contains", "unevaluatedItems"),
    ("anyOf", "unevaluatedItems"),
    ("items", "additionalItems"),
    ("contains", "minContains", "maxContains"),
    ("if", "then", "else"),
    ("if", "then", "unevaluatedProperties"),
    ("minimum", "exclusiveMinimum"),
    ("type", "enum"),
    ("type", "format"),
)


@st.composite
def schemas_of(draw: st.DrawFn, dialect: str, depth: int) -> JSON:
    """Draw a schema of the dialect, of at most so many levels."""
    booleans = dialect != DRAFT_4
    if booleans and draw(st.integers(0, 9)) == 9:
        return draw(st.booleans())
    table = keywords(schemas_of(dialect, depth - 1) if depth else leaves(dialect), dialect)
    friends = [group for group in FRIENDS if set(group) <= table.keys()]
    chosen = draw(st.sampled_from(friends) | st.lists(st.sampled_from(sorted(table)), max_size=4, unique=True))
    schema: dict[str, JSON] = {name: draw(table[name]) for name in chosen}
    if dialect == DRAFT_4:
        for flag, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if flag in schema:
                schema.setdefault(bound, draw(LIMITS))
    return schema


def leaves(dialect: str) -> st.SearchStrategy[Any]:
    """Return a strategy for schemas without subschemas."""
    references = {"$ref": REFERENCES if dialect == DRAFT_2020_12 else OLD_REFERENCES}
    some = {"type": TYPES, "enum": st.lists(SCALARS, min_size=1, max_size=3, unique_by=_key), "minimum": LIMITS}
    return st.just({}) | st.one_of(*(st.fixed_dictionaries({k: v}) for k, v in {**some, **references}.items()))


@st.composite
def documents(draw: st.DrawFn, dialect: str) -> JSON:
    """Draw a schema with definitions that its references lead to."""
    root = draw(schemas_of(dialect, 2))
    if not isinstance(root, dict):
        return root
    a, b, c = (draw(schemas_of(dialect, 1)) for _ in range(3))
    if dialect != DRAFT_2020_12:
        return {"$schema": dialect, **root, "definitions": {"a": a, "b": b, "c": c}}
    dynamic = draw(st.booleans())
    named = {"$anchor" if dynamic else "$dynamicAnchor": "node"}
    inner = {"$id": "urn:inner", "$dynamicAnchor": "node", **(c if isinstance(c, dict) else {})}
    definitions = {
        "a": {**a, **named} if isinstance(a, dict) else {**named},
        "b": {**b, "$anchor": "fixed"} if isinstance(b, dict) else {"$anchor": "fixed"},
        "c": inner,
    }
    return {"$schema": dialect, "$id": "urn:root", **root, "$defs": definitions}


def _key(value: JSON) -> str:
    return json.dumps(whole(value), sort_keys=True)


# References

KINDS: Mapping[str, tuple[Any, Any]] = {
    DRAFT_2020_12: (jsonschema_rs.Draft202012Validator, jsonschema.Draft202012Validator),
    DRAFT_2019_09: (jsonschema_rs.Draft201909Validator, jsonschema.Draft201909Validator),
    DRAFT_7: (jsonschema_rs.Draft7Validator, jsonschema.Draft7Validator),
    DRAFT_6: (jsonschema_rs.Draft6Validator, jsonschema.Draft6Validator),
    DRAFT_4: (jsonschema_rs.Draft4Validator, jsonschema.Draft4Validator),
}


def compiled(schema: JSON, dialect: str) -> ModuleType:
    """Return the models of a schema; one whose references form a cycle is not looked at further."""
    try:
        return codegen.compile_schema(schema, formats="assert", dialect=dialect)
    except Rejected as rejected:
        assert {finding.rule.id for finding in rejected.findings} == {"endless-reference"}, rejected
        assume(False)
        raise


def made(schema: JSON, dialect: str, seed: int, number: int) -> list[JSON]:
    """Return instances that are valid or nearly so."""
    resolution = resolve([from_value("schema.json", schema)], dialect=dialect, lookup=lambda uri: bundled(uri))
    maker = Maker(resolution, Random(seed))
    values = [maker.make(resolution.documents[0].location) for _ in range(number)]
    return values + [maker.mutated(value) for value in values]


def check(schema: JSON, dialect: str, instances: list[JSON]) -> None:
    """Hold every instance's validity and way back against both references."""
    model = compiled(schema, dialect)
    rust, python = KINDS[dialect]
    fast = rust(schema, validate_formats=True)
    slow = python(schema, format_checker=python.FORMAT_CHECKER)
    for data in instances:
        note(f"instance {json.dumps(data)}")
        is_valid = fast.is_valid(data)
        assert not list(faults_of(model, data, is_valid)), f"jsonschema-rs says {is_valid}"
        assert second_opinion(schema, slow, data) in (is_valid, None), f"jsonschema-rs says {is_valid}"


def second_opinion(schema: JSON, reference: Any, data: JSON) -> bool | None:
    """Return what `jsonschema` says; None where it is known to be at fault.

    It binds `$dynamicRef` to the first target where the outermost one counts, follows references that the dynamic
    scope leaves out until the stack ends, stops with a TypeError at `items: false` beside `additionalItems`, and in
    2019-09 asks `unevaluatedProperties` of properties that `additionalProperties` in a branch has evaluated. Its `$`
    in a pattern is Python's, which holds before a last newline too.
    """
    text = json.dumps(schema)
    if '$"' in text and '\\n"' in json.dumps(data):
        return None
    if '"$dynamicRef"' in text or (DRAFT_2019_09 in text and '"unevaluatedProperties"' in text):
        return None
    try:
        return bool(reference.is_valid(data))
    except (RecursionError, TypeError):
        return None


@pytest.mark.parametrize("dialect", list(KINDS), ids=lambda uri: uri.split("org/")[1].removesuffix("/schema"))
@given(data=st.data())
@LAWS
def test_the_verdict_is_that_of_both_references_and_nothing_is_lost(dialect: str, data: st.DataObject) -> None:
    schema = data.draw(documents(dialect))
    if dialect == DRAFT_4:
        schema = whole(schema)  # whether 2.0 is an integer, draft 4 leaves open
    instances = data.draw(st.lists(VALUES, max_size=4)) + made(schema, dialect, data.draw(st.integers(0, 99)), 4)
    check(schema, dialect, [whole(one) for one in instances] if dialect == DRAFT_4 else instances)


@given(schema=documents(DRAFT_2020_12), instance=JSON_VALUES)
@LAWS
def test_nothing_but_a_decode_error_comes_of_any_value(schema: JSON, instance: JSON) -> None:
    model = compiled(schema, DRAFT_2020_12)
    try:
        value = model.decode(instance)
    except model.DecodeError as error:
        assert error.problems and error.output()["errors"]
        assert error.problems == model.problems(instance)
    else:
        assert equal(model.encode(value), instance) and not model.problems(instance)
