"""The dataclasses in pydantic: what is valid, where it is not, what is written, and the JSON Schema that is shown."""

from __future__ import annotations

import copy
import dataclasses
import datetime
import json
import pickle
import subprocess
import sys
import typing
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from conformance import flavour
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, to_json
from test_flavour import CIRCLE, OTHER, SCHEMAS, SQUARE, of, text

from codegen.app.in_memory import compile_schema
from codegen.ir import JSON

ROOT = Path(__file__).parent.parent


def models_of(schema: JSON, **options: Any) -> ModuleType:
    """Return the module of dataclasses of a schema."""
    references = {"https://example.com/other.json": OTHER}
    uri = "https://example.com/schema.json"
    return compile_schema(schema, uri=uri, references=references, formats="assert", dialect=None, **options)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_json_schemas_that_a_package_carries_decide_as_their_document(name: str) -> None:
    schema, valid, invalid = SCHEMAS[name]
    module = models_of(schema, schemas=True)
    found = module.json_schema()
    validator = jsonschema_rs.Draft202012Validator(found, validate_formats=True)
    assert all(validator.is_valid(data) for data in valid)
    assert not any(validator.is_valid(data) for data in invalid)
    root = typing.get_type_hints(module.decode)["return"]
    if name in CLASSES:
        assert module.json_schema(root) == found
        shown = jsonschema_rs.Draft202012Validator(TypeAdapter(root).json_schema(), validate_formats=True)
        assert all(shown.is_valid(data) for data in valid)
        assert not any(shown.is_valid(data) for data in invalid)


def root_of(schema: JSON) -> Any:
    """Return the class of a schema's whole document."""
    return typing.get_type_hints(models_of(schema).decode)["return"]


CLASSES = {name: root for name, (schema, _, _) in SCHEMAS.items() if dataclasses.is_dataclass(root := root_of(schema))}
del CLASSES["by the way that leads to it"]  # its class is that of another resource, which decides otherwise by itself


def test_most_of_the_schemas_are_of_a_class() -> None:
    assert len(CLASSES) > 15


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_is_as_exact_as_its_schema_and_gives_back_what_it_read(name: str) -> None:
    _, valid, invalid = SCHEMAS[name]
    within: Any = type("Within", (BaseModel,), {"__annotations__": {"it": CLASSES[name], "all": list[CLASSES[name]]}})
    for data in valid:
        assert not list(flavour.faults_of_type(within, {"it": data, "all": [data, data]}, True))
        assert not list(flavour.faults_of_type(CLASSES[name], data, True))
    for data in invalid:
        assert not list(flavour.faults_of_type(within, {"it": data, "all": [data]}, False))
        assert not list(flavour.faults_of_type(CLASSES[name], data, False))


@pytest.mark.parametrize("mode", ["validation", "serialization"])
@pytest.mark.parametrize("name", CLASSES)
def test_the_json_schema_of_a_class_accepts_what_its_schema_accepts(name: str, mode: Any) -> None:
    shown = TypeAdapter(CLASSES[name]).json_schema(mode=mode)
    jsonschema.Draft202012Validator.check_schema(shown)
    assert all(jsonschema.Draft202012Validator(shown).is_valid(data) for data in SCHEMAS[name][1])
    assert not jsonschema.Draft202012Validator(shown).is_valid([])


SHOWN: JSON = {
    "title": "Shown",
    **of(
        a={"type": ["integer", "null"]},
        b={"type": "number", "minimum": 1},
        kid={"$ref": "#"},
        part={"$ref": "#/$defs/Part"},
        at=text("time"),
    ),
    "required": ["b"],
    "$defs": {"Part": {**of(state={"enum": ["on", "off"]}), "additionalProperties": {"type": ["integer", "string"]}}},
}


