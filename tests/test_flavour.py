"""The pydantic flavour: the same classes as pydantic models, as exact as the schema, which give back what they read."""

from __future__ import annotations

import ast
import copy
import datetime
import importlib
import json
import pickle
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conformance import flavour
from pydantic import BaseModel, TypeAdapter, ValidationError

from codegen import names
from codegen.app.in_memory import compile_schema
from codegen.artifacts.models.pydantic_flavour import generator, items, projection
from codegen.cli import main
from codegen.findings import Rejected
from codegen.ir import JSON
from codegen.render import flavour_grammar

ROOT = Path(__file__).parent.parent
ON = '[tool.triptych.models]\nflavours = ["pydantic"]\n'


@pytest.fixture(autouse=True)
def _few_modules() -> Iterator[None]:
    """Put the models of other tests aside: pydantic looks through all modules for the docstrings of each class."""
    others = {name: module for name, module in sys.modules.items() if name.startswith("_triptych_models_")}
    for name in others:
        del sys.modules[name]
    yield
    sys.modules.update(others)


def models_of(schema: JSON, **references: JSON) -> ModuleType:
    """Return the module of pydantic models of a schema; `references` are by file name."""
    documents = {f"https://example.com/{name}.json": each for name, each in references.items()}
    uri = "https://example.com/schema.json"
    made = compile_schema(schema, uri=uri, references=documents, formats="assert", dialect=None, flavours=["pydantic"])
    return flavour.beside(made)


def of(**properties: JSON) -> dict[str, JSON]:
    return {"type": "object", "properties": dict(properties)}


def text(format: str) -> JSON:
    return {"type": "string", "format": format}


CIRCLE: JSON = {"title": "Circle", **of(kind={"const": "c"}, r={"type": "number"}), "required": ["kind"]}
SQUARE: JSON = {"title": "Square", **of(kind={"const": "s"}, w={"type": "integer"}), "required": ["kind"]}
TREE: JSON = of(v=True, kids={"type": "array", "items": {"$ref": "#/$defs/Tree"}})
WORDS = [*sorted(names.RESERVED_IN_PYDANTIC), "json_", "root", "Field", "BaseModel", "_x", "__decode__", "", "é", "a b"]

