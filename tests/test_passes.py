"""The law of the passes: none changes validity. The trees run as they are, with all passes and without some."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from typing import Any

import pytest
from evaluation import functions
from hypothesis import given
from hypothesis import strategies as st
from test_laws import LAWS, VALUES, documents, made

from codegen.compiler.analysis import Analysis
from codegen.compiler.compilation import Compilation
from codegen.compiler.emit.passes import PASSES
from codegen.compiler.emit.tree import Constant, FunctionDef
from codegen.compiler.functions import Compiler
from codegen.compiler.regex.translate import translate
from codegen.compiler.types import Values
from codegen.ir import JSON
from codegen.runtime import _errors
from codegen.schema.dialects import DRAFT_2020_12
from codegen.schema.resolver import bundled, resolve
from codegen.source.values import from_value

Tree = tuple[Constant | FunctionDef, ...]


def trees(schema: JSON, passes: Collection[str]) -> tuple[Tree, str, str] | None:
    """Return the tree of a schema's module, and the names of what validates and decodes; None if it is endless."""
    resolution = resolve([from_value("schema.json", schema)], dialect=DRAFT_2020_12, lookup=lambda uri: bundled(uri))
    analysis = Analysis(resolution.subschemas, resolution.resources, assert_formats=True)
    root = resolution.documents[0].location
    if any(analysis.endless([root])):
        return None
    modules = {document.location.document: document.module for document in resolution.documents}
    compilation = Compilation(analysis, modules, {}, Values(analysis, {}, {}), whole=False, passes=frozenset(passes))
    entries = [compilation.entry(role, root) for role in ("valid", "decode")]
    compiler = Compiler(compilation, modules, lambda text, _: translate(text))
    compiler.run(asked=entries)
    valid, decode = map(compilation.name, entries)
    return compiler.trees()[root.document], valid, decode


def validator(schema: JSON, passes: Collection[str]) -> Callable[[JSON], Any] | None:
    """Return a function that gives whether an instance is valid, and what it is decoded to; None if endless."""
    compiled = trees(schema, passes)
    if compiled is None:
        return None
    tree, valid, decode = compiled
    made = functions(tree)

    def outcome(instance: JSON) -> Any:
        try:
            decoded = made[decode](instance)
        except (_errors.Invalid, KeyError, TypeError, ValueError):
            return made[valid](instance), False
        return made[valid](instance), True, repr(decoded)

    return outcome


TEXT, INTEGER = {"type": "string"}, {"type": "integer"}
SCHEMAS: dict[str, JSON] = {
    "read_properties": {"type": "object", "required": ["a"], "properties": {"a": TEXT, "b": INTEGER}},
    "closed_objects": {
        "type": "object",
        "required": ["a"],
        "properties": {"a": TEXT, "b": INTEGER},
        "additionalProperties": False,
    },
    "looks_in_place": {"type": "object", "properties": {"a": TEXT, "b": {"enum": ["a", "b"]}, "c": {"$ref": "#"}}},
    "small_integers": {
        "type": "array",
        "items": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 9}},
    },
    "gathered_texts": {
        "type": "array",
        "items": {"type": "object", "properties": {"a": {"type": "string", "format": "date-time"}}},
    },
    "quick_listings": {"enum": ["a", "b", "c", "d", "e"]},
}
"""By pass, a schema that it does something for."""

PARTS: list[JSON] = ["", "a", "ab", 0, 1.0, 1.5, True, None, "2024-05-01T12:00:00Z", 10**30]
INSTANCES: list[JSON] = [
    *PARTS,
    *([one, other] for one, other in itertools.product(PARTS, PARTS)),
    *([[one, other], [1]] for one, other in itertools.product(PARTS, PARTS)),
    *({"a": one, "b": other} for one, other in itertools.product(PARTS, PARTS)),
    *({"a": one} for one in [*PARTS, ["a"], ["a", "b"], ["a", 1], ["a", "b", "c"], {}]),
    *([{"a": one}, {"a": other}] for one, other in itertools.product(PARTS, PARTS)),
    *([], [[]], [["a"], []], [["a"], "a"], {}, {"b": 1}, {"a": "", "b": 1, "c": {}}, {"c": {"a": 1}}, {"c": {}}),
]


def test_every_pass_has_a_schema_here() -> None:
    assert SCHEMAS.keys() == PASSES.keys()


@pytest.mark.parametrize("name", PASSES)
def test_a_pass_changes_the_tree_and_not_the_validity(name: str) -> None:
    schema, others = SCHEMAS[name], PASSES.keys() - {name}
    assert trees(schema, PASSES.keys()) != trees(schema, others)
    validators = [validator(schema, passes) for passes in (PASSES.keys(), others, [name], [])]
    for instance in INSTANCES:
        outcomes = {each(instance) for each in validators if each}
        assert len(outcomes) == 1, (instance, outcomes)
    assert {validators[0](instance)[0] for instance in INSTANCES} == {True, False}  # type: ignore[misc]


def test_items_behind_a_prefix_are_validated_against_their_own_rule() -> None:
    schema: JSON = {
        "type": "array",
        "prefixItems": [TEXT],
        "items": INTEGER,
        "minItems": 2,
        "maxItems": 2,
    }
    outcome = validator(schema, PASSES.keys())
    assert outcome is not None
    assert [outcome(instance)[0] for instance in (["a", 1], ["a", "b"], ["a", 1, 1], ["a"])] == [
        True,
        False,
        False,
        False,
    ]


@given(documents(DRAFT_2020_12), st.data())
@LAWS
def test_no_pass_changes_validity(schema: JSON, data: st.DataObject) -> None:
    left = data.draw(st.sets(st.sampled_from(sorted(PASSES))))
    plain, some, full = (validator(schema, passes) for passes in ((), left, PASSES.keys()))
    if plain is None or some is None or full is None:
        return
    instances = data.draw(st.lists(VALUES, max_size=4)) + made(schema, DRAFT_2020_12, data.draw(st.integers(0, 99)), 4)
    for instance in instances:
        assert plain(instance) == some(instance) == full(instance), instance
