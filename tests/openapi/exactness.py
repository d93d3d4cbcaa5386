"""Exactness: what the downgrade to 3.0 makes of the official suite's schemas that have no references."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
from openapi_spec_validator import OpenAPIV30SpecValidator

from codegen.artifacts.openapi.downgrade import DECIMALS, downgrade
from codegen.artifacts.openapi.values import with_valid_values
from codegen.ir import JSON, Package
from codegen.render.schema_objects import components
from codegen.schema.dialects import DRAFT_2020_12
from codegen.schema.resolver import resolve
from codegen.source import values

LEAST_EXACT = 0.85
LENIENT = jsonschema.validators.extend(jsonschema.Draft4Validator, type_checker=jsonschema.Draft6Validator.TYPE_CHECKER)
"""Draft 4 as many read it: 1.0 is an integer."""
_REFERRING = ("$ref", "$dynamicRef", "$id", "$anchor", "$dynamicAnchor")


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the suite after the downgrade.

    `told` is whether the downgrade tells of no loss, `wider` how many invalid instances 3.0 accepts, `refused` how
    many valid ones it refuses, by a reader for whom 1.0 is an integer; `losses` are the keywords that it can't say,
    `illegal` what the validator says. `integers` is whether the downgrade tells that 1.0 hangs on the reader, `differ`
    how many instances are decided in another way by one for whom it is none.
    """

    file: str
    name: str
    told: bool
    wider: int
    refused: int
    losses: tuple[str, ...]
    illegal: str
    integers: bool = False
    differ: int = 0

    @property
    def exact(self) -> bool:
        """Return whether 3.0 says just the same, and the downgrade says that it does."""
        return self.told and not self.wider and not self.fault

    @property
    def fault(self) -> str:
        """Return what must never be, an empty string if nothing of the kind is."""
        if self.illegal:
            return f"an illegal document: {self.illegal}"
        if self.refused:
            return "a valid instance is refused"
        if self.differ and not self.integers:
            return "1.0 hangs on the reader, and that is not told"
        return "a loss is not told" if self.told and self.wider else ""


def groups(suite: Path) -> Iterator[Group]:
    """Yield every group of 2020-12 that has no references."""
    for file in sorted((suite / "tests" / "draft2020-12").glob("*.json")):
        for group in json.loads(file.read_text(encoding="utf-8")):
            if not _refers(group["schema"]):
                yield _group(file.name, group)


def _refers(schema: JSON) -> bool:
    if isinstance(schema, list):
        return any(map(_refers, schema))
    if not isinstance(schema, dict):
        return False
    if schema.get("$schema", DRAFT_2020_12) != DRAFT_2020_12:
        return True  # a dialect of its own is a reference to its metaschema
    return any(key in schema for key in _REFERRING) or any(map(_refers, schema.values()))


def _group(file: str, group: Mapping[str, Any]) -> Group:
    lifted = components(_package(group["schema"]))
    shown = with_valid_values({"components": {"schemas": dict(lifted.schemas)}})["components"]
    schemas, made = downgrade(shown["schemas"] if isinstance(shown, dict) else {})
    (name,) = schemas
    head = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}}
    document = json.loads(json.dumps({**head, "components": {"schemas": schemas}}))
    illegal = "; ".join(error.message for error in OpenAPIV30SpecValidator(document).iter_errors())
    older = as_draft4(document["components"]["schemas"][name])
    decided = [(test["valid"], LENIENT(older).is_valid(test["data"])) for test in group["tests"]]
    strict = [jsonschema.Draft4Validator(older).is_valid(test["data"]) for test in group["tests"]]
    return Group(
        file,
        group["description"],
        told=name not in made.wider,
        wider=sum(accepted and not valid for valid, accepted in decided),
        refused=sum(valid and not accepted for valid, accepted in decided),
        losses=tuple(sorted({loss.keyword for loss in made.losses if loss.reason != DECIMALS})),
        illegal=illegal,
        integers=name in made.integers,
        differ=sum(accepted != other for (_, accepted), other in zip(decided, strict, strict=True)),
    )


def _package(schema: JSON) -> Package:
    resolution = resolve([values.from_value("case.json", schema)], dialect=DRAFT_2020_12, lookup=lambda uri: None)
    return Package("models", resolution.documents, resolution.subschemas, {}, {}, resources=resolution.resources)


def as_draft4(schema: Any) -> Any:
    """Return a Schema Object of 3.0 as draft 4, from which it was made: `nullable` adds a type."""
    if isinstance(schema, list):
        return [as_draft4(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties" and isinstance(value, dict):
            made[key] = {name: as_draft4(item) for name, item in value.items()}
        elif key != "nullable" and not key.startswith("x-"):
            made[key] = value if key in ("enum", "default", "example") else as_draft4(value)
    if schema.get("nullable"):
        made["type"] = [schema["type"], "null"]
    return made


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a file of the suite, its groups, those exact, and the keywords that 3.0 can't say."""

    file: str
    groups: int
    exact: int
    losses: tuple[str, ...]


def rows(found: Sequence[Group]) -> list[Row]:
    """Return one row for each file."""
    counted = Counter(group.file for group in found)
    return [
        Row(
            file.removesuffix(".json"),
            number,
            sum(group.exact for group in found if group.file == file),
            tuple(sorted({keyword for group in found if group.file == file for keyword in group.losses})),
        )
        for file, number in counted.items()
    ]