def test_the_json_schema_of_a_class_says_what_the_types_of_its_fields_say() -> None:
    shown = TypeAdapter(root_of(SHOWN)).json_schema()
    definitions = shown["$defs"]
    assert definitions["Shown"]["properties"] == {
        "a": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "b": {"type": "number"},
        "kid": {"$ref": "#/$defs/Shown"},
        "part": {"$ref": "#/$defs/Part"},
        "at": {"type": "string", "format": "time"},
    }
    assert definitions["Shown"]["required"] == ["b"] and shown["$ref"] == "#/$defs/Shown"
    assert definitions["Part"]["additionalProperties"] == {"anyOf": [{"type": "string"}, {"type": "integer"}]}
    assert definitions["PartState"]["enum"] == ["on", "off"]


def test_data_that_looks_like_a_reference_is_left_out_of_the_json_schema_that_pydantic_has() -> None:
    data = {"a": [{"$ref": "other.json"}]}
    schema = {
        "title": "Linked",
        **of(
            a={"const": data},
            b={"enum": [data, 1]},
            c={"default": {"x": 1}, "x-see": data, "examples": [data]},
            const={"$ref": "#/$defs/enum"},
            other={"const": {"default": {"x-a": 1}}},
        ),
        "$defs": {"enum": {"title": "Default", "default": data, **of(default={"type": "integer"}, **{"x-y": {}})}},
    }
    module = models_of(schema, schemas=True)
    shown = TypeAdapter(module.Linked).json_schema()["properties"]
    assert shown["a"] == shown["b"] == {}
    assert shown["c"] == {"default": {"x": 1}, "examples": [data]}
    assert shown["const"].keys() == {"$ref"}
    assert shown["other"] == {"const": {"default": {"x-a": 1}}}
    within = TypeAdapter(module.Linked).json_schema()["$defs"][shown["const"]["$ref"].rpartition("/")[2]]
    assert "default" not in within and within["properties"].keys() == {"default", "x-y"}
    assert module.json_schema()["properties"]["a"] == {"const": data}


def test_a_class_and_an_enum_stand_once_however_they_are_reached() -> None:
    root = root_of(SHOWN)
    hints = typing.get_type_hints(root)
    part = next(kind for kind in typing.get_args(hints["part"]) if dataclasses.is_dataclass(kind))
    state = next(kind for kind in typing.get_args(typing.get_type_hints(part)["state"]) if kind is not type(None))
    fields = {"state": state, "part": part, "root": root, "other": root | None}
    shown: Any = type("Within", (BaseModel,), {"__annotations__": fields}).model_json_schema()  # type: ignore[attr-defined]
    assert sorted(shown["$defs"]) == ["Part", "PartState", "Shown"]
    for name, other in (("state", "PartState"), ("part", "Part"), ("root", "Shown")):
        assert shown["properties"][name] == {"$ref": f"#/$defs/{other}"}


def test_every_problem_has_its_place() -> None:
    root = root_of({**of(a={"type": "array", "items": of(**{"b/c": {"type": "string"}})}), "required": ["{x}"]})
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(dict[str, root]).validate_python({"k": {"a": [{}, {"b/c": 1}]}})
    errors = [(error["type"], error["loc"], error["input"]) for error in caught.value.errors()]
    assert errors[1:] == [("type", ("k", "a", 1, "b/c"), 1)] and errors[0][:2] == ("required", ("k",))
    assert caught.value.errors()[0]["msg"] == "`{x}` is missing"
    assert caught.value.errors()[1]["ctx"]["keyword_location"] == "/properties/a/items/properties/b~1c/type"


@pytest.mark.parametrize("value", [float("nan"), [[float("inf")]], "\ud800", {"\udfff": 1}])
def test_an_error_can_be_sent_in_utf_8(value: object) -> None:
    adapter = TypeAdapter(root_of({**of(a={"type": ["integer", "null"]}), "required": ["b"]}))
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python({"a": value})
    for error in caught.value.errors():
        json.dumps(error, ensure_ascii=False, allow_nan=False).encode()
    assert {error["loc"] for error in caught.value.errors()} == {(), ("a",)}


