"""The schemas that the box on a page needs, as scripts: they load from a file as well as from a server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from codegen.app.config import Config
from codegen.artifacts.docs.prepare import schema_path
from codegen.ir import JSON, Document
from codegen.schema.resolver import Resolution, resolve
from codegen.source import loader
from codegen.source.loader import Source

_BUNDLED = re.compile(r"https?://json-schema\.org/draft")


def script_name(schema: str) -> str:
    """Return the name of the script for a schema's path below `schemas`, as its link writes it."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", unquote(schema)) + ".js"


def write_schemas(config: Config, folder: Path) -> None:
    """Write a script for each public document, with all documents that it needs."""
    resolution = resolved(config)
    for document in resolution.documents:
        if document.public:
            name = script_name(schema_path(document).removeprefix("schemas/"))
            (folder / name).write_text(_script(config, resolution, document), encoding="utf-8")


def resolved(config: Config) -> Resolution:
    """Return the resolution of the configured schemas; raises Rejected."""
    sources, _ = loader.load_folder(config.schema)
    return resolve(sources, dialect=config.dialect, lookup=lambda uri: _kept_at_home(config, uri))


def _kept_at_home(config: Config, uri: str) -> Source | None:
    for prefix, home in sorted(config.references.items(), key=lambda item: -len(item[0])):
        rest = unquote(uri.removeprefix(prefix)).strip("/")
        for file in (home / (rest + suffix) for suffix in ("", ".json", ".yaml", ".yml")):
            if uri.startswith(prefix) and file.is_file():
                return loader.load_file(file, uri if Path(uri).suffix == file.suffix else uri + file.suffix)[0]
    return None


def _script(config: Config, resolution: Resolution, document: Document) -> str:
    needed = [_told(other) for other in _reachable(resolution, document) if not _BUNDLED.match(other.uri)]
    told: JSON = {"root": _uri(document), "formats": config.formats == "assert", "schemas": needed}
    return f"triptych.schemas({json.dumps(told)});\n"


def _told(document: Document) -> JSON:
    return {"uri": _uri(document), "dialect": document.dialect, "schema": document.content}


def _uri(document: Document) -> str:
    """Return where the validator in the browser finds a document; it knows no scheme but those of the web."""
    return re.sub("^schema:///", "https://schemas.invalid/", document.uri.removesuffix("#"))


def _reachable(resolution: Resolution, start: Document) -> Iterator[Document]:
    """Yield a document and all that it refers to, directly or not."""
    leads: dict[str, set[str]] = {}
    for location, subschema in resolution.subschemas.items():
        for keyword in subschema.keywords.values():
            if keyword.target is not None:
                leads.setdefault(location.document, set()).add(keyword.target.document)
    seen, waiting = {start.location.document}, [start.location.document]
    while waiting:
        new = leads.get(waiting.pop(), set()) - seen
        seen |= new
        waiting += new
    return (document for document in resolution.documents if document.location.document in seen)
