"""Tests of findings: one run reports all that is wrong, each fault once, with its place and help."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen import compile_schema
from codegen.app import build, name_overrides, report
from codegen.app.config import read_config
from codegen.app.pipeline import generate, run
from codegen.findings import Finding, Place, Rejected, Rule, ordered
from codegen.schema import suggestions
from codegen.schema.dialects import DIALECTS, DRAFT_2020_12
from codegen.schema.resolver import attempt
from codegen.source.values import from_value
from codegen.validation import metaschema

FAULTS = Path(__file__).parent / "findings"
"""Schemas with one fault of a different kind each, and in `expected.txt` what one run says of them."""


def findings_of(folder: Path, **options: Any) -> tuple[Finding, ...]:
    """Return what a run on a folder's `schema` finds; nothing is written."""
    try:
        return run(read_config(cwd=folder, **options)).warnings
    except Rejected as rejected:
        return rejected.findings


def written(folder: Path, files: dict[str, Any], toml: str = "") -> Path:
    """Return the folder with files in it: text, bytes, or a value as JSON."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    if toml:
        (folder / "pyproject.toml").write_text(toml)
    return folder


def short(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """Return the file's name, the rule and the pointer of each finding."""
    return [(Path(f.place.file).name, f.rule.id, f.place.pointer) for f in findings]


# All at once


def test_one_run_reports_every_fault(update_snapshots: bool) -> None:
    findings = findings_of(FAULTS, config_file=FAULTS / "triptych.toml")
    text = report.render(findings, "text", root=FAULTS)
    if update_snapshots:
        (FAULTS / "expected.txt").write_text(text, encoding="utf-8")
    assert text == (FAULTS / "expected.txt").read_text(encoding="utf-8")


def test_every_fault_has_a_line_a_column_and_help() -> None:
    findings = findings_of(FAULTS, config_file=FAULTS / "triptych.toml")
    assert len({finding.rule.id for finding in findings}) >= 20
    assert all(finding.place.line and finding.place.column and finding.help for finding in findings)
    assert all(text[0].islower() and not text.endswith(".") for text in (finding.help for finding in findings))
    without = {"duplicate-id.json", "to-unread.json", "custom.json", "vendored.json"}
    schemas = {file.name for file in (FAULTS / "schema").rglob("*.*")}
    assert {name for name, _, _ in short(findings)} == schemas - without | {"common.json", "triptych.toml"}
    assert len(findings) == len(set(short(findings)))


def test_a_fault_is_reported_alone_as_in_company(tmp_path: Path) -> None:
    company = findings_of(FAULTS, config_file=FAULTS / "triptych.toml")
    for file in (FAULTS / "schema").glob("*.*"):
        here = written(tmp_path / file.stem, {f"schema/{file.name}": file.read_bytes()})
        alone = {
            (f.rule, f.place.line, f.place.pointer) for f in findings_of(here) if f.rule.id != "unresolved-reference"
        }
        among = {(f.rule, f.place.line, f.place.pointer) for f in company if Path(f.place.file).name == file.name}
        if file.name != "vocabulary.json":  # its metaschema is not there
            assert alone <= among, file.name


def test_findings_are_in_order_and_each_is_there_once() -> None:
    rule = Rule("rule", "Something holds.")
    places = [Place("b"), Place("a", 10, 1), Place("a", 2, 9), Place("a", 2, 1, "/b"), Place("a", 2, 1, "/a")]
    findings = [Finding(rule, place, "wrong", "mend it") for place in places]
    assert ordered([*findings, *reversed(findings)]) == (*reversed(findings[1:]), findings[0])


def test_a_schema_in_memory_reports_all_at_once_too() -> None:
    with pytest.raises(Rejected) as caught:
        compile_schema({"$ref": "#/$defs/a", "minLength": "x", "not": {"pattern": "["}})
    assert {finding.rule.id for finding in caught.value.findings} == {
        *("unresolved-reference", "invalid-schema", "pattern-untranslatable"),
    }


# What follows from another fault is not a fault of its own


BROKEN = '{"$id": "https://example.com/a/other", "$defs": {"x": {"$id": "part"}},}'


