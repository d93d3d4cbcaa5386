"""The JSON Schemas of the files that people write, for editors that complete and check TOML by one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from ..ir import JSON
from ..pointer import value_at
from ..render.templates import BUNDLED, Artifact
from ..schema.dialects import DRAFT_7
from ..schema.resolver import attempt
from ..source import values
from . import artifact_toml, config

File: TypeAlias = Literal["pyproject", "artifact"]
FILES: Final[tuple[File, ...]] = get_args(File)

_TABLE: Final = "/properties/tool/properties/triptych"
"""Where `[tool.triptych]` stands in the schema of a pyproject.toml."""


def config_schema(file: File, artifacts: Iterable[Path] = ()) -> dict[str, JSON]:
    """Return the schema of a file: pyproject.toml, with the tables of the user's own artifacts too, or artifact.toml.

    Raises `Rejected` for an artifact that is not valid.
    """
    if file == "artifact":
        return _read(artifact_toml.SCHEMA)
    bundled = sorted(file.parent for file in BUNDLED.glob("*/artifact.toml"))
    return _pyproject(artifact_toml.read_artifact(folder) for folder in (*bundled, *artifacts))


def _read(file: Path) -> dict[str, JSON]:
    schema: dict[str, JSON] = json.loads(file.read_text(encoding="utf-8"))
    return schema


def _pyproject(artifacts: Iterable[Artifact]) -> dict[str, JSON]:
    """Return the schema of a file with `[tool.triptych]`, of which all else may be anything."""
    table = _placed(_read(config.SCHEMA), _TABLE)
    tables = {each.name: _placed(each.settings, f"{_TABLE}/properties/{each.name}") for each in artifacts}
    properties = table["properties"]
    table["properties"] = {**(properties if isinstance(properties, dict) else {}), **tables}
    tool: dict[str, JSON] = {"type": "object", "properties": {"triptych": table}}
    return {
        "$schema": f"{DRAFT_7}#",
        "title": "pyproject.toml with [tool.triptych]",
        "type": "object",
        "properties": {"tool": tool},
    }


def _placed(schema: Mapping[str, JSON], pointer: str) -> dict[str, JSON]:
    """Return a schema as it can stand at a pointer in another one: its references lead into itself there too.

    One with an `$id` is a schema resource, whose references stay as they are.
    """
    content: dict[str, JSON] = json.loads(json.dumps(schema))
    resolution, _ = attempt([values.from_value("settings.json", content)], dialect=DRAFT_7, lookup=lambda uri: None)
    for location, subschema in resolution.subschemas.items():
        if "$ref" in subschema.keywords and "$id" not in content:
            _refer(value_at(location.pointer, content), pointer)
    content.pop("$schema", None)
    return content


def _refer(schema: JSON, pointer: str) -> None:
    """Let a reference to a place in the document lead to that place below the pointer."""
    named = schema.get("$ref") if isinstance(schema, dict) else None
    if isinstance(schema, dict) and isinstance(named, str) and (named == "#" or named.startswith("#/")):
        schema["$ref"] = f"#{pointer}{named.removeprefix('#')}"