def test_objects_are_taken_as_they_are_and_those_of_other_classes_are_not() -> None:
    circle, square = root_of(CIRCLE), root_of({**SQUARE, **of(kind={"const": "s"}, keys={"type": "integer"})})
    made = square(kind="s", keys=1)
    either = TypeAdapter(circle | square | None)
    assert either.validate_python(made) is made and either.validate_python(None) is None
    assert type(either.validate_python({"kind": "c"})) is circle
    assert either.dump_json(made) == b'{"kind":"s","keys":1}'
    assert TypeAdapter(circle | int).dump_python(5) == 5
    with pytest.raises(ValidationError, match="must be JSON data, or of the class Circle"):
        TypeAdapter(circle).validate_python(made)
    with pytest.raises(ValidationError) as caught:
        either.validate_python({"kind": "x"})
    assert [error["loc"][1:] for error in caught.value.errors()] == [("kind",), ("kind",)]


def test_a_discriminator_finds_the_class() -> None:
    circle = root_of(CIRCLE)
    square = root_of({**SQUARE, **of(kind={"enum": ["s", "S"]}, w={"type": "integer"}), "required": ["kind"]})
    shape = typing.Annotated[circle | square, Field(discriminator="kind")]
    held: Any = type("Held", (BaseModel,), {"__annotations__": {"shape": shape}})
    made = square.from_dict({"kind": "S", "w": 1})
    assert held(shape=made).shape is made and held(shape={"kind": "S", "w": 1}).shape == made
    assert type(held(shape={"kind": "c"}).shape) is circle
    assert held.model_validate_json('{"shape":{"kind":"c"}}').model_dump_json() == '{"shape":{"kind":"c"}}'
    with pytest.raises(ValidationError) as caught:
        held(shape={"kind": "s", "w": "x"})
    assert [(error["type"], error["loc"][::2]) for error in caught.value.errors()] == [("type", ("shape", "w"))]
    shown = held.model_json_schema()["properties"]["shape"]
    assert shown["discriminator"]["propertyName"] == "kind" and len(shown["oneOf"]) == 2


CONSTANTS: list[JSON] = [["\ud800"], ["a", "\udfff"], [1, 2.5, True, None, "a"], [1], [None], ["", "é", "\u0000"]]


@pytest.mark.parametrize("values", CONSTANTS)
def test_any_constants_can_be_required(values: list[JSON]) -> None:
    adapter = TypeAdapter(root_of({**of(**{"kind": {"enum": values}, "\ud800": True}), "required": ["kind", "\ud800"]}))
    for value in values:
        assert adapter.validate_python({"kind": value, "\ud800": 1}).to_dict() == {"kind": value, "\ud800": 1}


def test_python_values_are_taken_too() -> None:
    root = root_of(of(at=text("date-time"), kid={"$ref": "#"}, gone={"type": ["null", "string"]}))
    now = datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.UTC)
    adapter = TypeAdapter(root)
    made = adapter.validate_python({"at": now, "kid": root(at=now)}, strict=True)
    assert adapter.dump_python(made) == {"at": "2024-02-29T12:00:00Z", "kid": {"at": "2024-02-29T12:00:00Z"}}
    with pytest.raises(ValidationError):
        adapter.validate_python({"at": datetime.datetime(2024, 2, 29)})  # a time without a zone is no date-time


@pytest.mark.parametrize("strict", [True, False])
def test_nothing_is_coerced(strict: bool) -> None:
    adapter = TypeAdapter(root_of(of(n={"type": "integer"}, t={"type": "string"}, b={"type": "boolean"})))
    for data in ({"n": "1"}, {"n": True}, {"n": 1.5}, {"t": 1}, {"b": 1}, {"b": "true"}, [], "{}", None):
        with pytest.raises(ValidationError):
            adapter.validate_python(data, strict=strict)
        with pytest.raises(ValidationError):
            adapter.validate_json(json.dumps(data), strict=strict)


