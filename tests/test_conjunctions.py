"""What applies to a value together: its type is what all of these subschemas leave, whatever their order."""

from __future__ import annotations

import ast
import dataclasses
import os
from collections.abc import Iterator, Mapping
from enum import Enum
from random import Random
from types import ModuleType
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

import codegen
from codegen.app.build import build
from codegen.compiler.analysis import Analysis
from codegen.compiler.conjunctions import Conjunctions
from codegen.compiler.joins import joined
from codegen.findings import Finding, Rejected
from codegen.ir import JSON, Location
from codegen.runtime._absent import ABSENT
from codegen.runtime._equality import equal
from codegen.schema.dialects import DRAFT_2020_12
from codegen.schema.resolver import resolve
from codegen.source.values import from_value

MANY = int(os.environ.get("TRIPTYCH_EXAMPLES", "0"))
LAWS = settings(
    max_examples=MANY or 12,
    derandomize=not MANY,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

# What is told

STRING: JSON = {"type": "string"}
DATE: JSON = {"type": "string", "format": "date"}
BASE: JSON = {"$ref": "#/$defs/Base"}
DEFS: dict[str, JSON] = {
    "Base": {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": STRING,
            "born": {"type": ["string", "null"], "format": "date"},
            "n": {"type": "integer"},
            "kind": {"enum": ["cat", "dog"]},
        },
    },
    "Node": {"type": "object", "properties": {"value": {"type": "integer"}, "next": {"$ref": "#/$defs/Node"}}},
    "Leaf": {"type": "object", "properties": {"text": STRING, "next": {"$ref": "#/$defs/Leaf"}}},
}


def of(name: str, *parts: JSON) -> JSON:
    """Return parts of an object that each say something of one property."""
    return [{"properties": {name: part}} for part in parts]


