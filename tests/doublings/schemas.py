"""The schemas: a grammar of keywords that look at the same part of a value, again and again on every level."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random

from codegen.ir import JSON

N: JSON = {"$ref": "#"}

KNOWN: Mapping[str, JSON] = {
    "expression": {
        "oneOf": [
            {"type": "number"},
            *(
                {"type": "object", "properties": {"args": {"type": "array", "items": N}, "op": {"const": f"op{i}"}}}
                for i in range(10)
            ),
        ]
    },
    "properties and patterns": {"properties": {"a": N}, "patternProperties": {"^a": N}},
    "dependent schemas": {"properties": {"a": N}, "dependentSchemas": {"a": {"properties": {"a": N}}}},
    "unevaluated": {
        "anyOf": [{"properties": {"a": {"type": "object"}}}, {"properties": {"a": N}}],
        "unevaluatedProperties": N,
    },
    "all of": {"type": "array", "allOf": [{"items": N}, {"items": N}]},
    "condition": {"if": {"items": N}, "then": {"items": N}},
    "any of": {"anyOf": [{"type": "integer"}, {"type": "array", "items": N}, {"type": "array", "prefixItems": [N]}]},
    "not not": {"not": {"not": {"items": N}}, "items": N},
    "marks": {"allOf": [{"properties": {"a": N}}, {"properties": {"a": N}}], "unevaluatedProperties": False},
    "contains": {"type": "array", "contains": N, "items": N},
    "chain": {
        "$ref": "#/$defs/d0",
        "$defs": {
            **{f"d{i}": {"anyOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(24)},
            "d24": {"type": "integer"},
        },
    },
    "chain of properties": {
        "$ref": "#/$defs/d0",
        "$defs": {
            **{
                f"d{i}": {
                    "properties": {"a": {"$ref": f"#/$defs/d{i + 1}"}},
                    "additionalProperties": False,
                    "patternProperties": {"a": {"$ref": f"#/$defs/d{i + 1}"}},
                }
                for i in range(24)
            },
            "d24": {"type": "integer"},
        },
    },
}
"""What once took time that doubled with each level."""


def made(seed: int) -> JSON:
    """Return a schema that the grammar makes: a few keywords, most of which lead back to the root on a part."""
    random = Random(seed)
    found = _some(random, random.choice((2, 2, 3)), 2)
    if random.random() < 0.5:
        found["type"] = random.choice((["object", "array"], ["array", "object", "integer"]))
    return found


def _some(random: Random, many: int, levels: int) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    for _ in range(many):
        found.update(_one(random, levels))
    return found


def _one(random: Random, levels: int) -> dict[str, JSON]:
    """Return one keyword, with what it needs beside it."""

    def inner() -> JSON:
        return _some(random, 1, levels - 1) if levels else {"properties": {"a": N}, "items": N}

    on_parts: list[dict[str, JSON]] = [
        {"properties": {"a": N}},
        {"patternProperties": {"^a": N}},
        {"additionalProperties": N},
        {"unevaluatedProperties": N},
        {"items": N},
        {"prefixItems": [N]},
        {"contains": N},
        {"unevaluatedItems": N},
    ]
    if not levels or random.random() < 0.4:
        return random.choice(on_parts)
    return random.choice(
        [
            {"allOf": [inner(), inner()]},
            {"anyOf": [inner(), inner()]},
            {"oneOf": [inner(), inner(), {"type": "integer"}]},
            {"not": {"not": inner()}},
            {"if": inner(), "then": inner(), "else": inner()},
            {"dependentSchemas": {"a": inner()}},
        ]
    )


def instances(depth: int) -> Iterator[JSON]:
    """Yield nested instances of a depth, some of which most of the schemas refuse at the bottom."""
    for leaf in ({}, [], 1, "x"):
        yield _nested(leaf, depth, lambda inner: {"a": inner})
        yield _nested(leaf, depth, lambda inner: [inner])
        yield _nested(leaf, depth, lambda inner: {"op": "op3", "args": [inner]})


def _nested(leaf: JSON, depth: int, around: Callable[[JSON], JSON]) -> JSON:
    for _ in range(depth):
        leaf = around(leaf)
    return leaf
