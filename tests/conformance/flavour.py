"""The pydantic flavour: what its models say of an instance, and what they give back, held against what is asked."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from codegen.ir import JSON
from codegen.runtime._equality import equal


def beside(model: ModuleType) -> ModuleType:
    """Return the module of pydantic models that stands beside one of dataclasses."""
    package, _, name = model.__name__.rpartition(".")
    return importlib.import_module(f"{package}.pydantic_models.{name}")


def faults_of(models: ModuleType, data: JSON, valid: bool) -> Iterator[str]:
    """Yield what does not hold of an instance: the verdict by every road, and each way back for a valid one."""
    return faults_of_type(models.root, data, valid)


def faults_of_type(kind: Any, data: JSON, valid: bool) -> Iterator[str]:
    """Yield what does not hold of an instance for a type that pydantic knows, be it a model or not."""
    adapter = TypeAdapter(kind)
    roads: dict[str, Callable[[], object]] = {
        "validate_python": lambda: adapter.validate_python(data),
        "validate_json": lambda: adapter.validate_json(json.dumps(data)),
    }
    if issubclass(kind, BaseModel):
        roads["model_validate"] = lambda: kind.model_validate(data)
        roads["model_validate_json"] = lambda: kind.model_validate_json(json.dumps(data))
    for road, validate in roads.items():
        try:
            value = validate()
        except ValidationError as error:
            yield from [f"{road} says not valid"] if valid else _untold(road, error)
        else:
            yield from _lost(road, adapter, value, data) if valid else [f"{road} says valid"]


def _untold(road: str, error: ValidationError) -> Iterator[str]:
    if not all("keyword_location" in problem.get("ctx", {}) for problem in error.errors()):
        yield f"{road} has an error that is none of ours: {error}"


def _lost(road: str, adapter: TypeAdapter[object], value: object, data: JSON) -> Iterator[str]:
    ways: dict[str, Callable[[], object]] = {
        "dump_python": lambda: adapter.dump_python(value),
        "dump_python as JSON": lambda: adapter.dump_python(value, mode="json"),
        "dump_json": lambda: json.loads(adapter.dump_json(value)),
    }
    if isinstance(value, BaseModel):
        ways["model_dump"] = value.model_dump
        ways["model_dump_json"] = lambda: json.loads(value.model_dump_json())
    for way, dump in ways.items():
        if not equal(dump(), data):  # type: ignore[arg-type]
            yield f"{way} gives something else back after {road}"
