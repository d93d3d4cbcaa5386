"""Tests of what artifacts are given: none can change it, and so no file depends on what was made before it."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from codegen import read_only
from codegen.app import pipeline
from codegen.findings import Rejected
from codegen.ir import JSON, Package
from codegen.read_only import Array, Object
from codegen.render import templates
from codegen.render.templates import Artifact, Rendered
from tests.test_openapi import files, package
from tests.test_render import artifact
from tests.test_snapshots import CASES, ROOT, configured


@dataclass(frozen=True, slots=True)
class Given:
    """What one run gives to its artifacts."""

    package: Package
    artifacts: Sequence[Artifact]
    settings: Mapping[str, Mapping[str, JSON]]


@cache
def given(case: Path) -> Given:
    """Return what the artifacts are given for a case, as it is before anybody keeps it from being changed."""
    kept: list[Given] = []

    def keep(made: Package, artifacts: Sequence[Artifact], settings: Any, *rest: Any) -> tuple[Rendered, ...]:
        kept.append(Given(made, artifacts, settings))
        return ()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "render", keep)
        pipeline.run(configured(case))
    return kept[0]


EVERY_CASE = pytest.mark.parametrize("case", [ROOT, *CASES], ids=lambda case: case.name if case != ROOT else "own")


@EVERY_CASE
def test_no_panel_changes_what_it_is_given(case: Path) -> None:
    made = given(case)
    before = repr((made.package, made.settings))
    for panel in made.artifacts:
        for planned in templates._planned(made.package, panel, made.settings):
            planned.printing.text()
        assert repr((made.package, made.settings)) == before, panel.name


@EVERY_CASE
def test_nothing_that_is_given_can_be_changed(case: Path) -> None:
    made = given(case)
    assert next(changeable(made.package, "package"), "")
    assert list(changeable(read_only.package(made.package), "package")) == []
    for panel in made.artifacts:
        assert list(changeable(templates._readable(panel, made.settings), panel.name)) == []


@EVERY_CASE
def test_what_is_given_says_the_same(case: Path) -> None:
    made = given(case).package
    kept = read_only.package(made)
    assert kept.documents == made.documents
    assert dict(kept.subschemas) == dict(made.subschemas)
    assert all(dict(kept.subschemas[at].keywords) == dict(each.keywords) for at, each in made.subschemas.items())
    assert dict(kept.shapes) == dict(made.shapes)
    assert kept.history == made.history
    assert read_only.package(kept).documents == made.documents


@EVERY_CASE
def test_what_is_given_has_what_resolving_knew(case: Path) -> None:
    made = read_only.package(given(case).package)
    for location, subschema in made.subschemas.items():
        assert made.resources[subschema.resource].uri == subschema.uri.partition("#")[0]
        assert not subschema.resource.pointer or location.pointer.startswith(subschema.resource.pointer)
    for document in (each for each in made.documents if each.public):
        assert made.by_uri[document.location.document] == made.by_uri[made.by_module[document.module]] == document
        assert made.resources[document.location].dialect.rstrip("#") == document.dialect.rstrip("#")
        lines = document.text.splitlines()
        for location in (at for at in made.subschemas if at.document == document.location.document):
            place = made.places[location]
            assert (place.file, place.pointer) == (document.path, location.pointer)
            assert document.path.endswith("yaml") or lines[place.line - 1][place.column - 1] in "{tf"
    assert set(made.places) == set(made.subschemas)


def changeable(value: object, at: str) -> Iterator[str]:
    """Yield the place of every value that can be changed."""
    if isinstance(value, dict | list | set) and not isinstance(value, Object | Array):
        yield at
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from changeable(item, f"{at}[{key!r}]")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from changeable(item, f"{at}[{index}]")
    elif is_dataclass(value):
        for each in fields(value):
            yield from changeable(getattr(value, each.name), f"{at}.{each.name}")


# In whatever order


@EVERY_CASE
def test_the_order_of_the_artifacts_does_not_matter(case: Path) -> None:
    made = given(case)
    once = templates.render(made.package, made.artifacts, made.settings)
    assert templates.render(made.package, made.artifacts[::-1], made.settings) == once
    alone = [file for panel in made.artifacts for file in templates.render(made.package, [panel], made.settings)]
    assert sorted(alone, key=lambda file: file.path) == list(once)


def test_the_order_of_the_templates_does_not_matter() -> None:
    made = given(ROOT)
    turned = [replace(panel, templates=panel.templates[::-1]) for panel in made.artifacts]
    once = templates.render(made.package, made.artifacts, made.settings)
    assert templates.render(made.package, turned, made.settings) == once


PATTERN: JSON = {"type": "object", "patternProperties": {".*": {"type": "string"}}}
NAMES: JSON = {"propertyNames": {"maxLength": 2}}  # 3.0 can't say it, so that the downgrade looks twice


@pytest.mark.parametrize("also", [{}, {"other": NAMES}, {"a": NAMES, "z": {"$ref": "a.json"}}])
def test_no_document_takes_from_another_one(also: dict[str, JSON]) -> None:
    made = files(package(case=PATTERN, **also))
    for name in ("openapi", "fragment"):
        assert json.loads(made[f"{name}.json"])["components"]["schemas"]["Case"] == PATTERN
    older = json.loads(made["openapi-3.0.json"])["components"]["schemas"]["Case"]
    assert older == {"type": "object", "additionalProperties": {"type": "string"}}
    assert "Case" in json.loads(made["openapi-3.0-losses.json"])["exact"]


# Artifacts of one's own

OWN = """
from codegen.ir import Prepared


