"""Tests of codegen.app.config: `[tool.triptych]` and the command line, checked."""

from __future__ import annotations

import keyword
import os
from pathlib import Path

import pytest

from codegen.app.config import SCHEMA, Config, check_settings, check_tables, read_config
from codegen.app.pipeline import early_findings
from codegen.app.settings import defaults
from codegen.app.settings_schema import described, packaged
from codegen.findings import Finding, Rejected
from codegen.schema import dialects
from codegen.schema.dialects import DRAFT_7
from codegen.source.toml_text import key_place

DIALECTS = packaged(SCHEMA).schema["properties"]["dialect"]["enum"]  # type: ignore[call-overload, index]


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    (tmp_path / "schema").mkdir()
    return tmp_path


def rows_of(cwd: Path, text: str) -> list[tuple[str, int, int, str, str]]:
    """Return rule, line, column, message and help of what is wrong with the text as pyproject.toml."""
    (cwd / "pyproject.toml").write_text(text)
    with pytest.raises(Rejected) as caught:
        read_config(cwd=cwd)
    findings = caught.value.findings
    assert all(f.rule.exit_code == 2 and f.place.file == (cwd / "pyproject.toml").as_posix() for f in findings)
    return [(f.rule.id, f.place.line, f.place.column, f.message, f.help) for f in findings]


def test_defaults_without_a_file(cwd: Path) -> None:
    assert read_config(cwd=cwd) == Config(base=cwd, schema=cwd / "schema", out=cwd / "generated")


def test_every_key(cwd: Path) -> None:
    (cwd / "sub" / "s").mkdir(parents=True)
    (cwd / "sub" / "refs").mkdir()
    (cwd / "sub" / "art").mkdir()
    text = """
[tool.triptych]
schema = "s"
out = "g"
package = "api"
formats = "annotate"
dialect = "http://json-schema.org/draft-07/schema#"
artifacts = ["art"]
[tool.triptych.references]
"https://example.org/" = "refs"
[tool.triptych.names]
"session.json#/properties/state" = "SessionState"
"session.json#" = "Session"
[tool.triptych.openapi]
title = "T"
servers = [{ url = "https://x", n = 1.5 }]
"""
    (cwd / "sub" / "t.toml").write_text(text)
    base = cwd / "sub"
    assert read_config(config_file=Path("sub/t.toml"), cwd=cwd) == Config(
        base=base,
        schema=base / "s",
        out=base / "g",
        package="api",
        formats="annotate",
        dialect=DRAFT_7,
        references={"https://example.org/": base / "refs"},
        names={"session.json#/properties/state": "SessionState", "session.json#": "Session"},
        artifacts=(base / "art",),
        settings={"openapi": {"title": "T", "servers": [{"url": "https://x", "n": 1.5}]}},
    )


def test_the_command_line_wins_and_is_relative_to_the_working_directory(cwd: Path) -> None:
    (cwd / "sub").mkdir()
    (cwd / "sub" / "t.toml").write_text('[tool.triptych]\nschema = "nowhere"\nout = "g"\npackage = "class"\n')
    config = read_config(config_file=Path("sub/t.toml"), schema=Path("schema"), out=Path("o"), package="p", cwd=cwd)
    assert (config.schema, config.out, config.package) == (cwd / "schema", cwd / "o", "p")


def test_a_pyproject_of_something_else_is_no_matter(cwd: Path) -> None:
    (cwd / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.ruff]\n')
    assert read_config(cwd=cwd).package == "models"


