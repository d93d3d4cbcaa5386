"""Tests of the history: what has changed between versions, what of it breaks, and that nothing is claimed wrongly."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from codegen.app.config import read_config
from codegen.app.pipeline import generate
from codegen.findings import Rejected
from codegen.ir import Change, Effect, History, Location
from codegen.schema.dialects import DRAFT_2020_12
from codegen.schema.resolver import Resolution, resolve
from codegen.source import values
from codegen.versions import history

ROOT = Path(__file__).parent.parent
ORDER = Location("schema:///it.json")


def resolved(*schemas: Any, **others: Any) -> Resolution:
    sources = [
        values.from_value("it.json", *schemas),
        *(values.from_value(f"{name}.json", o) for name, o in others.items()),
    ]
    return resolve(sources, dialect=DRAFT_2020_12, lookup=lambda uri: None)


def past(*versions: Any, formats: str = "assert") -> History:
    """Return the history of a document, given from old to new; the last one is what stands now."""
    older = [
        history.Older(f"{number}.0", (values.from_value("it.json", schema),), resolved(schema))
        for number, schema in enumerate(versions[:-1], 1)
    ]
    return history.history(older, resolved(versions[-1]), formats=formats)


def changes(before: Any, after: Any, **chosen: Any) -> tuple[Change, ...]:
    (release,) = past(before, after, **chosen).releases[ORDER]
    return release.changes


def effects(before: Any, after: Any, **chosen: Any) -> list[tuple[str, str, bool | None, bool | None]]:
    return [(c.keyword, c.token, c.writers.breaks, c.readers.breaks) for c in changes(before, after, **chosen)]


def of(**properties: Any) -> Any:
    return {"type": "object", "properties": properties}


CLOSED = {"additionalProperties": False}
CASES: list[tuple[Any, Any, list[tuple[str, str, bool | None, bool | None]]]] = [
    # Bounds
    (of(a={"minimum": 1}), of(a={"minimum": 5}), [("minimum", "", True, False)]),
    (of(a={"minimum": 1}), of(a={"minimum": 1.0}), []),
    (of(a={"const": 1e23}), of(a={"const": 10**23}), []),  # JSON's 1e23, of which the nearest double is another number
    (of(a={"maximum": 1}), of(a={"maximum": 5}), [("maximum", "", False, True)]),
    (of(a={"exclusiveMaximum": 5}), of(a={}), [("exclusiveMaximum", "", False, True)]),
    (of(a={"multipleOf": 2}), of(a={"multipleOf": 4}), [("multipleOf", "", True, False)]),
    (of(a={"multipleOf": 2}), of(a={"multipleOf": 3}), [("multipleOf", "", True, True)]),
    (of(a={"maxLength": 9}), of(a={"maxLength": 3}), [("maxLength", "", True, False)]),
    (
        of(a={"items": {"type": "string"}}),
        of(a={"items": {"type": "string"}, "minItems": 2}),
        [("minItems", "", True, False)],
    ),
    (of(a={"uniqueItems": True}), of(a={"uniqueItems": False}), [("uniqueItems", "", False, True)]),
    (of(a={"pattern": "^a"}), of(a={"pattern": "^b"}), [("pattern", "", True, True)]),
    # Values
    (of(a={"enum": [1, 2]}), of(a={"enum": [2, 3]}), [("enum", "", False, True), ("enum", "", True, False)]),
    (of(a={"enum": [1]}), of(a={}), [("enum", "", False, True)]),
    (of(a={"const": 1}), of(a={"const": True}), [("const", "", True, True)]),
    (of(a={"type": "integer"}), of(a={"type": "number"}), [("type", "", False, True)]),
    (of(a={"type": "string"}), of(a={"type": "null"}), [("type", "", True, True)]),
    (of(a={}), of(a={"format": "date"}), [("format", "", True, False)]),
    # Properties
    (of(a={}, b={}), {**of(a={}, b={}), "required": ["b"]}, [("required", "b", True, False)]),
    (of(), of(a={"type": "string"}), [("properties", "a", True, False)]),
    ({**of(b={}), **CLOSED}, {**of(a={}, b={}), **CLOSED}, [("properties", "a", False, True)]),
    ({**of(a={}, b={}), **CLOSED}, {**of(b={}), **CLOSED}, [("properties", "a", True, False)]),
    (of(a={}), {**of(a={}), **CLOSED}, [("additionalProperties", "", True, False)]),
    (of(a=True), of(a=False), [("", "", True, False)]),
    ({"dependentRequired": {"a": ["b"]}}, {}, [("dependentRequired", "a", False, True)]),
    ({}, {"dependentRequired": {"a": ["b"]}}, [("dependentRequired", "a", True, False)]),
    # Annotations, definitions, names
    (
        of(a={"title": "A"}),
        of(a={"title": "B", "deprecated": True}),
        [("title", "", False, False), ("deprecated", "", False, False)],
    ),
    ({}, {"$defs": {"a": {"type": "string"}}}, [("$defs", "a", False, False)]),
    ({"$id": "https://a.example/1"}, {"$id": "https://a.example/2"}, [("$id", "", False, False)]),
    # Combined schemas: one that came first in the list moves none of the others
    ({"anyOf": [{"type": "string"}]}, {"anyOf": [{"type": "null"}, {"type": "string"}]}, [("anyOf", "0", False, True)]),
    ({"allOf": [{"minimum": 1}]}, {"allOf": [{"maximum": 3}, {"minimum": 1}]}, [("allOf", "0", True, False)]),
    ({"oneOf": [{"type": "string"}]}, {"oneOf": [{"type": "string"}, {"minLength": 3}]}, [("oneOf", "1", True, True)]),
    # What is turned round is shown by a document or not decided
    ({"not": {"minimum": 5}}, {"not": {"minimum": 3}}, [("minimum", "", True, None)]),
    (of(a={"$ref": "#/$defs/x"}), of(a={"$ref": "#/$defs/y"}), [("$ref", "", True, True)]),
]
DEFS = {"x": {"type": "string"}, "y": {"type": "integer"}}


@pytest.mark.parametrize(("before", "after", "expected"), CASES)
def test_what_a_change_breaks(before: Any, after: Any, expected: Any) -> None:
    if "$ref" in json.dumps(before):
        before, after = ({**schema, "$defs": DEFS} for schema in (before, after))
    assert effects(before, after) == expected
    back = [(keyword, token, *reversed(sides)) for keyword, token, *sides in expected]
    if "enum" not in [row[0] for row in expected] and "Of" not in str(expected):
        assert effects(after, before) == back


@pytest.mark.parametrize(("before", "after", "expected"), CASES)
def test_a_document_that_breaks_is_valid_on_one_side_only(before: Any, after: Any, expected: Any) -> None:
    before, after = ({**schema, "$defs": {**DEFS, **schema.get("$defs", {})}} for schema in (before, after))
    for change in changes(before, after):
        assert_shown(change.writers, before, after)
        assert_shown(change.readers, after, before)


def assert_shown(effect: Effect, accepts: Any, refuses: Any) -> None:
    assert bool(effect.document) == (effect.breaks is True)
    for document in effect.document:
        assert is_valid(accepts, document)
        assert not is_valid(refuses, document)


def is_valid(schema: Any, instance: Any) -> bool:
    return bool(Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).is_valid(instance))


# Nothing is claimed wrongly

INSTANCES: list[Any] = [None, True, 0, 1, 2.5, 4, "", "a", "bcd", [], [0], [0, 0], ["a", 1, None]]
INSTANCES += [
    dict(zip("ab", row, strict=False)) for row in [(), (0,), ("a", 3), (None, []), ({"a": 1}, 2.5), (4, "bcd")]
]
INSTANCES += [{"b": 1}, {"c": 0}, {"a": 1, "c": "a"}, {"a": {"b": "a"}}, {"a": [1, "a"], "b": None}]
LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(["integer", "number", "string", "object", ["string", "null"], ["array", "integer"]]),
    "minimum": st.integers(0, 4),
    "exclusiveMaximum": st.integers(0, 4),
    "multipleOf": st.sampled_from([1, 2, 3]),
    "minLength": st.integers(0, 3),
    "maxItems": st.integers(0, 2),
    "uniqueItems": st.booleans(),
    "enum": st.lists(st.sampled_from([None, 1, "a", 2.5]), min_size=1, max_size=3, unique=True),
    "required": st.lists(st.sampled_from("abc"), max_size=2, unique=True),
    "title": st.sampled_from("xy"),
}


def deeper(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = st.lists(below, min_size=1, max_size=3)
    optional: dict[str, st.SearchStrategy[Any]] = {
        "properties": st.dictionaries(st.sampled_from("ab"), below, max_size=2),
        "patternProperties": st.dictionaries(st.sampled_from(["^a", "c"]), below, max_size=1),
        "additionalProperties": below,
        "items": below,
        "prefixItems": parts,
        "contains": below,
        "minContains": st.integers(0, 2),
        "maxContains": st.integers(0, 2),
        **dict.fromkeys(("allOf", "anyOf", "oneOf"), parts),
        **dict.fromkeys(("not", "if", "then", "else", "unevaluatedProperties", "unevaluatedItems"), below),
        **LEAVES,
    }
    names = st.lists(st.sampled_from(sorted(optional)), max_size=4, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: optional[name] for name in chosen}))


SCHEMAS = st.recursive(st.booleans() | st.fixed_dictionaries({}, optional=LEAVES), deeper, max_leaves=6)


@settings(max_examples=int(os.environ.get("TRIPTYCH_EXAMPLES", "60")), deadline=None)
@given(SCHEMAS.filter(lambda schema: isinstance(schema, dict)), SCHEMAS, st.data())
def test_what_is_proven_holds(before: Any, other: Any, data: st.DataObject) -> None:
    """Part of a schema is replaced; where one change came of it, what is said of the change holds for the schema."""
    places = list(spots(before))
    way = data.draw(st.sampled_from(places))
    after = replaced(copy.deepcopy(before), way, other)
    made = changes(before, after)
    if all(change.writers.breaks is False for change in made):
        assert [one for one in INSTANCES if is_valid(before, one) and not is_valid(after, one)] == []
    if all(change.readers.breaks is False for change in made):
        assert [one for one in INSTANCES if is_valid(after, one) and not is_valid(before, one)] == []
    for change in made:
        assert_shown(change.writers, before, after)
        assert_shown(change.readers, after, before)


SCHEMA_KEYWORDS = ("additionalProperties", "items", "contains", "not", "if", "then", "else", "unevaluatedProperties")


def spots(schema: Any, way: tuple[Any, ...] = ()) -> Any:
    """Yield the ways to every subschema."""
    yield way
    for name, value in schema.items() if isinstance(schema, dict) else ():
        if name in SCHEMA_KEYWORDS:
            yield from spots(value, (*way, name))
        elif name in ("properties", "patternProperties"):
            for key in value:
                yield from spots(value[key], (*way, name, key))
        elif name in ("allOf", "anyOf", "oneOf", "prefixItems"):
            for index, part in enumerate(value):
                yield from spots(part, (*way, name, index))


def replaced(schema: Any, way: tuple[Any, ...], value: Any) -> Any:
    if not way:
        return value
    schema[way[0]] = replaced(schema[way[0]], way[1:], value)
    return schema


# Versions and files


def test_versions_are_ordered_as_people_count() -> None:
    names = ["1.9", "1.10", "2.0-rc1", "2.0", "2.0.1", "v3", "v10"]
    assert sorted(reversed(names), key=history.order) == names
    assert sorted(["2025-01", "2024-11", "2024-5"], key=history.order) == ["2024-5", "2024-11", "2025-01"]


def test_each_version_is_held_against_the_one_before() -> None:
    releases = past({"title": "A"}, {"title": "B"}, {"title": "B"}).releases[ORDER]
    assert [(r.version, r.since, r.is_same, len(r.changes)) for r in releases] == [
        ("", "2.0", True, 0),
        ("2.0", "1.0", False, 1),
    ]


def test_formats_that_are_not_asserted_break_nobody() -> None:
    assert effects(of(a={}), of(a={"format": "date"}), formats="annotate") == [("format", "", False, False)]


def test_a_reference_into_a_list_keeps_its_place() -> None:
    before = {"anyOf": [{"type": "string"}], "properties": {"a": {"$ref": "#/anyOf/0"}}}
    after = {"anyOf": [{"type": "null"}, {"type": "string"}], "properties": {"a": {"$ref": "#/anyOf/0"}}}
    assert ("type", "", None, True) in effects(before, after)


def test_a_schema_that_leads_back_to_itself_decides_nothing() -> None:
    assert effects({"$ref": "#"}, {"type": "string"})[0] == ("type", "", None, False)


def folder(tmp_path: Path, **files: Any) -> Path:
    for name, content in {"schema/it.json": {}, **files}.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))
    (tmp_path / "triptych.toml").write_text('[tool.triptych]\nhistory = "history"\n')
    return tmp_path / "triptych.toml"


def run(tmp_path: Path, **files: Any) -> dict[str, str]:
    return generate(read_config(config_file=folder(tmp_path, **files), cwd=tmp_path))


def test_a_schema_beside_the_versions_is_reported(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as rejected:
        run(tmp_path, **{"history/it.json": {}})
    assert [finding.rule.id for finding in rejected.value.findings] == ["history-stray"]


def test_a_broken_older_schema_is_reported_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as rejected:
        run(tmp_path, **{"history/1/it.json": {"$ref": "gone.json"}})
    assert rejected.value.findings[0].place.file.endswith("history/1/it.json")


def test_the_history_is_a_folder_beside_the_schemas(tmp_path: Path) -> None:
    file = folder(tmp_path)
    for name in ("nowhere", "schema", "schema/sub", "."):
        (tmp_path / "schema/sub").mkdir(exist_ok=True)
        file.write_text(f'[tool.triptych]\nhistory = "{name}"\n')
        with pytest.raises(Rejected, match="history"):
            read_config(config_file=file, cwd=tmp_path)


def test_without_a_history_there_is_no_page_of_changes(tmp_path: Path) -> None:
    (tmp_path / "history").mkdir()
    assert not [path for path in run(tmp_path) if "changes" in path]


def test_an_edited_older_schema_is_the_cause_of_a_drift(tmp_path: Path) -> None:
    one = run(tmp_path, **{"history/1/it.json": {"type": "string"}})
    other = run(tmp_path, **{"history/1/it.json": {"type": "null"}})
    moved = {path for path in one if one[path] != other[path]}
    assert moved == {"docs/changes/it.md", "manifest.json"}
    listed = json.loads(one["manifest.json"])
    assert listed["files"]["docs/changes/it.md"]["documents"] == ["history:1/it.json", "it.json"]
