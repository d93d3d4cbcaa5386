"""Tests of the schemas of settings: they are complete, what is made of them is up to date, people can bring more."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from codegen.app import pipeline, settings_schema
from codegen.app.artifact_toml import read_artifact
from codegen.app.config import check_settings, read_config
from codegen.app.config_schema import FILES, config_schema
from codegen.app.settings import faults
from codegen.app.settings_schema import TABLES, described
from codegen.cli import main
from codegen.findings import Finding, Rejected
from codegen.validation import metaschema
from tests.settings import PAGE, ROOT, metaschema_tables, page, schemas, tables

SCHEMAS = schemas()
ARTIFACTS = sorted((ROOT / "codegen" / "artifacts").glob("*/artifact.toml"))
CONFIGURATIONS = [
    file
    for file in (ROOT / "pyproject.toml", *sorted((ROOT / "tests").glob("**/*.toml")))
    if "[tool.triptych" in file.read_text(encoding="utf-8")
]
NOT_VALID = ROOT / "tests" / "findings" / "triptych.toml"


def test_what_is_made_of_the_schemas_is_up_to_date() -> None:
    """`nox -s settings` writes all of them anew."""
    assert TABLES.read_text(encoding="utf-8") == tables()
    assert metaschema.TABLES.read_text(encoding="utf-8") == metaschema_tables()
    assert PAGE.read_text(encoding="utf-8") == page()


def test_no_schema_of_ours_is_compiled_when_a_run_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_schema, "compiled", None)
    settings_schema.packaged.cache_clear()
    _, _, findings = pipeline._artifacts(read_config(cwd=ROOT))
    assert findings == []


def rows(schema: Mapping[str, Any], at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every setting with its place in the schema."""
    for name, row in schema.get("properties", {}).items():
        yield f"{at}/properties/{name}", row
    for name, definition in schema.get("definitions", {}).items():
        yield from rows(definition, f"{at}/definitions/{name}")


ROWS = {f"{name}#{at}": (schema, row) for name, schema in SCHEMAS.items() for at, row in rows(schema, "")}


@pytest.mark.parametrize(("schema", "row"), ROWS.values(), ids=ROWS)
def test_every_setting_says_what_it_is_and_shows_it(schema: dict[str, Any], row: dict[str, Any]) -> None:
    assert row["title"] and row["description"].endswith(".")
    shown = [*row.get("examples", []), *([row["default"]] if "default" in row else [])]
    alone = {**row, "definitions": schema.get("definitions", {})}
    jsonschema.Draft7Validator.check_schema(alone)
    for value in shown:
        jsonschema.Draft7Validator(alone).validate(value)


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name != "artifact.toml"])
def test_every_setting_of_a_table_has_a_default(name: str) -> None:
    """Without one it would not be there for templates; of all, only `history` is nothing by default."""
    assert [key for key, row in SCHEMAS[name]["properties"].items() if "default" not in row] in ([], ["history"])


# The files of the repository, and what is wrong in others


@pytest.mark.parametrize("file", [*CONFIGURATIONS, *ARTIFACTS], ids=lambda file: str(file.relative_to(ROOT)))
def test_what_is_printed_for_editors_describes_our_own_files(file: Path) -> None:
    validator = jsonschema.Draft7Validator(config_schema("artifact" if file.name == "artifact.toml" else "pyproject"))
    assert validator.is_valid(tomllib.loads(file.read_text(encoding="utf-8"))) == (file != NOT_VALID)


