"""What is told of data that is refused: in which words, where, and how much is looked at to say it."""

from __future__ import annotations

import copy
import json
import pickle
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import codegen
from codegen.ir import JSON
from tests.bench import payloads

HERE = Path(__file__).parent
MESSAGES = json.loads((HERE / "messages.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", MESSAGES, ids=lambda row: json.dumps(row["schema"])[:60])
def test_every_problem_is_told_in_plain_words(row: dict[str, Any]) -> None:
    model = codegen.compile_schema(row["schema"], formats="assert")
    assert [str(problem) for problem in model.problems(row["data"])] == row["told"]


THING: dict[str, JSON] = {
    "title": "Thing",
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "sizes": {"type": "array", "items": {"type": "integer"}}},
}


@pytest.mark.parametrize(("count", "shown", "last"), [(1, 1, "not null"), (20, 20, "not null"), (25, 20, "and 5 more")])
def test_an_error_begins_with_its_class_and_is_never_long(count: int, shown: int, last: str) -> None:
    model = codegen.compile_schema(THING)
    with pytest.raises(model.DecodeError) as caught:
        model.Thing.from_dict({"id": "", "sizes": [None] * count})
    head, *lines = str(caught.value).split("\n")
    assert head == f"Thing: {count} problem{'s' if count > 1 else ''}"
    assert lines[0] == "  /sizes/0: must be an integer, not null"
    assert len(lines) == shown + (count > shown)
    assert lines[-1].endswith(last)
    assert len(caught.value.problems) == count


@pytest.mark.parametrize(
    ("text", "begin", "line"),
    [
        ("<html>\n<body>", '"<html>\\n<body>"', 1),
        (b"<html>", '"<html>"', 1),
        (b"\xff{", '"\\\\xff{"', 1),
        ("", '""', 1),
        ('{\n "id": 1,,}', '"{\\n \\"id\\": 1,,}"', 2),
        ("x" * 1000, f'"{"x" * 57}..."', 1),
    ],
    ids=ascii,
)
def test_text_that_is_no_json_is_shown(text: str | bytes, begin: str, line: int) -> None:
    model = codegen.compile_schema(THING)
    for loads, about in ((model.loads, "schema"), (model.Thing.from_json, "Thing")):
        with pytest.raises(model.DecodeError) as caught:
            loads(text)
        (problem,) = caught.value.problems
        assert (problem.value, problem.instance_line) == (begin, line)
        assert str(caught.value).startswith(f"{about}: 1 problem\n  the document: must be JSON text (")


TEXT = '{"a": {"id": "x", "sizes": []},\n "sizes": [1,\n  "{",\n {"~/": 1}], "id": [\n], "sizes": [\n1, 2\n, "3"]}'


@pytest.mark.parametrize("text", [TEXT, TEXT.encode(), TEXT.encode("utf-16")], ids=["str", "utf-8", "utf-16"])
def test_a_problem_has_its_line_in_the_text(text: str | bytes) -> None:
    model = codegen.compile_schema(THING)
    for loads in (model.loads, model.Thing.from_json):
        with pytest.raises(model.DecodeError) as caught:
            loads(text)
        error = caught.value
        places = {problem.instance_location: problem.instance_line for problem in error.problems}
        assert places == {"/id": 4, "/sizes/2": 7}  # of two properties of one name the last counts
        for same in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
            assert (str(same), same.problems) == (str(error), error.problems)
            assert [each.instance_line for each in same.problems] == [4, 7]
    with pytest.raises(model.DecodeError) as caught:
        model.decode({"id": 1})
    assert caught.value.problems[0].instance_line is None


def test_a_problem_of_a_stream_has_its_line_there() -> None:
    model = codegen.compile_schema(THING)
    lines = ['{"id": ""}\n', "\n", '{"id": 1}\n', "{", b"\xff", '{"id": 2}']
    found = [(number, error) for number, error in model.decode_lines(lines) if isinstance(error, ValueError)]
    assert [number for number, _ in found] == [3, 4, 5, 6]
    assert [[each.instance_line for each in error.problems] for _, error in found] == [[3], [4], [5], [6]]  # type: ignore[attr-defined]


# One way of looking at data is as good as another


BENCH = HERE / "bench" / "schema"
SCHEMAS: dict[str, Any] = {
    "session": json.loads((HERE.parent / "schema" / "session.json").read_text(encoding="utf-8")),
    **{name: json.loads((BENCH / f"{name}.json").read_text(encoding="utf-8")) for name in ("jobs", "backend")},
    "all": {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": ["string", "number"], "minLength": 2, "minimum": 3, "maximum": 9.5},
            "b": {"type": "array", "prefixItems": [{"type": "string"}], "items": {"$ref": "#"}, "minItems": 1},
            "c": {"anyOf": [{"$ref": "#/properties/a"}, {"type": "array", "items": {"enum": ["x", 1, None]}}]},
            "d": {"oneOf": [{"type": "integer"}, {"type": "string", "format": "date"}]},
            "e": {"allOf": [{"$ref": "#/properties/c"}, {"not": {"const": 5}}]},
            "f": {},
            "g": {"type": "array", "items": {"type": "array", "items": {"type": "integer", "minimum": 0}}},
        },
        "patternProperties": {"^x": {"type": "integer"}},
        "dependentRequired": {"b": ["c"]},
        "additionalProperties": {"type": "boolean"},
    },
}
SCHEMAS["tracked"] = {**SCHEMAS["all"], "additionalProperties": True, "unevaluatedProperties": {"type": "boolean"}}
VALID: dict[str, list[JSON]] = {
    "session": payloads.sessions(4),  # type: ignore[dict-item]
    "jobs": [payloads.jobs(5)],  # type: ignore[list-item]
    "backend": [payloads.backend(5)],  # type: ignore[list-item]
    "all": [
        {"a": "ab", "b": ["x", {"a": 4}], "c": ["x", 1], "d": 1, "e": "xyz", "f": [{}], "g": [[1], [2, 3]], "x": 1}
    ],
}


