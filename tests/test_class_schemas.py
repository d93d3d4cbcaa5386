"""The JSON Schemas that a package carries: each is whole by itself, and is what its document says."""

from __future__ import annotations

import importlib
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from codegen.app.in_memory import compile_schema
from codegen.ir import JSON
from tests.packages import whole

CASE = Path(__file__).parent / "cases" / "references" / "expected" / "models" / "shop"
LURES: JSON = {
    "title": "Lures",
    "type": "object",
    "properties": {
        "const": {"$ref": "#/$defs/Part"},
        "x-a": {"$ref": "#/$defs/Part"},
        "$ref": {"const": {"$ref": "#/$defs/Part"}},
        "of": {"enum": [{"$ref": "#/$defs/Part"}, {"properties": {"$ref": "#"}}], "default": {"$ref": "#"}},
        "like": {"const": [{"$ref": "schema:Part"}, {"$ref": "schema1:Part"}]},
        "more": {"allOf": [{"$ref": "#/$defs/Part"}], "examples": [{"$ref": "#"}], "$comment": "$ref"},
    },
    "dependentSchemas": {"enum": {"$ref": "#/$defs/Part"}},
    "dependentRequired": {"default": ["const"]},
    "$defs": {"Part": {"type": ["object", "null"], "properties": {"n": {"type": "integer"}}}},
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a package of several documents, as a program imports it."""
    package = whole(CASE, tmp_path)
    package.rename(tmp_path / "carrying_shop")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("carrying_shop")
    for name in [name for name in sys.modules if name.partition(".")[0] == "carrying_shop"]:
        del sys.modules[name]


def test_what_looks_like_a_reference_and_is_data_stays_as_it_is() -> None:
    module = compile_schema(
        LURES, uri="https://example.com/a.json", references={}, formats="assert", dialect=None, schemas=True
    )
    found = module.json_schema()
    properties = found["properties"]
    assert properties["const"] == properties["x-a"] == {"$ref": "#/$defs/Part"}
    assert properties["$ref"] == {"const": {"$ref": "#/$defs/Part"}}
    assert properties["of"]["enum"][1] == {"properties": {"$ref": "#"}} and properties["of"]["default"] == {"$ref": "#"}
    assert properties["like"] == {"const": [{"$ref": "schema:Part"}, {"$ref": "schema1:Part"}]}
    assert properties["more"]["examples"] == [{"$ref": "#"}]
    assert found["dependentSchemas"] == {"enum": {"$ref": "#/$defs/Part"}}
    assert sorted(found["$defs"]) == ["Part"]
    found["properties"]["of"]["enum"].clear()
    assert len(module.json_schema()["properties"]["of"]["enum"]) == 2  # what a caller does to it is the caller's


def test_the_schema_of_a_class_that_several_subschemas_make_has_all_of_them() -> None:
    parts: list[JSON] = [{"properties": {"x": {"type": "string"}}}, {"properties": {"y": {"$ref": "#/$defs/Y"}}}]
    schema: JSON = {
        "title": "Whole",
        "allOf": [{"properties": {"a": part}} for part in parts],
        "$defs": {"Y": {"const": 1}},
    }
    module = compile_schema(
        schema, uri="https://example.com/a.json", references={}, formats="assert", dialect=None, schemas=True
    )
    validator = jsonschema_rs.Draft202012Validator(module.json_schema(module.WholeA))
    instances: list[JSON] = [{"x": "", "y": 1}, {"x": 1, "y": 1}, {"x": "", "y": 2}]
    assert list(map(validator.is_valid, instances)) == [True, False, False]


def test_each_class_and_document_has_a_schema_that_is_whole(shop: Any) -> None:
    modules = [importlib.import_module(f"{shop.__name__}.{name}") for name in ("address", "order", "parts_line")]
    classes = [(module, each) for module in modules for each in vars(module).values() if is_of(module, each)]
    shown = [module.json_schema() for module in modules] + [module.json_schema(cls) for module, cls in classes]
    for schema in shown:
        jsonschema_rs.Draft202012Validator(schema)  # a reference that leads nowhere is an error here
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert len(shown) > 4


def is_of(module: Any, value: object) -> bool:
    return isinstance(value, type) and value.__module__ == module.__name__ and value.__name__[0] != "_"


def test_a_class_of_another_document_is_in_the_schema(shop: Any) -> None:
    order = shop.order.json_schema(shop.Order)
    address = importlib.import_module(f"{shop.__name__}.address").json_schema()
    assert shop.Order is typing.get_type_hints(shop.order.decode)["return"]
    assert order == shop.order.json_schema()
    assert order["$defs"]["Address"]["properties"].keys() == address["properties"].keys()


def test_there_is_no_such_function_without_the_setting() -> None:
    module = compile_schema(LURES, uri="https://example.com/a.json", references={}, formats="assert", dialect=None)
    assert not hasattr(module, "json_schema") and "json_schema" not in module.__all__
