"""`triptych try`: the code of one schema, where each line comes from, and the validity on an instance."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codegen.app import trying
from codegen.app.trying import Line, Part, traced
from codegen.cli import main
from codegen.compiler import keywords
from codegen.compiler.keywords import Scope
from codegen.compiler.nodes import Check, Node
from codegen.ir import JSON, Keyword

SCHEMA: JSON = {
    "type": "object",
    "properties": {"a": {"type": "integer", "minimum": 1, "maximum": 9}, "b": {"$ref": "#/$defs/n"}},
    "required": ["a"],
    "additionalProperties": False,
    "$defs": {"n": {"type": "string", "minLength": 2}},
}


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Return what tries a schema on an instance in a folder of its own: the exit code, and what is printed."""
    monkeypatch.chdir(tmp_path)

    def run(schema: JSON, *instances: JSON, form: str = "json", more: Sequence[str] = ()) -> tuple[int, Any]:
        Path("it.json").write_text(json.dumps(schema), encoding="utf-8")
        for instance in instances:
            Path("data.json").write_text(json.dumps(instance), encoding="utf-8")
        given = ["--instance", "data.json"] if instances else []
        code = main(["try", "it.json", *given, "--format", form, *more])
        printed = capsys.readouterr().out
        return code, json.loads(printed) if form == "json" else printed

    return run


# Where the lines come from


def named(shown: Any, function: str) -> dict[str, list[str]]:
    """Return the keywords of each line of a function, by its text."""
    return {line["text"].strip(): line["keywords"] for line in shown["code"] if line["function"] == function}


FROM: list[tuple[str, str, set[str]]] = [
    ("_valid_it", "if a < 1:", {"/properties/a/minimum"}),
    ("_valid_it", "if a > 9:", {"/properties/a/maximum"}),
    ("_valid_it", "if len(b) < 2:", {"/properties/b/$ref", "/$defs/n/minLength"}),
    ("_read_it", "self.a = a", {"/properties/a"}),
    ("_read_it", 'if "b" in value:', {"/properties/b"}),
    ("_read_it", "if len(value) != present:", {"/properties", "/additionalProperties"}),
    ("_read_it", "return self", {"/properties"}),
]


def test_each_line_has_the_keywords_that_it_comes_from(tried: Callable[..., Any]) -> None:
    code, shown = tried(SCHEMA)
    assert code == 0
    lines = {function: named(shown, function) for function, _, _ in FROM}
    assert [(function, text, set(lines[function][text])) for function, text, _ in FROM] == FROM


BY: list[tuple[str, str, list[str]]] = [
    ("_valid_it", "if a < 1:", []),
    ("_valid_it", "except KeyError:", ["read_properties"]),
    ("_valid_it", "if len(value) != present:", ["closed_objects"]),
    ("_read_it", "if len(value) != present:", ["closed_objects"]),
]


def test_each_line_has_the_passes_that_it_comes_from(tried: Callable[..., Any]) -> None:
    _, shown = tried(SCHEMA)
    passes = {(line["function"], line["text"].strip()): line["passes"] for line in shown["code"]}
    assert [(function, text, passes[function, text]) for function, text, _ in BY] == BY


def test_each_keyword_has_the_nodes_that_are_made_of_it(tried: Callable[..., Any]) -> None:
    _, shown = tried(SCHEMA)
    assert shown["nodes"] == {
        "/additionalProperties": ["Each"],
        "/properties": ["Member"],
        "/properties/a": ["Member"],
        "/properties/a/type": ["Kinds"],
        "/properties/a/maximum": ["Check"],
        "/properties/a/minimum": ["Check"],
        "/properties/b": ["Member"],
        "/properties/b/$ref": ["Apply"],
        "/type": ["Kinds"],
        "/required": ["Required"],
        "/$defs/n/type": ["Kinds"],
        "/$defs/n/minLength": ["Check"],
    }
    assert tried({"enum": [1], "type": "integer"})[1]["nodes"] == {"/enum": ["Listed"], "/type": ["Listed"]}
    _, shown = tried(SCHEMA, form="text")
    assert "if a < 1:" in shown
    assert "# /properties/a/minimum (Check)\n" in shown
    assert "by closed_objects\n" in shown


def test_what_refuses_a_value_comes_from_the_question_above_it(tried: Callable[..., Any]) -> None:
    _, shown = tried(SCHEMA)
    lines = [line for line in shown["code"] if line["function"] == "_valid_it"]
    at = next(index for index, line in enumerate(lines) if line["text"].strip() == "if a > 9:")
    assert lines[at + 1] == {**lines[at], "text": "            return False"}


def test_a_keyword_that_others_refer_to_is_left_where_it_is(tried: Callable[..., Any]) -> None:
    schema = {"properties": {"a": {"minimum": 1}, "b": {"$ref": "#/properties/a"}}}
    _, shown = tried(schema)
    assert any(line["keywords"] == ["/properties/b"] for line in shown["code"])


def lines(*texts: str) -> list[Line]:
    return [Line(text, "f") for text in texts]


CODE = lines("def f(value):", "    if a:", "        raise X", "    if b:", "        raise X", "    else:", "        c")


