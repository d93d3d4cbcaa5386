"""artifact.toml: the artifact that a folder holds, with the JSON Schema of the settings that its users have."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ..findings import Finding, Place, Rejected, Rule
from ..ir import JSON, escape_token
from ..render.templates import BROKEN_ARTIFACT, Artifact, Template
from ..schema.dialects import DRAFT_7
from ..schema.equality import distinct
from ..source import loader
from ..source.paths import real
from ..source.toml_text import Toml, read_toml
from .settings import Keys, defaults, faults
from .settings_schema import Described, described, packaged

BROKEN_SETTING = Rule("artifact-setting", "An artifact describes its settings by a valid schema.", exit_code=2)

SCHEMA: Final = Path(__file__).parent / "artifact.schema.json"

_ROW: Final = ("template", "each", "path", "language")


def read_artifact(folder: Path) -> Artifact:
    """Return the artifact that a folder holds; raises Rejected with all that is wrong with its artifact.toml."""
    toml = read_toml(folder / "artifact.toml", BROKEN_ARTIFACT, BROKEN_ARTIFACT)
    findings = [
        _finding(toml, fault.keys, fault.message, fault.help) for fault in faults(_described(), toml.values, "")
    ]
    findings += _files_not_there(toml, folder)
    if findings:
        raise Rejected(findings)
    content: dict[str, Any] = dict(toml.values)  # as its schema says
    settings = content.get("settings", {})
    return Artifact(
        name=content["name"],
        purpose=content["purpose"],
        folder=folder,
        templates=tuple(Template(*(row[key] for key in _ROW)) for row in content["templates"]),
        settings=_from_file(folder / settings) if isinstance(settings, str) else _from_rows(toml, settings),
        settings_file=settings if isinstance(settings, str) else "",
        reads=tuple(content.get("reads", ())),
        toml=toml,
    )


def _described() -> Described:
    return packaged(SCHEMA)


def _finding(toml: Toml, keys: Keys, message: str, help_: str) -> Finding:
    rule = BROKEN_SETTING if keys[:1] == ("settings",) else BROKEN_ARTIFACT
    return Finding(rule, toml.place(*keys), message, help_)


def _files_not_there(toml: Toml, folder: Path) -> Iterator[Finding]:
    """Yield a finding for every file that the artifact.toml names and that is not in its folder."""
    rows = toml.values.get("templates")
    named: list[tuple[Keys, object]] = [(("settings",), toml.values.get("settings"))]
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        named.append((("templates", str(index), "template"), row.get("template") if isinstance(row, dict) else None))
    for keys, name in named:
        if isinstance(name, str) and not _is_inside(folder, name):
            message = f'{".".join(keys)} names "{name}", which is not a file of its folder'
            yield _finding(toml, keys, message, "name a file that is in the folder of the artifact.toml")


def _is_inside(folder: Path, name: str) -> bool:
    path = real(folder / name) if "\0" not in name else folder
    return real(folder) in path.parents and os.path.isfile(path)


# --- The schema of its settings


def _from_rows(toml: Toml, rows: Mapping[str, Mapping[str, Any]]) -> dict[str, JSON]:
    """Return the JSON Schema of settings that the artifact.toml lists one by one; raises Rejected."""
    schema: dict[str, JSON] = {
        "$schema": f"{DRAFT_7}#",
        "title": str(toml.values["name"]),
        "description": str(toml.values["purpose"]),
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _property(row) for name, row in rows.items()},
    }
    return _with_valid_defaults(described(schema), lambda name: toml.place("settings", name, "default"))


def _property(row: Mapping[str, Any]) -> dict[str, JSON]:
    allowed: dict[str, JSON] = {"enum": distinct(row["allowed"])} if row.get("allowed") else {}
    return {"description": row["purpose"], "type": row["type"], **allowed, "default": row["default"]}


def _from_file(file: Path) -> dict[str, JSON]:
    """Return the JSON Schema of settings that stands in a file; raises Rejected."""
    source, findings = loader.load_file(file)
    if source is None or findings:
        raise Rejected(findings)
    if not isinstance(source.content, dict):
        message = "the schema of settings is a boolean, and has no settings"
        raise Rejected(
            [Finding(BROKEN_SETTING, loader.place(source, ""), message, "describe an object with properties")]
        )
    table = described(source.content, source)
    return _with_valid_defaults(table, lambda name: loader.place(source, f"/properties/{escape_token(name)}/default"))


def _with_valid_defaults(table: Described, place: Callable[[str], Place]) -> dict[str, JSON]:
    """Return the schema of a table; raises Rejected for every default that the schema itself does not allow."""
    findings = [
        Finding(BROKEN_SETTING, place(name), f"the default is not valid: {fault.message}", fault.help)
        for name, value in defaults(table.schema).items()
        for fault in faults(table, {name: value}, "")
        if fault.keys[:1] == (name,)
    ]
    if findings:
        raise Rejected(findings)
    return dict(table.schema)