VALID["tracked"] = VALID["all"]


@cache
def model_of(name: str) -> ModuleType:
    return codegen.compile_schema(SCHEMAS[name], formats="assert")


class Text(str):
    """A subclass, which is not a type of JSON's."""


STRANGE: list[Any] = [None, True, 0, -1, 3.0, 2.5, 1e300, "", "x", [], [1], ["x"], {}, {"a": "ab"}, {"x": 1}]
FOREIGN: list[Any] = [(), (1,), Text("open"), {1: 2}, {Text("id"): 1}, [{2: 1}], object(), float("nan"), {"a": {3}}]


def changed(value: Any, dice: random.Random, others: list[Any]) -> Any:
    """Return a copy with another value at a place somewhere in it, or without what is there."""
    if isinstance(value, dict) and value and dice.random() < 0.9:
        name = dice.choice(list(value))
        if dice.random() < 0.2:
            return {key: item for key, item in value.items() if key != name}
        key = name if dice.random() < 0.9 else "new"
        return {**value, key: changed(value[name], dice, others)}
    if isinstance(value, list) and value and dice.random() < 0.9:
        index = dice.randrange(len(value))
        return [*value[:index], changed(value[index], dice, others), *value[index + 1 :]]
    return dice.choice(others)


def variants(name: str, others: list[Any]) -> Iterator[Any]:
    dice = random.Random(7)
    for _ in range(150):
        data: Any = dice.choice(VALID[name])
        for _ in range(dice.randrange(1, 4)):
            data = changed(data, dice, others)
        yield data


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_spares_valid_parts_their_rows_finds_the_same(name: str) -> None:
    """Of records, of all data by tests first, and by the rows alone: each finds the same problems in the same order."""
    model = model_of(name)
    own = model.decode.__globals__["_fallback"]._reporter._REPORTER
    plain = type(own)(own.tables, dearest=0)
    root = model.problems.__code__.co_consts[1]
    refused = 0
    for data in variants(name, STRANGE):
        expected = plain.problems(root, data)
        assert own.problems(root, data) == expected, data
        assert model.is_valid(data) is not bool(expected), data
        records = own.records(root, data)
        assert records is None or records.problems() == expected, data
        refused += records is not None
        if expected:
            with pytest.raises(model.DecodeError) as caught:
                model.decode(data)
            assert list(caught.value.problems) == expected, data
    assert refused > {"all": 5, "tracked": -1}.get(name, 50)


@pytest.mark.parametrize("name", SCHEMAS)
def test_foreign_types_are_told_of_as_if_all_data_were_copied_first(name: str) -> None:
    model = model_of(name)
    refused = 0
    for data in variants(name, [*FOREIGN, *STRANGE]):
        try:
            model.decode(data)
        except model.DecodeError as error:
            assert repr(error.problems) == repr(model.problems(data)), data
            refused += 1
    assert refused > 30


# What is looked at


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Count what is looked at place by place."""
    model = model_of("jobs")
    with pytest.raises(model.DecodeError):
        model.decode({})
    reporter = model.decode.__globals__["_fallback"]._reporter
    counts = {"rows": 0, "records": 0}

    def counted(cls: Any, method: str, name: str) -> None:
        original = getattr(cls, method)

        def call(*given: Any, **named: Any) -> Any:
            counts[name] += 1
            return original(*given, **named)

        monkeypatch.setattr(cls, method, call)

    counted(reporter._Evaluation, "apply", "rows")
    counted(reporter.Records, "find", "records")
    return counts


def test_only_what_is_wrong_is_gone_through_place_by_place(steps: dict[str, int]) -> None:
    model, page = model_of("jobs"), payloads.jobs(100)
    jobs: Any = page["jobs"]
    for count in (1, 10):
        steps.update(rows=0, records=0)
        wrong = [{**job, "cost": "x"} if number < count else job for number, job in enumerate(jobs)]
        with pytest.raises(model.DecodeError) as caught:
            model.decode({**page, "jobs": wrong})
        assert steps["rows"] == 0
        assert steps["records"] == 2 + len(jobs) + count  # the page, its array, each job, and each fault
        assert len(caught.value.problems) == count


def test_problems_are_made_when_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of("session")
    with pytest.raises(model.DecodeError):
        model.decode({})
    reporter = model.decode.__globals__["_fallback"]._reporter
    made: list[object] = []
    original = reporter.Problem
    monkeypatch.setattr(reporter, "Problem", lambda *given: made.append(given) or original(*given))
    with pytest.raises(model.DecodeError) as caught:
        model.decode({"id": 1})
    assert made == []
    assert len(caught.value.problems) == len(made) > 0


def test_a_deep_fault_costs_its_depth_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of many objects within each other is looked at twice at the most: by the test of it, and by itself."""
    model = codegen.compile_schema({"properties": {"next": {"$ref": "#"}, "n": {"type": "integer"}}, "type": "object"})
    data: Any = {"n": "x"}
    for _ in range(150):
        data = {"n": 1, "next": data}
    with pytest.raises(model.DecodeError):
        model.decode(data)
    reporter = model.decode.__globals__["_fallback"]._reporter
    looked, original = [], reporter.Records.find
    monkeypatch.setattr(reporter.Records, "find", lambda *given, **named: looked.append(1) or original(*given, **named))
    with pytest.raises(model.DecodeError):
        model.decode(data)
    assert len(looked) == 152