@pytest.mark.parametrize(
    ("reference", "broken", "content"),
    [
        ("other.json", "other.json", BROKEN),
        ("other.json#/$defs/x", "other.json", BROKEN),
        ("https://example.com/a/other#/$defs/y", "file.json", BROKEN),
        ("https://example.com/a/part", "file.json", BROKEN),
        ("https://example.com/a/other", "file.yaml", "$id: https://example.com/a/other\n- x\n"),
        ("https://example.com/a/other", "file.json", BROKEN.encode("utf-16")),
        ("https://example.com/a/other", "file.json", BROKEN.replace("other", "other#").encode() + b"\xff"),
    ],
)
def test_a_reference_to_what_can_not_be_read_is_not_told(
    tmp_path: Path, reference: str, broken: str, content: str | bytes
) -> None:
    here = written(tmp_path, {"schema/a.json": {"$ref": reference}, f"schema/{broken}": content})
    assert [name for name, _, _ in short(findings_of(here))] == [broken]


def test_a_reference_to_what_has_no_text_is_not_told(tmp_path: Path) -> None:
    schemas = {"a": "https://example.com/b.json", "c": "b.json", "d": "sub/e.json", "f": "b.jso"}
    here = written(tmp_path, {f"schema/{name}.json": {"$ref": uri} for name, uri in schemas.items()})
    (here / "schema" / "b.json").symlink_to("nowhere")
    (here / "schema" / "sub").symlink_to("..")
    assert short(findings_of(here)) == [
        ("b.json", "file-link", ""),
        ("f.json", "unresolved-reference", "/$ref"),
        ("sub", "file-link", ""),
    ]


def test_a_dialect_that_is_not_known_is_told_in_each_document_and_nothing_else_is_there(tmp_path: Path) -> None:
    schema = {"$schema": "https://example.com/dialect", "items": [{"$ref": "#/nowhere"}], "minLength": "x"}
    here = written(tmp_path, {"schema/a.json": schema, "schema/b.json": schema, "schema/c.json": {"$ref": "a.json#/x"}})
    assert short(findings_of(here)) == [(name, "unknown-dialect", "/$schema") for name in ("a.json", "b.json")]


def test_settings_about_a_document_that_is_wrong_are_not_told(tmp_path: Path) -> None:
    toml = """
        [tool.triptych.models]
        open_enum_pointers = ["a.json#/x", "b.json#", "c.json#"]
        [tool.triptych.names]
        "a.json#/x" = "A"
        "b.json#/x" = "B"
    """
    here = written(tmp_path, {"schema/a.json": {"enum": 1}, "schema/b.json": "{", "schema/c.json": {}}, toml)
    assert short(findings_of(here)) == [
        ("pyproject.toml", "no-such-enum", "/tool/triptych/models/open_enum_pointers/2"),
        ("a.json", "invalid-schema", "/enum"),
        ("b.json", "json-syntax", ""),
    ]


def test_an_example_is_told_unless_something_that_it_needs_is_wrong(tmp_path: Path) -> None:
    schema = {
        "minLength": "x",
        "properties": {
            "a": {"type": "string", "examples": [1]},
            "b": {"not": {"$ref": "#/nowhere"}, "examples": [1]},
            "c": {"$ref": "#/$defs/d", "examples": [1]},
        },
        "$defs": {"d": {"maximum": "x", "minimum": 2}},
    }
    findings = short(findings_of(written(tmp_path, {"schema/it.json": schema})))
    assert [pointer for _, rule, pointer in findings if rule == "example-invalid"] == ["/properties/a/examples/0"]


# What was not looked at


def test_a_subschema_that_only_a_reference_leads_to_is_held_against_the_metaschema(tmp_path: Path) -> None:
    schema = {"$ref": "#/components/a", "components": {"a": {"minLength": "x", "not": {"type": {}}}}}
    findings = short(findings_of(written(tmp_path, {"schema/it.json": schema})))
    assert findings == [("it.json", "invalid-schema", f"/components/a/{rest}") for rest in ("minLength", "not/type")]


def test_a_schema_resource_is_held_against_the_metaschema_of_its_own_dialect(tmp_path: Path) -> None:
    draft_4 = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "id": "https://example.com/old",
        "minimum": 1,
        "exclusiveMinimum": True,
        "required": [],
    }
    schema = {"$schema": DRAFT_2020_12, "$defs": {"a": {**draft_4, "$id": "https://example.com/old"}}}
    findings = short(findings_of(written(tmp_path, {"schema/it.json": schema})))
    assert findings == [("it.json", "invalid-schema", "/$defs/a/required")]


def test_a_vendored_document_is_held_against_its_metaschema(tmp_path: Path) -> None:
    toml = '[tool.triptych.references]\n"https://example.com/" = "home"\n'
    files = {"schema/it.json": {"$ref": "https://example.com/a"}, "home/a.json": {"minLength": -1.5}}
    (finding,) = findings_of(written(tmp_path, files, toml))
    assert short([finding]) == [("a.json", "invalid-schema", "/minLength")]
    assert finding.message == "the schema is not valid: must be an integer, not -1.5"


