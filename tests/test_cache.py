"""The cache of earlier runs: after any edits a run that uses it gives the same bytes as one that starts from nothing.

`nox -s laws` tries more edits; `TRIPTYCH_EXAMPLES=500 pytest tests/test_cache.py` many more, and new ones every time.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen.app import pipeline
from codegen.app.config import Config, read_config
from codegen.cli import main
from codegen.compiler import components
from codegen.compiler.components import Component, Made
from codegen.findings import Finding, Rejected
from codegen.incremental import cache
from codegen.incremental.cache import Cache
from codegen.ir import Document
from codegen.render import python_grammar
from codegen.render.templates import Part, Printing
from codegen.schema.resolver import Resolution
from codegen.validation import metaschema

MANY = int(os.environ.get("TRIPTYCH_EXAMPLES", "0"))

BODIES: tuple[dict[str, Any], ...] = (
    {"properties": {"a": {"type": "integer"}}},
    {"properties": {"a": {"type": "integer", "minimum": 1}}, "required": ["a"]},
    {"title": "One", "properties": {"kind": {"enum": ["x", "y"]}, "at": {"type": "string", "format": "date-time"}}},
    {"title": "One", "properties": {"other": {"$ref": "b.json"}, "part": {"$ref": "c.json"}}},
    {"type": "array", "items": {"$ref": "a.json"}, "$defs": {"part": {"properties": {"n": {"const": 1}}}}},
    {
        "allOf": [{"$ref": "d.json"}],
        "$defs": {"part": {"type": "string", "pattern": "^a+$"}},
        "properties": {"p": True},
    },
    {"oneOf": [{"$ref": "a.json"}, {"type": "null"}], "$defs": {"part": {"enum": [1, "1", None]}}},
    {"$dynamicAnchor": "node", "properties": {"sub": {"$dynamicRef": "#node"}, "c": {"$ref": "a.json"}}},
    {"$id": "urn:tree", "$dynamicAnchor": "node", "properties": {"d": {"$ref": "b.json"}}},
    {"properties": {"$ref": {"type": "string"}, "M": {"$ref": "#/$defs/M"}}, "$defs": {"M": {"properties": {"M": {}}}}},
    {"type": "string", "pattern": "^(a+)+$", "examples": ["b"]},
    {"properties": {"n": {"type": "number", "examples": ["none"]}, "e": {"$ref": "a.json#/$defs/part"}}},
    {"properties": {"n": {"$ref": "https://json-schema.org/draft/2020-12/meta/core"}}},
    {"title": "Two", "description": "Told.", "properties": {"deep": {"$ref": "c.json#/properties/p"}, "a": False}},
    {"description": "Only told.", "examples": [{}], "properties": {"a": {"$ref": "d.json"}}, "required": ["a"]},
    {"allOf": [{"$ref": "a.json"}, {"$ref": "b.json"}], "properties": {"own": {"properties": {"x": {}}}}},
    {"anyOf": [{"$ref": "b.json#/x-hidden"}, {"$ref": "a.json#/$defs/part"}], "x-hidden": {"properties": {"h": {}}}},
    {"x-hidden": {"title": "Hidden", "properties": {"h": {"$ref": "d.json"}}}, "$defs": {"part": {"enum": ["p"]}}},
    {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "properties": {"n": {"minimum": 1, "exclusiveMinimum": True}},
    },
    {"type": "wrong"},
)
ASKED: dict[str, Any] = {
    "$defs": {"part": {"enum": ["p", "q"]}},
    "properties": {"p": {"title": "P", "properties": {"q": {"type": "integer"}}}},
    "x-hidden": {"properties": {"h": {"format": "date"}}},
}
"""What others refer to within a document, so that most of the documents can stand together."""
PATHS = ("a.json", "b.json", "c.json", "d.json", "_x/e-e.json", "index.json")
SETTINGS: dict[str, Callable[[Config], Config]] = {
    "formats": lambda config: replace(config, formats="annotate" if config.formats == "assert" else "assert"),
    "package": lambda config: replace(config, package=config.package + "x"),
    "a name override": lambda config: replace(config, names={"a.json#": "Pinned"}),
    "a name override elsewhere": lambda config: replace(config, names={"b.json#": "One"}),
    "frozen": lambda config: replace(config, settings={"models": {"frozen": True}}),
    "open": lambda config: replace(config, settings={"models": {"open_enums": True}}),
    "split": lambda config: replace(config, settings={"docs": {"page_limit": 2}}),
    "titled": lambda config: replace(config, settings={"docs": {"title": "Ours", "comments": False}}),
    "served": lambda config: replace(
        config,
        settings={
            "openapi": {
                "operations": [{"method": "post", "path": "/a", "operation_id": "a", "request": {"schema": "a.json"}}]
            }
        },
    ),
    "plain": lambda config: replace(config, settings={}, names={}),
}
EDITS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(PATHS), st.sampled_from(range(len(BODIES)))),
    st.tuples(st.just("remove"), st.sampled_from(PATHS)),
    st.tuples(st.just("rename"), st.sampled_from(PATHS), st.sampled_from(PATHS)),
    st.tuples(st.just("set"), st.sampled_from(sorted(SETTINGS))),
)


def made(config: Config, recalled: Cache | None = None) -> tuple[dict[str, str], Sequence[Finding]]:
    """Return the files and the findings: no files if the schemas are rejected."""
    try:
        outcome = pipeline.run(config, cache=recalled)
    except Rejected as rejected:
        return {}, rejected.findings
    return dict(outcome.files), outcome.warnings


def edited(folder: Path, config: Config, edit: Sequence[Any]) -> Config:
    """Return the configuration after an edit of it, or of the files in the folder."""
    match edit:
        case ("write", path, body):
            (folder / path).parent.mkdir(exist_ok=True)
            whole = {key: {**value, **BODIES[body].get(key, {})} for key, value in ASKED.items()}
            (folder / path).write_text(json.dumps({**BODIES[body], **whole}))
        case ("remove", path):
            (folder / path).unlink(missing_ok=True)
        case ("rename", path, other) if (folder / path).exists():
            (folder / other).parent.mkdir(exist_ok=True)
            (folder / path).replace(folder / other)
        case ("set", name):
            return SETTINGS[name](config)
    return config


@settings(
    max_examples=MANY or 6,
    derandomize=not MANY,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    start=st.lists(st.sampled_from(range(len(BODIES))), min_size=3, max_size=6),
    edits=st.lists(EDITS, min_size=2, max_size=4),
)
def test_after_any_edits_the_bytes_are_those_of_a_run_from_nothing(
    tmp_path_factory: pytest.TempPathFactory, start: list[int], edits: list[tuple[Any, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("edited")
    (folder / "schema").mkdir()
    config = read_config(config_file=None, schema=None, out=None, package=None, cwd=folder)
    for path, body in zip(PATHS, start, strict=False):
        edited(folder / "schema", config, ("write", path, body))
    for edit in [("set", "plain"), *edits]:
        config = edited(folder / "schema", config, edit)
        recalled = cache.recall(str(folder))
        assert made(config, recalled) == made(config)
        cache.store(str(folder), recalled)


# What is done again, and what is not


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder with three documents, two of which refer to nothing, after one run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schema").mkdir()
    for path, body in zip(PATHS, (0, 2, 9), strict=False):
        (tmp_path / "schema" / path).write_text(json.dumps(BODIES[body]))
    assert main(["generate"]) == 0
    yield tmp_path


def kept() -> Path:
    [file] = (Path(os.environ["XDG_CACHE_HOME"]) / "triptych").glob("*.cache")
    return file


def test_only_the_texts_that_change_are_made_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = made_again(monkeypatch)
    (project / "schema" / "a.json").write_text(json.dumps({**BODIES[1], "title": "Another"}))
    assert main(["generate"]) == 0
    assert {name for name in made if "a" in name} == {"a", "a.md"}
    assert not {"b", "c", "b.md", "c.md"} & {*made}


def test_a_document_is_done_again_with_what_it_refers_to_and_not_with_who_refers_to_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, target in (("b.json", "a.json"), ("c.json", "b.json"), ("d.json", "a.json")):
        (project / "schema" / path).write_text(json.dumps({"properties": {"to": {"$ref": target}}}))
    assert main(["generate"]) == 0
    made = made_again(monkeypatch)
    for path, again in (("c.json", {"c"}), ("b.json", {"b", "c"}), ("a.json", {"a", "b", "c", "d"})):
        made.clear()
        content = json.loads((project / "schema" / path).read_text())
        (project / "schema" / path).write_text(json.dumps({**content, "title": f"New {path}"}))
        assert main(["generate"]) == 0
        assert {name for name in made if len(name) == 1} == again
        assert {name for name in made if name.endswith(".md")} == {f"{name}.md" for name in again}


TO_A = {"properties": {"to": {"$ref": "a.json"}}}
PARTS: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    "its own schema": ({}, {"b.json": {**BODIES[2], "minProperties": 1}}, {"One"}),
    "one that it refers to": ({"b.json": TO_A}, {"a.json": {**BODIES[0], "description": "Told."}}, {"A", "B"}),
    "one that is written into it in 3.0 terms": (
        {"b.json": {"$ref": "a.json", "unevaluatedProperties": False}},
        {"a.json": {"properties": {"x": {}}}},
        {"A", "B"},
    ),
    "one that is new": ({"b.json": TO_A}, {"d.json": True}, {"D"}),
    "an example": ({}, {"a.json": {**BODIES[0], "examples": [{}]}}, {"A"}),
    "an example that is not valid": ({}, {"a.json": {"type": "string", "examples": [1]}}, {"A"}),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_made_again_only_if_what_it_read_has_changed(
    project: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after, again = PARTS[name]
    written(project, before)
    assert main(["generate"]) == 0
    made = parts_made(monkeypatch)
    written(project, after)
    assert main(["generate"]) == 0
    assert sorted(made) == sorted(again)


def test_a_part_is_made_again_if_what_it_refers_to_has_another_name(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(project, {"b.json": TO_A})
    assert main(["generate"]) == 0
    made = parts_made(monkeypatch)
    (project / "pyproject.toml").write_text('[tool.triptych.names]\n"a.json#" = "Pinned"\n')
    assert main(["generate"]) == 0
    assert sorted(made) == ["B", "Pinned"]


def parts_made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by the components that are made."""
    made: list[str] = []
    value = Part.value
    monkeypatch.setattr(Part, "value", lambda self: made.append(str(self.item["name"])) or value(self))
    return made