TOLD: dict[str, tuple[dict[str, Any], dict[str, dict[str, str]]]] = {
    "a description takes no type away": (
        {"allOf": [BASE], "properties": {"name": {"description": "x"}, "born": {"default": None}}},
        {"Schema": {"name": "str", "born": "datetime.date | None | _absent.Absent"}},
    ),
    "a constant narrows an enum": (
        {"allOf": [BASE], "properties": {"kind": {"const": "cat"}}},
        {"Schema": {"kind": "Literal['cat'] | None", "name": "str"}},
    ),
    "an enum does not widen a constant": (
        {"allOf": [{"properties": {"kind": {"const": "cat"}}}, BASE]},
        {"Schema": {"kind": "Literal['cat'] | None", "name": "str"}},
    ),
    "all values of an enum are its members": (
        {"allOf": [BASE], "properties": {"kind": {"enum": ["dog", "cat"], "maxLength": 3}}},
        {"Schema": {"kind": "SchemaKind | None"}},
    ),
    "two inline objects are one class": (
        {"allOf": of("links", {"properties": {"self": STRING}}, {"type": "object", "properties": {"next": DATE}})},
        {
            "Schema": {"links": "SchemaLinks | None"},
            "SchemaLinks": {"self_": "str | None", "next": "datetime.date | None"},
        },
    ),
    "a required property makes a class": (
        {"properties": {"pet": {"allOf": [BASE], "required": ["n"]}}},
        {"Schema": {"pet": "SchemaPet | None"}, "SchemaPet": {"n": "int", "name": "str"}},
    ),
    "a required property beside a reference makes a class": (
        {"properties": {"pet": {**BASE, "required": ["n"]}}},
        {"Schema": {"pet": "SchemaPet | None"}, "SchemaPet": {"n": "int", "name": "str"}},
    ),
    "what is required anyway makes none": (
        {"properties": {"pet": {"allOf": [BASE], "required": ["name"], "type": "object"}}},
        {"Schema": {"pet": "Base | None"}},
    ),
    "a class that is among the others is the class": (
        {
            "$defs": {"More": {"allOf": [BASE], "properties": {"m": STRING}}},
            "properties": {"p": {"allOf": [BASE, {"$ref": "#/$defs/More"}]}},
        },
        {"Schema": {"p": "More | None"}, "More": {"m": "str | None", "name": "str"}},
    ),
    "a pattern says what a property is": (
        {
            "properties": {"x_a": {"title": "A"}, "b": {}},
            "patternProperties": {"^x_": DATE},
            "additionalProperties": STRING,
        },
        {"Schema": {"x_a": "datetime.date | None", "b": "object | _absent.Absent"}},
    ),
    "additional properties of another part are its fields": (
        {"properties": {"a": {"maxLength": 3}}, "allOf": [{"additionalProperties": DATE}]},
        {"Schema": {"a": "datetime.date | None", "additional_properties": "dict[str, datetime.date]"}},
    ),
    "the items of all parts": (
        {"allOf": of("a", {"type": "array", "items": {"maxLength": 10}}, {"items": DATE}, {"minItems": 1})},
        {"Schema": {"a": "list[datetime.date] | None"}},
    ),
    "first items and their count": (
        {
            "allOf": of(
                "a",
                {"type": "array", "prefixItems": [DATE, True]},
                {"items": {"type": ["string", "null"]}},
                {"minItems": 2},
            )
        },
        {"Schema": {"a": "tuple[datetime.date, str | None, *tuple[str | None, ...]] | None"}},
    ),
    "types are what both leave": (
        {"allOf": of("a", {"type": ["string", "null"]}, {"type": ["string", "integer"]})},
        {"Schema": {"a": "str | None"}},
    ),
    "a list of one and the type of the other": (
        {"allOf": of("a", {"enum": ["x", 1, None]}, {"type": ["string", "null"]})},
        {"Schema": {"a": "Literal['x'] | None | _absent.Absent"}},
    ),
    "a format and a nullable string": (
        {"allOf": of("a", {"format": "date"}, {"type": ["string", "null"]})},
        {"Schema": {"a": "datetime.date | None | _absent.Absent"}},
    ),
    "recursion that meets itself ends": (
        {"allOf": [{"$ref": "#/$defs/Node"}, {"$ref": "#/$defs/Leaf"}]},
        {
            "Schema": {"next": "SchemaNext | None", "value": "int | None", "text": "str | None"},
            "SchemaNext": {"next": "SchemaNext | None", "value": "int | None", "text": "str | None"},
        },
    ),
    "a recursive property of a class that extends": (
        {"allOf": [{"$ref": "#/$defs/Node"}], "properties": {"next": {"$ref": "#"}, "more": STRING}},
        {"Schema": {"next": "Schema | None", "value": "int | None", "more": "str | None"}},
    ),
    "what a dynamic reference is bound to": (
        {
            "$dynamicAnchor": "T",
            "type": "object",
            "properties": {"a": {"type": "object", "$dynamicRef": "#T", "required": ["b"]}, "b": STRING},
        },
        {"Schema": {"a": "SchemaA | None"}, "SchemaA": {"a": "SchemaA | None", "b": "str"}},
    ),
}


@pytest.mark.parametrize("case", TOLD)
def test_a_type_is_what_all_leave(case: str) -> None:
    schema, expected = TOLD[case]
    definitions: JSON = {**DEFS, **schema.get("$defs", {})}
    module = codegen.compile_schema({**schema, "$defs": definitions})
    found = {name: fields_of(getattr(module, name)) for name in expected}
    assert {name: {key: found[name].get(key) for key in fields} for name, fields in expected.items()} == expected


def fields_of(made: type) -> dict[str, str]:
    return {field.name: str(field.type) for field in dataclasses.fields(made)}


def test_a_class_of_several_is_described_as_one_of_them() -> None:
    parts = of("a", {"title": "One", "properties": {"x": STRING}}, {"description": "Two.", "properties": {"y": STRING}})
    module = codegen.compile_schema({"type": "object", "allOf": parts})
    assert module.SchemaA.__doc__.split() == ["One.", "Two."]


def test_the_default_of_a_field_may_stand_in_any_of_its_parts() -> None:
    parts = of("a", {"description": "One."}, {"type": "integer", "default": 3})
    module = codegen.compile_schema({"type": "object", "allOf": parts})
    assert module.apply_defaults(module.Schema()).a == 3