WRONG: list[tuple[str, Any]] = [
    ("tool.triptych", {"schemas": 1}),
    ("tool.triptych", {"names": {"a.json": "A", "b.json#": "class"}}),
    ("tool.triptych", {"references": {"https://a": ""}}),
    ("tool.triptych", {"artifacts": ["a", 1]}),
    ("tool.triptych", {"artifacts": ""}),
    ("tool.triptych.models", {"open_enum_pointers": [1], "frozen": 1}),
    ("tool.triptych.docs", {"page_limit": 0, "raw_limit": -1, "title": None}),
    ("tool.triptych.openapi", {"contact": {"name": 1}, "servers": [{}], "external_docs": {"description": ""}}),
    ("tool.triptych.openapi", {"operations": [{"parameters": [{"name": "a"}], "responses": {"x": {"schema": 1}}}]}),
    ("artifact.toml", {"name": "A", "settings": {"a": {"type": "date"}}, "templates": [{"each": 1}]}),
    ("artifact.toml", {"name": "a", "purpose": "", "settings": "a.toml", "templates": []}),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_there_is_a_fault_where_a_reference_validator_has_one(name: str, value: Any) -> None:
    errors = jsonschema.Draft7Validator(SCHEMAS[name]).iter_errors(value)
    expected = {tuple(map(str, error.absolute_path)) for error in errors}
    found = faults(described(SCHEMAS[name]), value, name)
    places = {fault.keys for fault in found}
    assert expected <= places | {keys[:-1] for keys in places}
    assert all(fault.message and fault.help for fault in found)


VALUES = [
    *("1", "-1.5", "inf", "true", "1979-05-27", "''", "'a'", "'\\u0000'", "[]", "[1]", "[[]]", "[{}]", "['a', nan]"),
    *("{}", "{ a = 1 }", "{ a = {} }", "{ 'a#' = '' }", "{ a = 1979-05-27 }", "{ a = [{ a = inf }] }"),
]


def checked(name: str, folder: Path) -> tuple[Finding, ...]:
    """Return what is wrong with the table of that name in the folder's file; raises Rejected."""
    if name == "artifact.toml":
        read_artifact(folder)
        return ()
    config, panel = read_config(cwd=folder), name.rpartition(".")[2]
    return check_settings(panel, described(SCHEMAS[name]), config.settings.get(panel, {}), config=config)[1]


@pytest.mark.parametrize("name", SCHEMAS)
def test_whatever_stands_in_a_file_is_read_or_refused_with_a_place(name: str, tmp_path: Path) -> None:
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "it.json").write_text("{}")
    file = tmp_path / ("artifact.toml" if name == "artifact.toml" else "pyproject.toml")
    head = "" if name == "artifact.toml" else f"[{name}]\n"
    refusals = 0
    for key, value in product([*SCHEMAS[name]["properties"], "other"], VALUES):
        file.write_text(f"{head}{key} = {value}\n")
        try:
            found = checked(name, tmp_path)
        except Rejected as rejected:
            found = rejected.findings
        for finding in found:
            refusals += 1
            assert (finding.place.file, finding.rule.exit_code) == (file.as_posix(), 2)
            assert finding.place.line or (not head and finding.message.endswith("is missing"))
    assert refusals > len(VALUES)


# Artifacts of one's own

HEAD = 'name = "own"\npurpose = "a test"\ntemplates = []\nsettings = "settings.json"\n'
TABLE: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {"rows": {"$ref": "#/$defs/rows", "default": []}, "size": {"enum": ["small", "large"]}},
    "additionalProperties": False,
    "$defs": {"rows": {"type": "array", "items": {"$ref": "#/$defs/row"}}, "row": {"pattern": "^[a-z]+$"}},
}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a project with an artifact that brings a schema of its settings."""
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "it.json").write_text("{}")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "artifact.toml").write_text(HEAD)
    (tmp_path / "own" / "settings.json").write_text(json.dumps(TABLE))
    return tmp_path


def found(project: Path, table: str) -> list[tuple[str, int, str, str]]:
    """Return rule, line, pointer and message of what is wrong with the artifact's table."""
    (project / "pyproject.toml").write_text(f'[tool.triptych]\nartifacts = "own"\n[tool.triptych.own]\n{table}')
    findings = pipeline.early_findings(read_config(cwd=project))
    return [(each.rule.id, each.place.line, each.place.pointer, each.message) for each in findings]


def test_an_artifact_of_ones_own_brings_a_schema_of_its_settings(own: Path) -> None:
    assert found(own, 'rows = ["a"]\n') == []
    assert found(own, 'rows = ["a",\n"1"]\nsize = "lagre"\nzise = 1\n') == [
        (
            "own-setting",
            5,
            "/tool/triptych/own/rows/1",
            'tool.triptych.own.rows.1 must match the pattern ^[a-z]+$, not "1"',
        ),
        ("config-value", 6, "/tool/triptych/own/size", 'tool.triptych.own.size is "lagre"'),
        ("config-key", 7, "/tool/triptych/own/zise", "tool.triptych.own.zise is not known"),
    ]