@pytest.mark.parametrize(
    ("left", "gone"),
    [
        (CODE, []),
        (None, []),  # nothing can be made without it
        (lines("def f(value):", "    if b:", "        raise X", "    else:", "        c"), [1, 2]),
        (lines("def f(value):", "    if a:", "        raise X", "    c"), [3, 4, 5]),
        (lines("def g(value):", "        if a:", "            raise X", *(line.text for line in CODE[3:])), [0]),
    ],
)
def test_a_line_comes_from_a_part_without_which_it_is_not_there(left: list[Line] | None, gone: list[int]) -> None:
    traced_lines = list(traced(CODE, [Part("/x", lambda: left)]))
    assert [index for index, line in enumerate(traced_lines) if line.keywords == ("/x",)] == gone


def test_a_question_of_several_lines_is_one_to_what_stands_below_it() -> None:
    broken = [*("    if (", "        {}", "        and b", "    ):", "        raise X")]
    code = lines("def f(value):", *(line.format(name) for name in ("a", "c") for line in broken))
    traced_lines = list(traced(code, [Part("/x", lambda: [code[0], *code[6:]])]))
    assert [index for index, line in enumerate(traced_lines) if line.keywords == ("/x",)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("names", "nearest"),
    [
        (["/type", "/minimum"], ["/minimum"]),
        (["/type"], ["/type"]),
        (["/properties", "/properties/a", "/properties/a/minimum"], ["/properties/a/minimum"]),
        (["/type", "/properties/a/type"], ["/properties/a/type"]),
        (["/required", "/properties/a"], ["/required", "/properties/a"]),
    ],
)
def test_the_innermost_parts_are_named_and_a_guard_for_want_of_others(names: list[str], nearest: list[str]) -> None:
    (line,) = traced(lines("x"), [Part(name, list) for name in names])
    assert list(line.keywords) == nearest


def test_a_large_schema_is_shown_without_them(tried: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "_MOST_PARTS", 3)
    code, shown = tried(SCHEMA)
    assert (code, [finding["rule"] for finding in shown["findings"]]) == (0, ["try-large"])
    assert shown["code"]
    assert not any(line["keywords"] for line in shown["code"])


# The validity


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(("instance", "valid"), [({"a": 1}, True), ({"a": 0, "c": 1}, False), ([1], False)], ids=str)
def test_the_validity_is_shown_with_every_problem(
    tried: Callable[..., Any], instance: JSON, valid: bool, form: str
) -> None:
    code, shown = tried(SCHEMA, instance, form=form)
    assert code == (0 if valid else 1)
    if form == "text":
        assert f"data.json: {'valid, 0 problems' if valid else 'not valid'}" in shown
        assert ("/c: must not be there\n    by /additionalProperties\n" in shown) == (instance == {"a": 0, "c": 1})
    else:
        (validity,) = shown["instances"]
        assert (validity["file"], validity["is_valid"], not validity["problems"]) == ("data.json", valid, valid)


def test_code_and_tables_that_differ_are_reported(tried: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def said_wrong(scope: Scope, keyword: Keyword) -> Iterator[Node]:
        for node in keywords.minItems(scope, keyword):
            assert isinstance(node, Check)
            yield replace(node, rule=("least", 0))

    monkeypatch.setitem(keywords.ASSERTIONS, "minItems", ("array", said_wrong))
    code, shown = tried({"minItems": 2}, [1], form="text")
    assert code == 1
    assert "data.json: not valid, 0 problems\n  is_valid and problems differ" in shown


def test_formats_may_be_annotations(tried: Callable[..., Any]) -> None:
    assert tried({"format": "date"}, "no")[0] == 1
    assert tried({"format": "date"}, "no", more=["--formats", "annotate"])[0] == 0


def test_other_files_of_the_folder_can_be_referred_to(tried: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("type: integer\n")
    assert tried({"$ref": "other.yaml"}, 1)[0] == 0
    assert tried({"$ref": "other.yaml"}, "a")[0] == 1


# Faults

FAULTS: dict[str, tuple[str, str, str, int]] = {
    # the schema, the instance, the rule, the exit code
    "no schema file": ("", "1", "file-unreadable", 2),
    "not JSON": ("{", "1", "json-syntax", 1),
    "no schema": ("[1]", "1", "root-type", 1),
    "an invalid schema": ('{"type": 1}', "1", "invalid-schema", 1),
    "a reference that leads nowhere": ('{"$ref": "gone.json"}', "1", "unresolved-reference", 1),
    "a reference out of the folder": ('{"$ref": "../out.json"}', "1", "unresolved-reference", 1),
    "no instance file": ("{}", "", "file-unreadable", 2),
    "an instance that is not JSON": ("{}", "{", "json-syntax", 1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_a_finding(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    schema, instance, rule, code = FAULTS[fault]
    (tmp_path / "in").mkdir()
    (tmp_path / "out.json").write_text("{}")
    monkeypatch.chdir(tmp_path / "in")
    for path, text in {"it.json": schema, "data.json": instance}.items():
        if text:
            Path(path).write_text(text)
    assert main(["try", "it.json", "--instance", "data.json", "--format", "json"]) == code
    (finding,) = json.loads(capsys.readouterr().out)
    assert (finding["rule"], finding["file"]) == (rule, "data.json" if "instance" in fault else "it.json")
    assert main(["try", "it.json", "--instance", "data.json"]) == code
    assert f"error[{rule}]" in capsys.readouterr().out


def test_nothing_is_written(tried: Callable[..., Any], tmp_path: Path) -> None:
    tried(SCHEMA, {"a": 1})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.json", "it.json"]