# Each schema with instances that are valid, and some that are not.
SCHEMAS: dict[str, tuple[JSON, Sequence[JSON], Sequence[JSON]]] = {
    "integers": (of(i={"type": "integer"}), [{"i": 1.0}, {"i": 1e300}, {"i": 2**70}, {"i": -0.0}], [{"i": 1.5}]),
    "numbers": (of(n={"type": "number"}), [{"n": 10**400}, {"n": 2**53 + 1}, {"n": 1e-300}], [{"n": "1"}, {"n": True}]),
    "null and absent": (of(a={"type": ["string", "null"]}), [{}, {"a": None}, {"a": "absent"}], [{"a": 1}]),
    "not null": (of(a={"type": "string"}), [{}, {"a": ""}], [{"a": None}]),
    "extra": (of(a=True), [{"b": {"c": [1.0, None]}, "model_dump": 1}], [[]]),
    "typed extra": (
        {**of(a={"type": "string"}), "additionalProperties": {"type": "integer"}},
        [{"a": "x", "b": 1.0, "c": 10**40}],
        [{"b": "x"}],
    ),
    "extra objects": (
        {**of(a=True), "additionalProperties": of(id=text("uuid"))},
        [{"b": {"id": "0" * 8 + "-0000-0000-0000-00000000000A"}}],
        [{"b": {"id": "x"}}],
    ),
    "names": (
        of(**{word: {"type": ["string", "null"]} for word in WORDS}),
        [dict.fromkeys(WORDS), {"json": "a", "json__2": 1}],
        [{"json": 1}],
    ),
    "date-times": (
        of(a=text("date-time")),
        [{"a": "2024-02-29t23:59:60Z"}, {"a": "2024-02-29T12:00:00.123456789+05:30"}, {"a": "0000-01-01T00:00:00Z"}],
        [{"a": "2023-02-29T00:00:00Z"}],
    ),
    "formats": (
        of(a=text("date"), b=text("time"), c=text("ipv4"), d=text("ipv6")),
        [{"a": "0000-01-01", "b": "12:00:00.1234567+01:00", "c": "192.0.2.1", "d": "2001:DB8::0:1"}],
        [{"a": "x"}, {"d": ":::1"}],
    ),
    "constants": (
        of(a={"const": 1}, b={"enum": ["a", "'\"\n{}"]}, c={"enum": [1, 2]}, d={"enum": [1, True, "a", 1.5]}),
        [{"a": 1.0, "b": "'\"\n{}", "c": 2.0, "d": True}, {"d": 1}, {"d": 1.5}],
        [{"a": True}, {"b": "c"}, {"c": True}, {"d": False}],
    ),
    "nullable enum": (of(a={"enum": ["x", None]}), [{"a": None}, {"a": "x"}, {}], [{"a": "y"}]),
    "classes to choose from": (
        of(a={"oneOf": [CIRCLE, SQUARE, {"type": "array", "items": {"type": "integer"}}, text("date")]}),
        [{"a": {"kind": "s", "w": 2.0, "r": "x"}}, {"a": {"kind": "c"}}, {"a": [1.0]}, {"a": "2024-02-29"}],
        [{"a": {"kind": "s", "w": "x"}}, {"a": "x"}],
    ),
    "class or object": (of(a={"anyOf": [CIRCLE, {"type": "object"}]}), [{"a": {"kind": 5}}, {"a": {}}], [{"a": 1}]),
    "tuples": (
        of(
            a={
                "type": "array",
                "prefixItems": [{"type": "string"}, of(x={"type": "integer"})],
                "items": False,
                "minItems": 2,
            },
            b={"type": "array", "prefixItems": [{"type": "string"}], "minItems": 1, "items": {"type": "integer"}},
            c={"anyOf": [{"type": "array", "prefixItems": [True], "items": False, "minItems": 1}, {"type": "string"}]},
        ),
        [{"a": ["a", {"x": 1.0, "y": [1]}], "b": ["a", 1, 2.0], "c": [[1]]}, {"c": "abc"}],
        [{"a": ["a"]}, {"b": [1]}],
    ),
    "recursion": (
        {"$ref": "#/$defs/Tree", "$defs": {"Tree": TREE}},
        [{"kids": [{"kids": [], "v": 1.0}]}],
        [{"kids": [1]}],
    ),
    "siblings of a reference": (
        {**of(a={"$ref": "#/$defs/A", "required": ["x"]}), "$defs": {"A": of(x={"type": "integer"})}},
        [{"a": {"x": 1}}],
        [{"a": {}}],
    ),
    "allOf": (
        {"allOf": [of(a={"type": "string"}), of(b={"$ref": "#"})], "required": ["a"]},
        [{"a": "", "b": {"a": ""}}],
        [{}],
    ),
    "any type": ({"properties": {"a": {"type": "string"}}}, [5, None, [1.0], {"a": ""}], [{"a": 1}]),
    "array of itself": ({"type": "array", "items": {"$ref": "#"}}, [[], [[], [[]]]], [[1]]),
    "map": (
        {"type": "object", "additionalProperties": text("date-time")},
        [{"a": "2024-02-29T00:00:00.0Z"}],
        [{"a": ""}],
    ),
    "enum": ({"enum": ["a", "b"]}, ["a"], ["c"]),
    "true": (True, [5, None, {"a": 10**40}, [1.0]], []),
    "false": (False, [], [5, {}]),
    "elsewhere": (
        of(a={"$ref": "other.json#/$defs/X"}, e={"$ref": "other.json#/$defs/E"}),
        [{"a": {"back": {}}, "e": "p"}],
        [{"e": "x"}, {"a": {"back": 1}}],
    ),
    "by the way that leads to it": (
        {
            "$id": "strict.json",
            "$dynamicAnchor": "node",
            "$ref": "#/$defs/list",
            "$defs": {
                "list": {
                    "$id": "list.json",
                    **of(a={"$dynamicRef": "#node"}, b={"type": "string"}),
                    "$dynamicAnchor": "node",
                }
            },
            "required": ["a"],
        },
        [],
        [{}, {"a": {}}],
    ),
}
OTHER: JSON = {
    "$defs": {"X": of(back={"$ref": "schema.json"}), "E": {"enum": ["p", "q"]}},
    "type": "string",
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_model_is_as_exact_as_its_schema_and_gives_back_what_it_read(name: str) -> None:
    schema, valid, invalid = SCHEMAS[name]
    models = models_of(schema, other=OTHER)
    faults = [(data, fault) for data in valid for fault in flavour.faults_of(models, data, True)]
    faults += [(data, fault) for data in invalid for fault in flavour.faults_of(models, data, False)]
    assert not faults
    assert models.root.model_json_schema() and models.root.model_json_schema(mode="serialization")


def test_every_problem_has_its_place() -> None:
    models = models_of({**of(a={"type": "array", "items": of(**{"b/c": {"type": "string"}})}), "required": ["{x}"]})
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(dict[str, models.root]).validate_python({"k": {"a": [{}, {"b/c": 1}]}})
    errors = {(error["type"], error["loc"], error["ctx"]["keyword_location"]) for error in caught.value.errors()}
    assert errors == {
        ("required", ("k",), "/required"),
        ("type", ("k", "a", 1, "b/c"), "/properties/a/items/properties/b~1c/type"),
    }
    assert next(error["msg"] for error in caught.value.errors()) == "`{x}` is missing"
    assert {error["input"] for error in caught.value.errors() if error["type"] == "type"} == {1}


def test_each_class_has_a_verdict_of_its_own() -> None:
    models = models_of(of(a={"title": "Part", **of(x={"type": "integer", "maximum": 3}), "required": ["x"]}))
    part: Any = next(each for name, each in vars(models).items() if name == type(models.root(a={"x": 1}).a).__name__)
    assert part.model_validate({"x": 3}).model_dump() == {"x": 3}
    for data in ({}, {"x": 4}):
        with pytest.raises(ValidationError):
            part.model_validate(data)


def test_python_values_are_taken_too() -> None:
    models = models_of(
        of(at=text("date-time"), state={"enum": ["on", "off"]}, kid={"$ref": "#"}, gone={"type": ["null", "string"]})
    )
    root = models.root
    now = datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.UTC)
    kid = root(at=now)
    state = type(root(state="on").state)
    made = root(at=now, state=state("off"), kid=kid, gone=root().gone)
    assert made.model_dump() == {"at": "2024-02-29T12:00:00Z", "state": "off", "kid": {"at": "2024-02-29T12:00:00Z"}}
    assert made.kid is kid and made.at is now and made.state is state("off")
    with pytest.raises(ValidationError):
        root(at=datetime.datetime(2024, 2, 29))  # a time without a zone is not a date-time of RFC 3339