def test_all_mistakes_come_at_once_by_line(cwd: Path) -> None:
    text = """\
[tool.other]
schema = 'not ours'
[tool.triptych]
schemas = "schema"
out = 3
package = "a-b"
  formats = "strict"
dialect = "https://example.org/mine"
artifacts = ["nowhere", 7]

[tool.triptych.references]
"https://example.org/" = "gone"
example = "schema"

[tool.triptych.names]
"a.json#/x" = "class"
"a.json/x" = "Fine"
b = true

[tool.triptych.docs]
day = 2020-01-01
far = inf
"""
    assert rows_of(cwd, text) == [
        (
            "config-key",
            4,
            1,
            "tool.triptych.schemas is not known",
            "did you mean schema? If not, "
            "use one of artifacts, dialect, formats, history, names, out, package, references, schema",
        ),
        ("config-type", 5, 1, "tool.triptych.out is of the type integer", "give it a value of the type string"),
        (
            "config-value",
            6,
            1,
            'tool.triptych.package is "a-b", which is not a Python identifier',
            "name it with ASCII letters, digits and underscores, no digit first, and no keyword of Python",
        ),
        ("config-value", 7, 3, 'tool.triptych.formats is "strict"', 'write one of "assert", "annotate"'),
        (
            "config-value",
            8,
            1,
            'tool.triptych.dialect is "https://example.org/mine"',
            "write one of " + ", ".join(f'"{uri}"' for uri in DIALECTS),
        ),
        (
            "config-path",
            9,
            14,
            'tool.triptych.artifacts names "nowhere", which is not there',
            "name the folder that holds the artifact.toml",
        ),
        (
            "config-type",
            9,
            25,
            "tool.triptych.artifacts.1 is of the type integer",
            "give it a value of the type string",
        ),
        (
            "config-path",
            12,
            1,
            'tool.triptych.references names "gone", which is not there',
            "name a folder or a file that is there",
        ),
        (
            "config-value",
            13,
            1,
            'the key "example" in tool.triptych.references is not an absolute URI',
            'write it with its scheme: "https://..."',
        ),
        (
            "config-value",
            16,
            1,
            'tool.triptych.names.a.json#/x is "class", which is not a Python identifier',
            "name it with ASCII letters, digits and underscores, no digit first, and no keyword of Python",
        ),
        (
            "config-value",
            17,
            1,
            'the key "a.json/x" in tool.triptych.names is not a file with a JSON Pointer',
            'write "file.json#/pointer", or "file.json#"',
        ),
        ("config-type", 18, 1, "tool.triptych.names.b is of the type boolean", "give it a value of the type string"),
        (
            "config-type",
            21,
            1,
            "tool.triptych.docs.day is 2020-01-01, which has no form in JSON",
            "write it as a string, in quotes",
        ),
        (
            "config-type",
            22,
            1,
            "tool.triptych.docs.far is inf, which has no form in JSON",
            "write it as a string, in quotes",
        ),
    ]


ONE_MISTAKE = {
    "syntax": ("a = 1\nb = \n", "config-syntax", 2),
    "control character": ("a = '\x01'\n", "config-syntax", 1),
    "too many digits": (f"a = {'1' * 5000}\n", "config-syntax", 0),
    "too deep": (f"a = {'[' * 10_000}\n", "config-syntax", 0),
    "misspelt table": ("x = 1\n[tool.tryptich]\n", "config-key", 2),
    "misplaced table": ("[triptych]\nout = 'x'\n", "config-key", 1),
    "no table": ("[tool]\ntriptych = 3\n", "config-type", 2),
    "no table of tools": ("tool = 3\n", "config-type", 1),
    "names no table": ("[tool.triptych]\nnames = 'x'\n", "config-type", 2),
    "no path": ("tool.triptych.out = ''\n", "config-value", 1),
    "NUL in a path": ('[tool]\ntriptych = { out = "a\\u0000" }\n', "config-value", 2),
    "missing folder": ("[tool.triptych]\n\nschema = 'x'\n", "config-path", 3),
    "schema is a file": ("[tool.triptych]\nschema = 'pyproject.toml'\n", "config-path", 2),
    "out is a file": ("[tool.triptych]\nout = 'pyproject.toml'\n", "config-path", 2),
    "out within schema": ("[tool.triptych]\nout = 'schema/../schema/x'\n", "config-path", 2),
    "out is schema": ("[tool.triptych]\nout = 'schema'\n", "config-path", 2),
}