def written(project: Path, schemas: dict[str, Any]) -> None:
    """Write schemas into the folder of a project."""
    for path, schema in schemas.items():
        (project / "schema" / path).write_text(json.dumps(schema))


def test_code_is_made_again_where_a_text_is_unless_others_refer_to_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "schema" / "b.json").write_text(json.dumps({"properties": {"to": {"$ref": "a.json"}}}))
    (project / "pyproject.toml").write_text("")
    assert main(["generate"]) == 0
    made = made_again(monkeypatch)
    (project / "pyproject.toml").write_text('[tool.triptych.models]\njson = "auto"\n')
    assert main(["generate"]) == 0
    assert {name for name in made if len(name) == 1} == {"b", "c"}
    recalled = {path: path.read_bytes() for path in (project / "generated").rglob("*") if path.is_file()}
    kept().unlink()
    assert main(["generate"]) == 0
    assert {path: path.read_bytes() for path in recalled} == recalled


def made_again(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by the modules that are compiled, and by the pages that are made."""
    made: list[str] = []
    compiled, text = components.made, Printing.text

    def compiling(component: Component, *rest: Any) -> Made:
        made.extend(uri.removeprefix("schema:///").removesuffix(".json") for uri in component.uris)
        return compiled(component, *rest)

    def printing(self: Printing) -> str:
        if self.complete is not None and "path" in self.item:
            made.append(str(self.item["path"]))
        return text(self)

    monkeypatch.setattr(components, "made", compiling)
    monkeypatch.setattr(Printing, "text", printing)
    return made


def test_only_the_work_of_what_changed_is_done_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = python_grammar.findings_in
    read: list[str] = []
    monkeypatch.setattr(
        python_grammar, "findings_in", lambda file, *rest: read.append(file.path) or foreign(file, *rest)
    )
    fresh: list[str] = []
    whole = metaschema.findings

    def findings(resolution: Resolution, documents: Sequence[Document], *rest: Any) -> Iterator[Finding]:
        fresh.extend(document.path for document in documents)
        return whole(resolution, documents, *rest)

    monkeypatch.setattr(metaschema, "findings", findings)
    (project / "schema" / "a.json").write_text(json.dumps(BODIES[1]))
    assert main(["generate"]) == 0
    assert fresh == ["a.json"]
    assert sorted(read) == ["models/models/_tables/a.py", "models/models/a.py"]


@pytest.mark.parametrize("edit", [("a.json", '{"type": "wrong"}'), ("a.json", "{")])
def test_what_is_wrong_is_told_every_time(project: Path, edit: tuple[str, str], capsys: Any) -> None:
    (project / "schema" / edit[0]).write_text(edit[1])
    assert main(["generate"]) == main(["generate"]) == 1
    printed = capsys.readouterr().out
    assert printed[: len(printed) // 2] == printed[len(printed) // 2 :] != ""


def test_a_damaged_file_costs_only_time(project: Path) -> None:
    whole = kept().read_bytes()
    middle = len(whole) // 2
    for damaged in (b"", whole[:middle], whole[:-1], whole.replace(b"true", b"null", 1), b"{}\n" + whole):
        kept().write_bytes(damaged)
        assert cache.recall(about(project)).lines() == []
        assert not cache.recall(about(project))._recalled
    (project / "schema" / "b.json").unlink()
    assert main(["generate"]) == main(["check"]) == 0


@pytest.mark.parametrize(
    ("text", "planted"),
    [
        ("def is_valid(data: object)", "def is_valid(data: object, *more: object)"),
        ("valid = _fallback.recheck(", "valid = _fallback.sys.exit("),
    ],
)
def test_a_text_that_no_template_makes_is_refused_wherever_it_comes_from(
    project: Path, text: str, planted: str, capsys: Any
) -> None:
    recalled = cache.recall(about(project))
    values = {key: recalled.find(key) for key in recalled._recalled}
    texts = {key: str(value[2]) for key, value in values.items() if isinstance(value, list) and len(value) == 3}
    assert any(text in whole for whole in texts.values())
    for key, whole in texts.items():
        row = values[key]
        recalled.keep(key, [*row[:2], whole.replace(text, planted)] if isinstance(row, list) else None)
    recalled.keep("news", True)
    cache.store(about(project), recalled)
    before = (project / "generated" / "models" / "models" / "b.py").read_bytes()
    (project / "schema" / "a.json").write_text(json.dumps(BODIES[1]))
    assert main(["generate"]) == 2
    assert "grammar-foreign" in capsys.readouterr().out
    assert (project / "generated" / "models" / "models" / "b.py").read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the user's folders to the user")
def test_a_file_that_others_can_write_is_not_read(project: Path) -> None:
    assert cache.recall(about(project))._recalled
    kept().chmod(0o620)
    assert not cache.recall(about(project))._recalled


def test_what_other_tools_or_our_own_older_code_found_is_not_read(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "site" / "datamodel_code_generator-99.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(project / "site"))
    assert not cache.recall(about(project))._recalled


def test_entries_that_a_run_did_not_use_are_dropped(project: Path) -> None:
    before = kept().stat().st_size
    (project / "schema" / "c.json").unlink()
    assert main(["generate"]) == 0
    assert kept().stat().st_size < before


def about(project: Path) -> str:
    return "\n".join(map(str, (project, project / "schema", project / "generated")))