def test_an_object_is_changed_copied_and_written_as_pydantic_does() -> None:
    models = models_of(of(at=text("date-time"), json={"type": "integer"}, more={"type": "string"}))
    data = {"at": "2024-02-29t12:00:00.1234567Z", "json": 1, "own": [1.0]}
    made = models.root.model_validate(data)
    assert made.json_ == 1 and made.own == [1.0] and isinstance(made.at, datetime.datetime)
    assert copy.deepcopy(made).model_dump() == made.model_copy(deep=True).model_dump() == data
    assert made.model_dump(exclude={"at"}) == {"json": 1, "own": [1.0]}
    assert made.model_dump(by_alias=False)["json_"] == 1
    made.more, made.at = "x", None
    assert made.model_dump() == {"json": 1, "more": "x", "own": [1.0]}


def test_an_object_of_an_imported_package_is_pickled(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = vendored(project, monkeypatch, "pickled_api")
    made = importlib.import_module(f"{package}.pydantic_models").A.model_validate({"at": "2024-02-29t12:00:00Z"})
    assert pickle.loads(pickle.dumps(made)).model_dump() == {"at": "2024-02-29t12:00:00Z"}


def test_a_class_may_be_derived_from() -> None:
    models = models_of(of(a={"type": "string", "minLength": 2}))
    derived = type(
        "Derived", (models.root,), {"__annotations__": {"more": int}, "more": 5, "__module__": models.__name__}
    )
    assert derived.model_validate({"a": "xy"}).more == 5
    with pytest.raises(ValidationError):
        derived.model_validate({"a": "x"})


def test_the_json_schema_of_a_model_has_no_false_defaults() -> None:
    schema = of(a={"type": ["string", "null"]}, b={"type": "integer"}, at=text("date-time"))
    generated = models_of(schema).root.model_json_schema()
    assert all("default" not in each for each in generated["properties"].values())
    assert {"type": "string", "format": "date-time"} in generated["properties"]["at"]["anyOf"]


def test_what_a_field_means_is_in_the_json_schema(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "schema" / "a.json").write_text(json.dumps(of(a={"type": "integer", "description": "What it is."})))
    package = vendored(project, monkeypatch, "described_api")
    generated = importlib.import_module(f"{package}.pydantic_models").A.model_json_schema()
    assert generated["properties"]["a"]["description"] == "What it is."


def test_the_names_that_pydantic_reserves_are_known() -> None:
    reserved = {name for name in dir(BaseModel) if not name.startswith("_")}
    assert reserved <= names.RESERVED_IN_PYDANTIC
    assert names.pydantic_names(["id", "json", "json_", "model_id"]) == ("id", "json__2", "json_", "model_id")


# The package


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "a.json").write_text(json.dumps(of(at=text("date-time"), b={"$ref": "b.json"})))
    (tmp_path / "schema" / "b.json").write_text(json.dumps(of(a={"$ref": "a.json"}, e={"enum": ["x"]})))
    (tmp_path / "pyproject.toml").write_text(ON)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def vendored(project: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> str:
    """Return the name of a package within another one that the models were vendored to."""
    assert main(["generate"]) == 0
    (project / "src" / name).mkdir(parents=True)
    assert main(["vendor", f"src/{name}/inner"]) == 0
    monkeypatch.syspath_prepend(str(project / "src"))
    return f"{name}.inner"


def test_it_is_vendored_with_the_dataclasses_and_checked_for_drift(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = vendored(project, monkeypatch, "vendored_api")
    flavoured = importlib.import_module(f"{package}.pydantic_models")
    data = {"b": {"a": {"at": "2024-02-29t12:00:00Z"}, "e": "x"}}
    made = flavoured.A.model_validate(data)
    assert made.model_dump() == data
    assert made.b.e is importlib.import_module(package).BE.X  # the enums are those of the dataclasses
    assert set(flavoured.__all__) <= set(dir(flavoured))
    assert main(["check"]) == main(["vendor", "--check", "src/vendored_api/inner"]) == 0
    file = project / "src" / "vendored_api" / "inner" / "pydantic_models" / "a.py"
    file.write_text(file.read_text() + "\n")
    assert main(["vendor", "--check", "src/vendored_api/inner"]) == 1
    (project / "generated" / "models" / "models" / "pydantic_models" / "b.py").unlink()
    assert main(["check"]) == 1
    assert "pydantic_models/b.py" in capsys.readouterr().out


def test_the_dataclasses_do_without_pydantic(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = vendored(project, monkeypatch, "plain_api")
    monkeypatch.setitem(sys.modules, "pydantic", None)
    importlib.import_module(package).A.from_dict({"b": {}})
    with pytest.raises(ImportError):
        importlib.import_module(f"{package}.pydantic_models.a")


def test_pydantic_is_an_extra_of_the_package_and_the_tool_is_in_the_manifest(project: Path) -> None:
    assert main(["generate"]) == 0
    out = project / "generated"
    assert 'pydantic = ["pydantic>=' in (out / "models" / "pyproject.toml").read_text()
    assert generator_in(out)
    (project / "pyproject.toml").write_text("")
    assert main(["generate"]) == 0
    assert not (out / "models" / "models" / "pydantic_models").exists()
    assert "optional-dependencies" not in (out / "models" / "pyproject.toml").read_text()
    assert not generator_in(out)


def generator_in(out: Path) -> bool:
    return "datamodel-code-generator" in json.loads((out / "manifest.json").read_text())["tools"]


def test_a_run_makes_the_models_again_of_what_changed_only(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["generate"]) == 0
    calls: list[object] = []
    source = generator._source
    monkeypatch.setattr(generator, "_source", lambda schema: calls.append(schema) or source(schema))
    (project / "schema" / "c.json").write_text(json.dumps(of(x={"type": "integer"})))
    assert main(["generate"]) == 0
    assert len(calls) == 1


def test_a_flavour_that_there_is_not_is_a_finding(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text(ON.replace("pydantic", "attrs"))
    assert main(["generate"]) == 2
    assert "flavours" in capsys.readouterr().out


# datamodel-code-generator, and what is read of it


def test_the_projection_has_no_word_of_the_schema() -> None:
    secret = "se'cr\"et\n"
    projected = projection.project(
        [
            projection.Definition("A", (projection.Member("a", f"Literal[{secret!r}, 1] | _x.B | None", False),)),
            projection.Definition("ARoot", root="list[A | str]"),
        ]
    )
    assert projected.schema["$defs"] == {
        "D0_A": {
            "type": "object",
            "properties": {
                "a": {"anyOf": [{"enum": ["c0"]}, {"type": "integer"}, {"$ref": "#/$defs/R0"}, {"type": "null"}]}
            },
            "required": [],
        },
        "D1_ARoot": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/D0_A"}, {"type": "string"}]}},
        "R0": {"type": "object"},
    }
    assert projected.constants == {"c0": secret} and projected.references == {"R0": "_x.B"}


def test_what_the_generator_makes_of_a_projection() -> None:
    """The contract with datamodel-code-generator, whose version is pinned to the digit."""
    member = projection.Member
    types = ["str", "int", "float", "bool", "object", "None", "datetime.datetime", "datetime.date", "datetime.time"]
    types += ["UUID", "IPv4Address", "IPv6Address", "list[A]", "dict[str, int | None]", "tuple[str, A]", "Literal['x']"]
    fields = tuple(member(f"f{index}", annotation, True) for index, annotation in enumerate(types))
    fields += (member("date", "datetime.date", False), member("later", "A", False))
    made, imported = generator.made(projection.project([projection.Definition("A", fields)]).schema)
    assert [ast.unparse(each) for each in made["D0_A"].fields.values()] == [
        *("str", "int", "float", "bool", "Any", "None", "AwareDatetime", "date_aliased", "time", "UUID"),
        *("IPv4Address", "IPv6Address", "list[D0_A]", "dict[str, int | None]", "tuple[str, D0_A]", "Literal['c0']"),
        *("date_aliased | None", "D0_A | None"),
    ]
    assert imported["date_aliased"] == "datetime.date" and imported["AwareDatetime"] == "pydantic.AwareDatetime"


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "class D0_Schema(BaseModel):\n    a: __import__('os').system('x')",
        "class D0_Schema(Evil):\n    a: str",
        "class D0_Schema(BaseModel):\n    b: str",
        "class D0_Schema(BaseModel):\n    def a(self): ...",
        "@evil\nclass D0_Schema(BaseModel):\n    a: str",
        "class D0_Schema(BaseModel):\n    a: list[Unknown]",
        "class D0_Schema(BaseModel):\n    a: Literal['other']",
        "",
    ],
)
def test_what_the_generator_does_not_make_today_is_a_finding(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    monkeypatch.setattr(generator, "_source", lambda schema: source)
    with pytest.raises(Rejected) as caught:
        models_of(of(a={"type": "string"}))
    assert [finding.rule for finding in caught.value.findings] == [items.FAILED]


FOREIGN = [
    "import os",
    "from os import system",
    "from .. import other as _dataclasses",
    "from ..a import _private as _private",
    "x = 1",
    "root = print()",
    "class A(dict):\n    pass",
    "class A(_pydantic.Model):\n    def f(self): ...",
    "class A(_pydantic.Model):\n    a: str = print()",
    "class A(_pydantic.Model):\n    a: str = _pydantic.Field(default=print())",
    "class A(_pydantic.Model):\n    a: _pydantic._numbers",
    "class A(_pydantic.Model):\n    a: eval('x')",
    "class A(_pydantic.Model):\n    __decode__: _pydantic.ClassVar[_pydantic.Decode] = _dataclasses.os.system",
    "class A(_pydantic.Model):\n    _a: str",
    "if not TYPE_CHECKING:\n    _os = _pydantic.later(__name__, '_os', 'os')",
    "if True:\n    pass",
]


@pytest.mark.parametrize("source", FOREIGN)
def test_the_closed_grammar_of_a_module_refuses_what_its_template_does_not_make(source: str) -> None:
    assert list(flavour_grammar.foreign(ast.parse(source), ["a", "b"]))


def test_text_of_a_schema_stays_text() -> None:
    evil = '"""\nimport os\nos.abort()\n"""\'\\N{BULLET}{{ 1 }}'
    schema = {"title": evil, "description": evil, **of(**{evil: {"const": evil, "description": evil}})}
    models = models_of(schema)
    assert models.root.model_validate({evil: evil}).model_dump() == {evil: evil}


def test_real_instances(capsys: pytest.CaptureFixture[str]) -> None:
    """The session that the schema in this repository is of: its own examples, and the examples of each property."""
    schema = json.loads((ROOT / "schema" / "session.json").read_text(encoding="utf-8"))
    models = models_of(schema)
    data = {name: each["examples"][0] for name, each in schema["properties"].items() if each.get("examples")}
    data |= {"id": "a", "backend_name": "b", "state": "open", "created_at": "2024-02-29T12:00:00.123Z", "new": 1.0}
    assert not list(flavour.faults_of(models, data, True))
    assert list(flavour.faults_of(models, {**data, "state": 1}, False)) == []