@pytest.mark.parametrize(("text", "rule", "line"), ONE_MISTAKE.values(), ids=ONE_MISTAKE)
def test_one_mistake(cwd: Path, text: str, rule: str, line: int) -> None:
    assert [(row[0], row[1]) for row in rows_of(cwd, text)] == [(rule, line)]


def test_a_file_that_is_not_there_or_not_utf8(cwd: Path) -> None:
    (cwd / "latin.toml").write_bytes(b"a = '\xe9'\n")
    for name, rule in (
        ("missing.toml", "config-unreadable"),
        ("schema", "config-unreadable"),
        ("latin.toml", "config-syntax"),
    ):
        assert [f.rule.id for f in refused(cwd, name)] == [rule]


def refused(cwd: Path, name: str) -> tuple[Finding, ...]:
    with pytest.raises(Rejected) as caught:
        read_config(config_file=Path(name), cwd=cwd)
    return caught.value.findings


def test_an_encoding_that_is_wrong_has_a_place(cwd: Path) -> None:
    (cwd / "latin.toml").write_bytes(b"a = 1\nb = '\xe9'\n")
    (cwd / "mark.toml").write_bytes(b"\xef\xbb\xbfa = 1\n")
    for name, line, column in (("latin.toml", 2, 6), ("mark.toml", 1, 1)):
        (finding,) = refused(cwd, name)
        assert (finding.place.line, finding.place.column) == (line, column)
        assert finding.help.startswith("save the file as UTF-8")


def test_what_is_wrong_with_artifacts_settings_and_files_of_schemas_is_told_with_the_rest(cwd: Path) -> None:
    (cwd / "schema" / "it.json").write_text("{\n\n\n\n\n\n\n\n")
    text = "[tool.triptych]\nformats = 1\n[tool.triptych.models]\nfrozn = true\n[tool.triptych.nobody]\n"
    no_folder = text.replace("= 1", '= 1\nschema = ""')  # the default takes its place
    missing = text + '[tool.triptych.references]\n"https://example.com/" = "gone"\n'  # so no more is known
    for each, lines in ((text, [2, 4, 5, 9]), (no_folder, [2, 3, 5, 6, 9]), (missing, [2, 7])):
        (cwd / "pyproject.toml").write_text(each)
        with pytest.raises(Rejected) as caught:
            read_config(cwd=cwd, also=early_findings)
        assert [finding.place.line for finding in caught.value.findings] == lines


def test_what_is_no_regular_file_or_a_huge_one_is_not_read(cwd: Path) -> None:
    os.mkfifo(cwd / "fifo.toml")
    (cwd / "device.toml").symlink_to("/dev/zero")
    with (cwd / "huge.toml").open("wb") as huge:
        huge.truncate(2**30)
    for name in ("fifo.toml", "device.toml", "huge.toml"):
        assert [finding.rule.id for finding in refused(cwd, name)] == ["config-unreadable"]


def test_mistakes_of_the_command_line_name_the_option(cwd: Path) -> None:
    (cwd / "file").write_text("")
    with pytest.raises(Rejected) as caught:
        read_config(schema=Path("schema"), out=Path("file"), package="3", cwd=cwd)
    assert [f.message.split()[0] for f in caught.value.findings] == ["--out", "--package"]
    with pytest.raises(Rejected) as caught:
        read_config(schema=Path("file"), cwd=cwd)
    assert [f.message.split()[0] for f in caught.value.findings] == ["--schema"]


DECLARED = described(
    {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "title": {"type": "string", "default": ""},
            "depth": {"type": "integer", "default": 2},
            "theme": {"type": "string", "enum": ["light", "dark"], "default": "light"},
            "raw": {"type": "boolean", "default": True},
            "ratio": {"type": "number", "minimum": 0, "default": 0.5},
            "links": {"type": "array", "items": {"required": ["to"], "properties": {"to": {"description": "A page."}}}},
        },
    }
)


