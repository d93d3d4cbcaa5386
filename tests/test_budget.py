"""Tests of budgets: what a small schema could make endless ends after counted steps, and a gap it leaves is reported.

Work is counted in calls of Python functions: a second means something else on every machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.app import build
from codegen.app.config import Config
from codegen.app.pipeline import run
from codegen.findings import Finding
from codegen.incremental.cache import Cache
from codegen.ir import JSON, Package
from codegen.schema.dialects import DRAFT_2020_12
from codegen.schema.resolver import resolve
from codegen.source import values
from codegen.validation.budget import Budget, SpentError
from codegen.validation.depths import ENDLESS, depths
from codegen.validation.examples import schemas_in
from codegen.validation.instances import Maker

CALLS = 3_000_000
"""About two seconds; ordinary schemas need some ten thousand."""


def built(schema: JSON, most: int = CALLS) -> tuple[Package, tuple[Finding, ...]]:
    """Return what is made of a schema; an AssertionError if that takes more than so many calls."""
    resolution = resolve([values.from_value("a.json", schema)], dialect=DRAFT_2020_12, lookup=lambda uri: None)
    calls = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += 1
        if calls > most:
            sys.settrace(None)
            raise AssertionError(f"more than {most} calls")

    before = sys.gettrace()
    sys.settrace(count)  # which is told of calls alone, as it asks for nothing of what happens within them
    try:
        made = build.build(resolution, package="models", formats="assert", names={})
        return made.package, made.warnings
    finally:
        sys.settrace(before)


def chain(levels: int, step: Callable[[JSON], JSON], last: JSON) -> dict[str, JSON]:
    """Return a schema whose definitions name the next one, each in the same way."""
    names: dict[str, JSON] = {f"d{i}": step({"$ref": f"#/$defs/d{i + 1}"}) for i in range(levels)}
    return {"$ref": "#/$defs/d0", "$defs": {**names, f"d{levels}": last}}


def mutual(count: int) -> JSON:
    """Return definitions of which each names all."""
    properties: JSON = {f"p{i}": {"$ref": f"#/$defs/d{i}"} for i in range(count)}
    return {
        "$ref": "#/$defs/d0",
        "$defs": {f"d{i}": {"type": "object", "properties": properties} for i in range(count)},
    }


TWICE: dict[str, Callable[[JSON], JSON]] = {
    "allOf": lambda ref: {"allOf": [ref, ref]},
    "anyOf": lambda ref: {"anyOf": [ref, ref]},
    "oneOf": lambda ref: {"oneOf": [ref, {"allOf": [ref, {"minimum": 5}]}]},
    "if": lambda ref: {"if": ref, "then": ref, "else": ref},
    "not": lambda ref: {"not": ref, "anyOf": [{"not": ref}]},
    "properties": lambda ref: {"type": "object", "properties": {"a": ref, "b": ref}},
    "required": lambda ref: {"type": "object", "properties": {"a": ref, "b": ref}, "required": ["a", "b"]},
    "patternProperties": lambda ref: {"properties": {"a": ref}, "patternProperties": {"^a": ref}, "required": ["a"]},
    "dependentSchemas": lambda ref: {"dependentSchemas": {"a": ref, "b": ref}, "required": ["a", "b"]},
    "prefixItems": lambda ref: {"type": "array", "prefixItems": [ref, ref], "minItems": 2},
    "contains": lambda ref: {"type": "array", "contains": ref, "items": ref},
}
LEAVES: list[JSON] = [{"type": "string"}, {"type": "integer"}, True, {"type": "object", "minProperties": 2}, False]

ENDED: dict[str, JSON] = {
    "a billion properties": {"type": "object", "minProperties": 1_000_000_000},
    "arrays of arrays": {
        "type": "array",
        "minItems": 300,
        "items": {"type": "array", "minItems": 300, "items": {"type": "array", "minItems": 300}},
    },
    "three thousand names": {"type": "object", "propertyNames": {"pattern": "^a+$"}, "minProperties": 3000},
    "two of everything": chain(25, TWICE["required"], True),
    "a text of gigabytes": {"type": "string", "minLength": 10**10},
    "a long text in a long array": {"type": "array", "minItems": 99, "items": {"type": "string", "minLength": 9999}},
    "a large value in a long array": {"type": "array", "minItems": 999, "items": {"const": "x" * 999}},
    "a pattern of gigabytes": {"type": "string", "pattern": "^((a{100}){100}){100}$"},
}


@pytest.mark.parametrize("kind", ENDED)
def test_what_is_too_large_has_no_example_and_that_is_reported(kind: str) -> None:
    package, findings = built(ENDED[kind])
    assert package.examples == {}
    (finding,) = findings
    assert (finding.rule.id, finding.rule.severity.value, finding.place.file) == ("example-costly", "warning", "a.json")
    assert (finding.place.line, finding.place.column) == (1, 1)


SHORT: dict[str, JSON] = {
    "definitions that name each other": mutual(12),
    "optional twice": chain(25, TWICE["properties"], True),
    "an expression": {
        "$ref": "#/$defs/expression",
        "$defs": {
            "expression": {
                "oneOf": [
                    {
                        "type": "object",
                        "properties": {"op": {"const": f"op{i}"}, "args": {"$ref": "#/$defs/pair"}},
                        "required": ["op", "args"],
                    }
                    for i in range(10)
                ]
                + [{"type": "number"}]
            },
            "pair": {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/expression"}},
        },
    },
    "items and contains of itself": {"contains": {"$ref": "#"}, "items": {"$ref": "#"}},
    "three hundred items": {"type": "array", "minItems": 300, "items": {"type": "integer"}},
    "five hundred optional properties": {"type": "object", "properties": {f"p{i}": True for i in range(500)}},
}


@pytest.mark.parametrize("kind", SHORT)
def test_what_can_be_long_has_a_short_example(kind: str) -> None:
    package, findings = built(SHORT[kind])
    (made,) = package.examples.values()
    assert findings == ()
    assert len(json.dumps(made)) <= 4000


def test_an_example_has_less_in_it_only_where_it_gets_too_long() -> None:
    def levels(count: int) -> JSON:
        (made,) = built(chain(count, TWICE["properties"], True))[0].examples.values()
        return made

    two = {"a": "string", "b": "string"}
    assert levels(3) == {"a": {"a": two, "b": two}, "b": {"a": two, "b": two}}
    many = levels(25)
    assert isinstance(many, dict)
    assert many.keys() == {"a", "b"}
    assert len(json.dumps(many)) <= 4000


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(sorted(TWICE)), min_size=1, max_size=4), st.sampled_from(LEAVES), st.integers(4, 30))
def test_doublings_end_in_an_example_or_a_finding(kinds: list[str], last: JSON, levels: int) -> None:
    steps = iter([TWICE[kinds[i % len(kinds)]] for i in range(levels)])
    package, findings = built(chain(levels, lambda ref: next(steps)(ref), last))
    assert {finding.rule.id for finding in findings} <= {"example-costly", "pattern-slow"}
    assert not (package.examples and findings)


def test_validation_stops_where_its_budget_ends() -> None:
    schemas = schemas_in({"s": {"type": "array", "items": {"$ref": "#/s"}}}, ["/s"])
    (report,) = schemas.reports.values()
    assert report([[], [[]]], Budget(100)) == []
    left = Budget(3)
    with pytest.raises(SpentError):
        report([[], [[]], []], left)
    assert left.ended
    assert report([[], [[]]]) == []


def test_examples_of_an_author_are_validated_in_counted_steps() -> None:
    schema = {**chain(25, TWICE["anyOf"], {"type": "string"}), "examples": [0] * 50}
    package, findings = built(schema)
    assert package.examples == {}
    assert {finding.rule.id for finding in findings} <= {"example-costly", "example-invalid"}
    assert findings


@pytest.mark.parametrize(
    ("schema", "depth"),
    [
        *((True, 0), (False, ENDLESS), ({"type": "string"}, 0), ({"anyOf": [{"$ref": "#"}, {"type": "null"}]}, 1)),
        ({"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}, ENDLESS),
        ({"type": "object", "properties": {"a": {"$ref": "#"}}}, 0),
        ({"type": ["object", "null"], "properties": {"a": {"$ref": "#"}}, "required": ["a"]}, 0),
        ({"type": "array", "items": {"$ref": "#"}, "minItems": 1}, ENDLESS),
        ({"type": "array", "contains": {"allOf": [True, {"allOf": [True]}]}}, 3),
        ({"type": "array", "contains": {"$ref": "#"}, "minContains": 0}, 0),
        ({"type": "object", "properties": {"a": {"oneOf": [{"$ref": "#"}, {"const": 1}]}}, "required": ["a"]}, 2),
        ({"allOf": [{"anyOf": [False, {"$ref": "#/allOf/1"}]}, {"enum": [1]}]}, 3),
    ],
    ids=repr,
)
def test_a_depth_is_that_of_the_shallowest_instance(schema: JSON, depth: int) -> None:
    resolution = resolve([values.from_value("a.json", schema)], dialect=DRAFT_2020_12, lookup=lambda uri: None)
    assert depths(resolution.subschemas)[resolution.documents[0].location] == depth


def test_what_a_maker_spends_is_bounded() -> None:
    resolution = resolve([values.from_value("a.json", mutual(12))], dialect=DRAFT_2020_12, lookup=lambda uri: None)
    budget = Budget(60_000)
    made = list(Maker(resolution.subschemas).instances(resolution.documents[0].location, budget=budget))
    assert made
    assert budget.left > -4_000


def test_a_run_from_the_cache_tells_and_makes_the_same(tmp_path: Path) -> None:
    for name, schema in {"many.json": ENDED["a billion properties"], "few.json": mutual(3)}.items():
        (tmp_path / name).write_text(json.dumps(schema))
    config = Config(base=tmp_path, schema=tmp_path, out=tmp_path / "out")
    first = Cache()
    fresh = run(config, cache=first)
    entries = dict(line.split(b" ", 1) for line in first.lines())
    again = run(config, cache=Cache({key.decode(): value for key, value in entries.items()}))
    assert again == fresh
    assert [(Path(finding.place.file).name, finding.rule.id) for finding in again.warnings] == [
        ("many.json", "example-costly")
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process so")
def test_a_small_schema_needs_little_memory(tmp_path: Path) -> None:
    for number, schema in enumerate(ENDED.values()):
        (tmp_path / "schema").mkdir(exist_ok=True)
        (tmp_path / "schema" / f"d{number}.json").write_text(json.dumps(schema))
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (400 << 20,) * 2); "
    code = limit + "from codegen.cli import main; raise SystemExit(main())"
    command = [
        sys.executable,
        "-c",
        code,
        "generate",
        "--schema",
        str(tmp_path / "schema"),
        "--out",
        str(tmp_path / "out"),
    ]
    made = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent, check=False)
    assert made.returncode == 0, made.stderr[-2000:]
    assert (made.stdout + made.stderr).count("example-costly") == len(ENDED)
