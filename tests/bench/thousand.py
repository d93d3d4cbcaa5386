"""A package of a thousand models of twelve fields, ours and pydantic's, for what importing them costs.

The floor for ten of them: ten plain dataclasses of the same fields in modules of their own, which do nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

import making

COUNT = 1000
TEN = range(10)
_PLAIN = """from __future__ import annotations
import datetime
from dataclasses import dataclass
@dataclass(slots=True, kw_only=True)
class {name}:
    field_0: str
    field_1: int
"""


def statements(room: Path) -> dict[str, str]:
    """Return the import statements to measure; both packages are made in the folder."""
    schemas = room / "thousand"
    schemas.mkdir()
    for index in range(COUNT):
        (schemas / f"m{index:04}.json").write_text(json.dumps(schema(index)), encoding="utf-8")
    making.generate(schemas, room / "thousand_out", "ours1000")
    (room / "thousand_out" / "models" / "ours1000").rename(room / "out" / "models" / "ours1000")
    making.generate_other(schemas, room / "others" / "pydantic1000", "pydantic")
    _write_plain(room / "out" / "models" / "plain1000")
    return {
        "1,000 models: the package": "import ours1000",
        "1,000 models: the first ten classes": _first_ten("ours1000"),
        "1,000 models: the first ten classes as plain dataclasses": _first_ten("plain1000"),
        "1,000 models: the first ten classes by pydantic": _first_ten("pydantic1000"),
    }


def _first_ten(package: str) -> str:
    return "\n".join(f"from {package}.m{index:04} import M{index:04}" for index in TEN)


def _write_plain(package: Path) -> None:
    package.mkdir()
    (package / "__init__.py").touch()
    types = ("str", "int", "float", "bool", "datetime.datetime", "list[str]")
    fields = "".join(f"    field_{number}: {types[number % len(types)]} | None = None\n" for number in range(2, 12))
    for index in TEN:
        text = _PLAIN.format(name=f"M{index:04}") + fields
        (package / f"m{index:04}.py").write_text(text, encoding="utf-8")


def schema(index: int) -> dict[str, object]:
    """Return an object schema with twelve properties of the usual types."""
    parts: list[dict[str, object]] = [
        {"type": "string"},
        {"type": "integer", "minimum": 0},
        {"type": "number"},
        {"type": "boolean"},
        {"type": "string", "format": "date-time"},
        {"type": "array", "items": {"type": "string"}},
    ]
    properties = {f"field_{number}": parts[number % len(parts)] for number in range(12)}
    name = f"M{index:04}"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "type": "object",
        "required": ["field_0", "field_1"],
        "properties": properties,
    }
