"""Tests of codegen.compiler.emit.pieces: what is printed once is what would be printed again."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Mapping
from typing import Any

import pytest

from codegen.app import build, name_overrides
from codegen.app.build import Built
from codegen.compiler.analysis import Analysis
from codegen.compiler.emit.body import Body
from codegen.compiler.emit.pieces import Pieces
from codegen.compiler.emit.tables import TableMaker
from codegen.compiler.emit.tree import Name
from codegen.compiler.types import Values
from codegen.incremental.cache import Cache
from codegen.ir import JSON, Location, ModuleCode
from codegen.schema.dialects import DRAFT_2020_12
from codegen.schema.resolver import attempt, bundled
from codegen.source import values

TEXT: JSON = {"type": "string", "description": "A text."}


def deeper(inner: JSON, _: int) -> JSON:
    return {"allOf": [inner], "minProperties": 1}


COUNT: JSON = {"type": "integer"}
LONG: JSON = {"type": "string", "minLength": 1, "maxLength": 9, "format": "uri-reference"}
LEAVES: dict[str, JSON] = {
    "text": TEXT,
    "number": {"type": "number", "minimum": 0, "maximum": 9},
    "count": {"type": "integer"},
    "time": {"type": "string", "format": "date-time"},
    "day": {"type": ["string", "null"], "format": "date"},
    "flag": {"type": ["boolean", "null"]},
    "list": {"type": "array", "items": {"type": "string", "format": "date-time"}, "uniqueItems": True},
    "pair": {"prefixItems": [{"type": "integer"}, {"const": "x"}], "items": False},
    "of": {"enum": ["a", "b", "c", "d", "e"]},
    "like": {"type": "string", "pattern": "^a+$"},
    "map": {"type": "object", "additionalProperties": {"type": "integer"}},
    "either": {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "integer"}]},
    "never": False,
    "any": True,
}
OBJECT: dict[str, JSON] = {"type": "object", "properties": dict(LEAVES)}
SETS: dict[str, dict[str, JSON]] = {
    "alike": {"a.json": OBJECT, "b.json": {**OBJECT, "title": "Another"}},
    "required, and not": {"a.json": {**OBJECT, "required": ["text", "time", "day", "flag", "of"]}, "b.json": OBJECT},
    "closed, and open": {"a.json": {**OBJECT, "additionalProperties": False}, "b.json": OBJECT},
    "evaluated": {"a.json": {**OBJECT, "unevaluatedProperties": False}, "b.json": OBJECT},
    "names that are taken": {
        "a.json": {"type": "object", "properties": {"item": LEAVES["list"], "texts": TEXT, "list": LEAVES["list"]}},
        "b.json": {"type": "object", "properties": {"list": LEAVES["list"], "item": LEAVES["list"], "texts": TEXT}},
    },
    "twice in one class": {
        "a.json": {"allOf": [OBJECT, {"properties": {"text": {"maxLength": 3}, "time": TEXT}}], **OBJECT},
        "b.json": OBJECT,
    },
    "known to be a text, and not": {
        "a.json": {"type": "object", "allOf": [{"properties": {"text": COUNT}}]},
        "b.json": {
            "type": "object",
            "required": ["text"],
            "properties": {"text": TEXT},
            "allOf": [{"properties": {"text": COUNT}}],
        },
    },
    "deep, and not": {
        "a.json": {"type": "object", "properties": {"text": LONG}},
        "b.json": functools.reduce(deeper, range(4), {"properties": {"text": LONG}}),
        "c.json": {"type": "object", "properties": {"a": {"items": {"properties": {"b": OBJECT, "text": TEXT}}}}},
    },
    "in a long function, and not": {
        "a.json": {"type": "object", "properties": {f"p{n}": LONG for n in range(89, -1, -1)}},
        "b.json": {"type": "object", "properties": {f"p{n}": LONG for n in range(90)}},
    },
    "of several dialects": {
        f"{name}.json": {"$schema": dialect, "type": "object", "properties": {"text": TEXT, "time": LEAVES["time"]}}
        for name, dialect in {
            "a": "http://json-schema.org/draft-07/schema#",
            "b": "https://json-schema.org/draft/2020-12/schema",
            "c": "http://json-schema.org/draft-04/schema#",
        }.items()
    },
}


@pytest.mark.parametrize("formats", ["assert", "annotate"])
@pytest.mark.parametrize("name", SETS)
def test_pieces_change_nothing(name: str, formats: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = models(SETS[name], formats)
    monkeypatch.setattr(Pieces, "get", lambda *_: None)
    assert models(SETS[name], formats) == kept


def models(schemas: dict[str, JSON], formats: str) -> dict[str, ModuleCode]:
    package = built(schemas, formats).package
    return {package.by_uri[uri].path: code for uri, code in package.modules.items()}


def built(schemas: Mapping[str, JSON], formats: str, cache: Cache | None = None) -> Built:
    sources = [values.from_value(path, schema) for path, schema in schemas.items()]
    resolution, findings = attempt(sources, dialect=DRAFT_2020_12, lookup=lambda uri: bundled(uri))
    before = name_overrides.Before(findings)
    return build.build(resolution, package="models", formats=formats, names={}, before=before, cache=cache)


def test_properties_of_one_name_and_content_are_printed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[Hashable] = []
    keep = Pieces.keep
    monkeypatch.setattr(Pieces, "keep", lambda self, key, *made: (kept.append(key), keep(self, key, *made)))
    models({"a.json": OBJECT}, "assert")
    once = len(kept)
    models({f"{name}.json": {**OBJECT, "title": name} for name in "abcd"}, "assert")
    assert once > 0
    assert len(kept) == 2 * once


SIMPLE: dict[str, JSON] = {name: LEAVES[name] for name in ("text", "number", "count", "time", "flag")}


@pytest.mark.parametrize(("kind", "step", "roots"), [(TableMaker, "_made", 0), (Values, "annotation", 1)])
def test_rows_and_annotations_of_equal_properties_are_made_once(
    kind: type, step: str, roots: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    make = getattr(kind, step)
    monkeypatch.setattr(kind, step, lambda self, at, *more: (made.append(at), make(self, at, *more))[1])
    models({f"{name}.json": {"title": name, "properties": SIMPLE} for name in "abcd"}, "assert")
    assert len(made) == len(SIMPLE) + 4 * roots


def test_a_pattern_is_checked_at_every_place() -> None:
    slow: JSON = {"type": "string", "pattern": "(a+)+$"}
    warnings = built(
        {f"{name}.json": {"title": name, "properties": {"text": slow}} for name in "ab"}, "assert"
    ).warnings
    assert [warning.place.file for warning in warnings] == ["a.json", "b.json"]


def test_what_is_recalled_is_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Cache()
    schemas: dict[str, JSON] = {f"{name}.json": {"title": name, "properties": SIMPLE} for name in "abcd"}
    built(schemas, "assert", first)
    entries = dict(line.split(b" ", 1) for line in first.lines())
    narrowed: list[Location] = []
    narrow = Analysis._narrowed
    monkeypatch.setattr(Analysis, "_narrowed", lambda self, at: (narrowed.append(at), narrow(self, at))[1])
    changed: JSON = {"title": "c", "properties": {**SIMPLE, "text": {"type": "string", "minLength": 1}}}
    built({**schemas, "c.json": changed}, "assert", Cache({key.decode(): value for key, value in entries.items()}))
    assert {at.document[-6:] for at in narrowed if at.pointer} == {"c.json"}
    assert len({*narrowed}) == len(narrowed)


def test_what_is_called_after_its_place_is_no_piece() -> None:
    files = models({"a.json": OBJECT, "b.json": OBJECT}, "assert")
    for module in "ab":
        assert f"_{module.upper()}_LIKE_PATTERN" in str(files[f"{module}.json"].constants)


def test_a_piece_is_not_repeated_where_its_variables_are_taken() -> None:
    first, second, third = Body("value"), Body("value", "item"), Body("value")
    mark = first.mark()
    first.add("{item} = value", item=first.fresh("item"))
    piece = first.since(mark)
    assert not second.repeat(piece)
    assert second.fresh("item") == Name("item_2")
    assert third.repeat(piece)
    assert third.statements() == first.statements()
    assert len(third) == len(first) == 1
    assert third.fresh("item") == Name("item_2")


def test_the_pieces_that_are_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codegen.compiler.emit.pieces._MOST", 2)
    pieces = Pieces()
    empty: Any = Body().since(Body().mark())
    for key in range(3):
        pieces.keep(key, (empty, None))
    assert [pieces.get(key) is not None for key in range(3)] == [False, False, True]
