"""The cache of earlier runs: after any edits a run that uses it gives the same bytes as one that starts from nothing.

`nox -s laws` tries more edits; `TRIPTYCH_EXAMPLES=500 pytest tests/test_cache.py` many more, and new ones every time.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from codegen.output import swap
from codegen.output.manifest import digest
from codegen.render import python_grammar, templates
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
    {"allOf": [{"$ref": "b.json"}], "properties": {"p": {"description": "More.", "properties": {"r": {"enum": [1]}}}}},
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
LOST = st.sampled_from([0, 0, 1, 2, 3])
"""How many of the files of the run before are not there any more: each one of so many, none for 0."""


def made(
    config: Config, recalled: Cache | None = None, present: Mapping[str, bytes] = {}
) -> tuple[dict[str, str], Sequence[Finding]]:
    """Return the files and the findings: no files if the schemas are rejected."""
    try:
        outcome = pipeline.run(config, cache=recalled, present=present)
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
    edits=st.lists(st.tuples(EDITS, LOST), min_size=2, max_size=4),
)
def test_after_any_edits_the_bytes_are_those_of_a_run_from_nothing(
    tmp_path_factory: pytest.TempPathFactory, start: list[int], edits: list[tuple[tuple[Any, ...], int]]
) -> None:
    folder = tmp_path_factory.mktemp("edited")
    (folder / "schema").mkdir()
    config = read_config(config_file=None, schema=None, out=None, package=None, cwd=folder)
    for path, body in zip(PATHS, start, strict=False):
        edited(folder / "schema", config, ("write", path, body))
    files: list[bytes] = []
    for edit, lost in [(("set", "plain"), 0), *edits]:
        config = edited(folder / "schema", config, edit)
        recalled = cache.recall(str(folder))
        present = {digest(file): file for index, file in enumerate(files) if not lost or index % lost}
        fresh = made(config)
        assert made(config, recalled, present) == fresh
        cache.store(str(folder), recalled)
        files = [text.encode() for text in fresh[0].values()] or files


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


ABOUT_ONE = {f"{beginning}/{{module}}.py" for beginning in ("models/{package}", "models/{package}/_tables")}
ABOUT_ONE |= {"docs/{path}", "openapi/{file}.yaml", "openapi/{file}.json"}
ABOUT_NAMES = {
    "docs/index.md",
    "docs/llms.txt",
    "mkdocs.yml",
    "models/{package}/__init__.py",
    "openapi/openapi-3.0-losses.json",
}


@pytest.mark.parametrize(
    ("file", "keyword", "expected"),
    [
        ("a.json", {"minProperties": 1}, ABOUT_ONE),
        ("a.json", {"title": "Another"}, ABOUT_ONE | ABOUT_NAMES),
        ("e.json", {"type": "null"}, ABOUT_ONE | ABOUT_NAMES | {"models/{package}/_tables/__init__.py"}),
    ],
)
def test_a_text_that_nothing_was_changed_for_is_not_printed(
    project: Path, monkeypatch: pytest.MonkeyPatch, file: str, keyword: dict[str, Any], expected: set[str]
) -> None:
    printed: set[str] = set()
    text = Printing.text
    monkeypatch.setattr(Printing, "text", lambda self: printed.add(self.template.path) or text(self))
    (project / "schema" / file).write_text(json.dumps({**BODIES[0], **keyword}))
    assert main(["generate"]) == 0
    assert printed == expected


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


@pytest.mark.parametrize(("name", "again"), [("dataclass.json", True), ("unnamed.json", False)])
def test_python_is_read_again_where_a_word_of_its_imports_becomes_a_module(
    project: Path, monkeypatch: pytest.MonkeyPatch, name: str, again: bool
) -> None:
    foreign = python_grammar.findings_in
    read: list[str] = []
    monkeypatch.setattr(
        python_grammar, "findings_in", lambda file, *rest: read.append(file.path) or foreign(file, *rest)
    )
    (project / "schema" / name).write_text("{}")
    assert main(["generate"]) == 0
    assert ("models/models/b.py" in read) is again


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
    package = project / "generated" / "models" / "models"
    file = next(package / name for name in ("b.py", "c.py") if text in (package / name).read_text())
    before, changed = file.read_bytes(), file.read_text().replace(text, planted).encode()
    file.write_bytes(changed)
    assert rewritten(project, {digest(before): digest(changed)}) == 1
    (project / "schema" / "a.json").write_text(json.dumps(BODIES[1]))
    assert main(["generate"]) == 2
    assert "grammar-foreign" in capsys.readouterr().out
    assert file.read_bytes() == changed


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


# The texts stand in the output folder


def rewritten(project: Path, digests: Mapping[str, str]) -> int:
    """Return how many texts have another digest in the cache from now on."""
    recalled = cache.recall(about(project))
    values = {key: recalled.find(key) for key in recalled._recalled}
    rows = {key: value for key, value in values.items() if isinstance(value, list) and len(value) == 3}
    found = {key: row for key, row in rows.items() if str(row[2]) in digests}
    for key, row in found.items():
        recalled.keep(key, [*row[:2], digests[str(row[2])]])
    cache.store(about(project), recalled)
    return len(found)


def exchanged(out: Path) -> None:
    b, c = (out / "docs" / f"{name}.md" for name in "bc")
    first, second = b.read_bytes(), c.read_bytes()
    b.write_bytes(second)
    c.write_bytes(first)


CHANGES: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "nothing": (lambda out: None, set()),
    "edited": (lambda out: (out / "docs" / "b.md").write_text("# Mine\n"), {"b.md"}),
    "line ends": (lambda out: (out / "docs" / "b.md").write_bytes(b"# B\r\n"), {"b.md"}),
    "cut short": (lambda out: os.truncate(out / "models" / "models" / "b.py", 100), {"b"}),
    "no text": (lambda out: (out / "models" / "models" / "c.py").write_bytes(b"\xff\x00"), {"c"}),
    "deleted": (lambda out: (out / "docs" / "c.md").unlink(), {"c.md"}),
    "exchanged": (exchanged, set()),
    "damaged manifest": (lambda out: (out / "manifest.json").write_text("{"), set()),
    "folder deleted": (shutil.rmtree, {"b", "b.md", "c", "c.md"}),
    "moved away": (lambda out: out.rename(out.with_name("elsewhere")), {"b", "b.md", "c", "c.md"}),
}
"""What may become of an output folder, and what is made again because of it."""


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("body", [0, 1])
def test_whatever_became_of_the_output_the_bytes_are_the_same(
    project: Path, monkeypatch: pytest.MonkeyPatch, change: str, body: int
) -> None:
    (project / "schema" / "a.json").write_text(json.dumps(BODIES[body]))
    do, again = CHANGES[change]
    do(project / "generated")
    made = made_again(monkeypatch)
    assert main(["generate"]) == 0
    assert {name for name in made if name in ("b", "c", "b.md", "c.md")} == again
    assert on_disk(project / "generated") == pipeline.generate(read_config(cwd=project))


def test_a_digest_that_no_file_has_costs_only_time(project: Path) -> None:
    before = on_disk(project / "generated")
    digests = {digest(text): digest(f"not {text}") for text in before.values()}
    assert rewritten(project, digests) > 3
    (project / "schema" / "a.json").write_text(json.dumps(BODIES[1]))
    assert main(["generate"]) == 0
    assert on_disk(project / "generated") == pipeline.generate(read_config(cwd=project)) != before


def test_two_output_folders_in_turn(project: Path) -> None:
    for body in (1, 2):
        (project / "schema" / "a.json").write_text(json.dumps(BODIES[body]))
        wanted = pipeline.generate(read_config(cwd=project))
        for name in ("generated", "other"):
            assert main(["generate", "--out", name]) == 0
            assert on_disk(project / name) == wanted
        assert main(["check", "--out", "other"]) == 0
        for old, new in (("generated", "between"), ("other", "generated"), ("between", "other")):
            (project / old).rename(project / new)


def test_a_text_has_its_digest_taken_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    digested = templates.digested
    monkeypatch.setattr(templates, "digested", lambda text: taken.append(text) or digested(text))
    outcome = pipeline.run(read_config(cwd=project), cache=cache.recall(about(project)))
    assert sorted(taken) == sorted(text for path, text in outcome.files.items() if path != "manifest.json")
    taken.clear()
    present = {file.sha256: file.content for file in swap.look(project / "generated").values()}
    again = pipeline.run(read_config(cwd=project), cache=cache.recall(about(project)), present=present)
    assert again == outcome
    assert len(outcome.files) - len(taken) > 9
    assert {path: digest(text) for path, text in again.files.items()} == again.digests


def on_disk(out: Path) -> dict[str, str]:
    files = [path for path in out.rglob("*") if path.is_file()]
    return {path.relative_to(out).as_posix(): path.read_bytes().decode() for path in files}


def about(project: Path) -> str:
    return "\n".join(map(str, (project, project / "schema", project / "generated")))
