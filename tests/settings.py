"""What is made of the schemas of settings: their problem tables in the package, and the page SETTINGS.md.

And the problem tables of the published metaschemas. `nox -s settings` writes all of them; tests/test_settings.py holds
that they are up to date.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from codegen.app import artifact_toml, config
from codegen.app.settings_schema import TABLES, compiled, digest
from codegen.schema.dialects import DIALECTS
from codegen.source import values
from codegen.validation import metaschema

ROOT = Path(__file__).parent.parent
ARTIFACTS = ROOT / "codegen" / "artifacts"
PAGE = ROOT / "SETTINGS.md"

SCHEMAS = {
    "tool.triptych": config.SCHEMA,
    **{f"tool.triptych.{name}": ARTIFACTS / name / "settings.schema.json" for name in ("models", "openapi", "docs")},
    "artifact.toml": artifact_toml.SCHEMA,
}
"""The schemas by what they describe, in the order of the page."""


def main() -> None:
    """Write the tables and the page."""
    metaschema.TABLES.write_text(metaschema_tables(), encoding="utf-8")
    TABLES.write_text(tables(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas by what they describe."""
    return {name: json.loads(file.read_text(encoding="utf-8")) for name, file in SCHEMAS.items()}


# The tables


def tables() -> str:
    """Return the text of problem_tables.json: an entry for each schema, a line for each of its subschemas."""
    entries = [f"{json.dumps(digest(schema))}: {_entry(name, schema)}" for name, schema in schemas().items()]
    return "{\n" + ",\n".join(entries) + "\n}\n"


def metaschema_tables() -> str:
    """Return the text of metaschema_tables.json: an entry for each dialect, a line for each subschema."""
    made = {dialect: metaschema.compiled(dialect) for dialect in DIALECTS}
    entries = [
        f'{json.dumps(dialect)}: {{"root": {json.dumps(each["root"])}, "tables": {{\n{_rows(each["tables"])}\n}}}}'
        for dialect, each in made.items()
    ]
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _entry(name: str, schema: Mapping[str, Any]) -> str:
    made = compiled(values.from_value("settings.json", dict(schema)))
    head = f'"describes": {json.dumps(name)}, "root": {json.dumps(made.root)}, "tables": {{'
    return "{" + head + "\n" + _rows(made.tables) + "\n}}"


def _rows(tables: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        f"{json.dumps(module)}: {{\n"
        + ",\n".join(f"{json.dumps(subschema)}: {json.dumps(row)}" for subschema, row in table.items())
        + "\n}"
        for module, table in tables.items()
    ]
    return ",\n".join(rows)


# The page

_HEAD = """\
# Settings

<!-- Written by `nox -s settings` from the schemas that check these settings; not to be edited. -->

`[tool.triptych]` stands in `pyproject.toml`, or in a file of its own that `--config` names; every key may be left out.
Editors complete it by the schema that `triptych config-schema` prints (with the tables of your own artifacts), and an
`artifact.toml` by that of `triptych config-schema artifact`:

```console
$ triptych config-schema > triptych.schema.json   # and in the first line of the file: #:schema ./triptych.schema.json
```

A mistake is reported with its line, and with what was meant: by the rules `config-key`, `config-type`, `config-value`
and `config-path`, and by `openapi-setting` for what stands within the keys of `[tool.triptych.openapi]`.
"""


def page() -> str:
    """Return the Markdown page of all settings."""
    return _HEAD + "".join(_chapter(name, schema) for name, schema in schemas().items())


def _chapter(name: str, schema: Mapping[str, Any]) -> str:
    title = name if name == "artifact.toml" else f"[{name}]"
    parts = [f"\n## {title}\n\n{schema['description']}\n", _table(schema, schema)]
    for definition in schema.get("definitions", {}).values():
        if "properties" in definition:
            parts += [f"\n### {definition['title']}\n\n{definition['description']}\n", _table(definition, schema)]
    return "".join(parts)


def _table(described: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    required = described.get("required", [])
    rows = [
        f"| `{name}` | {_values(row, schema)} | {_default(name, row, required)} | {_purpose(row)} |\n"
        for name, row in described["properties"].items()
    ]
    return "\n| key | values | default | |\n|---|---|---|---|\n" + "".join(rows)


def _purpose(row: Mapping[str, Any]) -> str:
    example = f" For example `{_toml(row['examples'][0])}`." if "examples" in row else ""
    return _cell(row["description"] + example)


def _default(name: str, row: Mapping[str, Any], required: list[str]) -> str:
    return "**required**" if name in required else _cell(f"`{_toml(row['default'])}`") if "default" in row else ""


def _values(row: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Return in words which values a setting can have."""
    return ", ".join(dict.fromkeys(kind for each in _merged(row, schema) for kind in _kinds(each, schema))) or "any"


def _merged(row: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a schema and those that apply in its place."""
    yield row
    for part in [row, *row.get("allOf", []), row.get("then", {})]:
        if "$ref" in part:
            yield from _merged(schema["definitions"][part["$ref"].rpartition("/")[2]], schema)


def _kinds(row: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    if "enum" in row:
        yield from (f"`{_toml(value)}`" for value in row["enum"] if not str(value).endswith("#"))
    elif row in schema.get("definitions", {}).values() and "properties" in row:
        yield f"[{row['title'][0].lower()}{row['title'][1:]}](#{row['title'].lower().replace(' ', '-')})"
    else:
        types = row.get("type", [])
        plain = [types] if isinstance(types, str) else [kind for kind in types if kind != "object" or "then" not in row]
        yield from (_kind(kind, row, schema) for kind in plain)


def _kind(kind: str, row: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    within = row.get({"array": "items", "object": "additionalProperties"}.get(kind, ""))
    word = "table" if kind == "object" else kind
    return f"{word} of {_values(within, schema).replace(', ', ' or ')}" if isinstance(within, dict) else word


def _toml(value: Any) -> str:
    """Return a value as TOML has it, on one line."""
    if isinstance(value, dict):
        return (
            "{ " + ", ".join(f"{_key(name)} = {_toml(item)}" for name, item in value.items()) + " }" if value else "{}"
        )
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else json.dumps(name)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    main()
