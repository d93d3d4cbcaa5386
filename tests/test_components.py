"""Tests of codegen.compiler.components: what is compiled of a component is a function of its arguments."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from codegen.compiler import components
from codegen.compiler.analysis import KINDS, Analysis
from codegen.compiler.compilation import Compilation
from codegen.compiler.components import Component, Made
from codegen.compiler.names.functions import Request
from codegen.compiler.nodes import Context
from codegen.compiler.types import Values
from codegen.ir import JSON, Location
from codegen.schema.dialects import DRAFT_2020_12
from codegen.schema.resolver import Resolution, resolve
from codegen.source import values

PARTS: JSON = {"part": {"type": "object", "minProperties": 1}, "other": {"type": "array", "items": {"$ref": "#"}}}
SETS: dict[str, dict[str, JSON]] = {
    "one after the other": {
        "a.json": {"properties": {"b": {"$ref": "b.json"}, "c": {"$ref": "c.json#/$defs/part"}}},
        "b.json": {"properties": {"c": {"$ref": "c.json#/$defs/part"}, "d": {"$ref": "c.json#/$defs/other"}}},
        "c.json": {"$defs": PARTS, "unevaluatedProperties": False, "allOf": [{"$ref": "#/$defs/part"}]},
    },
    "two that ask for the same": {
        "a.json": {"items": {"$ref": "c.json#/$defs/other"}},
        "b.json": {"allOf": [{"$ref": "c.json#/$defs/part"}], "unevaluatedProperties": False},
        "c.json": {"$defs": PARTS},
    },
    "a cycle, and who leads to it": {
        "a.json": {"properties": {"b": {"$ref": "b.json#/$defs/part"}}},
        "b.json": {"properties": {"c": {"$ref": "c.json"}}, "$defs": PARTS},
        "c.json": {"properties": {"b": {"$ref": "b.json"}}},
    },
    "dynamic scopes": {
        "a.json": {"$ref": "b.json", "properties": {"more": {"$ref": "c.json"}}},
        "b.json": {"$dynamicAnchor": "node", "properties": {"sub": {"$dynamicRef": "#node"}}},
        "c.json": {"$dynamicAnchor": "node", "$ref": "b.json", "required": ["sub"]},
    },
}


RECURSIVE: dict[str, dict[str, JSON]] = {
    "types through cycles": {
        "a.json": {
            "allOf": [{"$ref": "#/$defs/x"}],
            "$defs": {"x": {"anyOf": [{"$ref": "#/$defs/y"}, {"type": "string"}]}, "y": {"$ref": "b.json#/$defs/z"}},
        },
        "b.json": {"$defs": {"z": {"oneOf": [{"$ref": "a.json#/$defs/x"}, {"type": ["integer", "null"]}]}}},
    },
    "values through cycles": {
        "a.json": {
            "type": "array",
            "items": {"$ref": "b.json"},
            "$defs": {"plain": {"type": "array", "items": {"$ref": "#/$defs/plain"}}},
        },
        "b.json": {"type": "object", "additionalProperties": {"anyOf": [{"$ref": "a.json"}, {"$ref": "#/$defs/day"}]}}
        | {"$defs": {"day": {"type": "string", "format": "date"}, "whole": {"items": {"type": "integer"}}}},
    },
}


def resolved(schemas: dict[str, JSON]) -> tuple[Resolution, Compilation]:
    sources = [values.from_value(path, schema) for path, schema in schemas.items()]
    resolution = resolve(sources, dialect=DRAFT_2020_12, lookup=lambda uri: None)
    analysis = Analysis(resolution.subschemas, resolution.resources)
    modules = {document.location.document: document.module for document in resolution.documents}
    return resolution, Compilation(analysis, modules, {}, Values(analysis, {}, {}))


def compiled(
    order: Sequence[Component], resolution: Resolution, compilation: Compilation, asked: Sequence[Request]
) -> dict[tuple[str, ...], Made]:
    by_uris = {}
    for component in order:
        requests = [request for request in asked if request.location.document in component.uris]
        by_uris[component.uris] = components.made(component, compilation, resolution, requests)
    return by_uris


@pytest.mark.parametrize("name", SETS)
def test_what_is_made_of_a_component_does_not_depend_on_what_was_made_before(name: str) -> None:
    resolution, compilation = resolved(SETS[name])
    order = components.ordered(resolution)
    asked: list[Request] = []
    once: dict[tuple[str, ...], Made] = {}
    for component in order:
        once |= compiled([component], resolution, compilation, sorted(set(asked)))
        asked += once[component.uris].asked
    every = sorted(set(asked))
    assert compiled(order, resolution, compilation, every) == once
    assert compiled(order[::-1], *resolved(SETS[name]), every) == once


@pytest.mark.parametrize("name", SETS)
def test_a_component_comes_before_those_that_it_leads_to(name: str) -> None:
    order = components.ordered(resolved(SETS[name])[0])
    before: set[str] = set()
    for component in order:
        assert not before & {*component.below}
        before |= {*component.uris}


ALIKE: dict[str, JSON] = {
    name: {"type": "array", "items": {"minimum": 1}}
    for name in (
        "a",
        "A",
        "a_evaluated",
        "a-evaluated",
        "a_part",
        "a_part_2",
        "a_2",
        "item",
        "items",
        "a_In0",
        "$ref",
        "allOf",
    )
}


@pytest.mark.parametrize("schemas", [*SETS.values(), {"a.json": {"properties": ALIKE, "items": True, "$defs": ALIKE}}])
def test_every_function_has_a_name_of_its_own(schemas: dict[str, JSON]) -> None:
    analysis = (compilation := resolved(schemas)[1]).analysis
    contexts = dict.fromkeys(analysis.enter(Context(), location) for location in analysis.subschemas)
    every = {
        Request(role, location, analysis.enter(context, location), evaluated)
        for role in ("valid", "memoized", "decode", "problems")
        for location in analysis.subschemas
        for context in contexts
        for evaluated in (False, True)
    }
    names = {(request.location.document, compilation.name(request)) for request in every}
    assert len(names) == len(every)
    assert not any(name.removesuffix("_evaluated").endswith(("_part", "_part_2", "_evaluated")) for _, name in names)


@pytest.mark.parametrize("name", [*SETS, *RECURSIVE])
def test_what_is_known_of_a_subschema_does_not_depend_on_what_was_asked_before(name: str) -> None:
    schemas = {**SETS, **RECURSIVE}[name]
    places = list(resolved(schemas)[1].analysis.subschemas)
    alone = {at: known([at], schemas)[at] for at in places}
    assert known(places, schemas) == alone
    assert known(places[::-1], schemas) == alone


def known(places: Sequence[Location], schemas: dict[str, JSON]) -> dict[Location, tuple[frozenset[str], bool, bool]]:
    values = resolved(schemas)[1].values
    return {at: (values.kinds(at), values.plain(at), values.is_json(at)) for at in places}


def test_what_is_known_of_values_through_cycles() -> None:
    schemas = RECURSIVE["values through cycles"]
    places = list(resolved(schemas)[1].analysis.subschemas)
    assert {f"{at.document[-6:]}{at.pointer}": each for at, each in known(places, schemas).items()} == {
        "a.json": ({"array"}, False, False),
        "a.json/items": ({"object"}, False, False),
        "a.json/$defs/plain": ({"array"}, True, True),
        "a.json/$defs/plain/items": ({"array"}, True, True),
        "b.json": ({"object"}, False, False),
        "b.json/additionalProperties": ({"array", "string"}, False, False),
        "b.json/additionalProperties/anyOf/0": ({"array"}, False, False),
        "b.json/additionalProperties/anyOf/1": ({"string"}, False, False),
        "b.json/$defs/day": ({"string"}, False, False),
        "b.json/$defs/whole": (KINDS, False, True),
        "b.json/$defs/whole/items": ({"integer"}, False, True),
    }
