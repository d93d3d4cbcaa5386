"""Values for the templates: the OpenAPI document with operations, the fragment without, and the downgrade.

Each component is made by itself (`entries`). Here the documents are joined from these, with what depends on more
than one: the names, what the settings say, which values are valid, what is inexact in 3.0 terms or referred to nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from ...escapes import Code
from ...findings import Finding, Rejected
from ...ir import JSON, Item, Package, Parts
from ...read_only import read_only
from ...render.schema_objects import Lifted, by_location, lifted, reference
from ...validation.examples import EndlessError
from .document30 import document30
from .downgrade import Downgrade, Outcome, settled
from .entries import (
    Component,
    Entry,
    Schemas,
    component,
    downgraded,
    from_part,
    in_json,
    in_yaml,
    part,
    references,
    referred,
)
from .operations import Settings, Writing, as_table, schema_locations, setting_faults
from .setting_names import INFO, SERVER, fault, renamed
from .surrogates import has_lone
from .values import with_valid_values

_SAME_EVERYWHERE: Final = "/"
"""The server that OpenAPI assumes where none is named (3.1.1, section 4.8.1)."""


def prepare(package: Package, settings: Mapping[str, JSON]) -> Parts:
    """Return the components as parts, and how the documents are joined from them."""
    read = Settings(settings)
    findings = list(setting_faults(read, package))
    if findings:
        raise Rejected(findings)
    index = lifted(package, schema_locations(read, package))
    findings = list(_name_faults(read, index))
    if findings:
        raise Rejected(findings)
    items = [{"name": name, "scoped": scoped} for name, scoped in sorted(index.scoped.items())]
    return Parts(items, part, partial(_joined, read, index), index)


def _joined(settings: Settings, index: Lifted, parts: Sequence[Any]) -> Mapping[str, Sequence[Item]]:
    """Return the items of `file` (each document, its file name, a notice of its origin) and of `report`."""
    made = dict(zip(sorted(index.scoped), map(from_part, parts), strict=True))
    head = _head(settings, index.package)
    document, schemas, made = _with_settings(_document(settings, index, head), settings, index, made)
    made, lost = _settled(made, schemas)
    own = {name: each for name, each in made.items() if name in index.scoped}
    fragment: dict[str, JSON] = {**head, "paths": {}, "components": {"schemas": {}}}
    older, report = document30(document, lost)
    contents = {
        "openapi": (_with_unused(document, made), [each.newer for each in made.values()]),
        "fragment": (_with_unused(fragment, own), [each.newer for each in own.values()]),
        "openapi-3.0": (older, [each.older for each in made.values()]),
    }
    return {"file": list(_files(contents, index.package)), "report": [{"content": report}]}


def _files(
    contents: Mapping[str, tuple[Mapping[str, JSON], Sequence[Entry]]], package: Package
) -> Iterator[Mapping[str, object]]:
    """Yield the item of each document, given by what it has beside its schemas and by the entries of these."""
    sources = ", ".join(each.path for each in package.documents if each.public)
    made_by = f"Made by `triptych generate` from {sources}; change those and generate again."
    for name, (content, entries) in contents.items():
        spelling = f" YAML has no lone surrogates: they are spelled out here, and stand in {name}.json."
        is_lone = any(entry.is_lone for entry in entries) or has_lone(dict(content))
        yield {
            "file": name,
            "content": _with_schemas(content, in_json(entries)) if entries else content,
            "yaml": _with_schemas(content, in_yaml(entries)) if entries else content,
            "notice": f"{made_by}{spelling}" if is_lone else made_by,
        }


def _name_faults(settings: Settings, index: Lifted) -> Iterator[Finding]:
    for name in settings.table("schemas"):
        if name in index.scoped:
            help = "choose another name, or override that of the schema in [tool.triptych.names]"
            yield fault(("schemas", name), "a schema of the folder has this name", help)


# What the settings say


def _head(settings: Settings, package: Package) -> dict[str, JSON]:
    written = {key: value for key, value in settings.values.items() if key in INFO and value not in ("", {})}
    info = renamed({"title": package.name, **written}, INFO)
    servers: list[JSON] = [renamed(as_table(server), SERVER) for server in settings.array("servers")]
    return {"openapi": settings.values["openapi"], "info": info, "servers": servers or [{"url": _SAME_EVERYWHERE}]}


def _document(settings: Settings, index: Lifted, head: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return the document without the components that come from schema documents."""
    writing = Writing(settings, index.package, by_location({scoped: name for name, scoped in index.scoped.items()}).get)
    optional: dict[str, JSON] = {
        "security": settings.array("security"),
        "tags": writing.tags(),
        "externalDocs": settings.table("external_docs"),
    }
    return {
        **head,
        **{key: value for key, value in optional.items() if value},
        "paths": writing.paths(),
        "components": writing.components(),
    }