def test_the_names_of_properties_have_the_place_of_their_own(own: Path) -> None:
    names: dict[str, Any] = {"type": "object", "propertyNames": {"enum": ["left", "right"]}}
    properties = {"sides": names, "propertyNames": {"type": "object", "required": ["a"]}}
    (own / "own" / "settings.json").write_text(json.dumps({"type": "object", "properties": properties}))
    assert found(own, "sides = { left = 1, rigth = 2 }\npropertyNames = {}\n") == [
        (
            *("own-setting", 4, "/tool/triptych/own/sides/rigth"),
            'the key "rigth" in tool.triptych.own.sides is not allowed',
        ),
        ("own-setting", 5, "/tool/triptych/own/propertyNames", "tool.triptych.own.propertyNames.a is missing"),
    ]


def test_a_schema_is_compiled_once(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled, calls = settings_schema.compiled, []
    monkeypatch.setattr(settings_schema, "compiled", lambda source: calls.append(source.path) or compiled(source))
    (own / "own" / "settings.json").write_text(json.dumps({**TABLE, "title": "Asked for once"}))
    assert found(own, "") == found(own, "rows = []\n") == []
    assert calls == ["settings.json"]


def test_what_a_resource_within_a_schema_says_is_reported_too(own: Path) -> None:
    size = {"$id": "urn:size", "type": "object", "required": ["w"], "properties": {"w": {"enum": [1, 2]}}}
    whole = {**TABLE, "required": ["rows"], "properties": {**TABLE["properties"], "size": size}}
    (own / "own" / "settings.json").write_text(json.dumps(whole))
    for table, message in (
        ("rows = []\nsize = {}\n", "tool.triptych.own.size: `w` is missing"),
        ("rows = []\nsize = { w = 3 }\n", "tool.triptych.own.size.w must be one of 1, 2, not 3"),
        ("size = { w = 1 }\n", "tool.triptych.own.rows is missing"),
    ):
        assert [row[-1] for row in found(own, table)] == [message]


def refused(folder: Path) -> list[Finding]:
    with pytest.raises(Rejected) as caught:
        read_artifact(folder)
    return list(caught.value.findings)


@pytest.mark.parametrize(
    ("schema", "rule", "place"),
    [
        ("{", "json-syntax", (1, 2)),
        ("true", "artifact-setting", (1, 1)),
        ('{"properties": 1}', "invalid-schema", (1, 16)),
        ('{"properties": {"a": {"$ref": "#/b"}}}', "unresolved-reference", (1, 23)),
        ('{"properties": {"a": {"pattern": "["}}}', "pattern-untranslatable", (1, 34)),
        ('{"properties": {"a": {"type": "string",\n"default": 1}}}', "artifact-setting", (2, 12)),
    ],
)
def test_a_schema_of_settings_that_is_not_valid_is_reported_where_it_stands(
    own: Path, schema: str, rule: str, place: tuple[int, int]
) -> None:
    (own / "own" / "settings.json").write_text(schema)
    (finding,) = refused(own / "own")
    assert (finding.rule.id, finding.place.line, finding.place.column) == (rule, *place)
    assert Path(finding.place.file).name == "settings.json"


# Editors


def test_a_schema_for_editors_has_the_tables_of_ones_own_artifacts(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found(own, "") == []
    monkeypatch.chdir(own)
    assert main(["config-schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    jsonschema.Draft7Validator.check_schema(printed)
    validator = jsonschema.Draft7Validator(printed)
    for table, valid in (({"rows": ["a"]}, True), ({"rows": ["1"]}, False), ({"row": []}, False)):
        assert validator.is_valid({"tool": {"triptych": {"own": table}, "other": 1}}) == valid
    assert not validator.is_valid({"tool": {"triptych": {"openapi": {"operations": [{}]}}}})


def test_a_schema_for_editors_names_what_is_wrong_with_ones_own_artifacts(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(own)
    for artifacts, rule in (('"gone"', "config-path"), ("[1]", "config-type"), ('"schema"', "artifact-broken")):
        (own / "pyproject.toml").write_text(f"[tool.triptych]\nartifacts = {artifacts}\n")
        assert main(["config-schema"]) == 2
        assert rule in capsys.readouterr().out
        assert main(["config-schema", "artifact"]) == 0
        assert json.loads(capsys.readouterr().out) == SCHEMAS["artifact.toml"]


def test_every_file_that_has_a_schema_is_offered() -> None:
    assert [config_schema(file)["title"] for file in FILES] == ["pyproject.toml with [tool.triptych]", "artifact.toml"]
