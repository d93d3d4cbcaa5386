"""Chains of references and deep nesting: what is generated can be run, or a finding says why nothing is generated."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import codegen
from codegen.app import build, name_overrides, pipeline
from codegen.app.config import read_config
from codegen.compiler.analysis import LONGEST
from codegen.findings import Finding, Place, Rejected, Rule, Severity
from codegen.schema import recovery
from codegen.schema.resolver import resolve
from codegen.source import loader, values

NEXT: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "$ref": lambda to: to,
    "$dynamicRef": lambda to: {"$dynamicRef": to["$ref"]},
    "allOf": lambda to: {"allOf": [to]},
    "anyOf": lambda to: {"anyOf": [to, {"type": "null"}]},
    "oneOf": lambda to: {"oneOf": [{"type": "null"}, to]},
    "not": lambda to: {"not": to},
    "if": lambda to: {"if": to, "else": False},
    "then": lambda to: {"if": True, "then": to},
}
"""How one definition of a chain leads to the next, on the same instance."""
STEPS = {"$ref": 1, "$dynamicRef": 1}
"""How many steps that is; for the others two, the keyword and the reference in it."""


def chain(lead: Callable[[dict[str, Any]], dict[str, Any]], length: int, last: Any) -> dict[str, Any]:
    """Return a schema of so many definitions, each leading to the next."""
    definitions = {f"d{i}": lead({"$ref": f"#/$defs/d{i + 1}"}) for i in range(length - 1)}
    return {"$ref": "#/$defs/d0", "$defs": {**definitions, f"d{length - 1}": last}}


@pytest.mark.parametrize("name", NEXT)
def test_a_chain_as_long_as_may_be_decides_decodes_and_encodes(name: str) -> None:
    length = (LONGEST - 1) // STEPS.get(name, 2)  # one step is the root's; each `not` has another one that undoes it
    module = codegen.compile_schema(chain(NEXT[name], length, {"type": "integer"}))
    assert module.is_valid(5)
    assert module.problems(5) == ()
    assert module.encode(module.decode(5)) == 5
    assert module.dumps(module.loads("5")) == "5"
    assert not module.is_valid("x")
    assert [problem.keyword for problem in module.problems("x")][-1:] != [""]
    with pytest.raises(ValueError):
        module.decode("x")


@pytest.mark.parametrize("name", ["$ref", "$dynamicRef", "allOf", "oneOf", "not"])
def test_a_longer_chain_is_a_finding_for_every_stretch(name: str) -> None:
    steps = STEPS.get(name, 2)
    length = 1200 // steps  # more steps than Python's stack has frames
    with pytest.raises(Rejected) as caught:
        codegen.compile_schema(chain(NEXT[name], length, {"type": "integer"}))
    assert {finding.rule.id for finding in caught.value.findings} == {"long-chain"}
    assert len(caught.value.findings) == (length + (length - 1) * (steps - 1)) // LONGEST
    with pytest.raises(Rejected):
        codegen.compile_schema(chain(NEXT[name], LONGEST // steps + 2, {"type": "integer"}))


def test_a_chain_through_files_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "schema").mkdir()
    last = LONGEST + 20
    for index in range(last + 1):
        content: Any = {"$ref": f"a{index + 1}.json"} if index < last else {"type": "integer"}
        (tmp_path / "schema" / f"a{index}.json").write_text(json.dumps(content))
    with pytest.raises(Rejected) as caught:
        pipeline.run(read_config(cwd=tmp_path))
    assert [(Path(f.place.file).name, f.rule.id, f.place.line) for f in caught.value.findings] == [
        (f"a{last - LONGEST}.json", "long-chain", 1)
    ]


def test_a_chain_through_parts_of_the_instance_may_have_any_length() -> None:
    module = codegen.compile_schema(chain(lambda to: {"items": to}, 1050, {"type": "integer"}))
    value: Any = "x"
    for _ in range(150):
        value = [value]
    assert module.is_valid(value)
    assert module.encode(module.decode(value)) == value


NESTED: dict[str, Callable[[Any], Any]] = {
    "allOf": lambda inner: {"allOf": [inner]},
    "properties": lambda inner: {"properties": {"a": inner}},
    "items": lambda inner: {"items": inner},
    "not": lambda inner: {"not": inner},
    "additionalProperties": lambda inner: {"additionalProperties": inner},
}


@pytest.mark.parametrize("keyword", NESTED)
def test_the_deepest_nesting_is_generated_with_its_pages(tmp_path: Path, keyword: str) -> None:
    schema: Any = {"type": "string", "description": "the innermost"}
    while json.dumps(schema).count("{") + json.dumps(schema).count("[") < loader.MAX_DEPTH - 3:
        schema = NESTED[keyword](schema)
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "a.json").write_text(json.dumps(schema))
    assert "docs/a.md" in pipeline.generate(read_config(cwd=tmp_path))


def test_a_chain_of_metaschemas_is_a_finding(tmp_path: Path) -> None:
    for name in ("schema", "home"):
        (tmp_path / name).mkdir()
    for index in range(300):
        above = f"https://a.example/m{index + 1}"
        (tmp_path / "home" / f"m{index}.json").write_text(json.dumps({"$schema": above}))
    (tmp_path / "schema" / "a.json").write_text('{"$schema": "https://a.example/m0"}')
    (tmp_path / "triptych.toml").write_text('[tool.triptych.references]\n"https://a.example/" = "home"\n')
    with pytest.raises(Rejected) as caught:
        pipeline.run(read_config(config_file=tmp_path / "triptych.toml", cwd=tmp_path))
    assert {finding.rule.id for finding in caught.value.findings} == {"unknown-dialect"}


# What is only told is not wrong


def test_a_warning_from_before_leaves_a_subschema_as_it_is() -> None:
    content = {"title": "Thing", "properties": {"state": {"enum": ["on", "off"]}}}
    source = values.from_value("a.json", content)
    resolution = resolve([source], dialect="https://json-schema.org/draft/2020-12/schema", lookup=lambda uri: None)
    rule = Rule("told", "for a test", Severity.WARNING)
    told = Finding(rule, Place(source.file, 1, 1, "/properties/state/enum"), "told", "none")
    assert recovery.part(resolution, [told]).subschemas == resolution.subschemas
    assert not recovery.faulty_paths(resolution, [told])
    names = {"a.json#/properties/state": "Power"}
    built = build.build(
        resolution, package="models", formats="assert", names=names, before=name_overrides.Before((told,))
    )
    assert "Power" in {shape.name for shape in built.package.shapes.values()}
    assert built.warnings == (told,)