def _with_settings(
    document: dict[str, JSON], settings: Settings, index: Lifted, made: Mapping[str, Component]
) -> tuple[dict[str, JSON], Schemas, dict[str, Component]]:
    """Return the document without any component schemas, all of these, and as components, by name.

    All have valid values only: the components that had others are made again, with those that were made from them.
    """
    named = as_table(as_table(document["components"]).get("schemas"))
    written = Schemas(index, named)
    shown = {name: written[name] for name in sorted({*named, *_needed(document, made)})}
    # Every other document is made of this one, so that none of them may change it.
    valid = as_table(read_only(_with_valid_values(_with_schemas(document, shown), settings)))
    found = as_table(as_table(valid["components"])["schemas"])
    changed = {name: schema for name, schema in found.items() if name in named or schema != shown[name]}
    schemas = Schemas(index, changed)
    from_changed = (name for name, each in made.items() if not each.outcome.looked_up.isdisjoint(changed))
    again = {name: component(name, schemas) for name in {*changed, *from_changed}}
    return {**valid, "components": _without_schemas(valid)}, schemas, dict(sorted({**made, **again}.items()))


def _needed(document: dict[str, JSON], made: Mapping[str, Component]) -> set[str]:
    """Return the names of the components that have values, and of those that any value has to be valid against."""
    found = {name for name, each in made.items() if each.has_values}
    pending = [*referred(references(document)), *found]
    while pending:
        name = pending.pop()
        if name in made:
            new = set(referred(made[name].references)) - found
            found |= {name, *new}
            pending += new
    return found & made.keys()


def _with_valid_values(document: dict[str, JSON], settings: Settings) -> dict[str, JSON]:
    try:
        return with_valid_values(document, settings.table("schemas"))
    except EndlessError as error:
        name = error.pointer.removeprefix("/components/schemas/").split("/")[0]
        message = "the schema refers to itself on the same instance, so that validation would never end"
        finding = fault(("schemas", name), message, "remove one of the references of the cycle")
        raise Rejected([finding]) from None


# What depends on all components


def _settled(made: Mapping[str, Component], schemas: Schemas) -> tuple[dict[str, Component], Downgrade]:
    """Return the components, those again that refer to what is inexact in 3.0 terms, and what was lost in all."""
    made = dict(made)

    def again(name: str, inexact: frozenset[str]) -> Outcome:
        older, outcome = downgraded(name, schemas, inexact)
        made[name] = made[name]._replace(older=older, outcome=outcome)
        return outcome

    lost = settled({name: each.outcome for name, each in made.items()}, again, schemas)
    return made, lost


def _with_unused(document: Mapping[str, JSON], made: Mapping[str, Component]) -> dict[str, JSON]:
    """Return the document with a path item that refers to each of its schemas that nothing else refers to.

    Linters report such a schema as a mistake. The item has no operation and stands at no path.
    """
    used = references([document["components"], document["paths"]])
    for name, each in made.items():
        used.update(target for target in each.references if target != reference(name)["$ref"])
    unused = [name for name in made if reference(name)["$ref"] not in used]
    if not unused:
        return dict(document)
    item: JSON = {
        "description": "No path: it refers to the schemas that no operation and no other schema refers to.",
        "parameters": [{"name": name, "in": "query", "schema": {**reference(name)}} for name in unused],
    }
    return {**document, "components": {**as_table(document["components"]), "pathItems": {"Schemas": item}}}


def _with_schemas(document: Mapping[str, JSON], schemas: dict[str, JSON] | Code) -> dict[str, JSON]:
    """Return the document with these component schemas, or the text of them."""
    return {**document, "components": {"schemas": schemas, **_without_schemas(document)}}


def _without_schemas(document: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return what the Components Object of a document has beside schemas."""
    return {name: part for name, part in as_table(document["components"]).items() if name != "schemas"}
