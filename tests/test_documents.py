"""Laws of several documents that refer to each other: the verdict is the reference's, and nothing is lost.

`TRIPTYCH_EXAMPLES=5000 pytest tests/test_documents.py` tries many more of them, and new ones every time.
"""

from __future__ import annotations

import json
from random import Random

import jsonschema_rs
import pytest
from conformance.instances import Maker
from conformance.official import faults_of
from hypothesis import assume, given, note
from hypothesis import strategies as st
from test_laws import LAWS

import codegen
from codegen import load
from codegen.dialects import DRAFT_2020_12
from codegen.findings import Rejected
from codegen.ir import JSON
from codegen.resolve import resolve

LEAVES: tuple[JSON, ...] = (
    {"type": "string"},
    {"type": "integer"},
    {"type": "number", "minimum": 0},
    {"type": ["string", "null"]},
    {"type": "string", "format": "date-time"},
    {"enum": ["x", "y"]},
    {"const": "k"},
    {"type": "boolean"},
    True,
)
PROPERTIES = "abc"
DOCUMENTS = ("urn:one", "urn:two", "urn:three")
DEFINITIONS = ("A", "B")


def schema_of(dice: Random, depth: int) -> JSON:
    """Return a schema: a leaf, a reference to anywhere, an array, a choice, or an object."""
    kind = dice.random()
    if depth <= 0 or kind < 0.2:
        return dice.choice(LEAVES)
    if kind < 0.5:
        return {"$ref": dice.choice(("", *DOCUMENTS)) + dice.choice(("#/$defs/A", "#/$defs/B", "#"))}
    if kind < 0.65:
        return {"type": "array", "items": schema_of(dice, depth - 1)}
    if kind < 0.75:
        name = dice.choice(("anyOf", "oneOf", "allOf"))
        return {name: [schema_of(dice, depth - 1) for _ in range(dice.randrange(1, 3))]}
    return object_of(dice, depth)


def object_of(dice: Random, depth: int) -> dict[str, JSON]:
    """Return the schema of an object."""
    names = dice.sample(PROPERTIES, dice.randrange(1, 4))
    made: dict[str, JSON] = {"type": "object", "properties": {name: schema_of(dice, depth - 1) for name in names}}
    if dice.random() < 0.3:
        made["required"] = names[:1]
    more = dice.random()
    if more < 0.4:
        made["additionalProperties"] = schema_of(dice, depth - 1) if more < 0.2 else False
    return made


@given(dice=st.randoms(use_true_random=False))
@LAWS
def test_documents_that_refer_to_each_other_decide_as_one(dice: Random) -> None:
    documents: dict[str, JSON] = {}
    for uri in DOCUMENTS:
        definitions = {name: schema_of(dice, 2) for name in DEFINITIONS}
        documents[uri] = {"$schema": DRAFT_2020_12, **object_of(dice, 3), "$defs": definitions}
    note(json.dumps(documents, indent=1))
    first, others = documents[DOCUMENTS[0]], {uri: documents[uri] for uri in DOCUMENTS[1:]}
    try:
        model = codegen.compile_schema(first, uri=DOCUMENTS[0], references=others, formats="assert")
    except Rejected as rejected:
        assert {finding.rule.id for finding in rejected.findings} == {"endless-reference"}, rejected
        assume(False)
        raise
    reference = jsonschema_rs.Draft202012Validator(
        {"$ref": DOCUMENTS[0]}, validate_formats=True, registry=jsonschema_rs.Registry(list(documents.items()))
    )
    resolution = resolve(
        [load.from_value("one.json", first)],
        dialect=DRAFT_2020_12,
        lookup=lambda uri: load.from_value(uri, others[uri]) if uri in others else None,
        retrieval={"one.json": DOCUMENTS[0]},
    )
    maker = Maker(resolution, dice)
    for _ in range(6):
        instance = maker.make(resolution.documents[0].location)
        for data in (instance, maker.mutated(instance)):
            verdict = reference.is_valid(data)
            assert not list(faults_of(model, data, verdict)), f"jsonschema-rs says {verdict} of {json.dumps(data)}"


@pytest.mark.parametrize("leaf", LEAVES, ids=json.dumps)
@pytest.mark.parametrize("steps", [1, 2])
@pytest.mark.parametrize("base", ["", "urn:other"])
def test_items_may_lead_to_what_they_are_over_references(leaf: JSON, steps: int, base: str) -> None:
    definitions: dict[str, JSON] = {str(step): {"$ref": f"#/$defs/{step + 1}"} for step in range(1, steps)}
    definitions[str(steps)] = leaf
    items: JSON = {"type": "array", "items": {"$ref": f"{base}#/$defs/1"}}
    schema: JSON = {"type": "object", "properties": {"a": items}, "$defs": definitions}
    model = codegen.compile_schema(schema, references={"urn:other": {"$defs": definitions}}, formats="assert")
    reference = jsonschema_rs.Draft202012Validator(leaf, validate_formats=True)
    for item in (*VALUES, "2024-02-29T12:30:00Z"):
        data: JSON = {"a": [item, item]}
        assert not list(faults_of(model, data, reference.is_valid(item))), json.dumps(data)


VALUES: tuple[JSON, ...] = ("x", "k", "z", 1, 1.0, 1.5, -1, True, None, {}, {"b": 1}, [], ["x"])