@pytest.mark.parametrize(
    ("schema", "asked"),
    [
        ({"properties": {"a": {"items": STRING}}, "additionalProperties": {"anyOf": [STRING, {"items": {}}]}}, 0),
        ({"properties": {"a": {"$ref": "#/$defs/Leaf"}}, "patternProperties": {"b": STRING}}, 1),
        ({"allOf": [BASE], "properties": {"a": {"allOf": [STRING]}}}, 1),
        ({"allOf": of("a", {"properties": {"b": STRING}}, {"properties": {"b": DATE}})}, 2),
    ],
    ids=str,
)
def test_what_applies_together_is_asked_only_where_subschemas_can_meet(
    schema: dict[str, Any], asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Location] = []
    array = Conjunctions.array
    monkeypatch.setattr(Conjunctions, "array", lambda self, at: [seen.append(at), array(self, at)][1])
    resolution = resolve(
        [from_value("a.json", {**schema, "$defs": DEFS})], dialect=DRAFT_2020_12, lookup=lambda _: None
    )
    joined(Analysis(resolution.subschemas, resolution.resources))
    assert len(seen) == asked


def test_a_problem_of_a_class_of_several_stands_where_its_part_does() -> None:
    parts = of("a", {"properties": {"x": STRING}}, {"properties": {"y": STRING}})
    module = codegen.compile_schema({"type": "object", "allOf": parts})
    with pytest.raises(module.DecodeError) as caught:
        module.SchemaA.from_dict({"x": 1})
    [problem] = caught.value.problems
    assert problem.keyword_location == "/allOf/0/properties/x/type"
    assert problem.absolute_keyword_location.endswith("#/allOf/0/properties/a/properties/x/type")


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"allOf": of("a", {"type": "integer"}, STRING)}, 'no value of "a" can be valid'),
        ({"allOf": of("a/b", {"const": 1}, {"enum": [2, 3]})}, 'no value of "a/b" can be valid'),
        ({"properties": {"a": {"allOf": [STRING, {"type": "null"}]}}}, "no value can be valid"),
        ({"allOf": [{"items": STRING}, {"items": {"const": 1}}]}, "no item can be valid"),
    ],
    ids=str,
)
def test_what_leaves_no_value_is_a_finding(schema: JSON, message: str) -> None:
    [finding] = findings_of(schema)
    assert (finding.rule.id, finding.message.partition(":")[0]) == ("contradiction", message)


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": of("a", {"type": "number"}, {"const": 1})},
        {"properties": {"a": STRING}, "allOf": [{"properties": {"a": False}}]},
        {"$ref": "#/$defs/never", "$defs": {"never": {"type": "string", "const": 1}}},
    ],
    ids=str,
)
def test_what_is_narrow_or_forbidden_is_none(schema: JSON) -> None:
    assert findings_of(schema) == []


def findings_of(schema: JSON) -> list[Finding]:
    resolution = resolve([from_value("a.json", schema)], dialect=DRAFT_2020_12, lookup=lambda uri: None)
    return list(build(resolution, package="models", formats="assert", names={}).warnings)


def test_a_property_is_decoded_in_the_scope_that_it_is_reached_in() -> None:
    """The anchor is bound by what stands between a class and the base that has the property (Core 8.2.3.2)."""
    middle: JSON = {"$id": "urn:middle", "$dynamicAnchor": "T", "type": "object", "$ref": "urn:base"}
    lists: JSON = {"type": "array", "items": {"$dynamicRef": "#T"}}
    definitions: JSON = {"lists": lists, "T": {"$dynamicAnchor": "T", "type": "integer"}}
    base: JSON = {"$id": "urn:base", "properties": {"p": {"$ref": "#/$defs/lists"}}, "$defs": definitions}
    schema: JSON = {"$id": "urn:root", "allOf": [{"$ref": "urn:middle"}], "properties": {"z": STRING}}
    module = codegen.compile_schema(schema, references={"urn:middle": middle, "urn:base": base})
    assert module.Schema.from_dict({"p": [{"p": []}]}).p == [{"p": []}]
    assert not module.is_valid({"p": [1]})


# Any schemas

