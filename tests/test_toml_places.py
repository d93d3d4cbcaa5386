"""Tests of codegen.source.toml_text, and of the places of findings about settings in whichever file these stand."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from codegen.app import pipeline
from codegen.app.config import read_config
from codegen.findings import Finding, Rejected
from codegen.source.toml_text import key_place

ROOT = Path(__file__).parent.parent
TEXT = '''\
a.b = 1 # [c]
[tool.triptych]
artifacts = ["a", ["b"],
  "c"] # ]
names = {"x#/a" = "A", b.c = [1, {d = 2}], e = 1.5}
day = 1979-05-27 07:32:00
[[tool.triptych.list]]
name = "]="
deep.er.key = """
[no]
b = 1"""
[[tool.triptych.list.below]]
k = 1
[[tool.triptych.list.below]]
k = 2
[tool.triptych.list.table."4.0"]
x = true
[[ tool . 'triptych' . list ]]
name = 'x'
'''
PLACES = {
    "a": (1, 1),
    "a b": (1, 1),
    "tool triptych artifacts 0": (3, 14),
    "tool triptych artifacts 1": (3, 19),
    "tool triptych artifacts 1 0": (3, 20),
    "tool triptych artifacts 2": (4, 3),
    "tool triptych artifacts 3": (3, 1),
    "tool triptych names x#/a": (5, 10),
    "tool triptych names b c 1 d": (5, 35),
    "tool triptych names e": (5, 44),
    "tool triptych day": (6, 1),
    "tool triptych list": (7, 1),
    "tool triptych list 0 name": (8, 1),
    "tool triptych list 0 deep er": (9, 1),
    "tool triptych list 0 below 1 k": (15, 1),
    "tool triptych list 0 table 4.0 x": (17, 1),
    "tool triptych list 1 name": (19, 1),
    "tool triptych list 1 none": (18, 1),
}


@pytest.mark.parametrize(("keys", "place"), PLACES.items(), ids=PLACES)
def test_the_place_of_a_key_or_an_item_or_the_nearest_around_it(keys: str, place: tuple[int, int]) -> None:
    for text in (TEXT, TEXT.replace("\n", "\r\n")):
        start = key_place("f", text, tuple(keys.split(" ")))
        assert (start.file, start.line, start.column) == ("f", *place)


def members(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if path:
        yield path
    named = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, below in named:
        yield from members(below, (*path, str(name)))


@pytest.mark.parametrize("file", ["pyproject.toml", *map(str, ROOT.glob("codegen/artifacts/*/artifact.toml"))])
def test_every_member_of_a_real_file_has_a_place_of_its_own(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    lines = text.split("\n")
    for keys in members(tomllib.loads(text)):
        place = key_place("f", text, keys)
        here = lines[place.line - 1][place.column - 1 :]
        assert keys[-1] in here if not keys[-1].isdigit() else here, keys


def findings(folder: Path, name: str, text: str) -> tuple[Finding, ...]:
    (folder / "schema").mkdir()
    (folder / "schema" / "a.json").write_text("{}")
    (folder / name).write_text(text)
    with pytest.raises(Rejected) as caught:
        pipeline.run(read_config(config_file=folder / name, cwd=folder))
    return caught.value.findings


SETTINGS = """\
[tool.triptych.openapi]
title = "T"
[[tool.triptych.openapi.operations]]
method = "get"
path = "/a"
operation_id = "a"
responses.200 = { description = "fine", scheme = "a.json" }
[[tool.triptych.openapi.operations]]
method = "fetch"
path = "b"
operation_id = "b"
tags = ["one", 2]
responses.200.schema = "none.json"
"""


@pytest.mark.parametrize("name", ["triptych.toml", "pyproject.toml"])
def test_a_setting_of_the_openapi_document_is_told_where_it_stands(tmp_path: Path, name: str) -> None:
    reported = findings(tmp_path, name, SETTINGS)
    assert {finding.place.file for finding in reported} == {(tmp_path / name).as_posix()}
    assert {(finding.place.line, finding.place.column, finding.place.pointer) for finding in reported} >= {
        (7, 41, "/tool/triptych/openapi/operations/0/responses/200/scheme"),
        (9, 1, "/tool/triptych/openapi/operations/1/method"),
    }


ARTIFACT = """\
name = "own"
purpose = "for a test"
[settings.one]
type = "string"
default = ""
purpose = ""
[[templates]]
template = "own.txt.jinja"
each = "run"
path = "own/own.txt"
language = "markdown"
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "column"),
    [
        ('"string"', '"text"', 4, 1),
        ('type = "string"', 'type = "string"\nallow = []', 5, 1),
        ('type = "string"\n', "", 3, 1),
        ('"own"\n', '"docs"\n', 1, 1),
        ('"own"\n', '"Own"\n', 1, 1),
        ("markdown", "latin", 11, 1),
        ('each = "run"\n', "", 7, 1),
        ('"for a test"', "[", 3, 2),
        ('"for a test"', '"for a test"\nmore = 1', 3, 1),
        ('type = "string"', 'type = "string"\n[[templates]]', 5, 1),
    ],
)
def test_a_fault_of_an_artifact_is_told_where_it_stands(
    tmp_path: Path, old: str, new: str, line: int, column: int
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "own.txt.jinja").write_text("text\n")
    (tmp_path / "own" / "artifact.toml").write_text(ARTIFACT.replace(old, new, 1))
    reported = findings(tmp_path, "triptych.toml", '[tool.triptych]\nartifacts = ["own"]\n')
    assert [Path(finding.place.file).name for finding in reported[:1]] == ["artifact.toml"]
    assert (line, column) in {(finding.place.line, finding.place.column) for finding in reported}


@pytest.mark.parametrize(("old", "new", "line"), [('"run"', '"week"', 8), ("own/own.txt", "../own.txt", 9)])
def test_a_template_that_can_not_be_rendered_is_told_where_it_is_named(
    tmp_path: Path, old: str, new: str, line: int
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "own.txt.jinja").write_text("text\n")
    text = ARTIFACT.replace('[settings.one]\ntype = "string"\ndefault = ""\npurpose = ""\n', "\n\n")
    (tmp_path / "own" / "artifact.toml").write_text(text.replace(old, new))
    (finding,) = findings(tmp_path, "triptych.toml", '[tool.triptych]\nartifacts = ["own"]\n')
    assert (Path(finding.place.file).name, finding.place.line) == ("artifact.toml", line - 1)
