"""The deciding: models of many schemas at once, every road asked, and a reference validator beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib import import_module
from types import ModuleType

import jsonschema_rs
from conformance.official import faults_of

from codegen.app import build, in_memory, name_overrides
from codegen.app.artifact_toml import read_artifact
from codegen.ir import JSON
from codegen.render import templates
from codegen.schema.dialects import DRAFT_2020_12
from codegen.schema.resolver import attempt
from codegen.source import values

from .schemas import Case


def models_of(schemas: Sequence[JSON]) -> list[ModuleType]:
    """Return the module of each schema, all in one package that is kept in memory."""
    sources = [values.from_value(f"s{index}.json", schema) for index, schema in enumerate(schemas)]
    resolution, found = attempt(sources, dialect=DRAFT_2020_12, lookup=lambda uri: None)
    name = f"_combined_models_{next(in_memory._NUMBERS)}"
    built = build.build(resolution, package=name, formats="assert", names={}, before=name_overrides.Before(found))
    models = read_artifact(templates.BUNDLED / "models")
    settings: dict[str, JSON] = {"version": "0", "distribution": name, "frozen": False, "json": "standard"}
    settings.update(schemas=False)
    files = {file.path: file.text for file in templates.render(built.package, [models], {"models": settings})}
    in_memory._imported(name, files, "s0")
    return [import_module(f"{name}.s{index}") for index in range(len(schemas))]


def faults(cases: Sequence[Case]) -> Iterator[str]:
    """Yield what some road says otherwise than the reference, for each case and instance."""
    for case, model in zip(cases, models_of([case.schema for case in cases]), strict=True):
        reference = jsonschema_rs.Draft202012Validator(case.schema, validate_formats=True)
        for instance in case.instances:
            try:
                told = [*faults_of(model, instance, reference.is_valid(instance))]
            except Exception as error:  # whatever a road raises but DecodeError is a fault to tell
                told = [f"raises {type(error).__name__}: {error}"]
            for fault in told:
                yield f"{json.dumps(case.schema)} with {json.dumps(instance)}: {fault}"