NUMBERS = ["1.0", "1e300", "12345678901234567890123", "0.1000000000000000055511151231257827", "-0.0", "2.5e-324"]


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_of_json_text_are_those_of_our_own_reader(number: str) -> None:
    root = root_of(of(n={"type": "number"}))
    ours, theirs = (read(f'{{"n":{number}}}').n for read in (root.from_json, TypeAdapter(root).validate_json))
    assert (repr(ours), type(ours)) == (repr(theirs), type(theirs))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400"])
def test_what_is_no_number_of_json_is_refused(number: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(root_of(of(n={"type": "number"}))).validate_json(f'{{"n":{number}}}')


def test_what_json_has_no_text_for_is_not_written_as_null() -> None:
    root = root_of(of(n={"type": "number"}))
    with pytest.raises(PydanticSerializationError, match="nan is no number of JSON"):
        TypeAdapter(list[root]).dump_json([root(n=1.5, additional_properties={"more": [{"x": float("nan")}]})])


def test_parts_of_an_object_are_left_out_as_pydantic_does() -> None:
    root = root_of(of(a={"type": "integer"}, kid={"$ref": "#"}))
    made = root.from_dict({"a": 1, "kid": {"a": 2, "b": 3}})
    adapter = TypeAdapter(list[root])
    assert adapter.dump_python([made], exclude={"__all__": {"kid": {"a"}}}) == [{"a": 1, "kid": {"b": 3}}]
    assert adapter.dump_json([made], include={0: {"a"}}) == b'[{"a":1}]'
    assert adapter.dump_json([made], exclude_none=True, exclude_unset=True) == b'[{"a":1,"kid":{"a":2,"b":3}}]'


def test_an_object_is_written_so_where_no_type_is_known_too() -> None:
    root = root_of(of(a={"type": "integer"}, kid={"$ref": "#"}))
    made = root(a=1, additional_properties={"b": None})
    held: Any = type("Held", (BaseModel,), {"__annotations__": {"it": Any, "own": root}, "own": made})
    assert held(it=[made]).model_dump() == {"it": [{"a": 1, "b": None}], "own": {"a": 1, "b": None}}
    assert held(it=made).model_dump_json() == '{"it":{"a":1,"b":null},"own":{"a":1,"b":null}}'
    assert to_json({"x": made}) == b'{"x":{"a":1,"b":null}}'
    assert held.model_json_schema()["properties"]["own"]["default"] == {"a": 1, "b": None}


def test_an_object_within_a_model_is_copied_and_pickled_with_it() -> None:
    sys.path.insert(0, str(ROOT / "generated" / "models"))
    try:
        import models
    finally:
        sys.path.pop(0)
    data = {"id": "a", "backend_name": "b", "state": "open", "created_at": "2024-02-29t12:30:00.5Z", "own": [1.0]}
    adapter = TypeAdapter(models.Session)
    made = adapter.validate_python(data)
    assert adapter.dump_python(pickle.loads(pickle.dumps(made))) == adapter.dump_python(copy.deepcopy(made)) == data


def test_a_class_that_is_derived_from_one_has_its_fields_too() -> None:
    class Derived(root_of(of(a={"type": "string", "minLength": 2}))):  # type: ignore[misc]
        def shout(self) -> str:
            return str(self.a).upper()

    adapter = TypeAdapter(Derived)
    assert adapter.validate_python({"a": "xy"}).shout() == "XY"
    assert adapter.json_schema()["properties"] == {"a": {"type": "string"}}
    with pytest.raises(ValidationError):
        adapter.validate_python({"a": "x"})


def test_pydantic_is_neither_loaded_nor_needed() -> None:
    script = (
        f"import sys; sys.path[:] = [{str(ROOT / 'generated' / 'models')!r}, *sys.path]\n"
        "from models import Session\nSession.from_dict({'id': 'a', 'backend_name': 'b', 'state': 'open'}).to_json()\n"
        "print([name for name in sys.modules if 'pydantic' in name or name.endswith('_field_schemas')])\n"
        "import models._pydantic_hooks, models._field_schemas\n"
    )
    found = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