def test_a_vendored_document_that_holds_always_is_one_like_others(tmp_path: Path) -> None:
    toml = '[tool.triptych.references]\n"https://example.com/" = "home"\n'
    files = {"schema/it.json": {"$ref": "https://example.com/a"}, "home/a.json": {"$ref": "b"}, "home/b.json": {}}
    here = written(tmp_path, files, toml)
    assert "models/models/it.py" in generate(read_config(cwd=here))


@pytest.mark.parametrize(
    ("definition", "rule", "pointer"),
    [
        ({"pattern": "[", "examples": ["x"]}, "pattern-untranslatable", "/$defs/a/pattern"),
        ({"not": {"patternProperties": {"[": {}}}, "default": 1}, "pattern-untranslatable", "/$defs/a/not/pattern"),
        ({"$ref": "#/$defs/a", "examples": ["x"]}, "endless-reference", "/$defs/a"),
    ],
)
def test_a_definition_with_an_example_is_looked_at_even_if_nobody_refers_to_it(
    tmp_path: Path, definition: Any, rule: str, pointer: str
) -> None:
    findings = short(findings_of(written(tmp_path, {"schema/it.json": {"$defs": {"a": definition}}})))
    assert [row[1] for row in findings] == [rule]
    assert findings[0][2].startswith(pointer)


def test_what_is_wrong_in_older_versions_is_told_with_the_rest(tmp_path: Path) -> None:
    files = {
        "schema/it.json": {"minLength": "x"},
        "history/1/it.json": {"$ref": "one.json"},
        "history/2/it.json": {"$ref": "two.json"},
        "history/3/it.json": {"$ref": "other.json"},
        "history/3/other.json": "{",
        "history/4/it.json": {"$ref": "#/properties/a", "properties": {"a": {"type": "objct"}, "b": {"$ref": 1}}},
        "history/stray.json": {},
    }
    findings = findings_of(written(tmp_path, files, '[tool.triptych]\nhistory = "history"\n'))
    assert [(Path(f.place.file).relative_to(tmp_path).as_posix(), f.rule.id) for f in findings] == [
        ("history/1/it.json", "unresolved-reference"),
        ("history/2/it.json", "unresolved-reference"),
        ("history/3/other.json", "json-syntax"),
        ("history/4/it.json", "invalid-schema"),
        ("history/4/it.json", "invalid-schema"),
        ("history/stray.json", "history-stray"),
        ("schema/it.json", "invalid-schema"),
    ]


# What a reference was meant to be

SCHEMA: Any = {
    "$id": "https://example.com/session",
    "$defs": {
        "Session": {"$anchor": "table", "properties": {"first/last": {}, "id": {}}},
        "Job": {"anyOf": [{}, {}]},
    },
}


@pytest.mark.parametrize(
    ("reference", "wrong", "help"),
    [
        ("#/$defs/Sesion", '#/$defs has no member "Sesion"', "did you mean #/$defs/Session?"),
        ("#/$def/Job", 'it has no member "$def"', "did you mean #/$defs/Job?"),
        ("#/definitions/Job", 'it has no member "definitions"', "did you mean #/$defs/Job?"),
        ("#/Session", 'it has no member "Session"', "did you mean #/$defs/Session?"),
        ("#/$defs/Jobb/anyOf/1", '#/$defs has no member "Jobb"', "did you mean #/$defs/Job/anyOf/1?"),
        ("#/$defs/Session/properties/first~1lst", "", "did you mean #/$defs/Session/properties/first~1last?"),
        ("#/$defs/Xyz", "", "correct the reference: there is Job, Session"),
        ("#/$defs/Job/anyOf/2", "#/$defs/Job/anyOf is an array of 2 items, and has no item", "an index counts from 0"),
        ("#/$defs/Job/anyOf/-1", "", "an index counts from 0"),
        ("#/$defs/Job/anyOf/01", "", "an index counts from 0"),
        ("#/$id/x", "#/$id is neither an object nor an array", "correct the reference"),
        ("#tabel", 'it has no anchor "tabel"', "did you mean #table?"),
        ("#x", "", "correct the reference: there is table"),
        ("#$defs/Job", "", "write #/$defs/Job"),
        ("sesion", "https://example.com/sesion, which is not there", "did you mean https://example.com/session?"),
        ("it.json", "https://example.com/it.json, which", "give it.json the $id https://example.com/it.json"),
        ("https://example.org/x", "", "map the URI to a file of your own in [tool.triptych.references]"),
        ("schema:///itt.json", "leads to itt.json, which is not there", "did you mean it.json?"),
        ("file:///etc/passwd", "", "refer to a file of the schema folder by its relative path"),
    ],
)
def test_a_reference_that_leads_nowhere_has_help(reference: str, wrong: str, help: str) -> None:
    source = from_value("it.json", {**SCHEMA, "$ref": reference})
    _, findings = attempt([source], dialect=DRAFT_2020_12, lookup=lambda uri: None)
    assert [finding.rule.id for finding in findings] == ["unresolved-reference"]
    assert wrong in findings[0].message
    assert help in findings[0].help


