"""Laws of several documents that refer to each other: the verdict is the reference's, and nothing is lost.

`TRIPTYCH_EXAMPLES=5000 pytest tests/test_documents.py` tries many more of them, and new ones every time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random

import jsonschema_rs
import pytest
from conformance.instances import Maker
from conformance.official import faults_of
from hypothesis import assume, given, note
from hypothesis import strategies as st
from test_laws import LAWS

import codegen
from codegen.findings import Rejected
from codegen.ir import JSON
from codegen.schema.dialects import DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019_09, DRAFT_2020_12
from codegen.schema.resolver import resolve
from codegen.source import values

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
DIALECTS = (DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019_09, DRAFT_2020_12)


@dataclass(frozen=True)
class Dice:
    """Makes the schemas of the document `uri`; `dialects` are those of all documents."""

    random: Random
    dialects: dict[str, str]
    uri: str

    def document(self) -> dict[str, JSON]:
        """Return the document."""
        definitions = {name: self.schema(2) for name in DEFINITIONS}
        return {"$schema": self.dialects[self.uri], **self.object(3), self.below(self.uri): definitions}

    def below(self, uri: str) -> str:
        """Return the keyword of a document's definitions."""
        return "$defs" if self.dialects[uri] in (DRAFT_2019_09, DRAFT_2020_12) else "definitions"

    def schema(self, depth: int) -> JSON:
        """Return a schema: a leaf, a reference to anywhere, an array, a choice, or an object."""
        kind = self.random.random()
        if depth <= 0 or kind < 0.2:
            leaf = self.random.choice(LEAVES)
            return {} if leaf is True and self.dialects[self.uri] == DRAFT_4 else leaf
        if kind < 0.5:
            return self.reference()
        if kind < 0.65:
            return self.array(depth)
        if kind < 0.75:
            name = self.random.choice(("anyOf", "oneOf", "allOf"))
            return {name: [self.schema(depth - 1) for _ in range(self.random.randrange(1, 3))]}
        return self.object(depth)

    def reference(self) -> JSON:
        """Return a reference to a document or one of its definitions, at times with a type beside it."""
        uri = self.random.choice(("", *DOCUMENTS))
        name = self.random.choice((*DEFINITIONS, ""))
        pointer = f"/{self.below(uri or self.uri)}/{name}" if name else ""
        beside: dict[str, JSON] = {"type": self.random.choice(("object", "array", "string"))}
        return {"$ref": f"{uri}#{pointer}", **(beside if self.random.random() < 0.2 else {})}

    def array(self, depth: int) -> JSON:
        """Return the schema of an array: of equal items, or with one or two of its own at the start."""
        items = self.schema(depth - 1)
        if self.random.random() < 0.7:
            return {"type": "array", "items": items}
        first: list[JSON] = [self.schema(depth - 1) for _ in range(self.random.randrange(1, 3))]
        if self.dialects[self.uri] == DRAFT_2020_12:
            return {"type": "array", "prefixItems": first, "items": items}
        return {"type": "array", "items": first, "additionalItems": items}

    def object(self, depth: int) -> dict[str, JSON]:
        """Return the schema of an object."""
        names = self.random.sample(PROPERTIES, self.random.randrange(1, 4))
        properties: dict[str, JSON] = {name: self.schema(depth - 1) for name in names}
        made: dict[str, JSON] = {"type": "object", "properties": properties}
        if self.random.random() < 0.3:
            made["required"] = names[:1]
        more = self.random.random()
        if more < 0.4:
            made["additionalProperties"] = self.schema(depth - 1) if more < 0.2 else False
        return made


@given(dice=st.randoms(use_true_random=False))
@LAWS
def test_documents_that_refer_to_each_other_decide_as_one(dice: Random) -> None:
    dialects = {uri: dice.choice(DIALECTS) for uri in DOCUMENTS}
    documents: dict[str, JSON] = {uri: Dice(dice, dialects, uri).document() for uri in DOCUMENTS}
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
        [values.from_value("one.json", first)],
        dialect=DRAFT_2020_12,
        lookup=lambda uri: values.from_value(uri, others[uri]) if uri in others else None,
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
