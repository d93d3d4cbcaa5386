"""Tests that what is applied to one value twice is validated once: by counted steps, never by time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from doublings.counting import DEPTH, faults, steps
from doublings.schemas import KNOWN, made

import codegen
from codegen.ir import JSON


@pytest.mark.parametrize("name", KNOWN)
def test_what_once_doubled_with_each_level_no_longer_does(name: str) -> None:
    assert list(faults(codegen.compile_schema(KNOWN[name]))) == []


@pytest.mark.parametrize("seed", range(8))
def test_no_schema_of_the_grammar_doubles_with_each_level(seed: int) -> None:
    assert list(faults(codegen.compile_schema(made(seed)))) == []


def test_a_branch_that_its_constant_rules_out_is_not_looked_into() -> None:
    model = codegen.compile_schema(KNOWN["expression"])
    wrong: JSON = "no"
    counted = []
    for _ in range(1, DEPTH):
        wrong = {"op": "op0", "args": [wrong]}
        model.problems(wrong)
        counted.append(steps(model.problems, wrong))
    growth = [after - before for before, after in pairwise(counted)]
    assert max(growth[2:]) <= 2 * min(growth[2:])


def test_a_branch_is_chosen_by_what_is_plain_in_it() -> None:
    model = codegen.compile_schema(KNOWN["expression"])
    (problem,) = model.problems({"op": "op3", "args": [1, {"op": "op4", "args": ["no"]}]})
    assert problem.instance_location == "/args/1/args/0"


def test_reporting_again_what_was_reported_has_an_end_and_says_so() -> None:
    chain: JSON = {f"d{i}": {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(24)}
    assert isinstance(chain, dict)
    model = codegen.compile_schema({"$ref": "#/$defs/d0", "$defs": {**chain, "d24": {"type": "integer"}}})
    problems = model.problems("x")
    assert 1 < len(problems) < 3000
    assert problems[0].message == "must be an integer"
    assert any("would take long to report" in problem.message for problem in problems)


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}, "additionalProperties": {"$ref": "#"}},
        {"type": "array", "items": {"$ref": "#"}},
        {"anyOf": [{"type": "null"}, {"type": "array", "items": {"$ref": "#"}}]},
        {"allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}], "$defs": {"a": {"required": ["a"]}}},
    ],
    ids=str,
)
def test_ordinary_recursion_remembers_nothing(schema: JSON) -> None:
    assert not any(name.startswith("_memoized") for name in vars(codegen.compile_schema(schema)))