def test_help_is_one_line_whatever_is_there() -> None:
    wrong, help = suggestions.pointer("/" + "x" * 1000, {f"{index:04}": 0 for index in range(1000)})
    assert len(wrong) < 120
    assert help.endswith("0004, 0005 and 994 more")


# Whatever is wrong

WORDS = [
    *("$ref", "$defs", "$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$schema", "type", "enum", "const", "a"),
    *("properties", "patternProperties", "additionalProperties", "required", "dependentSchemas", "dependentRequired"),
    *("items", "prefixItems", "contains", "minContains", "unevaluatedItems", "unevaluatedProperties", "propertyNames"),
    *("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "minimum", "multipleOf", "minLength", "pattern"),
    *("format", "uniqueItems", "maxItems", "examples", "default", "title", "dependencies", "definitions"),
]
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["#", "#/$defs/a", "x", "string", "[", "^a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=6))
@settings(max_examples=300, deadline=None)
def test_whatever_is_wrong_ends_in_findings(schema: dict[str, Any]) -> None:
    source = from_value("it.json", schema)
    resolution, faults = attempt([source], dialect=DRAFT_2020_12, lookup=lambda uri: None)
    try:
        build.build(resolution, package="p", formats="assert", names={}, before=name_overrides.Before(faults))
        findings: tuple[Finding, ...] = ()
    except Rejected as rejected:
        findings = ordered(rejected.findings)
    assert {finding.rule.id for finding in faults} <= {finding.rule.id for finding in findings}


# Metaschemas

NESTED = {
    "type": ["object", "null"],
    "required": ["a"],
    "properties": {"a": {"type": "string"}, "b": {"type": "string"}, "type": {"properties": {"a": {"minimum": 0}}}},
    "patternProperties": {"^a": {"enum": [{"type": 1}]}},
    "additionalProperties": {"not": {"type": "string"}},
    "items": {"allOf": [{"type": "string"}, {"maxLength": 3}]},
    "dependencies": {"a": ["b"], "b": {"type": "string"}},
    "definitions": {"a": {"items": [{"type": "string"}, {}], "additionalItems": {"format": "date"}}},
    "default": {"type": "string"},
}
ODD = (None, True, -1.5, "x", "string", [], ["x"], {}, {"type": "x"}, {"type": "string"}, {"a": {"type": "string"}})


def places(value: Any) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to every value within a value."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (key,)
        yield from ((key, *rest) for rest in places(item))


def replaced(value: Any, way: tuple[str | int, ...], other: Any) -> Any:
    """Return a copy of a value that has another value at the end of a way."""
    if not way:
        return other
    copied = copy.copy(value)
    copied[way[0]] = replaced(value[way[0]], way[1:], other)
    return copied


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_schema_is_valid_if_it_is_without_those_within_it_and_these_are(dialect: str) -> None:
    report = metaschema._reporter(dialect)
    every = [NESTED, *(replaced(NESTED, way, odd) for way in places(NESTED) for odd in ODD)]
    assert len(every) > 400
    for schema in every:
        resolution, _ = attempt([from_value("it.json", schema)], dialect=dialect, lookup=lambda uri: None)
        looked_at = metaschema._Metaschema(report, resolution.subschemas)
        root = resolution.documents[0].location
        assert looked_at.accepts(root, schema) == (not report(schema)), schema


def test_schemas_of_the_same_content_are_held_against_the_metaschema_once() -> None:
    held: list[Any] = []
    same = {"type": "array", "items": {"type": "string"}}
    schema = {"properties": {"a": same, "b": same, "c": {"type": "string"}}, "not": {"type": "string"}}
    resolution, _ = attempt([from_value("it.json", schema)], dialect=DRAFT_2020_12, lookup=lambda uri: None)
    looked_at = metaschema._Metaschema(lambda schema, budget=None: held.append(schema) or [], resolution.subschemas)
    assert looked_at.accepts(resolution.documents[0].location, schema)
    assert sorted(map(str, held)) == [
        "{'properties': {}, 'not': {}}",
        "{'type': 'array', 'items': {}}",
        "{'type': 'string'}",
    ]
