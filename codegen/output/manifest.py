"""The manifest: what stands behind each generated file, as digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from json.encoder import encode_basestring_ascii as encode
from typing import Final

from ..records import dataclass

MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class Origin:
    """What stands behind one generated file: its artifact, its template and the documents that it was made for."""

    artifact: str
    template: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """The SHA-256 of all that a run reads, by name: documents, templates and configuration, and the tools' versions."""

    documents: Mapping[str, str]
    templates: Mapping[str, str]
    configuration: str
    tools: Mapping[str, str]


def manifest(digests: Mapping[str, str], origins: Mapping[str, Origin], inputs: Inputs) -> str:
    """Return the text of `manifest.json`: what every file is, given by its digest, and what stands behind it."""
    entries: dict[str, object] = {
        path: {
            "sha256": sha256,
            "artifact": origins[path].artifact,
            "template": origins[path].template,
            "documents": sorted(origins[path].documents),
        }
        for path, sha256 in digests.items()
    }
    content = {
        "configuration": inputs.configuration,
        "documents": dict(inputs.documents),
        "files": entries,
        "templates": dict(inputs.templates),
        "tools": dict(inputs.tools),
    }
    return _laid_out(content, "\n") + "\n"


def _laid_out(value: object, margin: str) -> str:
    """Return a value as `json.dumps` lays it out with an indent and sorted keys, which takes it four times as long."""
    inner = margin + "  "
    if isinstance(value, dict) and value:
        members = [f"{encode(name)}: {_laid_out(value[name], inner)}" for name in sorted(value)]
        return f"{{{inner}{f',{inner}'.join(members)}{margin}}}"
    if isinstance(value, list) and value:
        return f"[{inner}{f',{inner}'.join([_laid_out(item, inner) for item in value])}{margin}]"
    return encode(value) if isinstance(value, str) else json.dumps(value)


def digest(text: str | bytes) -> str:
    """Return the SHA-256 of a text as it stands on the disk, in hex."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def manifest_tables(text: bytes | None) -> dict[str, dict[str, object]]:
    """Return a manifest's tables, each empty where the manifest is missing or damaged."""
    try:
        content = json.loads(text) if text is not None else {}
    except ValueError:
        content = {}
    tables = content if isinstance(content, dict) else {}
    names = ("documents", "files", "templates", "tools")
    entries = {name: tables[name] if isinstance(tables.get(name), dict) else {} for name in names}
    entries["configuration"] = {"": tables.get("configuration")}
    return entries


def recorded_hash(path: str, entries: Mapping[str, Mapping[str, object]]) -> object:
    """Return the hash that a manifest records for a file, None if it records none."""
    entry = entries["files"].get(path)
    return entry.get("sha256") if isinstance(entry, dict) else None


def how_edited(content: bytes, recorded: object) -> str:
    """Return in words how a file came to differ from its recorded hash."""
    if digest(content.replace(b"\r\n", b"\n")) == recorded:
        return "its line ends were changed to CRLF"
    return "it was edited by hand"