NAMES = st.sampled_from(["a", "b", "x"])
REFERENCES = st.sampled_from(["#/$defs/A", "#/$defs/B"])
TEXTS = ["cat", "dog", "2020-01-01", "2021-02-03", ""]
LEAVES: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        *(
            {},
            {"type": "string"},
            {"type": "integer"},
            {"type": ["string", "null"]},
            {"type": "number"},
            {"default": 1},
        ),
        *({"type": "string", "format": "date"}, {"format": "date"}, {"const": "cat"}, {"enum": ["cat", "dog"]}),
        *({"enum": ["cat", 1, None]}, {"enum": ["cat", "dog", "2020-01-01"]}, {"minLength": 1}, {"type": "boolean"}),
    ]
)


def composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return schemas whose parts meet on the same properties and items."""
    properties = st.dictionaries(NAMES, inner, min_size=1, max_size=2)
    objects = {
        "properties": properties,
        "required": st.lists(NAMES, max_size=2, unique=True),
        "patternProperties": st.dictionaries(st.sampled_from(["^a", "x"]), inner, max_size=1),
        "additionalProperties": inner | st.booleans(),
        "allOf": st.lists(inner, min_size=1, max_size=3),
        "$ref": REFERENCES,
        "anyOf": st.lists(inner, min_size=1, max_size=2),
        "oneOf": st.lists(inner, min_size=1, max_size=2),
        "unevaluatedProperties": inner | st.booleans(),
        **dict.fromkeys(("if", "then", "not"), inner),
    }
    arrays = {
        "type": st.just("array"),
        "items": inner,
        "prefixItems": st.lists(inner, min_size=1, max_size=2),
        "minItems": st.sampled_from([1, 2]),
        "maxItems": st.sampled_from([1, 2]),
        "unevaluatedItems": inner | st.booleans(),
    }
    return st.fixed_dictionaries({}, optional=objects) | st.fixed_dictionaries({}, optional=arrays)


SCHEMAS = st.recursive(LEAVES | st.builds(lambda to: {"$ref": to}, REFERENCES), composed, max_leaves=6)
OBJECTS = st.fixed_dictionaries({"allOf": st.lists(composed(SCHEMAS), min_size=2, max_size=3)})
BOTH: JSON = {"A": {"$ref": "#/$defs/A"}, "B": {"$ref": "#/$defs/B"}}  # so that one which leads to itself is found
WHOLE = st.builds(
    lambda root, a, b: {**root, "properties": BOTH, "$defs": {"A": a, "B": b}},
    OBJECTS,
    composed(SCHEMAS),
    composed(SCHEMAS),
)


def instances(random: Random, depth: int) -> JSON:
    """Return an instance of the kind that the schemas speak of."""
    if depth == 0 or random.random() < 0.4:
        return random.choice([*TEXTS, 1, 1.0, 2.5, None, True])
    if random.random() < 0.3:
        return [instances(random, depth - 1) for _ in range(random.randrange(3))]
    return {name: instances(random, depth - 1) for name in random.sample(["a", "b", "x", "ab"], random.randrange(4))}


@LAWS
@given(schema=WHOLE, seed=st.integers(0, 2**32))
def test_a_type_holds_every_valid_value_and_nothing_is_lost(schema: JSON, seed: int) -> None:
    module = made(schema)
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    random = Random(seed)
    for _ in range(200):
        instance = instances(random, 3)
        is_valid = validator.is_valid(instance)
        assert module.is_valid(instance) == is_valid, instance
        if is_valid:
            value = module.decode(instance)
            note(repr((instance, value)))
            assert list(misfits(module, root_type(module), value)) == []
            assert equal(module.encode(value), instance)
            assert equal(module.encode(module.loads(module.dumps(value))), instance)
        else:
            with pytest.raises(module.DecodeError):
                module.decode(instance)


def made(schema: JSON) -> ModuleType:
    try:
        return codegen.compile_schema(schema)
    except Rejected:  # it refers to itself
        assume(False)
        raise


def misfits(module: ModuleType, annotation: ast.expr, value: Any) -> Iterator[str]:
    """Yield the fields whose value is not of their type."""
    if not fits(module, annotation, value):
        yield f"{value!r}: {ast.unparse(annotation)}"
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    for part in parts:
        yield from misfits(module, ANYTHING, part)
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from misfits(module, ast.parse(str(field.type), mode="eval").body, getattr(value, field.name))


ANYTHING = ast.parse("object", mode="eval").body


def fits(module: ModuleType, annotation: ast.expr, value: Any) -> bool:
    """Return whether a value is of a type, to any depth of containers."""
    match annotation:
        case ast.BinOp(left, ast.BitOr(), right):
            return fits(module, left, value) or fits(module, right, value)
        case ast.Constant(None):
            return value is None
        case ast.Subscript(ast.Name("Literal"), index):
            listed = index.elts if isinstance(index, ast.Tuple) else [index]
            return any(type(value) is type(each) and value == each for each in map(ast.literal_eval, listed))
        case ast.Subscript(ast.Name("list"), item):
            return type(value) is list and all(fits(module, item, each) for each in value)
        case ast.Subscript(ast.Name("dict"), ast.Tuple([_, item])):
            return type(value) is dict and all(fits(module, item, each) for each in value.values())
        case ast.Subscript(ast.Name("tuple"), index):
            return type(value) is tuple and fits_tuple(module, index, value)
    name = ast.unparse(annotation)
    if name == "_absent.Absent":
        return value is ABSENT or type(value).__name__ == "Absent"
    kind = PLAIN.get(name) or getattr(module, name.partition(".")[0])
    if name.startswith("datetime."):
        kind = getattr(kind, name.partition(".")[2])
    return isinstance(value, kind) and (kind is object or isinstance(value, bool) == (kind is bool))


PLAIN: Mapping[str, Any] = {"object": object, "str": str, "int": int, "float": (int, float), "bool": bool}


def fits_tuple(module: ModuleType, index: ast.expr, value: tuple[Any, ...]) -> bool:
    items = index.elts if isinstance(index, ast.Tuple) else [index]
    *first, last = items
    match last:
        case ast.Starred(ast.Subscript(_, ast.Tuple([rest, _]))):
            items = [*first, *[rest] * (len(value) - len(first))]
    return len(items) == len(value) and all(map(lambda item, each: fits(module, item, each), items, value))


@LAWS
@given(schema=WHOLE)
def test_the_order_of_parts_changes_no_type(schema: dict[str, Any]) -> None:
    first, *more = schema["allOf"]
    orders = [[first, *more], [*more, first], [*reversed(more), first]]
    types = [shown(made({**schema, "allOf": order})) for order in orders]
    assert types[1:] == types[:1] * 2


def shown(module: ModuleType) -> Any:
    """Return a root's type with what its classes and enums are in place of their names, some levels deep."""
    return structure(module, root_type(module), 4)