def test_settings_have_defaults() -> None:
    values, findings = check_settings("docs", DECLARED, {"title": "T", "ratio": 1})
    assert (values, findings) == ({"title": "T", "depth": 2, "theme": "light", "raw": True, "ratio": 1}, ())


def test_mistakes_in_settings_have_a_place(cwd: Path) -> None:
    text = """\
[tool.triptych.docs]
titel = 'T'
depth = true
theme = 'drak'
ratio = -1
links = [{ to = 1 }, { on = 2 }]
[tool.triptych.dcos]
"""
    (cwd / "pyproject.toml").write_text(text)
    config = read_config(cwd=cwd)
    values, findings = check_settings("docs", DECLARED, config.settings["docs"], config=config)
    assert values == defaults(DECLARED.schema)
    assert sorted((f.place.line, f.place.pointer, f.rule.id, f.message, f.help) for f in findings) == [
        (
            2,
            "/tool/triptych/docs/titel",
            "config-key",
            "tool.triptych.docs.titel is not known",
            "did you mean title? If not, use one of depth, links, ratio, raw, theme, title",
        ),
        (
            3,
            "/tool/triptych/docs/depth",
            "config-type",
            "tool.triptych.docs.depth is of the type boolean",
            "give it a value of the type integer",
        ),
        (
            4,
            "/tool/triptych/docs/theme",
            "config-value",
            'tool.triptych.docs.theme is "drak"',
            'did you mean "dark"? If not, write one of "light", "dark"',
        ),
        (
            5,
            "/tool/triptych/docs/ratio",
            "config-value",
            "tool.triptych.docs.ratio must be at least 0, not -1",
            "correct the value",
        ),
        (
            6,
            "/tool/triptych/docs/links/1",
            "docs-setting",
            "tool.triptych.docs.links.1.to is missing",
            "add it: a page",
        ),
    ]
    assert [(f.place.line, f.help[:21]) for f in check_tables(config, ("docs", "models"))] == [
        (7, "did you mean docs? If")
    ]


def test_a_configuration_without_a_file_has_the_defaults_of_the_schema() -> None:
    config = Config(Path(), Path("schema"), Path("generated"))
    described_ones = defaults(packaged(SCHEMA).schema)
    named = {name: getattr(config, name) for name in described_ones}
    assert {**named, "artifacts": list(config.artifacts), "schema": "schema", "out": "generated"} == described_ones


def test_the_dialects_that_may_be_named_are_those_that_are_known() -> None:
    assert {uri.removesuffix("#") for uri in DIALECTS} == set(dialects.DIALECTS)


def test_what_is_not_a_name_in_python_is_none_here() -> None:
    schema = packaged(SCHEMA).schema
    assert schema["definitions"]["identifier"]["not"]["enum"] == keyword.kwlist  # type: ignore[call-overload, index]


KEYS_TEXT = '''\
# [tool.triptych] in a comment
a = """
[x]
out = 1 \\""" b = 2
"""
b = [ # [
  "]", {c = 1},
]
"q.r" . 's' = { t = 1 }
[[list]]
k = 1
[tool . "triptych"]
out = 'x' # out
'''


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("a",), 2),
        (("x",), 0),
        (("b",), 6),
        (("q.r", "s"), 9),
        (("q.r", "s", "t"), 9),
        (("list", "0", "k"), 11),
        (("tool",), 12),
        (("tool", "triptych"), 12),
        (("tool", "triptych", "out"), 13),
        (("tool", "triptych", "nope"), 12),
    ],
)
def test_the_line_of_a_key(keys: tuple[str, ...], line: int) -> None:
    assert key_place("f", KEYS_TEXT, keys).line == line
    assert key_place("f", KEYS_TEXT.replace("\n", "\r\n"), keys).line == line
