"""Values for the templates: the OpenAPI document with operations, the fragment without, and the downgrade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ...findings import Finding, Rejected
from ...ir import JSON, Package
from ...read_only import read_only
from ...render.schema_objects import Components, components, reference
from ...validation.examples import EndlessError
from .document30 import document30
from .operations import Settings, Writing, as_table, schema_locations, setting_faults
from .setting_names import INFO, SERVER, fault, renamed
from .surrogates import has_lone
from .values import with_valid_values

_SAME_EVERYWHERE: Final = "/"
"""The server that OpenAPI assumes where none is named (3.1.1, section 4.8.1)."""


def prepare(package: Package, settings: Mapping[str, JSON]) -> Mapping[str, Sequence[Mapping[str, object]]]:
    """Return the items of `file` (each document, its file name, a notice of its origin) and of `report`."""
    read = Settings(settings)
    findings = list(setting_faults(read, package))
    if findings:
        raise Rejected(findings)
    lifted = components(package, schema_locations(read, package))
    findings = list(_name_faults(read, lifted))
    if findings:
        raise Rejected(findings)
    writing = Writing(read, package, lifted.name)
    head = _head(read, package)
    # Every other document is made of this one, so that none of them may change it.
    document = as_table(read_only(_checked(_document(head, writing, lifted.schemas), read)))
    shown = as_table(as_table(document["components"]).get("schemas"))
    schemas = {name: shown[name] for name in lifted.schemas}
    older, losses = document30(_without_path_items(document))
    contents = {"openapi": document, "fragment": _fragment(head, schemas), "openapi-3.0": older}
    return {"file": list(_files(contents, package)), "report": [{"content": losses}]}


def _files(contents: Mapping[str, Mapping[str, JSON]], package: Package) -> Iterator[Mapping[str, object]]:
    """Yield the item of each document; what stands in one of them stands in the first one too."""
    sources = ", ".join(each.path for each in package.documents if each.public)
    made_by = f"Made by `triptych generate` from {sources}; change those and generate again."
    may_be_lone = has_lone(dict(next(iter(contents.values()))))
    for name, content in contents.items():
        spelling = f" YAML has no lone surrogates: they are spelled out here, and stand in {name}.json."
        notice = f"{made_by}{spelling}" if may_be_lone and has_lone(dict(content)) else made_by
        yield {"file": name, "content": content, "notice": notice}


def _name_faults(settings: Settings, lifted: Components) -> Iterator[Finding]:
    for name in settings.table("schemas"):
        if name in lifted.schemas:
            help = "choose another name, or override that of the schema in [tool.triptych.names]"
            yield fault(("schemas", name), "a schema of the folder has this name", help)


def _checked(document: Mapping[str, JSON], settings: Settings) -> dict[str, JSON]:
    try:
        return with_valid_values(document, settings.table("schemas"))
    except EndlessError as error:
        name = error.pointer.removeprefix("/components/schemas/").split("/")[0]
        message = "the schema refers to itself on the same instance, so that validation would never end"
        finding = fault(("schemas", name), message, "remove one of the references of the cycle")
        raise Rejected([finding]) from None


def _head(settings: Settings, package: Package) -> dict[str, JSON]:
    written = {key: value for key, value in settings.values.items() if key in INFO and value not in ("", {})}
    info = renamed({"title": package.name, **written}, INFO)
    servers: list[JSON] = [renamed(as_table(server), SERVER) for server in settings.array("servers")]
    return {"openapi": settings.values["openapi"], "info": info, "servers": servers or [{"url": _SAME_EVERYWHERE}]}


def _document(head: Mapping[str, JSON], writing: Writing, schemas: Mapping[str, JSON]) -> dict[str, JSON]:
    settings = writing.settings
    optional: dict[str, JSON] = {
        "security": settings.array("security"),
        "tags": writing.tags(),
        "externalDocs": settings.table("external_docs"),
    }
    paths = writing.paths()
    return {
        **head,
        **{key: value for key, value in optional.items() if value},
        "paths": paths,
        "components": _with_unused(writing.components(schemas), paths),
    }


def _fragment(head: Mapping[str, JSON], schemas: Mapping[str, JSON]) -> dict[str, JSON]:
    return {**head, "paths": {}, "components": _with_unused({"schemas": dict(schemas)}, {})}


def _without_path_items(document: Mapping[str, JSON]) -> dict[str, JSON]:
    components = as_table(document["components"])
    return {**document, "components": {key: part for key, part in components.items() if key != "pathItems"}}


def _with_unused(parts: dict[str, JSON], paths: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return the Components Object with a path item that refers to each schema that nothing else refers to.

    Linters report such a schema as a mistake. The item has no operation and stands at no path.
    """
    schemas = as_table(parts.get("schemas"))
    used = _references([{**parts, "schemas": {}}, dict(paths)])
    for name, schema in schemas.items():
        used |= _references(schema) - {reference(name)["$ref"]}
    unused = [name for name in schemas if reference(name)["$ref"] not in used]
    if not unused:
        return parts
    item: JSON = {
        "description": "No path: it refers to the schemas that no operation and no other schema refers to.",
        "parameters": [{"name": name, "in": "query", "schema": reference(name)} for name in unused],
    }
    return {**parts, "pathItems": {"Schemas": item}}


def _references(value: JSON) -> set[str]:
    """Return what the references within a value say."""
    found: set[str] = set()
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            target = each.get("$ref")
            if isinstance(target, str):
                found.add(target)
            pending.extend(each.values())
        elif isinstance(each, list):
            pending.extend(each)
    return found