def prepare(package, settings):
    places = {at.pointer: place for at, place in package.places.items()}
    return Prepared({"part": [{"name": "a", "pointer": "/items"}]}, {"part": part}, (package, places))


def part(index, item):
    package, places = index
    place, resource = places[item["pointer"]], package.resources[package.documents[0].location]
    text = f"{place.file}:{place.line}:{place.column} {resource.dialect} {len(package.resources)}"
    return {**item, "line": package.by_uri[resource.location.document].module + " " + text}
"""


def test_a_panel_of_ones_own_is_given_the_same(tmp_path: Path) -> None:
    mine = artifact(tmp_path, "{{ line | literal }}", each="part", path="{name}.txt", prepare=OWN)
    (made,) = templates.render(package(case={"items": {"type": "string"}}), [mine], {})
    assert made.text.strip("\"'") == "case case.json:2:12 https://json-schema.org/draft/2020-12/schema 1"


CHANGES = [
    "package.documents[0].content['title'] = 'x'",
    "package.documents[0].content.update(title='x')",
    "package.documents[0].content['type'].append('null')",
    "package.documents[0].content.pop('type')",
    "del package.documents[0].content['type'][0]",
    "content = package.documents[0].content['properties']; content |= {}",
    "package.subschemas.clear()",
    "package.subschemas[package.documents[0].location].keywords['type'].value.sort()",
    "del package.subschemas[package.documents[0].location].keywords['type']",
    "package.examples.popitem()",
    "settings['words'].reverse()",
    "settings['words'] = []",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_prepare_that_changes_what_it_is_given_is_reported(change: str, tmp_path: Path) -> None:
    mine = artifact(tmp_path, "x", prepare=f"def prepare(package, settings):\n    {change}\n    return {{}}\n")
    made = package(case={"type": ["object", "string"], "properties": {"a": {}}})
    before = repr(made)
    with pytest.raises(Rejected) as caught:
        templates.render(made, [mine], {"mine": {"words": ["a"]}})
    (finding,) = caught.value.findings
    assert (finding.rule.id, Path(finding.place.file).name, finding.place.line) == ("prepare-broken", "prepare.py", 2)
    assert repr(made) == before


@pytest.mark.parametrize("change", ["words.append('b')", "words.pop()", "words.clear()", "words.sort()"])
def test_a_template_can_t_change_what_another_one_prints(change: str, tmp_path: Path) -> None:
    prepare = "def prepare(package, settings):\n    return {'word': [{'name': 'a', 'words': ['a', 'c']}]}\n"
    mine = artifact(tmp_path, f"{{% set _ = {change} %}}", each="word", path="{name}.txt", prepare=prepare)
    with pytest.raises(Rejected) as caught:
        templates.render(package(case={}), [mine], {})
    assert [finding.rule.id for finding in caught.value.findings] == ["template-broken"]


@pytest.mark.parametrize("value", [{"a": [1, {"b": None}]}, [[{}], "x"], {}, []])
def test_a_copy_can_be_changed(value: Any) -> None:
    kept = read_only.read_only(value)
    assert kept == value and json.dumps(kept) == json.dumps(value)
    assert list(changeable(kept, "")) == []
    for made in (copy.deepcopy(kept), pickle.loads(pickle.dumps(kept))):
        assert made == value and {type(made)} <= {dict, list}
        made.clear()
    assert kept == value