def root_type(module: ModuleType) -> ast.expr:
    return ast.parse(module.decode.__annotations__["return"], mode="eval").body


def structure(module: ModuleType, annotation: ast.expr, depth: int) -> Any:
    match annotation:
        case ast.BinOp(left, ast.BitOr(), right):
            return structure(module, left, depth) | structure(module, right, depth)
        case ast.Subscript(ast.Name("Literal"), index):
            return frozenset(ast.unparse(each) for each in (index.elts if isinstance(index, ast.Tuple) else [index]))
        case ast.Subscript(ast.Name(name), index):
            items = index.elts if isinstance(index, ast.Tuple) else [index]
            return frozenset({(name, *(structure(module, item, depth) for item in items))})
        case ast.Starred(inner):
            return structure(module, inner, depth)
    kind = getattr(module, ast.unparse(annotation), None)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return frozenset({frozenset(repr(member.value) for member in kind)})
    if kind is None or not dataclasses.is_dataclass(kind):
        return frozenset({ast.unparse(annotation)})
    if depth == 0:
        return frozenset({"class"})
    fields = {name: ast.parse(type_, mode="eval").body for name, type_ in fields_of(kind).items()}
    return frozenset({frozenset((name, structure(module, type_, depth - 1)) for name, type_ in fields.items())})
